//! Line drawings in the colours of a painting.
//!
//! As in filling a drawing by hand, pixels enclosed by lines are one area. Each area is given to
//! the part that most of its pixels belong to, and gets that part's colour in the painting; lines
//! stay as they are. A small area of paper within the figure takes the part around it, and speech
//! bubbles stay paper.

use std::collections::VecDeque;

use rayon::prelude::*;
use utsushi_anatomy::{Anatomy, Part};
use utsushi_imaging::{Filter, Picture, fit_within, luma, resize_with};

use crate::PartColours;
use crate::anatomy::on_white_paper;
use crate::bubbles::speech_bubbles;
use crate::faces::skin::{Tone, colour};
use crate::part_colours::{STEPS, tone_at};
use crate::pipeline::{largest_around, neighbours, pieces, sampled};

mod holes;

/// Largest longer side, in pixels, of the copy in which areas are looked for.
const LOOKED_AT: u32 = 1024;
/// Quantile of brightness that is taken as the paper's.
const PAPER: f32 = 0.9;
/// Brightness, as a share of the paper's, below which a pixel is part of a line.
const LINE: f32 = 0.6;
/// Half the width of the widest gaps in lines that are closed, as a share of the longer side.
const GAP: f32 = 0.003;
/// Share of an area's pixels that must be of one part for the whole area to be that part; other
/// areas are coloured pixel by pixel.
const MOST: f32 = 0.8;
/// Brightness, as a share of the paper's, from which on a pixel of a line drawing is paper.
const BRIGHT: f32 = 0.8;
/// Smallest share of a line drawing that is paper.
const LEAST_PAPER: f32 = 0.5;
/// Difference between a pixel's channels, as shares of the paper's, from which on it is coloured.
const COLOURED: f32 = 0.1;
/// Largest share of a line drawing that is coloured: lines may be drawn in colours, but areas are
/// not.
const MOST_COLOURED: f32 = 0.08;
/// Share of hair and face from which on a drawing shows a figure.
const LEAST_FIGURE: f32 = 0.01;
/// Place of a part's colour among its tones in order of brightness, 0…1: lines and shades are
/// below.
const PLACE: f32 = 0.6;
/// Places of the colours at the upper and the lower end of an iris, among the tones of the eye in
/// order of brightness, 0…1.
const IRIS: [f32; 2] = [0.2, 0.5];
/// Width and height of an iris, as shares of the eye's.
const IRIS_SIZE: [f32; 2] = [0.55, 1.0];
/// Tone of the white of an eye.
const WHITE: Tone = [0.94, 0.0, 0.0];
/// Difference in tone between mouth and skin, if the painting does not show a mouth.
const LIPS: Tone = [-0.2, 0.12, -0.02];

/// Reasons why a drawing cannot be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinesError {
    /// The map of parts is of another size than the drawing.
    #[error("the parts are of a picture of another size")]
    Size,
    /// The picture is not a line drawing: it is coloured already, or drawn in white on black.
    #[error(
        "it is no drawing in dark lines on light paper, most of which would be left white; paint other \
         pictures with `utsushi transfer`"
    )]
    NoDrawing,
    /// The drawing shows neither hair nor a face.
    #[error(
        "no figure is found in it, so that nothing says which area is hair, skin or cloth; draw the \
         head larger, or colour a picture that shows one"
    )]
    NoFigure,
}

/// Colours the areas of a line drawing as hair, skin, eyes, clothes and ground are coloured in a
/// painting; lines stay as they are. `anatomy` is the drawing's own
/// ([`AnatomyReader::read_lines`](crate::anatomy::AnatomyReader::read_lines)). Parts that the
/// painting does not show stay paper; transparent paper is white.
///
/// # Errors
/// The map of parts has another size, or the picture is not a line drawing, or it shows no figure.
pub fn colour_lines(
    drawing: &Picture,
    anatomy: &Anatomy,
    colours: &PartColours,
) -> Result<Picture, LinesError> {
    let full = [drawing.width(), drawing.height()];
    if [anatomy.parts.width(), anatomy.parts.height()] != full {
        return Err(LinesError::Size);
    }
    let figure = anatomy.parts.share(Part::Hair) + anatomy.parts.share(Part::Face);
    if figure < LEAST_FIGURE {
        return Err(LinesError::NoFigure);
    }
    let opaque = on_white_paper(drawing);
    let (width, height) = match full[0].max(full[1]) {
        ..=LOOKED_AT => (full[0], full[1]),
        _ => fit_within((full[0], full[1]), LOOKED_AT, LOOKED_AT),
    };
    let small = resize_with(&opaque, width, height, Filter::Box);
    let size = [width as usize, height as usize];
    let parts: Vec<Part> = (0..size[0] * size[1])
        .map(|at| {
            let place = |at: usize, axis: usize| {
                let middle = (at as u64 * 2 + 1) * u64::from(full[axis]) / (2 * size[axis] as u64);
                middle as u32
            };
            anatomy
                .parts
                .at(place(at % size[0], 0), place(at / size[0], 1))
        })
        .collect();
    let drawn: Vec<[f32; 3]> = small
        .rgb()
        .as_chunks::<3>()
        .0
        .iter()
        .map(|&it| shares(it))
        .collect();
    let paper = paper(&drawn);
    let light: Vec<f32> = drawn
        .iter()
        .map(|&it| luma(it) / luma(paper).max(0.01))
        .collect();
    let white = light.iter().filter(|&&it| it >= BRIGHT).count();
    let is_coloured = |own: &&[f32; 3]| {
        let shares = [0, 1, 2].map(|channel| own[channel] / paper[channel].max(0.01));
        let [least, most] = [f32::min, f32::max].map(|of| shares.into_iter().reduce(of));
        most.unwrap_or(0.0) - least.unwrap_or(0.0) > COLOURED
    };
    let coloured = drawn.iter().filter(is_coloured).count();
    let [white, coloured] = [white, coloured].map(|count| count as f32 / light.len() as f32);
    if luma(paper) < LINE || white < LEAST_PAPER || coloured > MOST_COLOURED {
        return Err(LinesError::NoDrawing);
    }
    let is_bare = |part: Part| part == Part::Background || tone_of_area(part, colours).is_none();
    let areas = areas(&light, &parts, size, is_bare);
    let mut tones = tones(&areas, size, colours);
    let is_face = |at: usize| area_part(parts[at]) == Part::Face;
    let bubbles = speech_bubbles(&light, size[0], is_face);
    let bubbles = tones.iter_mut().zip(bubbles).filter(|(_, is)| *is);
    bubbles.for_each(|(tone, _)| *tone = None);
    // As shares of white, by which the drawing is multiplied.
    let washes: Vec<[f32; 3]> = tones
        .iter()
        .map(|tone| {
            tone.map_or([1.0; 3], |tone| {
                colour(tone).map(|it| ((it + 1.0) / 2.0).clamp(0.0, 1.0))
            })
        })
        .collect();
    let full = full.map(|side| side as usize);
    let mut coloured = opaque;
    let rows = coloured.rgb_mut().par_chunks_exact_mut(full[0] * 3);
    rows.enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let wash: [f32; 3] = sampled(&washes, size, [x, y], full);
            let own = shares(*pixel);
            *pixel = [0, 1, 2].map(|channel| {
                let drawn = (own[channel] / paper[channel].max(0.01)).min(1.0);
                (drawn * wash[channel] * 255.0).round() as u8
            });
        }
    });
    Ok(coloured)
}

/// Converts a colour to shares of white, 0…1.
fn shares(colour: [u8; 3]) -> [f32; 3] {
    colour.map(|byte| f32::from(byte) / 255.0)
}

/// The colour of the drawing's paper, as shares of white.
fn paper(shares: &[[f32; 3]]) -> [f32; 3] {
    [0, 1, 2].map(|channel| {
        let mut values: Vec<f32> = shares.iter().map(|share| share[channel]).collect();
        let at = ((values.len() as f32 * PAPER) as usize).min(values.len() - 1);
        *values.select_nth_unstable_by(at, f32::total_cmp).1
    })
}

/// Gives each pixel the part of its area between the lines. Parts for which `is_bare` holds are not
/// coloured as the figure is.
fn areas(
    light: &[f32],
    parts: &[Part],
    size: [usize; 2],
    is_bare: impl Fn(Part) -> bool,
) -> Vec<Part> {
    let lines: Vec<f32> = light
        .iter()
        .map(|&it| if it < LINE { 1.0 } else { 0.0 })
        .collect();
    let gap = (GAP * size[0].max(size[1]) as f32).round().max(1.0) as usize;
    let near = largest_around(&lines, size[0], gap);
    let open: Vec<bool> = near.iter().map(|&it| it < 0.5).collect();
    // For each pixel the number of its area, and what it is.
    let mut found: Vec<Option<(usize, Part)>> = vec![None; parts.len()];
    let mut next = VecDeque::new();
    for (number, area) in pieces(&open, size[0]).into_iter().enumerate() {
        let mut counts = [0usize; Part::COUNT];
        area.iter()
            .for_each(|&at| counts[area_part(parts[at]).index()] += 1);
        let most = Part::ALL
            .into_iter()
            .max_by_key(|part| counts[part.index()]);
        let most = most.expect("there are parts");
        let is_one = counts[most.index()] as f32 > MOST * area.len() as f32;
        for at in area {
            let part = if is_one { most } else { area_part(parts[at]) };
            found[at] = Some((number, part));
            next.push_back(at);
        }
    }
    // What is near a line is what the nearest area is.
    while let Some(at) = next.pop_front() {
        for beside in beside(at, size).into_iter().flatten() {
            if found[beside].is_none() {
                found[beside] = found[at];
                next.push_back(beside);
            }
        }
    }
    let pairs = found.into_iter().zip(parts);
    let mut areas: Vec<(usize, Part)> = pairs
        .map(|(area, &own)| area.unwrap_or((0, area_part(own))))
        .collect();
    holes::fill(&mut areas, parts, size, is_bare);
    let pairs = areas.into_iter().zip(parts);
    pairs
        .map(|((_, area), &own)| match own {
            // Smaller than what lies between lines.
            Part::Eyes | Part::Mouth => own,
            _ => area,
        })
        .collect()
}

/// Indices of the pixels to the left and right of one, above and below it; none beyond the border.
fn beside(at: usize, size: [usize; 2]) -> [Option<usize>; 4] {
    neighbours(at, size[0], size[0] * size[1])
}

/// The part that a whole area may be: brows lie on skin, and eyes and mouths are coloured pixel by
/// pixel.
fn area_part(part: Part) -> Part {
    match part {
        Part::Eyes | Part::Brows | Part::Mouth => Part::Face,
        other => other,
    }
}

/// The tone of an area of this part; none if it stays paper.
fn tone_of_area(part: Part, colours: &PartColours) -> Option<Tone> {
    match part {
        Part::Face | Part::Brows => colours.skin(),
        Part::Mouth => of_part(Part::Mouth, PLACE, colours).or_else(|| {
            let skin = colours.skin()?;
            Some([0, 1, 2].map(|index| skin[index] + LIPS[index]))
        }),
        Part::Eyes => Some(WHITE),
        other => of_part(other, PLACE, colours),
    }
}

/// The tone of a part at a place, 0…1, in the order of brightness of its tones.
fn of_part(part: Part, place: f32, colours: &PartColours) -> Option<Tone> {
    let tones = colours.of_part(part)?;
    Some(tone_at(tones, place * (STEPS - 1) as f32))
}

/// The tone of each pixel; none if it stays paper.
fn tones(areas: &[Part], size: [usize; 2], colours: &PartColours) -> Vec<Option<Tone>> {
    let of_parts = Part::ALL.map(|part| tone_of_area(part, colours));
    let mut tones: Vec<Option<Tone>> = areas.iter().map(|part| of_parts[part.index()]).collect();
    let eyes: Vec<bool> = areas.iter().map(|part| *part == Part::Eyes).collect();
    for eye in pieces(&eyes, size[0]) {
        let range = |of: fn(usize, usize) -> usize| {
            let places = eye.iter().map(|&at| of(at, size[0]) as f32 + 0.5);
            places.fold([f32::INFINITY, 0.0], |[first, last]: [f32; 2], place| {
                [first.min(place), last.max(place)]
            })
        };
        let (across, down) = (range(|at, width| at % width), range(|at, width| at / width));
        let middle = [across, down].map(|[first, last]| (first + last) / 2.0);
        let radius = [across, down].map(|[first, last]| ((last - first) / 2.0).max(1.0));
        for &at in &eye {
            let place = [at % size[0], at / size[0]];
            let off = [0, 1].map(|axis| (place[axis] as f32 + 0.5 - middle[axis]) / radius[axis]);
            if (off[0] / IRIS_SIZE[0]).hypot(off[1] / IRIS_SIZE[1]) <= 1.0 {
                let lower = (off[1] + 1.0) / 2.0;
                let place = IRIS[0] + lower * (IRIS[1] - IRIS[0]);
                let iris = of_part(Part::Eyes, place, colours);
                tones[at] = iris.or(tones[at]);
            }
        }
    }
    tones
}

#[cfg(test)]
mod tests;
