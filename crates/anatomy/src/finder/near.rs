//! The surroundings of faces alone, for those who are in a hurry.

use utsushi_imaging::Picture;

use super::seen::{between, mixed, softmax};
use super::view::View;
use super::{Anatomy, AnatomyFinder, largest, on_what_is_seen};
use crate::Part;
use crate::network::PARTS_STRIDE;

impl AnatomyFinder {
    /// As [`find`](Self::find), but the parts around faces alone, within one and a half times their size
    /// from their middle; what is farther away counts as background. The network looks once at each
    /// face and not at its mirror image, and edges are not refined: of a small picture with one face it
    /// has a quarter of the work.
    pub fn find_near(&self, picture: &Picture, faces: &[[f32; 4]]) -> Anatomy {
        let (width, height) = (picture.width(), picture.height());
        let mut parts = vec![Part::Background.index() as u8; width as usize * height as usize];
        let looked_at = self.looked_at(picture, faces, |pictures| self.network.forward(pictures));
        // The surest face has the last word.
        for face in looked_at.iter().rev() {
            let cells = face.parts.as_chunks::<{ Part::COUNT }>().0;
            let cells: Vec<_> = cells.iter().map(softmax).collect();
            lay(
                &mut parts,
                [width as usize, height as usize],
                &face.view,
                &cells,
            );
        }
        Anatomy {
            parts: on_what_is_seen(parts, picture),
            faces: looked_at.into_iter().map(|face| face.points).collect(),
        }
    }
}

/// Lays the likeliest parts of a view onto a picture of that size.
fn lay(parts: &mut [u8], size: [usize; 2], view: &View, cells: &[[f32; Part::COUNT]]) {
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
            parts[y * size[0] + x] = if corners.iter().all(|&corner| best[corner] == part) {
                part
            } else {
                largest(std::array::from_fn(|part| {
                    let [one, two, three, four] = corners.map(|corner| cells[corner][part]);
                    mixed(mixed(one, two, share), mixed(three, four, share), down)
                }))
            };
        }
    }
}
