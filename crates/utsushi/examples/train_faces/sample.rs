//! Labelled pictures.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use utsushi::faces::Face;
use utsushi_imaging::{DecodeLimits, Filter, Picture, decode, fit_within, resize_with};
use zip::ZipArchive;

/// Longer side that pictures are kept at.
const KEPT: u32 = 144;

/// A picture, and where in it (in its pixels) the face and the head with its hair are.
pub struct Sample {
    pub source: String,
    pub picture: Picture,
    pub face: Face,
    pub head: Face,
    pub held_out: bool,
}

#[derive(Deserialize)]
struct Label {
    source: String,
    member: String,
    split: String,
    head: Option<[f32; 4]>,
    face: Option<[f32; 4]>,
}

/// All pictures with a label. Those in which none was found are left out: they may have a face that
/// was overlooked.
pub fn read(zips: &Path, labels: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let mut archives = BTreeMap::new();
    let mut samples = Vec::new();
    for line in fs::read_to_string(labels)?.lines() {
        let label: Label = serde_json::from_str(line)?;
        let (Some(head), Some(face)) = (label.head, label.face) else {
            continue;
        };
        if !archives.contains_key(&label.source) {
            let path = zips.join(format!("{}.zip", label.source));
            archives.insert(label.source.clone(), ZipArchive::new(File::open(path)?)?);
        }
        let archive = archives.get_mut(&label.source).ok_or("it was inserted")?;
        let mut bytes = Vec::new();
        archive.by_name(&label.member)?.read_to_end(&mut bytes)?;
        let picture = decode(&bytes, &DecodeLimits::default())?.picture;
        let (width, height) = (picture.width(), picture.height());
        let picture = if width.max(height) > KEPT {
            let (width, height) = fit_within((width, height), KEPT, KEPT);
            resize_with(&picture, width, height, Filter::Bilinear)
        } else {
            picture
        };
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let placed = |[left, top, right, bottom]: [f32; 4]| Face {
            x: left * width,
            y: top * height,
            width: (right - left) * width,
            height: (bottom - top) * height,
            score: 1.0,
        };
        samples.push(Sample {
            source: label.source,
            face: placed(face),
            head: placed(head),
            picture,
            held_out: label.split == "validation",
        });
    }
    eprintln!("{} labelled pictures", samples.len());
    Ok(samples)
}
