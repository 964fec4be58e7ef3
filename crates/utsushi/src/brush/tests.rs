use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

use utsushi_model::{ChannelStatistics, Strips};

use super::Brush;
use crate::canvas::Canvas;
use crate::testing::{drawing, painter};
use crate::window::Window;
use crate::{PaintOptions, Painter, Progress, StyleCode};

fn brush<'a>(painter: &'a Painter, style: &StyleCode) -> Brush<'a> {
    Brush {
        generator: painter.generator(),
        device: painter.device(),
        style: style.to_tensor(painter.device()),
    }
}

fn whole(canvas: &Canvas<'_>) -> Window {
    Window {
        left: 0,
        top: 0,
        width: canvas.width(),
        height: canvas.height(),
    }
}

/// A canvas painted at once with statistics that are given.
fn painted_with(
    brush: &Brush<'_>,
    canvas: &Canvas<'_>,
    statistics: Vec<ChannelStatistics>,
) -> Vec<f32> {
    brush.paint_strip(canvas, 0..canvas.height(), &mut Strips::new(statistics))
}

#[test]
fn strips_put_together_are_the_whole() {
    let painter = painter();
    // Both sides need a frame; then as wide as a few rows must be.
    for (width, height, total) in [(700, 431, 7), (3001, 257, 7)] {
        let picture = drawing(width, height);
        let canvas = Canvas::new(Cow::Borrowed(&picture));
        let style = painter.named_style("cel").unwrap();
        let brush = brush(&painter, &style);
        let full = painted_with(&brush, &canvas, brush.statistics(&canvas));
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
        let strips = painter
            .paint(&picture, &style, &options, &mut progress, &stop)
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
    let canvas = Canvas::new(Cow::Borrowed(&picture));
    let style = painter.named_style("oil").unwrap();
    let brush = brush(&painter, &style);
    let statistics = brush.record(&canvas);
    let recorded = painted_with(&brush, &canvas, statistics);
    let own = brush.paint(&canvas, whole(&canvas));
    let apart = recorded.iter().zip(&own).map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f32::max) < 1e-4);
}
