use std::path::Path;

use utsushi_imaging::{WriteError, write_whole};

use super::Evaluation;
use super::html::page;
use crate::EvaluateError;

const JSON: &str = "report.json";
const HTML: &str = "report.html";

/// Checks, before hours of work, that [`write_report`] can write into a folder. The folder need not
/// exist.
///
/// # Errors
/// A report exists already (unless `replace`), or the path is not a folder.
pub fn check_target(folder: &Path, replace: bool) -> Result<(), EvaluateError> {
    if folder.exists() && !folder.is_dir() {
        return Err(EvaluateError::Folder {
            path: folder.to_owned(),
            action: "write the report there",
            reason: std::io::Error::other("it is a file"),
        });
    }
    for name in [JSON, HTML] {
        let path = folder.join(name);
        if path.exists() && !replace {
            return Err(WriteError::Exists { path }.into());
        }
    }
    Ok(())
}

/// Writes `report.json` and `report.html`, the page with all its pictures inside, into a folder
/// that is created if needed.
///
/// # Errors
/// As [`check_target`], or the files cannot be written.
pub fn write_report(
    evaluation: &Evaluation,
    folder: &Path,
    replace: bool,
) -> Result<(), EvaluateError> {
    check_target(folder, replace)?;
    std::fs::create_dir_all(folder).map_err(|reason| EvaluateError::Folder {
        path: folder.to_owned(),
        action: "make it",
        reason,
    })?;
    let mut json = serde_json::to_string_pretty(&evaluation.report)
        .expect("a report is made of names and finite numbers");
    json.push('\n');
    write_whole(&folder.join(JSON), json.as_bytes(), replace)?;
    write_whole(&folder.join(HTML), page(evaluation).as_bytes(), replace)?;
    Ok(())
}
