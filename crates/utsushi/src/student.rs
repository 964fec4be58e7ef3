//! Painting with a student: a small network of this program that knows one style.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_weights::{ExportedStudent, ExportedStyle};

use utsushi_model::{ModelConfig, Student};

use crate::{LoadModelError, Network, OneWayPainter};

/// A student on a device.
#[derive(Clone, Debug)]
pub struct StudentNetwork {
    network: Student,
    style: ExportedStyle,
    device: Device,
}

/// Paints pictures of any size with a student.
pub type StudentPainter = OneWayPainter<StudentNetwork>;

impl StudentPainter {
    /// Reads a student that `utsushi distil` wrote.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or is something else.
    pub fn load(path: &Path, device: Device) -> Result<Self, LoadModelError> {
        Self::from_exported(ExportedStudent::read(path)?, device, path)
    }

    /// A painter with a student that was read; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// Weights that are not those of the network that the file describes.
    pub fn from_exported(
        mut exported: ExportedStudent,
        device: Device,
        origin: &Path,
    ) -> Result<Self, LoadModelError> {
        let network = exported.take_network(&device, origin)?;
        Ok(Self::new(StudentNetwork {
            network,
            style: exported.style,
            device,
        }))
    }
}

impl StudentNetwork {
    /// The style that it paints in.
    pub fn style(&self) -> &ExportedStyle {
        &self.style
    }
}

impl Network for StudentNetwork {
    fn alignment(&self) -> usize {
        ModelConfig::ALIGNMENT
    }

    fn size(&self) -> [Option<usize>; 2] {
        [None; 2]
    }

    fn stylize(&self, pixels: &[f32], width: usize, height: usize) -> Result<Vec<f32>, String> {
        self.stylize_together(pixels, width, height)
    }

    fn stylize_together(
        &self,
        pixels: &[f32],
        width: usize,
        height: usize,
    ) -> Result<Vec<f32>, String> {
        let pictures = pixels.len() / (width * height * 3);
        let data = TensorData::new(pixels.to_vec(), [pictures, height, width, 3]);
        let painted = self.network.forward(Tensor::from_data(data, &self.device));
        let values = painted.into_data_as::<f32>();
        values.try_into_vec().map_err(|error| format!("{error:?}"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use utsushi_model::StudentConfig;

    use super::*;
    use crate::PaintOptions;
    use crate::testing::drawing;

    #[test]
    fn tiles_show_no_seam_and_a_damaged_student_is_told_of() {
        let config = StudentConfig {
            channels: [3, 4, 5],
            blocks: 2,
            colours: false,
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
        let painter = StudentPainter::from_exported(exported.clone(), device.clone(), path);
        let painter = painter.unwrap();
        assert_eq!(painter.network().style().name, "cel");
        let picture = drawing(701, 523);
        let paint = |tile| {
            let options = PaintOptions {
                tile,
                ..PaintOptions::default()
            };
            let stop = AtomicBool::new(false);
            painter
                .paint(&picture, &options, &mut |_| {}, &stop)
                .unwrap()
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
        let network = painter.network();
        let alone = pictures.chunks(width * height * 3);
        let alone: Vec<_> = alone
            .flat_map(|one| network.stylize(one, width, height).unwrap())
            .collect();
        let together = network.stylize_together(&pictures, width, height);
        assert!(together.unwrap() == alone, "they differ");
        let mut lacking = exported;
        lacking.tensors.remove("network.last.bias").unwrap();
        assert!(StudentPainter::from_exported(lacking, device, path).is_err());
    }
}
