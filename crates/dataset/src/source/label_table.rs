//! Tables with labels of many pictures: CSV, JSON Lines, or StyleGAN's `dataset.json`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use serde_json::Value;

use super::Member;
use super::folder::read;
use super::sidecars::columns;
use crate::{DatasetError, Notice};

mod separated;

/// Size in bytes of the largest table that is read.
pub(super) const MAX_BYTES: u64 = 256 << 20;

/// Names of the column with the picture's name; the first one present is taken.
const NAMES: [&str; 5] = ["file_name", "filename", "file", "path", "name"];

type Labels = BTreeMap<String, String>;

/// A table of labels, by the names of pictures.
#[derive(Debug, Default)]
pub(super) struct LabelTable {
    rows: HashMap<String, Labels>,
    /// Names of pictures that several rows name.
    twice: BTreeSet<String>,
    /// Keys whose values cannot be labels.
    no_labels: BTreeSet<String>,
}

/// Rows of a table that do not name any picture of a source.
#[derive(Clone, Debug)]
pub(crate) struct Unmatched {
    pub table: PathBuf,
    pub names: BTreeSet<String>,
    rows: usize,
    such_as: String,
}

impl Unmatched {
    pub fn notice(self) -> Notice {
        Notice::LabelsWithoutPicture {
            table: self.table,
            names: self.names.into_iter().collect(),
            rows: self.rows,
            such_as: self.such_as,
        }
    }
}

/// A lookup of a source's pictures by the names that tables have for them.
pub(super) struct Lookup<'a> {
    names: HashSet<std::borrow::Cow<'a, str>>,
    first: Option<&'a str>,
}

impl<'a> Lookup<'a> {
    pub fn of(members: &'a [Member]) -> Self {
        Self {
            names: members.iter().map(|it| as_in_tables(&it.name)).collect(),
            first: members.first().map(|member| &member.name[..]),
        }
    }
}

/// Replaces `\` between folders by `/`: archives made on Windows may have it, and so may tables.
fn as_in_tables(name: &str) -> std::borrow::Cow<'_, str> {
    if name.contains('\\') {
        name.replace('\\', "/").into()
    } else {
        name.into()
    }
}

impl LabelTable {
    /// Reads a table, whose suffix says what it is.
    ///
    /// # Errors
    /// The file cannot be read, or is not what its suffix says; the error names the line and the
    /// fix.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let failed = |message: String| DatasetError::Labels {
            path: path.to_path_buf(),
            message,
        };
        let bytes = read(path, MAX_BYTES).map_err(|reason| failed(reason.to_string()))?;
        let text = text(&bytes).map_err(failed)?;
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("csv" | "tsv") => of_separated(&text),
            Some("jsonl" | "ndjson") => of_lines(&text),
            Some("json") => Self::of_dataset_json(text.as_bytes())
                .ok_or_else(|| "it is not `{\"labels\": [[\"name.png\", 0], …]}`".to_owned()),
            _ => Err(
                "labels come from a .csv, a .tsv, a .jsonl or StyleGAN's dataset.json".to_owned(),
            ),
        }
        .map_err(failed)
    }

    /// Reads `{"labels": [[name, class], …]}`, where a class is a number, a text, or an object of
    /// several labels, and `null` means no labels. `None` if the content is something else.
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
            match label {
                Value::Object(fields) => table.add_fields(&name, fields),
                label => table.add_fields(&name, [("class".to_owned(), label)]),
            }
        }
        Some(table)
    }

    /// The labels of a picture, by its name.
    pub fn get(&self, name: &str) -> Option<&Labels> {
        self.rows.get(&*as_in_tables(name))
    }

    /// Adds another table, whose labels take precedence where both have a picture.
    pub fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// The rows that do not name any picture, if there are some.
    pub fn unmatched(&self, table: &Path, pictures: &Lookup<'_>) -> Option<Unmatched> {
        let missing = |name: &&String| !pictures.names.contains(&***name);
        let names: BTreeSet<String> = self.rows.keys().filter(missing).cloned().collect();
        (!names.is_empty()).then(|| Unmatched {
            table: table.to_path_buf(),
            names,
            rows: self.rows.len(),
            such_as: pictures.first.unwrap_or_default().to_owned(),
        })
    }

    /// The notices on the table itself.
    pub fn notices(&self, table: &Path) -> Vec<Notice> {
        let mut notices = Vec::new();
        let table = || table.to_path_buf();
        if !self.twice.is_empty() {
            notices.push(Notice::LabelsTwice {
                table: table(),
                names: self.twice.iter().cloned().collect(),
            });
        }
        if !self.no_labels.is_empty() {
            notices.push(Notice::NoLabels {
                table: table(),
                keys: self.no_labels.iter().cloned().collect(),
            });
        }
        notices
    }

    fn add_fields(&mut self, name: &str, fields: impl IntoIterator<Item = (String, Value)>) {
        let fields: Vec<_> = fields.into_iter().collect();
        let no_label = |value: &Value| value.is_array() || value.is_object();
        let keys = fields.iter().filter(|(_, value)| no_label(value));
        self.no_labels.extend(keys.map(|(key, _)| key.clone()));
        self.add(name, columns(fields).into_iter().collect());
    }

    fn add(&mut self, name: &str, labels: Labels) {
        let name = as_in_tables(name);
        let name = name.trim_start_matches("./").to_owned();
        if self.rows.insert(name.clone(), labels).is_some() {
            self.twice.insert(name);
        }
    }
}

/// Decodes text in UTF-8, or in UTF-16 with its byte order mark, as spreadsheets write it.
fn text(bytes: &[u8]) -> Result<String, String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (encoding_rs::UTF_8, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned)
        .ok_or_else(|| "it is not UTF-8; save it as such, in a spreadsheet as `CSV UTF-8`".into())
}

/// Parses a table of separated values, whose first line names the columns.
fn of_separated(text: &str) -> Result<LabelTable, String> {
    let separated::Rows { head, place, rows } = separated::rows(text)?;
    let mut table = LabelTable::default();
    for mut row in rows {
        let name = row.swap_remove(place);
        let mut keys = head.clone();
        keys.swap_remove(place);
        let labels = keys.into_iter().zip(row);
        table.add(&name, labels.filter(|label| !label.1.is_empty()).collect());
    }
    Ok(table)
}

/// Parses JSON Lines: an object on each line.
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
        let name = name.ok_or_else(|| {
            let line = number + 1;
            format!(
                "line {line} has no key with the picture's name; {}",
                call_it()
            )
        })?;
        table.add_fields(&name, fields);
    }
    Ok(table)
}

fn call_it() -> String {
    format!("call it one of {}", NAMES.join(", "))
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
    fn tables_of_spreadsheets_are_read_whatever_separates_their_columns() {
        let expected = [("role".to_owned(), "a,b".to_owned())];
        for text in [
            "file_name;role\r\nx.png;a,b\r\n",
            "sep=;\r\nfile_name;role\r\nx.png;a,b\r\n",
            "File_Name\trole\nx.png\ta,b\n",
            "role,file_name,,\n\"a,b\",x.png,,\n",
            "role, file_name\n\"a,b\", x.png",
        ] {
            let table = of("a.csv", text).unwrap();
            assert_eq!(labels(&table, "x.png"), expected, "{text:?}");
        }
        let wide: Vec<u8> = "\u{feff}file_name\trole\r\nx.png\ta,b\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tsv");
        std::fs::write(&path, wide).unwrap();
        assert_eq!(labels(&LabelTable::read(&path).unwrap(), "x.png"), expected);
    }

    #[test]
    fn rows_that_are_not_used_are_noted() {
        let lines = "{\"file\": \"a.png\", \"tags\": [1]}\n{\"file\": \"./a.png\", \"role\": \"x\"}\n\
                     {\"file\": \"B.png\"}\n";
        let table = of("a.jsonl", lines).unwrap();
        let member = |name: &str| Member {
            name: name.to_owned(),
            file: None,
            shard: None,
            index: 0,
        };
        let members = ["a.png", "b.png"].map(member);
        let path = Path::new("a.jsonl");
        let unmatched = table.unmatched(path, &Lookup::of(&members)).unwrap();
        let told = unmatched.notice().to_string();
        assert!(
            told.contains("1 of 2 rows") && told.contains("`B.png`"),
            "{told}"
        );
        let told: Vec<String> = table.notices(path).iter().map(Notice::to_string).collect();
        assert!(
            told[0].contains("several rows") && told[0].contains("`a.png`"),
            "{told:?}"
        );
        assert!(told[1].contains("`tags`"), "{told:?}");
        assert!(
            table
                .unmatched(path, &Lookup::of(&["B.png", "a.png"].map(member)))
                .is_none()
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (name, text, part) in [
            ("a.csv", "", "empty"),
            ("a.csv", "a,b\n1,2\n", "file_name"),
            ("a.csv", "a;b\n1;2\n", "`a`, `b`"),
            ("a.csv", "a|file\n1|x\n", "commas, semicolons or tabs"),
            ("a.csv", "file,b,b\nx,1,2\n", "`b` is there twice"),
            ("a.csv", "file,b,\nx,1,2\n", "column 3 has no name"),
            ("a.csv", "file,b\n,2\n", "line 2"),
            ("a.csv", "file,b\nx,1\ny\n", "line 3"),
            ("a.csv", "file,b\nx,\"1\ny,2\n", "quote"),
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
