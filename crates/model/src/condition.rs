//! Conditions: labels of a picture besides its style, for which codes can be drawn.

use serde::{Deserialize, Serialize};

use crate::ConfigError;

/// Largest number of values of all conditions together.
const MOST_VALUES: usize = 1024;

/// Longest name of a condition or of one of its values, in bytes.
const LONGEST_NAME: usize = 200;

/// A label that pictures have besides their style, such as an age or a role, and the values that
/// it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The condition's name: a column of the training set's manifest.
    pub name: String,
    /// The condition's values, each once; their order is that of the networks' tables.
    pub values: Vec<String>,
}

impl Condition {
    /// Checks that tables of these conditions can be built and that each value can be named.
    ///
    /// # Errors
    /// Too many values, or a name that is empty, long, or there twice.
    pub(crate) fn validate(conditions: &[Self]) -> Result<(), ConfigError> {
        let wrong = |key, value, expected| {
            Err(ConfigError {
                key,
                value,
                expected,
            })
        };
        let values: usize = conditions.iter().map(|it| it.values.len()).sum();
        if values > MOST_VALUES {
            let expected = "at most 1024 values of all conditions together";
            return wrong("conditions.values", values, expected);
        }
        let names = conditions.iter().map(|it| it.name.as_str());
        if let Some(index) = unusable(names) {
            let expected = "a name of 1 to 200 bytes without `=` that no other condition has; \
                            this is the number of the first that has none";
            return wrong("conditions.name", index, expected);
        }
        for condition in conditions {
            if condition.values.is_empty() {
                return wrong("conditions.values", 0, "one value or more");
            }
            let values = condition.values.iter().map(String::as_str);
            if let Some(index) = unusable(values) {
                let expected = "values of 1 to 200 bytes without `=`, each there once; this is \
                                the number of the first that is none";
                return wrong("conditions.values", index, expected);
            }
        }
        Ok(())
    }
}

/// Index of the first name that is empty, too long, a repetition, or impossible to type.
fn unusable<'a>(names: impl Iterator<Item = &'a str>) -> Option<usize> {
    let mut seen = std::collections::BTreeSet::new();
    names.enumerate().find_map(|(index, name)| {
        let is_usable = !name.is_empty()
            && name.len() <= LONGEST_NAME
            && !name.contains('=')
            && !name.chars().any(char::is_control)
            && seen.insert(name);
        (!is_usable).then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(name: &str, values: &[&str]) -> Condition {
        Condition {
            name: name.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        }
    }

    #[test]
    fn what_cannot_be_named_or_built_is_refused() {
        let good = [
            condition("age", &["young", "old"]),
            condition("格", &["騎士", "a:b"]),
        ];
        assert_eq!(Condition::validate(&good), Ok(()));
        let key = |conditions: &[Condition]| Condition::validate(conditions).unwrap_err().key;
        assert_eq!(key(&[condition("", &["a"])]), "conditions.name");
        assert_eq!(key(&[condition("a=b", &["a"])]), "conditions.name");
        let twice = [condition("a", &["b"]), condition("a", &["c"])];
        assert_eq!(key(&twice), "conditions.name");
        assert_eq!(key(&[condition("a", &[])]), "conditions.values");
        assert_eq!(key(&[condition("a", &["b", "b"])]), "conditions.values");
        assert_eq!(key(&[condition("a", &["b\n"])]), "conditions.values");
        let long = "x".repeat(201);
        assert_eq!(key(&[condition("a", &[&long])]), "conditions.values");
        let many: Vec<String> = (0..1025).map(|value| value.to_string()).collect();
        let many = Condition {
            name: "a".to_owned(),
            values: many,
        };
        assert_eq!(key(&[many]), "conditions.values");
    }
}
