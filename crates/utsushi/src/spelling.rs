//! Spelling: guesses of what a mistyped name was meant to be.

use strsim::levenshtein;

/// The name spelled most like `typed`, if few enough letters differ for it to be a slip.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let few = (typed.chars().count() / 3).max(2);
    names
        .map(|name| (levenshtein(&typed, &name.to_lowercase()), name))
        .filter(|&(distance, name)| distance <= few && distance < name.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slip_is_corrected() {
        let names = ["tv-cel", "oil-painting", "ab"];
        let of = |typed| nearest(typed, names.into_iter());
        assert_eq!(of("TV-Cell"), Some("tv-cel"));
        assert_eq!(of("oil_paintng"), Some("oil-painting"));
        assert_eq!(of("watercolour"), None);
        assert_eq!(of("xy"), None, "as many letters differ as there are");
    }
}
