//! What one training step sees.

use crate::sampler::{BatchPlan, Draw};
use crate::{DatasetError, Pictures, PreparedSet};

/// The pictures of one training step, a pure function of the set, the seed and the step.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingBatch {
    /// The step's number.
    pub step: u64,
    /// Pictures to repaint, of all styles, content-only ones included. Windows of them in a step of
    /// near views.
    pub content: Pictures,
    /// Pictures to paint like, always whole; their styles are the target styles.
    pub reference: Pictures,
    /// Real paintings for the discriminators in a step of [near views](crate::NearViews): windows
    /// of the references. In other steps that are the references.
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
