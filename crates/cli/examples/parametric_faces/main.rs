//! Drawn faces with an age and a role, for trying labels out.
//!
//! `parametric_faces draw FOLDER [COUNT]` writes a folder of pictures a style, each with a
//! `labels.csv`, and the `sets.toml` that prepares them. `parametric_faces measure MODEL [SHEET]`
//! tells what a model trained on them makes of faces that it has not seen. `docs/creative.md` has
//! the whole way.

mod drawing;
mod face;
mod measure;
mod telling;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use utsushi_imaging::{WriteOptions, write};

use drawing::draw;
use face::{Age, Face, Labels, Role, Style};

/// Side of the pictures that are written, in pixels.
const SIDE: u32 = 64;

/// Faces where nothing else is asked for.
const COUNT: u64 = 1800;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["draw", folder] => write_faces(Path::new(folder), COUNT),
        ["draw", folder, count] => write_faces(Path::new(folder), count.parse()?),
        ["measure", model] => measure::measure(Path::new(model), None),
        ["measure", model, sheet] => measure::measure(Path::new(model), Some(Path::new(sheet))),
        _ => Err("usage: parametric_faces draw FOLDER [COUNT] | measure MODEL [SHEET.png]".into()),
    }
}

/// The labels that come up in turn: each combination as often as any other.
fn labels_of(index: u64) -> Labels {
    let turn = |count: usize, slower: u64| (index / slower) as usize % count;
    Labels {
        age: Age::ALL[turn(2, 1)].0,
        role: Role::ALL[turn(3, 2)].0,
        style: Style::ALL[turn(2, 6)].0,
    }
}

/// The word for a label.
fn word<T: PartialEq + Copy>(all: &[(T, &'static str)], own: T) -> &'static str {
    let found = all.iter().find(|(value, _)| *value == own);
    found.map_or("", |(_, word)| word)
}

fn write_faces(folder: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let mut sets = String::from("size = 32\nvalidation = 0.05\nmin_size = 32\n");
    for (style, name) in Style::ALL {
        let own = folder.join(name);
        std::fs::create_dir_all(&own)?;
        let mut table = String::from("file_name,age,role\n");
        for index in (0..count).filter(|&index| labels_of(index).style == style) {
            let labels = labels_of(index);
            let file = format!("{index:05}.png");
            let drawn = draw(&Face::new(index, labels), SIDE);
            write(&own.join(&file), &drawn.picture, &WriteOptions::default())?;
            let (age, role) = (word(&Age::ALL, labels.age), word(&Role::ALL, labels.role));
            writeln!(table, "{file},{age},{role}")?;
        }
        std::fs::write(folder.join(format!("{name}.csv")), table)?;
        write!(
            sets,
            "\n[[source]]\npath = \"{name}\"\nstyle = \"{name}\"\nlabels_from = \"{name}.csv\"\n\
             duplicate_distance = 0\nlicence = \"CC0, drawn by this program\"\n"
        )?;
    }
    std::fs::write(folder.join("sets.toml"), sets)?;
    Ok(())
}
