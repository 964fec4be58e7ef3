//! What a morph passes through, as JSON.

use serde::Deserialize;

use super::super::api_error::ApiError;
use super::mix;
use crate::{MorphStation, StylePart};

/// Most stations of a morph.
const MOST: usize = 32;

/// `{"picture": 0}`, `{"picture": 0, "styles": [{"name": "oil"}]}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(deserialize_with = "super::whole::one")]
    picture: usize,
    #[serde(default, deserialize_with = "super::object::some")]
    styles: Option<Vec<mix::Entry>>,
}

/// A list of entries from JSON.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, ApiError> {
    serde_json::from_str(text)
        .map_err(|error| ApiError::bad("bad_json", format!("`stations`: {error}")))
}

/// The stations, in styles of their own or else in `styles`; all pictures in their order where
/// none are named.
pub(super) fn stations(
    entries: Option<Vec<Entry>>,
    pictures: usize,
    styles: &[StylePart],
) -> Result<Vec<MorphStation>, ApiError> {
    let Some(entries) = entries else {
        let station = |picture| MorphStation {
            picture,
            styles: styles.to_vec(),
        };
        return Ok((0..pictures).map(station).collect());
    };
    if entries.len() > MOST {
        let message = format!("a morph has at most {MOST} stations");
        return Err(ApiError::bad("too_many_stations", message));
    }
    let station = |entry: Entry| {
        let own = entry.styles.map(mix::parts).transpose()?;
        Ok(MorphStation {
            picture: entry.picture,
            styles: own.unwrap_or_else(|| styles.to_vec()),
        })
    };
    entries.into_iter().map(station).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StyleSource;

    #[test]
    fn stations_have_their_own_styles_or_the_common_one() {
        let common = mix::read(r#"[{"seed": 7}]"#).unwrap();
        let all = stations(None, 2, &common).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[1].picture, &all[1].styles), (1, &common));
        let text = r#"[{"picture": 1}, {"picture": 0, "styles": [{"own": true}]}]"#;
        let named = stations(Some(read(text).unwrap()), 2, &common).unwrap();
        assert_eq!((named[0].picture, &named[0].styles), (1, &common));
        assert_eq!(named[1].styles[0].source, StyleSource::Own);
        for text in [
            "{}",
            "[{}]",
            r#"[{"picture": 0, "styles": null}]"#,
            r#"[{"picture": "x"}]"#,
            r#"[{"picture": 0, "file": "x"}]"#,
        ] {
            assert_eq!(read(text).unwrap_err().status, 400, "{text}");
        }
        let many = format!("[{}]", [r#"{"picture": 0}"#; 33].join(","));
        let error = stations(Some(read(&many).unwrap()), 1, &common).unwrap_err();
        assert_eq!(error.code, "too_many_stations");
    }
}
