//! Painters of tiny models with random weights, for tests.

use std::path::Path;

use burn::tensor::Device;
use utsushi_imaging::Picture;
use utsushi_test_fixtures::TinyModel;
pub(crate) use utsushi_test_fixtures::{diverged, drawing};

use crate::{
    ModelConfig, PaintError, PaintOptions, PaintRequest, Painter, SteeredModel, StyleCode, Surface,
    SurfaceRegression,
};

/// A constant equal to [`Surface::default`].
pub(crate) const PLAIN: Surface = Surface {
    smoothness: 0.0,
    grid: None,
    flat: false,
    screen: false,
    skin: None,
};

/// A tiny model with the styles `oil`, `cel` and `photo`; the last one is content only.
pub(crate) fn tiny_model() -> TinyModel {
    TinyModel::new(&["oil", "cel", "photo"])
}

pub(crate) fn steered(tiny: &TinyModel) -> SteeredModel {
    SteeredModel::from_exported(tiny.exported(), &Device::flex(), Path::new("tiny")).unwrap()
}

pub(crate) fn painter_of(tiny: &TinyModel) -> Painter {
    Painter::new(steered(tiny), Device::flex()).unwrap()
}

pub(crate) fn model() -> SteeredModel {
    steered(&tiny_model())
}

pub(crate) fn painter() -> Painter {
    painter_of(&tiny_model())
}

/// A tiny painter, all of whose styles have this surface.
pub(crate) fn painter_with_surface(surface: &Surface) -> Painter {
    let mut model = model();
    let length = ModelConfig::STAGES * model.config.code_length();
    let rows = surface
        .numbers()
        .map(|number| [vec![number], vec![0.0; length]].concat());
    model.surface = SurfaceRegression::new(rows.concat(), length);
    assert!(model.surface.is_some());
    Painter::new(model, Device::flex()).unwrap()
}

/// A tiny painter with a content prior.
pub(crate) fn painter_with_prior() -> Painter {
    painter_of(&tiny_model().with_prior())
}

/// Paints with default options except for the strength, without a monitor.
pub(crate) fn paint(
    painter: &Painter,
    content: &Picture,
    style: &StyleCode,
    strength: f32,
) -> Result<Picture, PaintError> {
    let options = PaintOptions {
        strength,
        ..PaintOptions::default()
    };
    paint_with(painter, content, style, options)
}

/// Paints with these options, without a monitor.
pub(crate) fn paint_with(
    painter: &Painter,
    content: &Picture,
    style: &StyleCode,
    options: PaintOptions,
) -> Result<Picture, PaintError> {
    let request = PaintRequest::new(content, style).with_options(options);
    painter.paint_one(&request, &mut ())
}
