//! Contact sheets of an inspection.

use std::collections::BTreeSet;

use utsushi_imaging::{Picture, SheetCell, SheetOptions, contact_sheet, legible};

use super::{InspectOptions, StyleInspection};

/// Indices of the files that are shown: `wanted` of `files`, spread evenly.
pub(super) fn chosen(files: usize, wanted: usize) -> BTreeSet<usize> {
    (0..wanted.min(files))
        .map(|index| index * files / wanted.min(files))
        .collect()
}

/// Makes the sheet, a row for each style with its name before it.
pub(super) fn sheet(
    styles: &[StyleInspection],
    thumbnails: &[Vec<Picture>],
    options: &InspectOptions,
) -> Picture {
    let columns = thumbnails.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut cells = Vec::new();
    for row in thumbnails {
        cells.extend(row.iter().map(SheetCell::from));
        cells.resize(cells.len().next_multiple_of(columns), SheetCell::default());
        if row.is_empty() {
            cells.extend(std::iter::repeat_n(SheetCell::default(), columns));
        }
    }
    let sheet = SheetOptions {
        columns: columns as u32,
        cell_width: options.sheet_cell,
        cell_height: options.sheet_cell,
        row_captions: styles
            .iter()
            .zip(1..)
            .map(|(style, number)| {
                let name = legible(&style.name, "style", number);
                format!("{name} ({})", style.pictures)
            })
            .collect(),
        ..SheetOptions::default()
    };
    contact_sheet(&sheet, &cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_files_are_spread_and_no_more_than_there_are() {
        assert_eq!(chosen(10, 5), BTreeSet::from([0, 2, 4, 6, 8]));
        assert_eq!(chosen(3, 5), BTreeSet::from([0, 1, 2]));
        assert_eq!(chosen(0, 5), BTreeSet::new());
        assert_eq!(chosen(5, 0), BTreeSet::new());
    }
}
