//! Labels that a picture is to have, as JSON.

use serde::Deserialize;

use super::super::api_error::ApiError;
use crate::ToLabel;

/// Most labels of an edit.
const MOST: usize = 32;

/// `{"label": "role", "value": "knight", "amount": 0.8}`; without an amount it is 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    label: String,
    value: String,
    #[serde(default = "whole")]
    amount: f32,
}

fn whole() -> f32 {
    1.0
}

/// A list of entries from JSON.
pub(super) fn read(text: &str) -> Result<Vec<ToLabel>, ApiError> {
    let entries: Vec<Entry> = serde_json::from_str(text)
        .map_err(|error| ApiError::bad("bad_json", format!("`set`: {error}")))?;
    labels(entries)
}

pub(super) fn labels(entries: Vec<Entry>) -> Result<Vec<ToLabel>, ApiError> {
    if entries.is_empty() {
        return Err(ApiError::bad("no_labels", "`set` has no labels"));
    }
    if entries.len() > MOST {
        let message = format!("an edit has at most {MOST} labels");
        return Err(ApiError::bad("too_many_labels", message));
    }
    let label = |entry: Entry| ToLabel {
        label: entry.label,
        value: entry.value,
        amount: entry.amount,
    };
    Ok(entries.into_iter().map(label).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_what_is_none() {
        let text = r#"[{"label": "role", "value": "knight"},
                       {"label": "age", "value": "old", "amount": -0.5}]"#;
        let is = |label: &str, value: &str, amount| ToLabel {
            label: label.to_owned(),
            value: value.to_owned(),
            amount,
        };
        let expected = [is("role", "knight", 1.0), is("age", "old", -0.5)];
        assert_eq!(read(text).unwrap(), expected);
        assert!(read("[]").is_err());
        for text in [
            "{}",
            r#"[{"label": "role"}]"#,
            r#"[{"label": "role", "value": 3}]"#,
            r#"[{"label": "role", "value": "knight", "amount": "1"}]"#,
            r#"[{"label": "role", "value": "knight", "path": "x"}]"#,
        ] {
            assert_eq!(read(text).unwrap_err().status, 400, "{text}");
        }
        let one = r#"{"label": "role", "value": "knight"}"#;
        let many = format!("[{}]", [one; 33].join(","));
        assert_eq!(read(&many).unwrap_err().code, "too_many_labels");
    }
}
