//! Groups of arguments that several commands take, and how their values are read.

use std::path::Path;

mod compute;
mod look;
mod masked_style;
mod paint;
mod seeds;
mod style;
mod writing;

pub use compute::{ComputeArguments, ThreadsArgument};
pub use look::LookArguments;
pub use masked_style::{MaskSource, MaskedPart, MaskedStyle};
pub use paint::{Octaves, PaintArguments, tile};
pub use seeds::{Seeds, seed};
pub use style::{Align, StyleArguments, painting, share, strength};
pub use writing::{Colour, Depth, FileArguments, WritingArguments};

/// Whether a text is rather a word than the name of a file: it has neither ending nor folder, and no file of
/// that name is there. A word that is not known was mistyped more likely than a picture has no ending.
fn is_word(text: &str) -> bool {
    !text.contains(['.', '/', '\\']) && !Path::new(text).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_file() {
        assert!(is_word("manga") && is_word("头发") && is_word("name:oil"));
        // The tests run in the folder of this crate, which has `src`.
        for file in ["a.png", "./manga", r"in\manga", "in/manga", "src"] {
            assert!(!is_word(file), "{file}");
        }
    }
}
