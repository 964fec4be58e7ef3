//! Amounts along directions, as JSON.

use serde::Deserialize;

use super::super::api_error::ApiError;

/// Most amounts of an edit.
const MOST: usize = 32;

/// `{"direction": 0, "amount": 1.5}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(deserialize_with = "super::whole::one")]
    direction: usize,
    amount: f32,
}

/// A list of entries from JSON.
pub(super) fn read(text: &str) -> Result<Vec<(usize, f32)>, ApiError> {
    let entries: Vec<Entry> = serde_json::from_str(text)
        .map_err(|error| ApiError::bad("bad_json", format!("`directions`: {error}")))?;
    amounts(&entries)
}

pub(super) fn amounts(entries: &[Entry]) -> Result<Vec<(usize, f32)>, ApiError> {
    if entries.len() > MOST {
        let message = format!("an edit has at most {MOST} amounts");
        return Err(ApiError::bad("too_many_directions", message));
    }
    let amount = |entry: &Entry| (entry.direction, entry.amount);
    Ok(entries.iter().map(amount).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_what_is_none() {
        let text = r#"[{"direction": 3, "amount": -1.5}, {"direction": 0, "amount": 2}]"#;
        assert_eq!(read(text).unwrap(), [(3, -1.5), (0, 2.0)]);
        assert_eq!(read("[]").unwrap(), []);
        for text in [
            "{}",
            "[{}]",
            r#"[{"direction": 0}]"#,
            r#"[{"direction": -1, "amount": 1}]"#,
            r#"[{"direction": 0, "amount": "1"}]"#,
            r#"[{"direction": 0, "amount": 1, "path": "x"}]"#,
        ] {
            assert_eq!(read(text).unwrap_err().status, 400, "{text}");
        }
        let many = format!("[{}]", [r#"{"direction": 0, "amount": 1}"#; 33].join(","));
        assert_eq!(read(&many).unwrap_err().code, "too_many_directions");
    }
}
