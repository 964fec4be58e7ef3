//! Galleries: descriptions of real paintings, kept for further evaluations.

use utsushi_backbone::Architecture;
use utsushi_dataset::ContentHash;

use crate::method::EvaluationContext;
use crate::plan::EvaluationPlan;
use crate::run::{RealPaintings, Tally};
use crate::{EvaluateError, EvaluationData, Judge};

/// A cache of the descriptions of real paintings, for evaluations of several models: they need not
/// be computed again as long as sets, judge, size and options stay the same.
///
/// A gallery belongs to one judge: two files of the same architecture are not distinguished.
#[derive(Default)]
pub struct Gallery {
    hung: Option<(Key, RealPaintings)>,
}

/// Everything on which the descriptions of real paintings depend.
#[derive(PartialEq)]
struct Key {
    sets: Vec<ContentHash>,
    judge: Architecture,
    size: u32,
    seed: u64,
    plan: EvaluationPlan,
}

impl Gallery {
    /// Number of paintings that [`Gallery::real`] will have to describe.
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

    /// The descriptions of the plan's real paintings; those that are missing are computed.
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
