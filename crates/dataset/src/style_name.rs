//! Names of styles, which are also names of folders: letters of any script, digits, `-` and `_`.

/// Largest number of letters of a name.
pub(crate) const MOST_LETTERS: usize = 64;

/// Largest number of bytes of a name, so that file systems accept it with a suffix.
const MOST_BYTES: usize = 192;

/// Number of letters reserved for a number after a name that is taken.
const NUMBER: usize = 4;

/// Combining accents, into which some file systems decompose names.
const ACCENTS: [std::ops::RangeInclusive<char>; 2] =
    ['\u{300}'..='\u{36f}', '\u{3099}'..='\u{309a}'];

/// Whether a name may have the letter. None of the letters allowed has a meaning in paths.
fn is_allowed(letter: char) -> bool {
    let accent = || ACCENTS.iter().any(|accents| accents.contains(&letter));
    letter.is_alphanumeric() || matches!(letter, '-' | '_') || accent()
}

/// Whether a style may have this name: at most 64 letters of any script, digits, `-` and `_`.
pub fn is_style_name(name: &str) -> bool {
    (1..=MOST_LETTERS).contains(&name.chars().count())
        && name.len() <= MOST_BYTES
        && name.chars().all(is_allowed)
}

/// Whether a file system may take two names for the same.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Makes a valid style name like this one that is not in `taken`: with `-` for letters that are not
/// allowed, and a number if it is taken.
pub fn style_name_like(name: &str, taken: &[&str]) -> String {
    let letters = name.chars();
    let letters = letters.map(|letter| if is_allowed(letter) { letter } else { '-' });
    let mut name = String::new();
    for letter in letters.take(MOST_LETTERS - NUMBER) {
        if name.len() + letter.len_utf8() > MOST_BYTES - NUMBER {
            break;
        }
        name.push(letter);
    }
    let name = match name.trim_matches('-') {
        "" => "style",
        name => name,
    };
    let free = |name: &String| !taken.iter().any(|other| are_alike(other, name));
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_letters_of_any_script_and_nothing_that_leads_elsewhere() {
        for name in [
            "tv-cel",
            "a_1",
            "水墨",
            "浮世絵_2",
            "か\u{3099}くふ\u{309a}",
            "Ölmalerei",
            "живопись",
            &"墨".repeat(64),
        ] {
            assert!(is_style_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "a\\b",
            "a b",
            "a.b",
            "a:b",
            "a=b",
            "墨,",
            "a\u{0}",
            "a\u{202e}b",
            "a\u{200d}b",
            "水　墨",
            &"x".repeat(65),
            &"\u{20000}".repeat(64),
        ] {
            assert!(!is_style_name(name), "{name:?}");
        }
    }

    #[test]
    fn styles_of_folders_get_names_of_their_own() {
        assert_eq!(style_name_like("ink wash", &[]), "ink-wash");
        assert_eq!(style_name_like("水墨", &["工笔"]), "水墨");
        assert_eq!(style_name_like("水墨 画", &[]), "水墨-画");
        assert_eq!(style_name_like("《…》", &["Style"]), "style-2");
        assert_eq!(style_name_like("a", &["A", "a-2"]), "a-3");
        assert_eq!(style_name_like("öl", &["ÖL"]), "öl-2");
        assert_eq!(style_name_like(&"x".repeat(99), &[]).len(), 60);
        for long in ["x", "墨", "\u{20000}"].map(|letter| letter.repeat(99)) {
            let first = style_name_like(&long, &[]);
            let second = style_name_like(&long, &[&first]);
            assert!(
                is_style_name(&first) && is_style_name(&second),
                "{first} {second}"
            );
            assert!(second.ends_with("-2"), "{second}");
        }
    }
}
