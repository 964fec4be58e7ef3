//! Batches: the pictures of one training step.

use crate::sampler::{BatchPlan, Draw};
use crate::{DatasetError, Pictures, PreparedSet};

/// The pictures of one training step, which depend on the set, the seed and the step alone.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingBatch {
    /// Number of the step.
    pub step: u64,
    /// Pictures to repaint, of all styles, content-only ones included; windows of them in a step of
    /// [near views](crate::NearViews).
    pub content: Pictures,
    /// Reference paintings, always whole; their styles are the target styles.
    pub reference: Pictures,
    /// Real paintings for the discriminators in a step of [near views](crate::NearViews): windows
    /// of the references. In other steps the references serve as these.
    pub real: Option<Pictures>,
}

impl TrainingBatch {
    pub(crate) fn load(
        set: &PreparedSet,
        plan: &BatchPlan,
        step: u64,
        size: usize,
    ) -> Result<Self, DatasetError> {
        let load = |draws: &[Draw]| {
            let mut pictures = Pictures::with_capacity(size, draws.len());
            for draw in draws {
                let entry = &set.entries()[draw.entry];
                let picture = match &draw.view {
                    None => set.picture(entry, size)?,
                    Some(view) => view.of(&set.picture(entry, view.whole(size))?, size),
                };
                let picture = if draw.flip {
                    picture.flip_horizontal()
                } else {
                    picture
                };
                pictures.push(&picture, draw.style, entry);
            }
            Ok(pictures)
        };
        Ok(Self {
            step,
            content: load(&plan.content)?,
            reference: load(&plan.reference)?,
            real: plan.real.as_deref().map(load).transpose()?,
        })
    }
}
