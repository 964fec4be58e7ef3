//! From the options for a style to styles.

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

/// The one style that a command paints in, or several that differ by their seed; each has a name
/// for a file. Where none is given, that of a model that has no other.
///
/// # Errors
/// Options that exclude each other, or no style at all.
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

/// As [`asked_for`], but having no style is no error.
///
/// # Errors
/// Options that exclude each other.
pub fn optional(
    arguments: &StyleArguments,
) -> Result<Option<Vec<(String, StyleSource)>>, UsageError> {
    given(arguments, None)
}

/// The styles of the options, with one that is meant where they name none.
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

/// That another style was given beside `--shape-from` and `--colour-from`.
pub fn nothing_left() -> UsageError {
    let message = "--shape-from and --colour-from together leave nothing for another style";
    UsageError::new(message).hint("leave the other style out, or one of these two")
}

/// Styles without regard to `--shape-from` and `--colour-from`.
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

/// The name whose styles the seeds make up, if any.
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
/// Seeds of more than one name.
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

/// The style of the painting at `path`.
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
    resolve_for(None, source, painter)
}

/// The same for a picture that is to be painted in it, on which drawn styles are tried.
///
/// # Errors
/// As there.
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

/// Finds the codes of several styles, and tells at the end what there is to know of them.
pub struct Resolver<'a> {
    /// The picture that is to be painted.
    content: Option<&'a Picture>,
    notes: StyleNotes,
}

impl<'a> Resolver<'a> {
    /// For a picture that is to be painted, on which drawn styles are tried.
    pub fn of(content: Option<&'a Picture>) -> Self {
        Self {
            content,
            notes: StyleNotes::default(),
        }
    }

    /// The code of a style, as [`resolve_for`] has it.
    ///
    /// # Errors
    /// As there.
    pub fn resolve(
        &mut self,
        source: &StyleSource,
        painter: &Painter,
    ) -> anyhow::Result<StyleCode> {
        let limits = DecodeLimits::default();
        Ok(source.resolve_for(self.content, painter, &limits, &mut self.notes)?)
    }

    /// Notes what there is to know of the styles.
    pub fn tell(&self) {
        for note in self.notes.notes() {
            output::note(text::noted(&note));
        }
    }
}

/// The parts of the picture that have styles of their own or stay as they are. Networks of one
/// style, which are no painter, keep parts and know no other styles.
///
/// # Errors
/// A mask or a style that cannot be read.
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

/// The mask in a file.
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

/// [`regions()`] as they lie in one picture, under its name, whose areas are found. Says which are not.
///
/// # Errors
/// The networks that find parts cannot be had.
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
