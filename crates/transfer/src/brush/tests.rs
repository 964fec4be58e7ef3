use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

use utsushi_imaging::Picture;

use super::Brush;
use crate::canvas::Canvas;
use crate::testing::{drawing, painter};
use crate::tiles::{REACH, Window, tiles};
use crate::{PaintOptions, Painter, Progress, StyleCode};

fn brush<'a>(painter: &'a Painter, style: &StyleCode) -> Brush<'a> {
    Brush {
        generator: painter.generator(),
        device: painter.device(),
        style: style.to_tensor(painter.device()),
    }
}

fn whole(canvas: &Canvas<'_>) -> Window {
    tiles(canvas.width(), canvas.height(), 4096)[0].window
}

/// The largest difference between a part painted alone and the same part of the whole, `inset`
/// pixels away from the part's edges that are not the canvas's.
fn difference(painter: &Painter, picture: &Picture, part: Window, inset: usize) -> f32 {
    let canvas = Canvas::new(Cow::Borrowed(picture));
    let style = painter.named_style("oil").unwrap();
    let brush = brush(painter, &style);
    let statistics = brush.statistics(&canvas, 512);
    let full = brush.paint(&canvas, whole(&canvas), Some(&statistics));
    let alone = brush.paint(&canvas, part, Some(&statistics));
    let near = |start: usize| if start == 0 { 0 } else { inset };
    let far = |end: usize, whole: usize| if end == whole { 0 } else { inset };
    let rows = near(part.top)..part.height - far(part.top + part.height, canvas.height());
    let mut largest = 0.0f32;
    for row in rows {
        for column in near(part.left)..part.width - far(part.left + part.width, canvas.width()) {
            let here = (row * part.width + column) * 3;
            let there = ((row + part.top) * canvas.width() + column + part.left) * 3;
            for channel in 0..3 {
                largest = largest.max((alone[here + channel] - full[there + channel]).abs());
            }
        }
    }
    largest
}

#[test]
fn a_tile_is_the_whole_in_its_interior() {
    let (painter, picture) = (painter(), drawing(400, 360));
    for (left, top, width, height) in [
        (0, 0, 256, 256),
        (144, 104, 256, 256),
        (80, 72, 240, 200),
        (8, 0, 392, 184),
    ] {
        let part = Window {
            left,
            top,
            width,
            height,
        };
        let apart = difference(&painter, &picture, part, REACH);
        assert!(apart < 1e-4, "{part:?}: {apart}");
    }
    // Two pixels less, the size of the finest values, and the edges show.
    let part = Window {
        left: 80,
        top: 72,
        width: 240,
        height: 200,
    };
    assert!(difference(&painter, &picture, part, REACH - 2) > 0.0);
    assert!(difference(&painter, &picture, part, REACH / 2) > 1e-3);
}

#[test]
fn tiles_put_together_are_the_whole() {
    let (painter, picture) = (painter(), drawing(700, 431));
    let canvas = Canvas::new(Cow::Borrowed(&picture));
    let style = painter.named_style("cel").unwrap();
    let brush = brush(&painter, &style);
    let statistics = brush.statistics(&canvas, 256);
    let full = brush.paint(&canvas, whole(&canvas), Some(&statistics));
    let mut sheet = canvas.sheet();
    sheet.put(whole(&canvas), whole(&canvas), &full).unwrap();
    let full = sheet.into_picture();

    let options = PaintOptions {
        tile: 256,
        ..PaintOptions::default()
    };
    let mut heard = Vec::new();
    let mut progress = |progress: Progress| heard.push((progress.done, progress.total));
    let stop = AtomicBool::new(false);
    let tiled = painter
        .paint(&picture, &style, &options, &mut progress, &stop)
        .unwrap();
    let total = tiles(704, 432, 256).len();
    assert_eq!(total, 18);
    assert_eq!(
        heard,
        (0..=total).map(|done| (done, total)).collect::<Vec<_>>()
    );
    // A value that lies between two bytes may be rounded to either.
    let apart = tiled
        .rgb()
        .iter()
        .zip(full.rgb())
        .map(|(a, b)| a.abs_diff(*b));
    assert!(apart.max().unwrap() <= 1);
    assert_ne!(tiled, picture);
}

#[test]
fn statistics_of_one_window_are_those_of_the_picture() {
    let (painter, picture) = (painter(), drawing(64, 64));
    let canvas = Canvas::new(Cow::Borrowed(&picture));
    let style = painter.named_style("oil").unwrap();
    let brush = brush(&painter, &style);
    let statistics = brush.statistics(&canvas, 256);
    let recorded = brush.paint(&canvas, whole(&canvas), Some(&statistics));
    let own = brush.paint(&canvas, whole(&canvas), None);
    let apart = recorded.iter().zip(&own).map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f32::max) < 1e-4);
}
