//! Plans: which pictures are repainted after which paintings, and with which real ones they are
//! compared.

mod jobs;

pub use jobs::write_jobs;

use utsushi_dataset::{Role, shuffle};

use crate::random::{Stream, stream};
use crate::words::counted;
use crate::{EvaluateError, EvaluateOptions, EvaluationData};

/// Number of contents that are repainted after several references each.
const VARIED_CONTENTS: usize = 6;

/// Number of references after which each of these contents is repainted.
pub(crate) const VARIED_REFERENCES: usize = 4;

/// A plan of the pictures to measure, which depends on the sets, the seed and the numbers of
/// pictures alone.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationPlan {
    /// The styles that are measured, in the order of the sets.
    pub styles: Vec<StylePlan>,
    /// Names of styles that cannot be measured, with the reasons.
    pub left_out: Vec<(String, String)>,
}

/// The pictures to measure for one style. Pictures are numbered over the entries of all sets.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePlan {
    /// Index of the style over all sets.
    pub style: usize,
    /// The style's name.
    pub name: String,
    /// Whether the style was left out of training.
    pub unseen: bool,
    /// Jobs that are done once each: held-out pictures of other styles, repainted after held-out
    /// paintings of this one.
    pub jobs: Vec<PlannedJob>,
    /// The first few contents once more, each repainted after several other references, to measure
    /// how far the paintings differ.
    pub varied: Vec<PlannedJob>,
    /// Indices of as many real paintings as there are jobs: held-out ones first, and then training
    /// paintings if there are not enough.
    pub real: Vec<usize>,
    /// Number of held-out pictures in `real`.
    pub held_out: usize,
    /// Indices of real training paintings with which everything is compared; none of them is in
    /// `real`.
    pub pool: Vec<usize>,
    /// Held-out pictures among which the content of a repainted one is to be recognised: the jobs'
    /// contents in their order, then others.
    pub lineup: Vec<usize>,
}

/// A job: one picture to repaint after one painting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedJob {
    /// Index of the picture to repaint.
    pub content: usize,
    /// Index of the painting that shows the style.
    pub reference: usize,
}

/// Makes the plan of an evaluation.
///
/// # Errors
/// Options are out of range, or no style of the set can be measured: it needs held-out paintings of
/// its own, held-out pictures of other styles, and four paintings in all.
pub fn plan(
    data: &EvaluationData<'_>,
    options: &EvaluateOptions,
) -> Result<EvaluationPlan, EvaluateError> {
    options.validate()?;
    let mut plan = EvaluationPlan {
        styles: Vec::new(),
        left_out: Vec::new(),
    };
    for index in 0..data.styles() {
        let style = data.style(index);
        if style.role == Role::ContentOnly {
            continue;
        }
        match style_plan(data, index, options) {
            Ok(style) => plan.styles.push(style),
            Err(reason) => plan.left_out.push((style.name.clone(), reason)),
        }
    }
    if plan.styles.is_empty() {
        let reasons = plan.left_out.iter();
        let reasons: Vec<String> = reasons
            .map(|(name, why)| format!("{name}: {why}"))
            .collect();
        let path = data.first().folder().to_owned();
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
    data: &EvaluationData<'_>,
    style: usize,
    options: &EvaluateOptions,
) -> Result<StylePlan, String> {
    let shuffled = |mut indices: Vec<usize>, purpose| {
        shuffle(&mut stream(options.seed, purpose, style), &mut indices);
        indices
    };
    let references = shuffled(data.validation(style), Stream::References);
    let contents = contents(data, style, options.seed);
    let held_out = shuffled(data.validation(style), Stream::Real);
    let training = shuffled(data.train(style), Stream::Real);
    let others = (0..data.first().styles().len()).any(|other| other != style);
    if let Some(missing) = missing((contents.len(), others), held_out.len(), training.len()) {
        return Err(missing);
    }
    let count = options
        .pictures
        .min(contents.len())
        .min((held_out.len() + training.len()) / 2);
    // The pool must keep two paintings.
    let count = count.min(held_out.len() + training.len() - 2);
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
        name: data.style(style).name.clone(),
        unseen: data.is_unseen(style),
        jobs: jobs.collect(),
        varied: varied.collect(),
        real,
        held_out,
        pool: training[filled..].iter().copied().take(most).collect(),
        lineup: contents.iter().copied().take(count.max(100)).collect(),
    })
}

/// Describes the pictures that a style lacks to be measured; `None` if it has enough: a held-out
/// painting, two for training, four in all, and two contents. Contents are held-out pictures of
/// other styles, if there are `others`.
fn missing((contents, others): (usize, bool), held_out: usize, training: usize) -> Option<String> {
    let paintings = held_out + training;
    let mut missing = Vec::new();
    if held_out == 0 {
        missing.push(format!(
            "no painting of it is held out, of {paintings}: prepare the set with `validation` \
             above 0, or with a larger one"
        ));
    }
    let wanted = 2.max(4usize.saturating_sub(held_out));
    if training < wanted {
        missing.push(format!(
            "{} for training, where {wanted} are needed beside {held_out} held out: add {}",
            counted(training, "of its paintings is", "of its paintings are"),
            wanted - training
        ));
    }
    if !others {
        missing.push(
            "the set has no other pictures that could be repainted in it: prepare it from a sets \
             file with a second source, such as photographs, with `role = \"content-only\"`"
                .to_owned(),
        );
    } else if contents < 2 {
        missing.push(format!(
            "{} held out, where 2 are needed to repaint: raise `validation` in the sets file, or \
             add such pictures",
            counted(
                contents,
                "picture of other styles or of content-only sources is",
                "pictures of other styles or of content-only sources are"
            )
        ));
    }
    (!missing.is_empty()).then(|| missing.join("; "))
}

/// Lists all held-out pictures of other styles of the first set, one of each style in turn as long
/// as there are any.
pub(crate) fn contents(data: &EvaluationData<'_>, style: usize, seed: u64) -> Vec<usize> {
    let mut random = stream(seed, Stream::Contents, style);
    let mut others: Vec<Vec<usize>> = (0..data.first().styles().len())
        .filter(|&other| other != style)
        .map(|other| data.validation(other))
        .collect();
    for other in &mut others {
        shuffle(&mut random, other);
    }
    let longest = others.iter().map(Vec::len).max().unwrap_or(0);
    let turns = (0..longest).flat_map(|turn| others.iter().filter_map(move |o| o.get(turn)));
    turns.copied().collect()
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn what_is_missing_is_counted() {
        assert_eq!(missing((2, true), 1, 3), None);
        assert_eq!(missing((2, true), 2, 2), None);
        assert_eq!(missing((100, true), 50, 2), None);
        let three = missing((2, true), 1, 2).unwrap();
        assert!(
            three.contains("2 of its paintings are for training, where 3"),
            "{three}"
        );
        assert!(three.ends_with("beside 1 held out: add 1"), "{three}");
        let none = missing((2, true), 40, 0).unwrap();
        assert!(none.ends_with("add 2"), "{none}");
        let no_content = missing((1, true), 4, 4).unwrap();
        assert!(
            no_content.starts_with("1 picture of other styles")
                && no_content.contains("sources is held out"),
            "{no_content}"
        );
        // Where nothing else is in the set, holding out more of it is of no help.
        let alone = missing((0, false), 4, 8).unwrap();
        assert!(
            alone.contains("content-only") && !alone.contains("validation"),
            "{alone}"
        );
        // Of three, one must be held out, and four are needed.
        let three = missing((2, true), 0, 3).unwrap();
        assert!(three.ends_with("beside 0 held out: add 1"), "{three}");
        let all = missing((0, true), 0, 0).unwrap();
        assert_eq!(all.matches("; ").count(), 2, "{all}");
    }
}
