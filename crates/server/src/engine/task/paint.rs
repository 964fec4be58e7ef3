//! Tasks of painting a picture in a style.

use std::borrow::Cow;

use bytes::Bytes;
use tokio::sync::watch;
use utsushi::style_names::is_called;
use utsushi::{
    BlendPath, Framing, Looked, Model, OneStylePainter, OutputOptions, PaintOptions, Painter,
    Style, StyleCode, StyleError, StyleRegion, painted_layers, repaint_layers,
};
use utsushi_imaging::{AnyPicture, Decoded, Document, Mark, OutputFormat, Picture};

use super::look::{check_pixels, look, look_at_references};
use super::{Kind, PIXEL_BYTES, Size};
use crate::engine::Shared;
use crate::engine::painting_thread::PaintTask;
use crate::engine::worker::regions::not_found;
use crate::engine::worker::style_reader::StyleReader;
use crate::engine::worker::{Worker, noted, written};
use crate::{Limits, Painted, Phase, PictureRegion, RegionPlace, RegionRole, Subject, WorkError};

/// Largest width of a region's soft edge, in pixels.
const MOST_FEATHER: f32 = 4096.0;

/// A task: to paint a picture in a style.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The parts of the style. For a network of a single style, empty, or that style by name.
    pub styles: Vec<StylePart>,
    /// The part of a reference in which its style is read.
    pub framing: Framing,
    /// The path along which the parts are mixed.
    pub path: BlendPath,
    /// Strength, as [`PaintOptions::strength`].
    pub strength: f32,
    /// Number of octaves, as [`PaintOptions::octaves`].
    pub octaves: Option<u32>,
    /// Whether the content's colours are kept, as [`PaintOptions::keep_colours`].
    pub keep_colours: bool,
    /// Whether only the networks paint, as [`PaintOptions::networks_alone`].
    pub networks_alone: bool,
    /// Regions that are painted in other styles or stay as they are, each laid over those before
    /// it.
    pub regions: Vec<PictureRegion>,
    /// Whether each visible layer of a document is painted by itself, and stays a layer. This
    /// excludes regions, and needs a format with layers.
    pub layers: bool,
    /// Format of the result. One with layers gets two: the content, and the painting above it.
    pub format: OutputFormat,
    /// Depth, quality, colours and metadata of the result.
    pub output: OutputOptions,
}

/// One part of a mix of styles.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePart {
    /// Source of the part's style.
    pub source: PartSource,
    /// Weight of the part in each stage of the decoder, from the coarsest to the finest: 0 or more.
    /// Only the ratios within a stage count.
    pub weights: [f32; StyleCode::STAGES],
}

/// The source of a part's style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartSource {
    /// One of the task's references, counted from 0.
    Reference(usize),
    /// A style of the model by name, as [`Painter::named_style`].
    Named(String),
    /// A style drawn from a seed, of the given name or of any.
    Sampled {
        /// Name of the style to draw from.
        name: Option<String>,
        /// The seed.
        seed: u64,
    },
    /// The style that the picture already has; for a new painting, the one that a seed draws.
    Own,
}

impl Work {
    /// Checks that a region is possible; returns the bytes of its decoded mask, if it has one.
    fn look_at_region(
        &self,
        region: &PictureRegion,
        shared: &Shared,
    ) -> Result<Option<u64>, WorkError> {
        if let Some(feather) = region.feather
            && !(0.0..=MOST_FEATHER).contains(&feather)
        {
            return Err(WorkError::Feather(feather));
        }
        if let RegionRole::Style(source) = &region.role {
            let Model::Steered(painter) = &shared.model else {
                return Err(StyleError::OneStyle.into());
            };
            check_source(source, self.references.len(), painter)?;
        }
        match &region.place {
            RegionPlace::Mask { bytes, subject } => {
                let mask = look(bytes, *subject, shared.options.limits.pixels)?;
                Ok(Some(mask.bytes))
            }
            RegionPlace::Area(_) => Ok(None),
        }
    }

    /// Pixels and bytes of all layers of the content.
    fn look_at_layers(&self, limits: &Limits) -> Result<(u64, u64), WorkError> {
        let format = self.format;
        if format.document().is_none() {
            return Err(WorkError::NoPlaceForLayers { format });
        }
        if !self.regions.is_empty() {
            return Err(WorkError::MaskedLayers);
        }
        let subject = Subject::Content;
        let size = Document::size(&self.content, &limits.decoding_layers())
            .map_err(|reason| WorkError::Picture { subject, reason })?;
        check_pixels((size.width, size.height), subject, limits.pixels)?;
        let (found, limit) = (size.pixels, limits.film_pixels);
        if found > limit {
            return Err(WorkError::LayerPixels { found, limit });
        }
        Ok((found, size.bytes))
    }
}

/// Checks that a result can be written in the format with these options.
pub(super) fn check_output(format: OutputFormat, output: &OutputOptions) -> Result<(), WorkError> {
    if !(1..=100).contains(&output.quality) {
        return Err(WorkError::Quality(output.quality));
    }
    if output.keep_colours && !format.holds_profile() {
        return Err(WorkError::NoPlaceForProfile { format });
    }
    Ok(())
}

pub(super) fn check_options(
    strength: f32,
    octaves: Option<u32>,
    shared: &Shared,
) -> Result<(), WorkError> {
    let tile = shared.options.tile;
    let options = PaintOptions {
        strength,
        tile,
        octaves,
        ..PaintOptions::default()
    };
    Ok(options.validate()?)
}

pub(super) fn check_references(found: usize, limit: usize) -> Result<(), WorkError> {
    if found > limit {
        Err(WorkError::References { found, limit })
    } else {
        Ok(())
    }
}

/// Checks that only the network's single style is asked for, by its name or not at all.
fn check_only_style(
    styles: &[StylePart],
    references: usize,
    painter: &OneStylePainter,
) -> Result<(), StyleError> {
    let own = |part: &StylePart| matches!(&part.source, PartSource::Named(name) if is_called(painter.style(), name));
    if references == 0 && styles.iter().all(own) {
        return Ok(());
    }
    Err(StyleError::OneStyle)
}

/// Checks that a style's source is available.
fn check_source(
    source: &PartSource,
    references: usize,
    painter: &Painter,
) -> Result<(), WorkError> {
    match source {
        PartSource::Reference(index) if *index >= references => {
            let (index, found) = (*index, references);
            return Err(WorkError::NoSuchReference { index, found });
        }
        PartSource::Named(name) => {
            painter.named_style(name)?;
        }
        PartSource::Sampled { name, .. } => {
            painter.check_drawable(name.as_deref())?;
        }
        _ => {}
    }
    Ok(())
}

/// The parts of a style that was asked for; if there are none, the only style of a model that has
/// no other.
pub(in crate::engine) fn parts_of<'a>(
    styles: &'a [StylePart],
    painter: &Painter,
) -> Cow<'a, [StylePart]> {
    match painter.only_style() {
        Some(name) if styles.is_empty() => Cow::Owned(vec![StylePart {
            source: PartSource::Named(name.to_owned()),
            weights: [1.0; StyleCode::STAGES],
        }]),
        _ => Cow::Borrowed(styles),
    }
}

/// Checks that the parts of a mix are available, and that some weight in each stage is above 0.
pub(super) fn check_styles(
    styles: &[StylePart],
    references: usize,
    painter: &Painter,
) -> Result<(), WorkError> {
    let styles = parts_of(styles, painter);
    let mut sums = [0.0; StyleCode::STAGES];
    for part in &*styles {
        for (sum, weight) in sums.iter_mut().zip(part.weights) {
            if !weight.is_finite() || weight < 0.0 {
                return Err(StyleError::Weight(weight).into());
            }
            *sum += f64::from(weight);
        }
        check_source(&part.source, references, painter)?;
    }
    if styles.is_empty() {
        return Err(StyleError::NothingToBlend.into());
    }
    if sums.contains(&0.0) {
        Err(StyleError::NoWeight.into())
    } else {
        Ok(())
    }
}

impl Kind for Work {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let limits = &shared.options.limits;
        check_options(self.strength, self.octaves, shared)?;
        check_references(self.references.len(), limits.references)?;
        let references = self.references.len();
        match &shared.model {
            Model::Steered(painter) => check_styles(&self.styles, references, painter)?,
            Model::OneStyle(painter) => check_only_style(&self.styles, references, painter)?,
        }
        check_output(self.format, &self.output)?;
        let (painted, content) = if self.layers {
            self.look_at_layers(limits)?
        } else {
            let look = look(&self.content, Subject::Content, limits.pixels)?;
            (look.pixels(), look.bytes)
        };
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let largest = look_at_references(references, limits.pixels)?;
        let mut masks = 0u64;
        for region in &self.regions {
            // As it was sent or found, and at the size of the content, with a number for each
            // pixel.
            let found = self.look_at_region(region, shared)?.unwrap_or(painted);
            masks = masks.saturating_add(painted * PIXEL_BYTES + found);
        }
        let styled = |region: &&PictureRegion| matches!(region.role, RegionRole::Style(_));
        let times = 1 + self.regions.iter().filter(styled).count() as u64;
        // One reference at a time stands beside the content.
        Ok(Size {
            painted: painted.saturating_mul(times),
            held: content
                .saturating_add(content.max(largest))
                .saturating_add(masks),
        })
    }

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.paint(self)
    }
}

impl Worker<'_> {
    fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        if work.layers {
            return self.paint_layers(work);
        }
        let decoded = self.read_any(&work.content, Subject::Content)?;
        let (content, file) = work.output.prepared(decoded, work.format)?.split();
        let mut style_reader = StyleReader::new(self, &work.references, work.framing);
        let shown = || Some(content.eight().into_owned());
        let style = self.style(work, &mut style_reader, &shown)?;
        let mut of_region = |source: &_| {
            let weights = [1.0; StyleCode::STAGES];
            let source = PartSource::clone(source);
            let part = StylePart { source, weights };
            let own = || Ok(self.shared.painter()?.style_of(&content.eight())?);
            style_reader.mix(&[part], BlendPath::Line, &shown, &own)
        };
        let (regions, absent) = self.regions(&work.regions, &content.eight(), &mut of_region)?;
        let mut notes = style_reader.notes();
        let absent = absent.into_iter().map(not_found);
        let options = PaintOptions {
            octaves: work.octaves,
            networks_alone: work.networks_alone,
            ..PaintOptions::default()
        };
        let options = (&options, !regions.is_empty());
        // At strength 0 the picture stays what it was.
        let looked = (work.strength > 0.0)
            .then(|| Looked::at(&content.eight(), &self.shared.model, &style, options));
        let painted_in = style.clone();
        let look = |painting: &AnyPicture| match &looked {
            Some(looked) => looked.notes(&self.shared.model, &painted_in, &painting.eight()),
            None => Vec::new(),
        };
        let mark = self.mark(Mark::Repainted, work.strength);
        let size = content.size();
        let task =
            |content: AnyPicture, style: Style, regions: Vec<StyleRegion>| PaintTask::Painting {
                content,
                style,
                regions,
                strength: work.strength,
                octaves: work.octaves,
                keep_colours: work.keep_colours,
                networks_alone: work.networks_alone,
            };
        let Some(format) = work.format.document() else {
            let painting = self.painted(task(content, style, regions))?;
            notes.extend(look(&painting));
            let encoded = work.output.encode(painting, &file, work.format, mark)?;
            let painted = written(encoded.bytes, work.format, size);
            return Ok(noted(painted, &notes).with_notes(absent));
        };
        let paint = |style: Style| self.painted(task(content.clone(), style, Vec::new()));
        let painting = paint(style)?;
        notes.extend(look(&painting));
        let layers = painted_layers(&content, painting, &regions, &mut |code| paint(code.into()))?;
        let encoded = work.output.encode_layers(layers, &file, format, mark)?;
        let painted = written(encoded.bytes, work.format, size);
        Ok(noted(painted, &notes).with_notes(absent))
    }

    /// Repaints each visible layer by itself.
    fn paint_layers(&self, work: &Work) -> Result<Painted, WorkError> {
        let format = work.format.document().ok_or(WorkError::Fault)?;
        let limits = self.shared.options.limits.decoding_layers();
        let subject = Subject::Content;
        let damaged = |reason| WorkError::Picture { subject, reason };
        let file = Decoded::of_document(&work.content).map_err(damaged)?;
        let mut document = Document::read(&work.content, &limits).map_err(damaged)?;
        let mut style_reader = StyleReader::new(self, &work.references, work.framing);
        let shown = || Some(document.merged().into_eight());
        let style = self.style(work, &mut style_reader, &shown)?;
        let notes = style_reader.notes();
        let mut total = 0;
        document.change_visible(&mut |_| {
            total += 1;
            Ok::<_, WorkError>(())
        })?;
        if total == 0 {
            return Err(WorkError::NoVisibleLayer);
        }
        let mut done = 0;
        repaint_layers(&mut document, work.output.depth, &mut |picture| {
            self.job.phase.send_replace(Phase::Painting { done, total });
            done += 1;
            let task = PaintTask::Painting {
                content: picture.clone(),
                style: style.clone(),
                regions: Vec::new(),
                strength: work.strength,
                octaves: work.octaves,
                keep_colours: work.keep_colours,
                networks_alone: work.networks_alone,
            };
            // How far one layer is tells nobody how far all of them are.
            let (phase, _) = watch::channel(Phase::Waiting);
            let painted = self.submit_with(task, phase)?;
            painted.recv().map_err(|_| WorkError::Fault)?
        })?;
        self.check()?;
        let size = (document.width, document.height);
        let mark = self.mark(Mark::Repainted, work.strength);
        let encoded = work.output.encode_layers(document, &file, format, mark)?;
        Ok(noted(written(encoded.bytes, work.format, size), &notes))
    }

    /// Makes the style that was asked for; `content` returns the picture whose own style may be
    /// part of it.
    fn style(
        &self,
        work: &Work,
        style_reader: &mut StyleReader<'_>,
        content: &dyn Fn() -> Option<Picture>,
    ) -> Result<Style, WorkError> {
        let Some(painter) = self.shared.model.steered() else {
            return Ok(Style::Only);
        };
        let own = || {
            let content = content().ok_or(WorkError::NoContent)?;
            Ok(painter.style_of(&content)?)
        };
        let style = style_reader.mix(&work.styles, work.path, content, &own)?;
        Ok(style.into())
    }
}
