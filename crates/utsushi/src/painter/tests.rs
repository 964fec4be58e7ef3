use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use utsushi_imaging::{Alpha, DecodeLimits, Picture, decode};

use super::Painter;
use crate::faces::{FaceFinder, SAMPLE_PORTRAIT};
use crate::testing::{diverged, drawing, model, paint, painter, painter_with_surface};
use crate::{
    Framing, PaintError, PaintOptions, PaintRequest, Progress, StyleCode, StyleError, Surface,
    Watch,
};

#[test]
fn any_size_comes_back_at_its_size() {
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    for (width, height) in [
        (1, 1),
        (1, 300),
        (300, 1),
        (7, 5),
        (31, 33),
        (8, 8),
        (2, 3000),
    ] {
        let picture = drawing(width, height);
        let painted = paint(&painter, &picture, &style, 1.0).unwrap();
        assert_eq!((painted.width(), painted.height()), (width, height));
        assert!(painted.alpha().is_none());
    }
}

#[test]
fn an_empty_ground_is_no_part_of_a_style() {
    let painter = painter();
    let figure = Picture::new(64, 64, drawing(64, 64).rgb().to_vec()).unwrap();
    let on_ground = |ground: [u8; 3]| {
        let mut rgb = Vec::new();
        for row in 0..128 {
            for column in 0..128 {
                let inside = (32..96).contains(&column) && (40..104).contains(&row);
                let at = if inside {
                    3 * ((row - 40) * 64 + column - 32)
                } else {
                    0
                };
                let colour = &figure.rgb()[at..at + 3];
                rgb.extend_from_slice(if inside { colour } else { &ground });
            }
        }
        Picture::new(128, 128, rgb).unwrap()
    };
    let style = |picture: &Picture, framing| painter.style_of_framed(picture, framing).unwrap();
    // A tenth of the square that is looked at may be ground; by its 12 levels it is told as such.
    let (white, green) = (on_ground([255; 3]), on_ground([0, 255, 0]));
    let apart = |framing| {
        let (white, green) = (style(&white, framing), style(&green, framing));
        let pairs = white.values().iter().zip(green.values());
        pairs.map(|(a, b)| (a - b).abs()).sum::<f32>()
    };
    let (whole, auto) = (apart(Framing::Whole), apart(Framing::Auto));
    assert!(auto < 0.35 * whole, "{auto} against {whole}");
    // A ground of less than two fifths is part of the painting.
    let small = white.crop(utsushi_imaging::Rectangle {
        left: 30,
        top: 38,
        width: 68,
        height: 68,
    });
    assert_eq!(style(&small, Framing::Auto), style(&small, Framing::Whole));
}

#[test]
fn a_strip_keeps_its_course() {
    // Left half dark, right half bright: a network without training mixes colours, but what
    // differs must go on differing, in whichever direction it reads the picture.
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    let grey = |index: u32| if index < 150 { [20; 3] } else { [230; 3] };
    let rgb: Vec<u8> = (0..300).flat_map(grey).collect();
    for (width, height) in [(300, 1), (1, 300)] {
        let picture = Picture::new(width, height, rgb.clone()).unwrap();
        let painted = paint(&painter, &picture, &style, 1.0).unwrap();
        let pixel = |index: usize| &painted.rgb()[index * 3..index * 3 + 3];
        let apart: u32 = pixel(70)
            .iter()
            .zip(pixel(230))
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .sum();
        assert!(apart > 10, "{:?} {:?}", pixel(70), pixel(230));
    }
}

#[test]
fn alpha_returns_bit_for_bit_and_hidden_colours_count_for_nothing() {
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    let picture = drawing(300, 200);
    let opaque = paint(&painter, &picture, &style, 1.0).unwrap();
    let pixels = 300 * 200;
    let sixteen = Alpha::Sixteen((0..pixels).map(|i| (i * 37 % 65536) as u16).collect());
    let hole = |index: usize| (index % 300) < 120;
    let eight = Alpha::Eight((0..pixels).map(|i| if hole(i) { 0 } else { 255 }).collect());
    for alpha in [sixteen, eight.clone(), Alpha::Eight(vec![255; pixels])] {
        let veiled = picture.clone().with_alpha(alpha.clone()).unwrap();
        for strength in [0.0, 0.5, 1.0] {
            let painted = paint(&painter, &veiled, &style, strength).unwrap();
            assert_eq!(painted.alpha(), Some(&alpha));
        }
        if alpha.is_opaque() {
            let painted = paint(&painter, &veiled, &style, 1.0).unwrap();
            assert_eq!(painted.without_alpha(), opaque);
        }
    }
    let mut other = picture.clone();
    for (index, colour) in other
        .rgb_mut()
        .as_chunks_mut::<3>()
        .0
        .iter_mut()
        .enumerate()
    {
        if hole(index) {
            *colour = [255, 0, 255];
        }
    }
    let [one, two] = [picture, other].map(|picture| picture.with_alpha(eight.clone()).unwrap());
    assert_ne!(one, two);
    for strength in [0.5, 1.0] {
        let painted = paint(&painter, &one, &style, strength).unwrap();
        assert_eq!(painted, paint(&painter, &two, &style, strength).unwrap());
    }
    assert_eq!(
        painter.style_of(&one).unwrap(),
        painter.style_of(&two).unwrap()
    );
}

#[test]
fn strength_goes_from_the_content_to_the_style_and_beyond() {
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    let picture = drawing(64, 48);
    let at = |strength| paint(&painter, &picture, &style, strength).unwrap();
    assert_eq!(at(0.0), picture);
    // The mean difference from the content, in levels.
    let apart = |painted: &Picture| {
        let pairs = picture.rgb().iter().zip(painted.rgb());
        let apart: Vec<f64> = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).collect();
        apart.iter().sum::<f64>() / apart.len() as f64
    };
    let whole = apart(&at(1.0));
    // Nowhere farther than its part of the way, so that nothing shows that is in neither end.
    for strength in [0.01, 0.25, 0.5, 0.75] {
        let (painted, end) = (at(strength), at(1.0));
        let ends = picture.rgb().iter().zip(end.rgb());
        for (&between, (&from, &to)) in painted.rgb().iter().zip(ends) {
            let (from, to) = (f32::from(from), f32::from(to));
            let expected = from + (to - from) * strength;
            assert!((f32::from(between) - expected).abs() <= 0.51);
        }
    }
    let mut last = 0.0;
    for step in 1..=20 {
        let mean = apart(&at(step as f32 / 20.0));
        // What is rounded to a level may stand still.
        assert!(mean >= last - 0.1, "step {step}: {mean} after {last}");
        assert!(
            mean - last < 0.3 * whole,
            "step {step}: {mean} after {last}"
        );
        last = mean;
    }
    // Close to 1 it is nearly the painting, and beyond it the way goes on.
    let near = |a: &Picture, b: &Picture| {
        let pairs = a.rgb().iter().zip(b.rgb());
        pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    };
    assert!(near(&at(0.999), &at(1.0)) <= 2);
    assert!(near(&at(1.001), &at(1.0)) <= 2);
    let own = painter.style_of(&picture).unwrap();
    let beyond = own.towards(&style, 1.5);
    assert_eq!(at(1.5), paint(&painter, &picture, &beyond, 1.0).unwrap());
    assert_ne!(at(1.5), at(1.0));
}

#[test]
fn a_batch_is_its_single_pictures_and_every_run_is_the_same() {
    let painter = painter();
    let style = painter.sampled_style(None, 9).unwrap();
    let pictures = [
        drawing(64, 64),
        drawing(300, 280),
        drawing(64, 64),
        drawing(9, 40),
    ];
    let options = PaintOptions {
        tile: 256,
        ..PaintOptions::default()
    };
    let stop = AtomicBool::new(false);
    let mut last = Progress { done: 0, total: 0 };
    let progress = |progress: Progress| {
        assert!(progress.done >= last.done, "{last:?} {progress:?}");
        last = progress;
    };
    let request = |picture| PaintRequest::new(picture, &style).with_options(options);
    let requests = pictures.each_ref().map(request);
    let batch = painter.paint(&requests, &mut Watch::new(&stop, progress));
    assert_eq!(last, Progress { done: 5, total: 5 });
    for (request, painted) in requests.iter().zip(&batch) {
        assert_eq!(&painter.paint_one(request, &mut ()), painted);
        assert!(painted.is_ok());
    }
}

#[test]
fn threads_may_share_a_painter() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    let painter = painter();
    shared(&painter);
    let style = painter.named_style("oil").unwrap();
    let picture = drawing(48, 48);
    let expected = paint(&painter, &picture, &style, 1.0).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                assert_eq!(paint(&painter, &picture, &style, 1.0).unwrap(), expected);
            });
        }
    });
}

#[test]
fn stopping_and_options_out_of_range() {
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    let picture = drawing(600, 600);
    let options = PaintOptions {
        tile: 256,
        ..PaintOptions::default()
    };
    let stop = AtomicBool::new(false);
    let progress = |progress: Progress| {
        assert!(progress.done <= 2, "stopped after the second strip");
        stop.store(progress.done == 2, Ordering::Relaxed);
    };
    let request = PaintRequest::new(&picture, &style).with_options(options);
    let stopped = painter.paint_one(&request, &mut Watch::new(&stop, progress));
    assert_eq!(stopped, Err(PaintError::Stopped));
    for strength in [-0.1, 2.01, f32::NAN, f32::INFINITY] {
        let error = paint(&painter, &picture, &style, strength).unwrap_err();
        assert!(matches!(error, PaintError::Strength(_)));
    }
    for tile in [0, 8, 248, 257, 4104, u32::MAX] {
        let options = PaintOptions {
            tile,
            ..PaintOptions::default()
        };
        assert_eq!(options.validate(), Err(PaintError::Tile(tile)));
    }
    let foreign = StyleCode::new(vec![0.0; 3]).unwrap();
    let error = paint(&painter, &picture, &foreign, 1.0).unwrap_err();
    let expected = StyleError::Length {
        found: 3,
        expected: 16,
    };
    assert_eq!(error, PaintError::Style(expected));
}

#[test]
fn a_name_is_its_most_typical_code_and_a_number_picks_another() {
    let mut model = crate::testing::model();
    let codes = [[0.25; 16].to_vec(), [0.5; 16].to_vec()];
    model.styles[0].typical = codes
        .clone()
        .map(|code| StyleCode::new(code).unwrap())
        .to_vec();
    let painter = Painter::new(model.clone(), Device::flex()).unwrap();
    let named = |name: &str| painter.named_style(name);
    assert_eq!(named("oil").unwrap().values(), codes[0]);
    assert_eq!(named("oil:1").unwrap().values(), codes[0]);
    assert_eq!(named("oil:2").unwrap().values(), codes[1]);
    let typical = painter.typical_styles("oil").unwrap();
    assert_eq!(typical[1].0, "oil:2");
    assert_eq!(typical.len(), 2);
    for (name, told) in [
        ("oil:3", "`oil:1` to `oil:2`"),
        ("oil:0", "`oil:1` to `oil:2`"),
        ("oil:x", "no `oil:x`"),
        ("cel:1", "leave the number out"),
        ("oli:1", "mean `oil`?"),
    ] {
        let error = named(name).unwrap_err().to_string();
        assert!(error.contains(told), "{name}: {error}");
    }
    // What truncation leads to and mixes turn around is the mean all the same.
    let mean = painter.mean_style(Some("oil")).unwrap();
    assert_eq!(Some(mean.values()), model.styles[0].mean.as_deref());
    model.styles[0]
        .typical
        .push(StyleCode::new(vec![0.0; 4]).unwrap());
    let error = Painter::new(model, Device::flex()).unwrap_err().to_string();
    assert!(error.contains("a code of the style `oil`"), "{error}");
}

#[test]
fn names_seeds_and_references() {
    let painter = painter();
    let oil = painter.named_style("oil").unwrap();
    assert_eq!(Some(oil.values()), painter.styles()[0].mean.as_deref());
    let error = painter.named_style("oli").unwrap_err().to_string();
    assert!(
        error.contains("`oil`, `cel`") && error.contains("mean `oil`?"),
        "{error}"
    );
    assert!(!error.contains("photo"), "{error}");
    let error = painter.named_style("photo").unwrap_err();
    assert!(matches!(error, StyleError::ContentOnly { .. }));

    let sampled = |name, seed| painter.sampled_style(name, seed).unwrap();
    assert_eq!(sampled(None, 4), sampled(None, 4));
    assert_ne!(sampled(None, 4), sampled(None, 5));
    assert_ne!(sampled(Some("oil"), 4), sampled(Some("cel"), 4));
    assert!(painter.sampled_style(Some("photo"), 4).is_err());
    // Without a name, the seed picks one of those that can be painted.
    for seed in 0..20 {
        let any = sampled(None, seed);
        assert!(any == sampled(Some("oil"), seed) || any == sampled(Some("cel"), seed));
    }

    // The size a painting comes in is not its style, what it shows is.
    let small = painter.style_of(&drawing(64, 64)).unwrap();
    assert_eq!(small.values().len(), 16);
    assert_ne!(
        small,
        painter
            .style_of(&Picture::filled(64, 64, [9, 200, 30]))
            .unwrap()
    );
    for (width, height) in [(1, 1), (1, 300), (500, 64), (7, 5)] {
        painter.style_of(&drawing(width, height)).unwrap();
    }
}

#[test]
fn a_diverged_network_is_reported_and_not_painted() {
    let mut model = model();
    model.networks = diverged(model.networks);
    let painter = Painter::new(model, Device::flex()).unwrap();
    let oil = painter.named_style("oil").unwrap();
    let error = paint(&painter, &drawing(40, 40), &oil, 1.0).unwrap_err();
    assert_eq!(error, PaintError::NotANumber { row: 0, column: 0 });
    assert!(matches!(
        painter.style_of(&drawing(40, 40)),
        Err(StyleError::NotFinite { .. })
    ));
    assert!(matches!(
        painter.sampled_style(None, 1),
        Err(StyleError::NotFinite { .. })
    ));
}

/// Tests a painter whose styles all have the same surface: every way of painting must add it.
#[test]
fn a_surface_is_seen_to_in_every_way_of_painting() {
    let picture = drawing(96, 80);
    let style = painter().named_style("cel").unwrap();
    let plain = paint(&painter(), &picture, &style, 1.0).unwrap();
    let smooth = Surface {
        smoothness: 1.0,
        ..Surface::default()
    };
    let smooth = paint(&painter_with_surface(&smooth), &picture, &style, 1.0);
    assert_ne!(smooth.unwrap(), plain, "its content is smoothed");
    let grid = Surface {
        grid: Some(40),
        ..Surface::default()
    };
    let pixels = painter_with_surface(&grid);
    assert_eq!(pixels.surface(&style), grid);
    let flat = painter_with_surface(&Surface {
        smoothness: 0.5,
        flat: true,
        ..Surface::default()
    });
    for painter in [pixels, flat] {
        let alone = paint(&painter, &picture, &style, 1.0).unwrap();
        assert_ne!(alone, plain);
        let content = painter.content_of(&picture, &style, 0);
        assert_eq!(painter.paint_content(&content, &style).unwrap(), alone);
        // Several at once, and half of the strength over the picture itself.
        let request = || PaintRequest::new(&picture, &style);
        for painted in painter.paint(&[request(), request()], &mut ()) {
            assert_eq!(painted.as_ref(), Ok(&alone));
        }
        let half = paint(&painter, &picture, &style, 0.5).unwrap();
        let pairs = picture.rgb().iter().zip(alone.rgb()).zip(half.rgb());
        for ((&own, &painted), &half) in pairs {
            let middle = (f32::from(own) + f32::from(painted)) / 2.0;
            assert!((f32::from(half) - middle).abs() <= 1.0);
        }
    }
}

/// Mean colour, in a picture of 128 px, of the part that is the face of the sample portrait.
fn mean_of_face(picture: &Picture) -> [f32; 3] {
    let face = FaceFinder::builtin(&Device::flex()).unwrap();
    let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).unwrap();
    let face = face.main_face(&portrait.picture).unwrap();
    let [x, y] = face.centre().map(|it| it as u32);
    let reach = (face.size() / 6.0) as u32;
    let mut sum = [0.0f32; 3];
    for row in y - reach..y + reach {
        for column in x - reach..x + reach {
            let at = ((row * picture.width() + column) * 3) as usize;
            for (sum, &byte) in sum.iter_mut().zip(&picture.rgb()[at..]) {
                *sum += f32::from(byte);
            }
        }
    }
    sum.map(|sum| sum / (4 * reach * reach) as f32)
}

#[test]
fn skin_has_its_colour_in_every_way_of_painting() {
    let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).unwrap();
    let portrait = portrait.picture.without_alpha();
    let style = painter().named_style("cel").unwrap();
    let skinned = |skin| {
        painter_with_surface(&Surface {
            skin: Some(skin),
            ..Surface::default()
        })
    };
    let (rose, blue) = (skinned([0.6, 0.1, 0.0]), skinned([-0.6, 0.0, 0.6]));
    let [warm, cold] =
        [&rose, &blue].map(|painter| paint(painter, &portrait, &style, 1.0).unwrap());
    let [of_warm, of_cold] = [&warm, &cold].map(mean_of_face);
    assert!(of_warm[0] > of_warm[2] + 20.0, "{of_warm:?}");
    assert!(of_cold[2] > of_cold[0] + 20.0, "{of_cold:?}");
    // What is no face is painted alike.
    let corner = |picture: &Picture| picture.rgb()[..3].to_vec();
    assert_eq!(corner(&warm), corner(&cold));
    let content = rose.content_of(&portrait, &style, rose.octaves(&portrait));
    assert_eq!(rose.paint_content(&content, &style).unwrap(), warm);
    let request = || PaintRequest::new(&portrait, &style);
    for painted in rose.paint(&[request(), request()], &mut ()) {
        assert_eq!(painted.as_ref(), Ok(&warm));
    }
    // Nothing of the kind where the style says nothing of skin.
    let without = painter_with_surface(&Surface::default());
    let plain = paint(&without, &portrait, &style, 1.0).unwrap();
    assert_ne!(plain, warm);
    // A picture without a face is painted as ever.
    let drawing = drawing(96, 80);
    let painted = paint(&rose, &drawing, &style, 1.0).unwrap();
    assert_eq!(painted, paint(&without, &drawing, &style, 1.0).unwrap());
}
