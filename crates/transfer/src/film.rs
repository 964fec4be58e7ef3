//! Pictures that follow one another, painted without flicker.

use std::sync::atomic::AtomicBool;

use utsushi_imaging::Picture;

use crate::{PaintError, PaintOptions, StyleCode, StyleRegion, Stylizer};

/// How much the brightness of a pixel may change, of 255, and still count as nearly the same.
const SAME: f32 = 12.0;

/// How much neighbouring frames differ in the mean, 0…1 of the range of a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrameChange {
    /// Frames seen.
    pub frames: usize,
    /// Mean change from frame to frame of what was given.
    pub input: f64,
    /// The same of what was painted. Flicker is what this has more than its part.
    pub output: f64,
}

/// Paints frames one after the other in one style.
///
/// Each frame is painted by itself; where the given frame is nearly as the one before it, the
/// painting is mixed with the one before. What moves is painted anew, so that nothing drags.
pub struct FilmPainter<'a> {
    painter: &'a dyn Stylizer,
    style: &'a StyleCode,
    regions: &'a [StyleRegion],
    options: &'a PaintOptions,
    steady: f32,
    last: Option<Last>,
    change: FrameChange,
}

struct Last {
    given: Picture,
    painted: Picture,
    /// The brightness that the painting so far stands for: it moves on only where the painting
    /// does, so that slow changes add up and are seen in the end.
    shown: Vec<f32>,
}

impl<'a> FilmPainter<'a> {
    /// A painter of frames. `steady` is how much of the painting before is kept where nothing
    /// moves: 0 paints each frame alone, 1 leaves still parts as they are.
    ///
    /// # Errors
    /// A `steady` that is not from 0 to 1.
    pub fn new(
        painter: &'a dyn Stylizer,
        style: &'a StyleCode,
        regions: &'a [StyleRegion],
        options: &'a PaintOptions,
        steady: f32,
    ) -> Result<Self, PaintError> {
        if !(0.0..=1.0).contains(&steady) {
            return Err(PaintError::Steady(steady));
        }
        Ok(Self {
            painter,
            style,
            regions,
            options,
            steady,
            last: None,
            change: FrameChange::default(),
        })
    }

    /// Paints the next frame. One of another size begins anew.
    ///
    /// # Errors
    /// As [`Stylizer::paint_regions`].
    pub fn paint(&mut self, given: &Picture, stop: &AtomicBool) -> Result<Picture, PaintError> {
        let mut painted = self.painter.paint_regions(
            given,
            self.style,
            self.regions,
            self.options,
            &mut |_| {},
            stop,
        )?;
        let mut shown = brightness(given);
        let size = |picture: &Picture| (picture.width(), picture.height());
        if let Some(last) = &self.last
            && size(&last.given) == size(given)
        {
            steady(&mut painted, &mut shown, last, size(given), self.steady);
            let count = self.change.frames as f64;
            let mean = |old: f64, new: f64| (old * (count - 1.0) + new) / count;
            self.change.input = mean(self.change.input, difference(&last.given, given));
            self.change.output = mean(self.change.output, difference(&last.painted, &painted));
        }
        self.change.frames += 1;
        self.last = Some(Last {
            given: given.clone(),
            painted: painted.clone(),
            shown,
        });
        Ok(painted)
    }

    /// How much changed from frame to frame so far.
    pub fn change(&self) -> FrameChange {
        self.change
    }
}

/// Mixes a painting with the last one where the picture has not changed.
fn steady(
    painted: &mut Picture,
    shown: &mut [f32],
    last: &Last,
    (width, height): (u32, u32),
    share: f32,
) {
    let (width, height) = (width as usize, height as usize);
    let change: Vec<f32> = shown
        .iter()
        .zip(&last.shown)
        .map(|(a, b)| (a - b).abs())
        .collect();
    let pixels = painted.rgb_mut().as_chunks_mut::<3>().0;
    let before = last.painted.rgb().as_chunks::<3>().0;
    for row in 0..height {
        for column in 0..width {
            // The largest change around, since a line that moves leaves its place too.
            let mut most = 0.0f32;
            for y in row.saturating_sub(2)..(row + 3).min(height) {
                for x in column.saturating_sub(2)..(column + 3).min(width) {
                    most = most.max(change[y * width + x]);
                }
            }
            let index = row * width + column;
            let kept = share * (-(most / SAME).powi(2)).exp();
            for (new, &old) in pixels[index].iter_mut().zip(&before[index]) {
                *new = (f32::from(*new) * (1.0 - kept) + f32::from(old) * kept).round() as u8;
            }
            shown[index] = shown[index] * (1.0 - kept) + last.shown[index] * kept;
        }
    }
}

fn brightness(picture: &Picture) -> Vec<f32> {
    let pixels = picture.rgb().as_chunks::<3>().0.iter();
    let bright = pixels.map(|&[red, green, blue]| {
        0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
    });
    bright.collect()
}

fn difference(left: &Picture, right: &Picture) -> f64 {
    let pairs = left.rgb().iter().zip(right.rgb());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / left.rgb().len() as f64 / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{drawing, painter};

    /// Noise of a few levels everywhere, and a square that wanders.
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
        let style = painter.named_style("oil").unwrap();
        let options = PaintOptions::default();
        let stop = AtomicBool::new(false);
        let run = |steady: f32| {
            let mut film_painter =
                FilmPainter::new(&painter, &style, &[], &options, steady).unwrap();
            let frames: Vec<_> = film()
                .iter()
                .map(|f| film_painter.paint(f, &stop).unwrap())
                .collect();
            (frames, film_painter.change())
        };
        let (alone, loose) = run(0.0);
        let (held, firm) = run(0.9);
        assert_eq!(loose.frames, 6);
        assert_eq!(loose.input, firm.input);
        assert!(firm.output < 0.8 * loose.output, "{firm:?} {loose:?}");
        let each = crate::testing::paint(&painter, &film()[3], &style, 1.0).unwrap();
        assert_eq!(
            alone[3], each,
            "without steadiness a frame is painted as a picture is"
        );
        // Inside of the square, where it has just arrived.
        let at = |picture: &Picture| picture.rgb()[(15 * 48 + 5 + 5 * 4 + 8) * 3];
        assert!(at(&held[5]).abs_diff(at(&alone[5])) <= 2);
        assert!(FilmPainter::new(&painter, &style, &[], &options, 1.5).is_err());
    }
}
