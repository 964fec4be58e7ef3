//! Addition of the colours that named styles give to hair, skin, clothes and so on.

use std::path::Path;

use burn::tensor::Device;
use utsushi::{Painter, PartColours, SteeredModel, StyleCode};
use utsushi_dataset::{DatasetError, PreparedSet};
use utsushi_imaging::{DecodeLimits, Picture, decode};
use utsushi_weights::{ExportedModel, STYLE_GALLERY};

use crate::error::UsageError;
use crate::progress::Live;

/// Largest number of paintings of a style that are used, spread over all that it has.
const LOOKED_AT: usize = 160;

/// Gives the typical codes of a model the colours of paintings of a prepared set
/// ([`Painter::colourful_typical`]). `origin` stands for the model's file in errors.
///
/// # Errors
/// The folder is not a prepared set, or has none of the model's styles; or the model has no typical
/// codes.
pub fn add_colours(model: &mut ExportedModel, origin: &Path, data: &Path) -> anyhow::Result<()> {
    let set = PreparedSet::open(data)?;
    if model.tensors.get(STYLE_GALLERY).is_none() {
        let message = format!(
            "{}: it keeps no typical codes to give colours",
            origin.display()
        );
        return Err(UsageError::new(message).hint("leave --data out").into());
    }
    let painter = painter_of(model, origin)?;
    let known: Vec<(usize, usize, String)> = (model.styles.iter().enumerate())
        .filter_map(|(index, style)| {
            Some((index, set.style_index(&style.name)?, style.name.clone()))
        })
        .filter(|(.., name)| painter.named_style(name).is_ok())
        .collect();
    if known.is_empty() {
        let message = format!(
            "{}: none of its styles is one of the model's",
            data.display()
        );
        return Err(UsageError::new(message).into());
    }
    let mut live = Live::new(known.len() as u64);
    for (done, (index, style, name)) in known.iter().enumerate() {
        live.update(done as u64, known.len() as u64, name.clone());
        let train = set.train(*style);
        let step = train.len().div_ceil(LOOKED_AT).max(1);
        let paintings = train
            .iter()
            .step_by(step)
            .map(|&entry| painting(&set, entry));
        let paintings = paintings.collect::<Result<Vec<_>, _>>()?;
        for (choice, code) in painter
            .colourful_typical(name, paintings)?
            .iter()
            .enumerate()
        {
            set_typical(model, [*index, choice], code);
        }
    }
    live.finish();
    Ok(())
}

/// Makes a painter with a copy of the model. `origin` stands for the model's file in errors.
///
/// # Errors
/// The model cannot be used.
pub fn painter_of(model: &ExportedModel, origin: &Path) -> anyhow::Result<Painter> {
    let device = Device::flex();
    let steered = SteeredModel::from_exported(model.clone(), &device, origin)?;
    Ok(Painter::new(steered, device)?)
}

/// Replaces a typical code of a style, and the colours of its parts.
pub fn set_typical(model: &mut ExportedModel, place: [usize; 2], code: &StyleCode) {
    let colours = code.part_colours().map(PartColours::to_tensors);
    let colours = colours.unwrap_or_default();
    model.set_style_gallery(place, code.values(), colours);
}

fn painting(set: &PreparedSet, index: usize) -> anyhow::Result<Picture> {
    let entry = &set.entries()[index];
    let bytes = set.picture_file(entry)?;
    let decoded =
        decode(&bytes, &DecodeLimits::default()).map_err(|error| DatasetError::PreparedSet {
            path: set.folder().join(entry.relative_path()),
            message: format!("{error}; run `dataset prepare` again"),
        })?;
    Ok(decoded.picture)
}
