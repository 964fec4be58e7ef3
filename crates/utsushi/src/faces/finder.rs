//! Search for faces in pictures.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use utsushi_weights::{WeightsFile, apply_taking};

use utsushi_imaging::{Filter, Picture, resize_with};
use utsushi_model::KeptWeights;

use crate::faces::peaks::{distinct, peaks};
use crate::faces::pyramid::levels;
use crate::faces::{Extent, Face, FaceFinderError, FaceMaps, FaceNetwork, Frame};

/// The weights that the crate comes with.
static WEIGHTS: &[u8] = include_bytes!("../../assets/faces/faces.safetensors");

/// Smallest score of a face.
const LEAST: f32 = 0.5;

/// Smallest score of a face that only the second look finds.
const LEAST_AGAIN: f32 = 0.6;

/// Finds faces in pictures of any size. A clone shares the network, and any number of threads may
/// use it at once.
#[derive(Clone, Debug)]
pub struct FaceFinder {
    network: Arc<FaceNetwork>,
    _kept: Arc<KeptWeights>,
    version: u64,
    device: Device,
}

impl FaceFinder {
    /// The finder that the crate comes with, on a device without gradients.
    ///
    /// # Errors
    /// None with the crate's own weights; those of [`FaceFinder::read`] if the crate's file was
    /// replaced.
    pub fn builtin(device: &Device) -> Result<Self, FaceFinderError> {
        let origin = Path::new("built-in face finder");
        Self::filled(WeightsFile::from_bytes(WEIGHTS, origin)?, origin, device)
    }

    /// Reads a finder's weights from a file that `train_faces` wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is damaged, or holds other weights.
    pub fn read(path: &Path, device: &Device) -> Result<Self, FaceFinderError> {
        Self::filled(WeightsFile::read(path)?, path, device)
    }

    /// A hash of the weights, to tell finders apart.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn filled(
        mut file: WeightsFile,
        path: &Path,
        device: &Device,
    ) -> Result<Self, FaceFinderError> {
        let version = file.tensors.fingerprint();
        let network = apply_taking(FaceNetwork::blank(device), &mut file.tensors, "");
        let network = network.map_err(|reason| FaceFinderError::Weights {
            path: path.to_owned(),
            reason,
        })?;
        Ok(Self {
            _kept: Arc::new(KeptWeights::of(&network)),
            network: Arc::new(network),
            version,
            device: device.clone(),
        })
    }

    /// Finds the faces in a picture, the surest first: upright ones, or tilted by up to some 20
    /// degrees, that take at least a fortieth of the picture's longer side. Transparent pixels
    /// count as white.
    ///
    /// The same picture gives the same faces. It takes some 30 milliseconds on one core, whatever
    /// the picture's size.
    pub fn find(&self, picture: &Picture) -> Vec<Face> {
        let mut faces = Vec::new();
        for level in levels(picture) {
            let shown = level.tensor(&self.device);
            // Beside its mirror image: what both say is surer than what one says.
            let pair = Tensor::cat(vec![shown.clone(), shown.flip([2])], 0);
            let FaceMaps { likelihood, extent } = self.network.forward(pair);
            let columns = likelihood.dims()[2];
            let (likelihood, extent) = (numbers(likelihood), numbers(extent));
            let (likelihood, extent) = agreed(&likelihood, extent.as_chunks().0, columns);
            let found = peaks(&likelihood, &extent, columns, LEAST);
            faces.extend(found.into_iter().map(|face| level.enlarged(face)));
        }
        distinct(faces)
    }

    /// Finds faces as [`find`](Self::find) does and, if there are none, once more in a copy of 1/√2
    /// of the size: the network looks at halved sizes, and misses some faces whose size is between
    /// them.
    pub fn find_thoroughly(&self, picture: &Picture) -> Vec<Face> {
        let faces = self.find(picture);
        if !faces.is_empty() {
            return faces;
        }
        let [width, height] = [picture.width(), picture.height()];
        let [wide, high] = [width, height]
            .map(|side| ((side as f32 * std::f32::consts::FRAC_1_SQRT_2).round() as u32).max(1));
        let mut faces = self.find_in_copy(picture, [wide, high]);
        faces.retain(|face| face.score >= LEAST_AGAIN);
        faces
    }

    /// Finds faces as [`find`](Self::find) does, in a smaller copy of the given width and height.
    pub(crate) fn find_in_copy(&self, picture: &Picture, [wide, high]: [u32; 2]) -> Vec<Face> {
        let small = resize_with(picture, wide, high, Filter::Box);
        let scale = [
            picture.width() as f32 / wide as f32,
            picture.height() as f32 / high as f32,
        ];
        let faces = self.find(&small).into_iter();
        faces.map(|face| face.scaled(scale)).collect()
    }

    /// Finds the main face of a picture: the largest of those that are about as sure as the surest.
    pub fn main_face(&self, picture: &Picture) -> Option<Face> {
        main_of(&self.find(picture))
    }

    /// The square frame around the [`main_face`](Self::main_face) as in training pictures, moved
    /// into the picture.
    pub fn main_frame(&self, picture: &Picture) -> Option<Frame> {
        let frame = self.main_face(picture)?.frame();
        Some(frame.inside(picture.width(), picture.height()))
    }
}

/// The main face of a picture with these faces, the surest of which is the first.
pub(crate) fn main_of(faces: &[Face]) -> Option<Face> {
    let surest = faces.first()?.score;
    let sure = faces.iter().filter(|face| face.score >= 0.7 * surest);
    sure.max_by(|one, other| one.size().total_cmp(&other.size()))
        .copied()
}

/// Averages the maps of a picture and of its mirror image, which follow each other in the slices.
fn agreed(likelihood: &[f32], extents: &[Extent], columns: usize) -> (Vec<f32>, Vec<Extent>) {
    let cells = likelihood.len() / 2;
    let pairs = (0..cells).map(|cell| {
        let column = cell % columns;
        (cell, cells + cell - column + columns - 1 - column)
    });
    pairs
        .map(|(own, other)| {
            let mean = |axis: usize| (extents[own][axis] + extents[other][axis]) / 2.0;
            // What is to the left here is to the right there.
            let across = (extents[own][0] - extents[other][0]) / 2.0;
            let likelihood = (likelihood[own] + likelihood[other]) / 2.0;
            (likelihood, [across, mean(1), mean(2), mean(3)])
        })
        .unzip()
}

fn numbers(maps: Tensor<4>) -> Vec<f32> {
    let data = maps.into_data_as::<f32>();
    data.try_into_vec().expect("the data was read as f32")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_and_its_mirror_image_agree_where_they_say_the_same() {
        // Two rows of three cells, and the same seen in a mirror.
        let likelihood = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 3.0, 2.0, 1.0, 6.0, 5.0, 4.0];
        let mut extents = vec![[0.0; 4]; 12];
        extents[0] = [0.5, 0.25, 1.0, 2.0];
        extents[8] = [-0.5, 0.25, 1.0, 2.0];
        extents[5] = [1.0, 1.0, 1.0, 1.0];
        let (mean, extents) = agreed(&likelihood, &extents, 3);
        assert_eq!(mean, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(extents[0], [0.5, 0.25, 1.0, 2.0]);
        assert_eq!(extents[5], [0.5; 4]);
    }
}
