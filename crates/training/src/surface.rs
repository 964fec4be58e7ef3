//! Measurement of paintings' surfaces, and a regression that tells surfaces from style codes.

use std::fmt::Debug;

use rayon::prelude::*;
use utsushi_dataset::Pictures;
use utsushi_imaging::Picture;
use utsushi_model::{Surface, SurfaceRegression};

use crate::procedural::Plane;

/// Bounds of smoothness, measured as the ratio of the median step between neighbouring pixels to
/// the mean step: areas without texture have steps at their edges alone. On pictures of 256 px it
/// is 0.25 for drawings after animation, 0.35 for painted game art, 0.43 for woodblock prints, 0.48
/// for photographs and 0.68 for oil. Below the first bound an area counts as smooth, above the
/// second as textured.
const SMOOTH: [f32; 2] = [0.38, 0.46];
/// Ratio of median to mean step between neighbouring pixels, below which a painting's areas count
/// as having one colour each.
const FLAT: f32 = 0.05;
/// Mean difference between a pixel's channels, on a scale from −1 to 1, below which a picture
/// counts as ink on paper.
const COLOURED: f32 = 0.05;
/// Range of mean brightness around a pixel, −1…1, within which ink on paper counts as grey.
const GREY: [f32; 2] = [-0.6, 0.6];
/// Distance in pixels over which ink on paper is averaged to see whether it is grey.
const AROUND: usize = 4;
/// Share of grey from which on a drawing has screens: drawings with screentone have 0.22 and more,
/// black and white ones without it 0.24 and less, since their edges are grey.
const SCREENED: f32 = 0.2;
/// Share of the steps that must follow a grid, in both directions, for a picture to be pixel art:
/// pixel art has 0.49 and more, others 0.11 at most.
const GRID: f32 = 0.3;
/// Share of the strongest frequency from which on another counts as about as strong.
const AS_STRONG: f32 = 0.8;
/// Range of the number of squares along the side of the grids that are looked for.
const SQUARES: [f32; 2] = [24.0, 110.0];
/// Smallest width of a grid's squares in pixels: narrower ones cannot be told from the pixels.
const NARROWEST: f32 = 2.3;
/// Largest step between pixels that counts, on a scale from −1 to 1, so that a few hard edges do
/// not outweigh all others.
const LARGEST_STEP: f32 = 0.5;
/// Weight of the penalty on a regression's weights, as a share of the mean square of its inputs.
/// Anything between 0.001 and 0.1 does as well on held-out paintings.
const PENALTY: f64 = 0.03;

/// Measures the colour of skin in paintings, for this crate, which knows no face finder.
pub trait MeasureSkin: Debug + Send + Sync {
    /// The colour of the skin of the face that a painting shows, RGB, −1…1; none if it shows no
    /// face. The same painting must give the same colour.
    fn skin(&self, painting: &Picture) -> Option<[f32; 3]>;
}

/// Measures the surface of each picture; without skin if `skin` is absent.
pub(crate) fn measured(pictures: &Pictures, skin: Option<&dyn MeasureSkin>) -> Vec<Surface> {
    let numbers = (pictures.size * pictures.size * 3).max(1);
    let each = pictures.pixels.par_chunks(numbers);
    each.map(|pixels| {
        let side = pictures.size as u32;
        let painting = Picture::from_floats(side, side, pixels).ok();
        Surface {
            skin: skin.and_then(|skin| skin.skin(painting.as_ref()?)),
            ..of_picture(pixels, pictures.size)
        }
    })
    .collect()
}

/// Measures the surface of a square picture, `[size, size, 3]`, −1…1.
fn of_picture(pixels: &[f32], size: usize) -> Surface {
    let colours = pixels.as_chunks::<3>().0;
    let light = Plane::luminance(pixels, size).values;
    let across = (0..size).flat_map(|row| (1..size).map(move |column| (row, column)));
    let across = across.map(|(row, column)| {
        let at = row * size + column;
        (column, (light[at] - light[at - 1]).abs())
    });
    let down = (1..size).flat_map(|row| (0..size).map(move |column| (row, column)));
    let down = down.map(|(row, column)| {
        let at = row * size + column;
        (row, (light[at] - light[at - size]).abs())
    });
    if let Some(squares) = grid(&[profile(across.clone(), size), profile(down.clone(), size)]) {
        let grid = Some(squares);
        return Surface {
            grid,
            ..Surface::default()
        };
    }
    let chroma = colours
        .iter()
        .map(|[red, green, blue]| red.max(*green).max(*blue) - red.min(*green).min(*blue));
    let is_ink = chroma.sum::<f32>() < COLOURED * colours.len() as f32;
    let mut steps: Vec<f32> = across.chain(down).map(|(_, step)| step).collect();
    let mean = steps.iter().sum::<f32>() / steps.len().max(1) as f32;
    let middle = steps.len() / 2;
    let median = if steps.is_empty() {
        0.0
    } else {
        *steps.select_nth_unstable_by(middle, f32::total_cmp).1
    };
    let texture = if mean > 0.0 { median / mean } else { 0.0 };
    let smoothness = ((SMOOTH[1] - texture) / (SMOOTH[1] - SMOOTH[0])).clamp(0.0, 1.0);
    Surface {
        smoothness,
        grid: None,
        flat: texture < FLAT && !is_ink,
        screen: is_ink && smoothness == 1.0 && share_of_grey(light, size) >= SCREENED,
        skin: None,
    }
}

/// Share of a picture whose surroundings are on average neither black nor white.
fn share_of_grey(light: Vec<f32>, size: usize) -> f32 {
    let count = light.len().max(1);
    let mut mean = Plane::new(size.max(1), light);
    for _ in 0..AROUND / 2 {
        mean = mean.smooth(2);
    }
    let grey = mean.values.iter();
    let grey = grey.filter(|&&value| GREY[0] < value && value < GREY[1]);
    grey.count() as f32 / count as f32
}

/// Sums of the steps at each place between two columns or rows.
fn profile(steps: impl Iterator<Item = (usize, f32)>, size: usize) -> Vec<f32> {
    let mut sums = vec![0.0; size];
    for (place, step) in steps {
        sums[place] += step.min(LARGEST_STEP);
    }
    sums.split_off(1.min(size))
}

/// Finds the number of squares along the side of the grid that steps follow in both directions, if
/// there is one: the lowest frequency at which the profiles' spectra are about as strong as
/// anywhere, since sharp steps are as strong at its multiples.
fn grid(profiles: &[Vec<f32>; 2]) -> Option<u32> {
    let strength = |profile: &Vec<f32>, squares: f32| {
        let pace = std::f32::consts::TAU * squares / (profile.len() + 1) as f32;
        let [mut cosine, mut sine, mut all] = [0.0f32; 3];
        for (place, step) in profile.iter().enumerate() {
            let (s, c) = (pace * place as f32).sin_cos();
            cosine += step * c;
            sine += step * s;
            all += step;
        }
        if all > 0.0 {
            cosine.hypot(sine) / all
        } else {
            0.0
        }
    };
    let side = (profiles[0].len() + 1) as f32;
    let most = SQUARES[1].min(side / NARROWEST);
    let halves = (SQUARES[0] * 2.0) as u32..=(most * 2.0) as u32;
    let tried = halves.map(|half| {
        let squares = half as f32 / 2.0;
        let [one, other] = profiles.each_ref().map(|it| strength(it, squares));
        (one.min(other), squares)
    });
    let tried: Vec<(f32, f32)> = tried.collect();
    let strongest = tried
        .iter()
        .map(|(strength, _)| *strength)
        .fold(0.0, f32::max);
    if strongest <= GRID {
        return None;
    }
    let first = tried
        .iter()
        .position(|(strength, _)| *strength > AS_STRONG * strongest)?;
    // The summit of the first hill, on whose side that may be.
    let hill = tried[first..]
        .windows(2)
        .take_while(|pair| pair[1].0 > pair[0].0);
    let summit = first + hill.count();
    Some(tried[summit].1.round() as u32)
}

/// A painting's style code and surface, for fitting.
pub(crate) struct Sample<'a> {
    pub code: &'a [f32],
    pub surface: Surface,
    /// Weight of the painting in the fit.
    pub weight: f32,
}

/// Fits the regression that predicts the samples' surfaces from their codes, with the least
/// weighted square error and small weights (ridge regression, Hoerl and Kennard 1970); `None`
/// without samples.
pub(crate) fn fitted(samples: &[Sample<'_>]) -> Option<SurfaceRegression> {
    const TARGETS: usize = SurfaceRegression::TARGETS;
    let length = samples.first()?.code.len() + 1;
    // The lower triangle of the normal equations, by rows; the constant is the first number.
    let mut matrix = vec![0.0f64; length * length];
    let mut right = vec![[0.0f64; TARGETS]; length];
    let rows: Vec<(Vec<f64>, &Sample<'_>)> = samples
        .iter()
        .map(|sample| {
            let code = sample.code.iter().map(|value| f64::from(*value));
            (std::iter::once(1.0).chain(code).collect(), sample)
        })
        .collect();
    let each = matrix.par_chunks_mut(length).zip(&mut right).enumerate();
    each.for_each(|(row, (sums, right))| {
        for (numbers, sample) in &rows {
            let factor = numbers[row] * f64::from(sample.weight);
            for (sum, number) in sums[..=row].iter_mut().zip(numbers) {
                *sum += factor * number;
            }
            for (sum, target) in right.iter_mut().zip(sample.surface.numbers()) {
                *sum += factor * f64::from(target);
            }
        }
    });
    let diagonal = (1..length).map(|row| matrix[row * length + row]);
    let penalty = PENALTY * diagonal.sum::<f64>() / (length - 1).max(1) as f64;
    for row in 1..length {
        matrix[row * length + row] += penalty.max(1e-9);
    }
    solve(&mut matrix, &mut right);
    let weights = (0..TARGETS).flat_map(|target| right.iter().map(move |row| row[target] as f32));
    SurfaceRegression::new(weights.collect(), length - 1)
}

/// Solves a symmetric positive definite system of linear equations in place, by Cholesky
/// decomposition; `matrix` has its lower triangle.
fn solve<const N: usize>(matrix: &mut [f64], right: &mut [[f64; N]]) {
    let length = right.len();
    for row in 0..length {
        for column in 0..=row {
            let (above, below) = matrix.split_at(row * length);
            let own = &below[..=row];
            let other = if column == row {
                own
            } else {
                &above[column * length..=column * length + column]
            };
            let products = own[..column].iter().zip(other).map(|(a, b)| a * b);
            let left = own[column] - products.sum::<f64>();
            let value = if column == row {
                left.max(f64::MIN_POSITIVE).sqrt()
            } else {
                left / other[column]
            };
            matrix[row * length + column] = value;
        }
    }
    for row in 0..length {
        for target in 0..N {
            let known = (0..row).map(|i| matrix[row * length + i] * right[i][target]);
            let left = right[row][target] - known.sum::<f64>();
            right[row][target] = left / matrix[row * length + row];
        }
    }
    for row in (0..length).rev() {
        for target in 0..N {
            let known = (row + 1..length).map(|i| matrix[i * length + row] * right[i][target]);
            let left = right[row][target] - known.sum::<f64>();
            right[row][target] = left / matrix[row * length + row];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, stream, uniform};

    const SIZE: usize = 128;

    fn surface(colour: impl Fn(usize, usize) -> [f32; 3]) -> Surface {
        let places = (0..SIZE * SIZE).map(|at| (at % SIZE, at / SIZE));
        let pixels: Vec<f32> = places.flat_map(|(x, y)| colour(x, y)).collect();
        of_picture(&pixels, SIZE)
    }

    /// A test picture of discs of different colours, each a little shaded.
    fn areas(x: usize, y: usize, shade: f32) -> [f32; 3] {
        let near = |left: usize, top: usize, reach: usize| {
            x.abs_diff(left).pow(2) + y.abs_diff(top).pow(2) < reach.pow(2)
        };
        let disc = near(30, 40, 22) || near(85, 30, 18) || near(70, 95, 25);
        let light = shade * (x as f32 * 0.05 + y as f32 * 0.03).sin();
        if disc {
            [0.7 + light, -0.2, -0.5]
        } else {
            [-0.6, 0.1, 0.4 + light]
        }
    }

    #[test]
    fn areas_of_one_colour_are_flat_and_texture_is_not_smooth() {
        let flat = surface(|x, y| areas(x, y, 0.0));
        assert_eq!((flat.smoothness, flat.grid, flat.flat), (1.0, None, true));
        let shaded = surface(|x, y| areas(x, y, 0.2));
        assert!(shaded.smoothness > 0.9 && !shaded.flat, "{shaded:?}");
        let rough = |x: usize, y: usize| {
            let noise = utsushi_model::noise_at(y, x) * 0.2;
            areas(x, y, 0.0).map(|value| value + noise)
        };
        assert_eq!(surface(rough), Surface::default());
        // In ink alone: black and white, and with greys.
        let ink = |dark: f32| {
            surface(move |x, y| [if areas(x, y, 0.0)[0] > 0.0 { 1.0 } else { dark }; 3])
        };
        assert_eq!(
            ink(-1.0),
            Surface {
                flat: false,
                ..flat
            }
        );
        assert_eq!(
            ink(-0.3),
            Surface {
                flat: false,
                screen: true,
                ..flat
            }
        );
    }

    #[test]
    fn the_squares_of_a_grid_are_counted() {
        for (side, squares) in [(4.0, 32), (2.5, 51)] {
            let cell = |at: usize| (at as f32 / side) as usize;
            let found = surface(|x, y| {
                let light = utsushi_model::noise_at(cell(y), cell(x)) * 0.5;
                [light, light * 0.5, 0.1]
            });
            let grid = found.grid.unwrap_or(0);
            assert!(grid.abs_diff(squares) <= 1, "{found:?}");
        }
        // Blocks as weak as those of a compressed file, in a picture with grain, are no grid.
        let weak = surface(|x, y| {
            let block = utsushi_model::noise_at(y / 8, x / 8) * 0.02;
            let grain = utsushi_model::noise_at(y, x) * 0.03;
            areas(x, y, 0.3).map(|value| value + block + grain)
        });
        assert_eq!(weak.grid, None);
    }

    #[test]
    fn the_pixels_of_a_small_picture_are_no_grid() {
        let noise = |at: usize| utsushi_model::noise_at(at / 64, at % 64);
        let pixels: Vec<f32> = (0..64 * 64).flat_map(|at| [0.6 * noise(at); 3]).collect();
        assert_eq!(of_picture(&pixels, 64).grid, None);
        let pixels: Vec<f32> = (0..40 * 40).flat_map(|at| [0.6 * noise(at); 3]).collect();
        assert_eq!(of_picture(&pixels, 40).grid, None);
    }

    #[test]
    fn a_regression_finds_the_sums_that_made_its_samples() {
        let random = &mut stream(5, Stream::Painters, 1);
        let codes: Vec<Vec<f32>> = (0..200)
            .map(|_| (0..6).map(|_| 2.0 * uniform(random) - 1.0).collect())
            .collect();
        let surface = |code: &[f32]| Surface {
            smoothness: 0.5 + 0.3 * code[0] - 0.1 * code[3],
            grid: (code[1] > 0.0).then_some(40),
            flat: code[2] > 0.2,
            screen: false,
            skin: (code[4] > 0.0).then_some([0.5, 0.1 * code[5], -0.2]),
        };
        let samples: Vec<Sample<'_>> = codes
            .iter()
            .map(|code| Sample {
                code,
                surface: surface(code),
                weight: 0.5,
            })
            .collect();
        let fitted = fitted(&samples).unwrap();
        let [mut right, mut alike] = [0, 0];
        for code in &codes {
            let (told, own) = (fitted.tell(code), surface(code));
            assert!((told.smoothness - own.smoothness).abs() < 0.03);
            right +=
                usize::from(told.flat == own.flat && told.grid.is_some() == own.grid.is_some());
            if let (Some(told), Some(own)) = (told.skin, own.skin) {
                alike += usize::from(told.iter().zip(own).all(|(a, b)| (a - b).abs() < 0.1));
            }
        }
        assert!(right > 150, "{right} of 200");
        assert!(alike > 70, "{alike} of about 100");
        assert!(super::fitted(&[]).is_none());
    }

    #[test]
    fn a_system_is_solved() {
        let mut matrix = [4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
        let mut right = [[9.0, 4.0], [19.0, 2.0], [25.0, 1.0]];
        // x = (0.25…): checked by putting it in.
        let whole = [[4.0, 2.0, 1.0], [2.0, 5.0, 3.0], [1.0, 3.0, 6.0]];
        let wanted = right;
        solve(&mut matrix, &mut right);
        for (row, wanted) in whole.iter().zip(wanted) {
            for target in 0..2 {
                let sum: f64 = (0..3).map(|i| row[i] * right[i][target]).sum();
                assert!((sum - wanted[target]).abs() < 1e-12);
            }
        }
    }
}
