//! Sheets of new paintings side by side.

use utsushi_imaging::{Picture, SheetCell, SheetOptions, contact_sheet, legible, resize};

/// Number of paintings up to which a sheet shows them large, to be looked at one by one.
const FEW: usize = 16;

/// Reduces a square painting to the size that a sheet of `count` paintings has room for: 512 px for
/// up to 16, 256 px for more. Smaller paintings stay as they are.
pub fn fit_to_sheet(painting: Picture, count: usize) -> Picture {
    let most = if count <= FEW { 512 } else { 256 };
    if painting.width() > most {
        resize(&painting, most, most)
    } else {
        painting
    }
}

/// Lays square paintings of one size out on a sheet that is as square as possible, each above its
/// caption, which is its style and seed.
pub fn sheet_of_paintings(paintings: &[(String, Picture)]) -> Picture {
    let side = paintings.first().map_or(1, |(_, picture)| picture.width());
    let captions: Vec<String> = (1..)
        .zip(paintings)
        .map(|(number, (caption, _))| legible(caption, "painting", number))
        .collect();
    let cells: Vec<SheetCell<'_>> = captions
        .iter()
        .zip(paintings)
        .map(|(caption, (_, picture))| SheetCell {
            picture: Some(picture),
            caption: Some(caption),
        })
        .collect();
    let options = SheetOptions {
        columns: (cells.len() as f64).sqrt().ceil() as u32,
        cell_width: side,
        cell_height: side,
        ..SheetOptions::default()
    };
    contact_sheet(&options, &cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::drawing;

    #[test]
    fn few_are_shown_larger_than_many() {
        let side = |side, count| fit_to_sheet(drawing(side, side), count).width();
        assert_eq!((side(600, 16), side(600, 17)), (512, 256));
        assert_eq!((side(512, 16), side(100, 64)), (512, 100));
    }

    #[test]
    fn five_take_two_rows_of_three() {
        let one = ("oil 1".to_owned(), drawing(40, 40));
        let sheet = sheet_of_paintings(&vec![one; 5]);
        assert!((120..160).contains(&sheet.width()), "{}", sheet.width());
        assert!((80..120).contains(&sheet.height()), "{}", sheet.height());
    }
}
