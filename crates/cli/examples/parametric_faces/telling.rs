//! Telling the labels of a face from its colours, without any network.

use utsushi_evaluation::{Samples, Standardiser};
use utsushi_imaging::{Picture, resize};

use crate::drawing::{Part, TELLING, draw};
use crate::face::{Age, Face, Labels, Role};

/// Side that faces are drawn at before they are brought to that of a model, as the set's are.
const DRAWN: u32 = crate::SIDE;

/// A face as a model sees it, and where its parts are.
pub struct Sitter {
    pub face: Face,
    pub picture: Picture,
    pub parts: Vec<Part>,
}

impl Sitter {
    pub fn new(seed: u64, labels: Labels, side: u32) -> Self {
        let face = Face::new(seed, labels);
        Self {
            face,
            picture: resize(&draw(&face, DRAWN).picture, side, side),
            parts: draw(&face, side).parts,
        }
    }
}

/// Tells age and role from the mean colours of hair, skin, cloth and trim, whose places are known:
/// the label of the drawn faces whose mean is nearest, each number measured in their deviations.
pub struct Teller {
    scale: Standardiser,
    ages: Vec<Vec<f64>>,
    roles: Vec<Vec<f64>>,
}

impl Teller {
    /// Learns from drawn faces.
    pub fn learn(sitters: &[Sitter]) -> Self {
        let of = |keep: &dyn Fn(&Labels) -> bool| -> Samples {
            let kept = sitters.iter().filter(|it| keep(&it.face.labels));
            samples(kept.map(|it| colours(&it.picture, &it.parts)))
        };
        let scale = Standardiser::of(&[&of(&|_| true)]);
        let mean = |keep: &dyn Fn(&Labels) -> bool| scale.apply(&of(keep)).mean();
        let ages = Age::ALL.map(|(age, _)| mean(&|labels| labels.age == age));
        let roles = Role::ALL.map(|(role, _)| mean(&|labels| labels.role == role));
        Self {
            ages: ages.into(),
            roles: roles.into(),
            scale,
        }
    }

    /// Tells age and role of a picture with parts in these places.
    pub fn tell(&self, picture: &Picture, parts: &[Part]) -> (Age, Role) {
        let row = self.row(picture, parts);
        let nearest = |means: &[Vec<f64>]| {
            let distances = means.iter().map(|mean| {
                let pairs = mean.iter().zip(&row);
                pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
            });
            let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
            nearest.map_or(0, |(index, _)| index)
        };
        (
            Age::ALL[nearest(&self.ages)].0,
            Role::ALL[nearest(&self.roles)].0,
        )
    }

    /// The distance that a picture has come from one label's mean to another's: 0 there, 1 here.
    pub fn way(&self, picture: &Picture, parts: &[Part], way: Way) -> f64 {
        let (from, to) = match way {
            Way::Ages(from, to) => (&self.ages[from as usize], &self.ages[to as usize]),
            Way::Roles(from, to) => (&self.roles[from as usize], &self.roles[to as usize]),
        };
        let row = self.row(picture, parts);
        let (mut along, mut whole) = (0.0, 0.0);
        for ((value, from), to) in row.iter().zip(from).zip(to) {
            along += (value - from) * (to - from);
            whole += (to - from) * (to - from);
        }
        along / whole
    }

    fn row(&self, picture: &Picture, parts: &[Part]) -> Vec<f64> {
        let row = samples([colours(picture, parts)].into_iter());
        self.scale.apply(&row).row(0).to_vec()
    }
}

/// From a label to another.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    Ages(Age, Age),
    Roles(Role, Role),
}

/// Mean colours of the telling parts, 0…255, three numbers each.
pub fn colours(picture: &Picture, parts: &[Part]) -> Vec<f64> {
    let pixels = picture.rgb().as_chunks::<3>().0;
    TELLING
        .into_iter()
        .flat_map(|part| {
            let own = pixels.iter().zip(parts).filter(|(_, own)| **own == part);
            let own: Vec<&[u8; 3]> = own.map(|(pixel, _)| pixel).collect();
            let count = own.len().max(1) as f64;
            [0, 1, 2].map(|channel| {
                let sum: f64 = own.iter().map(|pixel| f64::from(pixel[channel])).sum();
                sum / count
            })
        })
        .collect()
}

fn samples(rows: impl Iterator<Item = Vec<f64>>) -> Samples {
    let mut samples = Samples::new(3 * TELLING.len());
    for row in rows {
        samples.push(&row);
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels_of;

    #[test]
    fn labels_are_told_of_faces_that_were_not_learned_from() {
        let sitters = |seeds: std::ops::Range<u64>| -> Vec<Sitter> {
            seeds
                .map(|seed| Sitter::new(seed, labels_of(seed), 32))
                .collect()
        };
        let teller = Teller::learn(&sitters(0..96));
        let other = sitters(500..560);
        let told = other.iter().map(|it| teller.tell(&it.picture, &it.parts));
        let told: Vec<bool> = told
            .zip(&other)
            .map(|(told, it)| told == (it.face.labels.age, it.face.labels.role))
            .collect();
        let right = told.iter().filter(|right| **right).count();
        assert!(right >= 57, "{right} of {}", told.len());
    }

    #[test]
    fn a_label_changes_colours_and_leaves_the_shape() {
        let young = Labels {
            age: Age::Young,
            ..labels_of(4)
        };
        let old = Labels {
            age: Age::Old,
            ..young
        };
        let [young, old] = [young, old].map(|labels| Sitter::new(7, labels, 64));
        assert_eq!(young.parts, old.parts);
        assert_ne!(young.picture, old.picture);
        assert_eq!(young.picture, Sitter::new(7, young.face.labels, 64).picture);
        let teller = Teller::learn(
            &(0..48)
                .map(|seed| Sitter::new(seed, labels_of(seed), 64))
                .collect::<Vec<_>>(),
        );
        let way = |it: &Sitter| teller.way(&it.picture, &it.parts, Way::Ages(Age::Young, Age::Old));
        assert!(way(&young) < 0.5 && way(&old) > 0.5);
    }
}
