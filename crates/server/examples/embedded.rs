//! Paints from several threads with one engine, without a server:
//! `cargo run --release -p utsushi-cli -p utsushi-server --example embedded -- MODEL STYLE PICTURE...`
//!
//! Prints the size of each result; writes nothing.

use std::error::Error;
use std::path::Path;

use bytes::Bytes;
use utsushi::{BlendPath, Device, Framing, OutputOptions, Painter};
use utsushi_imaging::OutputFormat;
use utsushi_server::{Engine, EngineOptions, Painted, PartSource, StylePart, Work};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, style, pictures @ ..] = &arguments[..] else {
        return Err("usage: embedded MODEL STYLE PICTURE...".into());
    };
    let painter = Painter::load(Path::new(model), Device::flex())?;
    let engine = Engine::start(painter, EngineOptions::default());
    let reference = Bytes::from(std::fs::read(style)?);
    std::thread::scope(|scope| {
        for picture in pictures {
            let (engine, reference) = (engine.clone(), reference.clone());
            scope.spawn(move || match paint(&engine, picture, reference) {
                Ok(painted) => println!("{picture}: {}×{}", painted.width, painted.height),
                Err(error) => eprintln!("{picture}: {error}"),
            });
        }
    });
    Ok(())
}

fn paint(engine: &Engine, picture: &str, reference: Bytes) -> Result<Painted, Box<dyn Error>> {
    let work = Work {
        content: std::fs::read(picture)?.into(),
        references: vec![reference],
        styles: vec![StylePart {
            source: PartSource::Reference(0),
            weights: [1.0; 4],
        }],
        framing: Framing::Auto,
        path: BlendPath::Line,
        strength: 0.8,
        octaves: None,
        keep_colours: false,
        networks_alone: false,
        regions: Vec::new(),
        layers: false,
        format: OutputFormat::Png,
        output: OutputOptions::default(),
    };
    // `SubmitError::Full` would mean that too much waits; dropping the ticket would cancel.
    Ok(engine.submit(work)?.wait()?)
}
