//! Surfaces: what networks cannot paint at the scale of pixels, namely areas without any texture,
//! few flat colours, screentone, and the grid of pixel art.
//!
//! Networks pass the content's texture on to styles that have none, where it becomes scratches; so
//! it is removed from the content before. A grid, screens and flat areas are put into the painting
//! afterwards: a network whose layers treat all places alike cannot know a grid, and leaves traces
//! of shading everywhere.

use std::borrow::Cow;

use rayon::prelude::*;
use utsushi_imaging::guided_filter::{AROUND, Planes, box_mean, guided_filtered};
use utsushi_imaging::{Filter, fit_within, luma};
use utsushi_model::Surface;

use super::Depth;

/// Number of rows that are smoothed together, to bound memory.
const BAND: usize = 128;

/// Number of colours of pixel art.
const GRID_COLOURS: usize = 16;
/// Number of colours of a painting in flat areas.
const FLAT_COLOURS: usize = 8;
/// Longest side in pixels of the copy from which the palette is computed.
const COUNTED: u32 = 64;
/// Number of rounds in which a palette's colours are moved to the mean of those they stand for.
const MIDDLES: usize = 8;
/// Difference in luma, on a scale from −1 to 1, by which the darker part of a square of pixel art
/// must be darker for the square to be a line.
const LINE: f32 = 0.47;
/// Smallest share of a square of pixel art that the darker part must have for the square to be a
/// line.
const LINE_SHARE: f32 = 0.25;
/// Factor by which the transition between two flat colours is shorter than painted.
const CRISP: f32 = 4.0;

/// Distance between the dots of a screen: as a share of the shorter side, and its minimum in
/// pixels.
const DOTS: [f32; 2] = [0.01, 3.0];
/// Share of the printed dots in the result; the rest is the painting itself.
const PRINTED: f32 = 0.6;
/// Luma, −1…1, below which all is ink, and above which all is paper. Each fades out over a sixth.
const INK_AND_PAPER: [f32; 2] = [-0.56, 0.7];
/// Difference in luma from the surroundings, on a scale from −1 to 1, by which a darker pixel is a
/// line, and printed as one.
const DRAWN: f32 = 0.5;

type Colour = [f32; 3];

/// Smoothness below which styles consist of brushwork: oil has 0.1 at most, others 0.3 and more.
const BRUSHWORK: f32 = 0.2;

/// Whether paintings with that surface consist of brushwork; false for models without surfaces.
pub(crate) fn is_brushwork(surface: &Surface) -> bool {
    *surface != Surface::default() && surface.smoothness < BRUSHWORK && surface.grid.is_none()
}

/// Removes texture from a picture and keeps edges: an amount of 0 changes nothing, 1 is the
/// strongest.
pub(crate) fn smoothed<P: Depth>(picture: Cow<'_, P>, amount: f32) -> Cow<'_, P> {
    if amount <= 0.0 {
        return picture;
    }
    let width = picture.width() as usize;
    Cow::Owned(in_bands(&*picture, AROUND, |planes, _| {
        guided_filtered(&planes, width, amount)
    }))
}

/// Changes a picture in bands of rows, which bounds memory. `change` takes the channels of some
/// rows and the index of the first, and returns their new values, which may depend on `around` rows
/// on either side.
pub(super) fn in_bands<P: Depth>(
    picture: &P,
    around: usize,
    change: impl Fn(Planes, usize) -> Planes + Sync,
) -> P {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let rgb = picture.rgb();
    let mut changed = vec![P::Sample::default(); rgb.len()];
    let bands = changed.par_chunks_mut(BAND * width * 3).enumerate();
    bands.for_each(|(band, changed)| {
        let first = band * BAND;
        let last = first + changed.len() / (width * 3);
        let (from, to) = (first.saturating_sub(around), (last + around).min(height));
        let planes = [0, 1, 2].map(|channel| {
            let pixels = rgb[from * width * 3..to * width * 3].chunks_exact(3);
            pixels.map(|pixel| P::seen(pixel[channel])).collect()
        });
        let planes = change(planes, from);
        let start = (first - from) * width;
        for (index, pixel) in changed.chunks_exact_mut(3).enumerate() {
            for (sample, plane) in pixel.iter_mut().zip(&planes) {
                *sample = P::stored(plane[start + index]);
            }
        }
    });
    P::from_samples(picture.width(), picture.height(), changed)
}

/// Gives a painting the grid or the flat areas of its style's surface.
pub(crate) fn finished<P: Depth>(painting: P, surface: &Surface) -> P {
    match *surface {
        Surface {
            grid: Some(squares),
            ..
        } => in_squares(painting, squares),
        Surface { flat: true, .. } => in_flat_areas(painting),
        Surface { screen: true, .. } => screened(&painting),
        _ => painting,
    }
}

/// Prints the greys of a drawing in ink as dots, in rows at 45°. Lines, and what is nearly black or
/// white, stay.
fn screened<P: Depth>(painting: &P) -> P {
    let width = painting.width() as usize;
    let [share, least] = DOTS;
    let distance = (painting.width().min(painting.height()) as f32 * share).max(least);
    let pace = std::f32::consts::TAU * std::f32::consts::FRAC_1_SQRT_2 / distance;
    // Dots end within a pixel or so, whatever their size.
    let hardness = 2.0 * distance;
    in_bands(painting, AROUND, |planes, first| {
        let [red, green, blue] = &planes;
        let colours = red.iter().zip(green).zip(blue);
        let own: Vec<f32> = colours
            .map(|((&red, &green), &blue)| luma([red, green, blue]))
            .collect();
        let tones = guided_filtered(&[own.clone(), own.clone(), own.clone()], width, 1.0);
        let means = box_mean(&own, width);
        let printed: Vec<f32> = (0..own.len())
            .map(|at| {
                let (x, y) = ((at % width) as f32, (first + at / width) as f32);
                let wave = ((x + y) * pace).cos() + ((x - y) * pace).cos();
                let tone = tones[0][at];
                let dots = ((tone / 2.0 + wave / 4.0) * hardness + 0.5).clamp(0.0, 1.0);
                let [ink, paper] = INK_AND_PAPER;
                let paper = ((tone - paper) * 6.0).clamp(0.0, 1.0);
                let ink = ((ink - tone) * 6.0).clamp(0.0, 1.0);
                let line = ((means[at] - own[at]) / DRAWN).clamp(0.0, 1.0);
                let print = (dots.max(paper) * (1.0 - ink)).min(1.0 - line);
                PRINTED * (2.0 * print - 1.0 - own[at])
            })
            .collect();
        planes.map(|plane| {
            let pairs = plane.iter().zip(&printed);
            pairs.map(|(own, printed)| own + printed).collect()
        })
    })
}

/// Turns a painting into pixel art, with so many squares along its shorter side, or as many as have
/// two pixels each.
fn in_squares<P: Depth>(mut painting: P, squares: u32) -> P {
    let (width, height) = (painting.width(), painting.height());
    let side = f64::from(width.min(height)) / f64::from(squares);
    let side = side.max(2.0);
    let cuts = |length: u32| {
        let count = (f64::from(length) / side).round().max(1.0) as u64;
        let cuts = (0..=count).map(move |cut| (cut * u64::from(length) / count) as usize);
        cuts.collect::<Vec<_>>()
    };
    let (across, down) = (cuts(width), cuts(height));
    let stride = width as usize * 3;
    let squares = |rows: &[usize]| -> Vec<Colour> {
        let rows = rows[0] * stride..rows[1] * stride;
        let rows = || painting.rgb()[rows.clone()].chunks_exact(stride);
        let square = |columns: &[usize]| {
            let columns = columns[0] * 3..columns[1] * 3;
            let pixels = rows().flat_map(move |row| row[columns.clone()].as_chunks::<3>().0);
            of_square(pixels.map(|pixel| pixel.map(P::seen)))
        };
        across.windows(2).map(square).collect()
    };
    let colours: Vec<Colour> = down.windows(2).flat_map(squares).collect();
    let palette = palette(&colours, GRID_COLOURS);
    let mut colours = colours.iter().map(|colour| nearest(&palette, *colour).0);
    for rows in down.windows(2) {
        let [first, rest @ ..] = &mut painting.rgb_mut()[rows[0] * stride..rows[1] * stride]
            .chunks_exact_mut(stride)
            .collect::<Vec<_>>()[..]
        else {
            continue;
        };
        for columns in across.windows(2) {
            let colour = colours.next().expect("there is one for each square");
            let colour = palette[colour].map(P::stored);
            first[columns[0] * 3..columns[1] * 3]
                .as_chunks_mut::<3>()
                .0
                .fill(colour);
        }
        for row in rest {
            row.copy_from_slice(first);
        }
    }
    painting
}

/// The colour of a square: the mean or, if a line goes through it, that of the line, which the mean
/// would wash out.
fn of_square(pixels: impl Iterator<Item = Colour> + Clone) -> Colour {
    let mean = mean(pixels.clone());
    let middle = luma(mean);
    let [dark, bright] = [true, false].map(|dark| {
        let part = pixels
            .clone()
            .filter(|&pixel| (luma(pixel) < middle) == dark);
        (part.clone().count() as f32, self::mean(part))
    });
    let share = dark.0 / (dark.0 + bright.0);
    if luma(bright.1) - luma(dark.1) > LINE && share >= LINE_SHARE {
        dark.1
    } else {
        mean
    }
}

/// Turns a painting into areas of one colour each, with soft edges where it had them.
fn in_flat_areas<P: Depth>(painting: P) -> P {
    let (width, height) = (painting.width(), painting.height());
    let (across, down) = if width.max(height) > COUNTED {
        fit_within((width, height), COUNTED, COUNTED)
    } else {
        (width, height)
    };
    let mut painting = smoothed::<P>(Cow::Owned(painting), 1.0).into_owned();
    let small = painting.resized(across, down, Filter::Box);
    let small = small.rgb().as_chunks::<3>().0.iter();
    let counted: Vec<Colour> = small.map(|pixel| pixel.map(P::seen)).collect();
    let palette = palette(&counted, FLAT_COLOURS);
    let pixels = painting.rgb_mut().as_chunks_mut::<3>().0;
    pixels.par_iter_mut().for_each(|pixel| {
        let own = pixel.map(P::seen);
        let (first, second) = nearest(&palette, own);
        let (first, second) = (palette[first], palette[second]);
        // How far the pixel is on its way from the one colour to the other.
        let way: f32 = [0, 1, 2]
            .map(|channel| (own[channel] - first[channel]) * (second[channel] - first[channel]))
            .iter()
            .sum();
        let whole = apart(first, second);
        let share = if whole > 0.0 { way / whole } else { 0.0 };
        let share = ((share - 0.5) * CRISP + 0.5).clamp(0.0, 1.0);
        *pixel = [0, 1, 2]
            .map(|channel| P::stored(first[channel] + share * (second[channel] - first[channel])));
    });
    painting
}

/// Computes a palette of at most `count` colours: boxes of colours are halved at the mean of the
/// channel that varies most (Wan, Prusinkiewicz and Wong 1990), and their means are then improved
/// by Lloyd's algorithm (Lloyd 1982). Nothing is random, so that similar pictures get similar
/// palettes.
fn palette(colours: &[Colour], count: usize) -> Vec<Colour> {
    let mut boxes = vec![colours.to_vec()];
    while boxes.len() < count {
        let spread = |part: &Vec<Colour>| {
            let mean = mean(part.iter().copied());
            let squares = [0, 1, 2].map(|channel| {
                let off = part.iter().map(|colour| colour[channel] - mean[channel]);
                off.map(|off| f64::from(off * off)).sum::<f64>()
            });
            let widest = (0..3).max_by(|&a, &b| squares[a].total_cmp(&squares[b]));
            let widest = widest.unwrap_or(0);
            (squares[widest], widest, mean[widest])
        };
        let spreads: Vec<_> = boxes.iter().map(spread).collect();
        let most = (0..boxes.len()).max_by(|&a, &b| spreads[a].0.total_cmp(&spreads[b].0));
        let most = most.unwrap_or(0);
        let (amount, channel, middle) = spreads[most];
        if amount < 1e-6 {
            break;
        }
        let part = boxes.swap_remove(most);
        let (low, high): (Vec<Colour>, Vec<Colour>) = part
            .into_iter()
            .partition(|colour| colour[channel] < middle);
        if low.is_empty() || high.is_empty() {
            boxes.push([low, high].concat());
            break;
        }
        boxes.extend([low, high]);
    }
    let mut middles: Vec<Colour> = boxes
        .iter()
        .map(|part| mean(part.iter().copied()))
        .collect();
    for _ in 0..MIDDLES {
        let mut sums = vec![([0.0f64; 3], 0.0f64); middles.len()];
        for &colour in colours {
            let (sum, count) = &mut sums[nearest(&middles, colour).0];
            for (sum, value) in sum.iter_mut().zip(colour) {
                *sum += f64::from(value);
            }
            *count += 1.0;
        }
        for (middle, (sum, count)) in middles.iter_mut().zip(sums) {
            if count > 0.0 {
                *middle = sum.map(|sum| (sum / count) as f32);
            }
        }
    }
    middles
}

/// Indices of the palette's colours that are nearest and second nearest to one; both the same in a
/// palette of one.
fn nearest(palette: &[Colour], colour: Colour) -> (usize, usize) {
    let (mut first, mut second) = ((f32::INFINITY, 0), (f32::INFINITY, 0));
    for (index, &other) in palette.iter().enumerate() {
        let distance = apart(colour, other);
        if distance < first.0 {
            (first, second) = ((distance, index), first);
        } else if distance < second.0 {
            second = (distance, index);
        }
    }
    if second.0.is_finite() {
        (first.1, second.1)
    } else {
        (first.1, first.1)
    }
}

fn apart(one: Colour, other: Colour) -> f32 {
    let squares = [0, 1, 2].map(|channel| (one[channel] - other[channel]).powi(2));
    squares.iter().sum()
}

/// Mean of colours; black if there are none.
fn mean(colours: impl Iterator<Item = Colour>) -> Colour {
    let (mut sum, mut count) = ([0.0f64; 3], 0.0f64);
    for colour in colours {
        for (sum, value) in sum.iter_mut().zip(colour) {
            *sum += f64::from(value);
        }
        count += 1.0;
    }
    sum.map(|sum| (sum / count.max(1.0)) as f32)
}

#[cfg(test)]
mod tests;
