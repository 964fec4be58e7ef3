//! Pictures at other sizes.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

use utsushi_imaging::{Alpha, Filter, Picture, fit_within, resize, resize_with};

const FILTERS: [Filter; 4] = [
    Filter::Box,
    Filter::Bilinear,
    Filter::CatmullRom,
    Filter::Lanczos3,
];

#[test]
fn an_even_colour_stays_even_at_every_size() {
    let picture = Picture::filled(37, 23, [9, 130, 250]);
    for filter in FILTERS {
        for (width, height) in [(1, 1), (5, 90), (74, 46), (0, 7), (37, 23)] {
            let resized = resize_with(&picture, width, height, filter);
            assert_eq!(
                resized,
                Picture::filled(width, height, [9, 130, 250]),
                "{filter:?}"
            );
        }
    }
}

#[test]
fn shrinking_averages_all_pixels() {
    // A checkerboard of single pixels: any filter that skips pixels shows black, white or moiré.
    let rgb = (0..64 * 64).flat_map(|i| [if (i % 64 + i / 64) % 2 == 0 { 0 } else { 255 }; 3]);
    let board = Picture::new(64, 64, rgb.collect()).unwrap();
    for filter in FILTERS {
        let small = resize_with(&board, 8, 8, filter);
        assert!(
            small.rgb().iter().all(|&byte| byte.abs_diff(128) <= 12),
            "{filter:?}"
        );
    }
    // Four pixels to one: the plain mean, rounded.
    let four = Picture::new(2, 2, vec![0, 0, 0, 10, 20, 30, 20, 40, 60, 30, 60, 90]).unwrap();
    assert_eq!(resize_with(&four, 1, 1, Filter::Box).rgb(), [15, 30, 45]);
}

#[test]
fn growing_keeps_the_middle_where_it_was() {
    let rgb = vec![0, 0, 0, 255, 255, 255];
    let edge = resize_with(&Picture::new(2, 1, rgb).unwrap(), 8, 1, Filter::Bilinear);
    let red: Vec<u8> = edge.rgb().iter().step_by(3).copied().collect();
    assert_eq!((red[0], red[7]), (0, 255));
    assert!(red.is_sorted());
    assert!(
        (0..4).all(|i| red[i].abs_diff(255 - red[7 - i]) <= 1),
        "{red:?}"
    );
}

#[test]
fn hidden_colours_do_not_bleed() {
    // Left half red and opaque, right half green and transparent.
    let rgb = (0..32)
        .flat_map(|i| if i % 8 < 4 { [200, 0, 0] } else { [0, 255, 0] })
        .collect();
    let alpha: Vec<u8> = (0..32).map(|i| if i % 8 < 4 { 255 } else { 0 }).collect();
    let picture = Picture::new(8, 4, rgb)
        .unwrap()
        .with_alpha(Alpha::Eight(alpha))
        .unwrap();
    for (width, height) in [(3, 2), (31, 17)] {
        let resized = resize(&picture, width, height);
        let alpha = resized.alpha().unwrap().to_eight();
        assert_eq!((alpha[0], alpha[width as usize - 1]), (255, 0));
        for (colour, alpha) in resized.rgb().chunks_exact(3).zip(alpha) {
            match alpha {
                0 => assert!(colour[1] > 0, "what was hidden stays there: {colour:?}"),
                1..16 => {}
                _ => assert!(colour[0] >= 198 && colour[1] == 0, "{colour:?} at {alpha}"),
            }
        }
    }
}

#[test]
fn alpha_keeps_its_depth() {
    let picture = Picture::filled(4, 4, [50; 3]);
    let ramp = (0..16).map(|i| i * 4000).collect();
    let deep = picture.clone().with_alpha(Alpha::Sixteen(ramp)).unwrap();
    let Some(Alpha::Sixteen(values)) = resize(&deep, 2, 2).alpha().cloned() else {
        panic!("the depth is lost");
    };
    assert!(
        values.is_sorted() && values[0] < 15_000 && values[3] > 45_000,
        "{values:?}"
    );
    let opaque = picture
        .with_alpha(Alpha::Sixteen(vec![u16::MAX; 16]))
        .unwrap();
    assert_eq!(
        resize(&opaque, 9, 2).alpha(),
        Some(&Alpha::Sixteen(vec![u16::MAX; 18]))
    );
}

#[test]
fn fitting_keeps_the_aspect() {
    assert_eq!(fit_within((200, 100), 50, 50), (50, 25));
    assert_eq!(fit_within((100, 200), 50, 50), (25, 50));
    assert_eq!(fit_within((10, 10), 64, 32), (32, 32));
    assert_eq!(fit_within((10_000, 1), 64, 64), (64, 1));
    assert_eq!(fit_within((0, 5), 0, 0), (1, 1));
}
