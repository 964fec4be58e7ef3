//! What each style looks like, painted by the model itself.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::OnceCell;
use utsushi::{BlendPath, StyleCode};
use utsushi_imaging::OutputFormat;

use super::fault::Fault;
use super::studio::Studio;
use crate::{StylePart, StyleSource, Work};

/// A free drawing, of 128 px, with its terms in `assets/NOTICE`.
pub(super) static SITTER: &[u8] = include_bytes!("../../assets/sitter.png");

/// Thumbnails by the number of their style, painted when first asked for.
pub(super) struct Thumbnails(Vec<OnceCell<(Bytes, String)>>);

impl Thumbnails {
    pub(super) fn new(styles: usize) -> Self {
        Self((0..styles).map(|_| OnceCell::new()).collect())
    }

    /// The picture of a style and its tag; nothing if there is no such style to paint in.
    pub(super) async fn get(
        &self,
        studio: &Arc<Studio>,
        index: usize,
    ) -> Option<Result<(Bytes, String), Fault>> {
        let name = studio.engine.model().style_info(index)?.name.to_owned();
        let painted = self.0.get(index)?.get_or_try_init(|| async {
            let work = Work {
                content: Bytes::from_static(SITTER),
                references: Vec::new(),
                styles: vec![StylePart {
                    source: StyleSource::Named(name),
                    weights: [1.0; StyleCode::STAGES],
                }],
                path: BlendPath::Line,
                strength: 1.0,
                format: OutputFormat::WebP,
            };
            let painted = studio.engine.submit(work)?.finished().await?;
            let tag = super::entity_tag::of(&painted.bytes);
            Ok::<_, Fault>((painted.bytes, tag))
        });
        Some(painted.await.cloned())
    }
}
