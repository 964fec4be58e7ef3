//! Model files of every kind: steered models, students, ONNX networks.

use std::path::Path;
#[cfg(feature = "onnx")]
use std::sync::Arc;

use burn::tensor::Device;
use utsushi_weights::{ExportedModel, ExportedStudent, WeightsFile};

#[cfg(feature = "onnx")]
use crate::onnx::{FormOptions, OnnxNetwork, is_network};
use crate::{LoadModelError, Model, OneStylePainter, Painter, SteeredModel};

/// The content of a model file after reading, before any networks are built.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ModelFile {
    /// A model that is steered by style codes.
    Steered(ExportedModel),
    /// A student, which has a single style.
    Student(ExportedStudent),
    /// An ONNX network of another program, which has a single style, as the bytes of its file.
    #[cfg(feature = "onnx")]
    Onnx(Vec<u8>),
}

/// Options for opening a model file.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    device: Device,
    #[cfg(feature = "onnx")]
    form: FormOptions,
}

impl OpenOptions {
    /// Options for opening a model on a device. ONNX networks always run on the CPU.
    pub fn on(device: Device) -> Self {
        Self {
            device,
            #[cfg(feature = "onnx")]
            form: FormOptions::default(),
        }
    }

    /// Sets the form in which an ONNX network takes pictures, for files that do not tell or are
    /// wrong.
    #[cfg(feature = "onnx")]
    #[must_use]
    pub fn with_form(self, form: FormOptions) -> Self {
        Self { form, ..self }
    }
}

impl ModelFile {
    /// Reads a model file and finds out its kind: an ONNX network by its name, the others by what
    /// they say of themselves.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is of none of these kinds; the error names the file.
    pub fn read(path: &Path) -> Result<Self, LoadModelError> {
        #[cfg(feature = "onnx")]
        if is_network(path) {
            return Ok(Self::Onnx(OnnxNetwork::read_bytes(path)?));
        }
        ExportedModel::check_path(path)?;
        let file = WeightsFile::read(path).map_err(utsushi_weights::ModelFileError::from)?;
        Ok(if ExportedStudent::is_one(&file) {
            Self::Student(ExportedStudent::from_file(file, path)?)
        } else {
            Self::Steered(ExportedModel::from_file(file, path)?)
        })
    }

    /// Builds the networks; `origin` stands for the file's name in errors, and an ONNX network gets
    /// its name from it.
    ///
    /// # Errors
    /// The weights are not those of the networks that the file describes, or an ONNX network cannot
    /// be run or does not repaint a picture.
    pub fn open(self, origin: &Path, options: OpenOptions) -> Result<Model, LoadModelError> {
        let device = options.device;
        match self {
            Self::Steered(exported) => {
                let model = SteeredModel::from_exported(exported, &device, origin)?;
                let painter = Painter::new(model, device).map_err(|reason| LoadModelError::In {
                    path: origin.to_owned(),
                    reason: Box::new(reason),
                })?;
                Ok(painter.into())
            }
            Self::Student(student) => {
                Ok(OneStylePainter::from_student(student, device, origin)?.into())
            }
            #[cfg(feature = "onnx")]
            Self::Onnx(bytes) => {
                let network = OnnxNetwork::from_bytes(bytes, origin, &options.form)?;
                let name = origin.file_stem().unwrap_or_default().to_string_lossy();
                let card = format!(
                    "# {name}\n\nAn ONNX network that repaints pictures in one way. Whoever made it \
                     says under which terms.\n\nIt is given them as `{}`.\n",
                    network.form()
                );
                let painter = OneStylePainter::new(Arc::new(network), name);
                Ok(painter.described("", card).into())
            }
        }
    }
}

impl Model {
    /// Reads a model file of any kind and builds its networks on a device.
    ///
    /// # Errors
    /// As [`ModelFile::read`] and [`ModelFile::open`].
    pub fn open(path: &Path, device: Device) -> Result<Self, LoadModelError> {
        ModelFile::read(path)?.open(path, OpenOptions::on(device))
    }
}

#[cfg(test)]
mod tests;
