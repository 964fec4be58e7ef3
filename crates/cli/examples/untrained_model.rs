//! Writes a tiny untrained model: `cargo run --release --example untrained_model -- OUT`.
//!
//! Whoever changes the layout of the networks makes the built-in model unreadable. Until another
//! is trained, this one can take the place of `crates/builtin-model/assets/model.safetensors`, so that the
//! program and its tests work. It paints nothing worth looking at, and its card says so.

use std::path::Path;

use utsushi_test_fixtures::TinyModel;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args_os()
        .nth(1)
        .ok_or("usage: untrained_model OUT")?;
    let tiny = TinyModel::new(&["ink", "oil"]).with_prior();
    tiny.exported().write(Path::new(&out), true)?;
    Ok(())
}
