//! Random changes of pictures before they are judged, the same for all pictures that are compared,
//! and differentiable (DiffAugment, Zhao et al. 2020).

use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;

use crate::config::AugmentationConfig;
use crate::random::{integer, uniform};

/// Random changes, one for each picture of a batch, drawn once and applied to as many batches as
/// must be changed alike.
#[derive(Debug, Clone)]
pub struct Augmentation {
    /// Shift of each picture, down and to the right, in pixels.
    pub(crate) shifts: Vec<[i64; 2]>,
    /// Number added to each picture, `[batch, 1, 1, 1]`.
    pub(crate) brightness: Tensor<4>,
    /// Mask of each picture, `[batch, size, size, 1]`, 0 where a square is cut out and 1 elsewhere.
    pub(crate) mask: Option<Tensor<4>>,
}

impl Augmentation {
    /// Draws the changes for `batch` pictures of `size` × `size` pixels.
    pub fn draw(
        config: &AugmentationConfig,
        random: &mut ChaCha8Rng,
        batch: usize,
        size: usize,
        device: &Device,
    ) -> Self {
        let reach = (config.shift * size as f32).round() as i64;
        let shifts = (0..batch)
            .map(|_| {
                [
                    integer(random, -reach, reach),
                    integer(random, -reach, reach),
                ]
            })
            .collect();
        let brightness = (0..batch)
            .map(|_| (2.0 * uniform(random) - 1.0) * config.brightness)
            .collect();
        let side = (config.cutout * size as f32).round() as i64;
        let mask = (side > 0).then(|| cutout_mask(random, batch, size, side, device));
        Self {
            shifts,
            brightness: tensor(brightness, [batch, 1, 1, 1], device),
            mask,
        }
    }

    /// Changes each picture: shifts it (mid-grey comes in), changes its brightness, and cuts out a
    /// square.
    ///
    /// # Shapes
    /// - `pictures` and output: `[batch, size, size, 3]`
    pub fn apply(&self, pictures: Tensor<4>) -> Tensor<4> {
        let mut changed = shifted(pictures, &self.shifts) + self.brightness.clone();
        if let Some(mask) = &self.mask {
            changed = changed * mask.clone();
        }
        changed
    }
}

fn shifted(pictures: Tensor<4>, shifts: &[[i64; 2]]) -> Tensor<4> {
    let [batch, height, width, channels] = pictures.dims();
    if shifts.iter().all(|shift| *shift == [0, 0]) {
        return pictures;
    }
    let reach = shifts
        .iter()
        .flatten()
        .map(|step| step.unsigned_abs() as usize)
        .max()
        .unwrap_or(0);
    // One padding for the whole batch, then one window a picture.
    let padded = pictures
        .permute([0, 3, 1, 2])
        .pad((reach, reach, reach, reach), 0.0)
        .permute([0, 2, 3, 1]);
    let windows = shifts.iter().enumerate().map(|(index, &[down, right])| {
        let top = (reach as i64 - down) as usize;
        let left = (reach as i64 - right) as usize;
        let rows = top..top + height;
        padded
            .clone()
            .slice([index..index + 1, rows, left..left + width, 0..channels])
    });
    Tensor::cat(windows.take(batch).collect(), 0)
}

fn cutout_mask(
    random: &mut ChaCha8Rng,
    batch: usize,
    size: usize,
    side: i64,
    device: &Device,
) -> Tensor<4> {
    let mut mask = vec![1.0f32; batch * size * size];
    for picture in mask.chunks_mut(size * size) {
        let last = size as i64 - 1;
        let (row, column) = (integer(random, 0, last), integer(random, 0, last));
        let span =
            |centre: i64| (centre - side / 2).max(0)..(centre - side / 2 + side).min(last + 1);
        for y in span(row) {
            for x in span(column) {
                picture[y as usize * size + x as usize] = 0.0;
            }
        }
    }
    tensor(mask, [batch, size, size, 1], device)
}

fn tensor(values: Vec<f32>, shape: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, stream};

    fn numbered(batch: usize) -> Tensor<4> {
        let count = (batch * 16) as i64;
        Tensor::<1, burn::tensor::Int>::arange(1..count + 1, &Device::flex())
            .float()
            .reshape([batch, 4, 4, 1])
    }

    #[test]
    fn a_shift_moves_and_fills_with_grey() {
        let moved = shifted(numbered(2), &[[1, -1], [0, 0]]).into_data();
        let moved = moved.try_to_vec::<f32>().unwrap();
        assert_eq!(moved[..8], [0.0, 0.0, 0.0, 0.0, 2.0, 3.0, 4.0, 0.0]);
        assert_eq!(moved[16..20], [17.0, 18.0, 19.0, 20.0]);
    }

    #[test]
    fn both_passes_of_a_comparison_are_changed_alike() {
        let random = &mut stream(3, Stream::Augmentation, 0);
        let config = AugmentationConfig {
            shift: 0.5,
            brightness: 0.1,
            cutout: 0.5,
        };
        let augmentation = Augmentation::draw(&config, random, 2, 4, &Device::flex());
        let first = augmentation.apply(numbered(2)).into_data();
        augmentation
            .apply(numbered(2))
            .into_data()
            .assert_eq(&first, true);
        let zeros = first
            .try_to_vec::<f32>()
            .unwrap()
            .iter()
            .filter(|v| **v == 0.0)
            .count();
        assert!(zeros > 0, "a square is cut out");
    }
}
