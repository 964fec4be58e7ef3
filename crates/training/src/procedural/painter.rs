//! Procedural painters, whose style is a few numbers: outlines, steps of shade, screens, grain,
//! brushwork, pixels. Their paintings of any picture are known exactly, which no set of paintings
//! offers: the style can be read in one painting, and the true painting of another picture is known
//! (supervised triplets).

use rand_chacha::ChaCha8Rng;
use utsushi_dataset::Pictures;
use utsushi_imaging::luma;
use utsushi_model::noise_at;

use super::each_picture;
use super::plane::Plane;
use crate::random::{integer, uniform};

/// Kind of areas that a procedural painter fills.
#[derive(Debug, Clone, Copy)]
enum Areas {
    AsTheyAre,
    Soft(f32),
    /// Areas with thin lines and dots closed.
    Flat(f32),
    Sharp(f32),
    /// Brush strokes: the mean of the most even of four squares around each pixel, with a reach of
    /// so many pixels (Kuwahara 1976).
    Strokes(usize),
}

/// A pattern that is printed over dark areas.
#[derive(Debug, Clone, Copy)]
struct Screen {
    strength: f32,
    /// Direction of the pattern over its period, in radians per pixel.
    across: [f32; 2],
    dots: bool,
}

/// A painter whose style is a few numbers.
#[derive(Debug, Clone)]
struct ProceduralPainter {
    areas: Areas,
    /// Number of steps of brightness between black and mid-grey, and the degree to which tones are
    /// moved onto them.
    steps: Option<[f32; 2]>,
    /// Strength of the dark edges of watercolour areas.
    wet_edges: f32,
    /// Ink along dark lines: its width (0…2) and strength.
    ink: Option<(usize, f32)>,
    ink_colour: [f32; 3],
    /// Degree to which areas are left white as paper.
    paper: f32,
    paper_colour: [f32; 3],
    saturation: f32,
    screen: Option<Screen>,
    /// Strength of the grain, and its size in pixels.
    grain: Option<(f32, usize)>,
    tint: [f32; 3],
    /// Side of the squares of pixel art in pixels, and their number of levels per channel.
    pixels: Option<(usize, f32)>,
    /// Offset into the noise that makes the grain.
    offset: [usize; 2],
}

fn maybe<T>(
    random: &mut ChaCha8Rng,
    chance: f32,
    draw: impl FnOnce(&mut ChaCha8Rng) -> T,
) -> Option<T> {
    (uniform(random) < chance).then(|| draw(random))
}

fn between(random: &mut ChaCha8Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * uniform(random)
}

fn draw(random: &mut ChaCha8Rng, share: f32) -> Option<ProceduralPainter> {
    if uniform(random) >= share {
        return None;
    }
    let areas = match integer(random, 0, 6) {
        0 => Areas::Soft(between(random, 0.5, 1.0)),
        1 => Areas::Flat(between(random, 0.5, 1.0)),
        2 => Areas::Sharp(between(random, 0.3, 1.5)),
        3 => Areas::Strokes(3),
        4 => Areas::Strokes(5),
        _ => Areas::AsTheyAre,
    };
    Some(ProceduralPainter {
        areas,
        steps: maybe(random, 0.4, |r| {
            [between(r, 1.5, 4.0), between(r, 0.4, 1.0)]
        }),
        wet_edges: maybe(random, 0.15, |r| between(r, 0.5, 2.0)).unwrap_or(0.0),
        ink: maybe(random, 0.6, |r| {
            (integer(r, 0, 2) as usize, between(r, 0.3, 1.0))
        }),
        ink_colour: maybe(random, 0.3, |r| [0, 1, 2].map(|_| between(r, -1.0, -0.2)))
            .unwrap_or([-0.95; 3]),
        paper: maybe(random, 0.2, |r| between(r, 0.3, 1.0)).unwrap_or(0.0),
        paper_colour: maybe(random, 0.5, |r| [0, 1, 2].map(|_| between(r, 0.3, 1.0)))
            .unwrap_or([0.95; 3]),
        saturation: maybe(random, 0.3, |r| {
            maybe(r, 0.6, |r| between(r, 0.3, 1.5)).unwrap_or(0.0)
        })
        .unwrap_or(1.0),
        screen: maybe(random, 0.3, |r| {
            let angle = between(r, 0.0, std::f32::consts::PI);
            let pace = std::f32::consts::TAU / between(r, 3.0, 7.0);
            Screen {
                strength: between(r, 0.3, 1.0),
                across: [pace * angle.cos(), pace * angle.sin()],
                dots: uniform(r) < 0.5,
            }
        }),
        grain: maybe(random, 0.3, |r| {
            (between(r, 0.03, 0.15), integer(r, 1, 3) as usize)
        }),
        tint: maybe(random, 0.5, |r| [0, 1, 2].map(|_| between(r, -0.1, 0.1))).unwrap_or([0.0; 3]),
        pixels: maybe(random, 0.1, |r| {
            (integer(r, 2, 4) as usize, between(r, 1.5, 6.0))
        }),
        offset: [0, 1].map(|_| integer(random, 0, 127) as usize),
    })
}

/// Repaints a share of the pictures, each by a randomly drawn procedural painter; the others stay
/// as they are.
pub fn repainted(pictures: &Pictures, random: &mut ChaCha8Rng, share: f32) -> Pictures {
    each_picture(
        pictures,
        random,
        |random| draw(random, share),
        |pixels, size, painter: &ProceduralPainter| painter.paint(pixels, size),
    )
}

impl ProceduralPainter {
    fn paint(&self, pixels: &mut [f32], size: usize) {
        let own = Plane::luminance(pixels, size);
        let mut channels = self.areas.laid(Plane::channels(pixels, size), &own);
        let light = Plane::luminance_of(&channels);
        let shift = self.shading(&light);
        for plane in &mut channels {
            *plane = plane.zip(&shift, |value, shift| value + shift);
        }
        let ink = self
            .ink
            .map(|(width, strength)| (ink(&own, width), strength));
        let light = Plane::luminance_of(&channels);
        for y in 0..size {
            for x in 0..size {
                let at = y * size + x;
                let ink = ink
                    .as_ref()
                    .map_or(0.0, |(ink, strength)| ink.values[at] * strength);
                let mut colour = [0, 1, 2].map(|channel: usize| {
                    let value = channels[channel].values[at];
                    let value = value + (self.paper_colour[channel] - value) * self.paper;
                    value + (self.ink_colour[channel] - value) * ink
                });
                let grey = luma(colour);
                let pattern = self.pattern(x, y, light.values[at]);
                for (channel, value) in colour.iter_mut().enumerate() {
                    *value = grey + (*value - grey) * self.saturation;
                    *value = (*value + pattern + self.tint[channel]).clamp(-1.0, 1.0);
                }
                pixels[3 * at..3 * at + 3].copy_from_slice(&colour);
            }
        }
        if let Some((cell, levels)) = self.pixels {
            let channels = Plane::channels(pixels, size).map(|plane| {
                let cells = plane.cells(cell);
                cells.map(|value| ((value * levels).round() / levels).clamp(-1.0, 1.0))
            });
            for (at, pixel) in pixels.chunks_exact_mut(3).enumerate() {
                pixel
                    .copy_from_slice(&[0, 1, 2].map(|channel: usize| channels[channel].values[at]));
            }
        }
    }

    /// Shading that is added to all channels: steps of brightness, and the dark edges of
    /// watercolour.
    fn shading(&self, light: &Plane) -> Plane {
        let stepped = light.map(|value| match self.steps {
            Some([count, amount]) => ((value * count).round() / count - value) * amount,
            None => 0.0,
        });
        if self.wet_edges == 0.0 {
            return stepped;
        }
        // Pigment gathers where a wet area ends: on both sides of an edge.
        let edges = light.highest().zip(&light.lowest(), |high, low| high - low);
        let edges = edges.smooth(1);
        stepped.zip(&edges, |shift, edge| {
            shift - (edge * self.wet_edges * 0.3).min(0.4)
        })
    }

    /// Value of screen and grain together at a pixel of this brightness.
    fn pattern(&self, x: usize, y: usize, light: f32) -> f32 {
        let screen = self.screen.map_or(0.0, |screen| {
            let [across, down] = screen.across;
            let (x, y) = (x as f32, y as f32);
            let one = (x * across + y * down).sin();
            let wave = if screen.dots {
                one * (y * across - x * down).sin() * 1.6
            } else {
                one
            };
            let dark = ((1.0 - light) * 0.5).clamp(0.0, 1.0);
            (3.0 * wave).tanh() * screen.strength * dark * 0.6
        });
        let grain = self.grain.map_or(0.0, |(strength, cell)| {
            let [down, across] = self.offset;
            strength * noise_at(y / cell + down, x / cell + across)
        });
        screen + grain
    }
}

impl Areas {
    fn laid(self, channels: [Plane; 3], own: &Plane) -> [Plane; 3] {
        let toward = |plane: &Plane, other: &Plane, amount: f32| {
            plane.zip(other, |value, other| value + (other - value) * amount)
        };
        match self {
            Self::AsTheyAre => channels,
            Self::Soft(amount) => {
                channels.map(|plane| toward(&plane, &plane.smooth(2).smooth(2), amount))
            }
            Self::Flat(amount) => channels.map(|plane| {
                let closed = plane.lowest().highest().highest().lowest().smooth(1);
                toward(&plane, &closed, amount)
            }),
            // Away from the smooth picture.
            Self::Sharp(amount) => channels.map(|plane| toward(&plane, &plane.smooth(2), -amount)),
            Self::Strokes(reach) => strokes(channels, own, reach),
        }
    }
}

/// The ink along the dark lines of a picture, 0…1; wider with `width`.
fn ink(own: &Plane, width: usize) -> Plane {
    let far = own.smooth(2).smooth(2);
    let below = |line: &Plane, around: &Plane, gain: f32| {
        line.zip(around, |line, around| {
            ((around - line) * gain).clamp(0.15, 1.15) - 0.15
        })
    };
    match width {
        0 => below(own, &own.smooth(2), 8.0),
        1 => below(&own.lowest(), &far, 3.0),
        _ => below(&own.lowest().lowest(), &far, 2.2),
    }
}

/// Kuwahara's filter: for each pixel, the mean of that one of four squares with a corner at the
/// pixel, of side `reach` + 1, in which brightness varies least.
fn strokes(channels: [Plane; 3], own: &Plane, reach: usize) -> [Plane; 3] {
    let size = own.values.len().isqrt();
    let sums = |plane: &Plane| summed(&plane.values, size);
    let sums_of = [&channels[0], &channels[1], &channels[2], own].map(sums);
    let squares = sums(&own.map(|value| value * value));
    let mut painted = channels.clone();
    for y in 0..size {
        for x in 0..size {
            let (rows, columns) = (spans(y, reach, size), spans(x, reach, size));
            let mut least = f64::INFINITY;
            for rows in &rows {
                for columns in &columns {
                    let count = (rows.len() * columns.len()) as f64;
                    let mean = |sums: &[f64]| within(sums, size, rows, columns) / count;
                    let variance = mean(&squares) - mean(&sums_of[3]).powi(2);
                    if variance < least {
                        least = variance;
                        for (channel, sums) in painted.iter_mut().zip(&sums_of) {
                            channel.values[y * size + x] = mean(sums) as f32;
                        }
                    }
                }
            }
        }
    }
    painted
}

/// Ranges of `reach` + 1 pixels before and after one, which are moved inside at a border, since the
/// mean of a few pixels would be no more even than the noise.
fn spans(at: usize, reach: usize, size: usize) -> [std::ops::Range<usize>; 2] {
    let length = (reach + 1).min(size);
    let before = (at + 1).saturating_sub(length);
    let after = at.min(size - length);
    [before..before + length, after..after + length]
}

/// Summed-area table: sums of all values above and to the left, `[size + 1, size + 1]`.
fn summed(values: &[f32], size: usize) -> Vec<f64> {
    let stride = size + 1;
    let mut sums = vec![0.0; stride * stride];
    for y in 0..size {
        let mut row = 0.0;
        for x in 0..size {
            row += f64::from(values[y * size + x]);
            sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
        }
    }
    sums
}

fn within(
    sums: &[f64],
    size: usize,
    rows: &std::ops::Range<usize>,
    columns: &std::ops::Range<usize>,
) -> f64 {
    let at = |y: usize, x: usize| sums[y * (size + 1) + x];
    at(rows.end, columns.end) - at(rows.start, columns.end) - at(rows.end, columns.start)
        + at(rows.start, columns.start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, stream};

    /// A procedural painter that changes nothing.
    fn idle() -> ProceduralPainter {
        ProceduralPainter {
            areas: Areas::AsTheyAre,
            steps: None,
            wet_edges: 0.0,
            ink: None,
            ink_colour: [-1.0; 3],
            paper: 0.0,
            paper_colour: [1.0; 3],
            saturation: 1.0,
            screen: None,
            grain: None,
            tint: [0.0; 3],
            pixels: None,
            offset: [0, 0],
        }
    }

    fn painted(
        painter: &ProceduralPainter,
        colour: impl Fn(usize, usize) -> [f32; 3],
    ) -> Vec<[f32; 3]> {
        let mut pixels: Vec<f32> = (0..16 * 16)
            .flat_map(|at| colour(at % 16, at / 16))
            .collect();
        painter.paint(&mut pixels, 16);
        pixels
            .chunks(3)
            .map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect()
    }

    #[test]
    fn a_painter_without_a_hand_changes_nothing_and_drawn_ones_stay_in_range() {
        let wave =
            |x: usize, y: usize| [0.1, 0.2, 0.3].map(|pace| ((x * 3 + y) as f32 * pace).sin());
        let same = painted(&idle(), wave);
        for (at, pixel) in same.iter().enumerate() {
            let own = wave(at % 16, at / 16);
            assert!(pixel.iter().zip(own).all(|(a, b)| (a - b).abs() < 1e-6));
        }
        let random = &mut stream(3, Stream::Painters, 1);
        for _ in 0..200 {
            let painter = draw(random, 1.0).expect("a share of 1");
            let pixels = painted(&painter, wave);
            assert!(
                pixels.iter().flatten().all(|value| value.abs() <= 1.0),
                "{painter:?}"
            );
        }
        assert!(draw(random, 0.0).is_none());
    }

    #[test]
    fn steps_leave_few_tones_and_no_saturation_leaves_grey() {
        let ramp = |x: usize, _: usize| [x as f32 / 7.5 - 1.0; 3];
        let stepped = painted(
            &ProceduralPainter {
                steps: Some([2.0, 1.0]),
                ..idle()
            },
            ramp,
        );
        for [value, ..] in stepped {
            assert!(
                (value * 2.0 - (value * 2.0).round()).abs() < 1e-5,
                "{value}"
            );
        }
        let grey = painted(
            &ProceduralPainter {
                saturation: 0.0,
                ..idle()
            },
            |_, _| [0.5, -0.25, 0.75],
        );
        let light = 0.299 * 0.5 - 0.587 * 0.25 + 0.114 * 0.75;
        assert!(
            grey.iter()
                .flatten()
                .all(|value| (value - light).abs() < 1e-5)
        );
    }

    #[test]
    fn ink_lies_on_dark_lines_alone_and_paper_covers_areas_but_not_ink() {
        let line = |x: usize, _: usize| if x == 8 { [-0.2; 3] } else { [0.2; 3] };
        let painter = ProceduralPainter {
            ink: Some((0, 1.0)),
            paper: 1.0,
            ..idle()
        };
        let drawn = painted(&painter, line);
        assert!(drawn[5 * 16 + 8][0] < -0.9 && drawn[5 * 16 + 3][0] > 0.9);
    }

    #[test]
    fn strokes_keep_an_edge_and_take_noise_away() {
        let painter = ProceduralPainter {
            areas: Areas::Strokes(3),
            ..idle()
        };
        let noisy = |x: usize, y: usize| {
            let side = if x < 8 { -0.5 } else { 0.5 };
            [side + 0.1 * noise_at(y, x); 3]
        };
        let calm = painted(&painter, noisy);
        for (at, [value, ..]) in calm.iter().enumerate() {
            let side = if at % 16 < 8 { -0.5 } else { 0.5 };
            assert!((value - side).abs() < 0.12, "{at}: {value}");
        }
    }

    #[test]
    fn pixel_art_is_even_within_a_cell() {
        let painter = ProceduralPainter {
            pixels: Some((4, 3.0)),
            ..idle()
        };
        let pixels = painted(&painter, |x, y| [((x * y) as f32).sin(); 3]);
        for (at, pixel) in pixels.iter().enumerate() {
            assert_eq!(*pixel, pixels[at / 64 * 64 + at % 16 / 4 * 4]);
        }
    }

    #[test]
    fn screens_darken_where_it_is_dark_and_not_where_it_is_white() {
        let screen = Some(Screen {
            strength: 1.0,
            across: [1.5, 0.4],
            dots: true,
        });
        let painter = ProceduralPainter { screen, ..idle() };
        let spread = |tone: f32| {
            let values = painted(&painter, |_, _| [tone; 3]);
            let values = values.iter().map(|pixel| pixel[0]);
            values.clone().fold(f32::MIN, f32::max) - values.fold(f32::MAX, f32::min)
        };
        assert!(spread(-0.3) > 0.4 && spread(1.0) < 1e-6);
    }
}
