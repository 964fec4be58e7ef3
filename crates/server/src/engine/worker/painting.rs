//! Pictures in a style.

use tokio::sync::watch;
use utsushi::{
    Looked, Mask, Note, RegionStyle, Style, StyleRegion, painted_layers, repaint_layers,
};
use utsushi_imaging::{AnyPicture, Decoded, Document, Mark, Picture};

use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker, noted, written};
use crate::{Painted, PartMask, Phase, Work, WorkError};

impl Worker<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        if work.layers {
            return self.paint_layers(work);
        }
        let decoded = self.read_any(&work.content, Subject::Content)?;
        let (content, file) = work.output.prepared(decoded, work.format)?.split();
        let (style, mut notes) = self.style(work, &|| content.eight().into_owned())?;
        // At strength 0 the picture stays what it was.
        let looked = (work.strength > 0.0)
            .then(|| Looked::at(&content.eight(), &self.shared.model, &style, work.octaves));
        let painted_in = style.clone();
        let look = |painting: &AnyPicture| match &looked {
            Some(looked) => looked.notes(&self.shared.model, &painted_in, &painting.eight()),
            None => Vec::new(),
        };
        let mut regions = Vec::new();
        if let Some(part) = &work.mask {
            regions.push(kept(self.mask(part, "mask")?.inverted()));
        }
        if let Some(part) = &work.keep {
            regions.push(kept(self.mask(part, "keep")?));
        }
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
            };
        let Some(format) = work.format.document() else {
            let painting = self.painted(task(content, style, regions))?;
            notes.extend(look(&painting));
            let encoded = work.output.encode(painting, &file, work.format, mark)?;
            return Ok(noted(written(encoded.bytes, work.format, size), &notes));
        };
        let paint = |style: Style| self.painted(task(content.clone(), style, Vec::new()));
        let painting = paint(style)?;
        notes.extend(look(&painting));
        let layers = painted_layers(&content, painting, &regions, &mut |code| paint(code.into()))?;
        let encoded = work.output.encode_layers(layers, &file, format, mark)?;
        Ok(noted(written(encoded.bytes, work.format, size), &notes))
    }

    /// Repaints each layer that is seen by itself.
    fn paint_layers(&self, work: &Work) -> Result<Painted, WorkError> {
        let format = work.format.document().ok_or(WorkError::Fault)?;
        let limits = self.shared.options.limits.decoding_layers();
        let subject = Subject::Content;
        let damaged = |reason| WorkError::Picture { subject, reason };
        let file = Decoded::of_document(&work.content).map_err(damaged)?;
        let mut document = Document::read(&work.content, &limits).map_err(damaged)?;
        let (style, notes) = self.style(work, &|| document.merged().into_eight())?;
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

    /// The style that is asked for, with what there is to know of it; `content` hands out the picture whose own style may be part of it.
    fn style(
        &self,
        work: &Work,
        content: &dyn Fn() -> Picture,
    ) -> Result<(Style, Vec<Note>), WorkError> {
        let Some(painter) = self.shared.model.steered() else {
            return Ok((Style::Only, Vec::new()));
        };
        let own = || painter.style_of(&content());
        let mut style_reader = StyleReader::new(self, &work.references, work.framing);
        let style = style_reader.mix(&work.styles, work.path, content, &own)?;
        Ok((style.into(), style_reader.notes()))
    }

    /// The mask that was sent in a field.
    fn mask(&self, part: &PartMask, field: &str) -> Result<Mask, WorkError> {
        let picture = self.read(&part.bytes, Subject::Mask)?;
        let mask = Mask::new(picture, part.feather).named(format!("`{field}`"));
        if mask.shows_anything() {
            Ok(mask)
        } else {
            Err(WorkError::EmptyMask)
        }
    }
}

/// A region that stays as it is.
fn kept(mask: Mask) -> StyleRegion {
    let style = RegionStyle::Keep;
    StyleRegion { mask, style }
}
