//! Students as backends: small networks of this program with a single style.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_weights::{ExportedStudent, ExportedStyle};

use utsushi_model::{ModelConfig, Student};

use crate::backend::{Backend, BackendError, Capabilities, Pixels};
use crate::{LoadModelError, Style};

/// A student's network on a device.
#[derive(Clone, Debug)]
pub struct StudentNetwork {
    network: Student,
    style: ExportedStyle,
    device: Device,
}

impl StudentNetwork {
    /// Builds the network of a student that was read; `origin` stands for the file's name in
    /// errors.
    ///
    /// # Errors
    /// The weights are not those of the network that the file describes.
    pub fn from_exported(
        mut exported: ExportedStudent,
        device: Device,
        origin: &Path,
    ) -> Result<Self, LoadModelError> {
        let network = exported.take_network(&device, origin)?;
        Ok(Self {
            network,
            style: exported.style,
            device,
        })
    }

    /// The style that the student paints in.
    pub fn style(&self) -> &ExportedStyle {
        &self.style
    }
}

impl Backend for StudentNetwork {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            alignment: ModelConfig::ALIGNMENT,
            ..Capabilities::default()
        }
    }

    fn forward(&self, pictures: Pixels<'_>, _styles: &[Style]) -> Result<Vec<f32>, BackendError> {
        let shape = [pictures.count(), pictures.height, pictures.width, 3];
        let data = TensorData::new(pictures.values.to_vec(), shape);
        let painted = self.network.forward(Tensor::from_data(data, &self.device));
        let values = painted.into_data_as::<f32>();
        let described = |error| BackendError::new(format!("{error:?}"));
        values.try_into_vec().map_err(described)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use utsushi_model::StudentConfig;

    use super::*;
    use crate::testing::drawing;
    use crate::{OneStylePainter, PaintOptions, PaintRequest};

    #[test]
    fn tiles_show_no_seam_and_a_damaged_student_is_told_of() {
        let config = StudentConfig {
            channels: [3, 4, 5],
            blocks: 2,
            ..StudentConfig::default()
        };
        let device = Device::flex();
        let student = Student::new(&config, 5, &device);
        let style = ExportedStyle {
            name: "cel".to_owned(),
            role: "style".to_owned(),
            licence: String::new(),
        };
        let exported = ExportedStudent::from_network(&config, &student, style, String::new());
        let path = Path::new("s.safetensors");
        let network = StudentNetwork::from_exported(exported.clone(), device.clone(), path);
        let network = Arc::new(network.unwrap());
        assert_eq!(network.style().name, "cel");
        let painter = OneStylePainter::new(network.clone(), "cel");
        let picture = drawing(701, 523);
        let paint = |tile| {
            let options = PaintOptions {
                tile,
                ..PaintOptions::default()
            };
            let request = PaintRequest::new(&picture, Style::Only).with_options(options);
            painter.paint_one(&request, &mut ()).unwrap()
        };
        let whole = paint(1280);
        assert_ne!(whole, picture);
        // It sees further than small tiles overlap; what that changes is faded away.
        for (tile, bound) in [(256, 6), (512, 2)] {
            let tiled = paint(tile);
            let pairs = whole.rgb().iter().zip(tiled.rgb());
            let most = pairs.map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(bound), "{tile} px: {most:?}");
        }
        // Several at once, which the server does, give the same bits as one after the other.
        let (width, height) = (48, 40);
        let pictures: Vec<f32> = (0..3 * width * height * 3)
            .map(|index| (index as f32 * 0.37).sin())
            .collect();
        let forward = |values| {
            let pictures = Pixels {
                values,
                width,
                height,
            };
            network.forward(pictures, &[]).unwrap()
        };
        let alone = pictures.chunks(width * height * 3);
        let alone: Vec<_> = alone.flat_map(forward).collect();
        assert!(forward(&pictures) == alone, "they differ");
        let mut lacking = exported;
        lacking.tensors.remove("network.last.bias").unwrap();
        assert!(StudentNetwork::from_exported(lacking, device, path).is_err());
    }
}
