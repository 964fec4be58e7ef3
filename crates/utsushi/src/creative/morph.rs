//! Morphs: from one painting to the next in small steps.

use crate::creative::landmark_warp::{LandmarkWarp, leading};
use crate::pipeline::{Depth, in_colours_of};
use crate::{
    BlendPath, ContentCode, ContentError, Monitor, PaintError, Painter, Progress, StyleCode,
    StyleError,
};
use utsushi_imaging::{Picture, Rectangle, fit_within, resize};

/// A keyframe, a picture that a morph passes through, and its style.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyframe {
    /// The picture.
    pub picture: Picture,
    /// The style that the picture is painted in.
    pub style: StyleCode,
}

/// The pace of a morph between two keyframes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ease {
    /// Constant pace.
    Linear,
    /// Slow at both ends, so that each keyframe can be looked at.
    #[default]
    Smooth,
}

impl Ease {
    /// The share of the way that is done at the time 0…1.
    fn at(self, time: f32) -> f32 {
        match self {
            Self::Linear => time,
            Self::Smooth => time * time * (3.0 - 2.0 * time),
        }
    }
}

/// Options of [`morph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MorphOptions {
    /// Number of frames, at least 2 and at least the number of keyframes.
    pub frames: usize,
    /// The pace between keyframes.
    pub ease: Ease,
    /// The path along which style codes are mixed.
    pub path: BlendPath,
    /// Whether the way leads back to the first keyframe, for a loop.
    pub closed: bool,
    /// Longest side of the frames in pixels, 32…1024; a smaller first picture keeps its size.
    pub longest: u32,
    /// Whether eyes move to eyes and mouth to mouth, led by the landmarks of the main faces,
    /// instead of fading in one place and appearing in another. A transition from or to a picture
    /// without a face fades all the same ([`Steps::without_face`]).
    pub warp: bool,
    /// Number of octaves of all frames, as [`PaintOptions::octaves`](crate::PaintOptions::octaves);
    /// by default the smallest number that a keyframe asks for.
    pub octaves: Option<u32>,
    /// Whether frames keep the contents' colours, as
    /// [`PaintOptions::keep_colours`](crate::PaintOptions::keep_colours); between two keyframes
    /// their colours are mixed.
    pub keep_colours: bool,
}

impl Default for MorphOptions {
    /// Options for 48 frames of at most 512 px, with a smooth pace and without a way back.
    fn default() -> Self {
        Self {
            frames: 48,
            ease: Ease::default(),
            path: BlendPath::default(),
            closed: false,
            longest: 512,
            warp: false,
            octaves: None,
            keep_colours: false,
        }
    }
}

/// The evenness of a morph, measured by mean differences between neighbouring frames, 0…1 of the
/// range of a colour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    /// The largest difference.
    pub largest: f64,
    /// Index, from 0, of the frame that the largest difference leads to.
    pub at: usize,
    /// The mean of all differences.
    pub mean: f64,
    /// Indices, from 0 and ascending, of the keyframes without a face whose eyes and mouth were
    /// found, if [`MorphOptions::warp`] asks for one.
    pub without_face: Vec<usize>,
}

/// The error that a morph cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MorphError {
    /// There are fewer than two keyframes, or fewer frames than keyframes.
    #[error(
        "a morph of {keyframes} pictures in {frames} frames: there must be at least two pictures, and a frame for each"
    )]
    TooFew {
        /// Number of keyframes given.
        keyframes: usize,
        /// Number of frames asked for.
        frames: usize,
    },
    /// A frame cannot be painted.
    #[error(transparent)]
    Paint(#[from] PaintError),
    /// A style is of another model.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The contents do not fit each other.
    #[error(transparent)]
    Content(#[from] ContentError),
}

/// Paints a morph through all keyframes, and hands each frame to `put` with its index.
///
/// Between two keyframes the content's features and lines and the style codes travel together, so
/// that every frame is a painting of its own and not two laid over each other. All pictures are
/// cropped to the aspect ratio of the first and laid over white. The first frame is the first
/// keyframe painted in its style, the last one the last. `monitor` is told of each frame.
///
/// # Errors
/// There are too few keyframes, a painting fails, or [`PaintError::Stopped`] soon after `monitor`
/// wants to stop.
pub fn morph(
    painter: &Painter,
    keyframes: &[Keyframe],
    options: &MorphOptions,
    put: &mut dyn FnMut(usize, &Picture),
    monitor: &mut dyn Monitor,
) -> Result<Steps, MorphError> {
    let frames = options.frames;
    if keyframes.len() < 2 || frames < keyframes.len() {
        let keyframes = keyframes.len();
        return Err(MorphError::TooFew { keyframes, frames });
    }
    let first = &keyframes[0].picture;
    let (width, height) = frame_size((first.width(), first.height()), options.longest);
    let pictures: Vec<Picture> = keyframes
        .iter()
        .map(|keyframe| fit_to_frame(&keyframe.picture, width, height))
        .collect();
    let asked = || {
        pictures
            .iter()
            .map(|picture| painter.octaves(picture))
            .min()
    };
    let octaves = options.octaves.or_else(asked).unwrap_or(0);
    let content_of = |keyframe: usize, picture: &Picture| {
        painter.content_of(picture, &keyframes[keyframe].style, octaves)
    };
    let contents: Vec<ContentCode> = pictures
        .iter()
        .enumerate()
        .map(|(keyframe, picture)| content_of(keyframe, picture))
        .collect();
    let mut steps = Steps::default();
    let mut faces = Vec::new();
    if options.warp {
        for (keyframe, picture) in pictures.iter().enumerate() {
            let anatomy = painter.anatomy(picture);
            let face = anatomy.and_then(|anatomy| leading(&anatomy.faces).cloned());
            if face.is_none() {
                steps.without_face.push(keyframe);
            }
            faces.push(face);
        }
    }
    let face_of = |keyframe: usize| faces.get(keyframe).and_then(Option::as_ref);
    let mut last: Option<Picture> = None;
    for index in 0..frames {
        if monitor.cancelled() {
            return Err(PaintError::Stopped.into());
        }
        let (from, to, share) = place(index, keyframes.len(), options);
        let weights = [1.0 - share, share];
        let pair = [from, to];
        let between = share > 0.0 && share < 1.0;
        let pair_of_faces = face_of(from).zip(face_of(to)).filter(|_| between);
        let moved = pair_of_faces.map(|(one, other)| {
            let warp = LandmarkWarp::between(one, other, (width, height));
            [(from, 0.0), (to, 1.0)]
                .map(|(keyframe, own)| warp.carried(&pictures[keyframe], own, share))
        });
        let shown = match &moved {
            Some(moved) => moved.each_ref(),
            None => pair.map(|keyframe| &pictures[keyframe]),
        };
        let content: Vec<_> = match &moved {
            Some(moved) => pair
                .iter()
                .zip(moved)
                .map(|(&keyframe, picture)| content_of(keyframe, picture))
                .collect(),
            None => pair
                .iter()
                .map(|&keyframe| contents[keyframe].clone())
                .collect(),
        };
        let content: Vec<_> = content.into_iter().zip(weights).collect();
        let styles = pair.map(|keyframe| keyframes[keyframe].style.clone());
        let styles: Vec<_> = styles.into_iter().zip(weights).collect();
        let style = painter.blend(&styles, options.path)?;
        let mut content = ContentCode::blend(&content)?;
        if options.keep_colours {
            // In their own colours, the skin of the pictures is right.
            content.skin = None;
        }
        let mut frame = painter.paint_content(&content, &style)?;
        if options.keep_colours {
            let colours = mixed(shown, share);
            frame = in_colours_of(&colours, frame, &painter.surface(&style));
        }
        lay_over_white(&mut frame, shown, share);
        if let Some(last) = &last {
            let step = difference(last, &frame);
            steps.mean += step / (frames - 1) as f64;
            if step > steps.largest {
                (steps.largest, steps.at) = (step, index);
            }
        }
        put(index, &frame);
        let (done, total) = (index + 1, frames);
        monitor.progress(Progress { done, total });
        last = Some(frame);
    }
    Ok(steps)
}

/// The keyframes before and after a frame, and the share of the way between them.
fn place(index: usize, keyframes: usize, options: &MorphOptions) -> (usize, usize, f32) {
    // A loop has as many legs as keyframes, and ends one frame before it is back.
    let (legs, last) = if options.closed {
        (keyframes, options.frames)
    } else {
        (keyframes - 1, options.frames - 1)
    };
    let leg = (index * legs / last).min(legs - 1);
    let time = (index * legs - leg * last) as f32 / last as f32;
    (leg, (leg + 1) % keyframes, options.ease.at(time))
}

/// Mean difference between two pictures of one size, 0…1 of the range of a colour.
pub(crate) fn difference(left: &Picture, right: &Picture) -> f64 {
    let pairs = left.rgb().iter().zip(right.rgb());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / left.rgb().len() as f64 / 255.0
}

/// Width and height in pixels of the frames of a morph whose first picture has the given size; see
/// [`MorphOptions::longest`].
pub fn frame_size((width, height): (u32, u32), longest: u32) -> (u32, u32) {
    let longest = longest.clamp(32, 1024);
    if width.max(height) <= longest {
        (width, height)
    } else {
        fit_within((width, height), longest, longest)
    }
}

/// Crops the middle of a picture to a frame's aspect ratio and size; [`morph`] uses nothing else of
/// the picture.
pub fn fit_to_frame(picture: &Picture, width: u32, height: u32) -> Picture {
    let (own_width, own_height) = (u64::from(picture.width()), u64::from(picture.height()));
    let (wide, high) = (u64::from(width), u64::from(height));
    // The largest part of the shape asked for.
    let part_width = own_width.min((own_height * wide).div_ceil(high)) as u32;
    let part_height = own_height.min((own_width * high).div_ceil(wide)) as u32;
    let part = picture.crop(Rectangle {
        left: (picture.width() - part_width) / 2,
        top: (picture.height() - part_height) / 2,
        width: part_width,
        height: part_height,
    });
    resize(&part, width, height)
}

/// Mixes the colours of the two pictures that a frame lies between, without regard to their alpha.
fn mixed(between: [&Picture; 2], share: f32) -> Picture {
    let [from, to] = between.map(Depth::opaque);
    let mut mixed = from.into_owned();
    for (byte, &other) in mixed.rgb_mut().iter_mut().zip(to.rgb()) {
        *byte = (f32::from(*byte) * (1.0 - share) + f32::from(other) * share).round() as u8;
    }
    mixed
}

/// Lays a frame over white where the pictures that it lies between are transparent. Pictures are
/// painted with their visible colours alone, so that white paper is no part of the style.
fn lay_over_white(frame: &mut Picture, between: [&Picture; 2], share: f32) {
    if between.iter().all(|picture| picture.alpha().is_none()) {
        return;
    }
    let seen = |picture: &Picture, index| match picture.alpha() {
        Some(alpha) => f32::from(alpha.at(index)) / 65535.0,
        None => 1.0,
    };
    let pixels = frame.rgb_mut().as_chunks_mut::<3>().0;
    for (index, colour) in pixels.iter_mut().enumerate() {
        let [from, to] = between.map(|picture| seen(picture, index));
        let there = from * (1.0 - share) + to * share;
        *colour =
            colour.map(|byte| (f32::from(byte) * there + 255.0 * (1.0 - there)).round() as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::{drawing, painter};

    fn keyframes(painter: &Painter) -> Vec<Keyframe> {
        let keyframe = |picture: Picture, seed| Keyframe {
            picture,
            style: painter.sampled_style(None, seed).unwrap(),
        };
        vec![
            keyframe(drawing(40, 32), 1),
            keyframe(drawing(60, 90).flip_horizontal(), 2),
            keyframe(Picture::filled(8, 8, [200, 30, 30]), 3),
        ]
    }

    fn frames(painter: &Painter, options: &MorphOptions) -> (Vec<Picture>, Steps) {
        let mut frames = Vec::new();
        let mut put = |index: usize, frame: &Picture| {
            assert_eq!(index, frames.len());
            frames.push(frame.clone());
        };
        let steps = morph(painter, &keyframes(painter), options, &mut put, &mut ()).unwrap();
        (frames, steps)
    }

    #[test]
    fn a_morph_begins_and_ends_on_its_ends_and_says_its_largest_step() {
        let painter = painter();
        for ease in [Ease::Linear, Ease::Smooth] {
            let options = MorphOptions {
                frames: 9,
                ease,
                ..MorphOptions::default()
            };
            let (frames, steps) = frames(&painter, &options);
            assert_eq!(frames.len(), 9);
            let keyframes = keyframes(&painter);
            for (frame, keyframe) in [(0, 0), (4, 1), (8, 2)] {
                let Keyframe { picture, style } = &keyframes[keyframe];
                let content = painter.content_of(&fit_to_frame(picture, 40, 32), style, 0);
                let alone = painter.paint_content(&content, style).unwrap();
                assert_eq!(frames[frame], alone, "{ease:?} {frame}");
            }
            let each: Vec<f64> = frames
                .windows(2)
                .map(|pair| difference(&pair[0], &pair[1]))
                .collect();
            let largest = each.iter().copied().fold(0.0, f64::max);
            assert_eq!((steps.largest, each[steps.at - 1]), (largest, largest));
            assert!((steps.mean - each.iter().sum::<f64>() / 8.0).abs() < 1e-9);
            assert!(steps.mean > 0.0);
        }
    }

    #[test]
    fn faces_are_carried_to_each_other_and_the_rest_fades() {
        let painter = painter();
        let options = |warp| MorphOptions {
            frames: 5,
            warp,
            ..MorphOptions::default()
        };
        let bytes = crate::faces::SAMPLE_PORTRAIT;
        let portrait = utsushi_imaging::decode(bytes, &Default::default()).unwrap();
        let style = painter.sampled_style(None, 1).unwrap();
        let keyframe = |picture| Keyframe {
            picture,
            style: style.clone(),
        };
        let faces = [
            keyframe(portrait.picture.clone()),
            keyframe(portrait.picture.flip_horizontal()),
            keyframe(Picture::filled(128, 128, [90; 3])),
        ];
        let painted = |warp| {
            let mut frames = Vec::new();
            let mut put = |_: usize, frame: &Picture| frames.push(frame.clone());
            let steps = morph(&painter, &faces, &options(warp), &mut put, &mut ()).unwrap();
            (frames, steps.without_face)
        };
        let (plain, none) = painted(false);
        let (warped, without) = painted(true);
        assert_eq!((none, without), (vec![], vec![2]));
        assert_ne!(plain[1], warped[1]);
        for same in [0, 2, 3, 4] {
            assert_eq!(plain[same], warped[same], "{same}");
        }
    }

    #[test]
    fn a_loop_is_one_step_from_its_beginning_at_its_end() {
        let painter = painter();
        let closed = MorphOptions {
            frames: 6,
            closed: true,
            ease: Ease::Linear,
            ..MorphOptions::default()
        };
        assert_eq!(place(0, 3, &closed), (0, 1, 0.0));
        assert_eq!(place(3, 3, &closed), (1, 2, 0.5));
        assert_eq!(place(5, 3, &closed), (2, 0, 0.5));
        assert_eq!(frames(&painter, &closed).0.len(), 6);
    }

    #[test]
    fn too_few_pictures_or_frames_are_refused() {
        let painter = painter();
        let keyframes = keyframes(&painter);
        for (count, frames) in [(1, 9), (3, 2), (0, 0)] {
            let options = MorphOptions {
                frames,
                ..MorphOptions::default()
            };
            let error = morph(
                &painter,
                &keyframes[..count],
                &options,
                &mut |_, _| {},
                &mut (),
            );
            assert!(matches!(error, Err(MorphError::TooFew { .. })));
        }
    }

    #[test]
    fn pictures_are_cut_to_the_shape_of_the_first() {
        let part = fit_to_frame(&drawing(100, 40), 20, 20);
        assert_eq!((part.width(), part.height()), (20, 20));
        assert_eq!(fit_to_frame(&part, 20, 20), part);
        assert_eq!(frame_size((300, 100), 150), (150, 50));
        assert_eq!(frame_size((40, 30), 512), (40, 30));
    }
}
