//! A 5×7 font for printable ASCII, drawn for this crate, so that captions need no font file.

/// Glyphs: six bands of sixteen characters in ASCII order, each five columns wide with a blank
/// column between; the last glyph is for characters without one.
const DRAWINGS: &str = include_str!("font.txt");
const ROWS: usize = 7;
const COLUMNS: usize = 5;
const IN_A_BAND: usize = 16;
/// Distance in dots from one character to the next.
pub(super) const STEP: usize = COLUMNS + 1;

/// Height of a line of text in pixels.
pub(super) fn height(scale: usize) -> usize {
    ROWS * scale
}

/// Width of a line of text in pixels.
pub(super) fn width(text: &str, scale: usize) -> usize {
    (text.chars().count() * STEP).saturating_sub(1) * scale
}

/// Whether the font has a glyph for a character.
pub(super) fn has_drawing(character: char) -> bool {
    (' '..='~').contains(&character)
}

/// The dots of a character's glyph as (row, column).
pub(super) fn dots(character: char) -> impl Iterator<Item = (usize, usize)> {
    let drawn = if has_drawing(character) {
        character
    } else {
        '\u{7f}'
    };
    let index = drawn as usize - ' ' as usize;
    let (band, place) = (index / IN_A_BAND, index % IN_A_BAND);
    let lines = DRAWINGS.lines().skip(band * (ROWS + 1)).take(ROWS);
    lines.enumerate().flat_map(move |(row, line)| {
        let drawing = line.bytes().skip(place * STEP).take(COLUMNS);
        drawing
            .enumerate()
            .filter(|&(_, dot)| dot == b'#')
            .map(move |(column, _)| (row, column))
    })
}

/// The text, cut and ended with two dots if it is wider than so many pixels.
pub(super) fn shortened(text: &str, pixels: usize, scale: usize) -> String {
    if width(text, scale) <= pixels {
        return text.into();
    }
    let fit = (pixels / scale + 1) / STEP;
    let kept = text.chars().take(fit.saturating_sub(2));
    kept.chain("..".chars()).take(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_a_drawing_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for character in ' '..='~' {
            let drawing: Vec<_> = dots(character).collect();
            assert_eq!(drawing.is_empty(), character == ' ');
            assert!(
                drawing
                    .iter()
                    .all(|&(row, column)| row < ROWS && column < COLUMNS)
            );
            assert!(seen.insert(drawing), "{character} looks like another");
        }
        assert_eq!(dots('写').count(), 20);
        assert_eq!(
            dots('L').collect::<Vec<_>>()[5..8],
            [(5, 0), (6, 0), (6, 1)]
        );
    }

    #[test]
    fn long_text_is_cut_to_fit() {
        assert_eq!(width("abc", 2), 34);
        assert_eq!(shortened("abcdef", 35, 1), "abcdef");
        assert_eq!(shortened("abcdef", 34, 1), "abc..");
        assert!(width(&shortened("abcdef", 34, 1), 1) <= 34);
        assert_eq!(shortened("abcdef", 5, 1), ".");
        assert_eq!(shortened("abcdef", 4, 1), "");
    }
}
