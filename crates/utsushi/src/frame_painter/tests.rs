use std::sync::atomic::AtomicBool;

use super::*;
use crate::Mask;
use crate::testing::{drawing, painter};

/// A test film: noise of a few levels, and a square that moves.
fn film() -> Vec<Picture> {
    let frame = |time: usize| {
        let mut picture = drawing(48, 40);
        for (index, byte) in picture.rgb_mut().iter_mut().enumerate() {
            *byte = byte.saturating_add(((index * 7 + time * 13) % 5) as u8);
        }
        for row in 10..20 {
            let start = (row * 48 + 5 + time * 4) * 3;
            picture.rgb_mut()[start..start + 30].fill(255);
        }
        picture
    };
    (0..6).map(frame).collect()
}

#[test]
fn steadiness_takes_flicker_away_and_lets_what_moves_move() {
    let painter = painter();
    let model = Model::from(painter.clone());
    let code = painter.named_style("oil").unwrap();
    let style = Style::from(&code);
    let options = PaintOptions::default();
    let run = |steady: f32| {
        let mut painter_of_frames =
            FramePainter::new(&model, &style, &[], &options, steady).unwrap();
        let frames: Vec<_> = film()
            .iter()
            .map(|f| painter_of_frames.paint(f, &()).unwrap())
            .collect();
        (frames, painter_of_frames.change())
    };
    let (alone, loose) = run(0.0);
    let (held, firm) = run(0.9);
    assert_eq!(loose.frames, 6);
    assert_eq!(loose.input, firm.input);
    assert!(firm.output < 0.8 * loose.output, "{firm:?} {loose:?}");
    let each = crate::testing::paint(&painter, &film()[3], &code, 1.0).unwrap();
    assert_eq!(
        alone[3], each,
        "without steadiness a frame is painted as a picture is"
    );
    // Inside of the square, where it has just arrived.
    let at = |picture: &Picture| picture.rgb()[(15 * 48 + 5 + 5 * 4 + 8) * 3];
    assert!(at(&held[5]).abs_diff(at(&alone[5])) <= 2);
    assert!(FramePainter::new(&model, &style, &[], &options, 1.5).is_err());
}

#[test]
fn a_later_painter_goes_on_as_if_there_had_been_no_stop() {
    let painter = painter();
    let model = Model::from(painter.clone());
    let code = painter.named_style("oil").unwrap();
    let style = Style::from(&code);
    let options = PaintOptions {
        strength: 0.7,
        ..PaintOptions::default()
    };
    let fresh = || FramePainter::new(&model, &style, &[], &options, 0.8).unwrap();
    let frames = film();
    let mut whole = fresh();
    let expected: Vec<_> = frames
        .iter()
        .map(|f| whole.paint(f, &()).unwrap())
        .collect();
    let mut first = fresh();
    for (frame, expected) in frames[..3].iter().zip(&expected) {
        assert_eq!(first.paint(frame, &()).unwrap(), *expected);
    }
    let bytes = first.state().to_bytes();
    let mut second = fresh();
    second.go_on(FramePainterState::from_bytes(&bytes).unwrap());
    for (frame, expected) in frames[3..].iter().zip(&expected[3..]) {
        assert_eq!(second.paint(frame, &()).unwrap(), *expected);
    }
    assert_eq!(second.change(), whole.change());
    for length in (0..bytes.len()).step_by(997) {
        let cut = FramePainterState::from_bytes(&bytes[..length]);
        assert!(cut.is_none_or(|state| state.last.is_none()));
    }
    let empty = FramePainterState::default();
    assert_eq!(
        FramePainterState::from_bytes(&empty.to_bytes()),
        Some(empty)
    );
}

#[test]
fn one_code_paints_all_frames_and_a_frame_that_stands_still_is_painted_once() {
    let painter = painter();
    let model = Model::from(painter.clone());
    let code = painter.named_style("oil").unwrap();
    let style = Style::from(&code);
    let options = PaintOptions {
        strength: 0.5,
        ..PaintOptions::default()
    };
    let mut painter_of_frames = FramePainter::new(&model, &style, &[], &options, 0.0).unwrap();
    let [first, other] = [drawing(40, 32), Picture::filled(40, 32, [200, 30, 30])];
    let own = painter.style_of(&first).unwrap();
    let expected = |picture| {
        let request = PaintRequest::new(picture, &code).with_own_style(&own);
        let request = request.with_options(options);
        painter.paint_one(&request, &mut ()).unwrap()
    };
    for picture in [&first, &other, &other, &first] {
        assert_eq!(
            painter_of_frames.paint(picture, &()).unwrap(),
            expected(picture)
        );
    }
    // Nothing is painted for the second of two: a stop does not matter.
    let flag = AtomicBool::new(true);
    let stopped = &flag;
    assert!(painter_of_frames.paint(&first, &stopped).is_ok());
    assert_eq!(
        painter_of_frames.paint(&other, &stopped),
        Err(PaintError::Stopped)
    );
}

#[test]
fn what_is_kept_is_not_mixed_with_the_frame_before() {
    let painter = painter();
    let model = Model::from(painter.clone());
    let style = Style::from(&painter.named_style("oil").unwrap());
    let options = PaintOptions::default();
    let half = |white: fn(usize) -> bool| {
        let colour = move |column| if white(column) { 255 } else { 0 };
        let rgb = (0..40).flat_map(|_| (0..48).flat_map(move |c| [colour(c); 3]));
        Mask::new(Picture::new(48, 40, rgb.collect()).unwrap(), Some(0.0))
    };
    let regions = [
        StyleRegion {
            mask: half(|column| column < 24),
            style: RegionStyle::Keep,
        },
        // A style above it takes its left half back.
        StyleRegion {
            mask: half(|column| column < 12),
            style: painter.named_style("cel").unwrap().into(),
        },
    ];
    let mut painter_of_frames = FramePainter::new(&model, &style, &regions, &options, 0.9).unwrap();
    for frame in film() {
        let painted = painter_of_frames.paint(&frame, &()).unwrap();
        let pairs = painted.rgb().as_chunks::<3>().0.iter();
        for (index, (new, old)) in pairs.zip(frame.rgb().as_chunks::<3>().0).enumerate() {
            if (12..24).contains(&(index % 48)) {
                assert_eq!(new, old, "{index}");
            }
        }
        assert_ne!(painted.rgb()[..36], frame.rgb()[..36]);
    }
}
