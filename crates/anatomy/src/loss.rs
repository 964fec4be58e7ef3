//! Losses that compare the network's maps with their targets.

use burn::tensor::activation::{log_sigmoid, log_softmax, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_kernels::sum;

use crate::network::{PARTS_STRIDE, POINTS_STRIDE};
use crate::peaks::REACH;
use crate::{AnatomyMaps, Landmark, Part, TargetMaps};

/// Weight of a pixel of each part in the cross-entropy: small parts have more.
const WEIGHTS: [f32; Part::COUNT] = [1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 1.0];

/// Number of cells that a part must cover in a batch for its overlap to count.
const PRESENT: f32 = 8.0;

/// Number subtracted from the logits of cells outside of a picture.
const OUTSIDE: f32 = 1e4;

/// The targets of a batch as tensors.
#[derive(Debug, Clone)]
pub struct Targets {
    /// Shares of the parts in each cell, times the parts' weights over the sum of all weights:
    /// `[batch, rows, columns, 7]`.
    weighted: Tensor<4>,
    /// Shares of the parts in each cell, `[cells, 7]`.
    shares: Tensor<2>,
    /// Whether each cell is known, `[cells, 1]`.
    known: Tensor<2>,
    /// Number of cells that each part covers, `[1, 7]`.
    covered: Tensor<2>,
    /// Weight of each part in the mean of overlaps, `[1, 7]`.
    present: Tensor<2>,
    /// Weight of a landmark's logit in cells where the landmark is not: `[batch, rows, columns,
    /// 25]`.
    elsewhere: Tensor<4>,
    /// Cells in a window around each landmark, as indices into the flattened maps, `[landmarks *
    /// window]`.
    window: Tensor<1, Int>,
    /// Number that is subtracted from the logit of each cell of a window, to leave out those
    /// outside the picture: `[landmarks, window]`.
    outside: Tensor<2>,
    /// Distances of the cells of a window from the landmark, in cells along each axis, `[landmarks,
    /// window]`.
    offsets: [Tensor<2>; 2],
    points: usize,
}

impl Targets {
    /// Targets of a batch of pictures of one size.
    ///
    /// # Panics
    ///
    /// If the pictures are not all of one size, or there are none.
    pub fn new(maps: &[TargetMaps], device: &Device) -> Self {
        let [first, ..] = maps else {
            panic!("a batch has pictures");
        };
        let (width, height) = (first.width, first.height);
        assert!(
            maps.iter()
                .all(|it| (it.width, it.height) == (width, height)),
            "a batch has pictures of one size"
        );
        let (columns, rows) = (width / PARTS_STRIDE, height / PARTS_STRIDE);
        let cells = maps.len() * rows * columns;
        let shares: Vec<f32> = maps
            .iter()
            .flat_map(|it| it.shares.iter().flatten().copied())
            .collect();
        let of_cells = shares.as_chunks::<{ Part::COUNT }>().0;
        let known: Vec<f32> = of_cells.iter().map(|it| it.iter().sum()).collect();
        let mut covered = [0.0; Part::COUNT];
        for cell in of_cells {
            for (sum, share) in covered.iter_mut().zip(cell) {
                *sum += share;
            }
        }
        let whole: f32 = covered
            .iter()
            .zip(WEIGHTS)
            .map(|(sum, weight)| sum * weight)
            .sum();
        let whole = whole.max(1.0);
        let weighted = of_cells.iter().flat_map(|cell| {
            let weights = WEIGHTS.map(|weight| weight / whole);
            cell.iter()
                .zip(weights)
                .map(|(share, weight)| share * weight)
                .collect::<Vec<f32>>()
        });
        let present = covered.map(|cells| f32::from(u8::from(cells >= PRESENT)));
        let parts = present.iter().sum::<f32>().max(1.0);
        let landmarks = Landmarks::of(maps);
        let points = landmarks.outside.len() / WINDOW;
        let flat = |values: Vec<f32>, columns: usize| {
            let rows = values.len() / columns;
            Tensor::from_data(TensorData::new(values, [rows, columns]), device)
        };
        let square = |values: Vec<f32>, channels: usize, stride: usize| {
            let shape = [maps.len(), height / stride, width / stride, channels];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        let [across, down] = landmarks.offsets;
        Self {
            weighted: square(weighted.collect(), Part::COUNT, PARTS_STRIDE),
            known: flat(known, 1),
            shares: Tensor::from_data(TensorData::new(shares, [cells, Part::COUNT]), device),
            covered: flat(covered.to_vec(), Part::COUNT),
            present: flat(present.map(|it| it / parts).to_vec(), Part::COUNT),
            elsewhere: square(landmarks.elsewhere, Landmark::COUNT, POINTS_STRIDE),
            window: Tensor::from_data(TensorData::new(landmarks.window, [points * WINDOW]), device),
            outside: flat(landmarks.outside, WINDOW),
            offsets: [flat(across, WINDOW), flat(down, WINDOW)],
            points,
        }
    }
}

/// Number of cells in the square window around a landmark.
const WINDOW: usize = (2 * REACH + 1) * (2 * REACH + 1);

/// Numbers about landmarks from which tensors of [`Targets`] are made.
#[derive(Default)]
struct Landmarks {
    elsewhere: Vec<f32>,
    window: Vec<i32>,
    outside: Vec<f32>,
    offsets: [Vec<f32>; 2],
}

impl Landmarks {
    fn of(maps: &[TargetMaps]) -> Self {
        let mut all = Self::default();
        for (index, map) in maps.iter().enumerate() {
            let [rows, columns] = [map.height, map.width].map(|side| side / POINTS_STRIDE);
            for row in 0..rows {
                for column in 0..columns {
                    let weights = (0..Landmark::COUNT).map(|it| map.elsewhere(it, row, column));
                    all.elsewhere.extend(weights);
                }
            }
            for landmark in 0..Landmark::COUNT {
                let Some((place, [row, column])) = map.place(landmark) else {
                    continue;
                };
                let number = |row: usize, column: usize| {
                    ((index * rows + row) * columns + column) * Landmark::COUNT + landmark
                };
                for y in 0..2 * REACH + 1 {
                    for x in 0..2 * REACH + 1 {
                        // Where the cell is, one reach farther from the border than it is.
                        let (y, x) = (row + y, column + x);
                        let inside = (REACH..rows + REACH).contains(&y)
                            && (REACH..columns + REACH).contains(&x);
                        let within =
                            |at: usize, count: usize| at.clamp(REACH, count + REACH - 1) - REACH;
                        all.window
                            .push(number(within(y, rows), within(x, columns)) as i32);
                        all.outside.push(if inside { 0.0 } else { OUTSIDE });
                        let offset = |at: usize, place: f32| at as f32 - REACH as f32 + 0.5 - place;
                        all.offsets[0].push(offset(x, place[0]));
                        all.offsets[1].push(offset(y, place[1]));
                    }
                }
            }
        }
        all
    }
}

/// The losses of the training, a tensor `[1]` each.
#[derive(Debug, Clone)]
pub struct AnatomyLosses {
    /// Cross-entropy of the parts in nats, mean over the known pixels; eyes, brows and mouths count
    /// four times.
    pub entropy: Tensor<1>,
    /// Overlap loss of the parts: 1 minus the soft Dice coefficient (Milletari et al. 2016, section
    /// 3), mean over the parts in the batch.
    pub overlap: Tensor<1>,
    /// Penalty-reduced focal loss of the landmarks (Zhou et al. 2019, equation 1, with α = 2 and β
    /// = 4), per landmark.
    pub focal: Tensor<1>,
    /// Distance of each landmark from the soft-argmax (Sun et al. 2018) of the cells around it, in
    /// cells across and down together, mean over landmarks.
    pub distance: Tensor<1>,
}

/// Computes the losses of the network's maps with respect to the targets.
pub fn anatomy_loss(maps: AnatomyMaps, targets: &Targets) -> AnatomyLosses {
    let AnatomyMaps { parts, landmarks } = maps;
    let [batch, rows, columns, _] = parts.dims();
    let logarithms = log_softmax(parts, 3);
    let entropy = sum(logarithms.clone() * targets.weighted.clone()) * -1.0;
    let shares = logarithms
        .exp()
        .reshape([batch * rows * columns, Part::COUNT]);
    let common = (shares.clone() * targets.shares.clone()).sum_dim(0);
    let said = (shares * targets.known.clone()).sum_dim(0);
    let dice = (common * 2.0 + 1.0) / (said + targets.covered.clone() + 1.0);
    let overlap = sum((dice * -1.0 + 1.0) * targets.present.clone());

    // Of a likelihood x the logarithm of its sigmoid is l, and that of the sigmoid of −x is l − x.
    let there = log_sigmoid(landmarks.clone());
    let not_there = there.clone() - landmarks.clone();
    let wrong = sum(there.exp().powi_scalar(2) * not_there * targets.elsewhere.clone());
    let (missed, distance) = of_landmarks(landmarks, targets);
    let focal = (missed + wrong) * (-1.0 / targets.points.max(1) as f32);
    AnatomyLosses {
        entropy,
        overlap,
        focal,
        distance,
    }
}

/// Computes the two losses of the landmarks: the focal loss, and the distance of the soft-argmax.
fn of_landmarks(maps: Tensor<4>, targets: &Targets) -> (Tensor<1>, Tensor<1>) {
    if targets.points == 0 {
        let nothing = Tensor::zeros([1], &maps.device());
        return (nothing.clone(), nothing);
    }
    let numbers = maps.dims().iter().product::<usize>();
    let around = maps.reshape([numbers]).select(0, targets.window.clone());
    let around = around.reshape([targets.points, WINDOW]);
    let own = log_sigmoid(around.clone().narrow(1, WINDOW / 2, 1));
    let missed = sum((own.clone().exp() * -1.0 + 1.0).powi_scalar(2) * own);
    let weights = softmax(around - targets.outside.clone(), 1);
    let [across, down] = targets
        .offsets
        .each_ref()
        .map(|offset| (weights.clone() * offset.clone()).sum_dim(1).abs());
    (missed, sum(across + down) * (1.0 / targets.points as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PointTarget;

    fn losses(parts: Tensor<4>, landmarks: Tensor<4>, targets: &TargetMaps) -> [f32; 4] {
        let targets = Targets::new(std::slice::from_ref(targets), &Device::flex());
        let losses = anatomy_loss(AnatomyMaps { parts, landmarks }, &targets);
        let AnatomyLosses {
            entropy,
            overlap,
            focal,
            distance,
        } = losses;
        [entropy, overlap, focal, distance].map(|loss| loss.into_scalar::<f32>())
    }

    fn silent() -> [Tensor<4>; 2] {
        let device = Device::flex();
        [
            Tensor::zeros([1, 16, 16, 7], &device),
            Tensor::zeros([1, 8, 8, 25], &device),
        ]
    }

    #[test]
    fn what_nothing_is_known_of_costs_nothing() {
        let [parts, landmarks] = silent();
        let unknown = TargetMaps::new(32, 32, &[255; 1024], [PointTarget::Unknown; 25]);
        assert_eq!(losses(parts, landmarks, &unknown), [0.0; 4]);
    }

    #[test]
    fn parts_cost_what_the_formulas_say() {
        // The left half eyes, the right half unknown.
        let classes: Vec<u8> = (0..1024)
            .map(|at| if at % 32 < 16 { 3 } else { 255 })
            .collect();
        let targets = TargetMaps::new(32, 32, &classes, [PointTarget::Unknown; 25]);
        let [parts, landmarks] = silent();
        let [entropy, overlap, ..] = losses(parts.clone(), landmarks.clone(), &targets);
        // A seventh everywhere; of 128 cells a seventh is said.
        assert!((entropy - 7.0_f32.ln()).abs() < 1e-5, "{entropy}");
        let dice = (2.0 * 128.0 / 7.0 + 1.0) / (128.0 / 7.0 + 128.0 + 1.0);
        assert!((overlap - (1.0 - dice)).abs() < 1e-5, "{overlap}");
        let sure = parts.slice_assign(
            [0..1, 0..16, 0..16, 3..4],
            Tensor::full([1, 16, 16, 1], 30.0, &Device::flex()),
        );
        let [entropy, overlap, ..] = losses(sure, landmarks, &targets);
        assert!(
            entropy.abs() < 1e-5 && overlap.abs() < 1e-5,
            "{entropy}, {overlap}"
        );
    }

    #[test]
    fn small_parts_count_more() {
        // A row of cells each of mouth and of background, in one of which the network is wrong.
        let classes: Vec<u8> = (0..1024)
            .map(|at| match at / 32 {
                0 | 1 => 5,
                2 | 3 => 0,
                _ => 255,
            })
            .collect();
        let targets = TargetMaps::new(32, 32, &classes, [PointTarget::Unknown; 25]);
        let [parts, landmarks] = silent();
        let says = |class: usize| {
            parts.clone().slice_assign(
                [0..1, 0..16, 0..16, class..class + 1],
                Tensor::full([1, 16, 16, 1], 20.0, &Device::flex()),
            )
        };
        let [mouth, ..] = losses(says(5), landmarks.clone(), &targets);
        let [background, ..] = losses(says(0), landmarks, &targets);
        assert!(
            (mouth - 4.0).abs() < 1e-3 && (background - 16.0).abs() < 1e-3,
            "{mouth}, {background}"
        );
    }

    #[test]
    fn landmarks_cost_what_the_formulas_say() {
        let mut points = [PointTarget::Unknown; 25];
        points[14] = PointTarget::At([17.0, 2.0]);
        let targets = TargetMaps::new(32, 32, &[255; 1024], points);
        let [parts, _] = silent();
        let device = Device::flex();
        let nowhere = Tensor::full([1, 8, 8, 25], -30.0, &device);
        let at = |row: usize, column: usize| {
            nowhere.clone().slice_assign(
                [0..1, row..row + 1, column..column + 1, 14..15],
                Tensor::full([1, 1, 1, 1], 30.0, &device),
            )
        };
        // In its own cell, whose middle is at (18, 2): a quarter of a cell off.
        let [_, _, focal, distance] = losses(parts.clone(), at(0, 4), &targets);
        assert!(focal.abs() < 1e-5, "{focal}");
        assert!((distance - 0.25).abs() < 1e-5, "{distance}");
        // Three cells off, and 30 for each of missing it and of seeing it where it is not.
        let [_, _, focal, distance] = losses(parts.clone(), at(0, 7), &targets);
        let elsewhere = (1.0 - (-(3.25_f32 * 3.25) / 4.5).exp()).powi(4);
        assert!((focal - 30.0 * (1.0 + elsewhere)).abs() < 1e-2, "{focal}");
        assert!((distance - 3.25).abs() < 1e-4, "{distance}");
        // An even map: the mean of the window's cells within the picture, columns 1 to 7 and rows
        // 0 to 3, is at (4.5, 2), half a cell down from... the landmark at (4.25, 0.5).
        let [_, _, _, distance] = losses(parts, nowhere, &targets);
        assert!((distance - (0.25 + 1.5)).abs() < 1e-4, "{distance}");
    }
}
