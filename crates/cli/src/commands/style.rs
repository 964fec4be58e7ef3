//! Conversion of the style options to styles.

use std::path::Path;

use burn::tensor::Device;
use utsushi::anatomy::{AnatomyReader, Region};
use utsushi::jobs::{StyleNotes, StyleSource, WeightedReference};
use utsushi::{Mask, Painter, RegionStyle, StyleCode, StyleError, StyleRegion};
use utsushi_imaging::{DecodeLimits, Picture, read};
use utsushi_weights::ExportedModel;

use crate::args::{MaskSource, MaskedPart, StyleArguments};
use crate::error::UsageError;
use crate::{output, text};

/// The style that a command paints in, or several that differ by their seed, each with a name for a
/// file. If none is given, the only style of the model.
///
/// # Errors
/// Options exclude each other, or there is no style.
pub fn asked_for(
    arguments: &StyleArguments,
    model: &ExportedModel,
) -> Result<Vec<(String, StyleSource)>, UsageError> {
    let only = model.only_style().map(str::to_owned);
    let only = only.map(|name| (name.clone(), StyleSource::Named(name)));
    given(arguments, only)?.ok_or_else(|| {
        UsageError::new("no style to paint in was given").hint(
            "add --style REFERENCE.png, --style-name NAME (`utsushi model` lists them) or \
             --style-seed N",
        )
    })
}

/// The styles as [`asked_for`] gives them, or `None` if the options name none.
///
/// # Errors
/// Options exclude each other.
pub fn optional(
    arguments: &StyleArguments,
) -> Result<Option<Vec<(String, StyleSource)>>, UsageError> {
    given(arguments, None)
}

/// The styles of the options, with `meant` as the default.
fn given(
    arguments: &StyleArguments,
    meant: Option<(String, StyleSource)>,
) -> Result<Option<Vec<(String, StyleSource)>>, UsageError> {
    let mut whole = whole_styles(arguments)?;
    if whole.is_empty() && (arguments.shape_from.is_empty() || arguments.colour_from.is_empty()) {
        whole.extend(meant);
    }
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
        return Err(nothing_left());
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

/// The error that another style was given beside `--shape-from` and `--colour-from`.
pub fn nothing_left() -> UsageError {
    let message = "--shape-from and --colour-from together leave nothing for another style";
    UsageError::new(message).hint("leave the other style out, or one of these two")
}

/// The styles of the options, ignoring `--shape-from` and `--colour-from`.
fn whole_styles(arguments: &StyleArguments) -> Result<Vec<(String, StyleSource)>, UsageError> {
    if let Some(seeds) = &arguments.style_seed {
        if !arguments.styles.is_empty() {
            return Err(UsageError::new("--style cannot be mixed with --style-seed")
                .hint("`utsushi mix` mixes styles of all kinds"));
        }
        return Ok(sampled(&seeds.0, kind_of_seeds(arguments)?));
    }
    let references = arguments.styles.iter().map(|it| {
        let alone = WeightedReference {
            weight: 1.0,
            ..it.clone()
        };
        (StyleSource::References(vec![alone]), it.weight)
    });
    let names = arguments.style_names.iter();
    let names = names.map(|(name, weight)| (StyleSource::Named(name.clone()), *weight));
    let parts: Vec<(StyleSource, f32)> = references.chain(names).collect();
    Ok(match &parts[..] {
        [] => Vec::new(),
        [(StyleSource::Named(name), weight)] if *weight > 0.0 => {
            vec![(name.clone(), StyleSource::Named(name.clone()))]
        }
        _ => {
            let path = arguments.blend.into();
            vec![("style".to_owned(), StyleSource::Mixed { parts, path })]
        }
    })
}

/// Name of the style of which seeds draw, if one is given.
fn kind_of_seeds(arguments: &StyleArguments) -> Result<Option<&str>, UsageError> {
    match &arguments.style_names[..] {
        [] => Ok(None),
        [(name, _)] => Ok(Some(name)),
        _ => Err(UsageError::new(
            "--style-seed makes up styles of one name, but several were given",
        )
        .hint("give --style-name once, or leave --style-seed out")),
    }
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
///
/// # Errors
/// Seeds are given with more than one name.
pub fn each(arguments: &StyleArguments) -> Result<Vec<(String, StyleSource)>, UsageError> {
    let mut styles: Vec<_> = arguments
        .styles
        .iter()
        .map(|it| (stem(&it.path), reference(&it.path)))
        .collect();
    match &arguments.style_seed {
        Some(seeds) => styles.extend(sampled(&seeds.0, kind_of_seeds(arguments)?)),
        None => {
            let names = arguments.style_names.iter().map(|(name, _)| name);
            styles.extend(names.map(|name| (name.clone(), StyleSource::Named(name.clone()))));
        }
    }
    let whole = styles.into_iter();
    Ok(whole
        .map(|(name, source)| (name, adapted(source, arguments)))
        .collect())
}

/// The style source of the painting at `path`.
pub fn reference(path: &Path) -> StyleSource {
    StyleSource::References(vec![WeightedReference::of(path.to_owned())])
}

/// Name of a file without folder and suffix.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The source with the framing and the truncation of the arguments.
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

/// Makes the code of a style. A name that the model does not know is wrong usage.
///
/// # Errors
/// As [`StyleSource::resolve`].
pub fn resolve(source: &StyleSource, painter: &Painter) -> anyhow::Result<StyleCode> {
    resolve_for(None, source, painter)
}

/// Makes the code of a style as [`resolve`] does, for painting `content`, on which drawn styles are
/// tried.
///
/// # Errors
/// As [`StyleSource::resolve`].
pub fn resolve_for(
    content: Option<&Picture>,
    source: &StyleSource,
    painter: &Painter,
) -> anyhow::Result<StyleCode> {
    let mut resolver = Resolver::of(content);
    let code = resolver.resolve(source, painter)?;
    resolver.tell();
    Ok(code)
}

/// Makes the codes of several styles, and collects notes on them.
pub struct Resolver<'a> {
    /// The picture to be painted.
    content: Option<&'a Picture>,
    notes: StyleNotes,
}

impl<'a> Resolver<'a> {
    /// A resolver for a picture to be painted, on which drawn styles are tried.
    pub fn of(content: Option<&'a Picture>) -> Self {
        Self {
            content,
            notes: StyleNotes::default(),
        }
    }

    /// Makes the code of a style, as [`resolve_for`] does.
    ///
    /// # Errors
    /// As [`resolve_for`].
    pub fn resolve(
        &mut self,
        source: &StyleSource,
        painter: &Painter,
    ) -> anyhow::Result<StyleCode> {
        let limits = DecodeLimits::default();
        Ok(source.resolve_for(self.content, painter, &limits, &mut self.notes)?)
    }

    /// Prints the collected notes on the styles.
    pub fn tell(&self) {
        for note in self.notes.notes() {
            output::note(text::noted(&note));
        }
    }
}

/// Makes the regions of the picture that have styles of their own or stay as they are. Without a
/// painter, for networks of a single style, regions can only be kept.
///
/// # Errors
/// A mask or a style cannot be read.
pub fn regions(
    arguments: &StyleArguments,
    content: Option<&Picture>,
    painter: Option<&Painter>,
) -> anyhow::Result<Vec<Region>> {
    let mut regions = Vec::new();
    for masked in &arguments.parts() {
        let outside = masked.part == MaskedPart::Only;
        let mask = match &masked.mask {
            MaskSource::File(path) => Ok(mask(path, &masked.part, arguments.feather)?),
            MaskSource::Area(area) => Err(*area),
        };
        let style = match (&masked.part, painter) {
            (MaskedPart::Keep | MaskedPart::Only, _) => RegionStyle::Keep,
            (MaskedPart::Style(_), None) => return Err(StyleError::OneStyle.into()),
            (MaskedPart::Style(style), Some(painter)) => {
                resolve_for(content, &adapted(style.clone(), arguments), painter)?.into()
            }
        };
        regions.push(match mask {
            Ok(mask) if outside => StyleRegion {
                mask: mask.inverted(),
                style,
            }
            .into(),
            Ok(mask) => StyleRegion { mask, style }.into(),
            Err(area) => Region::Area {
                area,
                outside,
                feather: arguments.feather,
                style,
            },
        });
    }
    Ok(regions)
}

/// Reads the mask in a file.
fn mask(path: &Path, part: &MaskedPart, feather: Option<f32>) -> anyhow::Result<Mask> {
    let mask = read(path, &DecodeLimits::default())?.picture;
    let path = path.display();
    let mask = Mask::new(mask, feather).named(path.to_string());
    if !mask.shows_anything() {
        let (outcome, white) = match part {
            MaskedPart::Keep => ("nothing would stay as it is", "the picture is to stay"),
            MaskedPart::Only => ("nothing would be painted", "the picture is to be painted"),
            MaskedPart::Style(_) => ("it would change nothing", "the style counts"),
        };
        anyhow::bail!(
            "{path}: there is no white in this mask, so that {outcome}; make it white where \
             {white} (what is transparent counts as black)"
        );
    }
    Ok(mask)
}

/// Finds the [`regions()`] in one picture, given with its name, and reports areas that are not
/// found.
///
/// # Errors
/// The networks that find parts cannot be loaded.
pub fn regions_of(
    regions: Vec<Region>,
    (name, picture): (&str, &Picture),
) -> anyhow::Result<Vec<StyleRegion>> {
    let reader = || AnatomyReader::builtin(&Device::flex());
    let (found, absent) = Region::within(&regions, picture, reader)?;
    for area in absent {
        output::note(text::absent(name, area));
    }
    Ok(found)
}
