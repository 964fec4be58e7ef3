use std::sync::atomic::AtomicBool;

use utsushi_imaging::{Alpha, DeepPicture, Picture};

use super::*;
use crate::backend::{Extent, Steering};
use crate::testing::{drawing, paint, painter, painter_with_surface};
use crate::{Mask, PaintOptions, Painter, RegionStyle, StyleRegion, Watch};

fn with_strength(strength: f32) -> PaintOptions {
    PaintOptions {
        strength,
        ..PaintOptions::default()
    }
}

#[test]
fn each_comes_out_as_it_would_alone() {
    let painter = painter();
    let styles = [1, 2, 3].map(|seed| painter.sampled_style(None, seed).unwrap());
    let hole = Alpha::Eight(
        (0..52 * 40)
            .map(|i| if i % 52 < 20 { 0 } else { 255 })
            .collect(),
    );
    let mut turned = drawing(52, 40);
    turned.rgb_mut().reverse();
    let pictures = [
        drawing(52, 40),
        turned,
        drawing(52, 40).with_alpha(hole).unwrap(),
    ];
    for strengths in [[1.0, 1.0, 1.0], [0.3, 1.0, 0.7], [0.0, 1.6, 2.1]] {
        let request = |index: usize| {
            let request = PaintRequest::new(&pictures[index], &styles[index]);
            request.with_options(with_strength(strengths[index]))
        };
        let together = painter.paint(&[0, 1, 2].map(request), &mut ());
        assert_eq!(together.len(), 3);
        for (index, painted) in together.into_iter().enumerate() {
            let alone = paint(&painter, &pictures[index], &styles[index], strengths[index]);
            assert_eq!(painted, alone, "{strengths:?}");
        }
    }
}

#[test]
fn sixteen_bits_are_kept_through_painting() {
    let painter = painter();
    let style = painter.named_style("cel").unwrap();
    let eight = drawing(60, 44);
    // Steps between those of bytes, and an alpha of its own.
    let deepened = |index: usize, byte: u8| u16::from(byte) * 257 + (index % 200) as u16;
    let samples = eight.rgb().iter().enumerate();
    let rgb: Vec<u16> = samples
        .map(|(index, &byte)| deepened(index, byte))
        .collect();
    let alpha: Vec<u16> = (0..60 * 44u32).map(|index| 65_535 - index as u16).collect();
    let deep = DeepPicture::new(60, 44, rgb, Some(alpha)).unwrap();
    let paint = |content: &DeepPicture, strength, regions: &[StyleRegion]| {
        let request = PaintRequest::new(content, &style)
            .with_regions(regions)
            .with_options(with_strength(strength));
        paint_one(&painter, &request, &mut ()).unwrap()
    };
    assert_eq!(
        paint(&deep, 0.0, &[]),
        deep,
        "strength 0 gives the very values back"
    );

    let painted = paint(&deep, 1.0, &[]);
    assert_eq!(painted.alpha(), deep.alpha());
    let between = painted.rgb().iter().filter(|&&value| value % 257 != 0);
    assert!(
        between.count() * 2 > painted.rgb().len(),
        "levels between bytes are there"
    );

    // From bytes, the same painting comes out as in bytes.
    let painted = paint(&DeepPicture::from(&eight), 1.0, &[]).to_picture();
    let expected = painter.paint_one(&PaintRequest::new(&eight, &style), &mut ());
    let expected = expected.unwrap();
    let mut pairs = painted.rgb().iter().zip(expected.rgb());
    assert!(pairs.all(|(a, b)| a.abs_diff(*b) <= 1));

    // What a mask keeps is kept to the last bit.
    let mask = Picture::filled(60, 44, [255; 3]);
    let kept = StyleRegion {
        mask: Mask::new(mask, None),
        style: RegionStyle::Keep,
    };
    assert_eq!(paint(&deep, 1.0, &[kept]), deep);
}

/// Tests networks of the usual width, whose sums are cut into parts for several threads.
#[test]
fn wide_networks_paint_the_same_in_company() {
    let config = utsushi_model::ModelConfig {
        styles: 3,
        ..Default::default()
    };
    let device = burn::tensor::Device::flex();
    let mut model = crate::testing::model();
    model.networks = utsushi_model::PainterNetworks::new(&config, 3, &device);
    model.config = config;
    for style in &mut model.styles {
        style.mean = None;
    }
    let painter = Painter::new(model, device).unwrap();
    let style = painter.sampled_style(None, 1).unwrap();
    let content = drawing(200, 136);
    let alone = paint(&painter, &content, &style, 1.0).unwrap();
    let request = || PaintRequest::new(&content, &style);
    for painted in painter.paint(&[request(), request(), request()], &mut ()) {
        assert_eq!(painted.as_ref(), Ok(&alone));
    }
}

#[test]
fn sizes_that_differ_and_a_stop() {
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    let pictures = [drawing(40, 40), drawing(48, 40)];
    let request = |index: usize| PaintRequest::new(&pictures[index], &style);
    let painted = painter.paint(&[0, 1].map(request), &mut ());
    assert_eq!(painted[1].as_ref().unwrap().width(), 48);
    let stop = AtomicBool::new(true);
    let stopped = painter.paint(&[0, 0].map(request), &mut &stop);
    assert_eq!(stopped, vec![Err(PaintError::Stopped); 2]);
    assert!(painter.paint(&[], &mut ()).is_empty());
}

#[test]
fn each_side_of_a_mask_is_the_pure_style() {
    let painter = painter();
    let picture = drawing(48, 40);
    let styles = ["oil", "cel"].map(|name| painter.named_style(name).unwrap());
    let [oil, cel] = styles
        .each_ref()
        .map(|style| paint(&painter, &picture, style, 1.0).unwrap());
    let white_left = (0..40).flat_map(|_| (0..48).flat_map(|c| [if c < 24 { 255 } else { 0 }; 3]));
    let mask = Picture::new(48, 40, white_left.collect()).unwrap();
    let regions = [StyleRegion {
        mask: Mask::new(mask, Some(0.0)),
        style: styles[1].clone().into(),
    }];
    let mut seen = Vec::new();
    let stop = AtomicBool::new(false);
    let request = PaintRequest::new(&picture, &styles[0]).with_regions(&regions);
    let both = painter
        .paint_one(&request, &mut Watch::new(&stop, |p| seen.push(p)))
        .unwrap();
    for (index, colour) in both.rgb().as_chunks::<3>().0.iter().enumerate() {
        let pure = if index % 48 < 24 { &cel } else { &oil };
        assert_eq!(
            colour,
            &pure.rgb().as_chunks::<3>().0[index],
            "pixel {index}"
        );
    }
    assert_ne!(oil, cel);
    assert_eq!(seen.last(), Some(&Progress { done: 2, total: 2 }));
}

/// A test mask whose left columns are white, with a hard edge.
fn left(columns: usize) -> Mask {
    let colour = |column| if column < columns { 255 } else { 0 };
    let rgb = (0..40).flat_map(|_| (0..48).flat_map(|column| [colour(column); 3]));
    Mask::new(Picture::new(48, 40, rgb.collect()).unwrap(), Some(0.0))
}

#[test]
fn what_is_kept_stays_bit_for_bit_between_other_regions() {
    let painter = painter();
    let hole = Alpha::Eight((0..48 * 40).map(|i| (i % 48 * 5) as u8).collect());
    let picture = drawing(48, 40).with_alpha(hole.clone()).unwrap();
    let [oil, cel] = ["oil", "cel"].map(|name| painter.named_style(name).unwrap());
    // From below: cel on the left, kept further to the left, cel again at the border.
    let region = |columns, style| StyleRegion {
        mask: left(columns),
        style,
    };
    let regions = [
        region(36, cel.clone().into()),
        region(24, RegionStyle::Keep),
        region(12, cel.clone().into()),
    ];
    for strength in [0.4, 1.0, 1.7] {
        let options = with_strength(strength);
        let [as_cel, as_oil] = [&cel, &oil].map(|style| {
            let request = PaintRequest::new(&picture, style).with_options(options);
            painter.paint_one(&request, &mut ()).unwrap()
        });
        let mut counts = Vec::new();
        let stop = AtomicBool::new(false);
        let request = PaintRequest::new(&picture, &oil)
            .with_regions(&regions)
            .with_options(options);
        let mut watch = Watch::new(&stop, |progress: Progress| counts.push(progress));
        let painted = painter.paint_one(&request, &mut watch).unwrap();
        assert_eq!(painted.alpha(), Some(&hole));
        for (index, colour) in painted.rgb().as_chunks::<3>().0.iter().enumerate() {
            let expected = match index % 48 {
                0..12 | 24..36 => &as_cel,
                12..24 => &picture,
                _ => &as_oil,
            };
            let expected = &expected.rgb().as_chunks::<3>().0[index];
            assert_eq!(colour, expected, "pixel {index}, strength {strength}");
        }
        // What is kept takes no pass.
        let last = Progress { done: 3, total: 3 };
        assert_eq!(counts.last(), Some(&last));
    }
    let nothing = [region(0, RegionStyle::Keep)];
    let request = PaintRequest::new(&picture, &oil).with_regions(&nothing);
    let plain = PaintRequest::new(&picture, &oil);
    assert_eq!(
        painter.paint_one(&request, &mut ()),
        painter.paint_one(&plain, &mut ())
    );
}

#[test]
fn a_request_that_fails_takes_no_other_along() {
    let painter = painter();
    let style = painter.named_style("oil").unwrap();
    let picture = drawing(40, 40);
    let good = || PaintRequest::new(&picture, &style);
    let mut counts = Vec::new();
    let stop = AtomicBool::new(false);
    let mut watch = Watch::new(&stop, |progress: Progress| counts.push(progress));
    let requests = [
        good().with_options(with_strength(-1.0)),
        good(),
        good().with_options(with_strength(0.0)),
        PaintRequest::new(&picture, Style::Only),
    ];
    let painted = painter.paint(&requests, &mut watch);
    assert_eq!(painted[0], Err(PaintError::Strength(-1.0)));
    assert_eq!(painted[1], paint(&painter, &picture, &style, 1.0));
    assert_eq!(painted[2].as_ref(), Ok(&picture));
    assert!(matches!(painted[3], Err(PaintError::Style(_))));
    assert_eq!(counts.first(), Some(&Progress { done: 0, total: 2 }));
    assert_eq!(counts.last(), Some(&Progress { done: 2, total: 2 }));
}

#[test]
fn colours_are_kept_at_every_strength_and_what_a_mask_keeps_stays() {
    let painter = painter();
    let content = drawing(48, 40);
    let style = painter.named_style("oil").unwrap();
    let paint = |strength, keep_colours, regions: &[StyleRegion]| {
        let options = PaintOptions {
            keep_colours,
            ..with_strength(strength)
        };
        let request = PaintRequest::new(&content, &style)
            .with_regions(regions)
            .with_options(options);
        painter.paint_one(&request, &mut ()).unwrap()
    };
    assert_eq!(paint(0.0, true, &[]), content);
    let (plain, kept) = (paint(1.0, false, &[]), paint(1.0, true, &[]));
    let surface = painter.surface(&style);
    assert_eq!(kept, in_colours_of(&content, plain, &surface));
    // Half way lies half of it.
    let half = paint(0.5, true, &[]);
    let all = half.rgb().iter().zip(kept.rgb()).zip(content.rgb());
    for ((&half, &kept), &own) in all {
        let middle = (f32::from(kept) + f32::from(own)) / 2.0;
        assert!((f32::from(half) - middle).abs() <= 1.0);
    }
    let region = StyleRegion {
        mask: left(24),
        style: RegionStyle::Keep,
    };
    let parts = paint(1.0, true, &[region]);
    for (index, colour) in parts.rgb().as_chunks::<3>().0.iter().enumerate() {
        let expected = if index % 48 < 24 { &content } else { &kept };
        assert_eq!(colour, &expected.rgb().as_chunks::<3>().0[index]);
    }
}

/// A test painter, all of whose styles have smooth, flat areas and rose skin.
fn flat_painter() -> Painter {
    painter_with_surface(&Surface {
        smoothness: 1.0,
        flat: true,
        skin: Some([0.6, 0.2, 0.1]),
        ..Surface::default()
    })
}

fn portrait() -> Picture {
    let limits = utsushi_imaging::DecodeLimits::default();
    let portrait = utsushi_imaging::decode(crate::faces::SAMPLE_PORTRAIT, &limits).unwrap();
    portrait.picture.without_alpha()
}

#[test]
fn the_networks_alone_are_the_painter_of_a_model_without_surfaces() {
    let alone = PaintOptions {
        networks_alone: true,
        ..PaintOptions::default()
    };
    let (plain, flat, picture) = (painter(), flat_painter(), portrait());
    let style = plain.named_style("cel").unwrap();
    let painted = |painter: &Painter, options| {
        let request = PaintRequest::new(&picture, &style).with_options(options);
        painter.paint_one(&request, &mut ()).unwrap()
    };
    let expected = painted(&plain, PaintOptions::default());
    assert_eq!(painted(&flat, alone), expected);
    assert_ne!(painted(&flat, PaintOptions::default()), expected);
}

#[test]
fn a_face_is_lit_alike_on_all_ways_to_paint() {
    let (painter, picture) = (flat_painter(), portrait());
    let style = painter.named_style("cel").unwrap();
    // That there is a face to be lit.
    let faces = Steering::faces(&painter, &picture);
    let anatomy = Steering::anatomy(&painter, &picture, &faces, Extent::Faces).unwrap();
    assert_eq!(anatomy.faces.len(), 1);
    let surface = painter.surface(&style);
    assert!(LitContent::of(&picture, Some(&anatomy), &surface, None).is_some());
    let whole = paint(&painter, &picture, &style, 1.0).unwrap();
    let content = painter.content_of(&picture, &style, painter.octaves(&picture));
    assert!(painter.paint_content(&content, &style).unwrap() == whole);
    let both = [1, 2].map(|_| PaintRequest::new(&picture, &style));
    for painted in painter.paint(&both, &mut ()) {
        assert_eq!(painted.unwrap(), whole);
    }
}
