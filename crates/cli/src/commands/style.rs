//! From the options for a style to styles.

use std::path::Path;

use utsushi::jobs::{StyleSource, StyleSourceError, WeightedReference};
use utsushi::{BlendPath, Mask, Painter, RegionStyle, StyleCode, StyleError, StyleRegion};
use utsushi_imaging::{DecodeLimits, read};

use crate::args::{MaskedPart, StyleArguments};
use crate::error::UsageError;
use crate::text;

/// The one style that a command paints in, or several that differ by their seed; each has a name
/// for a file.
///
/// # Errors
/// Options that exclude each other, or no style at all.
pub fn asked_for(arguments: &StyleArguments) -> Result<Vec<(String, StyleSource)>, UsageError> {
    optional(arguments)?.ok_or_else(|| {
        UsageError::new("no style to paint in was given").hint(
            "add --style REFERENCE.png, --style-name NAME (`utsushi model` lists them) or \
             --style-seed N",
        )
    })
}

/// As [`asked_for`], but having no style is no error.
///
/// # Errors
/// Options that exclude each other.
pub fn optional(
    arguments: &StyleArguments,
) -> Result<Option<Vec<(String, StyleSource)>>, UsageError> {
    let whole = whole_styles(arguments)?;
    let one = |paths: &[std::path::PathBuf], flag: &str| match paths {
        [] => Ok(None),
        [path] => Ok(Some(reference(path))),
        _ => Err(UsageError::new(format!("{flag} takes one painting here"))
            .hint("`utsushi mix` makes a table of several")),
    };
    let shape = one(&arguments.shape_from, "--shape-from")?;
    let colour = one(&arguments.colour_from, "--colour-from")?;
    let other = |source: Option<&StyleSource>, flag: &str| {
        source.cloned().ok_or_else(|| {
            UsageError::new(format!("{flag} needs another style for the other stages"))
                .hint("add --style, --style-name, --style-seed, --shape-from or --colour-from")
        })
    };
    if shape.is_some() && colour.is_some() && !whole.is_empty() {
        return Err(UsageError::new(
            "--shape-from and --colour-from together leave nothing for another style",
        ));
    }
    let split = usize::from(arguments.split);
    let staged = |whole: Option<&StyleSource>| -> Result<Option<StyleSource>, UsageError> {
        let (shape, colour) = match (&shape, &colour) {
            (None, None) => return Ok(whole.cloned()),
            (Some(shape), Some(colour)) => (shape.clone(), colour.clone()),
            (Some(shape), None) => (shape.clone(), other(whole, "--shape-from")?),
            (None, Some(colour)) => (other(whole, "--colour-from")?, colour.clone()),
        };
        Ok(Some(StyleSource::Staged {
            shape: shape.into(),
            colour: colour.into(),
            split,
        }))
    };
    if whole.is_empty() {
        let source = staged(None)?;
        return Ok(source.map(|source| vec![("style".to_owned(), adapted(source, arguments))]));
    }
    let mut styles = Vec::new();
    for (name, source) in whole {
        let source = staged(Some(&source))?.unwrap_or(source);
        styles.push((name, adapted(source, arguments)));
    }
    Ok(Some(styles))
}

/// Styles without regard to `--shape-from` and `--colour-from`.
fn whole_styles(arguments: &StyleArguments) -> Result<Vec<(String, StyleSource)>, UsageError> {
    let name = arguments.style_name.clone();
    if !arguments.styles.is_empty() {
        if name.is_some() || arguments.style_seed.is_some() {
            return Err(UsageError::new(
                "--style cannot be mixed with --style-name or --style-seed",
            )
            .hint("`utsushi mix` mixes styles of all kinds"));
        }
        let references = arguments.styles.clone();
        let source = match BlendPath::from(arguments.blend) {
            BlendPath::Line => StyleSource::References(references),
            BlendPath::Sphere => StyleSource::OnSphere(references),
        };
        return Ok(vec![("style".to_owned(), source)]);
    }
    Ok(match (&arguments.style_seed, name) {
        (Some(seeds), name) => sampled(&seeds.0, name.as_deref()),
        (None, Some(name)) => vec![(name.clone(), StyleSource::Named(name))],
        (None, None) => Vec::new(),
    })
}

fn sampled(seeds: &[u64], name: Option<&str>) -> Vec<(String, StyleSource)> {
    let digits = seeds.iter().max().map_or(1, |most| most.to_string().len());
    let one = |&seed: &u64| {
        let source = StyleSource::Sampled {
            name: name.map(str::to_owned),
            seed,
        };
        (format!("seed-{seed:0digits$}"), source)
    };
    seeds.iter().map(one).collect()
}

/// Every style of the options by itself, with a name for a caption: what `utsushi mix` mixes.
pub fn each(arguments: &StyleArguments) -> Vec<(String, StyleSource)> {
    let mut styles: Vec<_> = arguments
        .styles
        .iter()
        .map(|it| (stem(&it.path), reference(&it.path)))
        .collect();
    match (&arguments.style_seed, &arguments.style_name) {
        (Some(seeds), name) => styles.extend(sampled(&seeds.0, name.as_deref())),
        (None, Some(name)) => styles.push((name.clone(), StyleSource::Named(name.clone()))),
        (None, None) => {}
    }
    let whole = styles.into_iter();
    whole
        .map(|(name, source)| (name, adapted(source, arguments)))
        .collect()
}

/// A reference by its path alone.
pub fn reference(path: &Path) -> StyleSource {
    StyleSource::References(vec![WeightedReference::of(path.to_owned())])
}

/// The name of a file without folder and ending.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The source with the framing and the truncation asked for.
pub fn adapted(source: StyleSource, arguments: &StyleArguments) -> StyleSource {
    let source = source.framed(arguments.align.into());
    match arguments.truncation {
        1.0 => source,
        keep => StyleSource::Truncated {
            source: source.into(),
            keep,
        },
    }
}

/// The code of a style. A name that the model does not know is a wrong usage.
///
/// # Errors
/// As [`StyleSource::resolve`].
pub fn resolve(source: &StyleSource, painter: &Painter) -> anyhow::Result<StyleCode> {
    MadeUp::default().resolve(source, painter)
}

/// Styles that were made up from seeds.
#[derive(Default)]
pub struct MadeUp {
    /// The number of them.
    styles: u32,
    /// The number of styles drawn for them.
    drawn: u32,
}

impl MadeUp {
    /// The code of a style, as [`resolve`] has it; those made up are counted.
    ///
    /// # Errors
    /// As there.
    pub fn resolve(
        &mut self,
        source: &StyleSource,
        painter: &Painter,
    ) -> anyhow::Result<StyleCode> {
        let before = self.drawn;
        let code =
            told(source.resolve_counting(painter, &DecodeLimits::default(), &mut self.drawn));
        self.styles += u32::from(self.drawn > before);
        code
    }

    /// The number of styles drawn, where that is more than one.
    pub fn remark(&self) -> Option<String> {
        let Self { styles, drawn } = *self;
        let made_up = text::counted(styles as usize, "style");
        match drawn - styles {
            _ if drawn < 2 => None,
            0 => Some(format!("{made_up} made up, as many drawn")),
            more => Some(format!(
                "{made_up} made up, {drawn} drawn: in {more} of them no face could be made out"
            )),
        }
    }
}

fn told(resolved: Result<StyleCode, StyleSourceError>) -> anyhow::Result<StyleCode> {
    match resolved {
        Ok(code) => Ok(code),
        Err(StyleSourceError::Style(
            error @ (StyleError::Unknown { .. } | StyleError::ContentOnly { .. }),
        )) => Err(UsageError::new(error.to_string()).into()),
        Err(error) => Err(error.into()),
    }
}

/// The parts of the picture that have styles of their own or stay as they are. Networks of one
/// style, which are no painter, keep parts and know no other styles.
///
/// # Errors
/// A mask or a style that cannot be read.
pub fn regions(
    arguments: &StyleArguments,
    painter: Option<&Painter>,
) -> anyhow::Result<Vec<StyleRegion>> {
    let mut regions = Vec::new();
    for masked in &arguments.masks {
        let mask = read(&masked.mask, &DecodeLimits::default())?.picture;
        let mask = Mask::new(mask, arguments.feather);
        if !mask.shows_anything() {
            let message = format!("{}: there is no white in this mask", masked.mask.display());
            return Err(UsageError::new(message)
                .hint(
                    "white is where the style counts, black where it does not, and what is \
                     transparent counts as black: the mask would change nothing",
                )
                .into());
        }
        let (mask, style) = match (&masked.part, painter) {
            (MaskedPart::Keep, _) => (mask, RegionStyle::Keep),
            (MaskedPart::Only, _) => (mask.inverted(), RegionStyle::Keep),
            (MaskedPart::Style(_), None) => return Err(StyleError::OneStyle.into()),
            (MaskedPart::Style(style), Some(painter)) => {
                let code = resolve(&adapted(style.clone(), arguments), painter)?;
                (mask, code.into())
            }
        };
        regions.push(StyleRegion { mask, style });
    }
    Ok(regions)
}
