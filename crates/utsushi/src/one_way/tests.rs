use std::sync::Mutex;

use utsushi_imaging::Alpha;

use super::*;
use crate::Order;
use crate::testing::drawing;

/// Turns colours around, checks what it is given and notes the sizes.
#[derive(Debug, Default)]
struct Negative {
    size: [Option<usize>; 2],
    seen: Mutex<Vec<(usize, usize)>>,
}

impl Network for Negative {
    fn alignment(&self) -> usize {
        32
    }

    fn size(&self) -> [Option<usize>; 2] {
        self.size
    }

    fn stylize(&self, pixels: &[f32], width: usize, height: usize) -> Result<Vec<f32>, String> {
        assert_eq!(pixels.len(), width * height * 3);
        self.seen.lock().unwrap().push((width, height));
        Ok(pixels.iter().map(|value| -value).collect())
    }
}

fn paint<N: Network>(
    painter: &OneWayPainter<N>,
    picture: &Picture,
    options: PaintOptions,
) -> Result<Picture, PaintError> {
    painter.paint(picture, &options, &mut |_| {}, &AtomicBool::new(false))
}

fn negative(picture: &Picture) -> Vec<u8> {
    picture.rgb().iter().map(|byte| 255 - byte).collect()
}

#[test]
fn pictures_of_any_size_come_back_without_seams() {
    let tile = 256;
    for (width, height) in [(64, 96), (17, 300), (100, 700), (700, 650)] {
        let painter = OneWayPainter::new(Negative::default());
        let picture = drawing(width, height);
        let options = PaintOptions {
            tile,
            ..PaintOptions::default()
        };
        let painted = paint(&painter, &picture, options).unwrap();
        assert_eq!(painted.rgb(), negative(&picture), "{width}×{height}");
        for &(width, height) in painter.network.seen.lock().unwrap().iter() {
            assert!(width.is_multiple_of(32) && height.is_multiple_of(32));
            assert!(width * height <= 256 * 256);
        }
    }
}

#[test]
fn a_network_of_one_size_is_given_no_other() {
    for (width, height) in [(20, 30), (96, 64), (97, 300), (500, 40)] {
        let painter = OneWayPainter::new(Negative {
            size: [Some(96), Some(64)],
            ..Negative::default()
        });
        let picture = drawing(width, height);
        let painted = paint(&painter, &picture, PaintOptions::default()).unwrap();
        assert_eq!(painted.rgb(), negative(&picture), "{width}×{height}");
        let seen = painter.network.seen.lock().unwrap();
        assert!(seen.iter().all(|&size| size == (96, 64)), "{seen:?}");
    }
}

#[test]
fn alpha_stays_and_strength_mixes_colours() {
    let alpha = Alpha::Eight((0..40 * 30).map(|i| (i % 256) as u8).collect());
    let picture = drawing(40, 30).with_alpha(alpha).unwrap();
    let painter = OneWayPainter::new(Negative::default());
    let with = |strength| PaintOptions {
        strength,
        ..PaintOptions::default()
    };
    let painted = paint(&painter, &picture, with(1.0)).unwrap();
    assert_eq!(painted.alpha(), picture.alpha());
    assert_eq!(paint(&painter, &picture, with(0.0)).unwrap(), picture);
    let opaque = picture.clone().without_alpha();
    let half = paint(&painter, &opaque, with(0.5)).unwrap();
    assert!(half.rgb().iter().all(|&byte| (127..=128).contains(&byte)));
    assert!(paint(&painter, &opaque, with(1.5)).is_err());
}

#[test]
fn one_style_is_all_there_is() {
    let painter = OneWayPainter::new(Negative::default());
    let limits = DecodeLimits::default();
    assert!(painter.style(&StyleSource::Only, &limits).is_ok());
    let named = StyleSource::Named("oil".to_owned());
    let error = painter.style(&named, &limits).unwrap_err().to_string();
    assert!(error.contains("one style"), "{error}");
    let code = StyleCode::new(vec![1.0]).unwrap();
    let (options, stop) = (PaintOptions::default(), AtomicBool::new(false));
    let picture = drawing(32, 32);
    let painted = painter.paint_regions(&picture, &code, &[], &options, &mut |_| {}, &stop);
    assert_eq!(painted, Err(StyleError::OneStyle.into()));
    let house = crate::testing::painter();
    assert!(Stylizer::style(&house, &StyleSource::Only, &limits).is_err());
}

#[test]
fn a_network_that_fails_or_gives_nonsense_is_told_of() {
    #[derive(Debug)]
    struct Broken(Result<Vec<f32>, String>);
    impl Network for Broken {
        fn alignment(&self) -> usize {
            1
        }
        fn size(&self) -> [Option<usize>; 2] {
            [None; 2]
        }
        fn stylize(&self, _: &[f32], _: usize, _: usize) -> Result<Vec<f32>, String> {
            self.0.clone()
        }
    }
    let error = |outcome| {
        let painter = OneWayPainter::new(Broken(outcome));
        paint(&painter, &drawing(20, 20), PaintOptions::default()).unwrap_err()
    };
    let failed = error(Err("no operator Foo".to_owned())).to_string();
    assert!(
        failed.contains("20×20") && failed.contains("no operator Foo"),
        "{failed}"
    );
    assert!(error(Ok(vec![0.0; 7])).to_string().contains("7 values"));
    let nan = error(Ok(vec![f32::NAN; 20 * 20 * 3]));
    assert_eq!(nan, PaintError::NotANumber { row: 0, column: 0 });
}

#[test]
fn a_stop_is_heeded_between_tiles() {
    let painter = OneWayPainter::new(Negative::default());
    let options = PaintOptions {
        tile: 256,
        ..PaintOptions::default()
    };
    let stop = AtomicBool::new(false);
    let mut heard = Vec::new();
    let mut progress = |progress: Progress| {
        heard.push(progress.done);
        stop.store(progress.done == 2, Ordering::Relaxed);
    };
    let painted = painter.paint(&drawing(700, 700), &options, &mut progress, &stop);
    assert_eq!(painted, Err(PaintError::Stopped));
    assert_eq!(heard, [0, 1, 2]);
}

#[test]
fn each_comes_out_of_company_as_it_would_alone() {
    let alpha = Alpha::Eight((0..60 * 44).map(|i| (i % 256) as u8).collect());
    let mut turned = drawing(60, 44);
    turned.rgb_mut().reverse();
    let pictures = [
        drawing(60, 44),
        turned,
        drawing(60, 44).with_alpha(alpha).unwrap(),
    ];
    let only = StyleCode::new(Vec::new()).unwrap();
    let other = StyleCode::new(vec![1.0]).unwrap();
    for size in [[None; 2], [Some(64), Some(64)], [Some(32), Some(32)]] {
        let painter = OneWayPainter::new(Negative {
            size,
            ..Negative::default()
        });
        for strengths in [[1.0, 1.0, 0.3], [0.0, 1.0, 2.0]] {
            let order = |index: usize| Order {
                content: &pictures[index],
                style: &only,
                strength: strengths[index],
                octaves: None,
            };
            let orders = [0, 1, 2].map(order);
            let together = painter.paint_together(&orders, 256, &AtomicBool::new(false));
            assert_eq!(together.len(), 3);
            for (order, painted) in orders.iter().zip(together) {
                let options = PaintOptions {
                    strength: order.strength,
                    tile: 256,
                    octaves: None,
                };
                let alone = paint(&painter, order.content, options);
                assert_eq!(painted, alone, "{size:?} {strengths:?}");
            }
        }
    }
    let painter = OneWayPainter::new(Negative::default());
    let order = |style| Order {
        content: &pictures[0],
        style,
        strength: 1.0,
        octaves: None,
    };
    let stopped = painter.paint_together(&[order(&only); 2], 256, &AtomicBool::new(true));
    assert_eq!(stopped, vec![Err(PaintError::Stopped); 2]);
    let foreign =
        painter.paint_together(&[order(&only), order(&other)], 256, &AtomicBool::new(false));
    assert!(foreign[0].is_ok());
    assert_eq!(foreign[1], Err(StyleError::OneStyle.into()));
}
