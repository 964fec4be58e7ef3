//! Decodes pictures and says what became of each: used by `bench/corpus`.
//!
//! `decode FOLDER FILE…` writes `FOLDER/0.png`, `1.png`, … and one line a file to standard output: its
//! number, `read` with format, bits and size, or `refused` with the reason, separated by tabs.

use std::path::{Path, PathBuf};

use utsushi_imaging::{DecodeLimits, EncodeOptions, OutputFormat, encode, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: decode FOLDER FILE…")?;
    std::fs::create_dir_all(&folder)?;
    for (number, file) in arguments.enumerate() {
        println!("{number}\t{}", line(&folder, number, &file)?);
    }
    Ok(())
}

fn line(folder: &Path, number: usize, file: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let decoded = match read(file, &DecodeLimits::default()) {
        Ok(decoded) => decoded,
        Err(error) => return Ok(format!("refused\t{error}")),
    };
    let picture = &decoded.picture;
    let png = encode(picture, OutputFormat::Png, EncodeOptions::default())?;
    std::fs::write(folder.join(format!("{number}.png")), png)?;
    let (width, height) = (picture.width(), picture.height());
    let (format, bits) = (decoded.format, decoded.bits);
    let converted = if decoded.converted {
        "converted"
    } else {
        "as it is"
    };
    Ok(format!(
        "read\t{format}\t{bits}\t{width}x{height}\t{converted}"
    ))
}
