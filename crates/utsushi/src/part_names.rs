//! Names of the parts of a picture, in English and in Chinese.

use crate::anatomy::Area;
use crate::spelling;

/// Synonyms of parts' names.
const ALSO: [(&str, Area); 8] = [
    ("身体", Area::Body),
    ("衣服", Area::Body),
    ("clothes", Area::Body),
    ("脸部", Area::Face),
    ("面部", Area::Face),
    ("嘴巴", Area::Mouth),
    ("眼", Area::Eyes),
    ("眉", Area::Brows),
];

/// The part with this name in either language, or a synonym.
pub fn named(word: &str) -> Option<Area> {
    let is_called = |area: &Area| [area.name(), area.in_chinese()].contains(&word);
    let also = || ALSO.into_iter().find(|(other, _)| *other == word);
    let named = Area::ALL.into_iter().find(is_called);
    named.or_else(|| also().map(|(_, area)| area))
}

/// The names of all parts, in Chinese if `word` is in Chinese.
pub fn in_script_of(word: &str) -> [&'static str; Area::ALL.len()] {
    let is_english = word.is_ascii();
    Area::ALL.map(if is_english {
        Area::name
    } else {
        Area::in_chinese
    })
}

/// The name of the part that a mistyped word probably means.
pub fn nearest(word: &str) -> Option<&'static str> {
    spelling::nearest(word, in_script_of(word).into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_names_in_two_languages() {
        for area in Area::ALL {
            assert_eq!(named(area.name()), Some(area));
            assert_eq!(named(area.in_chinese()), Some(area));
        }
        assert_eq!(named("衣服"), Some(Area::Body));
        assert_eq!(named("tail"), None);
        assert_eq!(nearest("hiar"), Some("hair"));
        assert_eq!(nearest("头"), Some("头发"));
        assert!(in_script_of("尾巴").contains(&"身体和衣服"));
    }
}
