//! The configuration of a resumed run.

use std::path::{Path, PathBuf};

use toml::{Table, Value};
use utsushi_runs::RunDirectory;
use utsushi_training::{InitialModel, TrainingConfig, as_in_run};

use crate::error::UsageError;

/// The path of the set that a run was trained on.
///
/// # Errors
/// The set is not where it was, the run has no record of it, or the folder is not a run's.
pub(super) fn data(run: &Path) -> anyhow::Result<PathBuf> {
    let message = match RunDirectory::view(run)?.data()? {
        Some(set) if set.exists() => return Ok(set),
        Some(set) => format!(
            "{}: the set that this run trains on is not there any more",
            set.display()
        ),
        None => format!(
            "{}: the run does not say which set it trains on",
            run.display()
        ),
    };
    let hint = "name the same set, where it lies now: --data SET";
    Err(UsageError::new(message).hint(hint).into())
}

/// Keys that may differ from the run's: a run may be prolonged, and it knows the styles and labels
/// of its set.
const FREE: [&str; 3] = ["run.steps", "model.styles", "model.conditions"];

/// Refuses a configuration that differs from the run's own, which is the one that is used: the file
/// would silently be ignored.
///
/// # Errors
/// The error lists the keys that differ. A folder that is not a run's is left to be refused by the
/// training.
pub(super) fn check(asked: &TrainingConfig, run: &Path) -> anyhow::Result<()> {
    let Ok(directory) = RunDirectory::view(run) else {
        return Ok(());
    };
    let own = TrainingConfig::read(&directory.config_path())?;
    let asked = as_in_run(asked, &directory)?;
    let differing = differing(&asked.to_toml().parse()?, &own.to_toml().parse()?);
    if differing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{}: the run began with another configuration: {}",
        run.display(),
        differing.join(", ")
    );
    Err(UsageError::new(message)
        .hint(
            "a run goes on as it began; only run.steps may be raised. For other settings start \
             another run, from an exported model with --init if you like",
        )
        .into())
}

/// Refuses a model that is not the one from which the run started.
///
/// # Errors
/// The model's card is another one, or the run did not start from a model.
pub(super) fn check_origin(init: &InitialModel, run: &Path) -> anyhow::Result<()> {
    let Ok(directory) = RunDirectory::view(run) else {
        return Ok(());
    };
    let began = match directory.origin()? {
        Some(card) if card.trim() == init.model.card.trim() => return Ok(()),
        Some(_) => "from another model",
        None => "without a model",
    };
    let message = format!("{}: the run began {began}", run.display());
    Err(UsageError::new(message)
        .hint("a run goes on from its own checkpoint: leave --init out, or start another run")
        .into())
}

/// Describes each key that differs: `losses.content (2.0 instead of 1.5)`.
fn differing(asked: &Table, own: &Table) -> Vec<String> {
    let mut found = Vec::new();
    compare("", asked, own, &mut found);
    found
}

fn compare(above: &str, asked: &Table, own: &Table, found: &mut Vec<String>) {
    let mut keys: Vec<&String> = asked.keys().chain(own.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let name = format!("{above}{key}");
        let empty = Table::new();
        match (asked.get(key), own.get(key)) {
            _ if FREE.contains(&name.as_str()) => {}
            (Some(asked), Some(own)) if asked == own => {}
            (asked, own) if is_table(asked) || is_table(own) => {
                let table = |value: Option<&Value>| {
                    value
                        .and_then(Value::as_table)
                        .cloned()
                        .unwrap_or(empty.clone())
                };
                compare(&format!("{name}."), &table(asked), &table(own), found);
            }
            (asked, own) => {
                let shown =
                    |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
                found.push(format!(
                    "{name} ({} instead of {})",
                    shown(asked),
                    shown(own)
                ));
            }
        }
    }
}

fn is_table(value: Option<&Value>) -> bool {
    value.is_some_and(Value::is_table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_named() {
        let own: Table = "[run]\nsteps = 5\nseed = 1\n[losses]\ncontent = 1.5\n[weights]\na = 1.0"
            .parse()
            .unwrap();
        assert!(differing(&own, &own).is_empty());
        let asked: Table = "[run]\nsteps = 9\nseed = 1\n[losses]\ncontent = 2.0"
            .parse()
            .unwrap();
        assert_eq!(
            differing(&asked, &own),
            [
                "losses.content (2.0 instead of 1.5)",
                "weights.a (nothing instead of 1.0)"
            ]
        );
    }
}
