//! Exported students: one safetensors file with a network that paints in one style.

use std::path::Path;

use burn::tensor::Device;
use utsushi_model::{Student, StudentConfig};

use crate::format::{KIND_KEY, PROGRAM_KEY, STUDENT_KIND, VERSION_KEY};
use crate::published::{self, Fields};
use crate::{ExportedStyle, ModelFileError, NamedTensors, WeightsFile, apply_taking, collect};

/// Version of the format, which changes whenever a student written before could be misunderstood.
const VERSION: &str = "1";

const CONFIG_KEY: &str = "config";
const STYLE_KEY: &str = "style";
const CARD_KEY: &str = "card";

/// Prefix of the names of the network's tensors in a student's file.
const NETWORK: &str = "network";

/// A student as it is published: f16 weights, sizes, the style that it paints in, a card.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedStudent {
    /// Sizes of the student's network.
    pub config: StudentConfig,
    /// The style that the student paints in.
    pub style: ExportedStyle,
    /// The student's card in Markdown: its teacher, how well the two agree, terms.
    pub card: String,
    /// Weights of the student's network.
    pub tensors: NamedTensors,
}

impl ExportedStudent {
    /// Whether a file says that it is a student.
    pub fn is_one(file: &WeightsFile) -> bool {
        file.metadata.get(KIND_KEY).map(String::as_str) == Some(STUDENT_KIND)
    }

    /// Makes an exported student from its network.
    pub fn from_network(
        config: &StudentConfig,
        network: &Student,
        style: ExportedStyle,
        card: String,
    ) -> Self {
        let mut tensors = NamedTensors::new();
        tensors.extend_under(NETWORK, collect(network));
        Self {
            config: config.clone(),
            style,
            card,
            tensors,
        }
    }

    /// Takes a student out of a file of weights; `origin` stands for its name in errors.
    ///
    /// # Errors
    /// The file is of another kind or version, or metadata are missing or out of range.
    pub fn from_file(mut file: WeightsFile, origin: &Path) -> Result<Self, ModelFileError> {
        if !Self::is_one(&file) {
            return Err(ModelFileError::NotAModel {
                path: origin.to_owned(),
                what: "this is not a student; `utsushi distil` makes one".to_owned(),
            });
        }
        let found = file.metadata.get(VERSION_KEY);
        if found.map(String::as_str) != Some(VERSION) {
            return Err(ModelFileError::Version {
                path: origin.to_owned(),
                found: found.cloned().unwrap_or_else(|| "none".to_owned()),
                program: file.metadata.get(PROGRAM_KEY).cloned(),
                expected: VERSION,
            });
        }
        let mut fields = Fields::new(&mut file, origin);
        let config: StudentConfig = fields.parsed(CONFIG_KEY)?;
        config.validate().map_err(|source| ModelFileError::Config {
            path: origin.to_owned(),
            source,
        })?;
        let style = fields.parsed(STYLE_KEY)?;
        let card = fields.text(CARD_KEY)?;
        Ok(Self {
            config,
            style,
            card,
            tensors: file.tensors,
        })
    }

    /// Reads a student and checks all of it.
    ///
    /// # Errors
    /// As [`ExportedStudent::from_file`], or the file cannot be read or is damaged.
    pub fn read(path: &Path) -> Result<Self, ModelFileError> {
        Self::from_file(WeightsFile::read(path)?, path)
    }

    /// Writes the student whole, in f16. Without `replace`, an existing file is an error.
    ///
    /// # Errors
    /// A value is not finite or beyond ±65504, the file exists, or the disk cannot be written to.
    pub fn write(&self, path: &Path, replace: bool) -> Result<(), ModelFileError> {
        let json = "numbers and strings can be written";
        let fields = [
            (CONFIG_KEY, serde_json::to_string(&self.config).expect(json)),
            (STYLE_KEY, serde_json::to_string(&self.style).expect(json)),
            (CARD_KEY, self.card.clone()),
        ];
        let kind = [STUDENT_KIND, VERSION];
        published::write(&self.tensors, kind, fields, path, replace)
    }

    /// Builds the network on `device` with the weights of the file, which are taken out of it.
    /// `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// The tensors are not those of the network that the file describes.
    pub fn take_network(
        &mut self,
        device: &Device,
        origin: &Path,
    ) -> Result<Student, ModelFileError> {
        // The network is filled with numbers before it is compared with the file, so a small file
        // must not describe an enormous one.
        let (needed, present) = (self.config.parameters(), self.tensors.number_count());
        if needed > present {
            return Err(ModelFileError::Metadata {
                path: origin.to_owned(),
                key: CONFIG_KEY,
                reason: format!(
                    "it describes a network of {needed} numbers; the file has {present}"
                ),
            });
        }
        let network = Student::blank(&self.config, device);
        apply_taking(network, &mut self.tensors, NETWORK).map_err(|source| {
            ModelFileError::Mismatch {
                path: origin.to_owned(),
                source,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Tensor;

    fn student() -> (ExportedStudent, Student) {
        let config = StudentConfig {
            channels: [3, 4, 5],
            blocks: 1,
            ..StudentConfig::default()
        };
        let network = Student::new(&config, 3, &Device::flex());
        let style = ExportedStyle {
            name: "cel".to_owned(),
            role: "style".to_owned(),
            licence: "CC0".to_owned(),
        };
        let card = "# A student\n".to_owned();
        let exported = ExportedStudent::from_network(&config, &network, style, card);
        (exported, network)
    }

    #[test]
    fn what_is_written_is_read_and_paints_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("student.safetensors");
        let (exported, network) = student();
        exported.write(&path, false).unwrap();
        assert!(exported.write(&path, false).is_err());
        let mut read = ExportedStudent::read(&path).unwrap();
        assert_eq!((&read.style, &read.card), (&exported.style, &exported.card));
        let back = read.take_network(&Device::flex(), &path).unwrap();
        let picture = || Tensor::<4>::full([1, 16, 24, 3], 0.3, &Device::flex());
        let [left, right] = [network, back].map(|it| it.forward(picture()).into_data());
        left.assert_approx_eq::<f32>(&right, burn::tensor::Tolerance::absolute(5e-3));
    }

    #[test]
    fn other_files_and_sizes_beyond_the_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("student.safetensors");
        let (exported, _) = student();
        exported.write(&path, false).unwrap();
        let error = crate::ExportedModel::read(&path).unwrap_err().to_string();
        assert!(error.contains("one style"), "{error}");
        let mut file = WeightsFile::read(&path).unwrap();
        let larger = StudentConfig {
            blocks: 60,
            ..exported.config
        };
        let larger = serde_json::to_string(&larger).unwrap();
        file.metadata.insert(CONFIG_KEY.to_owned(), larger);
        let mut large = ExportedStudent::from_file(file.clone(), &path).unwrap();
        let error = large.take_network(&Device::flex(), &path).unwrap_err();
        assert!(error.to_string().contains("the file has"), "{error}");
        file.metadata.insert(VERSION_KEY.to_owned(), "9".to_owned());
        assert!(ExportedStudent::from_file(file.clone(), &path).is_err());
        file.metadata.remove(KIND_KEY);
        assert!(ExportedStudent::from_file(file, &path).is_err());
    }
}
