//! Pictures in a style.

use tokio::sync::watch;
use utsushi::{BlendPath, Looked, Style, StyleCode, StyleRegion, painted_layers, repaint_layers};
use utsushi_imaging::{AnyPicture, Decoded, Document, Mark, Picture};

use super::regions::not_found;
use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker, noted, written};
use crate::{Painted, PartSource, Phase, StylePart, Work, WorkError};

impl Worker<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
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
        // At strength 0 the picture stays what it was.
        let looked = (work.strength > 0.0)
            .then(|| Looked::at(&content.eight(), &self.shared.model, &style, work.octaves));
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

    /// Repaints each layer that is seen by itself.
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

    /// The style that is asked for; `content` hands out the picture whose own style may be part of it.
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
