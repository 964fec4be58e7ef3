//! Guessing what a mistyped name was meant to be.

/// The name spelled most like `typed`, if few enough letters differ for it to be a slip.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let few = (typed.chars().count() / 3).max(2);
    names
        .map(|name| (distance(&typed, &name.to_lowercase()), name))
        .filter(|&(distance, name)| distance <= few && distance < name.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// Fewest insertions, removals and replacements of letters between two words (Levenshtein 1966).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, &other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_known_pairs() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("tv-cel", "tv-cel"), 0);
        assert_eq!(distance("油絵", "油画"), 1);
    }

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
