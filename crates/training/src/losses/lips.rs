//! The lip loss, which keeps lips from being painted as something else.

use burn::tensor::{Tensor, activation::relu};

/// The part of a picture in which mouths are, for pictures of the common framing, whose chins are
/// at five sixths of the height: ranges of rows and of columns, as shares of the picture's side.
const MOUTHS: [[f32; 2]; 2] = [[0.58, 0.88], [0.25, 0.75]];

/// Difference of redness from the part around it, on the pixels' scale −1…1, from which on a place
/// counts as lips.
const LEAST: f32 = 0.03;

/// The lip loss: how much less red the painted lips of photographs and portraits are than their
/// surroundings: `mean over lips of max(0, r̄ − r)`, where `r = red − (green + blue) / 2` and `r̄`
/// is its mean over the part of the painting where mouths are.
///
/// The content encoder sees a picture's brightness and not its colours, and few paintings of drawn
/// faces have lips. A network that knows only these paints the lips of a photograph as other things
/// that are dark, oval and shining in a face: as eyes, in the reference's blue. A colour photograph
/// shows where the lips are: the pixels that are redder than their surroundings, by half a standard
/// deviation of these, in the part of the frame where mouths are. Lips cannot be found in pictures
/// without colour.
///
/// # Shapes
/// - `fake`, `content`: `[batch, size, size, 3]`; `content` gets no gradients
/// - `counted`: `[batch]`, 1 for pictures whose lips count and 0 for others
/// - output: `[1]`, 0…4
pub fn lip_loss(fake: Tensor<4>, content: Tensor<4>, counted: Tensor<1>) -> Tensor<1> {
    let [batch, ..] = content.dims();
    let seen = mouth_part(content);
    let excess = seen.clone() - seen.clone().mean_dim(1);
    let deviation = excess.clone().powi_scalar(2).mean_dim(1).sqrt();
    let least = (deviation / 2.0).clamp_min(LEAST);
    let lips = ((excess - least.clone()) / least).clamp(0.0, 1.0);
    let lips = lips * counted.reshape([batch, 1]);
    let painted = mouth_part(fake);
    let missing = relu(painted.clone().mean_dim(1) - painted);
    (missing * lips.clone()).sum() / (lips.sum() + 1.0)
}

/// Redness of the pixels in the part where mouths are, `[batch, places]`.
fn mouth_part(pictures: Tensor<4>) -> Tensor<2> {
    let [batch, height, width, _] = pictures.dims();
    let place = |side: usize, shares: [f32; 2]| {
        let [from, to] = shares.map(|share| (share * side as f32) as usize);
        from..to
    };
    let (rows, columns) = (place(height, MOUTHS[0]), place(width, MOUTHS[1]));
    let places = rows.len() * columns.len();
    let part = pictures.slice([0..batch, rows, columns]);
    let colour = |index: usize| part.clone().narrow(3, index, 1);
    (colour(0) - (colour(1) + colour(2)) / 2.0).reshape([batch, places])
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    const SIDE: usize = 40;

    /// A test picture: a face of one colour with a mouth of another.
    fn face(skin: [f32; 3], mouth: [f32; 3]) -> Vec<f32> {
        let is_mouth = |at: usize| {
            let (row, column) = (at / SIDE, at % SIDE);
            (27..30).contains(&row) && (16..24).contains(&column)
        };
        (0..SIDE * SIDE)
            .flat_map(|at| if is_mouth(at) { mouth } else { skin })
            .collect()
    }

    fn loss(fake: &[f32], content: &[f32], counted: f32) -> f32 {
        let device = Device::flex();
        let picture = |values: &[f32]| {
            let data = TensorData::new(values.to_vec(), [1, SIDE, SIDE, 3]);
            Tensor::<4>::from_data(data, &device)
        };
        let counted = Tensor::from_data([counted], &device);
        lip_loss(picture(fake), picture(content), counted).into_scalar()
    }

    const SKIN: [f32; 3] = [0.6, 0.4, 0.2];

    #[test]
    fn blue_lips_cost_what_they_lack_in_redness() {
        let photograph = face(SKIN, [0.5, 0.0, 0.0]);
        // Redness 0.1 in the skin and −0.5 in the mouth: 24 of 240 places (rows 23 to 34, columns
        // 10 to 29). Their mean is 0.04, so each lacks 0.54; the divisor counts one more.
        let blue = loss(&face([0.2, 0.1, 0.1], [-0.2, 0.2, 0.4]), &photograph, 1.0);
        assert!((blue - 0.54 * 24.0 / 25.0).abs() < 1e-4, "{blue}");
    }

    #[test]
    fn red_and_even_lips_cost_nothing() {
        let photograph = face(SKIN, [0.5, 0.0, 0.0]);
        assert_eq!(loss(&photograph, &photograph, 1.0), 0.0);
        let even = loss(&face(SKIN, SKIN), &photograph, 1.0);
        assert!(even.abs() < 1e-6, "{even}");
    }

    #[test]
    fn where_no_lips_can_be_told_everything_is_free() {
        let blue = face(SKIN, [-1.0, -1.0, 1.0]);
        let grey = face([0.3; 3], [-0.4; 3]);
        assert_eq!(loss(&blue, &grey, 1.0), 0.0);
        // Darker, and less red than the skin: no lips.
        assert_eq!(loss(&blue, &face(SKIN, [0.0, 0.1, 0.1]), 1.0), 0.0);
        let photograph = face(SKIN, [0.5, 0.0, 0.0]);
        assert_eq!(loss(&blue, &photograph, 0.0), 0.0);
    }
}
