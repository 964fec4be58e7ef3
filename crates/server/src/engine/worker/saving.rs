//! Styles kept in files.

use utsushi::{SavedStyle, SavedStyleError, StyleCode};

use super::style_reader::StyleReader;
use super::{Subject, Worker, noted};
use crate::{Painted, PaintedFormat, PartSource, SaveStyle, StylePart, WorkError};

impl Worker<'_> {
    pub(super) fn save_style(&self, save: &SaveStyle) -> Result<Painted, WorkError> {
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
        let note = save.note.clone().unwrap_or_else(|| made_of(&save.styles));
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

/// What a style is made of, for readers: `reference 0=0.7 + old-master=0.3`.
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
