use utsushi_anatomy::PointFound;
use utsushi_imaging::{Alpha, Picture};

use super::*;

/// Landmarks of a test face of 100 pixels in a picture of 200.
fn face() -> FacePoints {
    let places = [
        (Landmark::LeftEye, [80.0, 90.0]),
        (Landmark::LeftEyeLower, [80.0, 96.0]),
        (Landmark::RightEye, [120.0, 90.0]),
        (Landmark::RightEyeLower, [120.0, 96.0]),
        (Landmark::Nose, [100.0, 110.0]),
        (Landmark::Mouth, [100.0, 125.0]),
        (Landmark::MouthLeft, [88.0, 125.0]),
        (Landmark::MouthRight, [112.0, 125.0]),
        (Landmark::Chin, [100.0, 150.0]),
        (Landmark::JawLeft, [60.0, 125.0]),
        (Landmark::JawRight, [140.0, 125.0]),
    ];
    let mut points = [PointFound::default(); Landmark::COUNT];
    for (landmark, [x, y]) in places {
        points[landmark.index()] = PointFound {
            x,
            y,
            confidence: 0.9,
        };
    }
    FacePoints {
        bounds: [50.0, 50.0, 100.0, 100.0],
        points,
    }
}

fn warp(change: impl FnOnce(&mut FaceShape)) -> Warp {
    let mut shape = FaceShape::default();
    change(&mut shape);
    Warp::of(&face(), &shape).unwrap()
}

/// The place to which a point of the picture moves: the pixel whose source is nearest to it.
fn target(warp: &Warp, place: Point) -> Point {
    let mut best = (f32::MAX, place);
    for y in 0..400 {
        for x in 0..400 {
            let to = [x as f32 / 2.0, y as f32 / 2.0];
            let from = warp.source(to);
            let distance = (from[0] - place[0]).hypot(from[1] - place[1]);
            if distance < best.0 {
                best = (distance, to);
            }
        }
    }
    best.1
}

#[test]
fn eyes_grow_about_their_middle_and_nothing_moves_beyond_the_round() {
    let warp = warp(|shape| shape.eyes = 1.0);
    assert_eq!(warp.source([80.0, 90.0]), [80.0, 90.0]);
    // 1.7 times as large: a pixel beside the middle comes from 1/1.7 of a pixel beside it.
    let beside = warp.source([81.0, 90.0]);
    assert!((beside[0] - 80.0 - 1.0 / 1.7).abs() < 0.01, "{beside:?}");
    for place in [[100.0, 140.0], [80.0, 90.0 + 36.0], [10.0, 10.0]] {
        assert_eq!(warp.source(place), place);
    }
}

#[test]
fn corners_of_a_smile_go_up_and_out_and_an_open_mouth_is_higher() {
    let smile = warp(|shape| shape.smile = 1.0);
    let [left, right] = [
        target(&smile, [88.0, 125.0]),
        target(&smile, [112.0, 125.0]),
    ];
    assert!(left[1] < 121.0 && left[0] < 87.0, "{left:?}");
    assert!(right[1] < 121.0 && right[0] > 113.0, "{right:?}");
    // The middle stays: corners that it went along with would hang.
    let middle = target(&smile, [100.0, 125.0]);
    assert!(
        125.0 - middle[1] < 0.3 * (125.0 - left[1]),
        "{middle:?} {left:?}"
    );
    let frown = warp(|shape| shape.smile = -1.0);
    assert!(target(&frown, [88.0, 125.0])[1] > 129.0);
    let open = warp(|shape| shape.mouth = 1.0);
    let height = target(&open, [100.0, 128.0])[1] - target(&open, [100.0, 122.0])[1];
    assert!(height > 8.0, "{height}");
}

#[test]
fn blinking_eyes_are_a_third_as_high_and_age_moves_the_chin() {
    let blink = warp(|shape| shape.blink = 1.0);
    let [upper, lower] = [target(&blink, [80.0, 84.0]), target(&blink, [80.0, 96.0])];
    assert!((lower[1] - upper[1]) < 0.4 * 12.0, "{upper:?} {lower:?}");
    let [child, old] = [-1.0, 1.0].map(|age| warp(|shape| shape.age = age));
    assert!(target(&child, [100.0, 150.0])[1] < 145.0);
    assert!(target(&old, [100.0, 150.0])[1] > 154.0);
    let round = warp(|shape| shape.face = 1.0);
    assert!(target(&round, [60.0, 125.0])[0] < 58.0);
}

#[test]
fn a_blink_leaves_the_brows_where_they_are() {
    let mut frowning = face();
    for (landmark, x) in [
        (Landmark::LeftBrowOuter, 70.0),
        (Landmark::LeftBrowInner, 90.0),
        (Landmark::RightBrowInner, 110.0),
        (Landmark::RightBrowOuter, 130.0),
    ] {
        frowning.points[landmark.index()] = PointFound {
            x,
            y: 76.0,
            confidence: 0.9,
        };
    }
    let mut shape = FaceShape::default();
    shape.set("blink", 1.0).unwrap();
    let blink = Warp::of(&frowning, &shape).unwrap();
    for place in [[70.0, 76.0], [80.0, 76.0], [130.0, 76.0], [80.0, 70.0]] {
        assert_eq!(blink.source(place), place);
    }
    let [upper, lower] = [target(&blink, [80.0, 86.0]), target(&blink, [80.0, 96.0])];
    assert!(lower[1] - upper[1] < 0.5 * 10.0, "{upper:?} {lower:?}");
}

#[test]
fn a_corner_that_is_badly_found_makes_no_crooked_smile() {
    let mut shape = FaceShape::default();
    shape.set("smile", 1.0).unwrap();
    let near = |face: &FacePoints, expected: (Point, f32)| {
        let warp = Warp::of(face, &shape).unwrap();
        let [
            Step {
                centre,
                movement: Movement::Bent { half, .. },
                ..
            },
        ] = warp.steps[..]
        else {
            panic!("{:?}", warp.steps);
        };
        let apart = [centre[0] - expected.0[0], centre[1] - expected.0[1]];
        assert!(apart[0].hypot(apart[1]) < 1e-3 && (half - expected.1).abs() < 1e-3);
    };
    near(&face(), ([100.0, 125.0], 12.0));
    let mut low = face();
    low.points[Landmark::MouthLeft.index()].y = 131.0;
    near(&low, ([100.0, 128.0], 12.0));
    let mut hidden = face();
    hidden.points[Landmark::MouthLeft.index()].confidence = 0.01;
    hidden.points[Landmark::MouthRight.index()].x = 110.0;
    near(&hidden, ([100.0, 125.0], 10.0));
}

#[test]
fn a_mouth_that_is_wider_than_it_was_found_has_no_hanging_corners() {
    let smile = warp(|shape| shape.smile = 1.0);
    let up = |x: f32| 125.0 - target(&smile, [x, 125.0])[1];
    let at_corner = up(88.0);
    for x in [85.0, 82.0, 115.0, 118.0] {
        assert!(up(x) > 0.8 * at_corner, "{x}: {} {at_corner}", up(x));
    }
    // A quarter of the way to the corner: a mouth is bent, not tilted.
    assert!(up(97.0) < 0.25 * at_corner, "{} {at_corner}", up(97.0));
}

#[test]
fn no_shape_folds_the_picture() {
    for (name, [least, most]) in FaceShape::NAMES {
        for amount in [least, most] {
            let mut shape = FaceShape::default();
            shape.set(name, amount).unwrap();
            let Some(warp) = Warp::of(&face(), &shape) else {
                assert!(shape.is_none());
                continue;
            };
            // Along every row and every column, places keep their order.
            for fixed in (0..200).step_by(3) {
                let mut last = [f32::MIN; 2];
                for at in 0..200 {
                    let (fixed, at) = (fixed as f32, at as f32);
                    let next = [warp.source([at, fixed])[0], warp.source([fixed, at])[1]];
                    for (next, last) in next.iter().zip(last) {
                        assert!(*next >= last - 0.02, "{name}={amount} at {fixed}, {at}");
                    }
                    last = next;
                }
            }
        }
    }
}

#[test]
fn what_is_far_from_the_face_stays_bit_for_bit_and_alpha_goes_along() {
    let rgb: Vec<u8> = (0..200 * 200 * 3).map(|at| (at * 37 % 251) as u8).collect();
    let alpha: Vec<u8> = (0..200 * 200).map(|at| (at / 200) as u8).collect();
    let picture = Picture::new(200, 200, rgb).unwrap();
    let picture = picture.with_alpha(Alpha::Eight(alpha)).unwrap();
    let shape = FaceShape {
        face: 1.0,
        ..FaceShape::default()
    };
    let faces = [face()];
    let Some(AnyPicture::Eight(shaped)) = reshaped(&picture.clone().into(), &faces, &shape) else {
        panic!("the picture has 8 bits");
    };
    for y in 0..200 {
        for x in 0..200 {
            let at = y * 200 + x;
            let away = (x as f32 - 100.0).hypot(y as f32 - 130.0);
            if away > 105.0 {
                assert_eq!(
                    shaped.rgb()[at * 3..at * 3 + 3],
                    picture.rgb()[at * 3..at * 3 + 3]
                );
            }
        }
    }
    // The chin goes up by 14 pixels, and what is there comes from below.
    let (own, moved) = (picture.alpha().unwrap(), shaped.alpha().unwrap());
    let at = 140 * 200 + 100;
    assert!(
        moved.at(at) > own.at(at) + 5 * 257,
        "{} {}",
        moved.at(at),
        own.at(at)
    );
}

#[test]
fn a_symmetric_picture_stays_symmetric() {
    // The face is symmetric about x = 100, which is between the two middle columns of 200.
    let byte = |x: usize, y: usize| (x.min(199 - x) * 37 + y * 5) as u8;
    let rgb = (0..200).flat_map(|y| (0..200).flat_map(move |x| [byte(x, y); 3]));
    let picture = Picture::new(200, 200, rgb.collect()).unwrap();
    let shape = FaceShape {
        mouth: 1.0,
        ..FaceShape::default()
    };
    let shaped = reshaped(&picture.clone().into(), &[face()], &shape).unwrap();
    let shaped = shaped.into_eight();
    assert_ne!(shaped, picture);
    let mirrored = shaped.flip_horizontal();
    let pairs = shaped.rgb().iter().zip(mirrored.rgb());
    let farthest = pairs.map(|(a, b)| a.abs_diff(*b)).max();
    assert!(farthest <= Some(1), "{farthest:?}");
}

#[test]
fn without_landmarks_or_without_a_change_there_is_nothing_to_warp() {
    let mut unsure = face();
    for point in &mut unsure.points {
        point.confidence = 0.01;
    }
    let picture = AnyPicture::from(Picture::filled(20, 20, [5; 3]));
    let shape = FaceShape {
        eyes: 1.0,
        ..FaceShape::default()
    };
    assert_eq!(reshaped(&picture, &[unsure], &shape), None);
    assert_eq!(reshaped(&picture, &[], &shape), None);
    assert_eq!(reshaped(&picture, &[face()], &FaceShape::default()), None);
}

#[test]
fn names_and_ranges_are_checked() {
    let mut shape = FaceShape::default();
    assert!(shape.set("eyes", 0.5).is_ok() && shape.eyes == 0.5);
    assert!(
        shape
            .set("nose", 0.5)
            .unwrap_err()
            .to_string()
            .contains("age, eyes, face")
    );
    assert!(
        shape
            .set("blink", -0.5)
            .unwrap_err()
            .to_string()
            .contains("from 0 to 1")
    );
    assert!(shape.set("age", f32::NAN).is_err());
}
