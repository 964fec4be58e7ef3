//! How well parts and landmarks are told, on pictures that were held out.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use utsushi_anatomy::{AnatomyMaps, AnatomyNetwork, Landmark, Part, PointTarget, located};

use crate::drawing::Drawing;
use crate::sample::Sample;
use crate::training::{read, tensor};
use crate::view::{SIDE, View};

/// Pictures that go through the network together.
const TOGETHER: usize = 8;

/// The mean error, in face widths, up to which a face's landmarks are as they should be.
const EXACT: f32 = 0.04;

/// Groups of parts whose overlap is told.
const GROUPS: [(&str, &[u8]); 9] = [
    ("background", &[0]),
    ("hair", &[1]),
    ("skin", &[2]),
    ("eyes", &[3]),
    ("brows", &[4]),
    ("mouth", &[5]),
    ("body", &[6]),
    ("figure", &[1, 2, 3, 4, 5, 6]),
    ("face", &[2, 3, 4, 5]),
];

#[derive(Default, Clone)]
struct Count {
    pictures: usize,
    /// Pixels in common and together.
    overlaps: [[usize; 2]; GROUPS.len()],
    faces: usize,
    exact: usize,
    error: f32,
    /// Error and number of each landmark.
    landmarks: [(f32, usize); Landmark::COUNT],
}

/// Prints tables of faces as they are shown to the network one by one, and of whole pictures.
pub fn measure(samples: &[Sample], weights: &Path) -> Result<(), Box<dyn Error>> {
    let device = Device::flex();
    let network = read(weights, &device)?;
    let held_out: Vec<&Sample> = samples.iter().filter(|sample| sample.held_out).collect();
    let faces: Vec<(&Sample, View)> = held_out
        .iter()
        .filter_map(|sample| {
            let face = sample.face?;
            Some((*sample, View::of_face(face.centre, face.size)))
        })
        .collect();
    println!("Faces of 64 pixels:\n");
    let all = table(&network, &faces, &device);
    println!("\n| landmark | mean error |\n|---|---|");
    for (landmark, (error, count)) in Landmark::ALL.iter().zip(all.landmarks) {
        if count > 0 {
            println!(
                "| {} | {:.2} % |",
                landmark.name(),
                100.0 * error / count as f32
            );
        }
    }
    println!("\nWhole pictures:\n");
    let whole = held_out
        .iter()
        .map(|sample| (*sample, View::whole(sample, 1.0)));
    table(&network, &whole.collect::<Vec<_>>(), &device);
    Ok(())
}

fn table(network: &AnatomyNetwork, shown: &[(&Sample, View)], device: &Device) -> Count {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for batch in shown.chunks(TOGETHER) {
        let drawings: Vec<Drawing> = batch
            .iter()
            .map(|(sample, view)| Drawing::plain(sample, *view))
            .collect();
        let pictures = drawings.iter().flat_map(Drawing::numbers).collect();
        let AnatomyMaps { parts, landmarks } = network.agreed(tensor(pictures, device));
        let (parts, landmarks) = (numbers(parts), numbers(landmarks));
        let maps = parts
            .chunks_exact(parts.len() / batch.len())
            .zip(landmarks.chunks_exact(landmarks.len() / batch.len()));
        for (((sample, view), drawing), (parts, landmarks)) in batch.iter().zip(&drawings).zip(maps)
        {
            let count = counts.entry(&sample.folder).or_default();
            count.pictures += 1;
            count.parts(drawing, parts);
            if let Some(face) = sample.face
                && view.shows_landmarks(sample)
            {
                count.landmarks(drawing, landmarks, face.width * view.scale);
            }
        }
    }
    let names = GROUPS.map(|(name, _)| name).join(" | ");
    println!("| set | pictures | {names} | landmarks | within 4 % |");
    println!("|---|---|{}", "---|".repeat(GROUPS.len() + 2));
    let mut all = Count::default();
    for (folder, count) in &counts {
        all.add(count);
        line(folder, count);
    }
    line("all", &all);
    all
}

fn numbers(maps: Tensor<4>) -> Vec<f32> {
    let data = maps.into_data_as::<f32>();
    data.try_into_vec().expect("the data was read as f32")
}

impl Count {
    fn parts(&mut self, drawing: &Drawing, parts: &[f32]) {
        let said: Vec<u8> = parts
            .as_chunks::<{ Part::COUNT }>()
            .0
            .iter()
            .map(|cell| {
                let best =
                    (0..Part::COUNT).max_by(|&one, &other| cell[one].total_cmp(&cell[other]));
                best.unwrap_or(0) as u8
            })
            .collect();
        for (at, &class) in drawing.classes.iter().enumerate() {
            if usize::from(class) >= Part::COUNT {
                continue;
            }
            let cell = at / SIDE / 2 * (SIDE / 2) + at % SIDE / 2;
            for ((_, group), [common, together]) in GROUPS.iter().zip(&mut self.overlaps) {
                let (true_one, said_one) = (group.contains(&class), group.contains(&said[cell]));
                *common += usize::from(true_one && said_one);
                *together += usize::from(true_one || said_one);
            }
        }
    }

    fn landmarks(&mut self, drawing: &Drawing, landmarks: &[f32], width: f32) {
        let mut sum = 0.0;
        let mut count = 0;
        for (index, point) in drawing.points.iter().enumerate() {
            let PointTarget::At(place) = *point else {
                continue;
            };
            if !place.iter().all(|at| (0.0..SIDE as f32).contains(at)) {
                continue;
            }
            let map: Vec<f32> = landmarks
                .iter()
                .skip(index)
                .step_by(Landmark::COUNT)
                .copied()
                .collect();
            let found = located(&map, SIDE / 4).map_or([f32::INFINITY; 2], |(found, _)| found);
            let error = (found[0] - place[0]).hypot(found[1] - place[1]) / width;
            self.landmarks[index].0 += error;
            self.landmarks[index].1 += 1;
            sum += error;
            count += 1;
        }
        if count > 0 {
            let error = sum / count as f32;
            self.faces += 1;
            self.error += error;
            self.exact += usize::from(error <= EXACT);
        }
    }

    fn add(&mut self, other: &Self) {
        self.pictures += other.pictures;
        self.faces += other.faces;
        self.exact += other.exact;
        self.error += other.error;
        for (sums, others) in self.overlaps.iter_mut().zip(other.overlaps) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum += other;
            }
        }
        for (sum, other) in self.landmarks.iter_mut().zip(other.landmarks) {
            sum.0 += other.0;
            sum.1 += other.1;
        }
    }
}

fn line(set: &str, count: &Count) {
    let overlaps = count.overlaps.map(|[common, together]| match together {
        0 => "–".to_owned(),
        together => format!("{:.3}", common as f64 / together as f64),
    });
    let (error, exact) = match count.faces {
        0 => ("–".to_owned(), "–".to_owned()),
        faces => (
            format!("{:.2} %", 100.0 * count.error / faces as f32),
            format!("{:.1} %", 100.0 * count.exact as f64 / faces as f64),
        ),
    };
    let overlaps = overlaps.join(" | ");
    let set = if set.is_empty() { "." } else { set };
    println!(
        "| {set} | {} | {overlaps} | {error} | {exact} |",
        count.pictures
    );
}
