use utsushi_imaging::{DeepPicture, Picture};

use super::*;

const SIDE: u32 = 96;
const ROSE: [f32; 3] = [0.8, 0.4, 0.3];
const BLUE: [f32; 3] = [-0.6, -0.2, 0.7];

fn picture(colour: impl Fn(u32, u32) -> [f32; 3]) -> Picture {
    let places = (0..SIDE * SIDE).map(|at| (at % SIDE, at / SIDE));
    let values: Vec<f32> = places.flat_map(|(x, y)| colour(x, y)).collect();
    Picture::from_floats(SIDE, SIDE, &values).unwrap()
}

fn face() -> Face {
    Face {
        x: 30.0,
        y: 20.0,
        width: 30.0,
        height: 30.0,
        score: 1.0,
    }
}

fn in_face(x: u32, y: u32) -> bool {
    (30..60).contains(&x) && (20..50).contains(&y)
}

/// A test picture: a rose face with dark eyes and a neck, on a green background.
fn bust(x: u32, y: u32) -> [f32; 3] {
    let is_eye = (38..42).contains(&x) && (30..34).contains(&y);
    let is_neck = (40..50).contains(&x) && (50..60).contains(&y);
    match (is_eye, in_face(x, y) || is_neck) {
        (true, _) => [-0.9; 3],
        (_, true) => ROSE,
        _ => [-0.4, 0.7, -0.4],
    }
}

fn at<P: Depth>(picture: &P, x: u32, y: u32) -> [f32; 3] {
    let at = ((y * SIDE + x) * 3) as usize;
    [0, 1, 2].map(|channel| P::seen(picture.rgb()[at + channel]))
}

fn near(one: [f32; 3], other: [f32; 3], bound: f32) -> bool {
    one.iter().zip(other).all(|(a, b)| (a - b).abs() < bound)
}

#[test]
fn face_and_neck_take_the_colour_and_nothing_else_does() {
    let content = picture(bust);
    let mask = SkinMask::of(&content, &[face()]).unwrap();
    let even = picture(|_, _| BLUE);
    let painted = in_skin_colour(even.clone(), &mask, ROSE);
    // All is blue, so the mean is.
    let (luma, rose) = (tone(BLUE)[0], tone(ROSE));
    let fading = ((1.08 - luma) / (1.08 - rose[0])).clamp(0.35, 1.1);
    let wanted = colour([luma, fading * rose[1], fading * rose[2]]);
    for (x, y) in [(45, 40), (50, 28), (45, 55)] {
        assert!(
            near(at(&painted, x, y), wanted, 0.02),
            "{x}, {y}: {:?}",
            at(&painted, x, y)
        );
    }
    // The eye's middle, the ground beside the face, and far away.
    for (x, y) in [(39, 31), (70, 35), (5, 90)] {
        assert!(near(at(&painted, x, y), BLUE, 0.05), "{x}, {y}");
    }
}

#[test]
fn skin_that_is_nearly_right_stays() {
    let mask = SkinMask::of(&picture(bust), &[face()]).unwrap();
    let nearly = picture(|_, _| [0.75, 0.42, 0.34]);
    assert_eq!(in_skin_colour(nearly.clone(), &mask, ROSE), nearly);
    // Half rose, half blue is rose on no mean.
    let patches = picture(|x, _| if x < 45 { ROSE } else { BLUE });
    let painted = in_skin_colour(patches.clone(), &mask, ROSE);
    let blueness = |picture: &Picture| tone(at(picture, 50, 40))[2];
    assert!(blueness(&painted) < blueness(&patches) / 2.0);
    // Half of the way from where it stays to where it is moved all the way.
    let off = (OFF[0] + OFF[1]) / 2.0;
    let rose = tone(ROSE);
    let between = picture(|_, _| colour([rose[0], rose[1] - off, rose[2]]));
    let painted = in_skin_colour(between, &mask, ROSE);
    let found = tone(at(&painted, 45, 40));
    assert!(
        (found[1] - (rose[1] - off / 2.0)).abs() < 0.03,
        "{found:?} {rose:?}"
    );
}

#[test]
fn lines_stay_dark_and_differences_within_the_skin_are_less_not_lost() {
    let content = picture(bust);
    let mask = SkinMask::of(&content, &[face()]).unwrap();
    let painting = picture(|x, _| match x {
        40 => [-0.95; 3],
        0..46 => [-0.5, -0.1, 0.6],
        _ => [-0.5, 0.4, 0.1],
    });
    let painted = in_skin_colour(painting.clone(), &mask, ROSE);
    assert_eq!(at(&painted, 40, 45), at(&painting, 40, 45));
    let chroma = |x: u32| tone(at(&painted, x, 45));
    let [left, right] = [35, 55].map(chroma);
    // Both are skin now, and the one that was bluer still is.
    assert!(left[1] > 0.1 && right[1] > 0.1, "{left:?} {right:?}");
    assert!(left[2] > right[2] + 0.04, "{left:?} {right:?}");
}

#[test]
fn where_all_around_is_like_skin_the_face_alone_counts() {
    let paper = picture(|x, y| match (x, y) {
        (30 | 60, 20..50) | (30..60, 20 | 50) => [-0.9; 3],
        _ => [0.95; 3],
    });
    let mask = SkinMask::of(&paper, &[face()]).unwrap();
    let share = |x: u32, y: u32| mask.shares[(y * SIDE + x) as usize];
    assert_eq!(share(45, 35), 255);
    assert_eq!((share(80, 35), share(45, 80)), (0, 0));
    // In colour the same place counts: a hand.
    let hand = picture(|x, y| match (x, y) {
        (68..74, 32..38) => ROSE,
        _ => bust(x, y),
    });
    let mask = SkinMask::of(&hand, &[face()]).unwrap();
    assert!(mask.shares[(35 * SIDE + 71) as usize] > 100);
}

#[test]
fn without_faces_or_skin_nothing_changes() {
    let content = picture(bust);
    assert_eq!(SkinMask::of(&content, &[]), None);
    let beyond = Face { x: 500.0, ..face() };
    assert_eq!(SkinMask::of(&content, &[beyond]), None);
    let wrong = Face {
        width: f32::NAN,
        ..face()
    };
    assert_eq!(SkinMask::of(&content, &[wrong]), None);
    let mask = SkinMask::of(&content, &[face()]).unwrap();
    let black = picture(|_, _| [-1.0; 3]);
    assert_eq!(in_skin_colour(black.clone(), &mask, ROSE), black);
}

#[test]
fn sixteen_bits_are_painted_as_eight_are() {
    let content = picture(bust);
    let mask = SkinMask::of(&content, &[face()]).unwrap();
    let painting = picture(|x, y| [x as f32 / 96.0, -0.2, y as f32 / 96.0]);
    let deep = |picture: &Picture| {
        let samples = picture.rgb().iter().map(|&byte| u16::from(byte) * 257);
        DeepPicture::new(SIDE, SIDE, samples.collect(), None).unwrap()
    };
    let deep_mask = SkinMask::of(&deep(&content), &[face()]).unwrap();
    let eight = in_skin_colour(painting.clone(), &mask, ROSE);
    let sixteen = in_skin_colour(deep(&painting), &deep_mask, ROSE).to_picture();
    let pairs = eight.rgb().iter().zip(sixteen.rgb());
    assert!(pairs.clone().all(|(a, b)| a.abs_diff(*b) <= 1));
}

#[test]
fn a_blend_of_masks_is_their_mean() {
    let mask = |shares: [u8; 3]| SkinMask {
        shares: shares.to_vec(),
    };
    let (one, other) = (mask([0, 100, 255]), mask([200, 100, 5]));
    let blend = SkinMask::blend(&[(Some(&one), 0.75), (Some(&other), 0.25)]);
    assert_eq!(blend, Some(mask([50, 100, 193])));
    let half = SkinMask::blend(&[(Some(&one), 0.5), (None, 0.5)]);
    assert_eq!(half, Some(mask([0, 50, 128])));
    assert_eq!(SkinMask::blend(&[(None, 1.0)]), None);
}
