use std::fs::File;
use std::io::Read;
use std::path::Path;

use half::f16;
use half::slice::HalfFloatSliceExt;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::{MAXIMUM_BYTES, WeightsFile};
use crate::{NamedTensors, WeightsFileError};

/// Size in bytes of the largest header that is parsed: ten thousand tensors take a tenth of it.
const MAXIMUM_HEADER_BYTES: u64 = 16 << 20;

/// Size in bytes below which a file is converted sooner than a thread starts.
const WORTH_A_THREAD: usize = 1 << 20;

pub(super) fn from_file(path: &Path) -> Result<WeightsFile, WeightsFileError> {
    let io = |source| WeightsFileError::io(path, "read", source);
    let mut file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(malformed(path, "this is not a regular file"));
    }
    let length = metadata.len();
    if length > MAXIMUM_BYTES {
        let limit = MAXIMUM_BYTES;
        return Err(WeightsFileError::TooLarge {
            path: path.to_owned(),
            bytes: length,
            limit,
        });
    }
    // The start of a file of another kind tells, before the rest is read.
    let mut start = [0; 8];
    let started = file.by_ref().take(8).read(&mut start).map_err(io)?;
    check_start(&start[..started], length, path)?;
    let mut bytes = Vec::with_capacity(length as usize);
    bytes.extend_from_slice(&start[..started]);
    // A file that grows meanwhile is no reason to read on for ever.
    file.take(length - started as u64)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    from_bytes(&bytes, path, &|_| true)
}

/// Reads the tensors whose names are `wanted` from a file's bytes.
pub(super) fn from_bytes(
    bytes: &[u8],
    origin: &Path,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<WeightsFile, WeightsFileError> {
    check_start(&bytes[..bytes.len().min(8)], bytes.len() as u64, origin)?;
    let damaged = |error| malformed(origin, &explain(error));
    let parsed = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let metadata = header.metadata().iter().flatten();
    let metadata = metadata
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();

    let views = parsed.iter().filter(|(name, _)| wanted(name));
    let views: Vec<(&str, TensorView<'_>)> = views.collect();
    let mut tensors = NamedTensors::new();
    for numbers in converted(&views, origin) {
        for (name, shape, values) in numbers? {
            tensors.insert(name, shape, values);
        }
    }
    Ok(WeightsFile { tensors, metadata })
}

/// Converted tensors: name, shape and values of each.
type Converted<'a> = Vec<(&'a str, &'a [usize], Vec<f32>)>;

/// Converts the numbers of all tensors, in several parts that are in order. Large files are
/// converted on two threads: this takes a good part of the time until a small picture is painted.
fn converted<'a>(
    views: &'a [(&'a str, TensorView<'a>)],
    origin: &Path,
) -> Vec<Result<Converted<'a>, WeightsFileError>> {
    let bytes: usize = views.iter().map(|(_, view)| view.data().len()).sum();
    if bytes < WORTH_A_THREAD {
        return vec![part(views, origin)];
    }
    let mut seen = 0;
    let before_half = |(_, view): &&(&str, TensorView<'_>)| {
        seen += view.data().len();
        seen <= bytes / 2
    };
    let half = views.iter().take_while(before_half).count();
    let (first, second) = views.split_at(half);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| part(second, origin));
        let first = part(first, origin);
        let second = second
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        vec![first, second]
    })
}

fn part<'a>(
    views: &'a [(&'a str, TensorView<'a>)],
    origin: &Path,
) -> Result<Converted<'a>, WeightsFileError> {
    let numbers = views.iter().map(|(name, view)| {
        let values = values_of(name, view, origin)?;
        Ok((*name, view.shape(), values))
    });
    numbers.collect()
}

fn values_of(
    name: &str,
    view: &TensorView<'_>,
    origin: &Path,
) -> Result<Vec<f32>, WeightsFileError> {
    let values: Vec<f32> = match view.dtype() {
        Dtype::F32 => chunks(view.data()).map(f32::from_le_bytes).collect(),
        Dtype::F16 => {
            let halves: Vec<f16> = chunks(view.data()).map(f16::from_le_bytes).collect();
            halves.to_f32_vec()
        }
        other => {
            return Err(WeightsFileError::NumberType {
                path: origin.to_owned(),
                tensor: name.to_owned(),
                found: other.to_string(),
            });
        }
    };
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(WeightsFileError::NotFinite {
            path: origin.to_owned(),
            tensor: name.to_owned(),
            index,
            value: values[index],
            hint: ": the file is damaged or comes from a run that diverged",
        });
    }
    Ok(values)
}

fn chunks<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> {
    data.as_chunks().0.iter().copied()
}

/// Refuses bytes that cannot be such a file by the first eight, which hold the length of the
/// header.
fn check_start(start: &[u8], length: u64, path: &Path) -> Result<(), WeightsFileError> {
    let Ok(start) = <[u8; 8]>::try_from(start) else {
        return Err(malformed(path, &format!("it has only {length} bytes")));
    };
    let header = u64::from_le_bytes(start);
    if header > MAXIMUM_HEADER_BYTES {
        return Err(malformed(
            path,
            "it does not start with the length of a header",
        ));
    }
    if header > length - 8 {
        return Err(malformed(path, "it ends inside its header"));
    }
    Ok(())
}

fn explain(error: safetensors::SafeTensorError) -> String {
    use safetensors::SafeTensorError as E;
    match error {
        E::MetadataIncompleteBuffer => {
            "its length is not what its header says; it may be cut off".to_owned()
        }
        other => other.to_string(),
    }
}

fn malformed(path: &Path, reason: &str) -> WeightsFileError {
    WeightsFileError::Malformed {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Precision;

    fn file_with(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    fn error_of(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hostile.safetensors");
        fs::write(&path, bytes).unwrap();
        let error = WeightsFile::read(&path).unwrap_err().to_string();
        assert!(
            error.contains("hostile.safetensors"),
            "the file is named: {error}"
        );
        let origin = Path::new("embedded");
        assert!(WeightsFile::from_bytes(bytes, origin).is_err());
        error
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole.safetensors");
        let mut file = WeightsFile::default();
        file.tensors.insert("a", [5], vec![1.0; 5]);
        file.write(&path, Precision::Single, false).unwrap();
        let bytes = fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            error_of(&bytes[..length]);
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(error_of(&longer).contains("length"));
    }

    #[test]
    fn headers_that_lie_are_refused() {
        let tensor = |shape: &str, offsets: &str| {
            format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#)
        };
        let huge = "[4611686018427387904,4]";
        for (header, data) in [
            (tensor("[1000000000]", "[0,4]"), vec![0; 4]),
            (tensor("[1]", "[0,4000000000]"), vec![0; 4]),
            (tensor("[1]", "[4,0]"), vec![0; 4]),
            (tensor("[1]", "[4,8]"), vec![0; 8]),
            (tensor(huge, "[0,4]"), vec![0; 4]),
            (tensor("[-1]", "[0,4]"), vec![0; 4]),
            ("{".to_owned(), vec![]),
            ("[]".to_owned(), vec![]),
            (r#"{"a":1}"#.to_owned(), vec![]),
            ("[".repeat(100_000), vec![]),
        ] {
            error_of(&file_with(&header, &data));
        }
        // A header length of the whole address space, and pictures and text by another name.
        error_of(&u64::MAX.to_le_bytes());
        error_of(&[0xff; 64]);
        assert!(error_of(b"\x89PNG\r\n\x1a\n and so on").contains("not a safetensors file"));
        assert!(error_of(b"").contains("only 0 bytes"));
    }

    #[test]
    fn other_number_types_and_values_that_are_not_finite_are_named() {
        let header = r#"{"net.a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#;
        let error = error_of(&file_with(header, &[0; 8]));
        assert!(error.contains("`net.a` is stored as F64"), "{error}");

        let header = r#"{"net.b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
        let mut data = 1.0f32.to_le_bytes().to_vec();
        data.extend(f32::NAN.to_le_bytes());
        let error = error_of(&file_with(header, &data));
        assert!(
            error.contains("value 1 of tensor `net.b` is NaN"),
            "{error}"
        );

        let header = r#"{"net.c":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#;
        let error = error_of(&file_with(header, &f16::INFINITY.to_le_bytes()));
        assert!(error.contains("`net.c` is inf"), "{error}");
    }

    #[test]
    fn a_missing_file_and_a_folder_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(WeightsFile::read(folder.path()).is_err());
        let error = WeightsFile::read(&folder.path().join("none"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("none") && error.contains("cannot read"),
            "{error}"
        );
    }
}
