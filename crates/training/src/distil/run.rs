//! The loop around the lessons: pictures, checkpoints, the file at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::json;
use utsushi_runs::{RunDirectory, TrainingRecord, TrainingState, config_hash};
use utsushi_weights::ExportedStudent;

use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::{Loader, LoaderOptions, NearViews, PreparedSet};

use super::agreement::agreement;
use super::card::card;
use super::step::Lessons;
use super::{Agreement, DistilConfig, DistilOptions, Teacher};
use crate::error::TrainError;
use crate::memory::resident_bytes;
use crate::run::Progress;
use crate::stats::{Pending, StatsLine};

/// Checkpoints kept.
const KEEP: usize = 2;

/// Steps between two lines of the statistics.
const TICK: u64 = 50;

/// How the lessons ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Distilled {
    /// The student is written.
    Finished {
        /// The file.
        path: PathBuf,
        /// How well it agrees with its teacher.
        agreement: Agreement,
        /// Numbers in its network.
        parameters: usize,
    },
    /// Stopped when asked to, with a checkpoint to go on from.
    Stopped {
        /// Steps done.
        step: u64,
    },
}

/// Teaches a student until the last step or until `stop` is set, which is looked at once a step,
/// measures it and writes it.
///
/// On the CPU a resumed run goes on bit for bit as if it had never stopped.
///
/// # Errors
/// Options out of range, files that cannot be read or written, or a loss that is no longer
/// finite; checkpoints already written stay.
pub fn distil(
    options: &DistilOptions,
    stop: &AtomicBool,
    on_progress: &mut dyn FnMut(&Progress),
) -> Result<Distilled, TrainError> {
    let set = Arc::new(PreparedSet::open(&options.set)?);
    let (config, directory) = open_run(options, &set)?;
    let features = options.features.as_deref();
    let features = features
        .map(|path| FeatureNetwork::load(path, &options.device))
        .transpose()?;
    let teacher = options.teacher.clone();
    let lessons = Lessons::new(config.clone(), teacher.clone(), features, &options.device);
    let (lessons, identity) = resume(lessons, options, &directory, &set)?;
    let loader = Loader::new(
        Arc::clone(&set),
        LoaderOptions {
            batch: config.batch,
            size: config.size,
            seed: config.seed,
            threads: 1,
            flip: true,
            style_weights: None,
            near: NearViews::default(),
            ahead: 3,
        },
        lessons.step,
    )?;
    let school = School {
        directory,
        identity,
        started: Instant::now(),
        first: lessons.step,
        pending: Pending::default(),
    };
    match school.run(lessons, loader, stop, on_progress)? {
        Taught::Stopped(step) => Ok(Distilled::Stopped { step }),
        Taught::Whole(lessons) => write(&lessons, &teacher, &set, options),
    }
}

/// Measures a student and writes it.
fn write(
    lessons: &Lessons,
    teacher: &Teacher,
    set: &PreparedSet,
    options: &DistilOptions,
) -> Result<Distilled, TrainError> {
    let agreement = agreement(lessons, set)?;
    let student = &lessons.config.student;
    let exported = ExportedStudent::from_network(
        student,
        &lessons.average,
        teacher.style.clone(),
        card(lessons, teacher, &agreement),
    );
    exported.write(&options.out, options.force)?;
    Ok(Distilled::Finished {
        path: options.out.clone(),
        agreement,
        parameters: student.parameters(),
    })
}

/// The configuration that counts, and the folder, new or found.
fn open_run(
    options: &DistilOptions,
    set: &PreparedSet,
) -> Result<(DistilConfig, RunDirectory), TrainError> {
    let (config, directory) = if options.resume {
        let directory = RunDirectory::open(&options.run)?;
        let misfit = |reason: String| TrainError::Checkpoint {
            path: directory.config_path(),
            reason,
        };
        let text = directory.config()?;
        let mut config: DistilConfig =
            toml::from_str(&text).map_err(|error| misfit(error.to_string()))?;
        config.steps = options.config.steps.max(config.steps);
        config.validate()?;
        (config, directory)
    } else {
        let mut config = options.config.clone();
        config.student.colours = options.teacher.colours;
        config.validate()?;
        let text = toml::to_string(&config).expect("numbers can be written");
        (config, RunDirectory::create(&options.run, &text)?)
    };
    if config.size > set.size() as usize {
        return Err(TrainError::Set {
            set: set.folder().to_owned(),
            reason: format!(
                "pictures of {} px are asked for, and its own are of {} px; give --size or prepare \
                 it with a larger one",
                config.size,
                set.size()
            ),
        });
    }
    Ok((config, directory))
}

/// The lessons as an earlier run left them, and what tells this run from those of others.
fn resume(
    lessons: Lessons,
    options: &DistilOptions,
    directory: &RunDirectory,
    set: &PreparedSet,
) -> Result<(Lessons, serde_json::Value), TrainError> {
    let code: Vec<u32> = options.teacher.code.iter().map(|it| it.to_bits()).collect();
    let identity = json!({
        "set": set.identity().to_string(),
        "style": config_hash(&format!("{code:?}")),
        "features": options.features.is_some(),
    });
    let Some(state) = directory.latest()?.state.filter(|_| options.resume) else {
        return Ok((lessons, identity));
    };
    let misfit = |reason| TrainError::Checkpoint {
        path: directory.checkpoint_path(state.record.step),
        reason,
    };
    if state.record.extra != identity {
        let reason = "the run was started with another set, style or feature network";
        return Err(misfit(reason.to_owned()));
    }
    let step = state.record.step;
    let path = directory.checkpoint_path(step);
    let lessons = lessons.restored(state.tensors, step);
    let lessons = lessons.map_err(|reason| TrainError::State { path, reason })?;
    Ok((lessons, identity))
}

enum Taught {
    Whole(Box<Lessons>),
    Stopped(u64),
}

/// Keeps the run folder up to date.
struct School {
    directory: RunDirectory,
    identity: serde_json::Value,
    started: Instant,
    first: u64,
    pending: Pending,
}

impl School {
    fn run(
        mut self,
        mut lessons: Lessons,
        mut loader: Loader,
        stop: &AtomicBool,
        on_progress: &mut dyn FnMut(&Progress),
    ) -> Result<Taught, TrainError> {
        let mut log = self.directory.stats_log(lessons.step)?;
        let (steps, rhythm) = (lessons.config.steps, lessons.config.checkpoint_steps);
        while lessons.step < steps {
            let batch = loader.next()?;
            let values = lessons.advance(&batch.content);
            self.pending.push(values);
            let step = lessons.step;
            let ends = step == steps || stop.load(Ordering::Relaxed);
            let saves = ends || step.is_multiple_of(rhythm);
            let mut message = None;
            // Nothing is saved that has not been seen to be finite.
            if saves || step.is_multiple_of(TICK) {
                let line = self.line(&lessons)?;
                let pixels = line.values.get("pixels").copied().unwrap_or_default();
                message = saves.then(|| format!("step {step}: differs by {pixels:.4} a pixel"));
                log.append(step, &line)?;
            }
            if saves {
                self.save(&lessons)?;
            }
            on_progress(&self.progress(&lessons, message));
            if ends && step < steps {
                return Ok(Taught::Stopped(step));
            }
        }
        Ok(Taught::Whole(Box::new(lessons)))
    }

    fn rate(&self, lessons: &Lessons) -> f64 {
        let pictures = (lessons.step - self.first) * lessons.config.batch as u64;
        pictures as f64 / self.started.elapsed().as_secs_f64().max(1e-9)
    }

    fn line(&mut self, lessons: &Lessons) -> Result<StatsLine, TrainError> {
        Ok(StatsLine {
            pictures: lessons.step * lessons.config.batch as u64,
            seconds: self.started.elapsed().as_secs_f64(),
            pictures_per_second: self.rate(lessons),
            memory: resident_bytes(),
            values: self.pending.means()?,
        })
    }

    fn save(&self, lessons: &Lessons) -> Result<(), TrainError> {
        let config = &lessons.config;
        let text = toml::to_string(config).expect("numbers can be written");
        let state = TrainingState {
            record: TrainingRecord {
                step: lessons.step,
                pictures_seen: lessons.step * config.batch as u64,
                seed: config.seed,
                config_hash: config_hash(&text),
                milestone: false,
                extra: self.identity.clone(),
            },
            tensors: lessons.to_named(),
        };
        self.directory.save(&state, KEEP)?;
        Ok(())
    }

    fn progress(&self, lessons: &Lessons, message: Option<String>) -> Progress {
        let rate = self.rate(lessons);
        let left = (lessons.config.steps - lessons.step) * lessons.config.batch as u64;
        Progress {
            step: lessons.step,
            steps: lessons.config.steps,
            pictures_per_second: rate,
            seconds_left: left as f64 / rate,
            message,
        }
    }
}
