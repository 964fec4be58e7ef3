//! The judge: from pictures to feature vectors.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_backbone::{Architecture, FeatureNetwork};
use utsushi_imaging::Picture;

use crate::{EvaluateError, Renditions, Samples, equalised};

/// Number of the network's taps that are used, with strides of 4, 8 and 16 pixels. The fourth
/// depends more on what is shown than on how it is painted.
const TAPS: usize = 3;

/// Number of pictures that go through the network at once.
const BATCH: usize = 16;

/// A judge, a frozen feature network that describes a picture by the mean and the deviation of each
/// channel of its first three taps: they show the distribution of line, shading and colour, and not
/// the places.
#[derive(Debug)]
pub struct Judge {
    network: FeatureNetwork,
    device: Device,
}

impl Judge {
    /// Reads any imported feature network.
    ///
    /// # Errors
    /// The file is missing, damaged or not a feature network.
    pub fn load(path: &Path, device: Device) -> Result<Self, EvaluateError> {
        let network = FeatureNetwork::load_any(path, &device)?;
        Ok(Self { network, device })
    }

    /// The network's architecture.
    pub fn architecture(&self) -> Architecture {
        self.network.architecture()
    }

    /// Whether utsushi's discriminators look through this very network, so that a model may have
    /// learned to please it.
    pub fn is_of_training(&self) -> bool {
        self.architecture() == Architecture::OF_TRAINING
    }

    /// Length of a description.
    pub fn dimensions(&self) -> usize {
        let channels = self.architecture().channels();
        2 * channels[..TAPS].iter().sum::<usize>()
    }

    /// Describes pictures, one row for each in order. Pictures of one size are processed together.
    ///
    /// # Errors
    /// [`EvaluateError::NotFinite`] if the network is damaged; `name` gives a picture's name by its
    /// index.
    pub fn describe(
        &self,
        pictures: &[Picture],
        name: impl Fn(usize) -> String,
    ) -> Result<Samples, EvaluateError> {
        let mut samples = Samples::new(self.dimensions());
        let size = |picture: &Picture| (picture.width(), picture.height());
        let mut place = 0;
        for group in pictures.chunk_by(|a, b| size(a) == size(b)) {
            for batch in group.chunks(BATCH) {
                for row in self.rows(batch) {
                    if row.iter().any(|value| !value.is_finite()) {
                        let picture = name(place);
                        return Err(EvaluateError::NotFinite { picture });
                    }
                    samples.push(&row);
                    place += 1;
                }
            }
        }
        Ok(samples)
    }

    /// Describes pictures in colour and in grey.
    ///
    /// # Errors
    /// As [`Judge::describe`].
    pub(crate) fn describe_renditions(
        &self,
        pictures: &[Picture],
        name: impl Fn(usize) -> String,
    ) -> Result<Renditions<Samples>, EvaluateError> {
        let grey: Vec<Picture> = pictures.iter().map(equalised).collect();
        let in_grey = |place| format!("{} in grey", name(place));
        Ok(Renditions {
            colour: self.describe(pictures, &name)?,
            grey: self.describe(&grey, in_grey)?,
        })
    }

    /// Describes pictures of one size, of which there is at least one.
    fn rows(&self, pictures: &[Picture]) -> Vec<Vec<f64>> {
        let (width, height) = (pictures[0].width(), pictures[0].height());
        let values: Vec<f32> = pictures.iter().flat_map(Picture::to_floats).collect();
        let shape = [pictures.len(), height as usize, width as usize, 3];
        let batch = Tensor::from_data(TensorData::new(values, shape), &self.device);
        let mut rows = vec![Vec::with_capacity(self.dimensions()); pictures.len()];
        for tap in self.network.forward_first(batch, TAPS).0 {
            let [_, height, width, channels] = tap.dims();
            let values: Vec<f32> = tap
                .into_data_as::<f32>()
                .try_into_vec()
                .expect("the data was read as f32");
            let pictures = values.chunks_exact(height * width * channels);
            for (row, values) in rows.iter_mut().zip(pictures) {
                row.extend(means_and_deviations(values, channels));
            }
        }
        rows
    }
}

/// Computes the means of all channels, then their standard deviations, from `[pixels, channels]`.
fn means_and_deviations(values: &[f32], channels: usize) -> Vec<f64> {
    let count = (values.len() / channels).max(1) as f64;
    let mut numbers = vec![0.0; 2 * channels];
    let (means, deviations) = numbers.split_at_mut(channels);
    for pixel in values.chunks_exact(channels) {
        for (mean, &value) in means.iter_mut().zip(pixel) {
            *mean += f64::from(value) / count;
        }
    }
    for pixel in values.chunks_exact(channels) {
        for ((deviation, mean), &value) in deviations.iter_mut().zip(&*means).zip(pixel) {
            let apart = f64::from(value) - mean;
            *deviation += apart * apart / count;
        }
    }
    for deviation in deviations {
        *deviation = deviation.sqrt();
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_backbone::write_untrained_as;

    #[test]
    fn two_channels_of_two_pixels() {
        let found = means_and_deviations(&[1.0, 5.0, 3.0, 5.0], 2);
        assert_eq!(found, [2.0, 5.0, 1.0, 0.0]);
    }

    #[test]
    fn descriptions_do_not_depend_on_the_company() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lite2.safetensors");
        write_untrained_as(Architecture::Lite2, &path, false).unwrap();
        let judge = Judge::load(&path, Device::flex()).unwrap();
        assert!(!judge.is_of_training());
        assert_eq!(judge.dimensions(), 2 * (24 + 48 + 120));
        let picture = |colour, side| Picture::filled(side, side, colour);
        let pictures = [
            picture([200, 30, 40], 32),
            picture([10, 30, 240], 32),
            picture([10, 30, 240], 16),
        ];
        let all = judge.describe(&pictures, |_| String::new()).unwrap();
        assert_eq!(all.rows(), 3);
        let alone = judge.describe(&pictures[1..2], |_| String::new()).unwrap();
        for (a, b) in all.row(1).iter().zip(alone.row(0)) {
            assert!((a - b).abs() < 1e-5);
        }
        assert_ne!(all.row(0), all.row(1));
    }
}
