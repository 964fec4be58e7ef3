//! The model that a command is given, or the one inside the program.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use utsushi::onnx::FormOptions;
use utsushi::{Format, LoadModelError, Model, ModelFile, OpenOptions, Painter, SavedStyle};
use utsushi_builtin_model::{MODEL, NAME};
use utsushi_weights::{ExportedModel, ModelFileError};

use crate::device::DeviceChoice;
use crate::error::UsageError;

/// A model file that was read, or the built-in model.
#[derive(Debug)]
pub struct ModelSource {
    /// The content.
    pub file: ModelFile,
    /// The file, or what stands for it.
    pub origin: PathBuf,
    /// The form in which an ONNX network takes pictures, where the user gave it.
    form: Option<FormOptions>,
}

impl ModelSource {
    /// Reads a model file of any kind, or the built-in model if none is named. `form` is for ONNX
    /// networks alone.
    ///
    /// # Errors
    /// A file that cannot be read or is no model, or a `form` with another kind of model.
    pub fn read(file: Option<&Path>, form: Option<FormOptions>) -> anyhow::Result<Self> {
        Self::read_or(file, form, || {
            ExportedModel::from_bytes(MODEL, Path::new(NAME))
        })
    }

    /// The same for commands that only repaint, which start sooner without the content prior.
    ///
    /// # Errors
    /// As [`ModelSource::read`].
    pub fn read_to_repaint(file: Option<&Path>, form: Option<FormOptions>) -> anyhow::Result<Self> {
        Self::read_or(file, form, || {
            ExportedModel::from_bytes_without_prior(MODEL, Path::new(NAME))
        })
    }

    fn read_or(
        file: Option<&Path>,
        form: Option<FormOptions>,
        builtin: impl FnOnce() -> Result<ExportedModel, ModelFileError>,
    ) -> anyhow::Result<Self> {
        let onnx = file.is_some_and(utsushi::onnx::is_network);
        if form.is_some() && !onnx {
            let error = UsageError::new("--network is for ONNX networks, and the model is none");
            return Err(error.hint("give one with --model NETWORK.onnx").into());
        }
        Ok(Self {
            origin: file.unwrap_or(Path::new(NAME)).to_owned(),
            file: match file {
                Some(file) => {
                    refuse_a_style(file)?;
                    ModelFile::read(file)?
                }
                None => ModelFile::Steered(builtin()?),
            },
            form,
        })
    }

    /// Builds the networks.
    ///
    /// # Errors
    /// A device that is not there, or networks that do not fit the file. ONNX networks run on the
    /// CPU alone.
    pub fn open(self, device: DeviceChoice) -> anyhow::Result<Model> {
        let device = match (&self.file, device) {
            (ModelFile::Onnx(_), DeviceChoice::Vulkan(_)) => {
                let error = UsageError::new("ONNX networks run on the CPU");
                return Err(error.hint("leave --device out").into());
            }
            (ModelFile::Onnx(_), _) => Device::flex(),
            _ => device.open()?,
        };
        let options = OpenOptions::on(device).with_form(self.form.unwrap_or_default());
        Ok(self.file.open(&self.origin, options)?)
    }

    /// Size of the file in bytes; 0 where it has gone away.
    pub fn bytes(&self) -> u64 {
        if self.origin == Path::new(NAME) {
            return MODEL.len() as u64;
        }
        std::fs::metadata(&self.origin).map_or(0, |metadata| metadata.len())
    }
}

/// Refuses what a style is read from: a painting, or a saved style.
///
/// # Errors
/// The file is one, and no model.
fn refuse_a_style(file: &Path) -> anyhow::Result<()> {
    let what = if SavedStyle::is_file(file) && SavedStyle::read(file).is_ok() {
        "a saved style"
    } else if start_of(file).is_some_and(|start| Format::from_content(&start).is_some()) {
        "a picture"
    } else {
        return Ok(());
    };
    let shown = file.display();
    anyhow::bail!(
        "{shown}: this is {what}, and no model in a .safetensors or .onnx file; \
         `utsushi transfer PICTURE --style {shown} -o painted.png` paints in its style"
    )
}

/// The first bytes of a file, by which formats are told; nothing where it cannot be read.
fn start_of(file: &Path) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    let file = File::open(file).ok()?;
    file.take(64).read_to_end(&mut start).ok()?;
    Some(start)
}

/// A model that is steered by styles, and where it came from.
#[derive(Debug)]
pub struct LoadedModel {
    /// The model.
    pub model: ExportedModel,
    /// Its file, or what stands for it.
    pub origin: PathBuf,
}

/// Reads a model that is steered by styles, or the built-in model if no file is named.
///
/// # Errors
/// A file that cannot be read or is no such model.
pub fn load_model(file: Option<&Path>) -> Result<LoadedModel, ModelFileError> {
    Ok(match file {
        Some(file) => LoadedModel {
            model: ExportedModel::read(file)?,
            origin: file.to_owned(),
        },
        None => LoadedModel {
            model: ExportedModel::from_bytes(MODEL, Path::new(NAME))?,
            origin: PathBuf::from(NAME),
        },
    })
}

/// A painter with the model of a file, or with the built-in one if none is named.
///
/// # Errors
/// A file that cannot be read or is no model that is steered by styles.
pub fn load_painter(file: Option<&Path>, device: Device) -> Result<Painter, LoadModelError> {
    match file {
        Some(file) => Painter::load(file, device),
        None => Painter::builtin_on(device),
    }
}

/// The same for commands that only repaint, which start sooner without the content prior.
///
/// # Errors
/// As [`load_painter`].
pub fn load_repainter(file: Option<&Path>, device: Device) -> Result<Painter, LoadModelError> {
    match file {
        Some(file) => Painter::load(file, device),
        None => Painter::builtin_without_prior(device),
    }
}

/// Name of a file's model, or of the built-in one, without the file's folder.
pub fn model_name(file: Option<&Path>) -> String {
    let name = file.map_or(Some(NAME.as_ref()), Path::file_stem);
    name.unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi::PaintRequest;
    use utsushi_imaging::Picture;

    #[test]
    fn the_built_in_model_is_whole_and_small() {
        assert!(MODEL.len() <= 16_000_000, "{} bytes", MODEL.len());
        let mut loaded = load_model(None).unwrap();
        let device = Device::flex();
        let (config, _) = loaded
            .model
            .take_networks(&device, &loaded.origin)
            .expect("networks of its own description");
        assert_eq!(config.styles, loaded.model.styles.len());
        for index in 0..config.styles {
            assert!(loaded.model.style_mean(index).is_some(), "style {index}");
        }
        assert!(!loaded.model.card.trim().is_empty());
    }

    #[test]
    fn without_its_prior_it_paints_the_same_and_makes_up_nothing() {
        let whole = load_painter(None, Device::flex()).unwrap();
        let less = load_repainter(None, Device::flex()).unwrap();
        assert!(whole.makes_sketches() && !less.makes_sketches());
        let picture = Picture::filled(40, 32, [200, 120, 90]);
        let painted = [whole, less].map(|painter| {
            let style = painter.named_style("old-master").unwrap();
            painter.paint_one(&PaintRequest::new(&picture, style), &mut ())
        });
        assert_eq!(painted[0].as_ref().unwrap(), painted[1].as_ref().unwrap());
    }
}
