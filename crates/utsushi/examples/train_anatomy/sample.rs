//! Labelled pictures. One is three files:
//!
//! - `X.png` or `X.jpg`, the picture, perhaps with alpha
//! - `X.parts.png`, grey and of the same size: the number of each pixel's part, 255 where it is not
//!   known
//! - `X.json`: `{"face": [x, y, width, height] or null, "points": {"left_eye": [x, y], …},
//!   "held_out": false, "weight": 1.0}`
//!
//! The face is what lies between forehead and chin, without the hair; all is in pixels. With `null`
//! for a face there is none in the picture. Points that are missing are not known. Pictures are drawn
//! as often as their weights say.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use utsushi_anatomy::{Landmark, Part};
use utsushi_imaging::{DecodeLimits, Filter, Picture, fill_transparent, fit_within, resize_with};

/// Longer side that pictures are kept at, unless their faces would be smaller than in training.
const KEPT: u32 = 224;
const LARGEST: u32 = 448;
const FACE: f32 = 64.0;

/// The number of a pixel of which nothing is known.
pub const UNKNOWN: u8 = 255;

/// A picture and what is known of it, all in its pixels.
pub struct Sample {
    /// The folder that it lies in, as seen from the one that was read.
    pub folder: String,
    /// Where it is transparent, with colours from around.
    pub picture: Picture,
    pub classes: Vec<u8>,
    /// From left to right and from top to bottom: start and length.
    pub face: Option<FaceBox>,
    pub points: [Option<[f32; 2]>; Landmark::COUNT],
    pub held_out: bool,
    pub weight: f32,
}

#[derive(Clone, Copy)]
pub struct FaceBox {
    pub centre: [f32; 2],
    pub width: f32,
    /// Mean of width and height.
    pub size: f32,
}

#[derive(Deserialize)]
struct Label {
    face: Option<[f32; 4]>,
    #[serde(default)]
    points: BTreeMap<String, Option<[f32; 2]>>,
    #[serde(default)]
    held_out: bool,
    #[serde(default = "one")]
    weight: f32,
}

fn one() -> f32 {
    1.0
}

/// All labelled pictures in a folder and its folders, in the order of their names.
pub fn read(folder: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let mut labels = Vec::new();
    collect(folder, &mut labels)?;
    labels.sort();
    let samples: Result<Vec<Sample>, String> = labels
        .par_iter()
        .map(|label| one_of(folder, label).map_err(|it| format!("{}: {it}", label.display())))
        .collect();
    let samples = samples?;
    let held_out = samples.iter().filter(|it| it.held_out).count();
    eprintln!("{} labelled pictures, {held_out} held out", samples.len());
    if samples.is_empty() {
        return Err(format!("{}: no labelled pictures", folder.display()).into());
    }
    Ok(samples)
}

fn collect(folder: &Path, labels: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, labels)?;
        } else if path.extension().is_some_and(|it| it == "json")
            && path.with_extension("parts.png").is_file()
        {
            labels.push(path);
        }
    }
    Ok(())
}

fn one_of(root: &Path, path: &Path) -> Result<Sample, Box<dyn Error>> {
    let label: Label = serde_json::from_str(&fs::read_to_string(path)?)?;
    let read = |ending: &str| {
        utsushi_imaging::read(&path.with_extension(ending), &DecodeLimits::default())
    };
    let ending = ["png", "jpg", "jpeg", "webp"]
        .into_iter()
        .find(|ending| path.with_extension(ending).is_file());
    let picture = read(ending.ok_or("there is no picture of this name")?)?.picture;
    let parts = read("parts.png")?.picture;
    let (width, height) = (picture.width(), picture.height());
    if (parts.width(), parts.height()) != (width, height) {
        return Err(format!(
            "the picture has {width}×{height} pixels, its parts {}×{}",
            parts.width(),
            parts.height()
        )
        .into());
    }
    let classes = parts.rgb().as_chunks::<3>().0.iter().map(|&[class, ..]| {
        let known = usize::from(class) < Part::COUNT || class == UNKNOWN;
        known
            .then_some(class)
            .ok_or(format!("no part has the number {class}"))
    });
    let classes = classes.collect::<Result<Vec<u8>, String>>()?;
    let classes = match picture.alpha() {
        Some(alpha) => (0..classes.len())
            .map(|at| {
                if alpha.at(at) < 0x8000 {
                    0
                } else {
                    classes[at]
                }
            })
            .collect(),
        None => classes,
    };
    let size = label.face.map(|[_, _, wide, high]| (wide + high) / 2.0);
    if size.is_some_and(|size| !(size > 1.0 && size.is_finite())) {
        return Err("the face has no size".into());
    }
    let mut points = [None; Landmark::COUNT];
    for (name, place) in &label.points {
        let landmark = Landmark::named(name).ok_or(format!("no landmark is named {name}"))?;
        points[landmark.index()] = *place;
    }
    // As small as training sees the face, if that is larger than all pictures are kept at.
    let longer = width.max(height) as f32;
    let kept = size.map_or(0.0, |size| longer * FACE / size);
    let kept = (kept as u32).clamp(KEPT, LARGEST);
    let (new_width, new_height) = if width.max(height) > kept {
        fit_within((width, height), kept, kept)
    } else {
        (width, height)
    };
    let ratio = [
        new_width as f32 / width as f32,
        new_height as f32 / height as f32,
    ];
    let filled = fill_transparent(&picture);
    let scaled = |[x, y]: [f32; 2]| [x * ratio[0], y * ratio[1]];
    let parent = path.parent().unwrap_or(root);
    Ok(Sample {
        folder: parent
            .strip_prefix(root)
            .unwrap_or(parent)
            .display()
            .to_string(),
        classes: shrunk(&classes, [width, height], [new_width, new_height]),
        picture: resize_with(&filled, new_width, new_height, Filter::Bilinear),
        face: label.face.map(|[x, y, wide, high]| FaceBox {
            centre: scaled([x + wide / 2.0, y + high / 2.0]),
            width: wide * ratio[0],
            size: (wide * ratio[0] + high * ratio[1]) / 2.0,
        }),
        points: points.map(|place| place.map(scaled)),
        held_out: label.held_out,
        weight: label.weight.max(0.0),
    })
}

/// Each new pixel belongs to what most of its old ones belong to.
fn shrunk(classes: &[u8], from: [u32; 2], to: [u32; 2]) -> Vec<u8> {
    if from == to {
        return classes.to_vec();
    }
    let range = |at: u32, axis: usize| {
        let edge = |at: u32| u64::from(at) * u64::from(from[axis]) / u64::from(to[axis]);
        let start = edge(at) as usize;
        start..(edge(at + 1) as usize).max(start + 1)
    };
    let mut new = Vec::with_capacity(to[0] as usize * to[1] as usize);
    for row in 0..to[1] {
        for column in 0..to[0] {
            let mut counts = [0_u32; 256];
            for y in range(row, 1) {
                for x in range(column, 0) {
                    counts[usize::from(classes[y * from[0] as usize + x])] += 1;
                }
            }
            let known = (0..Part::COUNT as u8).chain([UNKNOWN]);
            let most = known.max_by_key(|&class| counts[usize::from(class)]);
            new.push(most.unwrap_or(UNKNOWN));
        }
    }
    new
}
