//! The frame painter: pictures that follow one another, painted without flicker.

mod state;

use utsushi_imaging::{Picture, lightness};

use crate::backend::Steering;
use crate::mask::grow;
use crate::monitor::WithoutProgress;
use crate::{
    Model, Monitor, PaintError, PaintOptions, PaintRequest, RegionStyle, Style, StyleRegion,
};

pub use state::FramePainterState;

/// Largest change of a pixel's brightness, in levels of 255, that counts as unchanged.
const SAME: f32 = 12.0;

/// Distance in pixels from a change within which a pixel counts as changed, since a line that moves
/// also leaves its old place.
const AROUND: usize = 2;

/// Mean changes between neighbouring frames, as shares 0…1 of the range of a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrameChange {
    /// Number of frames seen.
    pub frames: usize,
    /// Mean change from frame to frame of the input.
    pub input: f64,
    /// Mean change from frame to frame of the paintings. Where it exceeds the input's, they
    /// flicker.
    pub output: f64,
}

/// Paints frames one after the other in one style.
///
/// All frames are painted with one style code: where the strength is not 1, the style of the first
/// frame stands for the content's own. Where a frame is nearly the same as the one before, its
/// painting is mixed with the painting before. Moving parts are painted anew, so that nothing
/// leaves a trail. A frame with the same bits as the one before costs nothing.
pub struct FramePainter<'a> {
    model: &'a Model,
    style: &'a Style,
    regions: &'a [StyleRegion],
    options: &'a PaintOptions,
    steady: f32,
    state: FramePainterState,
    /// The painting of the last frame, before it was mixed with the one before.
    fresh: Option<Picture>,
}

impl<'a> FramePainter<'a> {
    /// A painter of frames in a style. `steady` is the share of the previous painting that is kept
    /// where nothing moves: 0 paints each frame alone, 1 leaves still parts as they are.
    ///
    /// # Errors
    /// `steady` is not from 0 to 1.
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
            state: FramePainterState::default(),
            fresh: None,
        })
    }

    /// Continues from the state of an earlier painter of the same frames, style and options, so
    /// that the next frame comes out as that painter's would have.
    pub fn go_on(&mut self, state: FramePainterState) {
        self.state = state;
        self.fresh = None;
    }

    /// The state from which a later painter can continue.
    pub fn state(&self) -> &FramePainterState {
        &self.state
    }

    /// Paints the next frame. A frame of another size begins anew.
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
        let mut shown = lightness(given);
        let size = |picture: &Picture| (picture.width(), picture.height());
        if let Some(last) = &self.state.last
            && size(&last.given) == size(given)
        {
            let as_it_is = as_it_is(self.regions, size(given))?;
            let as_it_is = as_it_is.as_deref();
            steady(&mut painted, &mut shown, last, self.steady, as_it_is);
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
        let strength = self.options.strength;
        // The style and the octaves of the first frame: a change from frame to frame would flicker.
        if self.state.own.is_none()
            && strength > 1.0
            && let Some(painter) = self.model.steered()
        {
            self.state.own = Some(painter.style_of_content(given)?);
        }
        let octaves = self.options.octaves.or(self.state.octaves);
        let octaves = octaves.unwrap_or_else(|| self.model.octaves(given));
        self.state.octaves = Some(octaves);
        let request = PaintRequest {
            own_style: self.state.own.as_ref(),
            ..PaintRequest::new(given, self.style)
        };
        let options = PaintOptions {
            octaves: Some(octaves),
            ..*self.options
        };
        let request = request.with_regions(self.regions).with_options(options);
        self.model
            .paint_one(&request, &mut WithoutProgress(monitor))
    }

    /// Mean changes from frame to frame so far.
    pub fn change(&self) -> FrameChange {
        self.state.change
    }
}

/// The previous frame and its painting.
#[derive(Clone, Debug, PartialEq)]
struct Last {
    given: Picture,
    painted: Picture,
    /// Brightness of the frame that the painting so far stands for. It is updated only where the
    /// painting is, so that slow changes add up until they are seen.
    shown: Vec<f32>,
}

/// Mixes a painting with the previous one where the picture has not changed. `as_it_is` has the
/// share of each pixel, 0…1, that is the unpainted picture, which is not mixed.
fn steady(
    painted: &mut Picture,
    shown: &mut [f32],
    last: &Last,
    share: f32,
    as_it_is: Option<&[f32]>,
) {
    let (width, height) = (painted.width(), painted.height());
    let changes = shown.iter().zip(&last.shown);
    let mut change: Vec<f32> = changes.map(|(a, b)| (a - b).abs()).collect();
    grow(&mut change, width as usize, height as usize, AROUND);
    let pixels = painted.rgb_mut().as_chunks_mut::<3>().0;
    let before = last.painted.rgb().as_chunks::<3>().0;
    for (index, most) in change.into_iter().enumerate() {
        let own = as_it_is.map_or(0.0, |as_it_is| as_it_is[index]);
        let kept = share * (1.0 - own) * (-(most / SAME).powi(2)).exp();
        for (new, &old) in pixels[index].iter_mut().zip(&before[index]) {
            *new = (f32::from(*new) * (1.0 - kept) + f32::from(old) * kept).round() as u8;
        }
        shown[index] = shown[index] * (1.0 - kept) + last.shown[index] * kept;
    }
}

/// The share of each pixel of a picture of the given size, 0…1, that stays unpainted because a
/// region keeps the content, and no region above covers it. `None` if no region keeps the content.
fn as_it_is(
    regions: &[StyleRegion],
    (width, height): (u32, u32),
) -> Result<Option<Vec<f32>>, PaintError> {
    if regions.iter().all(|region| region.style.code().is_some()) {
        return Ok(None);
    }
    let mut shares = vec![0.0; width as usize * height as usize];
    for region in regions {
        let (mask, content) = match region.style {
            RegionStyle::Keep => (region.mask.kept_at(width, height)?, 1.0),
            RegionStyle::Code(_) => (region.mask.at(width, height)?, 0.0),
        };
        for (share, mask) in shares.iter_mut().zip(mask) {
            *share = *share * (1.0 - mask) + content * mask;
        }
    }
    Ok(Some(shares))
}

fn difference(left: &Picture, right: &Picture) -> f64 {
    let pairs = left.rgb().iter().zip(right.rgb());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / left.rgb().len() as f64 / 255.0
}

#[cfg(test)]
mod tests;
