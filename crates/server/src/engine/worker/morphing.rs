//! Pictures turned into each other.

use std::time::Duration;

use utsushi::creative::{Station, fit_to_frame, frame_size};
use utsushi_imaging::{AnimationWriter, Frame};

use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker};
use crate::{Morph, Painted, PaintedFormat, WorkError};

impl Worker<'_> {
    pub(super) fn morph(&self, morph: &Morph) -> Result<Painted, WorkError> {
        let stations = self.stations(morph)?;
        let first = &stations.first().ok_or(WorkError::Fault)?.picture;
        let (width, height) = (first.width(), first.height());
        let options = morph.options;
        let frames = self.submit(PaintTask::Morph { stations, options })?;
        let mut writer = AnimationWriter::new(morph.format, 0);
        let delay = Duration::from_secs(1) / morph.rate.max(1);
        let mut encoded = 0;
        // Each frame is encoded while the next ones are painted.
        for frame in frames {
            let picture = frame?;
            self.check()?;
            writer.push(&Frame { picture, delay })?;
            encoded += 1;
        }
        if encoded != morph.options.frames {
            return Err(WorkError::Fault);
        }
        Ok(Painted {
            bytes: writer.finish()?.into(),
            format: PaintedFormat::Animation(morph.format),
            width,
            height,
            frames: encoded as u32,
        })
    }

    /// The stations with their styles, read from the whole pictures, of which no more is kept than
    /// what is seen in a frame.
    fn stations(&self, morph: &Morph) -> Result<Vec<Station>, WorkError> {
        let mut style_reader = StyleReader::new(self, &morph.references);
        let mut stations: Vec<Station> = Vec::new();
        for station in &morph.stations {
            let bytes = morph.pictures.get(station.picture);
            let subject = Subject::Picture(station.picture);
            let picture = self.read(bytes.ok_or(WorkError::Fault)?, subject)?;
            let style = style_reader.mix(&station.styles, morph.options.path, &|| {
                self.shared.painter()?.style_of(&picture)
            })?;
            let (width, height) = match stations.first() {
                Some(first) => (first.picture.width(), first.picture.height()),
                None => frame_size((picture.width(), picture.height()), morph.options.longest),
            };
            let picture = fit_to_frame(&picture, width, height);
            stations.push(Station { picture, style });
        }
        Ok(stations)
    }
}
