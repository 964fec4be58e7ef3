//! Styles that a seed makes up.

use utsushi_imaging::{DecodeLimits, Picture, decode};

use super::Painter;
use crate::faces::{Face, FaceFinder, SAMPLE_PORTRAIT, glow};
use crate::noise::Noise;
use crate::{PaintOptions, PaintRequest, PaintStyle, StyleCode, StyleError};

/// The most of a second code in what a seed makes up of one style, or of a second style in what it
/// makes up of two: half of the way, so that what comes out stays near what was learned.
const ASIDE: f32 = 0.5;

/// Styles drawn for one seed before the first of them is taken as it is.
const MOST_DRAWN: u32 = 8;

/// The part of the face of the sample portrait and of that found in its painting that must be
/// common to both. Styles that spoil faces gave nothing or 0.5 to 0.6, others 0.7 to 0.95.
const LEAST_OVERLAP: f32 = 0.65;

/// The most that eyes of the sample portrait may glow, in levels of 255 ([`glow`]). Styles whose eyes
/// glow in photographs too had 39 to 70, others up to 37.
const MOST_GLOW: f64 = 38.0;

/// A style that a seed has made up.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeUpStyle {
    /// The style.
    pub code: StyleCode,
    /// The number of styles drawn: those before it were left out, because in a portrait that was
    /// painted in them no face could be made out, or its eyes glowed.
    pub drawn: u32,
}

impl Painter {
    /// A style made up from a seed near those that the model has learned: one of the given name,
    /// or one between two names that the seed picks. Model and seed alone decide it.
    ///
    /// It lies between codes of real paintings, in the coarse stages between others than in the
    /// fine ones. Then a portrait is painted in it, and if the finder does not find the face again
    /// where it was, or if its eyes glow, another one is drawn, up to eight times.
    ///
    /// Of models that keep no typical codes of their styles the mapping network draws it
    /// ([`sampled_style`](Self::sampled_style)).
    ///
    /// # Errors
    /// As [`Painter::sampled_style`].
    pub fn made_up_style(&self, name: Option<&str>, seed: u64) -> Result<MadeUpStyle, StyleError> {
        self.check_drawable(name)?;
        let first = self.drawn_near(name, seed, 0)?;
        let Some((portrait, face, finder)) = self.probe() else {
            return Ok(MadeUpStyle {
                code: first,
                drawn: 1,
            });
        };
        for attempt in 0..MOST_DRAWN {
            let code = match attempt {
                0 => first.clone(),
                _ => self.drawn_near(name, seed, attempt)?,
            };
            if self.keeps_the_face(&code, &portrait, &face, finder) {
                let drawn = attempt + 1;
                return Ok(MadeUpStyle { code, drawn });
            }
        }
        Ok(MadeUpStyle {
            code: first,
            drawn: MOST_DRAWN,
        })
    }

    /// Whether a seed can make up a style of that name, or any at all.
    ///
    /// # Errors
    /// As [`Painter::made_up_style`].
    pub fn check_drawable(&self, name: Option<&str>) -> Result<(), StyleError> {
        match name {
            Some(name) => self.target(name).map(drop),
            None if self.targets().next().is_none() => Err(StyleError::NoStyles),
            None => Ok(()),
        }
    }

    /// A portrait, the face in it, and who finds it.
    fn probe(&self) -> Option<(Picture, Face, &FaceFinder)> {
        let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).ok()?;
        let finder = self.face_finder()?;
        let face = finder.main_face(&portrait.picture)?;
        Some((portrait.picture, face, finder))
    }

    /// Whether the face is found again in a painting of the portrait, with eyes that do not glow.
    fn keeps_the_face(
        &self,
        code: &StyleCode,
        portrait: &Picture,
        face: &Face,
        finder: &FaceFinder,
    ) -> bool {
        let options = PaintOptions {
            octaves: Some(0),
            ..PaintOptions::default()
        };
        let request = PaintRequest::new(portrait, code).with_options(options);
        let Ok(painted) = self.paint_one(&request, &mut ()) else {
            return false;
        };
        let found = finder.main_face(&painted);
        found.is_some_and(|found| found.overlap(face) >= LEAST_OVERLAP)
            && glow(portrait, &painted, face) <= MOST_GLOW
    }

    /// The `attempt`-th style that a seed draws.
    fn drawn_near(
        &self,
        name: Option<&str>,
        seed: u64,
        attempt: u32,
    ) -> Result<StyleCode, StyleError> {
        let mut noise = Noise::of_attempt(seed, attempt);
        let learned: Vec<(&str, Vec<StyleCode>)> = self
            .targets()
            .filter(|(_, style)| name.is_none_or(|name| style.name == name))
            .map(|(_, style)| Ok((style.name.as_str(), learned(style)?)))
            .filter(|learned| !matches!(learned, Ok((_, codes)) if codes.is_empty()))
            .collect::<Result<_, StyleError>>()?;
        if learned.is_empty() {
            // Every attempt draws other noise.
            let seed = seed.wrapping_add(u64::from(attempt) << 32);
            return self.sampled_style(name, seed);
        }
        let first = noise.index(learned.len());
        let own = between(&learned[first].1, &mut noise)?;
        if learned.len() < 2 {
            return Ok(own);
        }
        let second = (first + 1 + noise.index(learned.len() - 1)) % learned.len();
        let other = between(&learned[second].1, &mut noise)?;
        let share = ASIDE * noise.share();
        StyleCode::blend(&[(own, 1.0 - share), (other, share)])
    }
}

/// Codes of real paintings of a style.
fn learned(style: &PaintStyle) -> Result<Vec<StyleCode>, StyleError> {
    style.typical.iter().cloned().map(StyleCode::new).collect()
}

/// A code near one of several, of which there is at least one: aside towards a second one in the
/// coarse stages, and towards a third in the fine ones.
fn between(codes: &[StyleCode], noise: &mut Noise) -> Result<StyleCode, StyleError> {
    let mut pick = || codes[noise.index(codes.len())].clone();
    let [first, second, third] = [pick(), pick(), pick()];
    let [coarse, fine] = [(); 2].map(|()| ASIDE * noise.share());
    let half = StyleCode::STAGES / 2;
    let weights = |part: usize| {
        std::array::from_fn(|stage| match (part, stage < half) {
            (0, true) => 1.0 - coarse,
            (0, false) => 1.0 - fine,
            (1, true) => coarse,
            (2, false) => fine,
            _ => 0.0,
        })
    };
    StyleCode::blend_stages(&[
        (first, weights(0)),
        (second, weights(1)),
        (third, weights(2)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{model, painter};
    use burn::tensor::Device;

    /// Three typical codes of each style, each the same number everywhere: 0, 1, 2 and 10, 11, 12.
    fn learned_painter() -> Painter {
        let mut model = model();
        let length = model.styles[0].mean.as_ref().unwrap().len();
        for (start, style) in [0.0, 10.0, 500.0].into_iter().zip(&mut model.styles) {
            style.typical = [0.0, 1.0, 2.0]
                .map(|more| vec![start + more; length])
                .to_vec();
        }
        Painter::new(model, Device::flex()).unwrap()
    }

    #[test]
    fn what_a_seed_makes_up_lies_between_what_was_learned() {
        let painter = learned_painter();
        let mut seen = Vec::new();
        for seed in 0..40 {
            for (name, least, most) in [
                (Some("oil"), 0.0, 2.0),
                (Some("cel"), 10.0, 12.0),
                (None, 0.0, 12.0),
            ] {
                let code = painter.drawn_near(name, seed, 0).unwrap();
                let values = code.values();
                let within = |value: &f32| (least..=most).contains(value);
                assert!(values.iter().all(within), "{name:?} {seed}: {values:?}");
                if name.is_none() {
                    seen.push(values[0]);
                }
            }
        }
        // Near either style and between both, but never nearer to the content-only one.
        assert!(seen.iter().any(|value| *value < 2.0));
        assert!(seen.iter().any(|value| *value > 10.0));
        assert!(seen.iter().any(|value| (3.0..9.0).contains(value)));
    }

    #[test]
    fn seed_and_attempt_decide_and_names_are_checked() {
        let painter = learned_painter();
        let of = |seed, attempt| painter.drawn_near(None, seed, attempt).unwrap();
        assert_eq!(of(5, 0), of(5, 0));
        assert_ne!(of(5, 0), of(6, 0));
        assert_ne!(of(5, 0), of(5, 1));
        let made_up = painter.made_up_style(None, 5).unwrap();
        assert_eq!(made_up, painter.made_up_style(None, 5).unwrap());
        assert!((1..=MOST_DRAWN).contains(&made_up.drawn));
        assert!(matches!(
            painter.made_up_style(Some("olive"), 1),
            Err(StyleError::Unknown { .. })
        ));
        assert!(painter.made_up_style(Some("photo"), 1).is_err());
    }

    #[test]
    fn without_learned_codes_the_mapping_network_draws() {
        let painter = painter();
        let drawn = painter.drawn_near(Some("oil"), 3, 0).unwrap();
        assert_eq!(drawn, painter.sampled_style(Some("oil"), 3).unwrap());
        assert_ne!(drawn, painter.drawn_near(Some("oil"), 3, 1).unwrap());
    }

    #[test]
    fn the_face_of_the_portrait_is_found_and_one_that_is_gone_is_missed() {
        let painter = painter();
        let (portrait, face, finder) = painter.probe().unwrap();
        assert!(face.score > 0.6, "{face:?}");
        assert_eq!((portrait.width(), portrait.height()), (128, 128));
        // What networks without training paint is no face.
        let code = painter.named_style("oil").unwrap();
        assert!(!painter.keeps_the_face(&code, &portrait, &face, finder));
    }
}
