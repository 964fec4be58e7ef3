//! A writer for tests of files as `torch.save` writes them for a dictionary of f32 tensors.

use std::io::{Cursor, Write};

use utsushi_weights::NamedTensors;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Makes a zip archive with the given members, name and content, uncompressed.
pub(super) fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The bytes of a `.pth` file in today's (zip) form.
pub(super) fn torch_file(tensors: &NamedTensors) -> Vec<u8> {
    let storages: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, tensor)| {
            tensor
                .values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        })
        .collect();
    let names: Vec<String> = (0..storages.len())
        .map(|key| format!("net/data/{key}"))
        .collect();
    let pickle = pickle(tensors);
    let mut members = vec![("net/data.pkl", pickle.as_slice())];
    members.extend(
        names
            .iter()
            .zip(&storages)
            .map(|(name, data)| (name.as_str(), &data[..])),
    );
    members.push(("net/version", b"3\n"));
    archive(&members)
}

fn text(pickle: &mut Vec<u8>, value: &str) {
    pickle.push(b'X');
    pickle.extend((value.len() as u32).to_le_bytes());
    pickle.extend(value.bytes());
}

fn integer(pickle: &mut Vec<u8>, value: usize) {
    pickle.push(b'J');
    pickle.extend((value as i32).to_le_bytes());
}

fn tuple(pickle: &mut Vec<u8>, values: &[usize]) {
    pickle.push(b'(');
    values.iter().for_each(|&value| integer(pickle, value));
    pickle.push(b't');
}

/// Pickles a dictionary of tensors, `{name: torch._utils._rebuild_tensor_v2(storage, 0, shape,
/// strides, False, OrderedDict())}`, in protocol 2.
fn pickle(tensors: &NamedTensors) -> Vec<u8> {
    let mut pickle = b"\x80\x02}(".to_vec();
    for (key, (name, tensor)) in tensors.iter().enumerate() {
        text(&mut pickle, name);
        pickle.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        text(&mut pickle, "storage");
        pickle.extend(b"ctorch\nFloatStorage\n");
        text(&mut pickle, &key.to_string());
        text(&mut pickle, "cpu");
        integer(&mut pickle, tensor.values.len());
        pickle.extend(b"tQ");
        integer(&mut pickle, 0);
        tuple(&mut pickle, &tensor.shape);
        let strides: Vec<usize> = (1..=tensor.shape.len())
            .map(|axis| tensor.shape[axis..].iter().product())
            .collect();
        tuple(&mut pickle, &strides);
        pickle.extend(b"\x89ccollections\nOrderedDict\n)RtR");
    }
    pickle.extend(b"u.");
    pickle
}
