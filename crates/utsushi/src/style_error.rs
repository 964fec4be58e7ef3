//! Errors of styles: why a style cannot be used.

use crate::style_names::{in_chinese, in_script_of};

/// The error that a style does not exist, or that a mix is impossible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StyleError {
    /// The model knows no style of this name.
    #[error(
        "the model knows no style `{name}`{}; it knows {}",
        meant(.nearest.as_deref().map(|it| in_script_of(name, it))), styles_for(name, .known)
    )]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names that the model knows.
        known: Vec<String>,
        /// The known name that is spelled most alike, if one is close.
        nearest: Option<String>,
    },
    /// The model saw pictures of that name, but never learned to paint like them.
    #[error(
        "`{name}` was content only in this model's training and is no style to paint in; it \
         knows {}",
        styles_for(name, .known)
    )]
    ContentOnly {
        /// The name asked for.
        name: String,
        /// The names of the styles that can be painted in.
        known: Vec<String>,
    },
    /// The model file has no mean code for the style.
    #[error(
        "the model has no mean code for the style `{name}`; export the model again, or give a \
         reference painting"
    )]
    NoMean {
        /// The name asked for.
        name: String,
    },
    /// The model has fewer typical codes of the style.
    #[error(
        "there is no `{name}:{asked}`: {}",
        match .count {
            0 => "the model keeps no typical codes; leave the number out".to_owned(),
            count => format!("take `{name}:1` to `{name}:{count}`"),
        }
    )]
    NoTypical {
        /// The style's name.
        name: String,
        /// The index asked for, from 1.
        asked: String,
        /// Number of typical codes.
        count: usize,
    },
    /// The colours of parts of a typical code are invalid.
    #[error("the colours of its typical code {number} are no tones")]
    NotTones {
        /// Index of the code, from 1.
        number: usize,
    },
    /// The model was trained without any style.
    #[error("the model names no style to paint in; give a reference painting")]
    NoStyles,
    /// The model was trained without conditions.
    #[error(
        "the model knows no labels besides its styles; train one with `labels.columns`, or learn \
         a direction from examples with `utsushi direction learn`"
    )]
    NoConditions,
    /// The model knows no such condition.
    #[error(
        "the model knows no label `{name}`{}; it knows {}",
        meant(.nearest.as_deref()), listed(.known)
    )]
    UnknownCondition {
        /// The name asked for.
        name: String,
        /// The names that the model knows.
        known: Box<[String]>,
        /// The known name that is spelled most alike, if one is close.
        nearest: Option<Box<str>>,
    },
    /// The condition has no such value.
    #[error(
        "there is no label `{label}`{}; its values are {}",
        meant(.nearest.as_deref()), listed(.known)
    )]
    UnknownValue {
        /// The condition and the value asked for, as in `role=knight`.
        label: String,
        /// The values that the condition has.
        known: Box<[String]>,
        /// The value that is spelled most alike, if one is close.
        nearest: Option<Box<str>>,
    },
    /// The model has no content prior, and so makes no new paintings.
    #[error(
        "the model makes no new paintings: it has no content prior; train one with \
         the recipe `prior-64` and `--init`, or take the built-in model"
    )]
    NoPrior,
    /// The model has a single style and no others.
    #[error("this model paints in the one style it has; leave the style out (`-` in a list)")]
    OneStyle,
    /// No style was named, and the model has more than one.
    #[error(
        "`-` stands for the one style of a model that has no other; this one has several: name one"
    )]
    NotOneStyle,
    /// The code is of another model, since its length differs.
    #[error(
        "the style code has {found} numbers where {expected} are needed; it is another model's"
    )]
    Length {
        /// Number of elements in the code.
        found: usize,
        /// Number of elements that the model needs.
        expected: usize,
    },
    /// A value of the code is not finite.
    #[error(
        "value {index} of the style code is not finite; the model's weights are damaged or come \
         from a training that diverged"
    )]
    NotFinite {
        /// Index of the first such value.
        index: usize,
    },
    /// A weight is negative, infinite, or NaN.
    #[error("the weight {0} of a style is not valid: expected a number that is not below 0")]
    Weight(f32),
    /// All weights are zero.
    #[error("the weights of the styles are all 0; give at least one of them a weight above 0")]
    NoWeight,
    /// There are no codes to mix.
    #[error("no style was given to mix")]
    NothingToBlend,
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |it| format!(" (did you mean `{it}`?)"))
}

fn listed(names: &[String]) -> String {
    joined(names.iter().map(|name| format!("`{name}`")).collect())
}

/// The list of styles' names, with those in Chinese if the name asked for is in another script than
/// Latin.
fn styles_for(asked: &str, names: &[String]) -> String {
    if asked.is_ascii() {
        return listed(names);
    }
    let both = names.iter().map(|name| match in_chinese(name) {
        Some(chinese) => format!("`{name}` (`{chinese}`)"),
        None => format!("`{name}`"),
    });
    joined(both.collect())
}

fn joined(names: Vec<String>) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_in_the_script_they_were_asked_for_in() {
        let unknown = |name: &str| {
            let error = StyleError::Unknown {
                name: name.to_owned(),
                known: vec!["ukiyo-e".to_owned(), "mine".to_owned()],
                nearest: Some("ukiyo-e".to_owned()),
            };
            error.to_string()
        };
        let told = unknown("浮世");
        assert!(told.contains("did you mean `浮世绘`?"), "{told}");
        assert!(
            told.ends_with("it knows `ukiyo-e` (`浮世绘`), `mine`"),
            "{told}"
        );
        let told = unknown("ukio");
        assert!(told.ends_with("it knows `ukiyo-e`, `mine`"), "{told}");
        let known = vec!["ukiyo-e".to_owned()];
        let name = "照片".to_owned();
        let told = StyleError::ContentOnly { name, known }.to_string();
        assert!(told.ends_with("`ukiyo-e` (`浮世绘`)"), "{told}");
    }
}
