//! Lists of jobs: the plan in a form for this program or another.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use utsushi_imaging::write_whole;

use super::{EvaluationPlan, PlannedJob, StylePlan};
use crate::{EvaluateError, EvaluationData};

/// Name of the folder for outputs beside a list.
const OUTPUTS: &str = "outputs";

/// Writes every picture that is repainted as a line of content, reference and output, which is what
/// `utsushi transfer --list` reads. Outputs are to be written to the folder `outputs` beside the
/// list, which is created. Returns the number of lines.
///
/// # Errors
/// The set is a pack, the list exists (unless `replace`) or cannot be written, the folder cannot be
/// created, or a path cannot be written in a list.
pub fn write_jobs(
    plan: &EvaluationPlan,
    data: &EvaluationData<'_>,
    list: &Path,
    replace: bool,
) -> Result<usize, EvaluateError> {
    let listed = |entry: usize| {
        if !data.is_file(entry) {
            return Err(EvaluateError::Option {
                option: "data",
                message: "a pack has no picture files that could be listed; give the folder of \
                          the set that it was made from"
                    .to_owned(),
            });
        }
        let path = data.path(entry);
        let path = std::path::absolute(&path).map_err(|reason| EvaluateError::Folder {
            path: path.clone(),
            action: "find it",
            reason,
        })?;
        match path.to_str() {
            Some(text) if !text.contains(['\t', '\n', '\r']) => Ok(text.to_owned()),
            _ => Err(EvaluateError::Unlistable { path: path.clone() }),
        }
    };
    let mut text = "# content, reference, output\n".to_owned();
    let mut count = 0;
    for style in &plan.styles {
        for (place, job) in style.all_jobs().enumerate() {
            let output = Path::new(OUTPUTS).join(style.output(data, place, job));
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{}\t{}\t{}",
                listed(job.content)?,
                listed(job.reference)?,
                output.display()
            );
            count += 1;
        }
    }
    write_whole(list, text.as_bytes(), replace)?;
    let outputs = list.with_file_name(OUTPUTS);
    std::fs::create_dir_all(&outputs).map_err(|reason| EvaluateError::Folder {
        path: outputs.clone(),
        action: "make it",
        reason,
    })?;
    Ok(count)
}

impl StylePlan {
    /// Iterates over all jobs of the style, including those that vary the reference.
    pub(crate) fn all_jobs(&self) -> impl Iterator<Item = &PlannedJob> {
        self.jobs.iter().chain(&self.varied)
    }

    /// Path of a job's output in its folder: style, index in the list, and the first digits of
    /// content and reference, so that a folder made for another list is not mistaken for this one.
    pub(crate) fn output(
        &self,
        data: &EvaluationData<'_>,
        place: usize,
        job: &PlannedJob,
    ) -> PathBuf {
        let digits = |entry: usize| {
            let mut hash = data.entry(entry).hash.to_string();
            hash.truncate(8);
            hash
        };
        let (content, reference) = (digits(job.content), digits(job.reference));
        format!("{}-{place:04}-{content}-{reference}.png", self.name).into()
    }
}
