//! Groups of arguments that several commands share, and parsers of their values.

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

/// Whether a text is probably a word and not the name of a file: it has neither suffix nor folder,
/// and there is no file of that name. An unknown word is more likely mistyped than the name of a
/// picture without a suffix.
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
