//! Contact sheets: many pictures on one sheet.

mod canvas;
mod font;
mod layout;

use crate::{Picture, fit_within, resize};
pub use canvas::Canvas;
use layout::Layout;

/// Layout of a contact sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetOptions {
    /// Number of cells in a row, at least 1.
    pub columns: u32,
    /// Width of a cell in pixels, 1…4096.
    pub cell_width: u32,
    /// Height of a cell in pixels, 1…4096.
    pub cell_height: u32,
    /// Space between cells and around the sheet in pixels, at most 1024.
    pub gap: u32,
    /// The colour of the paper, which also shows through transparent pictures.
    pub background: [u8; 3],
    /// The colour of the captions.
    pub ink: [u8; 3],
    /// Width and height in pixels of a dot of the 5×7 font, 1…16.
    pub text_scale: u32,
    /// Whether pictures smaller than a cell grow to fill it.
    pub enlarge: bool,
    /// A line above all cells; none if empty.
    pub title: String,
    /// A caption above each column; no captions if empty.
    pub column_captions: Vec<String>,
    /// A caption to the left of each row; no captions if empty.
    pub row_captions: Vec<String>,
}

impl Default for SheetOptions {
    /// Options for eight cells of 128×128 pixels in a row on white, without captions.
    fn default() -> Self {
        Self {
            columns: 8,
            cell_width: 128,
            cell_height: 128,
            gap: 4,
            background: [255; 3],
            ink: [32; 3],
            text_scale: 1,
            enlarge: true,
            title: String::new(),
            column_captions: Vec::new(),
            row_captions: Vec::new(),
        }
    }
}

/// A cell of a contact sheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct SheetCell<'a> {
    /// The picture to show; `None` leaves the cell empty.
    pub picture: Option<&'a Picture>,
    /// A line below the picture.
    pub caption: Option<&'a str>,
}

impl<'a> From<&'a Picture> for SheetCell<'a> {
    fn from(picture: &'a Picture) -> Self {
        Self {
            picture: Some(picture),
            caption: None,
        }
    }
}

/// The caption for `name` on a sheet: the name itself if the font has all its characters, and else
/// `kind` and the number, such as `style 3`.
pub fn legible(name: &str, kind: &str, number: usize) -> String {
    if name.chars().all(font::has_drawing) {
        name.to_owned()
    } else {
        format!("{kind} {number}")
    }
}

/// Lays pictures of any size out in a grid, row by row; each is scaled to fit its cell, keeping its
/// aspect ratio, and centred there. Captions that are too long are cut and end in two dots;
/// characters beyond ASCII show as a frame ([`legible`] replaces names that have some). The sheet
/// has no alpha.
pub fn contact_sheet(options: &SheetOptions, cells: &[SheetCell<'_>]) -> Picture {
    let layout = Layout::new(options, cells);
    let mut canvas = Canvas::new(layout.width, layout.height, options.background);
    let scale = layout.text_scale;
    let text = |canvas: &mut Canvas, left, top, width, line: &str| {
        canvas.text(
            left,
            top,
            &font::shortened(line, width, scale),
            options.ink,
            scale,
        );
    };
    text(
        &mut canvas,
        layout.gap,
        layout.gap,
        layout.title_width(),
        &options.title,
    );
    for (column, caption) in options
        .column_captions
        .iter()
        .take(layout.columns)
        .enumerate()
    {
        let left = layout.cell_left(column);
        text(
            &mut canvas,
            left,
            layout.column_captions_top,
            layout.cell_width,
            caption,
        );
    }
    for (row, caption) in options.row_captions.iter().take(layout.rows).enumerate() {
        let middle = layout.cell_top(row) + layout.cell_height / 2;
        let top = middle.saturating_sub(font::height(scale) / 2);
        text(
            &mut canvas,
            layout.gap,
            top,
            layout.row_captions_width,
            caption,
        );
    }
    for (index, cell) in cells.iter().enumerate() {
        let left = layout.cell_left(index % layout.columns);
        let top = layout.cell_top(index / layout.columns);
        if let Some(picture) = cell.picture {
            let shown = fitted(picture, &layout, options.enlarge);
            let across = layout.cell_width - shown.width() as usize;
            let down = layout.cell_height - shown.height() as usize;
            canvas.paste(left + across / 2, top + down / 2, &shown);
        }
        if let Some(caption) = cell.caption {
            let below = top + layout.cell_height + scale;
            text(&mut canvas, left, below, layout.cell_width, caption);
        }
    }
    canvas.into_picture()
}

fn fitted(picture: &Picture, layout: &Layout, enlarge: bool) -> Picture {
    let (width, height) = (layout.cell_width as u32, layout.cell_height as u32);
    let fits = picture.width() <= width && picture.height() <= height;
    if fits && !enlarge {
        return picture.clone();
    }
    let (width, height) = fit_within((picture.width(), picture.height()), width, height);
    resize(picture, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alpha;

    fn options() -> SheetOptions {
        SheetOptions {
            columns: 2,
            cell_width: 40,
            cell_height: 20,
            gap: 3,
            ..Default::default()
        }
    }

    fn pixel(sheet: &Picture, left: usize, top: usize) -> [u8; 3] {
        let start = (top * sheet.width() as usize + left) * 3;
        sheet.rgb()[start..start + 3].try_into().unwrap()
    }

    #[test]
    fn pictures_stand_centred_in_their_cells() {
        let wide = Picture::filled(80, 20, [200, 0, 0]);
        let tall = Picture::filled(2, 10, [0, 200, 0]);
        let small = Picture::filled(2, 2, [0, 0, 200]);
        let cells = [
            SheetCell::from(&wide),
            SheetCell::default(),
            (&tall).into(),
            (&small).into(),
        ];
        let sheet = contact_sheet(&options(), &cells);
        assert_eq!((sheet.width(), sheet.height()), (3 + 43 * 2, 3 + 23 * 2));
        // 80×20 fits as 40×10, five pixels from the top of its cell.
        assert_eq!(pixel(&sheet, 3, 3 + 4), [255; 3]);
        assert_eq!(pixel(&sheet, 3, 3 + 5), [200, 0, 0]);
        assert_eq!(pixel(&sheet, 42, 3 + 14), [200, 0, 0]);
        assert_eq!(pixel(&sheet, 66, 13), [255; 3], "an empty cell");
        // 2×10 grows to 4×20, 18 pixels from the left; 2×2 to 20×20.
        assert_eq!(pixel(&sheet, 3 + 17, 30), [255; 3]);
        assert_eq!(pixel(&sheet, 3 + 18, 30), [0, 200, 0]);
        assert_eq!(pixel(&sheet, 46 + 10, 26), [0, 0, 200]);
        let kept = contact_sheet(
            &SheetOptions {
                enlarge: false,
                ..options()
            },
            &cells,
        );
        assert_eq!(pixel(&kept, 46 + 19, 26 + 9), [0, 0, 200]);
        assert_eq!(pixel(&kept, 46 + 18, 26 + 9), [255; 3]);
    }

    #[test]
    fn names_that_cannot_be_written_become_numbers() {
        assert_eq!(legible("tv-cel (12)", "style", 3), "tv-cel (12)");
        assert_eq!(legible("水墨", "style", 3), "style 3");
        assert_eq!(legible("été", "style", 1), "style 1");
    }

    #[test]
    fn captions_take_room_and_leave_ink() {
        let picture = Picture::filled(40, 20, [128; 3]);
        let plain = contact_sheet(&options(), &[(&picture).into(); 3]);
        let captioned = SheetOptions {
            title: "All".into(),
            column_captions: vec!["left".into(), "a caption much too long".into()],
            row_captions: vec!["1".into(), "second".into()],
            ..options()
        };
        let cell = SheetCell {
            picture: Some(&picture),
            caption: Some("é"),
        };
        let sheet = contact_sheet(&captioned, &[cell; 3]);
        assert!(sheet.width() > plain.width() && sheet.height() > plain.height());
        let ink = sheet
            .rgb()
            .as_chunks::<3>()
            .0
            .iter()
            .filter(|&&colour| colour == [32; 3]);
        assert!(ink.count() > 150);
    }

    #[test]
    fn paper_shows_through_and_nothing_is_a_sheet_too() {
        let clear = Picture::filled(40, 20, [0; 3]);
        let clear = clear.with_alpha(Alpha::Eight(vec![51; 800])).unwrap();
        let sheet = contact_sheet(&options(), &[(&clear).into()]);
        assert_eq!(pixel(&sheet, 10, 10), [204; 3]);
        let none = contact_sheet(
            &SheetOptions {
                columns: 0,
                ..options()
            },
            &[],
        );
        assert_eq!((none.width(), none.height()), (46, 3));
    }
}
