//! Real paintings that have been looked at.

use utsushi_backbone::Architecture;
use utsushi_dataset::ContentHash;

use crate::method::Studio;
use crate::plan::EvaluationPlan;
use crate::run::{RealPaintings, Tally};
use crate::{EvaluateError, EvaluationData, Judge};

/// What is known of real paintings after an evaluation, for the next one of another model: they
/// need not be looked at again as long as sets, judge, size and options stay the same.
///
/// A gallery belongs to one judge: two files of the same architecture are not told apart.
#[derive(Default)]
pub struct Gallery {
    hung: Option<(Key, RealPaintings)>,
}

/// Everything that real paintings' measures follow from.
#[derive(PartialEq)]
struct Key {
    sets: Vec<ContentHash>,
    judge: Architecture,
    size: u32,
    seed: u64,
    plan: EvaluationPlan,
}

impl Gallery {
    /// How many paintings [`Gallery::real`] will have to look at.
    pub(crate) fn missing(
        &self,
        data: &EvaluationData<'_>,
        judge: &Judge,
        size: u32,
        seed: u64,
        plan: &EvaluationPlan,
    ) -> usize {
        let key = Key::new(data, judge, size, seed, plan);
        match &self.hung {
            Some((hung, _)) if *hung == key => 0,
            _ => plan
                .styles
                .iter()
                .map(|s| s.real.len() + s.pool.len())
                .sum(),
        }
    }

    /// What is known of the plan's real paintings; looks at them where they are not hung yet.
    pub(crate) fn real(
        &mut self,
        plan: &EvaluationPlan,
        studio: &Studio<'_>,
        judge: &Judge,
        seed: u64,
        tally: &mut Tally<'_>,
    ) -> Result<&RealPaintings, EvaluateError> {
        let key = Key::new(studio.data, judge, studio.size, seed, plan);
        let hung = match self.hung.take() {
            Some((hung, real)) if hung == key => (hung, real),
            _ => (
                key,
                RealPaintings::look_at(plan, studio, judge, seed, tally)?,
            ),
        };
        Ok(&self.hung.insert(hung).1)
    }
}

impl Key {
    fn new(
        data: &EvaluationData<'_>,
        judge: &Judge,
        size: u32,
        seed: u64,
        plan: &EvaluationPlan,
    ) -> Self {
        Self {
            sets: data.identities(),
            judge: judge.architecture(),
            size,
            seed,
            plan: plan.clone(),
        }
    }
}
