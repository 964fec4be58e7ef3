//! Telling the labels of a face from its colours, without any network.

use utsushi_evaluation::{Classifier, Samples, Standardiser};
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

/// Tells age and role from the mean colours of hair, skin, cloth and trim, whose places are known.
pub struct Teller {
    scale: Standardiser,
    ages: Classifier,
    roles: Classifier,
}

impl Teller {
    /// Learns from drawn faces.
    pub fn learn(sitters: &[Sitter]) -> Self {
        let of = |keep: &dyn Fn(&Labels) -> bool| -> Samples {
            let kept = sitters.iter().filter(|it| keep(&it.face.labels));
            samples(kept.map(|it| colours(&it.picture, &it.parts)))
        };
        let all = of(&|_| true);
        let scale = Standardiser::of(&[&all]);
        let ages = Age::ALL.map(|(age, _)| scale.apply(&of(&|labels| labels.age == age)));
        let roles = Role::ALL.map(|(role, _)| scale.apply(&of(&|labels| labels.role == role)));
        Self {
            ages: Classifier::train(&ages.each_ref()),
            roles: Classifier::train(&roles.each_ref()),
            scale,
        }
    }

    /// What a picture with parts in these places looks like.
    pub fn tell(&self, picture: &Picture, parts: &[Part]) -> (Age, Role) {
        let row = samples([colours(picture, parts)].into_iter());
        let row = self.scale.apply(&row);
        let told = |classifier: &Classifier| row.iter().map(|row| classifier.classify(row)).next();
        let age = told(&self.ages).unwrap_or(0);
        let role = told(&self.roles).unwrap_or(0);
        (Age::ALL[age].0, Role::ALL[role].0)
    }
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

/// How coloured the hair is: the difference of its strongest and its weakest channel, 0…255.
pub fn hair_colour(picture: &Picture, parts: &[Part]) -> f64 {
    let hair = &colours(picture, parts)[..3];
    let most = hair.iter().copied().fold(0.0, f64::max);
    most - hair.iter().copied().fold(255.0, f64::min)
}

fn samples(rows: impl Iterator<Item = Vec<f64>>) -> Samples {
    let mut samples = Samples::new(3 * TELLING.len());
    for row in rows {
        samples.push(&row);
    }
    samples
}
