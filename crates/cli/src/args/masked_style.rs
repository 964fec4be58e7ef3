//! A mask and its style as they are written on the command line.

use std::path::{Path, PathBuf};

use utsushi::jobs::StyleSource;

/// A style for a part of the picture, or that the part stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskedStyle {
    /// The picture that is white where the style counts.
    pub mask: PathBuf,
    /// The style; `None` keeps the part as it is.
    pub style: Option<StyleSource>,
}

impl MaskedStyle {
    /// Reads `mask.png:style.png`, `mask.png:name:oil`, `mask.png:seed:7` or `mask.png:keep`. A
    /// colon may be part of the mask's name where a file of that name exists.
    pub fn parse(text: &str) -> Result<Self, String> {
        let colons: Vec<usize> = text.match_indices(':').map(|(index, _)| index).collect();
        let there = |&&at: &&usize| Path::new(&text[..at]).is_file();
        // The colon behind the letter of a drive parts nothing.
        let parting = |&&at: &&usize| at > 1 || !text[at + 1..].starts_with(['\\', '/']);
        let at = colons.iter().rev().find(there);
        let at = at.or_else(|| colons.iter().find(parting));
        let (mask, style) = match at {
            Some(&at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        if mask.is_empty() || style.is_empty() {
            return Err("expected a mask and a style, or `keep`, with a colon between".to_owned());
        }
        let style = match style {
            "keep" => None,
            style => {
                let parsed = StyleSource::parse(style, Path::new(""));
                Some(parsed.map_err(|error| error.to_string())?)
            }
        };
        Ok(Self {
            mask: mask.into(),
            style,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_parts_mask_and_style() {
        let of = |text: &str| MaskedStyle::parse(text).unwrap();
        let parsed = of("hair.png:name:oil");
        assert_eq!(parsed.mask, Path::new("hair.png"));
        assert_eq!(parsed.style, Some(StyleSource::Named("oil".to_owned())));
        assert_eq!(of("face.png:keep").style, None);
        let file = StyleSource::parse("./keep", Path::new("")).unwrap();
        assert_eq!(of("face.png:./keep").style, Some(file));
        assert_eq!(of(r"C:\hair.png:seed:7").mask, Path::new(r"C:\hair.png"));
        let reference = StyleSource::parse("a.png", Path::new("")).unwrap();
        assert_eq!(of("b/hair.png:a.png").style, Some(reference));
        for wrong in ["hair.png", ":a.png", "hair.png:", "a:seed:x"] {
            assert!(MaskedStyle::parse(wrong).is_err(), "{wrong}");
        }
    }
}
