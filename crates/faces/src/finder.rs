//! Finds faces.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use utsushi_checkpoint::{NamedTensors, WeightsFile, apply_taking};
use utsushi_imaging::Picture;
use utsushi_model::KeptWeights;

use crate::peaks::{distinct, peaks};
use crate::pyramid::levels;
use crate::{Face, FaceFinderError, FaceMaps, FaceNetwork};

/// The weights that the crate comes with.
static WEIGHTS: &[u8] = include_bytes!("../assets/faces.safetensors");

/// The score from which a face is one.
const LEAST: f32 = 0.5;

/// Finds faces in pictures of any size. A clone shares the network, and any number of threads may
/// look at once.
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
    /// None for the crate as it is; those of [`FaceFinder::read`] for one whose weights were
    /// exchanged.
    pub fn builtin(device: &Device) -> Result<Self, FaceFinderError> {
        let origin = Path::new("built-in face finder");
        Self::filled(WeightsFile::from_bytes(WEIGHTS, origin)?, origin, device)
    }

    /// A finder with weights that `train_faces` wrote.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or holds other weights.
    pub fn read(path: &Path, device: &Device) -> Result<Self, FaceFinderError> {
        Self::filled(WeightsFile::read(path)?, path, device)
    }

    /// A number that changes with the weights, to tell finders apart.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn filled(
        mut file: WeightsFile,
        path: &Path,
        device: &Device,
    ) -> Result<Self, FaceFinderError> {
        let version = fingerprint(&file.tensors);
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

    /// The faces in a picture, the surest first: upright ones, or tilted by up to some 20 degrees,
    /// that take at least a fortieth of the picture's longer side. What is transparent is taken for
    /// white.
    ///
    /// The same picture gives the same faces. It takes some 20 milliseconds on one core, whatever
    /// the picture's size.
    pub fn find(&self, picture: &Picture) -> Vec<Face> {
        let mut faces = Vec::new();
        for level in levels(picture) {
            let maps = self.network.forward(level.tensor(&self.device));
            let FaceMaps { likelihood, extent } = maps;
            let columns = likelihood.dims()[2];
            let (likelihood, extent) = (numbers(likelihood), numbers(extent));
            let found = peaks(&likelihood, extent.as_chunks().0, columns, LEAST);
            faces.extend(found.into_iter().map(|face| level.enlarged(face)));
        }
        distinct(faces)
    }

    /// The face that the picture is of: the largest of those that are about as sure as the surest.
    pub fn main_face(&self, picture: &Picture) -> Option<Face> {
        let faces = self.find(picture);
        let surest = faces.first()?.score;
        let sure = faces.into_iter().filter(|face| face.score >= 0.7 * surest);
        sure.max_by(|one, other| one.size().total_cmp(&other.size()))
    }
}

/// FNV-1a over the bits of all weights.
fn fingerprint(weights: &NamedTensors) -> u64 {
    let values = weights.iter().flat_map(|(_, tensor)| &tensor.values);
    values.fold(0xcbf2_9ce4_8422_2325, |hash: u64, value| {
        (hash ^ u64::from(value.to_bits())).wrapping_mul(0x0100_0000_01b3)
    })
}

fn numbers(maps: Tensor<4>) -> Vec<f32> {
    let data = maps.into_data_as::<f32>();
    data.try_into_vec().expect("the data was read as f32")
}
