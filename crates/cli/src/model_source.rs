//! Sources of models: the file that a command is given, or a model inside of the program.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use utsushi::onnx::FormOptions;
use utsushi::{Format, Model, ModelFile, OpenOptions, Painter, SavedStyle};
use utsushi_weights::{ExportedModel, ModelFileError};

use crate::device::DeviceChoice;
use crate::error::UsageError;
use crate::suggestions::nearest;

/// A model inside of the program.
#[derive(Clone, Copy, Debug)]
pub struct IncludedModel {
    /// Name of the model on the command line; a file of that name is written as `./builtin`.
    pub keyword: &'static str,
    /// Name of the model in messages, in place of a file's.
    pub name: &'static str,
    file: &'static [u8],
}

/// The models inside of the program; the first one is the default.
pub const INCLUDED: [IncludedModel; 2] = [
    IncludedModel {
        keyword: "builtin",
        name: utsushi_builtin_model::NAME,
        file: utsushi_builtin_model::MODEL,
    },
    IncludedModel {
        keyword: "free",
        name: utsushi_free_model::NAME,
        file: utsushi_free_model::MODEL,
    },
];

/// A model as it was named on the command line.
#[derive(Clone, Copy, Debug)]
pub enum NamedModel<'a> {
    /// A model inside of the program.
    Included(IncludedModel),
    /// A model in a file.
    File(&'a Path),
}

impl<'a> NamedModel<'a> {
    /// The model that was named; by default the first one inside of the program.
    pub fn of(named: Option<&'a Path>) -> Self {
        let Some(file) = named else {
            return Self::Included(INCLUDED[0]);
        };
        let mut included = INCLUDED.into_iter();
        match included.find(|it| file == Path::new(it.keyword)) {
            Some(included) => Self::Included(included),
            None => Self::File(file),
        }
    }

    /// The model that was named, after checking a file.
    ///
    /// # Errors
    /// There is no such file, and a model inside of the program has a similar name.
    fn sought(named: Option<&'a Path>) -> Result<Self, UsageError> {
        let sought = Self::of(named);
        if let Self::File(file) = sought
            && let Some(hint) = meant(file)
            && !file.exists()
        {
            let message = format!("{}: there is no such model", file.display());
            return Err(UsageError::new(message).hint(hint));
        }
        Ok(sought)
    }

    /// Path or name of the model in messages.
    fn origin(self) -> &'a Path {
        match self {
            Self::Included(included) => Path::new(included.name),
            Self::File(file) => file,
        }
    }
}

impl IncludedModel {
    fn read(self) -> Result<ExportedModel, ModelFileError> {
        ExportedModel::from_bytes(self.file, Path::new(self.name))
    }
}

/// A model file that was read, or a model inside of the program.
#[derive(Debug)]
pub struct ModelSource {
    /// Content of the model.
    pub file: ModelFile,
    /// Path of the file, or what stands for it in messages.
    pub origin: PathBuf,
    /// The form in which an ONNX network takes pictures, if the user gave it.
    form: Option<FormOptions>,
}

impl ModelSource {
    /// Reads a model file of any kind, or a model inside of the program. `form` is only for ONNX
    /// networks.
    ///
    /// # Errors
    /// The file cannot be read or is not a model, or a `form` is given with another kind of model.
    pub fn read(file: Option<&Path>, form: Option<FormOptions>) -> anyhow::Result<Self> {
        Self::read_or(file, form, IncludedModel::read)
    }

    /// Reads a model as [`ModelSource::read`] does, but without the content prior: commands that
    /// only repaint start sooner without it.
    ///
    /// # Errors
    /// As [`ModelSource::read`].
    pub fn read_to_repaint(file: Option<&Path>, form: Option<FormOptions>) -> anyhow::Result<Self> {
        Self::read_or(file, form, |included| {
            ExportedModel::from_bytes_without_prior(included.file, Path::new(included.name))
        })
    }

    fn read_or(
        file: Option<&Path>,
        form: Option<FormOptions>,
        read: impl FnOnce(IncludedModel) -> Result<ExportedModel, ModelFileError>,
    ) -> anyhow::Result<Self> {
        let onnx = file.is_some_and(utsushi::onnx::is_network);
        if form.is_some() && !onnx {
            let error = UsageError::new("--network is for ONNX networks, and the model is none");
            return Err(error.hint("give one with --model NETWORK.onnx").into());
        }
        let named = NamedModel::sought(file)?;
        Ok(Self {
            origin: named.origin().to_owned(),
            file: match named {
                NamedModel::Included(included) => ModelFile::Steered(read(included)?),
                NamedModel::File(file) => {
                    refuse_a_style(file)?;
                    ModelFile::read(file)?
                }
            },
            form,
        })
    }

    /// Builds the model's networks on the device.
    ///
    /// # Errors
    /// The device does not exist, the networks do not fit the file, or an ONNX network is to run on
    /// another device than the CPU.
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

    /// Size of the file in bytes; 0 if it no longer exists.
    pub fn bytes(&self) -> u64 {
        let mut included = INCLUDED.iter();
        if let Some(included) = included.find(|it| self.origin == Path::new(it.name)) {
            return included.file.len() as u64;
        }
        std::fs::metadata(&self.origin).map_or(0, |metadata| metadata.len())
    }
}

/// A suggestion for a file that does not exist, if a model inside of the program may be meant.
pub fn meant(file: &Path) -> Option<String> {
    let near = nearest(&file.to_string_lossy(), INCLUDED.map(|it| it.keyword))?;
    Some(format!(
        "did you mean `{near}`, a model inside this program?"
    ))
}

/// Refuses a file from which a style can be read: a painting, or a saved style.
///
/// # Errors
/// The file is one of these, and not a model.
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

/// The first bytes of a file, by which formats are recognised; `None` if it cannot be read.
fn start_of(file: &Path) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    let file = File::open(file).ok()?;
    file.take(64).read_to_end(&mut start).ok()?;
    Some(start)
}

/// A steered model that was read, with its origin.
#[derive(Debug)]
pub struct LoadedModel {
    /// The model that was read.
    pub model: ExportedModel,
    /// The model's file, or what stands for it in messages.
    pub origin: PathBuf,
}

/// Reads a model that is steered by style codes, from a file or from inside of the program.
///
/// # Errors
/// The file cannot be read or is not such a model.
pub fn load_model(file: Option<&Path>) -> anyhow::Result<LoadedModel> {
    let named = NamedModel::sought(file)?;
    Ok(LoadedModel {
        model: match named {
            NamedModel::Included(included) => included.read()?,
            NamedModel::File(file) => ExportedModel::read(file)?,
        },
        origin: named.origin().to_owned(),
    })
}

/// Makes a painter with the model of a file, or with one inside of the program.
///
/// # Errors
/// The file cannot be read or is not a model that is steered by style codes.
pub fn load_painter(file: Option<&Path>, device: Device) -> anyhow::Result<Painter> {
    Ok(match NamedModel::sought(file)? {
        NamedModel::Included(IncludedModel { name, file, .. }) => {
            Painter::from_bytes(file, Path::new(name), device)
        }
        NamedModel::File(file) => Painter::load(file, device),
    }?)
}

/// Makes a painter as [`load_painter`] does, but without the content prior: commands that only
/// repaint start sooner without it.
///
/// # Errors
/// As [`load_painter`].
pub fn load_repainter(file: Option<&Path>, device: Device) -> anyhow::Result<Painter> {
    Ok(match NamedModel::sought(file)? {
        NamedModel::Included(IncludedModel { name, file, .. }) => {
            Painter::from_bytes_without_prior(file, Path::new(name), device)
        }
        NamedModel::File(file) => Painter::load(file, device),
    }?)
}

/// Name of a file's model without the folder, or of a model inside of the program.
pub fn model_name(file: Option<&Path>) -> String {
    match NamedModel::of(file) {
        NamedModel::Included(included) => included.name.to_owned(),
        NamedModel::File(file) => {
            let name = file.file_stem().unwrap_or_default();
            name.to_string_lossy().into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi::PaintRequest;
    use utsushi_imaging::Picture;

    #[test]
    fn the_models_inside_of_the_program_are_whole_and_small() {
        for included in INCLUDED {
            let bytes = included.file.len();
            assert!(bytes <= 16_000_000, "{bytes} bytes");
            let mut loaded = load_model(Some(Path::new(included.keyword))).unwrap();
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
    }

    #[test]
    fn names_of_models_are_no_files_and_nothing_is_the_built_in_one() {
        let named = |file: Option<&'static str>| match NamedModel::of(file.map(Path::new)) {
            NamedModel::Included(included) => Some(included.name),
            NamedModel::File(_) => None,
        };
        assert_eq!(named(None), Some("built-in model"));
        assert_eq!(named(Some("builtin")), named(None));
        assert_eq!(named(Some("free")), Some("free model"));
        assert_eq!(named(Some("./free")), None);
        assert_eq!(model_name(Some(Path::new("a/rose.safetensors"))), "rose");
        assert_eq!(model_name(Some(Path::new("free"))), "free model");
    }

    #[test]
    fn names_spelt_wrong_are_answered_with_the_right_ones() {
        for (name, right) in [("bulit-in", "`builtin`"), ("fre", "`free`")] {
            let named = Some(Path::new(name));
            let told = |error: Option<anyhow::Error>| crate::error::hint_of(&error.unwrap());
            let hints = [
                told(ModelSource::read(named, None).err()),
                told(ModelSource::read_to_repaint(named, None).err()),
                told(load_model(named).err()),
                told(load_painter(named, Device::flex()).err()),
                told(load_repainter(named, Device::flex()).err()),
            ];
            for hint in hints {
                assert!(hint.unwrap().contains(right), "{name}");
            }
        }
        let error = load_model(Some(Path::new("rose.safetensors"))).unwrap_err();
        assert!(!error.to_string().contains("no such model"), "{error}");
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
