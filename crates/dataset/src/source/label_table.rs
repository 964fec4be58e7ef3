//! Labels of many pictures in one file: CSV, JSON Lines, or StyleGAN's `dataset.json`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::Value;

use super::folder::read;
use super::sidecars::columns;
use crate::DatasetError;

mod csv;

/// Bytes of a table.
pub(super) const MAX_BYTES: u64 = 256 << 20;

/// What the column with the picture's name may be called; the first one that is there is taken.
const NAMES: [&str; 5] = ["file_name", "filename", "file", "path", "name"];

type Labels = BTreeMap<String, String>;

/// Labels by the names of pictures.
#[derive(Debug, Default)]
pub(super) struct LabelTable {
    rows: HashMap<String, Labels>,
}

impl LabelTable {
    /// Reads a table; its name's ending says what it is.
    ///
    /// # Errors
    /// A file that cannot be read, or that is not what its ending says: the line and the fix.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let failed = |message: String| DatasetError::Source {
            path: path.to_path_buf(),
            message,
        };
        let bytes = read(path, MAX_BYTES).map_err(|reason| failed(reason.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".into()))?;
        let text = text.trim_start_matches('\u{feff}');
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("csv") => of_csv(text),
            Some("jsonl" | "ndjson") => of_lines(text),
            Some("json") => Self::of_dataset_json(text.as_bytes())
                .ok_or_else(|| "it is not `{\"labels\": [[\"name.png\", 0], …]}`".to_owned()),
            _ => Err("labels come from a .csv, a .jsonl or StyleGAN's dataset.json".to_owned()),
        }
        .map_err(failed)
    }

    /// `{"labels": [[name, class], …]}`, a class a number, a text, or an object of several labels;
    /// `null` for no labels. Nothing where it is something else.
    pub fn of_dataset_json(bytes: &[u8]) -> Option<Self> {
        let mut whole: Value = serde_json::from_slice(bytes).ok()?;
        let mut table = Self::default();
        let rows = match whole.as_object_mut()?.remove("labels")? {
            Value::Null => Vec::new(),
            rows => match rows {
                Value::Array(rows) => rows,
                _ => return None,
            },
        };
        for row in rows {
            let Value::Array(row) = row else { return None };
            let [Value::String(name), label] = <[Value; 2]>::try_from(row).ok()? else {
                return None;
            };
            let labels = match label {
                Value::Object(fields) => columns(fields),
                label => columns([("class".to_owned(), label)]),
            };
            table.add(&name, labels.into_iter().collect());
        }
        Some(table)
    }

    /// The labels of a picture.
    pub fn get(&self, name: &str) -> Option<&Labels> {
        self.rows.get(name)
    }

    /// Takes in another table, whose labels count where both have a picture.
    pub fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    fn add(&mut self, name: &str, labels: Labels) {
        let name = name.replace('\\', "/");
        let name = name.trim_start_matches("./").to_owned();
        self.rows.insert(name, labels);
    }
}

/// The first line names the columns.
fn of_csv(text: &str) -> Result<LabelTable, String> {
    let mut rows = csv::rows(text)?.into_iter();
    let (_, head) = rows.next().ok_or("it is empty")?;
    let place = NAMES
        .iter()
        .find_map(|name| head.iter().position(|own| own == name));
    let place = place.ok_or_else(|| no_name("column"))?;
    let mut table = LabelTable::default();
    for (line, mut row) in rows {
        if row.len() != head.len() {
            let (found, wanted) = (row.len(), head.len());
            return Err(format!(
                "line {line} has {found} columns, the first {wanted}"
            ));
        }
        let name = row.swap_remove(place);
        let mut keys = head.clone();
        keys.swap_remove(place);
        let labels = keys.into_iter().zip(row);
        table.add(&name, labels.filter(|label| !label.1.is_empty()).collect());
    }
    Ok(table)
}

/// An object a line.
fn of_lines(text: &str) -> Result<LabelTable, String> {
    let mut table = LabelTable::default();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let line = serde_json::from_str(line);
        let Ok(Value::Object(mut fields)) = line else {
            return Err(format!("line {} is no JSON object", number + 1));
        };
        let name = NAMES.iter().find_map(|name| match fields.remove(*name)? {
            Value::String(name) => Some(name),
            _ => None,
        });
        let name = name.ok_or_else(|| format!("line {}: {}", number + 1, no_name("key")))?;
        table.add(&name, columns(fields).into_iter().collect());
    }
    Ok(table)
}

fn no_name(what: &str) -> String {
    format!(
        "it has no {what} with the pictures' names; call it one of {}",
        NAMES.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> Result<LabelTable, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        LabelTable::read(&path).map_err(|error| error.to_string())
    }

    fn labels(table: &LabelTable, name: &str) -> Vec<(String, String)> {
        let labels = table.get(name).cloned().unwrap_or_default();
        labels.into_iter().collect()
    }

    #[test]
    fn three_files_say_the_same() {
        let csv = "\u{feff}artist,file_name,year\r\n\"a, b\",x/1.png,1990\n,./2.png,\n";
        let lines = "{\"file_name\": \"x\\\\1.png\", \"artist\": \"a, b\", \"year\": 1990}\n\n\
                     {\"file\": \"2.png\", \"tags\": [1]}\n";
        let json = r#"{"labels": [["x/1.png", {"artist": "a, b", "year": 1990}], ["2.png", {}]]}"#;
        for (name, text) in [("a.csv", csv), ("a.JSONL", lines), ("dataset.json", json)] {
            let table = of(name, text).unwrap();
            let text = |text: &str| text.to_owned();
            let expected = [(text("artist"), text("a, b")), (text("year"), text("1990"))];
            assert_eq!(labels(&table, "x/1.png"), expected, "{name}");
            assert!(table.get("2.png").unwrap().is_empty());
            assert!(table.get("3.png").is_none());
        }
        let classes = of("dataset.json", r#"{"labels": [["a", 6], ["b", [0, 1]]]}"#).unwrap();
        assert_eq!(classes.get("a").unwrap()["class"], "6");
        assert!(classes.get("b").unwrap().is_empty());
        assert!(
            of("dataset.json", r#"{"labels": null}"#)
                .unwrap()
                .rows
                .is_empty()
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (name, text, part) in [
            ("a.csv", "", "empty"),
            ("a.csv", "a,b\n1,2\n", "file_name"),
            ("a.csv", "file,b\nx,1\ny\n", "line 3"),
            ("a.csv", "file,b\nx,\"1\n", "quote"),
            ("a.jsonl", "{\"file\": \"x\"}\n[1]\n", "line 2"),
            ("a.jsonl", "{\"artist\": \"x\"}\n", "file_name"),
            ("a.json", "{\"labels\": [[1, 2]]}", "labels"),
            ("a.json", "[]", "labels"),
            ("a.txt", "x", ".csv"),
        ] {
            let error = of(name, text).unwrap_err();
            assert!(error.contains(part) && error.contains(name), "{error}");
        }
    }
}
