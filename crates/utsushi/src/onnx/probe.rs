//! The probe, a run of a network on a small picture that shows whether it works, and in which range
//! its output is if nothing else tells.

use super::detect::Found;
use super::error::Fault;
use super::{FormOptions, OnnxNetwork, Range, order};

/// Side in pixels of the probe's picture: larger than networks that reflect their borders need.
const SIDE: usize = 128;

/// Checks that a network gives a picture for a picture, and determines ranges that are still
/// unknown.
///
/// # Errors
/// The network cannot be run, or gives anything else.
pub(super) fn probe(
    network: &mut OnnxNetwork,
    found: &Found,
    options: &FormOptions,
) -> Result<(), Fault> {
    let step = network.form.multiple;
    let [width, height] = network
        .form
        .size
        .map(|size| size.unwrap_or(SIDE.next_multiple_of(step)));
    let pixels: Vec<f32> = (0..width * height * 3)
        .map(|index| {
            let (pixel, channel) = (index / 3, index % 3);
            let (row, column) = (pixel / width, pixel % width);
            // Black, white and much between.
            let place = row * (channel + 1) + 2 * column;
            ((place as f32) * 0.06).sin()
        })
        .collect();
    let values = order::to_network(&pixels, &network.form.input);
    let painted = network
        .run(values, width, height)
        .map_err(|error| Fault::NotAStylizer(error.to_string()))?;
    if painted.iter().any(|value| value.is_nan()) {
        let reason = "what it paints is not made of numbers".to_owned();
        return Err(Fault::NotAStylizer(reason));
    }
    let input = options.input.or(found.input_range);
    let output = options.output.or(found.output_range);
    if output.is_none() {
        let range = input.unwrap_or_else(|| seen(&painted));
        network.form.output.range = match range {
            // What goes in as bytes may well come out otherwise.
            _ if input.is_some() => seen(&painted),
            range => range,
        };
        if input.is_none() {
            network.form.input.range = network.form.output.range;
        }
    }
    Ok(())
}

/// The range in which values seem to lie.
fn seen(values: &[f32]) -> Range {
    let (low, high) = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
    if high > 8.0 {
        Range::Byte
    } else if low < -0.3 {
        Range::Signed
    } else {
        Range::Unit
    }
}
