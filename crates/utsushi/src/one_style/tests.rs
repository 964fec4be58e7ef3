use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::{Alpha, DecodeLimits};

use super::*;
use crate::backend::{BackendError, Capabilities, Pixels};
use crate::jobs::StyleSource;
use crate::testing::drawing;
use crate::{
    Mask, Model, PaintOptions, Progress, RegionStyle, Style, StyleCode, StyleError, StyleRegion,
    Watch,
};

/// A test network that inverts colours, checks its input and records the sizes.
#[derive(Debug, Default)]
struct Negative {
    size: [Option<usize>; 2],
    seen: Mutex<Vec<(usize, usize)>>,
}

impl Backend for Negative {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            alignment: 32,
            size: self.size,
            ..Capabilities::default()
        }
    }

    fn forward(&self, pictures: Pixels<'_>, styles: &[Style]) -> Result<Vec<f32>, BackendError> {
        let (width, height) = (pictures.width, pictures.height);
        assert_eq!(pictures.values.len(), styles.len() * width * height * 3);
        self.seen.lock().unwrap().push((width, height));
        Ok(pictures.values.iter().map(|value| -value).collect())
    }
}

/// A painter with a test network that inverts colours, and that network.
fn painter(size: [Option<usize>; 2]) -> (OneStylePainter, Arc<Negative>) {
    let network = Arc::new(Negative {
        size,
        ..Negative::default()
    });
    (OneStylePainter::new(network.clone(), "negative"), network)
}

fn paint(
    painter: &OneStylePainter,
    picture: &Picture,
    options: PaintOptions,
) -> Result<Picture, PaintError> {
    let request = PaintRequest::new(picture, Style::Only).with_options(options);
    painter.paint_one(&request, &mut ())
}

fn negative(picture: &Picture) -> Vec<u8> {
    picture.rgb().iter().map(|byte| 255 - byte).collect()
}

#[test]
fn pictures_of_any_size_come_back_without_seams() {
    let tile = 256;
    for (width, height) in [(64, 96), (17, 300), (100, 700), (700, 650)] {
        let (painter, network) = painter([None; 2]);
        let picture = drawing(width, height);
        let options = PaintOptions {
            tile,
            ..PaintOptions::default()
        };
        let painted = paint(&painter, &picture, options).unwrap();
        assert_eq!(painted.rgb(), negative(&picture), "{width}×{height}");
        for &(width, height) in network.seen.lock().unwrap().iter() {
            assert!(width.is_multiple_of(32) && height.is_multiple_of(32));
            assert!(width * height <= 256 * 256);
        }
    }
}

#[test]
fn a_network_of_one_size_is_given_no_other() {
    for (width, height) in [(20, 30), (96, 64), (97, 300), (500, 40)] {
        let (painter, network) = painter([Some(96), Some(64)]);
        let picture = drawing(width, height);
        let painted = paint(&painter, &picture, PaintOptions::default()).unwrap();
        assert_eq!(painted.rgb(), negative(&picture), "{width}×{height}");
        let seen = network.seen.lock().unwrap();
        assert!(seen.iter().all(|&size| size == (96, 64)), "{seen:?}");
    }
}

#[test]
fn alpha_stays_and_strength_mixes_colours() {
    let alpha = Alpha::Eight((0..40 * 30).map(|i| (i % 256) as u8).collect());
    let picture = drawing(40, 30).with_alpha(alpha).unwrap();
    let (painter, _) = painter([None; 2]);
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
    // Beyond 1, what the painting has changed is changed by as much more: the network inverts.
    let beyond = paint(&painter, &opaque, with(1.25)).unwrap();
    let pairs = opaque.rgb().iter().zip(beyond.rgb());
    for (&old, &new) in pairs {
        let expected = f32::from(old) + 1.25 * (255.0 - 2.0 * f32::from(old));
        let expected = expected.clamp(0.0, 255.0);
        assert!((f32::from(new) - expected).abs() <= 1.0, "{old}: {new}");
    }
    assert!(paint(&painter, &opaque, with(2.5)).is_err());
}

#[test]
fn a_network_of_one_style_keeps_parts_as_they_are() {
    let picture = drawing(40, 30);
    let (painter, _) = painter([None; 2]);
    let colour = |column| if column < 20 { 255 } else { 0 };
    let rgb = (0..30).flat_map(|_| (0..40).flat_map(|column| [colour(column); 3]));
    let mask = Mask::new(Picture::new(40, 30, rgb.collect()).unwrap(), Some(0.0));
    let region = |style| {
        let mask = mask.clone();
        [StyleRegion { mask, style }]
    };
    for strength in [0.5, 1.0] {
        let options = PaintOptions {
            strength,
            ..PaintOptions::default()
        };
        let plain = paint(&painter, &picture, options).unwrap();
        let kept = region(RegionStyle::Keep);
        let request = PaintRequest::new(&picture, Style::Only)
            .with_regions(&kept)
            .with_options(options);
        let painted = painter.paint_one(&request, &mut ()).unwrap();
        for (index, colour) in painted.rgb().as_chunks::<3>().0.iter().enumerate() {
            let expected = if index % 40 < 20 { &picture } else { &plain };
            assert_eq!(colour, &expected.rgb().as_chunks::<3>().0[index]);
        }
    }
    let coded = region(StyleCode::new(vec![1.0]).unwrap().into());
    let request = PaintRequest::new(&picture, Style::Only).with_regions(&coded);
    let painted = painter.paint_one(&request, &mut ());
    assert_eq!(painted, Err(StyleError::OneStyle.into()));
}

#[test]
fn one_style_is_all_there_is() {
    let (painter, _) = painter([None; 2]);
    let limits = DecodeLimits::default();
    let model = Model::from(painter.clone());
    assert_eq!(
        model.style(&StyleSource::Only, &limits).unwrap(),
        Style::Only
    );
    let named = StyleSource::Named("oil".to_owned());
    let error = model.style(&named, &limits).unwrap_err().to_string();
    assert!(error.contains("one style"), "{error}");
    let code = StyleCode::new(vec![1.0]).unwrap();
    let picture = drawing(32, 32);
    let painted = painter.paint_one(&PaintRequest::new(&picture, code), &mut ());
    assert_eq!(painted, Err(StyleError::OneStyle.into()));
    let steered = Model::from(crate::testing::painter());
    assert!(steered.style(&StyleSource::Only, &limits).is_err());
}

#[test]
fn a_network_that_fails_or_gives_nonsense_is_told_of() {
    #[derive(Debug)]
    struct Broken(Result<Vec<f32>, BackendError>);
    impl Backend for Broken {
        fn capabilities(&self) -> Capabilities {
            Capabilities::default()
        }
        fn forward(&self, _: Pixels<'_>, _: &[Style]) -> Result<Vec<f32>, BackendError> {
            self.0.clone()
        }
    }
    let error = |outcome| {
        let painter = OneStylePainter::new(Arc::new(Broken(outcome)), "broken");
        paint(&painter, &drawing(20, 20), PaintOptions::default()).unwrap_err()
    };
    let failed = error(Err(BackendError::new("no operator Foo"))).to_string();
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
    let (painter, _) = painter([None; 2]);
    let options = PaintOptions {
        tile: 256,
        ..PaintOptions::default()
    };
    let stop = AtomicBool::new(false);
    let mut heard = Vec::new();
    let progress = |progress: Progress| {
        heard.push(progress.done);
        stop.store(progress.done == 2, Ordering::Relaxed);
    };
    let picture = drawing(700, 700);
    let request = PaintRequest::new(&picture, Style::Only).with_options(options);
    let painted = painter.paint_one(&request, &mut Watch::new(&stop, progress));
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
    let with = |strength| PaintOptions {
        strength,
        tile: 256,
        octaves: None,
        keep_colours: false,
        networks_alone: false,
    };
    for size in [[None; 2], [Some(64), Some(64)], [Some(32), Some(32)]] {
        let (painter, _) = painter(size);
        for strengths in [[1.0, 1.5, 0.3], [0.0, 1.0, 2.1]] {
            let request = |index: usize| {
                let request = PaintRequest::new(&pictures[index], Style::Only);
                request.with_options(with(strengths[index]))
            };
            let together = painter.paint(&[0, 1, 2].map(request), &mut ());
            assert_eq!(together.len(), 3);
            for (index, painted) in together.into_iter().enumerate() {
                let alone = paint(&painter, &pictures[index], with(strengths[index]));
                assert_eq!(painted, alone, "{size:?} {strengths:?}");
            }
        }
    }
    let (painter, network) = painter([None; 2]);
    let only = || PaintRequest::new(&pictures[0], Style::Only);
    let stop = AtomicBool::new(true);
    let stopped = painter.paint(&[only(), only()], &mut &stop);
    assert_eq!(stopped, vec![Err(PaintError::Stopped); 2]);
    assert!(network.seen.lock().unwrap().is_empty());
    assert!(painter.paint(&[only(), only()], &mut ())[1].is_ok());
    assert_eq!(network.seen.lock().unwrap().len(), 1, "in one pass");
    let code = StyleCode::new(vec![1.0]).unwrap();
    let foreign = painter.paint(&[only(), PaintRequest::new(&pictures[0], code)], &mut ());
    assert!(foreign[0].is_ok());
    assert_eq!(foreign[1], Err(StyleError::OneStyle.into()));
}
