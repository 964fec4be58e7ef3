//! Made-up styles, drawn from a seed.

use utsushi_imaging::{DecodeLimits, Picture, decode, fit_within, resize};

use super::Painter;
use super::large_faces::around_face;
use crate::faces::{Face, FaceFinder, SAMPLE_PORTRAIT, glow, likeness};
use crate::noise::Noise;
use crate::pipeline::octaves::{Sizing, enlarged};
use crate::pipeline::two_tones;
use crate::{PaintOptions, PaintRequest, StyleCode, StyleError, Surface};

/// Largest share of a second code in a style that a seed draws, whether of the same or another
/// style: half of the way, so that the result stays near what was learned. It falls with each
/// attempt, the last of which is the code of a single painting.
const ASIDE: f32 = 0.5;

/// Number of styles drawn for one seed, after which the best of them is taken.
const MOST_DRAWN: u32 = 16;

/// Smallest overlap of the picture's face with the face found in its painting. Styles that spoil
/// faces had 0, or 0.5 to 0.6; others 0.7 to 0.95.
const LEAST_OVERLAP: f64 = 0.65;

/// Largest glow of eyes, in levels of 255 ([`glow`]). Styles whose eyes also glow in photographs
/// had 39 to 70, others up to 37.
const MOST_GLOW: f64 = 38.0;

/// Smallest correlation of a face with its painting ([`likeness`]). In photographs, half of them in
/// shadow, all styles that left eyes empty or filled noses with black had 0.4 to 0.8, others 0.8 to
/// 0.95.
const LEAST_FEATURES: f64 = 0.83;

/// Largest share of cracks in a face ([`likeness`]): styles that cracked faces had 0.005 and more.
const MOST_CRACKS: f64 = 0.004;

/// Longest side, in pixels, of the part around the face that is painted to try a style on a picture
/// which is too large to be painted whole. Faces have the size that they are painted at, because
/// cracks come with the size, and the rest of the picture affects them, too.
const LONGEST: u32 = 256;

/// A style that was drawn from a seed.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeUpStyle {
    /// The style's code.
    pub code: StyleCode,
    /// Number of styles drawn: those before this one were rejected, because they spoil the face of
    /// the picture.
    pub drawn: u32,
    /// Whether this style spoils the face, too, and is the best of all that were drawn.
    pub faulty: bool,
}

/// A picture on which styles are tried.
struct Sitter {
    picture: Picture,
    /// The picture as it is compared: at twice its size if it is painted so.
    shown: Picture,
    /// The face in that picture.
    face: Face,
    /// Number of octaves for painting the picture; `None` if it is left to the picture, as for the
    /// content.
    octaves: Option<u32>,
    /// Whether the face is that of the content, or at least one like those that contents usually
    /// show.
    likely: bool,
}

impl Painter {
    /// Draws a style from a seed, near those that the model has learned, for any picture: as
    /// [`made_up_style_for`](Self::made_up_style_for) does for a sample portrait.
    ///
    /// # Errors
    /// As [`Painter::sampled_style`].
    pub fn made_up_style(&self, name: Option<&str>, seed: u64) -> Result<MadeUpStyle, StyleError> {
        self.made_up_style_for(None, name, seed)
    }

    /// Draws a style from a seed, near those that the model has learned: one of the given name, or
    /// one between two names that the seed picks. The result depends on model, seed and picture
    /// alone.
    ///
    /// The style lies between codes of real paintings, between different ones in the coarse stages
    /// and in the fine ones. It is tried on the picture, small and around its face, or on a sample
    /// portrait if the picture shows no face. If the finder does not find the face again where it
    /// was, if its features are not those of the picture, if cracks run through it or its eyes
    /// glow, another style is drawn, up to sixteen times, and then the best of these is taken.
    ///
    /// For models without typical codes of their styles, the mapping network draws the style
    /// ([`sampled_style`](Self::sampled_style)).
    ///
    /// # Errors
    /// As [`Painter::sampled_style`].
    pub fn made_up_style_for(
        &self,
        content: Option<&Picture>,
        name: Option<&str>,
        seed: u64,
    ) -> Result<MadeUpStyle, StyleError> {
        self.check_drawable(name)?;
        let finder = self.face_finder();
        let sitter = finder.and_then(|finder| Some((self.sitter(content, finder)?, finder)));
        let Some((sitter, finder)) = sitter else {
            return Ok(MadeUpStyle {
                code: self.drawn_near(name, seed, 0, false)?,
                drawn: 1,
                faulty: false,
            });
        };
        let mut best: Option<(f64, StyleCode)> = None;
        for attempt in 0..MOST_DRAWN {
            let code = self.drawn_near(name, seed, attempt, sitter.likely)?;
            let fault = self.fault(&code, &sitter, finder);
            if fault <= 1.0 {
                return Ok(MadeUpStyle {
                    code,
                    drawn: attempt + 1,
                    faulty: false,
                });
            }
            if best.as_ref().is_none_or(|(least, _)| fault < *least) {
                best = Some((fault, code));
            }
        }
        let (_, code) = best.expect("styles were drawn");
        Ok(MadeUpStyle {
            code,
            drawn: MOST_DRAWN,
            faulty: true,
        })
    }

    /// Checks that a style of that name, or any at all, can be drawn from a seed.
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

    /// Chooses the picture on which styles are tried: the content, with its face at the size at
    /// which tones are painted, or a sample portrait if it shows no face.
    fn sitter(&self, content: Option<&Picture>, finder: &FaceFinder) -> Option<Sitter> {
        let own = content.and_then(|content| self.sitter_of(content, finder));
        own.or_else(|| {
            let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).ok()?;
            let portrait = self.sitter_of(&portrait.picture, finder)?;
            let likely = content.is_none();
            Some(Sitter { likely, ..portrait })
        })
    }

    fn sitter_of(&self, content: &Picture, finder: &FaceFinder) -> Option<Sitter> {
        // As it is painted in most styles.
        let surface = Surface::default();
        let [width, height] = [content.width(), content.height()];
        let sizing = self.sizing(content, &self.faces(content), &surface);
        let picture = match sizing {
            Sizing::Enlarged(_) | Sizing::Octaves(0) => content.clone(),
            Sizing::Octaves(octaves) => resize(
                content,
                (width >> octaves).max(1),
                (height >> octaves).max(1),
            ),
        };
        let picture = if self.is_large(&picture) {
            let around = around_face(&picture, &finder.find(&picture))?;
            let (width, height) = (around.width(), around.height());
            let (width, height) = fit_within((width, height), LONGEST, LONGEST);
            if around.width() > width {
                resize(&around, width, height)
            } else {
                around
            }
        } else {
            picture
        };
        let shown = match sizing {
            Sizing::Enlarged(_) => enlarged(&picture),
            Sizing::Octaves(_) => picture.clone(),
        };
        let face = finder.main_face(&shown)?;
        let likely = true;
        Some(Sitter {
            picture,
            shown,
            face,
            octaves: matches!(sizing, Sizing::Octaves(_)).then_some(0),
            likely,
        })
    }

    /// Measures how much a style spoils the face that it is tried on: up to 1 is negligible; there
    /// is no upper limit if the face is lost.
    fn fault(&self, code: &StyleCode, sitter: &Sitter, finder: &FaceFinder) -> f64 {
        let Sitter {
            picture,
            shown,
            face,
            octaves,
            ..
        } = sitter;
        let options = PaintOptions {
            octaves: *octaves,
            ..PaintOptions::default()
        };
        let request = PaintRequest::new(picture, code).with_options(options);
        let Ok(painted) = self.paint_one(&request, &mut ()) else {
            return f64::INFINITY;
        };
        let painted = match octaves {
            None => enlarged(&painted),
            Some(_) => painted,
        };
        let like = likeness(shown, &painted, face);
        let found = finder.main_face(&painted);
        let overlap = found.map_or(0.0, |found| f64::from(found.overlap(face)));
        // Where skin is shaded in two tones, eyes and mouth are the content's and its lines are on
        // the skin: the edge between the tones is no crack, and what the shades hide is no feature
        // that is lost.
        let networks = f64::from(1.0 - two_tones(&self.surface(code)));
        [
            LEAST_OVERLAP / overlap,
            0.5 * (1.0 + networks) * glow(shown, &painted, face) / MOST_GLOW,
            networks * (1.0 - like.features) / (1.0 - LEAST_FEATURES),
            networks * like.cracks / MOST_CRACKS,
        ]
        .into_iter()
        .fold(0.0, f64::max)
    }

    /// Draws the style of a seed at the given `attempt`. With `for_faces`, only styles whose
    /// paintings show skin take part, if there are any: others have learned scenery.
    fn drawn_near(
        &self,
        name: Option<&str>,
        seed: u64,
        attempt: u32,
        for_faces: bool,
    ) -> Result<StyleCode, StyleError> {
        let mut noise = Noise::of_attempt(seed, attempt);
        let label = name.map(|name| self.target(name)).transpose()?;
        let label = label.map(|(label, _)| label);
        // Codes of real paintings of each style.
        let mut learned: Vec<&[StyleCode]> = self
            .targets()
            .filter(|(own, _)| label.is_none_or(|label| *own == label))
            .map(|(_, style)| &style.typical[..])
            .filter(|codes| !codes.is_empty())
            .collect();
        let shows_skin = |codes: &[StyleCode]| {
            let shown = codes.iter();
            let shown = shown.filter(|code| self.surface(code).skin.is_some());
            2 * shown.count() > codes.len()
        };
        if for_faces && learned.iter().any(|codes| shows_skin(codes)) {
            learned.retain(|codes| shows_skin(codes));
        }
        if learned.is_empty() {
            // Every attempt draws other noise.
            let seed = seed.wrapping_add(u64::from(attempt) << 32);
            return self.sampled_style(name, seed);
        }
        let aside = ASIDE * (1.0 - attempt as f32 / (MOST_DRAWN - 1) as f32).max(0.0);
        let first = noise.index(learned.len());
        let own = between(learned[first], aside, &mut noise)?;
        if learned.len() < 2 {
            return Ok(own);
        }
        let second = (first + 1 + noise.index(learned.len() - 1)) % learned.len();
        let other = between(learned[second], aside, &mut noise)?;
        let share = aside * noise.share();
        StyleCode::blend(&[(own, 1.0 - share), (other, share)])
    }
}

/// Draws a code near one of several (at least one): moved by at most `aside` of the way towards a
/// second one in the coarse stages, and towards a third in the fine ones.
fn between(codes: &[StyleCode], aside: f32, noise: &mut Noise) -> Result<StyleCode, StyleError> {
    let mut pick = || codes[noise.index(codes.len())].clone();
    let [first, second, third] = [pick(), pick(), pick()];
    let [coarse, fine] = [(); 2].map(|()| aside * noise.share());
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

    /// A test painter with three typical codes of each style, each of them the same number
    /// everywhere: 0, 1, 2 and 10, 11, 12.
    fn learned_painter() -> Painter {
        let mut model = model();
        let length = model.styles[0].mean.as_ref().unwrap().len();
        for (start, style) in [0.0, 10.0, 500.0].into_iter().zip(&mut model.styles) {
            style.typical = [0.0, 1.0, 2.0]
                .map(|more| StyleCode::new(vec![start + more; length]).unwrap())
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
                let code = painter.drawn_near(name, seed, 0, true).unwrap();
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
        let of = |seed, attempt| painter.drawn_near(None, seed, attempt, true).unwrap();
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
        let drawn = painter.drawn_near(Some("oil"), 3, 0, true).unwrap();
        assert_eq!(drawn, painter.sampled_style(Some("oil"), 3).unwrap());
        assert_ne!(drawn, painter.drawn_near(Some("oil"), 3, 1, true).unwrap());
    }

    #[test]
    fn the_face_of_the_portrait_is_found_and_one_that_is_gone_is_missed() {
        let painter = painter();
        let finder = painter.face_finder().unwrap();
        let sitter = painter.sitter(None, finder).unwrap();
        assert!(sitter.face.score > 0.6, "{:?}", sitter.face);
        // Half as large as it is: this model knows faces a quarter of the usual size.
        assert_eq!((sitter.picture.width(), sitter.picture.height()), (64, 64));
        // What networks without training paint is no face.
        let code = painter.named_style("oil").unwrap();
        assert!(painter.fault(&code, &sitter, finder) > 1.0);
        let made_up = painter.made_up_style(None, 5).unwrap();
        assert_eq!((made_up.drawn, made_up.faulty), (MOST_DRAWN, true));
    }

    #[test]
    fn styles_are_tried_on_the_picture_where_it_shows_a_face() {
        let painter = painter();
        let finder = painter.face_finder().unwrap();
        let portrait = painter.sitter(None, finder).unwrap().picture;
        // A large picture is brought to about the size of the portrait, around its face.
        let large = resize(&portrait, 900, 900);
        let sitter = painter.sitter(Some(&large), finder).unwrap();
        let longer = sitter.picture.width().max(sitter.picture.height());
        assert!((32..=256).contains(&longer), "{longer}");
        assert!(sitter.face.size() > 10.0, "{:?}", sitter.face);
        for (width, height) in [(1, 1), (500, 1), (300, 300)] {
            let nobody = Picture::filled(width, height, [90, 120, 40]);
            let sitter = painter.sitter(Some(&nobody), finder).unwrap();
            assert_eq!(sitter.picture, portrait);
        }
    }
}
