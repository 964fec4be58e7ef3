//! Which pictures are repainted after which paintings, and which real ones they are held against.

mod jobs;

pub use jobs::write_jobs;

use utsushi_dataset::{PreparedSet, Role};

use crate::random::{Stream, shuffle, stream};
use crate::{EvaluateError, EvaluateOptions};

/// Contents that are repainted after several references each.
const VARIED_CONTENTS: usize = 6;

/// References that each of them is repainted after.
pub(crate) const VARIED_REFERENCES: usize = 4;

/// What is measured: a function of the set, the seed and the numbers of pictures alone.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationPlan {
    /// The styles that are measured, in the set's order.
    pub styles: Vec<StylePlan>,
    /// Styles that cannot be measured, and why.
    pub left_out: Vec<(String, String)>,
}

/// What is measured of one style. Pictures are indices into the set's entries.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePlan {
    /// The style's number in the set.
    pub style: usize,
    /// Its name.
    pub name: String,
    /// Repainted once each: held-out pictures of other styles, each after a held-out painting of
    /// this one.
    pub jobs: Vec<PlannedJob>,
    /// The first contents again, after further references.
    pub varied: Vec<PlannedJob>,
    /// As many real paintings as there are jobs: held-out ones first, filled up from the training
    /// split where there are not enough.
    pub real: Vec<usize>,
    /// How many of `real` are held out.
    pub held_out: usize,
    /// Real paintings of the training split, none of them in `real`, that everything is held
    /// against.
    pub pool: Vec<usize>,
    /// Held-out pictures among which a repainted one is to be known again: the jobs' contents in
    /// their order, then others.
    pub lineup: Vec<usize>,
}

/// One picture to repaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedJob {
    /// The picture.
    pub content: usize,
    /// The painting that shows the style.
    pub reference: usize,
}

/// Decides what is measured.
///
/// # Errors
/// Options out of range, or a set in which no style has what measuring needs: held-out paintings
/// of its own, held-out pictures of others, and four paintings in all.
pub fn plan(set: &PreparedSet, options: &EvaluateOptions) -> Result<EvaluationPlan, EvaluateError> {
    options.validate()?;
    let mut plan = EvaluationPlan {
        styles: Vec::new(),
        left_out: Vec::new(),
    };
    for (index, style) in set.styles().iter().enumerate() {
        if style.role == Role::ContentOnly {
            continue;
        }
        match style_plan(set, index, options) {
            Ok(style) => plan.styles.push(style),
            Err(reason) => plan.left_out.push((style.name.clone(), reason)),
        }
    }
    if plan.styles.is_empty() {
        let reasons = plan.left_out.iter();
        let reasons: Vec<String> = reasons
            .map(|(name, why)| format!("{name}: {why}"))
            .collect();
        let path = set.folder().to_owned();
        let reason = if reasons.is_empty() {
            "it has no style".to_owned()
        } else {
            reasons.join("; ")
        };
        return Err(EvaluateError::NothingToMeasure { path, reason });
    }
    Ok(plan)
}

fn style_plan(
    set: &PreparedSet,
    style: usize,
    options: &EvaluateOptions,
) -> Result<StylePlan, String> {
    let shuffled = |indices: &[usize], purpose| {
        let mut indices = indices.to_vec();
        shuffle(&mut stream(options.seed, purpose, style), &mut indices);
        indices
    };
    let references = shuffled(set.validation(style), Stream::References);
    if references.is_empty() {
        return Err(
            "no painting of it is held out; prepare the set with `validation` above 0".to_owned(),
        );
    }
    let contents = contents(set, style, options.seed);
    let held_out = shuffled(set.validation(style), Stream::Real);
    let training = shuffled(set.train(style), Stream::Real);
    let count = options
        .pictures
        .min(contents.len())
        .min((held_out.len() + training.len()) / 2);
    // The pool must keep two paintings.
    let count = count.min((held_out.len() + training.len()).saturating_sub(2));
    if count < 2 || training.len() < 2 {
        return Err(format!(
            "{} held-out pictures of other styles and {} paintings of its own ({} of them for \
             training) are too few",
            contents.len(),
            held_out.len() + training.len(),
            training.len()
        ));
    }
    let mut real: Vec<usize> = held_out.iter().copied().take(count).collect();
    let held_out = real.len();
    let filled = (count - held_out).min(training.len() - 2);
    real.extend(&training[..filled]);
    let most = if options.real == 0 {
        usize::MAX
    } else {
        options.real
    };
    let reference = |place: usize| references[place % references.len()];
    let count = real.len();
    let jobs = (0..count).map(|place| PlannedJob {
        content: contents[place],
        reference: reference(place),
    });
    let varied = (0..VARIED_CONTENTS.min(count)).flat_map(|place| {
        let others = 1..VARIED_REFERENCES.min(references.len());
        others.map(move |step| (place, step))
    });
    let varied = varied.map(|(place, step)| PlannedJob {
        content: contents[place],
        reference: reference(place + step),
    });
    Ok(StylePlan {
        style,
        name: set.styles()[style].name.clone(),
        jobs: jobs.collect(),
        varied: varied.collect(),
        real,
        held_out,
        pool: training[filled..].iter().copied().take(most).collect(),
        lineup: contents.iter().copied().take(count.max(100)).collect(),
    })
}

/// All held-out pictures of other styles: one of each in turn, as long as there are any.
fn contents(set: &PreparedSet, style: usize, seed: u64) -> Vec<usize> {
    let mut random = stream(seed, Stream::Contents, style);
    let mut others: Vec<Vec<usize>> = (0..set.styles().len())
        .filter(|&other| other != style)
        .map(|other| set.validation(other).to_vec())
        .collect();
    for other in &mut others {
        shuffle(&mut random, other);
    }
    let longest = others.iter().map(Vec::len).max().unwrap_or(0);
    let turns = (0..longest).flat_map(|turn| others.iter().filter_map(move |o| o.get(turn)));
    turns.copied().collect()
}
