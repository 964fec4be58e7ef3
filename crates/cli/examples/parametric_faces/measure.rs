//! What a model makes of faces that it has not seen, in numbers.

use std::error::Error;
use std::path::Path;

use burn::tensor::Device;
use utsushi::creative::{Direction, EditMode, edit, learn};
use utsushi::{PaintOptions, Painter};
use utsushi_evaluation::EdgeMap;
use utsushi_imaging::{Picture, SheetCell, SheetOptions, WriteOptions, contact_sheet, write};

use crate::face::{Age, Labels, Role};
use crate::telling::{Sitter, Teller, Way};
use crate::{labels_of, word};

/// Faces that the classifier learns from, that directions are learned from, and that are edited:
/// seeds that the set does not have.
const KNOWN: std::ops::Range<u64> = 1_000_000..1_000_480;
const EXAMPLES: std::ops::Range<u64> = 2_000_000..2_000_240;
const HELD_OUT: std::ops::Range<u64> = 3_000_000..3_000_120;

/// Rows of the sheet.
const SHOWN: usize = 8;

/// Ways to give a face a label.
#[derive(Clone, Copy, PartialEq)]
enum Means {
    Untouched,
    Repainted,
    Set,
    SetRedrawn,
    Learned,
    Real,
}

const WAYS: [(Means, &str); 6] = [
    (Means::Untouched, "unedited"),
    (Means::Repainted, "painted anew in its own style"),
    (Means::Set, "`edit --set`"),
    (Means::SetRedrawn, "`edit --set --redraw`"),
    (Means::Learned, "`direction learn`, `edit --direction`"),
    (Means::Real, "drawn with the label"),
];

/// Sums over faces.
#[derive(Default)]
struct Tally {
    faces: f64,
    told: f64,
    other_kept: f64,
    edges: f64,
    way: f64,
}

pub fn measure(model: &Path, sheet: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let painter = Painter::load(model, Device::flex())?;
    let side = painter.config().native_size as u32;
    let sitters = |seeds: std::ops::Range<u64>| -> Vec<Sitter> {
        let sitter = |seed| Sitter::new(seed, labels_of(seed), side);
        seeds.map(sitter).collect()
    };
    let known = sitters(KNOWN);
    let trial = EditTrial {
        painter: &painter,
        teller: Teller::learn(&known),
        learned: learned(&painter, &sitters(EXAMPLES))?,
    };
    println!(
        "| label | way | recognised as the label | other label as before | share of the way | edges agree |"
    );
    println!("|---|---|---|---|---|---|");
    for target in targets() {
        for (means, name) in WAYS {
            let mut tally = Tally::default();
            for seed in HELD_OUT {
                let sitter = Sitter::new(seed, labels_of(seed), side);
                if !target.is_held_by(&sitter.face.labels) {
                    trial.count(&mut tally, seed, &sitter, target, means)?;
                }
            }
            let mean = |sum: f64| sum / tally.faces;
            println!(
                "| {} | {name} | {:.0} % | {:.0} % | {:.2} | {:.2} |",
                target.words().join("="),
                mean(tally.told) * 100.0,
                mean(tally.other_kept) * 100.0,
                mean(tally.way),
                mean(tally.edges)
            );
        }
    }
    trial.tell_reading(side)?;
    match sheet {
        Some(path) => trial.sheet(path, side),
        None => Ok(()),
    }
}

/// A label to be given.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Age(Age),
    Role(Role),
}

fn targets() -> impl Iterator<Item = Target> {
    let ages = Age::ALL.into_iter().map(|(age, _)| Target::Age(age));
    ages.chain(Role::ALL.into_iter().map(|(role, _)| Target::Role(role)))
}

impl Target {
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Age(age) => ["age", word(&Age::ALL, age)],
            Self::Role(role) => ["role", word(&Role::ALL, role)],
        }
    }

    fn is_held_by(self, labels: &Labels) -> bool {
        match self {
            Self::Age(age) => labels.age == age,
            Self::Role(role) => labels.role == role,
        }
    }

    fn given_to(self, labels: Labels) -> Labels {
        match self {
            Self::Age(age) => Labels { age, ..labels },
            Self::Role(role) => Labels { role, ..labels },
        }
    }
}

/// A direction and the labels between which it was learned.
type Learned = ([Target; 2], Direction);

struct EditTrial<'a> {
    painter: &'a Painter,
    teller: Teller,
    /// From a label to another.
    learned: Vec<Learned>,
}

/// From examples that have one value of a label to examples that have another, whatever else they
/// show: what two folders would hold.
fn learned(painter: &Painter, examples: &[Sitter]) -> Result<Vec<Learned>, Box<dyn Error>> {
    let folder = |wanted: Target| -> Vec<Picture> {
        let held = examples.iter();
        let held = held.filter(|it| wanted.is_held_by(&it.face.labels));
        held.map(|it| it.picture.clone()).take(40).collect()
    };
    let mut directions = Vec::new();
    for from in targets() {
        for to in targets() {
            if from.words()[0] == to.words()[0] && from != to {
                let learned = learn(painter, &folder(from), &folder(to), String::new())?;
                directions.push(([from, to], learned.direction));
            }
        }
    }
    Ok(directions)
}

impl EditTrial<'_> {
    fn count(
        &self,
        tally: &mut Tally,
        seed: u64,
        sitter: &Sitter,
        target: Target,
        means: Means,
    ) -> Result<(), Box<dyn Error>> {
        let labels = sitter.face.labels;
        let picture = self.picture(seed, sitter, target, means)?;
        let (age, role) = self.teller.tell(&picture, &sitter.parts);
        let told = Labels {
            age,
            role,
            ..labels
        };
        let is_other_kept = match target {
            Target::Age(_) => role == labels.role,
            Target::Role(_) => age == labels.age,
        };
        tally.faces += 1.0;
        tally.told += f64::from(u8::from(target.is_held_by(&told)));
        tally.other_kept += f64::from(u8::from(is_other_kept));
        tally.edges += EdgeMap::of(&picture).agreement(&EdgeMap::of(&sitter.picture));
        let way = match target {
            Target::Age(age) => Way::Ages(labels.age, age),
            Target::Role(role) => Way::Roles(labels.role, role),
        };
        tally.way += self.teller.way(&picture, &sitter.parts, way);
        Ok(())
    }

    /// The face with the label, in one of the ways.
    fn picture(
        &self,
        seed: u64,
        sitter: &Sitter,
        target: Target,
        means: Means,
    ) -> Result<Picture, Box<dyn Error>> {
        let [name, value] = target.words();
        let own = self.painter.style_of(&sitter.picture)?;
        let directions = match means {
            Means::Untouched => return Ok(sitter.picture.clone()),
            Means::Real => {
                let labels = target.given_to(sitter.face.labels);
                return Ok(Sitter::new(seed, labels, sitter.picture.width()).picture);
            }
            Means::Repainted => Vec::new(),
            Means::Set | Means::SetRedrawn => {
                let direction = Direction::to_label(self.painter, &own, name, value)?;
                vec![(direction, 1.0)]
            }
            Means::Learned => vec![(self.learned_from(sitter, target)?, 1.0)],
        };
        let mode = match means {
            Means::Repainted | Means::SetRedrawn => EditMode::Redraw,
            _ => EditMode::Change,
        };
        let options = PaintOptions::default();
        let (painter, picture) = (self.painter, &sitter.picture);
        let edited = edit(painter, picture, &directions, mode, &options, &mut ())?;
        Ok(edited)
    }

    /// The learned way from the face's own label.
    fn learned_from(&self, sitter: &Sitter, target: Target) -> Result<Direction, String> {
        let own = sitter.face.labels;
        let own = match target {
            Target::Age(_) => Target::Age(own.age),
            Target::Role(_) => Target::Role(own.role),
        };
        let found = self.learned.iter().find(|(way, _)| *way == [own, target]);
        let found = found.map(|(_, direction)| direction.clone());
        found.ok_or_else(|| format!("no way from {own:?} to {target:?}"))
    }

    /// Prints the share of labels of unseen faces that the model reads correctly, and how much less
    /// a face changes that is given what it has.
    fn tell_reading(&self, side: u32) -> Result<(), Box<dyn Error>> {
        let (mut right, mut faces) = (0.0, 0.0);
        let mut changes = [(0.0, 0.0); 2];
        for seed in HELD_OUT {
            let sitter = Sitter::new(seed, labels_of(seed), side);
            let own = self.painter.style_of(&sitter.picture)?;
            for target in targets() {
                let [name, value] = target.words();
                let edited = self.picture(seed, &sitter, target, Means::Set)?;
                let pairs = edited.rgb().iter().zip(sitter.picture.rgb());
                let change: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
                let is_held = target.is_held_by(&sitter.face.labels);
                let (sum, count) = &mut changes[usize::from(is_held)];
                *sum += change / edited.rgb().len() as f64;
                *count += 1.0;
                if is_held {
                    let shares = self.painter.read_condition(&own, name)?;
                    let conditions = self.painter.conditions().iter();
                    let values = conditions.filter(|it| it.name == name);
                    let values = values.flat_map(|it| &it.values).zip(&shares);
                    let read = values.max_by(|a, b| a.1.total_cmp(b.1));
                    right += f64::from(u8::from(read.is_some_and(|read| read.0 == value)));
                    faces += 1.0;
                }
            }
        }
        let [other, held] = changes.map(|(sum, count)| sum / count);
        println!("\nlabels read rightly: {:.1} %", right / faces * 100.0);
        println!("mean change of a channel: {other:.1} to another label, {held:.1} to its own");
        Ok(())
    }

    /// Some of the faces, each with every label.
    fn sheet(&self, path: &Path, side: u32) -> Result<(), Box<dyn Error>> {
        let mut pictures = Vec::new();
        for seed in HELD_OUT.step_by(5).take(SHOWN) {
            let sitter = Sitter::new(seed, labels_of(seed), side);
            pictures.push(sitter.picture.clone());
            for target in targets() {
                pictures.push(self.picture(seed, &sitter, target, Means::Set)?);
            }
        }
        let captions = targets().map(|target| target.words()[1].to_owned());
        let layout = SheetOptions {
            columns: 6,
            cell_width: 96,
            cell_height: 96,
            column_captions: ["drawn".to_owned()].into_iter().chain(captions).collect(),
            ..SheetOptions::default()
        };
        let cells: Vec<SheetCell<'_>> = pictures.iter().map(SheetCell::from).collect();
        let options = WriteOptions {
            force: true,
            ..WriteOptions::default()
        };
        let sheet = contact_sheet(&layout, &cells);
        Ok(write(path, &sheet, &options)?)
    }
}
