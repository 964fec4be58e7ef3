//! What is painted.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::watch;
use tracing::Span;
use utsushi_imaging::Picture;
use utsushi_range::{Direction, EditMode, MorphOptions, Station};
use utsushi_transfer::{Order, StyleCode};

use super::Phase;

/// A scene, and who waits for it.
pub(in super::super) struct Canvas {
    pub(in super::super) scene: Scene,
    pub(in super::super) cancel: Arc<AtomicBool>,
    pub(in super::super) phase: watch::Sender<Phase>,
    pub(in super::super) span: Span,
}

/// Decoded pictures, and what is to be done with them.
pub(in super::super) enum Scene {
    Painting {
        content: Picture,
        style: StyleCode,
        strength: f32,
        octaves: Option<u32>,
    },
    Edit {
        content: Picture,
        directions: Vec<(Direction, f32)>,
        mode: EditMode,
        strength: f32,
        octaves: Option<u32>,
    },
    Morph {
        stations: Vec<Station>,
        options: MorphOptions,
    },
}

impl Scene {
    /// Pixels that are painted without a break at which others could pass.
    pub(super) fn pixels(&self) -> u64 {
        match self {
            Self::Painting { content, .. } | Self::Edit { content, .. } => content.pixels(),
            Self::Morph { .. } => u64::MAX,
        }
    }

    /// What can be painted together with others of its size.
    pub(super) fn order(&self) -> Option<Order<'_>> {
        match self {
            Self::Painting {
                content,
                style,
                strength,
                octaves,
            } => Some(Order {
                content,
                style,
                strength: *strength,
                octaves: *octaves,
            }),
            _ => None,
        }
    }
}
