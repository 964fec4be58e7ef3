//! Comparison of runs side by side.

use serde::Serialize;

use crate::run_log::RunLog;

/// A table that compares runs, with a column for each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Names of the runs; whole paths if two have the same name.
    pub runs: Vec<String>,
    /// Rows of configuration keys whose values differ between runs.
    pub config: Vec<Row>,
    /// Rows with the last value of each number, by name.
    pub last: Vec<Row>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The key's or the number's name.
    pub name: String,
    /// The value of each run; `None` if a run does not have it.
    pub values: Vec<Option<String>>,
}

impl Comparison {
    /// Compares runs. With `chosen`, only rows whose names contain one of these texts are taken,
    /// including configuration keys that do not differ.
    pub fn new(runs: &[RunLog], chosen: &[String]) -> Self {
        let wanted = |name: &str| {
            chosen.is_empty() || chosen.iter().any(|part| name.contains(part.as_str()))
        };
        let config = rows(
            runs.iter().flat_map(|run| run.config.keys()),
            |name| wanted(name),
            |name| {
                let value = |run: &RunLog| run.config.get(name).cloned();
                runs.iter().map(value).collect()
            },
        );
        let differs = |row: &Row| row.values.iter().any(|value| *value != row.values[0]);
        let config = config
            .into_iter()
            .filter(|row| !chosen.is_empty() || differs(row));
        let last = rows(
            runs.iter().flat_map(|run| run.last.keys()),
            |name| wanted(name),
            |name| {
                let value = |run: &RunLog| run.last.get(name).copied().map(short);
                runs.iter().map(value).collect()
            },
        );
        Self {
            runs: names(runs),
            config: config.collect(),
            last,
        }
    }
}

/// Formats a value with four significant digits.
fn short(value: f64) -> String {
    if value == 0.0 || (value.fract() == 0.0 && value.abs() < 1e15) {
        return format!("{value}");
    }
    let size = value.abs().log10().floor();
    if (-4.0..6.0).contains(&size) {
        let decimals = (3.0 - size).max(0.0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.3e}")
    }
}

fn rows<'a>(
    names: impl Iterator<Item = &'a String>,
    wanted: impl Fn(&str) -> bool,
    values: impl Fn(&str) -> Vec<Option<String>>,
) -> Vec<Row> {
    let names: std::collections::BTreeSet<&String> = names.filter(|name| wanted(name)).collect();
    let row = |name: &String| Row {
        name: name.clone(),
        values: values(name),
    };
    names.into_iter().map(row).collect()
}

/// Names of runs that distinguish them.
pub(crate) fn names(runs: &[RunLog]) -> Vec<String> {
    let name = |run: &RunLog| {
        let same = runs.iter().filter(|other| other.name == run.name).count();
        match same {
            1 => run.name.clone(),
            _ => run.path.display().to_string(),
        }
    };
    runs.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_log::tests::write_run;

    #[test]
    fn what_differs_and_what_came_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let stats = "{\"step\":10,\"values\":{\"content\":0.123456}}\n";
        write_run(&a, "[run]\nsize = 64\nseed = 1\n", stats, "");
        write_run(&b, "[run]\nsize = 128\nseed = 1\nbatch = 2\n", "", "");
        let runs = [RunLog::read(&a).unwrap(), RunLog::read(&b).unwrap()];
        let compared = Comparison::new(&runs, &[]);
        assert_eq!(compared.runs, ["a", "b"]);
        let row = |name: &str, values: [Option<&str>; 2]| Row {
            name: name.to_owned(),
            values: values.map(|value| value.map(str::to_owned)).to_vec(),
        };
        assert_eq!(
            compared.config,
            [
                row("run.batch", [None, Some("2")]),
                row("run.size", [Some("64"), Some("128")])
            ]
        );
        assert_eq!(compared.last, [row("content", [Some("0.1235"), None])]);
        let chosen = Comparison::new(&runs, &["seed".to_owned()]);
        assert_eq!(chosen.config, [row("run.seed", [Some("1"), Some("1")])]);
        assert!(chosen.last.is_empty());
        let twice = Comparison::new(&[runs[0].clone(), runs[0].clone()], &[]);
        assert_eq!(twice.runs[0], a.display().to_string());
    }

    #[test]
    fn numbers_have_four_digits() {
        for (value, text) in [
            (0.0, "0"),
            (20_000.0, "20000"),
            (0.069_123_4, "0.06912"),
            (-12.345_67, "-12.35"),
            (1e-9, "1.000e-9"),
            (1.5e9 + 0.5, "1.500e9"),
        ] {
            assert_eq!(short(value), text);
        }
    }
}
