//! Evaluation of checkpoints during a training run.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use utsushi::{Painter, SteeredModel};
use utsushi_dataset::PreparedSet;
use utsushi_evaluation::{
    EvaluateError, EvaluateOptions, EvaluationData, FIELDS, Field, Gallery, Judge, MethodReport,
    Rendition, evaluate_beside, plan,
};
use utsushi_imaging::write_whole;
use utsushi_runs::{LogsError, Plot, StatsLog};
use utsushi_training::{
    Checkpoint, Examination, TrainError, TrainOptions, TrainingConfig, export_model,
};

use crate::commands::evaluate::judge_file;
use crate::error::UsageError;

/// Number of real paintings of a style with which outputs are compared: half of what `utsushi
/// evaluate` uses. They are described once, before the first evaluation.
const REAL: usize = 256;

/// Measures whose curves are drawn on the page in the run folder.
const DRAWN: [(Field, Rendition); 9] = [
    (Field::FrechetShare, Rendition::Colour),
    (Field::FrechetShare, Rendition::Grey),
    (Field::KernelShare, Rendition::Colour),
    (Field::StyleAccuracy, Rendition::Colour),
    (Field::StyleAccuracy, Rendition::Grey),
    (Field::ReferenceNearer, Rendition::Colour),
    (Field::ReferenceNearer, Rendition::Grey),
    (Field::EdgeAgreement, Rendition::Colour),
    (Field::Diversity, Rendition::Colour),
];

/// Evaluates checkpoints on the held-out split.
pub struct Examiner {
    judge: Judge,
    set: PreparedSet,
    /// Cache of the descriptions of real paintings, which are the same in every evaluation.
    gallery: Gallery,
    device: Device,
}

impl Examiner {
    /// Makes an examiner, and refuses what would fail after hours.
    pub fn new(judge: Option<PathBuf>, options: &TrainOptions) -> anyhow::Result<Self> {
        let device = options.device.clone();
        let set = PreparedSet::open(&options.set)?;
        check(&set, &options.config)?;
        Ok(Self {
            judge: Judge::load(&judge_file(judge)?, device.clone())?,
            set,
            gallery: Gallery::default(),
            device,
        })
    }

    /// Evaluates a checkpoint. Its score is the share of the way to real paintings that the model
    /// goes, by Fréchet distance, mean over the styles.
    pub fn examine(
        &mut self,
        run: &Path,
        step: u64,
        stop: &AtomicBool,
    ) -> Result<Option<Examination>, TrainError> {
        let failed = |reason: String| TrainError::Examination { step, reason };
        let (exported, _) = export_model(run, Checkpoint::Step(step))?;
        let name = format!("step {step}");
        let painter = SteeredModel::from_exported(exported, &self.device, Path::new(&name))
            .and_then(|model| Painter::new(model, self.device.clone()))
            .map_err(|error| failed(error.to_string()))?;
        let config = TrainingConfig::read(&run.join("config.toml"))?;
        let options = options(&config);
        let evaluated = evaluate_beside(
            &mut self.gallery,
            &painter,
            &name,
            &self.judge,
            &EvaluationData::new(&self.set),
            &options,
            &mut |_| {},
            stop,
        );
        let evaluation = match evaluated {
            Err(EvaluateError::Stopped) => return Ok(None),
            evaluated => evaluated.map_err(|error| failed(error.to_string()))?,
        };
        let Some(model) = evaluation.report.mean.last() else {
            return Ok(None);
        };
        let Some(score) = model.measures.get(Field::FrechetShare) else {
            return Ok(None);
        };
        let measures = measures(model);
        self.draw(run, step, &measures)
            .map_err(|error| failed(error.to_string()))?;
        Ok(Some(Examination { score, measures }))
    }

    /// Writes the page with the curves so far.
    fn draw(&self, run: &Path, step: u64, measures: &serde_json::Value) -> Result<(), LogsError> {
        let mut lines = StatsLog::read(&run.join("measures.jsonl")).unwrap_or_default();
        lines.retain(|line| line["step"].as_u64().is_some_and(|earlier| earlier < step));
        let mut last = measures.clone();
        last["step"] = step.into();
        lines.push(last);
        let curve = |(field, rendition): (Field, Rendition)| {
            let key = field.key_in(rendition);
            let point = |line: &serde_json::Value| {
                Some((line["step"].as_f64()?, line[key.as_str()].as_f64()?))
            };
            let points = lines.iter().filter_map(point).collect();
            (field.title_in(rendition), points)
        };
        let judge = format!("judged by {}", self.judge.architecture().title());
        let plot = Plot::of_series(&judge, DRAWN.map(curve))?;
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Measures while \
             training</title><style>body{{font:15px/1.45 system-ui,sans-serif;margin:2rem}}\
             svg{{max-width:100%;height:auto}}</style></head><body><h1>Measures while training</h1>\
             <p>Means over the styles on the held-out split.</p>{}</body></html>\n",
            plot.to_svg()
        );
        Ok(write_whole(
            &run.join("measures.html"),
            page.as_bytes(),
            true,
        )?)
    }
}

/// Checks that the evaluations of a run can measure something with the set.
///
/// # Errors
/// The error says what the set lacks.
pub fn check(set: &PreparedSet, config: &TrainingConfig) -> Result<(), UsageError> {
    let planned = plan(&EvaluationData::new(set), &options(config));
    planned.map(drop).map_err(|error| {
        let every = config.run.evaluate_steps;
        UsageError::new(format!("run.evaluate_steps = {every}: {error}"))
            .hint("or set run.evaluate_steps = 0, which trains without evaluations")
    })
}

fn options(config: &TrainingConfig) -> EvaluateOptions {
    EvaluateOptions {
        pictures: config.run.evaluate_pictures,
        real: REAL,
        generated: 0,
        faces: false,
        ..EvaluateOptions::default()
    }
}

/// The means over the styles, by name.
fn measures(model: &MethodReport) -> serde_json::Value {
    let both = Rendition::ALL.into_iter();
    let fields = both.flat_map(|rendition| FIELDS.map(|field| (field, rendition)));
    let found = fields.filter_map(|(field, rendition)| {
        let value = model.of(rendition).get(field)?;
        Some((field.key_in(rendition), value.into()))
    });
    serde_json::Value::Object(found.collect())
}
