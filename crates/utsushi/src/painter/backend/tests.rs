use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

use utsushi_imaging::Picture;

use super::*;
use crate::pipeline::FramedPicture;
use crate::testing::{drawing, painter};
use crate::{PaintOptions, PaintRequest, Progress, Watch};

fn framed<'a>(painter: &Painter, picture: &'a Picture) -> FramedPicture<'a> {
    FramedPicture::new(Cow::Borrowed(picture), &painter.capabilities())
}

fn values(picture: &FramedPicture<'_>) -> Vec<f32> {
    let mut values = Vec::new();
    picture.read(picture.window(), &mut values);
    values
}

/// Paints a picture at once with the statistics of another one.
fn painted_with(
    painter: &Painter,
    style: &StyleCode,
    picture: &FramedPicture<'_>,
    measured: &FramedPicture<'_>,
) -> Vec<f32> {
    let (rows, reduced) = (values(picture), values(measured));
    let reduced = measured.window().pixels(&reduced);
    let mut strips = painter.begin_strips(reduced, style);
    strips.paint(picture.window().pixels(&rows), true)
}

#[test]
fn strips_put_together_are_the_whole() {
    let painter = painter();
    // Both sides need a frame; then as wide as a few rows must be.
    for (width, height, total) in [(700, 431, 7), (3001, 257, 7)] {
        let picture = drawing(width, height);
        let whole = framed(&painter, &picture);
        let style = painter.named_style("cel").unwrap();
        let pixels = whole.window().values() / 3;
        let reduced = whole.reduced((512 * 512).min(pixels / 12), &painter.capabilities());
        let full = painted_with(&painter, &style, &whole, &reduced);
        let mut output = whole.output();
        output.put(whole.window(), whole.window(), &full).unwrap();
        let full = output.into_picture();

        let options = PaintOptions {
            tile: 256,
            ..PaintOptions::default()
        };
        let mut heard = Vec::new();
        let progress = |progress: Progress| heard.push((progress.done, progress.total));
        let stop = AtomicBool::new(false);
        let request = PaintRequest::new(&picture, &style).with_options(options);
        let strips = painter
            .paint_one(&request, &mut Watch::new(&stop, progress))
            .unwrap();
        let all: Vec<_> = (0..=total).map(|done| (done, total)).collect();
        assert_eq!(heard, all);
        // A value that lies between two bytes may be rounded to either.
        let pairs = strips.rgb().iter().zip(full.rgb());
        assert!(pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap() <= 1);
        assert_ne!(strips, picture);
    }
}

#[test]
fn recorded_statistics_are_those_of_the_picture() {
    let (painter, picture) = (painter(), drawing(64, 64));
    let whole = framed(&painter, &picture);
    let style = painter.named_style("oil").unwrap();
    let recorded = painted_with(&painter, &style, &whole, &whole);
    let all = values(&whole);
    let own = painter.forward(whole.window().pixels(&all), &[style.into()]);
    let own = own.unwrap();
    let apart = recorded.iter().zip(&own).map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f32::max) < 1e-4);
}
