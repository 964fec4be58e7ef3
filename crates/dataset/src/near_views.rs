//! Pictures seen from nearer: windows of them, at the size of the whole.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use utsushi_imaging::{Picture, Rectangle};

use crate::random::fraction;
use crate::sampler::check_name;
use crate::{DatasetError, PreparedSet, Role};

/// Steps in which nothing is shown whole: contents, and the real paintings that paintings are
/// judged against, are windows of their pictures. What is learned from them is how larger pictures
/// are painted, of which a window is all that a network sees at once.
///
/// Only the references that style is read in stay whole. A content and the painting at its place
/// in the batch are seen through the same window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NearViews {
    /// Share of the steps that are such, 0…1.
    pub share: f64,
    /// The nearest view: side of the whole picture in sides of the window, 1…8. Each window's is
    /// drawn evenly from the logarithms of 1 to this.
    pub largest: f64,
    /// The target styles in such steps, by name: those whose pictures have detail enough. All
    /// where none is named.
    pub styles: Vec<String>,
}

impl Default for NearViews {
    /// Never.
    fn default() -> Self {
        Self {
            share: 0.0,
            largest: 2.0,
            styles: Vec::new(),
        }
    }
}

impl NearViews {
    /// The first value that is out of its range: its name, what it is, and what to use.
    pub fn out_of_range(&self) -> Option<(&'static str, f64, &'static str)> {
        let share = (0.0..=1.0).contains(&self.share);
        let largest = (1.0..=8.0).contains(&self.largest);
        match (share, largest) {
            (false, _) => Some(("share", self.share, "use a share of the steps from 0 to 1")),
            (_, false) => Some(("largest", self.largest, "use 1 to 8")),
            _ => None,
        }
    }

    /// Whether values are in range and styles can be painted in.
    pub(crate) fn check(&self, set: &PreparedSet) -> Result<(), DatasetError> {
        let wrong = |message| {
            Err(DatasetError::Option {
                option: "near",
                message,
            })
        };
        if let Some((key, value, fix)) = self.out_of_range() {
            return wrong(format!("{key} = {value}: {fix}"));
        }
        for name in &self.styles {
            let style = check_name(set, "near", name)?;
            if set.styles()[style].role == Role::ContentOnly {
                return wrong(format!(
                    "styles: `{name}` is content-only and cannot be painted in; leave it out"
                ));
            }
        }
        Ok(())
    }
}

/// A window of a picture: how large it is and where it lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct View {
    /// Side of the whole picture in sides of the window, at least 1.
    zoom: f64,
    /// The window's left edge, as a share of the room that there is.
    left: f64,
    top: f64,
}

impl View {
    pub fn draw(random: &mut ChaCha8Rng, largest: f64) -> Self {
        Self {
            zoom: largest.powf(fraction(random)),
            left: fraction(random),
            top: fraction(random),
        }
    }

    /// Side to which the whole picture is scaled, in pixels, where the window has `size`.
    pub fn whole(&self, size: usize) -> usize {
        (size as f64 * self.zoom).round() as usize
    }

    /// The window of a picture of [`whole`](Self::whole) pixels.
    pub fn of(&self, whole: &Picture, size: usize) -> Picture {
        let size = size as u32;
        let place = |share: f64, side: u32| (share * f64::from(side - size + 1)) as u32;
        whole.crop(Rectangle {
            left: place(self.left, whole.width()),
            top: place(self.top, whole.height()),
            width: size,
            height: size,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;

    #[test]
    fn windows_reach_every_place_and_none_beyond() {
        let rgb = (0..40 * 40).flat_map(|at| [(at % 40) as u8, (at / 40) as u8, 0]);
        let picture = Picture::new(40, 40, rgb.collect()).unwrap();
        let corner = |left, top| {
            let view = View {
                zoom: 1.25,
                left,
                top,
            };
            assert_eq!(view.whole(32), 40);
            let window = view.of(&picture, 32);
            assert_eq!((window.width(), window.height()), (32, 32));
            [window.rgb()[0], window.rgb()[1]]
        };
        let last = 1.0 - f64::EPSILON;
        assert_eq!(corner(0.0, 0.0), [0, 0]);
        assert_eq!(corner(last, 0.0), [8, 0]);
        assert_eq!(corner(0.5, last), [4, 8]);
    }

    #[test]
    fn zooms_are_spread_over_their_range() {
        let random = &mut stream(1, 1);
        let zooms: Vec<f64> = (0..400).map(|_| View::draw(random, 4.0).zoom).collect();
        assert!(zooms.iter().all(|zoom| (1.0..4.0).contains(zoom)));
        let below_two = zooms.iter().filter(|zoom| **zoom < 2.0).count();
        assert!((160..240).contains(&below_two), "{below_two}: half of them");
    }
}
