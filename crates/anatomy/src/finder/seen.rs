//! The network's output for a view, laid on the whole picture.

use utsushi_imaging::guided_filter::guided_by_luma;

use crate::Part;
use crate::network::PARTS_STRIDE;

use super::view::View;

/// Width in pixels of the border of a crop over which its weight falls to zero, in favour of the
/// whole view.
const FEATHER: f32 = 24.0;

/// Distance from the middle of a crop, in its pixels, at which its weight among overlapping crops
/// has fallen to a half.
const NEAR: f32 = 32.0;

/// Variance of luma (−1…1) below which an area counts as even: that of a step of 14 levels of 255.
const EVEN: f32 = 0.003;

/// Probabilities of parts: one plane for each part, row by row.
pub(super) type Shares = [Vec<f32>; Part::COUNT];

/// The grey picture on whose grid probabilities are combined.
pub(super) struct Ground {
    pub width: usize,
    pub height: usize,
    /// Luma, −1…1, row by row.
    pub luma: Vec<f32>,
}

/// A view of the ground, with the network's probabilities for it.
pub(super) struct Seen {
    /// The view, in pixels of the ground.
    view: View,
    /// Probabilities of the parts, for each of `[height / 2, width / 2]` cells of the view.
    cells: Vec<[f32; Part::COUNT]>,
}

/// A rectangle of the ground in whole pixels: first column and row, columns and rows.
struct Window {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Seen {
    /// Converts the network's logits for a view to probabilities.
    pub fn new(view: View, likelihoods: &[f32]) -> Self {
        let cells = likelihoods.as_chunks::<{ Part::COUNT }>().0;
        Self {
            view,
            cells: cells.iter().map(softmax).collect(),
        }
    }

    /// The probabilities within a window of the ground, refined along the ground's edges where a
    /// cell is larger than a pixel.
    fn within(&self, ground: &Ground, window: &Window) -> Shares {
        let mut shares: Shares =
            std::array::from_fn(|_| Vec::with_capacity(window.width * window.height));
        let columns = self.view.width / PARTS_STRIDE;
        let rows = self.view.height / PARTS_STRIDE;
        let place = |at: usize, axis: usize, end: usize| {
            let step = self.view.step[axis] * PARTS_STRIDE as f64;
            between((at as f64 + 0.5 - self.view.origin[axis]) / step, end)
        };
        let across: Vec<(usize, usize, f32)> = (window.left..window.left + window.width)
            .map(|x| place(x, 0, columns))
            .collect();
        for y in window.top..window.top + window.height {
            let (above, below, down) = place(y, 1, rows);
            let above = &self.cells[above * columns..][..columns];
            let below = &self.cells[below * columns..][..columns];
            for &(left, right, share) in &across {
                for (part, plane) in shares.iter_mut().enumerate() {
                    let upper = mixed(above[left][part], above[right][part], share);
                    let lower = mixed(below[left][part], below[right][part], share);
                    plane.push(mixed(upper, lower, down));
                }
            }
        }
        let cell = self.view.step[0].max(self.view.step[1]) * PARTS_STRIDE as f64;
        let radius = cell.round().min(64.0) as usize;
        if radius > 0 {
            guided_by_luma(
                &mut shares,
                &window.of(&ground.luma, ground.width),
                window.width,
                radius,
                EVEN,
            );
        }
        shares
    }

    /// The part of the ground that the view covers, if it covers any.
    fn window(&self, ground: &Ground) -> Option<Window> {
        let span = |axis: usize, points: usize, end: usize| {
            let from = self.view.origin[axis];
            let to = from + self.view.step[axis] * points as f64;
            // What is no number becomes 0.
            let [from, to] = [from.floor(), to.ceil()].map(|at| at.clamp(0.0, end as f64) as usize);
            (to > from).then_some((from, to - from))
        };
        let (left, width) = span(0, self.view.width, ground.width)?;
        let (top, height) = span(1, self.view.height, ground.height)?;
        Some(Window {
            left,
            top,
            width,
            height,
        })
    }

    /// Weights of the view at a pixel of the ground: against the whole view, 0…1, and against other
    /// crops that see the pixel.
    fn weight(&self, x: usize, y: usize) -> (f32, f32) {
        let at = [x, y];
        let ends = [self.view.width, self.view.height];
        let own: [f32; 2] = std::array::from_fn(|axis| {
            let place = (at[axis] as f64 + 0.5 - self.view.origin[axis]) / self.view.step[axis];
            place as f32
        });
        let mut cover = 1.0_f32;
        let mut distance = 0.0;
        for (place, end) in own.into_iter().zip(ends) {
            let end = end as f32;
            cover = cover.min((place.min(end - place) / FEATHER).clamp(0.0, 1.0));
            distance += (place - end / 2.0).powi(2);
        }
        let near = 1.0 / (1.0 + distance / (NEAR * NEAR)).powi(2);
        (cover, cover * near)
    }
}

impl Window {
    fn of(&self, values: &[f32], width: usize) -> Vec<f32> {
        let rows = (self.top..self.top + self.height).map(|row| row * width + self.left);
        rows.flat_map(|start| &values[start..start + self.width])
            .copied()
            .collect()
    }
}

/// Combines the probabilities of parts on the ground: those of crops where there are any, and those
/// of the whole view elsewhere.
pub(super) fn combined(ground: &Ground, whole: &Seen, crops: &[Seen]) -> Shares {
    let all = Window {
        left: 0,
        top: 0,
        width: ground.width,
        height: ground.height,
    };
    let mut shares = whole.within(ground, &all);
    if crops.is_empty() {
        return shares;
    }
    let pixels = ground.width * ground.height;
    let mut sums: Shares = std::array::from_fn(|_| vec![0.0; pixels]);
    let mut weights = vec![0.0; pixels];
    let mut covers = vec![0.0_f32; pixels];
    for crop in crops {
        let Some(window) = crop.window(ground) else {
            continue;
        };
        let own = crop.within(ground, &window);
        for at in 0..window.width * window.height {
            let x = window.left + at % window.width;
            let y = window.top + at / window.width;
            let (cover, weight) = crop.weight(x, y);
            let target = y * ground.width + x;
            covers[target] = covers[target].max(cover);
            weights[target] += weight;
            for (sum, own) in sums.iter_mut().zip(&own) {
                sum[target] += weight * own[at];
            }
        }
    }
    for (plane, sums) in shares.iter_mut().zip(&sums) {
        for (at, share) in plane.iter_mut().enumerate() {
            if weights[at] > 0.0 {
                *share = mixed(*share, sums[at] / weights[at], covers[at]);
            }
        }
    }
    shares
}

/// Finds the two of `count` cells between whose centres a place lies, and the share of the second.
/// A place beyond the outermost centres belongs to the outermost cell.
pub(super) fn between(place: f64, count: usize) -> (usize, usize, f32) {
    let place = (place - 0.5).clamp(0.0, count as f64 - 1.0);
    let first = place as usize;
    (first, (first + 1).min(count - 1), place.fract() as f32)
}

pub(super) fn mixed(one: f32, other: f32, share: f32) -> f32 {
    one + (other - one) * share
}

pub(super) fn softmax(values: &[f32; Part::COUNT]) -> [f32; Part::COUNT] {
    let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shares = values.map(|value| (value - most).exp());
    let sum: f32 = shares.iter().sum();
    shares.map(|share| share / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A view for tests whose cells are all of one part.
    fn seen(origin: [f64; 2], step: f64, side: usize, part: Part) -> Seen {
        let view = View {
            origin,
            step: [step; 2],
            width: side,
            height: side,
        };
        let mut cell = [-9.0; Part::COUNT];
        cell[part.index()] = 9.0;
        Seen::new(view, &cell.repeat(side * side / 4))
    }

    fn ground(side: usize) -> Ground {
        Ground {
            width: side,
            height: side,
            luma: (0..side * side).map(|at| (at % 7) as f32 / 7.0).collect(),
        }
    }

    #[test]
    fn a_crop_replaces_the_whole_view_inside_and_gives_way_at_its_border() {
        let ground = ground(300);
        let whole = seen([0.0; 2], 300.0 / 256.0, 256, Part::Body);
        let crop = seen([50.0, 60.0], 1.0, 192, Part::Hair);
        let shares = combined(&ground, &whole, &[crop]);
        let hair = |x: usize, y: usize| shares[Part::Hair.index()][y * 300 + x];
        assert!(hair(150, 150) > 0.99 && hair(49, 150) < 0.01);
        // Half of the feather from the left border, which lies at 50.
        assert!(
            (hair(61, 150) - 11.5 / 24.0).abs() < 0.02,
            "{}",
            hair(61, 150)
        );
        assert!(hair(52, 150) < hair(61, 150) && hair(61, 150) < hair(70, 150));
        let sum: f32 = shares.iter().map(|plane| plane[150 * 300 + 61]).sum();
        assert!((sum - 1.0).abs() < 1e-3);
    }

    #[test]
    fn where_crops_overlap_the_one_whose_face_is_near_decides() {
        let ground = ground(300);
        let whole = seen([0.0; 2], 300.0 / 256.0, 256, Part::Background);
        let one = seen([0.0, 50.0], 1.0, 192, Part::Hair);
        let other = seen([80.0, 50.0], 1.0, 192, Part::Face);
        let shares = combined(&ground, &whole, &[one, other]);
        let at = |part: Part, x: usize| shares[part.index()][146 * 300 + x];
        assert!(at(Part::Hair, 96) > 0.9 && at(Part::Face, 176) > 0.9);
        assert!((at(Part::Hair, 135) - 0.5).abs() < 0.05);
    }

    #[test]
    fn a_crop_beyond_the_ground_is_of_no_consequence() {
        let ground = ground(64);
        let whole = || seen([0.0; 2], 0.25, 256, Part::Body);
        let alone = combined(&ground, &whole(), &[]);
        for origin in [[900.0, 0.0], [0.0, -900.0], [f64::NAN, 3.0]] {
            let crop = seen(origin, 1.0, 192, Part::Hair);
            assert_eq!(combined(&ground, &whole(), &[crop]), alone);
        }
    }
}
