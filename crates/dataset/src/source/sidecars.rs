//! Sidecars: labels beside pictures in a tar, as in WebDataset: `0001.png` with `0001.json`,
//! `0001.cls` or `0001.txt`.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::Member;
use crate::DropReason;

/// Largest number of bytes that are read of one sidecar.
const MAX_BYTES: u64 = 1 << 16;

/// The sidecars of a source, by the part of the name that they share with their picture.
#[derive(Default)]
pub(super) struct Sidecars {
    /// Sidecars by tar and shared name.
    members: HashMap<(Option<usize>, String), Vec<Member>>,
}

/// A kind of sidecar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A JSON object, whose texts, numbers and booleans are labels.
    Object,
    /// A class, which becomes the label `class`.
    Class,
    /// A text, which becomes the label `caption`.
    Caption,
}

impl Kind {
    fn of(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Object),
            "cls" => Some(Self::Class),
            "txt" => Some(Self::Caption),
            _ => None,
        }
    }
}

/// Whether a member may be a sidecar, by its name and size.
pub(super) fn is_label(name: &str, size: u64) -> bool {
    size <= MAX_BYTES && Kind::of(split(name).1).is_some()
}

/// Splits a name at the first dot of its last part, which is dropped.
fn split(name: &str) -> (&str, &str) {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[file..].find('.') {
        Some(dot) => (&name[..file + dot], &name[file + dot + 1..]),
        None => (name, ""),
    }
}

impl Sidecars {
    /// Takes the sidecars that have a picture beside them out of the members; others stay, so that
    /// they are reported.
    pub fn taken_from(members: &mut Vec<Member>) -> Self {
        let is_label = |member: &Member| Kind::of(split(&member.name).1).is_some();
        let key = |member: &Member| (member.shard, split(&member.name).0.to_owned());
        let labelled = members.iter().filter(|member| !is_label(member)).map(key);
        let labelled: HashSet<_> = labelled.collect();
        let mut taken = Self::default();
        let own = members.extract_if(.., |member| {
            is_label(member) && labelled.contains(&key(member))
        });
        for member in own {
            let key = key(&member);
            taken.members.entry(key).or_default().push(member);
        }
        taken
    }

    /// The labels of a member. `read` returns at most so many bytes of a sidecar.
    pub fn labels(
        &self,
        member: &Member,
        read: impl Fn(&Member, u64) -> Result<Vec<u8>, DropReason>,
    ) -> Result<BTreeMap<String, String>, DropReason> {
        let mut labels = BTreeMap::new();
        let key = (member.shard, split(&member.name).0.to_owned());
        for sidecar in self.members.get(&key).into_iter().flatten() {
            let bytes = read(sidecar, MAX_BYTES).map_err(|reason| DropReason::Unreadable {
                detail: format!("its label {}: {reason}", sidecar.name),
            })?;
            let parsed = Kind::of(split(&sidecar.name).1)
                .map_or(Ok(Vec::new()), |kind| parse(kind, &bytes))
                .map_err(|problem| DropReason::Unreadable {
                    detail: format!("its label {} {problem}", sidecar.name),
                })?;
            labels.extend(parsed);
        }
        Ok(labels)
    }
}

fn parse(kind: Kind, bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let object = match kind {
        Kind::Class => return Ok(vec![("class".to_owned(), text.to_owned())]),
        Kind::Caption => return Ok(vec![("caption".to_owned(), text.to_owned())]),
        Kind::Object => {
            serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?
        }
    };
    let Value::Object(fields) = object else {
        return Err("is no JSON object".to_owned());
    };
    Ok(columns(fields))
}

/// Converts texts, numbers and booleans to texts; lists and objects are left out.
pub(super) fn columns(fields: impl IntoIterator<Item = (String, Value)>) -> Vec<(String, String)> {
    let column = |(key, value)| match value {
        Value::String(text) => Some((key, text)),
        Value::Number(number) => Some((key, number.to_string())),
        Value::Bool(truth) => Some((key, truth.to_string())),
        _ => None,
    };
    fields.into_iter().filter_map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Member {
        Member {
            name: name.to_owned(),
            file: None,
            shard: Some(0),
            index: 0,
        }
    }

    #[test]
    fn names_are_split_at_the_first_dot_of_the_last_part() {
        assert_eq!(split("a.b/c.d.png"), ("a.b/c", "d.png"));
        assert_eq!(split("a.b/c"), ("a.b/c", ""));
        assert_eq!(split(".x"), ("", "x"));
    }

    #[test]
    fn labels_beside_a_picture_are_its_own() {
        let names = ["a/1.png", "a/1.json", "a/1.cls", "a/2.png", "b/1.txt"];
        let mut members: Vec<Member> = names.map(member).to_vec();
        let sidecars = Sidecars::taken_from(&mut members);
        let left: Vec<_> = members.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(left, ["a/1.png", "a/2.png", "b/1.txt"]);
        let read = |sidecar: &Member, _| {
            Ok(match sidecar.name.as_str() {
                "a/1.cls" => b"7\n".to_vec(),
                _ => br#"{"artist": "x", "year": 1990, "tags": [1], "own": true}"#.to_vec(),
            })
        };
        let labels = sidecars.labels(&members[0], read).unwrap();
        let labels: Vec<_> = labels
            .iter()
            .map(|(key, it)| (key.as_str(), it.as_str()))
            .collect();
        let expected = [
            ("artist", "x"),
            ("class", "7"),
            ("own", "true"),
            ("year", "1990"),
        ];
        assert_eq!(labels, expected);
        assert!(sidecars.labels(&members[1], read).unwrap().is_empty());
        for broken in [&b"[1]"[..], b"{", b"\xff"] {
            let read = |_: &Member, _| Ok(broken.to_vec());
            let reason = sidecars.labels(&members[0], read);
            // The class may be any text.
            let reason = reason.unwrap_err().to_string();
            assert!(reason.contains("a/1.json") || broken == b"\xff", "{reason}");
        }
    }
}
