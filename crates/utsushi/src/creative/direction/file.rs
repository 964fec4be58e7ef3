//! Files of directions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use utsushi_anatomy::Landmark;
use utsushi_weights::{NamedTensors, Precision, WeightsFile, WeightsFileError};

use crate::{Painter, StyleCode, StyleError};

use super::{Direction, ShapeStep};

const KIND: &str = "utsushi-direction";
const STEP: &str = "step";

/// Prefix, in a file of a direction, of a landmark's name and movement. Files of earlier versions
/// have none.
const SHAPE: &str = "shape.";

/// The error that a direction cannot be read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectionError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] WeightsFileError),
    /// The file is not a direction.
    #[error("{}: this is no direction; make one with `utsushi direction learn`", path.display())]
    NotADirection {
        /// Path of the file that is not a direction.
        path: PathBuf,
    },
    /// The direction belongs to another model.
    #[error("{}: this direction was made for another model; make it again with this one", path.display())]
    OtherModel {
        /// Path of the direction's file.
        path: PathBuf,
    },
    /// The numbers in the file are no step between style codes.
    #[error("{}: {reason}", path.display())]
    Style {
        /// Path of the direction's file.
        path: PathBuf,
        /// The fault of the style numbers.
        reason: StyleError,
    },
}

impl Direction {
    /// Reads a direction for a painter's model.
    ///
    /// # Errors
    /// The file cannot be read, is not a direction, or was made for another model.
    pub fn read(path: &Path, painter: &Painter) -> Result<Self, DirectionError> {
        let mut file = WeightsFile::read(path)?;
        let not_one = || DirectionError::NotADirection { path: path.into() };
        if file.metadata.get("kind").map(String::as_str) != Some(KIND) {
            return Err(not_one());
        }
        let step = file.tensors.remove(STEP).ok_or_else(not_one)?;
        let model = file.metadata.get("model").map(String::as_str);
        let own = painter.fingerprint();
        let fits = step.values.len() == painter.style_length();
        if model != Some(&format!("{own:016x}")) || !fits {
            return Err(DirectionError::OtherModel { path: path.into() });
        }
        let step = StyleCode::new(step.values).map_err(|reason| DirectionError::Style {
            path: path.into(),
            reason,
        })?;
        let mut shape = ShapeStep::default();
        for landmark in Landmark::ALL {
            if let Some(by) = file.tensors.remove(&tensor_of(landmark)) {
                shape.set(landmark, by.values.try_into().map_err(|_| not_one())?);
            }
        }
        Ok(Self {
            step,
            shape,
            note: file.metadata.remove("note").unwrap_or_default(),
            model: own,
        })
    }

    /// Writes the direction to a file, whole or not at all; without `replace`, an existing file is
    /// an error.
    ///
    /// # Errors
    /// The file exists, or the disk cannot be written to.
    pub fn write(&self, path: &Path, replace: bool) -> Result<(), DirectionError> {
        let mut tensors = NamedTensors::new();
        let values = self.step.values().to_vec();
        tensors.insert(STEP, [values.len()], values);
        for landmark in Landmark::ALL {
            if let Some(by) = self.shape.moved(landmark) {
                tensors.insert(tensor_of(landmark), [by.len()], by.to_vec());
            }
        }
        let metadata = [
            ("kind", KIND.to_owned()),
            ("model", format!("{:016x}", self.model)),
            ("note", self.note.clone()),
        ];
        let metadata: BTreeMap<String, String> = metadata
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        let file = WeightsFile { tensors, metadata };
        Ok(file.write(path, Precision::Single, replace)?)
    }
}

fn tensor_of(landmark: Landmark) -> String {
    format!("{SHAPE}{}", landmark.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::{painter, painter_from};

    #[test]
    fn a_direction_comes_back_for_its_own_model_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.safetensors");
        let painter = painter();
        let step = (0..painter.style_length())
            .map(|v| v as f32 * 0.1)
            .collect();
        let mut direction = Direction::new(&painter, step, "older".to_owned()).unwrap();
        // As earlier versions wrote it, without a shape.
        direction.write(&path, false).unwrap();
        assert_eq!(Direction::read(&path, &painter).unwrap(), direction);
        direction.shape.set(Landmark::Chin, [0.25, -0.125]);
        direction.shape.set(Landmark::Nose, [0.0; 2]);
        direction.write(&path, true).unwrap();
        assert_eq!(Direction::read(&path, &painter).unwrap(), direction);
        let other = Direction::read(&path, &painter_from(6)).unwrap_err();
        assert!(
            matches!(other, DirectionError::OtherModel { .. }),
            "{other}"
        );
        assert!(direction.write(&path, false).is_err());
        let empty = WeightsFile::default();
        empty.write(&path, Precision::Single, true).unwrap();
        let error = Direction::read(&path, &painter).unwrap_err();
        assert!(
            matches!(error, DirectionError::NotADirection { .. }),
            "{error}"
        );
    }
}
