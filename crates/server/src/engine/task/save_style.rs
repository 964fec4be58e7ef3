//! Tasks of saving styles in files.

use bytes::Bytes;
use utsushi::{BlendPath, Framing, SavedStyle, SavedStyleError, StyleCode, StyleOptions};

use super::look::{look, look_at_references};
use super::paint::{check_options, check_references, check_styles, parts_of};
use super::{Kind, Size};
use crate::engine::Shared;
use crate::engine::worker::style_reader::StyleReader;
use crate::engine::worker::{Worker, noted};
use crate::{Painted, PaintedFormat, PartSource, StylePart, Subject, WorkError};

/// Number of pixels of the sample portrait that shows a saved style.
const THUMBNAIL: u64 = 128 * 128;

/// A task: to save a style in a file ([`SavedStyle`](utsushi::SavedStyle)), the same style in which
/// a painting of these parts would be painted.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveStyle {
    /// The bytes of the picture that is painted: drawn styles are tried on it, and
    /// [`PartSource::Own`] is its style. Without it, neither is possible.
    pub content: Option<Bytes>,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The parts of the style.
    pub styles: Vec<StylePart>,
    /// The part of a reference in which its style is read.
    pub framing: Framing,
    /// The path along which the parts are mixed.
    pub path: BlendPath,
    /// Options with which the style is painted, unless its user says otherwise.
    pub options: StyleOptions,
    /// A note for readers on what the style was made from; by default made from the parts.
    pub note: Option<String>,
}

impl Kind for SaveStyle {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let (limits, painter) = (&shared.options.limits, shared.painter()?);
        check_options(self.options.strength, self.options.octaves, shared)?;
        check_references(self.references.len(), limits.references)?;
        check_styles(&self.styles, self.references.len(), painter)?;
        let own = |part: &StylePart| part.source == PartSource::Own;
        if self.content.is_none() && self.styles.iter().any(own) {
            return Err(WorkError::NoContent);
        }
        let drawn = |part: &StylePart| matches!(part.source, PartSource::Sampled { .. });
        if self.content.is_none() && self.styles.iter().any(drawn) {
            return Err(WorkError::NoContentForSeed);
        }
        let content = match &self.content {
            Some(content) => look(content, Subject::Content, limits.pixels)?.bytes,
            None => 0,
        };
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let largest = look_at_references(references, limits.pixels)?;
        Ok(Size {
            painted: THUMBNAIL,
            // One reference at a time stands beside the content.
            held: content.saturating_add(content.max(largest)),
        })
    }

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.save_style(self)
    }
}

impl Worker<'_> {
    fn save_style(&self, save: &SaveStyle) -> Result<Painted, WorkError> {
        let painter = self.shared.painter()?;
        let content = save.content.as_ref();
        let content = content.map(|bytes| self.read(bytes, Subject::Content));
        let content = content.transpose()?;
        let mut style_reader = StyleReader::new(self, &save.references, save.framing);
        let own = || {
            let content = content.as_ref().ok_or(WorkError::NoContent)?;
            Ok(painter.style_of(content)?)
        };
        let shown = || content.clone();
        let code = style_reader.mix(&save.styles, save.path, &shown, &own)?;
        self.check()?;
        let note = save
            .note
            .clone()
            .unwrap_or_else(|| made_of(&parts_of(&save.styles, painter)));
        let saved = SavedStyle::new(painter, code, save.options, note).map_err(unsaved)?;
        let size = saved.thumbnail.as_ref();
        let (width, height) = size.map_or((0, 0), |it| (it.width(), it.height()));
        let painted = Painted {
            bytes: saved.to_bytes().map_err(unsaved)?.into(),
            format: PaintedFormat::Style,
            width,
            height,
            frames: 0,
            notes: Vec::new(),
        };
        Ok(noted(painted, &style_reader.notes()))
    }
}

fn unsaved(error: SavedStyleError) -> WorkError {
    match error {
        SavedStyleError::Paint(error) => error.into(),
        error => {
            tracing::error!("a style cannot be saved: {error}");
            WorkError::Fault
        }
    }
}

/// Describes for readers what a style is made from: `reference 0=0.7 + old-master=0.3`.
fn made_of(parts: &[StylePart]) -> String {
    let parts: Vec<String> = parts.iter().map(told).collect();
    parts.join(" + ")
}

fn told(part: &StylePart) -> String {
    let source = match &part.source {
        PartSource::Reference(index) => format!("reference {index}"),
        PartSource::Named(name) => name.clone(),
        PartSource::Sampled { name, seed } => match name {
            Some(name) => format!("{name} seed {seed}"),
            None => format!("seed {seed}"),
        },
        PartSource::Own => "the picture's own".to_owned(),
    };
    let [first, ..] = part.weights;
    if part.weights == [1.0; StyleCode::STAGES] {
        source
    } else if part.weights == [first; StyleCode::STAGES] {
        format!("{source}={first}")
    } else {
        let weights = part.weights.map(|weight| weight.to_string());
        format!("{source}={}", weights.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_with_their_weights() {
        let part = |source, weights| StylePart { source, weights };
        let name = |name: &str| Some(name.to_owned());
        let parts = [
            part(PartSource::Reference(1), [0.7; 4]),
            part(PartSource::Named("oil".to_owned()), [1.0; 4]),
            part(
                PartSource::Sampled {
                    name: name("cel"),
                    seed: 7,
                },
                [1.0, 0.5, 0.25, 0.0],
            ),
            part(
                PartSource::Sampled {
                    name: None,
                    seed: 8,
                },
                [1.0; 4],
            ),
        ];
        let told = "reference 1=0.7 + oil + cel seed 7=1/0.5/0.25/0 + seed 8";
        assert_eq!(made_of(&parts), told);
    }
}
