//! Grids: one picture in many styles, on one sheet.

use crate::monitor::WithoutProgress;
use crate::style_names::translated;
use crate::{
    Monitor, PaintError, PaintOptions, PaintRequest, Painter, Progress, StyleCode, StyleRegion,
};
use utsushi_imaging::{
    Picture, SheetCell, SheetOptions, contact_sheet, fit_within, legible, resize,
};

/// A cell of a grid: a style, and the caption of its painting.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The style of the cell's painting.
    pub style: StyleCode,
    /// The caption, a line in ASCII.
    pub caption: String,
}

/// Styles in rows; shorter rows are centred, so that three corners make a triangle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// The rows of cells, from the top.
    pub rows: Vec<Vec<Cell>>,
}

/// Options for painting a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct GridOptions {
    /// Options for painting each picture.
    pub paint: PaintOptions,
    /// The longest side of a cell, in pixels, 16…4096. A larger picture is reduced before it is
    /// painted; a smaller one keeps its size.
    pub cell: u32,
    /// Styles for regions of the picture, the same in every cell.
    pub regions: Vec<StyleRegion>,
}

impl Default for GridOptions {
    /// Options for cells of 320 px without regions.
    fn default() -> Self {
        Self {
            paint: PaintOptions::default(),
            cell: 320,
            regions: Vec::new(),
        }
    }
}

impl Grid {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Paints a picture in the style of each cell. `monitor` is told of each cell.
    ///
    /// # Errors
    /// As [`Painter::paint`].
    pub fn paint(
        &self,
        painter: &Painter,
        content: &Picture,
        options: &GridOptions,
        monitor: &mut dyn Monitor,
    ) -> Result<Vec<Vec<Picture>>, PaintError> {
        let content = shown(content, options.cell);
        let total = self.len().max(1);
        let mut done = 0;
        let mut rows = Vec::new();
        monitor.progress(Progress { done, total });
        for row in &self.rows {
            let mut painted = Vec::new();
            for cell in row {
                let request = PaintRequest::new(&content, &cell.style)
                    .with_regions(&options.regions)
                    .with_options(options.paint);
                painted.push(painter.paint_one(&request, &mut WithoutProgress(monitor))?);
                done += 1;
                monitor.progress(Progress { done, total });
            }
            rows.push(painted);
        }
        Ok(rows)
    }

    /// Lays painted cells out on one sheet, with their captions. Transparent pixels show white
    /// paper.
    pub fn sheet(&self, painted: &[Vec<Picture>]) -> Picture {
        let mut before = 0;
        let rows = self.rows.iter().zip(painted);
        let strips: Vec<Picture> = rows
            .map(|(cells, pictures)| {
                let strip = strip(cells, pictures, before);
                before += cells.len();
                strip
            })
            .collect();
        let width = strips.iter().map(Picture::width).max().unwrap_or(1);
        let height = strips.iter().map(Picture::height).sum();
        let mut sheet = Picture::filled(width, height, [255; 3]);
        let mut top = 0;
        for strip in &strips {
            paste(&mut sheet, strip, (width - strip.width()) / 2, top);
            top += strip.height();
        }
        sheet
    }
}

/// Reduces the picture to the size of a cell.
fn shown(picture: &Picture, cell: u32) -> Picture {
    let cell = cell.clamp(16, 4096);
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) <= cell {
        return picture.clone();
    }
    let (width, height) = fit_within((width, height), cell, cell);
    resize(picture, width, height)
}

/// Makes a row of a sheet that has `before` cells in the rows above.
fn strip(cells: &[Cell], pictures: &[Picture], before: usize) -> Picture {
    let widest = pictures.iter().map(Picture::width).max().unwrap_or(1);
    let options = SheetOptions {
        columns: cells.len() as u32,
        cell_width: widest,
        cell_height: pictures.iter().map(Picture::height).max().unwrap_or(1),
        text_scale: (widest / 200).clamp(1, 4),
        enlarge: false,
        ..SheetOptions::default()
    };
    let captions: Vec<String> = (before + 1..)
        .zip(cells)
        .map(|(number, cell)| caption(&cell.caption, number))
        .collect();
    let cells: Vec<SheetCell<'_>> = captions
        .iter()
        .zip(pictures)
        .map(|(caption, picture)| SheetCell {
            picture: Some(picture),
            caption: Some(caption),
        })
        .collect();
    contact_sheet(&options, &cells)
}

/// Makes a caption that the sheet's font can write: a style's English name instead of its Chinese
/// one, and the cell's number instead of other names beyond ASCII.
fn caption(name: &str, number: usize) -> String {
    legible(translated(name).unwrap_or(name), "style", number)
}

/// Copies an opaque picture into a larger one, at the given column and row.
fn paste(sheet: &mut Picture, picture: &Picture, left: u32, top: u32) {
    let columns = sheet.width() as usize * 3;
    let length = picture.width() as usize * 3;
    for (row, colours) in picture.rgb().chunks_exact(length).enumerate() {
        let start = (top as usize + row) * columns + left as usize * 3;
        sheet.rgb_mut()[start..start + length].copy_from_slice(colours);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::Watch;
    use crate::creative::testing::{drawing, painter};

    #[test]
    fn a_grid_holds_each_painting_in_its_place() {
        let painter = painter();
        let cell = |name: &str| Cell {
            style: painter.named_style(name).unwrap(),
            caption: name.to_owned(),
        };
        let grid = Grid {
            rows: vec![vec![cell("oil")], vec![cell("cel"), cell("oil")]],
        };
        let content = drawing(40, 32);
        let mut seen = Vec::new();
        let stop = AtomicBool::new(false);
        let options = GridOptions::default();
        let mut watch = Watch::new(&stop, |progress| seen.push(progress.done));
        let painted = grid
            .paint(&painter, &content, &options, &mut watch)
            .unwrap();
        assert_eq!(seen, [0, 1, 2, 3]);
        let request = PaintRequest::new(&content, cell("cel").style);
        let alone = painter.paint_one(&request, &mut ()).unwrap();
        assert_eq!(painted[1][0], alone, "a cell is what `transfer` paints");
        assert_eq!(painted[0][0], painted[1][1]);
        let sheet = grid.sheet(&painted);
        // Two cells of 40 and three gaps of 4; two rows of a gap, 32, a caption and a gap.
        assert_eq!(sheet.width(), 2 * 44 + 4);
        let pixel = |left: usize, top: usize| {
            let start = (top * sheet.width() as usize + left) * 3;
            &sheet.rgb()[start..start + 3]
        };
        assert_eq!(pixel(4, 4), [255; 3], "beside the upper row's only cell");
        let left = (sheet.width() as usize - 48) / 2 + 4;
        assert_eq!(pixel(left, 4), &painted[0][0].rgb()[..3]);
    }

    #[test]
    fn captions_are_legible() {
        assert_eq!(caption("浮世绘", 2), "ukiyo-e");
        assert_eq!(caption("水墨", 2), "style 2");
        assert_eq!(caption("a 0.5", 2), "a 0.5");
    }

    #[test]
    fn large_pictures_are_brought_to_the_cell() {
        let small = shown(&drawing(400, 200), 100);
        assert_eq!((small.width(), small.height()), (100, 50));
        assert_eq!(shown(&drawing(40, 20), 100), drawing(40, 20));
    }
}
