use utsushi_anatomy::PartsMap;

use super::*;

const SIDE: u32 = 100;

/// A test drawing of a head with an eye: a black circle, with or without a gap of two pixels. The
/// map of parts has hair in a part of the circle alone, and beyond its line.
fn head(has_gap: bool) -> (Picture, Anatomy) {
    let (mut rgb, mut parts) = (Vec::new(), Vec::new());
    for at in 0..SIDE * SIDE {
        let (x, y) = (at % SIDE, at / SIDE);
        let distance = (x as f32 - 50.0).hypot(y as f32 - 50.0);
        let gap = has_gap && x > 60 && (49..51).contains(&y);
        let is_line = (distance - 30.0).abs() < 1.5 && !gap;
        rgb.extend(if is_line { [0; 3] } else { [255; 3] });
        let part = match (x, y) {
            (46..55, 60..66) => Part::Eyes,
            (_, ..50) if distance < 33.0 => Part::Hair,
            (_, 50..75) if distance < 26.0 => Part::Hair,
            _ => Part::Background,
        };
        parts.push(part.index() as u8);
    }
    let anatomy = Anatomy {
        parts: PartsMap::new(SIDE, SIDE, parts).unwrap(),
        faces: Vec::new(),
    };
    (Picture::new(SIDE, SIDE, rgb).unwrap(), anatomy)
}

fn colours() -> PartColours {
    PartColours::even(&[
        (Part::Hair, [-0.2, 0.3, -0.1]),
        (Part::Eyes, [-0.4, -0.2, 0.5]),
        (Part::Background, [0.6, -0.1, 0.2]),
    ])
}

fn at(picture: &Picture, x: u32, y: u32) -> [u8; 3] {
    let at = ((y * picture.width() + x) * 3) as usize;
    [0, 1, 2].map(|channel| picture.rgb()[at + channel])
}

fn painted(tone: Tone) -> [u8; 3] {
    colour(tone).map(|it| ((it + 1.0) / 2.0 * 255.0).round() as u8)
}

#[test]
fn areas_between_lines_take_one_colour_and_lines_stay() {
    let (drawing, anatomy) = head(true);
    let coloured = colour_lines(&drawing, &anatomy, &colours()).unwrap();
    let [hair, ground] = [[-0.2, 0.3, -0.1], [0.6, -0.1, 0.2]].map(painted);
    // Within the line all is hair, also where the map says ground; outside of it all is ground,
    // also where the map says hair, and though the line has a gap.
    for (x, y) in [(50, 25), (50, 77), (24, 50), (74, 60)] {
        assert_eq!(at(&coloured, x, y), hair, "at {x}, {y}");
    }
    for (x, y) in [(50, 17), (5, 5), (95, 50)] {
        assert_eq!(at(&coloured, x, y), ground, "at {x}, {y}");
    }
    assert_eq!(at(&coloured, 20, 50), [0; 3]);
    // An iris in its colour, and white beside it.
    assert_eq!(at(&coloured, 50, 62), painted([-0.4, -0.2, 0.5]));
    assert_eq!(at(&coloured, 46, 60), painted(WHITE));
}

#[test]
fn parts_that_the_painting_does_not_show_and_transparent_paper_stay_white() {
    let (drawing, anatomy) = head(true);
    let hair = PartColours::even(&[(Part::Hair, [-0.2, 0.3, -0.1])]);
    // Black lines with nothing between them.
    let lines = drawing.rgb().chunks_exact(3).map(|pixel| 255 - pixel[0]);
    let alpha = utsushi_imaging::Alpha::Eight(lines.collect());
    let black = Picture::filled(SIDE, SIDE, [0; 3]);
    let drawing = black.with_alpha(alpha).unwrap();
    let coloured = colour_lines(&drawing, &anatomy, &hair).unwrap();
    assert_eq!(at(&coloured, 5, 50), [255; 3]);
    assert_eq!(at(&coloured, 50, 25), painted([-0.2, 0.3, -0.1]));
    assert!(coloured.alpha().is_none());
}

#[test]
fn large_drawings_are_coloured_as_small_ones() {
    let (drawing, anatomy) = head(false);
    let side = SIDE * 12;
    let large = resize_with(&drawing, side, side, Filter::Box);
    let parts =
        (0..side * side).map(|at| anatomy.parts.at(at % side / 12, at / side / 12).index() as u8);
    let of_large = Anatomy {
        parts: PartsMap::new(side, side, parts.collect()).unwrap(),
        faces: Vec::new(),
    };
    let large = colour_lines(&large, &of_large, &colours()).unwrap();
    assert_eq!(at(&large, 50 * 12, 25 * 12), painted([-0.2, 0.3, -0.1]));
    assert_eq!(at(&large, 60, 60), painted([0.6, -0.1, 0.2]));
}

#[test]
fn what_is_no_drawing_on_light_paper_is_refused() {
    let (drawing, anatomy) = head(true);
    let inverse = drawing.rgb().iter().map(|byte| 255 - byte).collect();
    let inverse = Picture::new(SIDE, SIDE, inverse).unwrap();
    let gradient = (0..SIDE * SIDE).flat_map(|at| [(at % SIDE * 2) as u8; 3]);
    let gradient = Picture::new(SIDE, SIDE, gradient.collect()).unwrap();
    for picture in [inverse, gradient, Picture::filled(SIDE, SIDE, [90; 3])] {
        let refused = colour_lines(&picture, &anatomy, &colours()).unwrap_err();
        assert_eq!(refused, LinesError::NoDrawing);
    }
    // Painted in colours, on white.
    let reddish = drawing.rgb().as_chunks::<3>().0.iter().enumerate();
    let reddish = reddish.flat_map(|(at, pixel)| match at as u32 / SIDE {
        30..50 => [pixel[0], pixel[1] / 2, pixel[2] / 2],
        _ => *pixel,
    });
    let reddish = Picture::new(SIDE, SIDE, reddish.collect()).unwrap();
    let refused = colour_lines(&reddish, &anatomy, &colours()).unwrap_err();
    assert_eq!(refused, LinesError::NoDrawing);
    let sepia = drawing.rgb().iter().zip([240, 225, 190].iter().cycle());
    let sepia = sepia.map(|(byte, paper)| (u32::from(*byte) * paper / 255) as u8);
    let sepia = Picture::new(SIDE, SIDE, sepia.collect()).unwrap();
    assert!(colour_lines(&sepia, &anatomy, &colours()).is_ok());
}

/// A test drawing of a head of hair in which the map of parts takes two areas between lines, a
/// small and a large one, for ground.
fn with_holes() -> (Picture, Anatomy) {
    const SIDE: u32 = 240;
    let (mut rgb, mut parts) = (Vec::new(), Vec::new());
    for at in 0..SIDE * SIDE {
        let (x, y) = (at % SIDE, at / SIDE);
        let from =
            |middle: (u32, u32)| (x as f32 - middle.0 as f32).hypot(y as f32 - middle.1 as f32);
        let is_ring = |middle, radius: f32| (from(middle) - radius).abs() < 1.5;
        let is_line =
            is_ring((120, 120), 100.0) || is_ring((120, 60), 7.0) || is_ring((120, 170), 30.0);
        rgb.extend(if is_line { [0; 3] } else { [255; 3] });
        let ground = from((120, 120)) > 99.0 || from((120, 60)) < 8.0 || from((120, 170)) < 31.0;
        let part = [Part::Hair, Part::Background][usize::from(ground)];
        parts.push(part.index() as u8);
    }
    let anatomy = Anatomy {
        parts: PartsMap::new(SIDE, SIDE, parts).unwrap(),
        faces: Vec::new(),
    };
    (Picture::new(SIDE, SIDE, rgb).unwrap(), anatomy)
}

#[test]
fn small_pieces_of_ground_within_the_figure_are_what_is_around_them() {
    let (drawing, anatomy) = with_holes();
    // Whether the ground has a colour or stays paper.
    let hair = (Part::Hair, [-0.2, 0.3, -0.1]);
    for colours in [colours(), PartColours::even(&[hair])] {
        let coloured = colour_lines(&drawing, &anatomy, &colours).unwrap();
        let ground = colours.of_part(Part::Background);
        let ground = ground.map_or([255; 3], |tones| painted(tones[0]));
        for (x, y) in [(120, 60), (120, 35)] {
            assert_eq!(at(&coloured, x, y), painted(hair.1), "at {x}, {y}");
        }
        // What is seen through a ring of hair, and all around.
        for (x, y) in [(120, 170), (5, 5)] {
            assert_eq!(at(&coloured, x, y), ground, "at {x}, {y}");
        }
    }
}

#[test]
fn a_hole_lies_within_the_figure_and_on_no_eye() {
    const SIDE: usize = 40;
    let ground = |part| part == Part::Background;
    // A pixel of ground in hair, of the same area, with pixels of eyes on so many sides.
    let filled = |hole: usize, eyes: usize| {
        let mut parts = vec![Part::Hair; SIDE * SIDE];
        parts[hole] = Part::Background;
        for at in beside(hole, [SIDE; 2]).into_iter().flatten().take(eyes) {
            parts[at] = Part::Eyes;
        }
        let mut areas: Vec<_> = parts.iter().map(|&part| (0, area_part(part))).collect();
        holes::fill(&mut areas, &parts, [SIDE; 2], ground);
        areas[hole].1
    };
    let middle = SIDE * SIDE / 2 + SIDE / 2;
    assert_eq!(filled(middle, 0), Part::Hair);
    assert_eq!(filled(middle, 1), Part::Hair);
    assert_eq!(filled(middle, 2), Part::Background);
    // In a corner it is open on two sides.
    assert_eq!(filled(0, 0), Part::Background);
}

#[test]
fn drawings_without_a_figure_are_refused() {
    let (drawing, _) = head(true);
    let empty = |width: u32, height: u32| Anatomy {
        parts: PartsMap::new(width, height, vec![0; (width * height) as usize]).unwrap(),
        faces: Vec::new(),
    };
    let refused = |anatomy: &Anatomy| colour_lines(&drawing, anatomy, &colours()).unwrap_err();
    assert_eq!(refused(&empty(SIDE, SIDE)), LinesError::NoFigure);
    assert_eq!(refused(&empty(SIDE, 2)), LinesError::Size);
    // A pixel of hair alone.
    let pixel = Picture::filled(1, 1, [255; 3]);
    let hair = Anatomy {
        parts: PartsMap::new(1, 1, vec![1]).unwrap(),
        faces: Vec::new(),
    };
    assert!(colour_lines(&pixel, &hair, &colours()).is_ok());
}
