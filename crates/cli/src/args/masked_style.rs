//! Masks and their treatment, as they are written on the command line.

use std::path::{Path, PathBuf};

use utsushi::anatomy::Area;
use utsushi::jobs::StyleSource;
use utsushi::part_names;

use super::is_word;
use crate::suggestions;

/// A region of the picture, and its treatment.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskedStyle {
    /// Place of the region.
    pub mask: MaskSource,
    /// Treatment of the region.
    pub part: MaskedPart,
}

/// The place of a region in the picture.
#[derive(Clone, Debug, PartialEq)]
pub enum MaskSource {
    /// The white part of the picture in this file.
    File(PathBuf),
    /// An area, which is looked for in the picture.
    Area(Area),
}

/// The treatment of a region of the picture.
#[derive(Clone, Debug, PartialEq)]
pub enum MaskedPart {
    /// The region gets a style of its own.
    Style(StyleSource),
    /// The region stays as it is.
    Keep,
    /// Only the region is painted.
    Only,
}

impl MaskSource {
    /// Parses the name of an area, such as `hair` or `头发`, or of a mask's file.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(area) = part_names::named(text) {
            return Ok(Self::Area(area));
        }
        if is_word(text) {
            let names = part_names::in_script_of(text);
            let meant = part_names::nearest(text);
            let meant = meant.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"));
            return Err(format!(
                "there is no file `{text}`, and no part of that name{meant}: expected a picture or \
                 one of {}",
                names.join(", ")
            ));
        }
        Ok(Self::File(text.into()))
    }
}

impl MaskedStyle {
    /// Parses `mask.png:style.png`, `mask.png:name:oil`, `mask.png:seed:7`, `mask.png:keep` or
    /// `mask.png:only`; instead of `mask.png`, also the name of an area, such as `hair`. A colon
    /// may be part of the mask's name if a file of that name exists.
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
        if mask.is_empty() || ["", "name:"].contains(&style.trim()) {
            let expected = "expected a mask and a style, `keep` or `only`, with a colon between";
            return Err(expected.to_owned());
        }
        let part = match style {
            "keep" => MaskedPart::Keep,
            "only" => MaskedPart::Only,
            word if is_word(word) && !word.contains(':') => {
                let meant = suggestions::nearest(word, ["keep", "only"]);
                let meant = meant.map_or_else(String::new, |it| format!(" (did you mean `{it}`?)"));
                return Err(format!(
                    "there is no file `{word}`{meant}: expected a picture, `name:{word}` for a style of \
                     the model, `seed:7`, `keep` or `only`"
                ));
            }
            style => {
                let parsed = StyleSource::parse(style, Path::new(""));
                MaskedPart::Style(parsed.map_err(|error| error.to_string())?)
            }
        };
        let mask = MaskSource::parse(mask)?;
        Ok(Self { mask, part })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_called_in_chinese_as_on_the_page() {
        let texts = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../server/assets/page/texts.js"
        );
        let page = std::fs::read_to_string(texts).unwrap();
        for area in Area::ALL {
            let shown = format!("part_{}: '{}'", area.name(), area.in_chinese());
            assert!(page.contains(&shown), "{shown}");
            let parsed = MaskSource::parse(area.in_chinese());
            assert_eq!(parsed, Ok(MaskSource::Area(area)));
        }
        let kept = MaskedStyle::parse("头发:keep").unwrap();
        assert_eq!(kept.mask, MaskSource::Area(Area::Hair));
        let mistyped = MaskSource::parse("身体衣服").unwrap_err();
        assert!(
            mistyped.contains("did you mean `身体和衣服`?"),
            "{mistyped}"
        );
    }

    #[test]
    fn a_colon_parts_mask_and_style() {
        let of = |text: &str| MaskedStyle::parse(text).unwrap();
        let file = |path: &str| MaskSource::File(path.into());
        let parsed = of("hair.png:name:oil");
        assert_eq!(parsed.mask, file("hair.png"));
        assert_eq!(of("hair:keep").mask, MaskSource::Area(Area::Hair));
        assert_eq!(of("./hair:keep").mask, file("./hair"));
        let mistyped = MaskedStyle::parse("hare:keep").unwrap_err();
        assert!(mistyped.contains("did you mean `hair`?"), "{mistyped}");
        assert!(mistyped.contains("brows, mouth"), "{mistyped}");
        assert_eq!(MaskSource::parse("face"), Ok(MaskSource::Area(Area::Face)));
        assert_eq!(MaskSource::parse("coat.png"), Ok(file("coat.png")));
        let mistyped = MaskSource::parse("figur").unwrap_err();
        assert!(mistyped.contains("did you mean `figure`?"), "{mistyped}");
        let oil = StyleSource::Named("oil".to_owned());
        assert_eq!(parsed.part, MaskedPart::Style(oil));
        assert_eq!(of("face.png:keep").part, MaskedPart::Keep);
        assert_eq!(of("face.png:only").part, MaskedPart::Only);
        let kept = StyleSource::parse("./keep", Path::new("")).unwrap();
        assert_eq!(of("face.png:./keep").part, MaskedPart::Style(kept));
        let error = MaskedStyle::parse("face.png:kep").unwrap_err();
        assert!(
            error.contains("did you mean `keep`?") && error.contains("name:kep"),
            "{error}"
        );
        let error = MaskedStyle::parse("face.png:oil").unwrap_err();
        assert!(!error.contains("did you mean"), "{error}");
        assert_eq!(of(r"C:\hair.png:seed:7").mask, file(r"C:\hair.png"));
        let reference = StyleSource::parse("a.png", Path::new("")).unwrap();
        assert_eq!(of("b/hair.png:a.png").part, MaskedPart::Style(reference));
        for wrong in ["hair.png", ":a.png", "hair.png:", "a:seed:x", "a:name:"] {
            assert!(MaskedStyle::parse(wrong).is_err(), "{wrong}");
        }
    }
}
