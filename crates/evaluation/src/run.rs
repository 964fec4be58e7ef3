//! Everything measured, one style after the other.

mod generated;
mod likeness;
mod real;
mod style;
mod tally;

use std::sync::atomic::AtomicBool;

use utsushi::Painter;
use utsushi_dataset::PreparedSet;

use crate::gallery::Gallery;
use crate::method::{Method, Studio};
use crate::report::{
    Evaluation, FORMAT, GeneratedReport, JudgeReport, Measures, MethodReport, RealReport, Report,
    StyleReport, margin_of_mean,
};
use crate::samples::mean;
use crate::{EvaluateError, EvaluateOptions, Judge, Progress, plan};

pub(crate) use real::RealPaintings;
use style::StyleRun;
pub(crate) use tally::Tally;

/// Repaints held-out pictures of the set in each of its styles and measures the outputs, those of
/// the peers, and real paintings. `model` is what the report calls the model.
///
/// On a CPU the same model, set and options give the same report, bit for bit.
///
/// # Errors
/// As [`plan`]; pictures or outputs that cannot be read; a model or network that gives
/// no numbers; [`EvaluateError::Stopped`] soon after `stop` is set.
pub fn evaluate(
    painter: &Painter,
    model: &str,
    judge: &Judge,
    set: &PreparedSet,
    options: &EvaluateOptions,
    progress: &mut dyn FnMut(&Progress),
    stop: &AtomicBool,
) -> Result<Evaluation, EvaluateError> {
    let gallery = &mut Gallery::default();
    evaluate_beside(gallery, painter, model, judge, set, options, progress, stop)
}

/// As [`evaluate`], with what an earlier evaluation found out about real paintings; what this one
/// finds out is kept there for the next.
///
/// # Errors
/// As [`evaluate`].
#[allow(clippy::too_many_arguments, reason = "evaluate's, and the gallery")]
pub fn evaluate_beside(
    gallery: &mut Gallery,
    painter: &Painter,
    model: &str,
    judge: &Judge,
    set: &PreparedSet,
    options: &EvaluateOptions,
    progress: &mut dyn FnMut(&Progress),
    stop: &AtomicBool,
) -> Result<Evaluation, EvaluateError> {
    let plan = plan(set, options)?;
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
    let missing = gallery.missing(set, judge, size, options.seed, &plan);
    let mut tally = Tally::new(looked_at + new + missing, progress, stop);
    let mut studio = Studio::new(set, painter, size, stop);
    let real = gallery.real(&plan, &studio, judge, options.seed, &mut tally)?;
    let mut styles = Vec::new();
    let (mut grids, mut new_paintings) = (Vec::new(), Vec::new());
    for (index, style) in plan.styles.iter().enumerate() {
        let mut run = StyleRun {
            plan: style,
            place: index,
            real,
            judge,
            options,
            studio: &mut studio,
        };
        let (measured, grid) = run.measure(&methods, &mut tally)?;
        let generated = match makes_paintings(painter, &style.name, options) {
            true => {
                let (generated, grid) = run.generated(&mut tally)?;
                new_paintings.extend(grid);
                Some(generated)
            }
            false => None,
        };
        let references = set.validation(style.style).len().min(style.jobs.len());
        styles.push(StyleReport {
            name: style.name.clone(),
            pictures: style.jobs.len(),
            references,
            real: real.reports[index],
            methods: measured,
            generated,
        });
        grids.extend(grid);
    }
    let report = Report {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        model: model.to_owned(),
        set: set.identity().to_string(),
        size,
        seed: options.seed,
        judge: JudgeReport {
            network: judge.architecture().title().to_owned(),
            dimensions: judge.dimensions(),
            is_of_training: judge.is_of_training(),
        },
        mean: mean_methods(&styles),
        mean_real: mean_real(&real.reports),
        mean_generated: mean_generated(&styles),
        remarks: remarks(judge, set, size, &styles),
        styles,
        left_out: plan.left_out,
    };
    Ok(Evaluation {
        report,
        grids,
        new_paintings,
    })
}

/// Whether there are new paintings to measure: some are asked for, and the model makes them in
/// this style.
fn makes_paintings(painter: &Painter, style: &str, options: &EvaluateOptions) -> bool {
    let mut known = painter.styles().iter();
    options.generated > 0
        && painter.makes_sketches()
        && known.any(|known| known.name == style && !known.content_only)
}

fn mean_generated(styles: &[StyleReport]) -> Option<GeneratedReport> {
    let all: Vec<_> = styles.iter().filter_map(|s| s.generated.as_ref()).collect();
    GeneratedReport::mean(&all)
}

fn mean_methods(styles: &[StyleReport]) -> Vec<MethodReport> {
    let first = styles.first().map_or(&[][..], |style| &style.methods);
    let of_method = |(index, method): (usize, &MethodReport)| {
        let all: Vec<&Measures> = styles.iter().map(|s| &s.methods[index].measures).collect();
        MethodReport {
            name: method.name.clone(),
            measures: Measures::mean(&all),
            closest: None,
        }
    };
    first.iter().enumerate().map(of_method).collect()
}

fn mean_real(reports: &[RealReport]) -> RealReport {
    let of = |value: fn(&RealReport) -> f64| {
        let values: Vec<f64> = reports.iter().map(value).collect();
        mean(&values).unwrap_or(0.0)
    };
    let margins: Vec<f64> = reports.iter().map(|real| real.kernel_margin).collect();
    RealReport {
        paintings: reports.iter().map(|real| real.paintings).sum(),
        held_out: reports.iter().map(|real| real.held_out).sum(),
        pool: reports.iter().map(|real| real.pool).sum(),
        frechet: of(|real| real.frechet),
        kernel: of(|real| real.kernel),
        kernel_margin: margin_of_mean(&margins).unwrap_or(0.0),
        style_accuracy: of(|real| real.style_accuracy),
        diversity: of(|real| real.diversity),
        nearest_training: of(|real| real.nearest_training),
    }
}

/// What readers of the numbers must know.
fn remarks(judge: &Judge, set: &PreparedSet, size: u32, styles: &[StyleReport]) -> Vec<String> {
    let mut remarks = Vec::new();
    if judge.is_of_training() {
        remarks.push(format!(
            "The judge, {}, is the network that utsushi's discriminators are trained on: a model \
             may have learned to please it, so these distances and accuracies flatter. Import \
             EfficientNet-Lite1 or Lite2 for a judge that training never uses.",
            judge.architecture().title()
        ));
    }
    if set.size() < size {
        remarks.push(format!(
            "The set's pictures have {} px and were enlarged to {size} px: real paintings are as \
             soft as that.",
            set.size()
        ));
    }
    for style in styles {
        if style.pictures < 32 || style.real.held_out < 16 {
            remarks.push(format!(
                "{}: {} pictures and {} held-out paintings are few; its distances are too large \
                 for real and painted alike, and uncertain.",
                style.name, style.pictures, style.real.held_out
            ));
        }
    }
    remarks
}
