//! Real paintings that have been looked at.

use utsushi_backbone::Architecture;
use utsushi_dataset::ContentHash;

use crate::method::EvaluationContext;
use crate::plan::EvaluationPlan;
use crate::run::{RealPaintings, Tally};
use crate::{EvaluateError, EvaluationData, Judge};

/// Descriptions of real paintings, kept from one evaluation for the next one of another model: they
/// need not be computed again as long as sets, judge, size and options stay the same.
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
    /// The number of paintings that [`Gallery::real`] will have to look at.
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

    /// Descriptions of the plan's real paintings; computes those that are missing.
    pub(crate) fn real(
        &mut self,
        plan: &EvaluationPlan,
        context: &EvaluationContext<'_>,
        judge: &Judge,
        seed: u64,
        tally: &mut Tally<'_>,
    ) -> Result<&RealPaintings, EvaluateError> {
        let key = Key::new(context.data, judge, context.size, seed, plan);
        let hung = match self.hung.take() {
            Some((hung, real)) if hung == key => (hung, real),
            _ => (
                key,
                RealPaintings::look_at(plan, context, judge, seed, tally)?,
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
