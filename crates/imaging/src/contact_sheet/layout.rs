//! Layout of a sheet: the places of its cells and captions.

use super::{SheetCell, SheetOptions, font};

/// Places of everything on a sheet, in pixels.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) gap: usize,
    pub(super) cell_width: usize,
    pub(super) cell_height: usize,
    pub(super) text_scale: usize,
    pub(super) column_captions_top: usize,
    pub(super) row_captions_width: usize,
    cells_left: usize,
    cells_top: usize,
    /// Distance from the top of one row to the top of the next.
    row_step: usize,
}

impl Layout {
    pub(super) fn new(options: &SheetOptions, cells: &[SheetCell<'_>]) -> Self {
        let text_scale = options.text_scale.clamp(1, 16) as usize;
        let gap = options.gap.min(1024) as usize;
        let cell_width = options.cell_width.clamp(1, 4096) as usize;
        let cell_height = options.cell_height.clamp(1, 4096) as usize;
        // A sheet with few pictures is no wider than they are.
        let columns = (options.columns.max(1) as usize).min(cells.len().max(1));
        let rows = cells.len().div_ceil(columns);
        let line = font::height(text_scale) + gap.max(text_scale);
        let captioned = cells
            .iter()
            .any(|cell| cell.caption.is_some_and(|text| !text.is_empty()));
        let column_captions_top = gap + if options.title.is_empty() { 0 } else { line };
        let cells_top = column_captions_top
            + if options.column_captions.is_empty() {
                0
            } else {
                line
            };
        let widths = options
            .row_captions
            .iter()
            .map(|text| font::width(text, text_scale));
        let row_captions_width = widths.max().unwrap_or(0).min(2 * cell_width);
        let cells_left = gap
            + if row_captions_width == 0 {
                0
            } else {
                row_captions_width + gap.max(2)
            };
        let row_step = cell_height
            + gap
            + if captioned {
                font::height(text_scale) + text_scale
            } else {
                0
            };
        Self {
            width: cells_left + columns * (cell_width + gap),
            height: (cells_top + rows * row_step).max(1),
            columns,
            rows,
            gap,
            cell_width,
            cell_height,
            text_scale,
            column_captions_top,
            row_captions_width,
            cells_left,
            cells_top,
            row_step,
        }
    }

    pub(super) fn cell_left(&self, column: usize) -> usize {
        self.cells_left + column * (self.cell_width + self.gap)
    }

    pub(super) fn cell_top(&self, row: usize) -> usize {
        self.cells_top + row * self.row_step
    }

    pub(super) fn title_width(&self) -> usize {
        self.width.saturating_sub(2 * self.gap)
    }
}
