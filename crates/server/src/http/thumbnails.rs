//! Thumbnails: a picture for each style, painted by the model itself.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::OnceCell;
use utsushi::{BlendPath, Framing, OutputOptions, StyleCode};
use utsushi_imaging::OutputFormat;

use super::api_error::ApiError;
use super::blocking;
use super::state::ServerState;
use super::tagged_result::TaggedResult;
use crate::{PartSource, StylePart, Work};

pub(super) use utsushi::faces::SAMPLE_PORTRAIT;

/// Thumbnails by the index of their style, painted when they are first asked for.
pub(super) struct Thumbnails(Vec<OnceCell<TaggedResult>>);

impl Thumbnails {
    pub(super) fn new(styles: usize) -> Self {
        Self((0..styles).map(|_| OnceCell::new()).collect())
    }

    /// The thumbnail of a style, or `None` if there is no such style to paint in.
    pub(super) async fn get(
        &self,
        state: &Arc<ServerState>,
        index: usize,
    ) -> Option<Result<TaggedResult, ApiError>> {
        let name = state.engine.model().style_info(index)?.name.to_owned();
        let painted = self.0.get(index)?.get_or_try_init(|| async {
            let work = Work {
                content: Bytes::from_static(SAMPLE_PORTRAIT),
                references: Vec::new(),
                styles: vec![StylePart {
                    source: PartSource::Named(name),
                    weights: [1.0; StyleCode::STAGES],
                }],
                framing: Framing::Auto,
                path: BlendPath::Line,
                strength: 1.0,
                octaves: None,
                keep_colours: false,
                networks_alone: false,
                regions: Vec::new(),
                layers: false,
                format: OutputFormat::WebP,
                output: OutputOptions::default(),
            };
            let engine = state.engine.clone();
            let mut ticket = blocking::run(move || engine.submit(work)).await??;
            TaggedResult::hashed(ticket.finished().await?).await
        });
        Some(painted.await.cloned())
    }
}
