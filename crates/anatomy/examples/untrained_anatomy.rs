//! Writes untrained weights: `cargo run --release -p utsushi-anatomy --example untrained_anatomy -- OUT`.
//!
//! Whoever changes the layout of the network makes its weights unreadable. Until others are trained,
//! these can take the place of `assets/anatomy.safetensors`, so that the program and its tests work.

use std::path::Path;

use burn::tensor::Device;
use utsushi_anatomy::AnatomyNetwork;
use utsushi_weights::{Precision, WeightsFile, collect};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args_os()
        .nth(1)
        .ok_or("usage: untrained_anatomy OUT")?;
    let file = WeightsFile {
        tensors: collect(&AnatomyNetwork::new(1, &Device::flex())),
        metadata: [("format".to_owned(), "utsushi anatomy 1".to_owned())].into(),
    };
    file.write(Path::new(&out), Precision::Half, true)?;
    Ok(())
}
