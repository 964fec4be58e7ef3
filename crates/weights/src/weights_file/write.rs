use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use half::f16;
use serde_json::{Map, Value, json};
use utsushi_files::write_whole;

use super::Precision;
use crate::{NamedTensors, WeightsFileError};

/// Writes borrowed tensors and metadata to a file, as
/// [`WeightsFile::write`](crate::WeightsFile::write) does.
///
/// # Errors
/// As [`WeightsFile::write`](crate::WeightsFile::write).
pub fn write_tensors(
    tensors: &NamedTensors,
    metadata: &BTreeMap<String, String>,
    path: &Path,
    precision: Precision,
    replace: bool,
) -> Result<(), WeightsFileError> {
    check(tensors, path, precision)?;
    let written = write_whole(path, replace, |writer| {
        write_file(tensors, metadata, precision, writer)
    });
    written.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => WeightsFileError::Exists {
            path: path.to_owned(),
        },
        _ => WeightsFileError::io(path, "write", source),
    })
}

/// The bytes that [`write_tensors`] writes; `origin` stands for the file's name in errors.
///
/// # Errors
/// A value is not finite or does not fit `precision`.
pub(super) fn tensor_bytes(
    tensors: &NamedTensors,
    metadata: &BTreeMap<String, String>,
    origin: &Path,
    precision: Precision,
) -> Result<Vec<u8>, WeightsFileError> {
    check(tensors, origin, precision)?;
    let mut bytes = Vec::new();
    let written = write_file(tensors, metadata, precision, &mut bytes);
    written.map_err(|source| WeightsFileError::io(origin, "write", source))?;
    Ok(bytes)
}

fn write_file(
    tensors: &NamedTensors,
    metadata: &BTreeMap<String, String>,
    precision: Precision,
    writer: &mut impl Write,
) -> io::Result<()> {
    let header = header(tensors, metadata, precision);
    writer.write_all(&(header.len() as u64).to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    write_values(tensors, precision, writer)
}

/// Refuses values that would be refused on reading, while they can still be mended.
fn check(
    tensors: &NamedTensors,
    path: &Path,
    precision: Precision,
) -> Result<(), WeightsFileError> {
    let fits = |value: f32| match precision {
        Precision::Single => value.is_finite(),
        Precision::Half => f16::from_f32(value).is_finite(),
    };
    for (name, tensor) in tensors.iter() {
        if let Some(index) = tensor.values.iter().position(|&value| !fits(value)) {
            let value = tensor.values[index];
            return Err(WeightsFileError::NotFinite {
                path: path.to_owned(),
                tensor: name.to_owned(),
                index,
                value,
                hint: if value.is_finite() {
                    " and within ±65504 in f16"
                } else {
                    ""
                },
            });
        }
    }
    Ok(())
}

/// Makes the JSON header, padded with spaces so that the values start at a multiple of eight bytes.
///
/// It is written here because the library's own writer puts metadata in random order.
fn header(
    tensors: &NamedTensors,
    metadata: &BTreeMap<String, String>,
    precision: Precision,
) -> String {
    let (number_type, size) = match precision {
        Precision::Single => ("F32", 4),
        Precision::Half => ("F16", 2),
    };
    let mut entries = Map::new();
    if !metadata.is_empty() {
        entries.insert("__metadata__".to_owned(), json!(metadata));
    }
    let mut offset = 0;
    for (name, tensor) in tensors.iter() {
        let end = offset + tensor.values.len() * size;
        let entry =
            json!({"dtype": number_type, "shape": tensor.shape, "data_offsets": [offset, end]});
        entries.insert(name.to_owned(), entry);
        offset = end;
    }
    let mut header = Value::Object(entries).to_string();
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    header
}

fn write_values(
    tensors: &NamedTensors,
    precision: Precision,
    writer: &mut impl Write,
) -> io::Result<()> {
    for (_, tensor) in tensors.iter() {
        for &value in &tensor.values {
            match precision {
                Precision::Single => writer.write_all(&value.to_le_bytes())?,
                Precision::Half => writer.write_all(&f16::from_f32(value).to_le_bytes())?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::WeightsFile;

    fn example() -> WeightsFile {
        let mut file = WeightsFile::default();
        file.tensors
            .insert("b", [2, 2], vec![1.0, -0.1, f32::MIN_POSITIVE, 65504.0]);
        file.tensors.insert("a", Vec::new(), vec![1.0 / 3.0]);
        file.tensors.insert("empty", [0, 3], vec![]);
        file.metadata
            .insert("card".into(), "two\nlines \u{2192} \"quoted\"".into());
        file
    }

    #[test]
    fn single_precision_comes_back_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        example().write(&path, Precision::Single, false).unwrap();
        assert_eq!(WeightsFile::read(&path).unwrap(), example());
        let bytes = fs::read(&path).unwrap();
        assert_eq!(example().to_bytes(Precision::Single, &path).unwrap(), bytes);
        example().write(&path, Precision::Single, true).unwrap();
        assert_eq!(
            fs::read(&path).unwrap(),
            bytes,
            "the same content gives the same bytes"
        );
        // And the library of the format's authors agrees.
        let parsed = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(parsed.tensor("b").unwrap().shape(), [2, 2]);
    }

    #[test]
    fn half_precision_rounds_to_nearest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        example().write(&path, Precision::Half, false).unwrap();
        let read = WeightsFile::read(&path).unwrap();
        // 1/3 in eleven significant bits is 1365/4096; the smallest normal f32 rounds to 0.
        assert_eq!(read.tensors.get("a").unwrap().values, [1365.0 / 4096.0]);
        assert_eq!(
            read.tensors.get("b").unwrap().values,
            [1.0, -1638.0 / 16384.0, 0.0, 65504.0]
        );
        assert_eq!(read.metadata, example().metadata);
    }

    #[test]
    fn values_that_cannot_be_kept_are_named_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        for (value, precision) in [
            (f32::NAN, Precision::Single),
            (f32::INFINITY, Precision::Half),
            (65520.0, Precision::Half),
        ] {
            let mut file = example();
            file.tensors
                .insert("net.weight", [3], vec![0.0, 0.0, value]);
            let error = file.write(&path, precision, false).unwrap_err().to_string();
            assert!(error.contains("value 2 of tensor `net.weight`"), "{error}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn an_existing_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        fs::write(&path, "mine").unwrap();
        let error = example()
            .write(&path, Precision::Single, false)
            .unwrap_err();
        assert!(matches!(error, WeightsFileError::Exists { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
    }
}
