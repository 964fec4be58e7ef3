//! `utsushi transfer`

use utsushi::ModelFile;
use utsushi::jobs::StyleSource;

use super::saved_style::{self, Saving};
use super::style;
use crate::args::{MaskedPart, MaskedStyle, TransferArguments};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::ModelSource;
use crate::output;

mod report;
mod task;

use task::Task;
pub(super) use task::tell_what_is_left_out;

pub fn run(arguments: &TransferArguments) -> anyhow::Result<ExitCode> {
    if let Some(target) = &arguments.output {
        output::make_way_for(target);
    }
    let model = arguments.paint.model.as_deref();
    let source = ModelSource::read_to_repaint(model, arguments.network)?;
    let styles = styles(arguments, &source.file)?;
    // Everything that can be refused is refused before the networks are built.
    let paint = saved_style::options(
        &arguments.style,
        arguments.strength,
        arguments.paint.octaves,
    )?;
    let saving = Saving::of(&arguments.style, &arguments.paint, paint)?;
    if let Some(saving) = &saving {
        saving.check(styles.iter().map(|(name, _)| &name[..]))?;
    }
    let task = Task::plan(arguments, styles, saving)?;
    if task.is_empty() {
        return Ok(ExitCode::Done);
    }
    let model = source.open(arguments.paint.compute.device)?;
    task.run(arguments, &model, paint)
}

/// The styles asked for, each with a name for a file; none where a list of jobs names them.
fn styles(
    arguments: &TransferArguments,
    model: &ModelFile,
) -> anyhow::Result<Vec<(String, StyleSource)>> {
    let only = match model {
        ModelFile::Steered(_) if arguments.list.is_some() => return Ok(Vec::new()),
        ModelFile::Steered(_) => return Ok(style::asked_for(&arguments.style)?),
        ModelFile::Student(student) => {
            let name = &student.style.name;
            format!("a student paints in the one style it has, `{name}`")
        }
        ModelFile::Onnx(_) => "an ONNX network paints in the one style it has".to_owned(),
        _ => "this network paints in the one style it has".to_owned(),
    };
    let masks = &arguments.style.masks;
    let styled = |mask: &MaskedStyle| matches!(mask.part, MaskedPart::Style(_));
    if arguments.style.save_style.is_some() {
        let hint = "keep its file: it is the style";
        return Err(UsageError::new(only).hint(hint).into());
    }
    if style::optional(&arguments.style)?.is_some() || masks.iter().any(styled) {
        let error = UsageError::new(only);
        let hint = "leave the options for styles out; --within, --mask MASK.png:keep and :only can be given";
        return Err(error.hint(hint).into());
    }
    Ok(vec![(String::new(), StyleSource::Only)])
}
