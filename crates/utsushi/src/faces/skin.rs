//! The skin colour of a face.

use utsushi_imaging::{Picture, green_above, luma};

use super::{Face, FaceFinder};

/// A tone: luma with the weights of ITU-R BT.601, −1…1, then the differences of red and of blue
/// from it.
pub(crate) type Tone = [f32; 3];

/// First and last column of the part of a face's box that is looked at, as shares of its width:
/// within the cheeks.
const ACROSS: [f32; 2] = [0.2, 0.8];
/// First and last row of the part of a face's box that is looked at, as shares of its height:
/// below the fringe and above the chin.
const DOWN: [f32; 2] = [0.25, 0.9];
/// Range of pixels in order of luma, as shares, that are taken for skin: darker ones are eyes,
/// mouth and lines, and brighter ones lights.
const BETWEEN: [f32; 2] = [0.3, 0.85];
/// Largest distances of a pixel from the skin's tone: in chroma, and in luma.
const NEAR: [f32; 2] = [0.24, 0.72];
/// Number of times that the tone is moved to the median of the pixels near it.
const MIDDLES: usize = 3;
/// Smallest number of pixels that are enough for a tone.
const FEWEST: usize = 10;

/// Converts a colour, RGB, −1…1, to a tone.
pub(crate) fn tone([red, green, blue]: [f32; 3]) -> Tone {
    let luma = luma([red, green, blue]);
    [luma, red - luma, blue - luma]
}

/// Converts a tone to a colour, RGB, which may lie outside of −1…1.
pub(crate) fn colour([luma, red, blue]: Tone) -> [f32; 3] {
    let green = green_above([red, blue]);
    [luma + red, luma + green, luma + blue]
}

/// Finds the tone of a face's skin, from the tones of a picture of the given width and the face's
/// box there. `None` if almost nothing of the face lies in the picture.
pub(crate) fn skin_of(tones: &[Tone], width: usize, face: &Face) -> Option<Tone> {
    let height = tones.len() / width.max(1);
    let within = |start: f32, length: f32, [first, last]: [f32; 2], end: usize| {
        let at = |share: f32| (start + length * share).clamp(0.0, end as f32) as usize;
        at(first)..at(last)
    };
    let columns = within(face.x, face.width, ACROSS, width);
    let rows = within(face.y, face.height, DOWN, height);
    let mut seen: Vec<Tone> = rows
        .flat_map(|row| &tones[row * width..][columns.clone()])
        .copied()
        .collect();
    if seen.len() < FEWEST {
        return None;
    }
    seen.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let [first, last] = BETWEEN.map(|share| (seen.len() as f32 * share) as usize);
    let seen = &seen[first..last.max(first + 1)];
    let mut skin = middle(seen);
    for _ in 0..MIDDLES {
        let near: Vec<Tone> = seen
            .iter()
            .copied()
            .filter(|&it| is_near(it, skin))
            .collect();
        if near.len() < FEWEST {
            break;
        }
        skin = middle(&near);
    }
    Some(skin)
}

fn is_near(one: Tone, other: Tone) -> bool {
    let chroma = (one[1] - other[1]).hypot(one[2] - other[2]);
    chroma / NEAR[0] + (one[0] - other[0]).abs() / NEAR[1] < 1.0
}

/// Median of each number of the tones; 0 if there are none.
fn middle(tones: &[Tone]) -> Tone {
    [0, 1, 2].map(|index| {
        let mut values: Vec<f32> = tones.iter().map(|tone| tone[index]).collect();
        let middle = values.len() / 2;
        if values.is_empty() {
            return 0.0;
        }
        *values.select_nth_unstable_by(middle, f32::total_cmp).1
    })
}

impl FaceFinder {
    /// The skin colour of the main face of a picture, RGB, −1…1; none if no face is found. Alpha is
    /// ignored: transparent pixels count with their colours.
    pub fn skin(&self, picture: &Picture) -> Option<[f32; 3]> {
        let face = self.main_face(picture)?;
        let colours = picture.to_floats();
        let tones: Vec<Tone> = colours
            .as_chunks::<3>()
            .0
            .iter()
            .map(|&it| tone(it))
            .collect();
        let skin = skin_of(&tones, picture.width() as usize, &face)?;
        Some(colour(skin).map(|value| value.clamp(-1.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_a_colour_again() {
        for own in [[0.3, -0.5, 0.9], [-1.0, -1.0, -1.0], [1.0, 0.25, 0.0]] {
            let there = tone(own);
            assert!(
                colour(there)
                    .iter()
                    .zip(own)
                    .all(|(a, b)| (a - b).abs() < 1e-6)
            );
        }
        assert_eq!(tone([0.5; 3])[1..], [0.0, 0.0]);
    }

    #[test]
    fn skin_is_what_most_of_a_face_is() {
        // Rose, with a fringe, dark eyes and white lights, on a green ground.
        let rose = [0.8, 0.4, 0.3];
        let tones: Vec<Tone> = (0..64 * 64)
            .map(|at| {
                let (x, y) = (at % 64, at / 64);
                tone(match (x, y) {
                    (16..48, 16..26) => [-0.2, 0.1, 0.7],
                    (20..26 | 38..44, 30..36) => [-0.9; 3],
                    (28..36, 27..30) => [1.0; 3],
                    (16..48, 26..48) => rose,
                    _ => [-0.5, 0.6, -0.5],
                })
            })
            .collect();
        let face = |x, y| Face {
            x,
            y,
            width: 32.0,
            height: 32.0,
            score: 1.0,
        };
        let found = skin_of(&tones, 64, &face(16.0, 16.0)).unwrap();
        assert!(
            colour(found)
                .iter()
                .zip(rose)
                .all(|(a, b)| (a - b).abs() < 1e-5)
        );
        // A face that the picture's border cuts, and one beyond it.
        assert!(skin_of(&tones, 64, &face(16.0, 40.0)).is_some());
        assert_eq!(skin_of(&tones, 64, &face(80.0, 16.0)), None);
        assert_eq!(skin_of(&tones, 64, &face(-90.0, -80.0)), None);
    }
}
