//! Pictures that follow one another, painted without flicker.

mod state;

use utsushi_imaging::Picture;

use crate::monitor::WithoutProgress;
use crate::{Model, Monitor, PaintError, PaintOptions, PaintRequest, Style, StyleRegion};

pub use state::FilmState;

/// How much the brightness of a pixel may change, of 255, and still count as nearly the same.
const SAME: f32 = 12.0;

/// How far around a pixel a change counts, since a line that moves leaves its place too.
const AROUND: usize = 2;

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
/// All frames are painted with one style code: where the strength is below 1, the style of the
/// first frame stands for the content's own. Where the given frame is nearly as the one before
/// it, the painting is mixed with the one before. What moves is painted anew, so that nothing
/// drags. A frame that is the same as the one before it, bit for bit, costs nothing.
pub struct FilmPainter<'a> {
    model: &'a Model,
    style: &'a Style,
    regions: &'a [StyleRegion],
    options: &'a PaintOptions,
    steady: f32,
    /// The codes that paint, once they are known: of the whole and of each region.
    codes: Option<(Style, Vec<StyleRegion>)>,
    state: FilmState,
    /// The painting of the last frame before it was mixed with others.
    fresh: Option<Picture>,
}

impl<'a> FilmPainter<'a> {
    /// A painter of frames. `steady` is how much of the painting before is kept where nothing
    /// moves: 0 paints each frame alone, 1 leaves still parts as they are.
    ///
    /// # Errors
    /// A `steady` that is not from 0 to 1.
    pub fn new(
        model: &'a Model,
        style: &'a Style,
        regions: &'a [StyleRegion],
        options: &'a PaintOptions,
        steady: f32,
    ) -> Result<Self, PaintError> {
        if !(0.0..=1.0).contains(&steady) {
            return Err(PaintError::Steady(steady));
        }
        Ok(Self {
            model,
            style,
            regions,
            options,
            steady,
            codes: None,
            state: FilmState::default(),
            fresh: None,
        })
    }

    /// Goes on where an earlier painter of the same frames, style and options was, so that the
    /// next frame comes out as it would have.
    pub fn go_on(&mut self, state: FilmState) {
        self.state = state;
        (self.codes, self.fresh) = (None, None);
    }

    /// What a later painter needs to go on from here.
    pub fn state(&self) -> &FilmState {
        &self.state
    }

    /// Paints the next frame. One of another size begins anew.
    ///
    /// # Errors
    /// As [`Painter::paint`](crate::Painter::paint).
    pub fn paint(&mut self, given: &Picture, monitor: &dyn Monitor) -> Result<Picture, PaintError> {
        let same = self
            .state
            .last
            .as_ref()
            .is_some_and(|last| last.given == *given);
        let mut painted = match self.fresh.take() {
            Some(fresh) if same => fresh,
            _ => self.paint_fresh(given, monitor)?,
        };
        self.fresh = Some(painted.clone());
        let mut shown = brightness(given);
        let size = |picture: &Picture| (picture.width(), picture.height());
        if let Some(last) = &self.state.last
            && size(&last.given) == size(given)
        {
            steady(&mut painted, &mut shown, last, size(given), self.steady);
            let change = &mut self.state.change;
            let count = change.frames as f64;
            let mean = |old: f64, new: f64| (old * (count - 1.0) + new) / count;
            change.input = mean(change.input, difference(&last.given, given));
            change.output = mean(change.output, difference(&last.painted, &painted));
        }
        self.state.change.frames += 1;
        self.state.last = Some(Last {
            given: given.clone(),
            painted: painted.clone(),
            shown,
        });
        Ok(painted)
    }

    fn paint_fresh(
        &mut self,
        given: &Picture,
        monitor: &dyn Monitor,
    ) -> Result<Picture, PaintError> {
        self.options.validate()?;
        self.settle(given)?;
        // Those of the first frame: a change from frame to frame would flicker.
        let octaves = self.options.octaves.or(self.state.octaves);
        let octaves = octaves.unwrap_or_else(|| self.model.octaves(given));
        self.state.octaves = Some(octaves);
        let mut options = PaintOptions {
            octaves: Some(octaves),
            ..*self.options
        };
        let (style, regions) = match &self.codes {
            Some((style, regions)) => {
                options.strength = 1.0;
                (style, &regions[..])
            }
            None => (self.style, self.regions),
        };
        let request = PaintRequest::new(given, style)
            .with_regions(regions)
            .with_options(options);
        self.model
            .paint_one(&request, &mut WithoutProgress(monitor))
    }

    /// Finds the codes for a strength below 1 with the first frame, so that what follows is
    /// painted alike. Networks that know one style mix the colours instead.
    fn settle(&mut self, first: &Picture) -> Result<(), PaintError> {
        let strength = self.options.strength;
        if strength == 0.0 || strength == 1.0 || self.codes.is_some() {
            return Ok(());
        }
        let (Some(painter), Style::Code(code)) = (self.model.steered(), self.style) else {
            return Ok(());
        };
        let own = match &self.state.own {
            Some(own) => own.clone(),
            None => painter.style_of(first)?,
        };
        let styles = self.regions.iter().map(|region| &region.style);
        for style in styles.chain([code]) {
            style.check_length(own.values().len())?;
        }
        let region = |region: &StyleRegion| StyleRegion {
            mask: region.mask.clone(),
            style: own.towards(&region.style, strength),
        };
        let regions = self.regions.iter().map(region).collect();
        self.codes = Some((own.towards(code, strength).into(), regions));
        self.state.own = Some(own);
        Ok(())
    }

    /// How much changed from frame to frame so far.
    pub fn change(&self) -> FrameChange {
        self.state.change
    }
}

/// The frame before.
#[derive(Clone, Debug, PartialEq)]
struct Last {
    given: Picture,
    painted: Picture,
    /// The brightness that the painting so far stands for: it moves on only where the painting
    /// does, so that slow changes add up and are seen in the end.
    shown: Vec<f32>,
}

/// Mixes a painting with the last one where the picture has not changed.
fn steady(
    painted: &mut Picture,
    shown: &mut [f32],
    last: &Last,
    (width, height): (u32, u32),
    share: f32,
) {
    let changes = shown.iter().zip(&last.shown);
    let change: Vec<f32> = changes.map(|(a, b)| (a - b).abs()).collect();
    let most = largest_around(change, width as usize, height as usize);
    let pixels = painted.rgb_mut().as_chunks_mut::<3>().0;
    let before = last.painted.rgb().as_chunks::<3>().0;
    for (index, most) in most.into_iter().enumerate() {
        let kept = share * (-(most / SAME).powi(2)).exp();
        for (new, &old) in pixels[index].iter_mut().zip(&before[index]) {
            *new = (f32::from(*new) * (1.0 - kept) + f32::from(old) * kept).round() as u8;
        }
        shown[index] = shown[index] * (1.0 - kept) + last.shown[index] * kept;
    }
}

/// The largest value in the square around each pixel: along the rows, then along the columns.
fn largest_around(values: Vec<f32>, width: usize, height: usize) -> Vec<f32> {
    let mut rows = values.clone();
    for (row, values) in rows.chunks_mut(width).zip(values.chunks(width)) {
        for (column, most) in row.iter_mut().enumerate() {
            let near = &values[column.saturating_sub(AROUND)..(column + AROUND + 1).min(width)];
            *most = near.iter().copied().fold(0.0, f32::max);
        }
    }
    let mut both = rows.clone();
    for (row, line) in both.chunks_mut(width).enumerate() {
        for near in row.saturating_sub(AROUND)..(row + AROUND + 1).min(height) {
            for (most, &value) in line.iter_mut().zip(&rows[near * width..]) {
                *most = most.max(value);
            }
        }
    }
    both
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
mod tests;
