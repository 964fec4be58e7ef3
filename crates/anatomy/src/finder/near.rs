//! Fast search for parts: the network looks once at each view and not at its mirror image, too, and
//! edges are not refined. For a small picture with one face that is less than half of the work.

use utsushi_imaging::Picture;

use super::seen::{between, mixed, softmax};
use super::view::View;
use super::{Anatomy, AnatomyFinder, LookedAt, largest, numbers, on_what_is_seen};
use crate::Part;
use crate::network::PARTS_STRIDE;

impl AnatomyFinder {
    /// Finds parts and landmarks as [`find`](Self::find) does, but fast, and only parts around
    /// faces, within one and a half times their size from their middle; everything farther away
    /// counts as background.
    pub fn find_near(&self, picture: &Picture, faces: &[[f32; 4]]) -> Anatomy {
        self.laid(picture, faces, unknown(picture))
    }

    /// Finds parts and landmarks as [`find`](Self::find) does, but fast: without mirror images, and
    /// without refining edges.
    pub fn find_roughly(&self, picture: &Picture, faces: &[[f32; 4]]) -> Anatomy {
        let mut parts = unknown(picture);
        let whole = View::of_whole(picture);
        let maps = self.maps(picture, &[whole], |pictures| self.network.forward(pictures));
        lay(&mut parts, picture, &whole, &numbers(maps.parts));
        self.laid(picture, faces, parts)
    }

    /// Finds what surrounds the faces, and lays its parts over those in `parts`.
    fn laid(&self, picture: &Picture, faces: &[[f32; 4]], mut parts: Vec<u8>) -> Anatomy {
        let looked_at = self.looked_at(picture, faces, |pictures| self.network.forward(pictures));
        // The surest face has the last word.
        for LookedAt {
            view, parts: own, ..
        } in looked_at.iter().rev()
        {
            lay(&mut parts, picture, view, own);
        }
        Anatomy {
            parts: on_what_is_seen(parts, picture),
            faces: looked_at.into_iter().map(|face| face.points).collect(),
        }
    }
}

/// The parts of a picture that was not looked at yet: background everywhere.
fn unknown(picture: &Picture) -> Vec<u8> {
    let pixels = picture.width() as usize * picture.height() as usize;
    vec![Part::Background.index() as u8; pixels]
}

/// Lays the most probable parts of a view, by the logits `told`, over the parts of a picture. Where
/// the view has background, parts stay as they are.
fn lay(parts: &mut [u8], picture: &Picture, view: &View, told: &[f32]) {
    let size = [picture.width() as usize, picture.height() as usize];
    let cells = told.as_chunks::<{ Part::COUNT }>().0;
    let cells: Vec<[f32; Part::COUNT]> = cells.iter().map(softmax).collect();
    let counts = [view.width / PARTS_STRIDE, view.height / PARTS_STRIDE];
    let best: Vec<u8> = cells.iter().map(|cell| largest(*cell)).collect();
    let span = |axis: usize| {
        let from = view.origin[axis];
        let to = from + view.step[axis] * (counts[axis] * PARTS_STRIDE) as f64;
        let [from, to] = [from, to].map(|at| at.clamp(0.0, size[axis] as f64) as usize);
        from..to
    };
    let place = |at: usize, axis: usize| {
        let step = view.step[axis] * PARTS_STRIDE as f64;
        between((at as f64 + 0.5 - view.origin[axis]) / step, counts[axis])
    };
    let across: Vec<_> = span(0).map(|x| (x, place(x, 0))).collect();
    for y in span(1) {
        let (above, below, down) = place(y, 1);
        let [above, below] = [above, below].map(|row| row * counts[0]);
        for &(x, (left, right, share)) in &across {
            let corners = [above + left, above + right, below + left, below + right];
            let part = best[corners[0]];
            let part = if corners.iter().all(|&corner| best[corner] == part) {
                part
            } else {
                largest(std::array::from_fn(|part| {
                    let [one, two, three, four] = corners.map(|corner| cells[corner][part]);
                    mixed(mixed(one, two, share), mixed(three, four, share), down)
                }))
            };
            if usize::from(part) != Part::Background.index() {
                parts[y * size[0] + x] = part;
            }
        }
    }
}
