//! Paintings in layers.

use utsushi_imaging::{
    AnyPicture, Decoded, Document, DocumentFormat, Entry, Layer, LayerMask, Metadata, ReadError,
    WriteError, write_whole,
};

use super::run::Runner;
use super::{Existing, Job, JobError};
use crate::{Monitor, PaintRequest, RegionStyle, Style, blotched};

impl Runner<'_> {
    /// Paints a picture into a document: the content, its painting, and each region as a layer with
    /// its mask. True if the style blotches what was even.
    pub(super) fn paint_layers(
        &self,
        job: &Job,
        style: &Style,
        (decoded, format): (Decoded<AnyPicture>, DocumentFormat),
        monitor: &mut dyn Monitor,
    ) -> Result<bool, JobError> {
        let decoded = decoded.map(AnyPicture::into_eight);
        let content = &decoded.picture;
        let (width, height) = (content.width(), content.height());
        let mut paint = |style: Style| {
            let request = PaintRequest::new(content, style).with_options(self.options.paint);
            let painted = self.model.paint_one(&request, monitor);
            painted.map_err(|reason| self.failed(job, reason))
        };
        let mut layers = vec![
            Layer::whole("content", content.clone()),
            Layer::whole("painting", paint(style.clone())?),
        ];
        for (region, number) in self.options.regions.iter().zip(1..) {
            let wrong = |reason: crate::MaskError| self.failed(job, reason.into());
            let (name, picture, mask) = match &region.style {
                RegionStyle::Code(code) => {
                    let mask = region.mask.at(width, height).map_err(wrong)?;
                    let strength = self.options.paint.strength;
                    let picture = match strength {
                        // As in one picture: there is nothing to paint.
                        0.0 => content.clone(),
                        _ => paint(code.into())?,
                    };
                    (format!("region {number}"), picture, mask)
                }
                RegionStyle::Keep => {
                    let mask = region.mask.kept_at(width, height).map_err(wrong)?;
                    (format!("kept {number}"), content.clone(), mask)
                }
            };
            let mut layer = Layer::whole(name, picture);
            layer.mask = Some(LayerMask {
                left: 0,
                top: 0,
                width,
                height,
                values: mask
                    .iter()
                    .map(|share| (share * 255.0).round() as u8)
                    .collect(),
                outside: 0,
            });
            layers.push(layer);
        }
        let blotched = blotched(content, &layers[1].picture);
        // Where the picture is seen through, what lies below must not show.
        if content.alpha().is_some() {
            layers[0].visible = false;
        }
        let document = Document {
            width,
            height,
            entries: layers.into_iter().map(Entry::Layer).collect(),
        };
        self.write_document(job, &document, (&decoded.metadata, format))?;
        Ok(blotched)
    }

    /// Repaints each layer that is seen, by itself and with its own transparency and mask.
    pub(super) fn paint_each_layer(
        &self,
        job: &Job,
        style: &Style,
        bytes: &[u8],
        monitor: &mut dyn Monitor,
    ) -> Result<(), JobError> {
        let Some(format) = DocumentFormat::from_extension(&job.output) else {
            let path = job.output.clone();
            return Err(JobError::NotADocument { path });
        };
        let damaged = |reason| ReadError::Decode {
            path: job.content.clone(),
            reason,
        };
        let mut document = Document::read(bytes, &self.options.limits).map_err(damaged)?;
        let mut painted_layers = 0;
        document.change_visible(&mut |layer| {
            painted_layers += 1;
            let request =
                PaintRequest::new(&layer.picture, style.clone()).with_options(self.options.paint);
            let painted = self.model.paint_one(&request, monitor);
            layer.picture = painted.map_err(|reason| self.failed(job, reason))?;
            Ok::<_, JobError>(())
        })?;
        if painted_layers == 0 {
            let path = job.content.clone();
            return Err(JobError::NoVisibleLayer { path });
        }
        let metadata = Metadata::of(bytes).map_err(damaged)?;
        self.write_document(job, &document, (&metadata, format))
    }

    fn write_document(
        &self,
        job: &Job,
        document: &Document,
        (metadata, format): (&Metadata, DocumentFormat),
    ) -> Result<(), JobError> {
        self.make_folder(job)?;
        let bytes = document
            .encode(format, &self.options.extras(metadata))
            .map_err(|reason| WriteError::Encode {
                path: job.output.clone(),
                reason,
            })?;
        let force = self.plan.existing == Existing::Replace;
        Ok(write_whole(&job.output, &bytes, force)?)
    }
}
