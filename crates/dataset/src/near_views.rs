//! Near views: windows of larger pictures, at the size of whole ones.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use utsushi_imaging::{Picture, Rectangle};

use crate::random::fraction;
use crate::sampler::check_name;
use crate::{DatasetError, PreparedSet, Role};

/// Settings of near views: steps in which contents, and the real paintings that discriminators see,
/// are windows of their pictures. They teach how larger pictures are painted, of which a network
/// sees only a window at once.
///
/// Only the references in which style is read stay whole. A content and the painting at its place
/// in the batch are seen through the same window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NearViews {
    /// Share of the steps that show near views, 0…1.
    pub share: f64,
    /// The nearest view, as the whole picture's side in sides of the window, 1…8. Each window's is
    /// drawn from 1 to this, evenly in the logarithm.
    pub largest: f64,
    /// Names of the target styles in steps of near views: those whose pictures have enough detail;
    /// all if the list is empty.
    pub styles: Vec<String>,
}

impl Default for NearViews {
    /// Settings without any near views.
    fn default() -> Self {
        Self {
            share: 0.0,
            largest: 2.0,
            styles: Vec::new(),
        }
    }
}

impl NearViews {
    /// The first value that is out of its range: its name, the value, and what is allowed.
    pub fn out_of_range(&self) -> Option<(&'static str, f64, &'static str)> {
        let share = (0.0..=1.0).contains(&self.share);
        let largest = (1.0..=8.0).contains(&self.largest);
        match (share, largest) {
            (false, _) => Some(("share", self.share, "use a share of the steps from 0 to 1")),
            (_, false) => Some(("largest", self.largest, "use 1 to 8")),
            _ => None,
        }
    }

    /// Checks that values are in range and that the named styles can be painted in.
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

/// A window of a picture: its size and place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct View {
    /// Side of the whole picture in sides of the window, at least 1.
    zoom: f64,
    /// Place of the window's left edge, as a share of the room for it, 0…1.
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

    /// Side in pixels to which the whole picture is scaled for a window of `size` pixels.
    pub fn whole(&self, size: usize) -> usize {
        (size as f64 * self.zoom).round() as usize
    }

    /// Cuts the window out of a picture of [`whole`](Self::whole) pixels.
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
