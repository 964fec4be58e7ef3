//! Prints how long painting takes with the model loaded, in seconds, one line a content:
//! `painting MODEL STYLE OUT CONTENT...`. The last painting goes to `OUT`, its style code to `OUT`
//! with the ending `.code`, so that another program can be held against the same picture.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use utsushi::{
    DecodeLimits, Device, PaintOptions, PaintRequest, Painter, WriteOptions, read, write,
};

/// Paintings of each content; the median counts.
const RUNS: usize = 7;

// As in the program.
#[global_allocator]
static ALLOCATOR: utsushi::RecyclingAllocator = utsushi::RecyclingAllocator::new();

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [model, style, out, contents @ ..] = arguments.as_slice() else {
        return Err("painting MODEL STYLE OUT CONTENT...".into());
    };
    let picture = |path: &Path| read(path, &DecodeLimits::default());
    let painter = Painter::load(model, Device::flex())?;
    let code = painter.style_of(&picture(style)?.picture)?;
    let numbers: Vec<String> = code.values().iter().map(f32::to_string).collect();
    std::fs::write(out.with_extension("code"), numbers.join("\n"))?;
    let force = WriteOptions {
        force: true,
        ..WriteOptions::default()
    };
    for content in contents {
        let content = picture(content)?.picture;
        let mut times = Vec::new();
        let mut painted = None;
        let runs = if content.width() > 1024 { 3 } else { RUNS };
        for _ in 0..runs {
            let start = Instant::now();
            // What the peer does: the generator once, at the size of the picture.
            let options = PaintOptions {
                octaves: Some(0),
                networks_alone: true,
                ..PaintOptions::default()
            };
            let request = PaintRequest::new(&content, &code).with_options(options);
            painted = Some(painter.paint_one(&request, &mut ())?);
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        println!("{} {:.4}", content.width(), times[runs / 2]);
        if let Some(painted) = &painted {
            write(out, painted, &force)?;
        }
    }
    Ok(())
}
