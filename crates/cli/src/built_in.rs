//! The model inside the program.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use utsushi_weights::{ExportedModel, ExportedStudent, ModelFileError, WeightsFile};

use utsushi::{LoadModelError, Painter};
use utsushi_builtin_model::{MODEL, NAME};

/// A model and where it came from.
#[derive(Debug)]
pub struct LoadedModel {
    /// The model.
    pub model: ExportedModel,
    /// Its file, or what stands for it.
    pub origin: PathBuf,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// Reads a model file, or the built-in model if none is named.
///
/// # Errors
/// A file that cannot be read or is no model.
pub fn load_model(file: Option<&Path>) -> Result<LoadedModel, ModelFileError> {
    let Some(file) = file else {
        let origin = PathBuf::from(NAME);
        let model = ExportedModel::from_bytes(MODEL, &origin)?;
        let bytes = MODEL.len() as u64;
        return Ok(LoadedModel {
            model,
            origin,
            bytes,
        });
    };
    let model = ExportedModel::read(file)?;
    let bytes = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    Ok(LoadedModel {
        model,
        origin: file.to_owned(),
        bytes,
    })
}

/// A painter with the model of a file, or with the built-in one if none is named.
///
/// # Errors
/// A file that cannot be read or is no model.
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

/// The student in a file, if that is what it says it is; nothing for every other file, readable or
/// not.
pub fn load_student(file: &Path) -> Option<Result<ExportedStudent, ModelFileError>> {
    let weights = WeightsFile::read(file).ok()?;
    ExportedStudent::is_one(&weights).then(|| ExportedStudent::from_file(weights, file))
}

/// What to call the model of a file, or the built-in one, without telling where the file lies.
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
            let style = painter.named_style("oil").unwrap();
            painter.paint_one(&PaintRequest::new(&picture, style), &mut ())
        });
        assert_eq!(painted[0].as_ref().unwrap(), painted[1].as_ref().unwrap());
    }
}
