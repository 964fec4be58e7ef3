//! The surroundings of faces alone, for those who are in a hurry.

use burn::tensor::{Tensor, TensorData};
use utsushi_imaging::Picture;

use super::seen::{between, mixed, softmax};
use super::view::View;
use super::{Anatomy, AnatomyFinder, FacePoints, MOST_FACES, TOGETHER, largest, numbers};
use crate::network::PARTS_STRIDE;
use crate::{Part, PartsMap};

impl AnatomyFinder {
    /// As [`find`](Self::find), but the parts around faces alone, within one and a half times their size
    /// from their middle; what is farther away counts as background. The network looks once at each
    /// face and not at its mirror image, and edges are not refined: of a small picture with one face it
    /// has a quarter of the work.
    pub fn find_near(&self, picture: &Picture, faces: &[[f32; 4]]) -> Anatomy {
        let (width, height) = (picture.width(), picture.height());
        let mut parts = vec![Part::Background.index() as u8; width as usize * height as usize];
        let views = faces.iter().filter_map(|bounds| {
            let view = View::of_face(*bounds, picture)?;
            Some((*bounds, view))
        });
        let views: Vec<([f32; 4], View)> = views.take(MOST_FACES).collect();
        let mut found = Vec::new();
        let mut seen = Vec::new();
        for views in views.chunks(TOGETHER) {
            let values = views.iter().flat_map(|(_, view)| view.colours(picture));
            let shape = [views.len(), views[0].1.height, views[0].1.width, 3];
            let pictures = TensorData::new(values.collect::<Vec<f32>>(), shape);
            let maps = self
                .network
                .forward(Tensor::from_data(pictures, &self.device));
            let (of_parts, points) = (numbers(maps.parts), numbers(maps.landmarks));
            let of_parts = of_parts.chunks_exact(of_parts.len() / views.len());
            let points = points.chunks_exact(points.len() / views.len());
            for (((bounds, view), of_parts), points) in views.iter().zip(of_parts).zip(points) {
                let cells = of_parts.as_chunks::<{ Part::COUNT }>().0;
                seen.push((*view, cells.iter().map(softmax).collect::<Vec<_>>()));
                found.push(FacePoints {
                    bounds: *bounds,
                    points: view.points(points),
                });
            }
        }
        // The surest face has the last word.
        for (view, cells) in seen.iter().rev() {
            lay(&mut parts, [width as usize, height as usize], view, cells);
        }
        if let Some(alpha) = picture.alpha() {
            for (at, part) in parts.iter_mut().enumerate() {
                if alpha.at(at) <= u16::MAX / 2 {
                    *part = Part::Background.index() as u8;
                }
            }
        }
        Anatomy {
            parts: PartsMap::new(width, height, parts)
                .expect("one part a pixel, of those there are"),
            faces: found,
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
