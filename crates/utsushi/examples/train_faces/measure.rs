//! How many faces are found, and what is taken for one, on pictures that were held out.

use std::collections::BTreeMap;

use utsushi::faces::{Face, FaceFinder};

use crate::clutter::clutter;
use crate::dice::Dice;
use crate::sample::Sample;
use crate::scene::Scene;

/// Sides of the pictures in pixels, and of the faces in them.
const SIDE: usize = 320;
const SIZES: [f32; 5] = [24.0, 40.0, 72.0, 128.0, 200.0];

/// Overlap from which a face counts as found.
const FOUND: f32 = 0.5;

#[derive(Default, Clone, Copy)]
struct Count {
    faces: usize,
    found: usize,
    wrong: usize,
}

/// Scores above which finds are counted too.
const SURER: [f32; 2] = [0.6, 0.7];

/// Prints a table: recall in per cent at each size, and what was wrongly found in a picture.
pub fn measure(finder: &FaceFinder, samples: &[Sample]) {
    let held_out: Vec<&Sample> = samples.iter().filter(|sample| sample.held_out).collect();
    let mut surer = [Count::default(); SURER.len()];
    let mut counts: BTreeMap<&str, [Count; SIZES.len()]> = BTreeMap::new();
    for (number, sample) in held_out.iter().enumerate() {
        for (index, &size) in SIZES.iter().enumerate() {
            // Small pictures are not enlarged beyond recognition.
            if size > 3.0 * sample.face.size() {
                continue;
            }
            let mut dice = Dice::new(1000 + index as u64, number as u64);
            let mut scene = Scene::background(SIDE, &held_out, &mut dice, false);
            let middle = |dice: &mut Dice| dice.between(size * 0.6, SIDE as f32 - size * 0.6);
            let at = [middle(&mut dice), middle(&mut dice)];
            scene.face(sample, size, at, &mut dice);
            let (truth, _) = scene.faces[0];
            let found = finder.find(&scene.canvas.picture());
            let hits = found
                .iter()
                .filter(|face| face.overlap(&truth) >= FOUND)
                .count();
            for (count, least) in surer.iter_mut().zip(SURER) {
                let sure = found.iter().filter(|face| face.score >= least);
                let (hits, wrong): (Vec<&Face>, Vec<&Face>) =
                    sure.partition(|face| face.overlap(&truth) >= FOUND);
                count.faces += 1;
                count.found += hits.len().min(1);
                count.wrong += wrong.len();
            }
            let count = &mut counts.entry(&sample.source).or_default()[index];
            count.faces += 1;
            count.found += hits.min(1);
            count.wrong += found.len() - hits;
        }
    }
    let sizes: Vec<String> = SIZES.iter().map(|size| format!("{size} px")).collect();
    println!(
        "| set | pictures | {} | wrong a picture |",
        sizes.join(" | ")
    );
    println!("|---|---|{}---|", "---|".repeat(SIZES.len()));
    let mut all = [Count::default(); SIZES.len()];
    for (source, counts) in &counts {
        for (total, count) in all.iter_mut().zip(counts) {
            total.faces += count.faces;
            total.found += count.found;
            total.wrong += count.wrong;
        }
        line(source, counts);
    }
    line("all", &all);
    println!();
    for (count, least) in surer.iter().zip(SURER) {
        println!(
            "score {least}: {:.1} % found, {:.3} wrong a picture",
            100.0 * count.found as f64 / count.faces as f64,
            count.wrong as f64 / count.faces as f64
        );
    }
    nothing(finder, &held_out);
}

fn line(source: &str, counts: &[Count]) {
    let recall = counts.iter().map(|count| match count.faces {
        0 => "–".to_owned(),
        faces => format!("{:.1} %", 100.0 * count.found as f64 / faces as f64),
    });
    let faces: usize = counts.iter().map(|count| count.faces).sum();
    let wrong: usize = counts.iter().map(|count| count.wrong).sum();
    let most = counts.iter().map(|count| count.faces).max().unwrap_or(0);
    println!(
        "| {source} | {most} | {} | {:.3} |",
        recall.collect::<Vec<_>>().join(" | "),
        wrong as f64 / faces.max(1) as f64
    );
}

/// Pictures without faces: backgrounds alone, half of them with clutter.
fn nothing(finder: &FaceFinder, samples: &[&Sample]) {
    let mut wrong = 0;
    const PICTURES: u64 = 200;
    for number in 0..PICTURES {
        let mut dice = Dice::new(2000, number);
        let mut scene = Scene::background(SIDE, samples, &mut dice, false);
        if number % 2 == 0 {
            clutter(&mut scene.canvas, &mut dice);
        }
        wrong += finder.find(&scene.canvas.picture()).len();
    }
    println!("\n{wrong} faces in {PICTURES} pictures without one");
}
