//! The course of an evaluation, one style after the other.

mod faces;
mod few;
mod generated;
mod likeness;
mod real;
mod style;
mod tally;

use std::sync::atomic::AtomicBool;

use utsushi::Painter;

use crate::gallery::Gallery;
use crate::method::{EvaluationContext, Method};
use crate::plan::StylePlan;
use crate::report::{
    Evaluation, FORMAT, GeneratedReport, JudgeReport, MeanReport, Measures, MethodReport,
    RealMeasures, RealReport, Report, StyleReport, margin_of_mean,
};
use crate::samples::mean;
use crate::{EvaluateError, EvaluateOptions, EvaluationData, Judge, Progress, Rendition, plan};

use few::Counts;
pub(crate) use real::RealPaintings;
use style::StyleRun;
pub(crate) use tally::Tally;

/// Repaints held-out pictures in each style of the data, and measures these outputs, those of the
/// peers, and real paintings. `model` is the model's name in the report.
///
/// On a CPU the same model, data and options give exactly the same report.
///
/// # Errors
/// As [`plan`]; pictures or outputs cannot be read; the output of the model or the feature network
/// is not finite; [`EvaluateError::Stopped`] soon after `stop` is set.
pub fn evaluate(
    painter: &Painter,
    model: &str,
    judge: &Judge,
    data: &EvaluationData<'_>,
    options: &EvaluateOptions,
    progress: &mut dyn FnMut(&Progress),
    stop: &AtomicBool,
) -> Result<Evaluation, EvaluateError> {
    let gallery = &mut Gallery::default();
    evaluate_beside(
        gallery, painter, model, judge, data, options, progress, stop,
    )
}

/// Evaluates as [`evaluate`] does, with `gallery` as a cache of what is known of real paintings
/// from earlier evaluations.
///
/// # Errors
/// As [`evaluate`].
#[allow(clippy::too_many_arguments, reason = "evaluate's, and the gallery")]
pub fn evaluate_beside(
    gallery: &mut Gallery,
    painter: &Painter,
    model: &str,
    judge: &Judge,
    data: &EvaluationData<'_>,
    options: &EvaluateOptions,
    progress: &mut dyn FnMut(&Progress),
    stop: &AtomicBool,
) -> Result<Evaluation, EvaluateError> {
    let plan = plan(data, options)?;
    let size = options.size.unwrap_or(painter.config().native_size as u32);
    let mut methods = vec![Method::Unchanged, Method::Reinhard];
    methods.extend(options.outputs.clone().map(Method::Outputs));
    methods.push(Method::Model);

    let jobs: usize = plan
        .styles
        .iter()
        .map(|style| style.all_jobs().count())
        .sum();
    let looked_at = methods.len() * jobs;
    let new = plan.styles.iter();
    let new = new.filter(|style| makes_paintings(painter, &style.name, options));
    let new = new.count() * options.generated;
    let missing = gallery.missing(data, judge, size, options.seed, &plan);
    let mut tally = Tally::new(looked_at + new + missing, progress, stop);
    let mut context = EvaluationContext::new(data, painter, size, stop);
    if options.faces {
        context = context.with_observer()?;
    }
    let real = gallery.real(&plan, &context, judge, options.seed, &mut tally)?;
    let mut styles = Vec::new();
    let (mut grids, mut new_paintings) = (Vec::new(), Vec::new());
    for (index, style) in plan.styles.iter().enumerate() {
        let mut run = StyleRun {
            plan: style,
            place: index,
            real,
            judge,
            options,
            context: &mut context,
        };
        let (measured, grid) = run.measure(&methods, &mut tally)?;
        let generated = if makes_paintings(painter, &style.name, options) {
            let (generated, grid) = run.generated(&mut tally)?;
            new_paintings.extend(grid);
            Some(generated)
        } else {
            None
        };
        let references = data.validation(style.style).len().min(style.jobs.len());
        styles.push(StyleReport {
            name: style.name.clone(),
            unseen: style.unseen,
            pictures: style.jobs.len(),
            references,
            real: real.reports[index],
            methods: measured,
            generated,
        });
        grids.extend(grid);
    }
    let (unseen, seen): (Vec<_>, Vec<_>) = styles.iter().partition(|style| style.unseen);
    let (counted, unseen) = if seen.is_empty() {
        (unseen, Vec::new())
    } else {
        (seen, unseen)
    };
    let mean_unseen = (!unseen.is_empty()).then(|| MeanReport {
        methods: mean_methods(&unseen),
        real: mean_real(&unseen),
    });
    let identities = data.identities().into_iter().skip(1);
    let report = Report {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        model: model.to_owned(),
        set: data.first().identity().to_string(),
        unseen_sets: identities.map(|set| set.to_string()).collect(),
        size,
        seed: options.seed,
        judge: JudgeReport {
            network: judge.architecture().title().to_owned(),
            dimensions: judge.dimensions(),
            is_of_training: judge.is_of_training(),
        },
        mean: mean_methods(&counted),
        mean_real: mean_real(&counted),
        mean_unseen,
        mean_generated: mean_generated(&counted),
        remarks: remarks(
            painter,
            judge,
            (data, options),
            size,
            (&plan.styles, &styles),
        ),
        styles,
        left_out: plan.left_out,
    };
    Ok(Evaluation {
        report,
        grids,
        new_paintings,
    })
}

/// Whether there are new paintings to measure: some are asked for, and the model can make them in
/// this style.
fn makes_paintings(painter: &Painter, style: &str, options: &EvaluateOptions) -> bool {
    let mut known = painter.styles().iter();
    options.generated > 0
        && painter.makes_sketches()
        && known.any(|known| known.name == style && !known.content_only)
}

fn mean_generated(styles: &[&StyleReport]) -> Option<GeneratedReport> {
    let all: Vec<_> = styles.iter().filter_map(|s| s.generated.as_ref()).collect();
    GeneratedReport::mean(&all)
}

fn mean_methods(styles: &[&StyleReport]) -> Vec<MethodReport> {
    let first = styles.first().map_or(&[][..], |style| &style.methods);
    let of_method = |(index, method): (usize, &MethodReport)| {
        let mean = |rendition: Rendition| {
            let all = styles.iter().map(|s| s.methods[index].of(rendition));
            Measures::mean(&all.collect::<Vec<_>>())
        };
        MethodReport {
            name: method.name.clone(),
            measures: mean(Rendition::Colour),
            grey: mean(Rendition::Grey),
            closest: None,
        }
    };
    first.iter().enumerate().map(of_method).collect()
}

fn mean_real(styles: &[&StyleReport]) -> RealReport {
    let sum = |count: fn(&RealReport) -> usize| styles.iter().map(|s| count(&s.real)).sum();
    RealReport {
        paintings: sum(|real| real.paintings),
        held_out: sum(|real| real.held_out),
        pool: sum(|real| real.pool),
        colour: mean_real_measures(styles, Rendition::Colour),
        grey: mean_real_measures(styles, Rendition::Grey),
    }
}

fn mean_real_measures(styles: &[&StyleReport], rendition: Rendition) -> RealMeasures {
    let all = styles.iter().map(|style| style.real.of(rendition));
    let all: Vec<&RealMeasures> = all.collect();
    let of = |value: fn(&RealMeasures) -> f64| {
        let values: Vec<f64> = all.iter().map(|&real| value(real)).collect();
        mean(&values).unwrap_or(0.0)
    };
    let margins: Vec<f64> = all.iter().map(|real| real.kernel_margin).collect();
    let accuracies: Vec<f64> = all.iter().filter_map(|real| real.style_accuracy).collect();
    RealMeasures {
        frechet: of(|real| real.frechet),
        kernel: of(|real| real.kernel),
        kernel_margin: margin_of_mean(&margins).unwrap_or(0.0),
        style_accuracy: mean(&accuracies),
        diversity: of(|real| real.diversity),
        nearest_training: of(|real| real.nearest_training),
    }
}

/// Collects remarks to be considered when reading the numbers.
fn remarks(
    painter: &Painter,
    judge: &Judge,
    (data, options): (&EvaluationData<'_>, &EvaluateOptions),
    size: u32,
    (plan, styles): (&[StylePlan], &[StyleReport]),
) -> Vec<String> {
    let set_size = data.size();
    let mut remarks = Vec::new();
    for style in styles {
        let name = &style.name;
        let mut known = painter.styles().iter();
        let known = known.any(|known| known.name == *name && !known.content_only);
        if known && style.unseen {
            remarks.push(format!(
                "{name} counts as unseen, but the model has a style of this name: was it really \
                 left out of training?"
            ));
        } else if !known && !style.unseen {
            remarks.push(format!(
                "{name} is no style that the model was trained on; `--unseen {name}` keeps it \
                 out of the mean."
            ));
        }
    }
    if judge.is_of_training() {
        remarks.push(format!(
            "The judge, {}, is the network that utsushi's discriminators are trained on: a model \
             may have learned to please it, so these distances and accuracies flatter. Import \
             EfficientNet-Lite1 or Lite2 for a judge that training never uses.",
            judge.architecture().title()
        ));
    }
    if set_size < size {
        remarks.push(format!(
            "The set's pictures have {} px and were enlarged to {size} px: real paintings are as \
             soft as that.",
            set_size
        ));
    }
    for (style, plan) in styles.iter().zip(plan) {
        remarks.extend(few::remark(&style.name, &Counts::of(data, plan, options)));
    }
    remarks
}
