//! Losses that compare the face network's maps with their targets.

use burn::tensor::activation::{log_sigmoid, sigmoid};
use burn::tensor::{Device, Tensor, TensorData};
use utsushi_kernels::sum;

use crate::faces::{FaceMaps, FaceTargetMaps};

/// The targets of a batch as tensors, `[batch, rows, columns, …]`.
#[derive(Debug, Clone)]
pub struct FaceTargets {
    /// Cells with the centre of a face: 1 there, else 0.
    centres: Tensor<4>,
    /// Weight of the logit in all other cells: less near a centre, and 0 where the cell is ignored.
    elsewhere: Tensor<4>,
    extents: Tensor<4>,
    weights: Tensor<4>,
    faces: f32,
    weight: f32,
}

impl FaceTargets {
    /// Targets of a batch of pictures of one size.
    ///
    /// # Panics
    /// If the maps are not all of one size, or there are none.
    pub fn new(maps: &[FaceTargetMaps], device: &Device) -> Self {
        let [first, ..] = maps else {
            panic!("a batch has pictures");
        };
        let (rows, columns) = (first.rows, first.columns);
        assert!(
            maps.iter()
                .all(|it| (it.rows, it.columns) == (rows, columns)),
            "a batch has pictures of one size"
        );
        let tensor = |channels: usize, values: Vec<f32>| {
            let shape = [maps.len(), rows, columns, channels];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        let join = |part: fn(&FaceTargetMaps) -> &[f32]| -> Vec<f32> {
            maps.iter()
                .flat_map(|it| part(it).iter().copied())
                .collect()
        };
        let centres = join(|it| &it.centres);
        let weights = join(|it| &it.weights);
        let elsewhere = join(|it| &it.heat)
            .into_iter()
            .zip(join(|it| &it.ignored))
            .zip(&centres)
            .map(|((heat, ignored), centre)| {
                (1.0 - heat).powi(4) * (1.0 - ignored) * (1.0 - centre)
            })
            .collect();
        let extents = maps
            .iter()
            .flat_map(|it| it.extents.iter().flatten().copied());
        Self {
            faces: centres.iter().sum(),
            weight: weights.iter().sum(),
            centres: tensor(1, centres),
            elsewhere: tensor(1, elsewhere),
            extents: tensor(4, extents.collect()),
            weights: tensor(1, weights),
        }
    }
}

/// Computes the losses of the training, `[1]` each: the penalty-reduced focal loss of the centres
/// (Zhou et al. 2019, equation 1, with α = 2 and β = 4) per face, and the mean absolute error of
/// the extents.
pub fn face_loss(maps: FaceMaps, targets: &FaceTargets) -> [Tensor<1>; 2] {
    let FaceMaps { likelihood, extent } = maps;
    let there = sigmoid(likelihood.clone());
    let missed = (there.clone() * -1.0 + 1.0).powi_scalar(2) * log_sigmoid(likelihood.clone());
    let wrong = there.powi_scalar(2) * log_sigmoid(likelihood * -1.0);
    let focal = missed * targets.centres.clone() + wrong * targets.elsewhere.clone();
    let focal = sum(focal) * (-1.0 / targets.faces.max(1.0));
    let error = (extent - targets.extents.clone()).abs().mean_dim(3) * targets.weights.clone();
    [focal, sum(error) * (1.0 / targets.weight.max(1.0))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::Face;

    fn maps(likelihood: [f32; 2], extent: [f32; 8]) -> FaceMaps {
        let device = Device::flex();
        let tensor = |values: &[f32], channels| {
            Tensor::<1>::from_floats(values, &device).reshape([1, 1, 2, channels])
        };
        FaceMaps {
            likelihood: tensor(&likelihood, 1),
            extent: tensor(&extent, 4),
        }
    }

    fn losses(maps: FaceMaps, targets: &FaceTargets) -> [f32; 2] {
        face_loss(maps, targets).map(|loss| loss.into_scalar::<f32>())
    }

    /// A test target with a face of 32 pixels whose centre is that of the left one of two cells.
    fn left() -> FaceTargetMaps {
        let mut targets = FaceTargetMaps::new(16, 8);
        targets.add(&Face {
            x: -12.0,
            y: -12.0,
            width: 32.0,
            height: 32.0,
            score: 1.0,
        });
        targets
    }

    #[test]
    fn the_focal_loss_is_what_the_formula_says() {
        let targets = FaceTargets::new(&[left()], &Device::flex());
        let [focal, extent] = losses(maps([0.0, 0.0], [0.0; 8]), &targets);
        // Half sure everywhere. The bell is 0.5 cells wide: e⁻² beside the middle.
        let half = 0.25 * std::f32::consts::LN_2;
        let beside = (1.0 - (-2.0_f32).exp()).powi(4);
        assert!((focal - half * (1.0 + beside)).abs() < 1e-5, "{focal}");
        assert!(extent.abs() < 1e-6);
        let [sure, _] = losses(maps([20.0, -20.0], [0.0; 8]), &targets);
        assert!(sure.abs() < 1e-5);
        // (1 − p)² ln p is −20 at p = e⁻²⁰.
        let [wrong, _] = losses(maps([-20.0, -20.0], [0.0; 8]), &targets);
        assert!((wrong - 20.0).abs() < 1e-3, "{wrong}");
    }

    #[test]
    fn extents_count_where_a_face_is() {
        let targets = FaceTargets::new(&[left()], &Device::flex());
        let error = [1.0, -3.0, 0.0, 0.0, 50.0, 50.0, 50.0, 50.0];
        let [_, extent] = losses(maps([0.0; 2], error), &targets);
        assert!((extent - 1.0).abs() < 1e-5, "{extent}");
    }

    #[test]
    fn what_is_ignored_costs_nothing() {
        let mut ignored = FaceTargetMaps::new(16, 8);
        ignored.ignore(&Face {
            x: 0.0,
            y: 0.0,
            width: 16.0,
            height: 8.0,
            score: 0.0,
        });
        let targets = FaceTargets::new(&[ignored], &Device::flex());
        assert_eq!(losses(maps([9.0; 2], [9.0; 8]), &targets), [0.0, 0.0]);
        let none = FaceTargets::new(&[FaceTargetMaps::new(16, 8)], &Device::flex());
        let [focal, extent] = losses(maps([0.0; 2], [9.0; 8]), &none);
        assert!((focal - 0.5 * std::f32::consts::LN_2).abs() < 1e-5);
        assert_eq!(extent, 0.0);
    }
}
