//! Paint tasks: what the painting thread paints.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Sender;

use tokio::sync::watch;
use tracing::Span;
use utsushi::creative::{Direction, EditMode, Keyframe, MorphOptions};
use utsushi::{PaintOptions, PaintRequest, Style, StyleRegion};
use utsushi_imaging::AnyPicture;

use super::Phase;

/// A paint task, with the channel to the worker that waits for it.
pub(in super::super) struct PaintJob {
    pub(in super::super) task: PaintTask,
    pub(in super::super) cancel: Arc<AtomicBool>,
    pub(in super::super) phase: watch::Sender<Phase>,
    pub(in super::super) span: Span,
}

/// A paint task: decoded pictures, and what is to be done with them.
pub(in super::super) enum PaintTask {
    Painting {
        content: AnyPicture,
        style: Style,
        regions: Vec<StyleRegion>,
        strength: f32,
        octaves: Option<u32>,
        keep_colours: bool,
        networks_alone: bool,
    },
    Edit {
        content: AnyPicture,
        directions: Vec<(Direction, f32)>,
        mode: EditMode,
        strength: f32,
        octaves: Option<u32>,
    },
    Morph {
        keyframes: Vec<Keyframe>,
        options: MorphOptions,
        /// Channel for the indices of keyframes without a face, if landmarks lead the morph.
        without_face: Sender<Vec<usize>>,
    },
}

impl PaintTask {
    /// Number of pixels that are painted without a break in which other jobs could be painted.
    pub(super) fn pixels(&self) -> u64 {
        match self {
            Self::Painting { content, .. } | Self::Edit { content, .. } => content.pixels(),
            Self::Morph { .. } => u64::MAX,
        }
    }

    /// Width and height, if the task can be painted together with others of its size.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        match self {
            Self::Painting {
                content: AnyPicture::Eight(content),
                ..
            } => Some((content.width(), content.height())),
            _ => None,
        }
    }

    /// The request to paint a content in 8 bits; `tile` is the side of the square that is painted
    /// at once.
    pub(super) fn request(&self, tile: u32) -> Option<PaintRequest<'_>> {
        match self {
            Self::Painting {
                content: AnyPicture::Eight(content),
                ..
            } => self.request_of(content, tile),
            _ => None,
        }
    }

    /// The request to paint a content of 8 or 16 bits a channel.
    pub(super) fn any_request(&self, tile: u32) -> Option<PaintRequest<'_, AnyPicture>> {
        match self {
            Self::Painting { content, .. } => self.request_of(content, tile),
            _ => None,
        }
    }

    fn request_of<'a, P>(&'a self, content: &'a P, tile: u32) -> Option<PaintRequest<'a, P>> {
        let Self::Painting {
            style,
            regions,
            strength,
            octaves,
            keep_colours,
            networks_alone,
            ..
        } = self
        else {
            return None;
        };
        let options = PaintOptions {
            strength: *strength,
            tile,
            octaves: *octaves,
            keep_colours: *keep_colours,
            networks_alone: *networks_alone,
        };
        let request = PaintRequest::new(content, style).with_regions(regions);
        Some(request.with_options(options))
    }
}
