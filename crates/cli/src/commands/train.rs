//! The command `utsushi train`.

mod examiner;
mod resumed;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use utsushi::faces::FaceFinder;
use utsushi::{Device, Picture};
use utsushi_dataset::{PreparedSet, Role};
use utsushi_runs::RunDirectory;
use utsushi_training::{
    Checkpoint, Completed, InitialModel, MeasureSkin, Outcome, TimeBudget, TrainOptions,
    TrainingConfig, completed, export, export_discriminators, plan, train_examined,
    without_features,
};

use self::examiner::Examiner;
use super::{Run, learning};
use crate::args::ComputeArguments;
use crate::error::{FileError, UsageError};
use crate::exit_code::ExitCode;
use crate::model_source::{NamedModel, load_model, meant};
use crate::progress::Live;
use crate::{error, interrupt, output, recipes, text};

/// Train a model on a prepared set
///
/// Ctrl-C or SIGTERM saves a checkpoint and stops; `--resume` goes on from it, on the CPU bit for
/// bit as if the run had never stopped. docs/training.md explains the configuration and what to
/// look at.
///
///   utsushi train fine-tune --data set --init builtin
///   utsushi train --print-config fine-tune > mine.toml
///   utsushi train mine.toml --data set --init builtin
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct TrainArguments {
    /// The training configuration: a file, or a recipe of this program
    ///
    /// Recipes are `fine-tune` (a new style for a model that can paint), `own-style` (what `learn`
    /// trains by), `house-64`, `house-128` and
    /// `prior-64` (how the built-in model was made), `labels-32` (labels that can be edited) and
    /// `smoke-32` (a minute or two, to see that everything works).
    #[arg(value_name = "CONFIG.toml|RECIPE")]
    pub config: PathBuf,

    /// The prepared set, or the file that `dataset pack` made of it
    ///
    /// With `--resume` it need not be named again, if it lies where it lay.
    #[arg(long, value_name = "SET", required_unless_present_any = ["print_config", "resume"])]
    pub data: Option<PathBuf>,

    /// Print the configuration as it stands, with its comments, to be changed; train nothing
    #[arg(long, conflicts_with_all = ["data", "resume", "dry_run"])]
    pub print_config: bool,

    /// The run folder [default: runs/ and the configuration's name]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Go on with the run folder from its newest checkpoint
    #[arg(long)]
    pub resume: bool,

    /// Train for so long, such as 8m, 90s or 1h30m, in place of run.steps
    ///
    /// The rates fall over the last part of it, from optimizer.decay_from on: when that begins, the
    /// speed so far tells how many steps are left, and where the speed changes, that is told again,
    /// so that the time holds. The steps stand in fall.json of the run folder, so that from then on
    /// --resume is exact, and ends after as many as were told last. At the end model.safetensors
    /// lies in the run folder, and its discriminators beside it.
    #[arg(long = "for", value_name = "TIME", value_parser = crate::text::parse_duration,
          conflicts_with_all = ["print_config", "dry_run"])]
    pub length: Option<std::time::Duration>,

    /// Print the whole configuration, the networks' sizes and the expected memory; train nothing
    ///
    /// A warning below says if the training would be refused, and why.
    #[arg(long)]
    pub dry_run: bool,

    /// The imported feature network [default: where `utsushi features import` puts it, if there]
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,

    /// The feature network that judges evaluations [default: the largest imported]
    ///
    /// A configuration with `run.evaluate_steps` has the held-out split repainted and measured
    /// every so many steps, as `utsushi evaluate` does. The curve stands in measures.jsonl and
    /// measures.html of the run folder, and `utsushi export --best` takes the best checkpoint.
    #[arg(long, value_name = "FILE")]
    pub judge: Option<PathBuf>,

    /// Start from an exported model, or from one inside of the program: `builtin` or `free`
    ///
    /// A file that is called `builtin` is named as `./builtin`. With `--resume` it may stay: a run
    /// goes on from its own checkpoint. A configuration that says nothing of
    /// the networks' sizes takes the model's. Styles of the set that the model knows go on as
    /// themselves; others are added, each starting as the one that its pictures resemble most.
    /// Styles of the model that the set has no pictures of stay in it. docs/fine-tuning.md has a
    /// recipe for 50 to 300 pictures of a new style.
    #[arg(long, value_name = "MODEL")]
    pub init: Option<PathBuf>,

    #[command(flatten)]
    pub compute: ComputeArguments,
}

/// Name of the model that a run with a time budget writes into its folder in the end.
const MODEL: &str = "model.safetensors";

/// The face finder, which measures skin for training.
#[derive(Debug)]
struct Skin(FaceFinder);

impl MeasureSkin for Skin {
    fn skin(&self, painting: &Picture) -> Option<[f32; 3]> {
        self.0.skin(painting)
    }
}

/// Makes the measurer of skin in paintings.
///
/// # Errors
/// The face finder inside of the program is damaged.
pub(super) fn skin() -> anyhow::Result<Arc<dyn MeasureSkin>> {
    Ok(Arc::new(Skin(FaceFinder::builtin(&Device::flex())?)))
}

impl Run for TrainArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        if self.print_config {
            output::line(recipes::text(&self.config)?.trim_end())?;
            return Ok(ExitCode::Done);
        }
        let config = recipes::config(&self.config)?;
        let run = self.run.clone().unwrap_or_else(|| run_folder(&self.config));
        if self.resume && self.run.is_none() && !run.exists() {
            anyhow::bail!(
                "{}: there is no such folder to go on with; the run folder is called after the configuration \
                 unless --run names it: add --run DIR (`utsushi runs list` shows those in `runs`)",
                run.display()
            );
        }
        let data = self.data.map_or_else(|| resumed::data(&run), Ok)?;
        let features = learning::features(self.features)?;
        let mut init = self.init.as_deref().map(initial_model).transpose()?;
        if self.dry_run {
            dry_run(&config, &data, init.as_ref(), features.is_some())?;
            if init.is_none() && !self.resume {
                warn_of_refusal(refuse_to_begin_with_nothing(&self.config).err());
            }
            return Ok(ExitCode::Done);
        }
        if self.resume {
            resumed::check(&config, &run)?;
            if let Some(init) = init.take() {
                resumed::check_origin(&init, &run)?;
            }
        }
        let set = PreparedSet::open(&data)?;
        if !self.resume && init.is_none() {
            refuse_to_begin_with_nothing(&self.config)?;
        }
        warn_of_few(&set);
        let evaluates = evaluates(&config, &run, self.resume);
        let on = TrainOn {
            config: &self.config,
            data: &data,
            run: &run,
        };
        if self.resume
            && run.join(MODEL).is_file()
            && let Some(step) = end_by_the_clock(&run)
        {
            output::line(format!(
                "{}: this run by the clock finished after {}, when its learning rates had fallen, so \
                 that it does not go on\n{on}",
                run.display(),
                text::counted(step as usize, "step")
            ))?;
            return Ok(ExitCode::Done);
        }
        let options = TrainOptions {
            config,
            set: data.clone(),
            run: run.clone(),
            resume: self.resume,
            features,
            init,
            budget: self.length.map(TimeBudget::starting_now),
            skin: Some(skin()?),
            device: self.compute.device.open()?,
        };
        let stop = interrupt::stop_flag("saving a checkpoint and stopping after this step")?;
        let mut live = Live::new(options.config.run.steps);
        let mut examiner = if evaluates {
            Some(Examiner::new(self.judge, &options)?)
        } else {
            None
        };
        let outcome = train_examined(
            &options,
            &stop,
            &mut |progress| learning::show(&mut live, progress),
            &mut |run, step| match &mut examiner {
                Some(examiner) => examiner.examine(run, step, &stop),
                None => Ok(None),
            },
        )?;
        live.finish();
        match outcome {
            Outcome::Finished { step }
                if options.budget.is_some() || end_by_the_clock(&run).is_some() =>
            {
                let model = run.join(MODEL);
                export(&run, Checkpoint::Newest, &model, true)?;
                export_discriminators(&run, Checkpoint::Newest, &model, true)?;
                output::line(format!(
                    "finished after {}: {} and its discriminators\n{on}",
                    text::counted(step as usize, "step"),
                    model.display()
                ))?;
                Ok(ExitCode::Done)
            }
            Outcome::Finished { step } => {
                output::line(format!(
                    "finished after {}: {}\nnext: utsushi export {} -o model.safetensors\n\
                     to train further: the same command with --resume --for 1h{}",
                    text::counted(step as usize, "step"),
                    run.display(),
                    run.display(),
                    or_more_steps(&self.config, &run)
                ))?;
                Ok(ExitCode::Done)
            }
            Outcome::Stopped { step } => {
                output::line(format!(
                    "stopped after {}; the same command with --resume goes on",
                    text::counted(step as usize, "step")
                ))?;
                Ok(ExitCode::Interrupted)
            }
        }
    }
}

/// The advice to train a finished run further by more steps, in a configuration file.
fn or_more_steps(config: &Path, run: &Path) -> String {
    if !recipes::is_recipe(config) {
        return ", or with a larger run.steps in the configuration".to_owned();
    }
    let (config, run) = (config.display(), run.display());
    format!(
        "\nor with a larger run.steps: utsushi train --print-config {config} > mine.toml, and then \
         utsushi train mine.toml --run {run} --resume"
    )
}

/// The step after which a run with a time budget ended, if it has. A folder that is not a run's is
/// left to be refused by the training.
pub(super) fn end_by_the_clock(run: &Path) -> Option<u64> {
    let directory = RunDirectory::view(run).ok()?;
    let last = directory.fall().ok()??.last();
    let newest = directory.steps().ok()?.last().copied();
    newest.filter(|step| *step >= last)
}

/// The command that trains a finished run with a time budget further. Its learning rates have
/// fallen, so another run has to start from its model.
struct TrainOn<'a> {
    config: &'a Path,
    data: &'a Path,
    run: &'a Path,
}

impl fmt::Display for TrainOn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut other = self.run.as_os_str().to_owned();
        other.push("-2");
        write!(
            f,
            "to train further: utsushi train {} --data {} --init {} --run {} --for 1h",
            self.config.display(),
            self.data.display(),
            self.run.join(MODEL).display(),
            Path::new(&other).display()
        )
    }
}

/// Warns of the styles of a set that have few pictures.
fn warn_of_few(set: &PreparedSet) {
    let painted = set.styles().iter();
    let painted = painted.filter(|style| style.role == Role::Style);
    learning::warn_of_few(painted.map(|style| (&style.name[..], style.train)));
}

/// Refuses to fine-tune without a model: it would train a new one, at the pace meant for the end of
/// a training.
fn refuse_to_begin_with_nothing(config: &Path) -> Result<(), UsageError> {
    if recipes::goes_on_from_a_model(config) {
        let message = format!(
            "the recipe `{}` goes on from a model, and none is named",
            config.display()
        );
        let hint = "add --init builtin, or --init with a file that `utsushi export` wrote; the \
                    recipe `house-64` trains a new model";
        return Err(UsageError::new(message).hint(hint));
    }
    Ok(())
}

/// Loads the model to start from: one inside of the program by its name, else a file.
pub(super) fn initial_model(named: &Path) -> anyhow::Result<InitialModel> {
    if matches!(NamedModel::of(Some(named)), NamedModel::File(file) if !file.exists()) {
        let message = format!("--init {}: there is no such file", named.display());
        return Err(match meant(named) {
            Some(hint) => UsageError::new(message).hint(hint).into(),
            None => {
                let hint = "name a file that `utsushi export` wrote, `builtin` or `free`";
                FileError::new(message, hint).into()
            }
        });
    }
    let loaded = load_model(Some(named))?;
    Ok(InitialModel {
        model: loaded.model,
        path: loaded.origin,
    })
}

/// Whether checkpoints are evaluated; a resumed run does as it was started.
fn evaluates(config: &TrainingConfig, run: &Path, resume: bool) -> bool {
    let steps = |config: &TrainingConfig| config.run.evaluate_steps;
    if resume {
        // What is wrong with the folder is told when it is opened.
        TrainingConfig::read(&run.join("config.toml")).is_ok_and(|own| steps(&own) > 0)
    } else {
        steps(config) > 0
    }
}

/// Prints what would be trained. The model will know the styles of the set and of the model that it
/// starts from, whatever the file says; networks that need a feature network are left out if there
/// is none.
fn dry_run(
    config: &TrainingConfig,
    set: &Path,
    init: Option<&InitialModel>,
    with_features: bool,
) -> anyhow::Result<()> {
    let set = PreparedSet::open(set)?;
    let Completed { config, refusal } = completed(config, &set, init)?;
    if config.run.evaluate_steps > 0 {
        examiner::check(&set, &config)?;
    }
    warn_of_few(&set);
    let mut rows = vec![
        ["style", "training", "held out"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for style in set.styles() {
        rows.push(vec![
            style.name.clone(),
            text::count(style.train),
            text::count(style.validation),
        ]);
    }
    output::line(format!(
        "{}\n{}\n{}",
        config.to_toml().trim_end(),
        comment(&text::table(&rows, &[1, 2])),
        comment(&plan(&config, with_features).to_string())
    ))?;
    if !with_features {
        match without_features(&config) {
            Ok(lacking) => output::remark(format!("note: {lacking}")),
            Err(refusal) => warn_of_refusal(Some(refusal)),
        }
    }
    warn_of_refusal(refusal);
    Ok(())
}

/// Warns that the configuration shown would be refused, and why.
fn warn_of_refusal(refusal: Option<impl std::error::Error + Send + Sync + 'static>) {
    if let Some(refusal) = refusal {
        let refusal = anyhow::Error::new(refusal);
        output::remark(format!(
            "warning: this training would be refused: {refusal}"
        ));
        if let Some(hint) = error::hint_of(&refusal) {
            output::remark(format!("hint: {hint}"));
        }
    }
}

/// Formats the plan as comments, so that the output is still a valid configuration.
fn comment(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("# {line}")).collect();
    format!("\n{}", lines.join("\n")).trim_end().to_owned()
}

/// The default run folder: `configs/house-64.toml` and the recipe `house-64` train in
/// `runs/house-64`.
fn run_folder(config: &Path) -> PathBuf {
    Path::new("runs").join(config.file_stem().unwrap_or(config.as_os_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_named_after_their_configuration() {
        assert_eq!(
            run_folder(Path::new("configs/a-64.toml")),
            Path::new("runs/a-64")
        );
    }

    #[test]
    fn a_recipe_is_no_file_in_which_steps_could_be_raised() {
        let run = Path::new("runs/smoke-32");
        let told = or_more_steps(Path::new("smoke-32"), run);
        assert!(
            told.contains("--print-config smoke-32 > mine.toml"),
            "{told}"
        );
        assert!(
            told.ends_with("mine.toml --run runs/smoke-32 --resume"),
            "{told}"
        );
        let told = or_more_steps(Path::new("mine.toml"), run);
        assert_eq!(told, ", or with a larger run.steps in the configuration");
    }

    #[test]
    fn a_plan_is_a_comment() {
        assert_eq!(comment("a\nb"), "\n# a\n# b");
    }
}
