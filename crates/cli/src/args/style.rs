//! Style options, the same for every command that paints.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use utsushi::jobs::WeightedReference;
use utsushi::{BlendPath, Framing, PaintOptions, style_names};

use super::{MaskSource, MaskedPart, MaskedStyle, Seeds, is_word};

/// Arguments for the style to paint in.
#[derive(Debug, Args)]
pub struct StyleArguments {
    /// A painting to take the style from, or a saved style; again, with weights, to mix:
    /// `a.png=0.7`
    ///
    /// A style that `--save-style` has written is painted in as it was, with its strength, octaves
    /// and kept colours where no others are given; in a mix its style alone counts.
    #[arg(short, long = "style", value_name = "REF.png[=WEIGHT]",
          value_parser = painting)]
    pub styles: Vec<WeightedReference>,

    /// A style of the model, in its most typical hand; `utsushi model` lists them
    ///
    /// `manga:3` is the third most typical one; `utsushi model --gallery sheet.png` shows them.
    /// Again, or beside `--style`, with weights, to mix: `manga=0.7`.
    #[arg(long = "style-name", value_name = "NAME[=WEIGHT]", value_parser = named)]
    pub style_names: Vec<(String, f32)>,

    /// Make a style up; the same number always gives the same. With `--style-name`, one of its kind
    ///
    /// `1..16` makes sixteen and `2,3,5` those three: a sheet of them where the output is a
    /// picture, else a folder.
    #[arg(long, value_name = "N|FROM..TO", allow_hyphen_values = true, value_parser = Seeds::parse)]
    pub style_seed: Option<Seeds>,

    /// The part of a reference painting that its style is read in
    #[arg(long, value_enum, default_value_t = Align::Auto)]
    pub align: Align,

    /// How much of a style's distance from the mean to keep, from 0 (the mean) to 1 (all)
    #[arg(long, value_name = "0..1", default_value_t = 1.0, allow_negative_numbers = true, value_parser = share)]
    pub truncation: f32,

    /// How styles are mixed: straight, or around the mean, which stays more pronounced
    #[arg(long, value_enum, default_value_t = Blend::Line)]
    pub blend: Blend,

    /// Take the coarse stages of the style from this painting, the rest from the other style
    #[arg(long, value_name = "REF.png")]
    pub shape_from: Vec<PathBuf>,

    /// Take the fine stages of the style from this painting, the rest from the other style
    #[arg(long, value_name = "REF.png")]
    pub colour_from: Vec<PathBuf>,

    /// How many of the four stages are coarse, for `--shape-from` and `--colour-from`
    #[arg(long, value_name = "0..4", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=4))]
    pub split: u8,

    /// Keep the colours of the picture; line, shading and texture are the style's
    ///
    /// The lightness of the painting is moved as a whole, so that the mean colour stays too.
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub keep_colours: Option<bool>,

    /// Paint with the networks and nothing else: faces are neither lit nor shaded, eyes not kept,
    /// parts have no colours of their own, and there are no flat areas, screens or grids of pixels
    #[arg(long)]
    pub networks_alone: bool,

    /// Save the style, with strength, octaves and kept colours, in a file for `--style` to take
    ///
    /// Of several styles each goes into a file beside it that is called after the style. A saved
    /// style belongs to the model that it was painted with.
    #[arg(long, value_name = "FILE.style")]
    pub save_style: Option<PathBuf>,

    /// A style for a part of the picture: a mask, white where it counts, and a style after a colon
    ///
    /// `hair.png:a.png`, `sky.png:name:old-master` or `coat.png:seed:7`; `face.png:keep` leaves the
    /// part as it is in the picture, and `coat.png:only` all but the part. Again for more parts,
    /// later ones above. The mask may be of any size in the picture's proportions. Without a file:
    /// `hair`, `face`, `eyes`, `brows`, `mouth`, `body`, `background` or `figure` as they are found
    /// in the picture, as in `hair:a.png` or `face:keep` (a file of such a name is `./hair`).
    #[arg(long = "mask", value_name = "MASK.png|PART:STYLE|keep|only", value_parser = MaskedStyle::parse)]
    pub masks: Vec<MaskedStyle>,

    /// Paint this part of the picture alone and leave the rest as it is: `hair`, `face`, `eyes`,
    /// `brows`, `mouth`, `body`, `background` or `figure`, or a mask from a file
    ///
    /// `--within hair` is `--mask hair:only` in one word, and lies above all masks. A picture in
    /// which the part is not found stays as it is.
    #[arg(long, value_name = "PART|MASK.png", value_parser = MaskSource::parse)]
    pub within: Option<MaskSource>,

    /// Width in pixels of the soft edge of masks [default: a fiftieth of the picture's short side;
    /// of parts that are found, a hundredth of the face]
    #[arg(long, value_name = "PIXELS", allow_negative_numbers = true, value_parser = feather)]
    pub feather: Option<f32>,
}

impl StyleArguments {
    /// The regions of the picture with their treatment, from the lowest up: those of `--mask` and
    /// that of `--within`.
    pub fn parts(&self) -> Vec<MaskedStyle> {
        let within = self.within.iter().map(|mask| MaskedStyle {
            mask: mask.clone(),
            part: MaskedPart::Only,
        });
        self.masks.iter().cloned().chain(within).collect()
    }

    /// Name of the option by which a region of the picture is given, if one is.
    pub fn parts_option(&self) -> Option<&'static str> {
        if !self.masks.is_empty() {
            return Some("--mask");
        }
        self.within.is_some().then_some("--within")
    }
}

/// The framing of reference paintings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Align {
    /// By the face if the painting is larger than a head is in training; a figure on a large empty
    /// ground without the ground
    Auto,
    /// All that can be seen of it
    None,
    /// The square around its main face, as in the pictures that the model was trained on
    Face,
}

impl From<Align> for Framing {
    fn from(align: Align) -> Self {
        match align {
            Align::Auto => Self::Auto,
            Align::None => Self::Whole,
            Align::Face => Self::Face,
        }
    }
}

/// The path along which styles are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Blend {
    /// Along the straight line between their codes
    Line,
    /// Along the sphere around the mean style
    Sphere,
}

impl From<Blend> for BlendPath {
    fn from(blend: Blend) -> Self {
        match blend {
            Blend::Line => Self::Line,
            Blend::Sphere => Self::Sphere,
        }
    }
}

/// Parses a number from 0 to 1.
pub fn share(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}

/// Parses a strength: how far to go from the picture to the style, and beyond it.
pub fn strength(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(strength) if (0.0..=PaintOptions::MOST_STRENGTH).contains(&strength) => Ok(strength),
        _ => Err("expected a number from 0 to 2".to_owned()),
    }
}

/// Parses a reference painting with its weight. The errors recognise the name of a style in place
/// of a painting, and a text in place of a weight.
pub fn painting(text: &str) -> Result<WeightedReference, String> {
    let reference = WeightedReference::parse(text).map_err(|error| error.to_string())?;
    if !reference.path.exists()
        && let Some((path, weight)) = text.rsplit_once('=')
        && Path::new(path).is_file()
        && reference.path == Path::new(text)
    {
        return Err(no_weight(path, weight));
    }
    let word = reference.path.to_str().unwrap_or_default();
    match style_names::like(word).filter(|_| is_word(word)) {
        Some(name) => Err(format!(
            "there is no file `{word}`: did you mean `--style-name {name}`?"
        )),
        None => Ok(reference),
    }
}

/// Parses the name of a style with its weight among others, `manga` or `manga=0.7`. A user's own
/// style may have an equals sign in its name.
fn named(text: &str) -> Result<(String, f32), String> {
    let Some((name, number)) = text.rsplit_once('=') else {
        return Ok((text.to_owned(), 1.0));
    };
    match number.trim().parse() {
        Ok(weight) if f32::is_finite(weight) && weight >= 0.0 => Ok((name.to_owned(), weight)),
        Ok(_) => Err(no_weight(name, number)),
        Err(_) if style_names::like(name).is_some() => Err(no_weight(name, number)),
        Err(_) => Ok((text.to_owned(), 1.0)),
    }
}

/// Says what is wrong with the text after the equals sign of a style.
fn no_weight(style: &str, weight: &str) -> String {
    format!("`{weight}` is no weight: expected a number from 0 up, as in `{style}=0.5`, or none")
}

fn feather(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(width) if (0.0..=4096.0).contains(&width) => Ok(width),
        _ => Err("expected a number of pixels from 0 to 4096".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(share("0.25"), Ok(0.25));
        assert!(
            ["-0.1", "1.1", "nan", "x"]
                .map(share)
                .iter()
                .all(Result::is_err)
        );
        assert_eq!(strength("1.5"), Ok(1.5));
        assert!(
            ["-0.1", "2.1", "nan", "x"]
                .map(strength)
                .iter()
                .all(Result::is_err)
        );
        assert_eq!(named("manga:3=0.5"), Ok(("manga:3".to_owned(), 0.5)));
        for (asked, meant) in [
            ("tv-cel", "tv-cel"),
            ("tv_cel=0.5", "tv-cel"),
            ("oil", "old-master"),
            ("浮世绘", "浮世绘"),
        ] {
            let told = painting(asked).unwrap_err();
            let meant = format!("did you mean `--style-name {meant}`?");
            assert!(told.ends_with(&meant), "{told}");
        }
        assert!(painting("tv-cel.png").is_ok() && painting("./tv-cel").is_ok());
        assert_eq!(named("a=b"), Ok(("a=b".to_owned(), 1.0)));
        for wrong in ["a=-1", "a=inf", "a=nan", "manga=much", "manga=0,5"] {
            let told = named(wrong).unwrap_err();
            assert!(told.contains("is no weight"), "{told}");
        }
        // A file that is there, and a text in the place of its weight.
        let told = painting("Cargo.toml=much").unwrap_err();
        assert!(
            told.starts_with("`much` is no weight") && told.ends_with("`Cargo.toml=0.5`, or none"),
            "{told}"
        );
        assert_eq!(painting("Cargo.toml=0.5").unwrap().weight, 0.5);
        assert!(painting("none.png=much").is_ok());
        assert_eq!(feather("12.5"), Ok(12.5));
        assert!(["-1", "inf", "nan"].map(feather).iter().all(Result::is_err));
    }
}
