//! Names of styles besides those in model files: in Chinese, and common guesses.

use crate::spelling::nearest;

/// A style's name in models, its Chinese name, and common guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StyleName {
    /// The style's name in models.
    pub name: &'static str,
    /// The style's name in Chinese, which is accepted wherever the other is.
    pub chinese: &'static str,
    /// Words, in lower case, by which somebody who does not know the name may ask for the style:
    /// guesses, which are suggested and not accepted.
    meant: &'static [&'static str],
}

/// The styles of the built-in model, including content-only ones, and those of earlier models.
pub const STYLE_NAMES: [StyleName; 21] = [
    of(
        "tv-cel",
        "电视动画",
        &["anime", "cel", "animation", "动画", "动漫"],
    ),
    of("game-cel", "游戏动画", &["game", "genshin", "游戏"]),
    of("fan-cel", "同人动画", &["fan", "fan-art", "touhou", "同人"]),
    of(
        "old-master",
        "古典油画",
        &[
            "oil",
            "oil-painting",
            "oils",
            "painting",
            "portrait",
            "classical",
            "renaissance",
            "baroque",
            "rembrandt",
            "油画",
        ],
    ),
    of("chibi", "Q 版", &["super-deformed", "sd", "q版"]),
    of(
        "flat-outline",
        "扁平描边",
        &["flat", "outline", "cartoon", "卡通"],
    ),
    of("flat-vector", "扁平色块", &["vector", "扁平"]),
    of("game-ink", "游戏墨线", &["ink", "水墨"]),
    of("illustration-hi", "插画", &["illustration", "digital"]),
    of(
        "ink-vector",
        "黑白墨线",
        &["line-art", "lineart", "black-and-white", "线稿"],
    ),
    of("manga", "漫画", &["comic", "comics", "screentone"]),
    of(
        "monet-scene",
        "莫奈风景",
        &["monet", "landscape", "莫奈", "风景"],
    ),
    of("pixel", "像素画", &["pixel-art", "pixels", "8-bit", "像素"]),
    of(
        "post-impressionist",
        "后印象派",
        &[
            "impressionist",
            "impressionism",
            "post-impressionism",
            "van-gogh",
            "cezanne",
            "renoir",
            "印象派",
            "梵高",
        ],
    ),
    of(
        "sanguo-paint",
        "三国卡牌画",
        &["sanguo", "three-kingdoms", "card", "三国"],
    ),
    of(
        "ukiyo-e",
        "浮世绘",
        &[
            "ukiyoe",
            "woodblock",
            "woodcut",
            "hokusai",
            "japanese-print",
            "版画",
        ],
    ),
    of(
        "anime-scenery",
        "动画背景",
        &["scenery", "background", "背景"],
    ),
    of("photo", "照片", &[]),
    of("photo-scene", "风景照片", &[]),
    of("illustration-small", "小幅插画", &[]),
    of("figure", "人物全身像", &[]),
];

const fn of(
    name: &'static str,
    chinese: &'static str,
    meant: &'static [&'static str],
) -> StyleName {
    StyleName {
        name,
        chinese,
        meant,
    }
}

/// The name in models of a style with this name in another language; none if there is no such name.
pub fn translated(name: &str) -> Option<&'static str> {
    let called = without_spaces(name);
    let mut names = STYLE_NAMES.iter();
    let found = names.find(|style| without_spaces(style.chinese) == called);
    found.map(|style| style.name)
}

/// The Chinese name of a style, if the program knows one.
pub fn in_chinese(name: &str) -> Option<&'static str> {
    let mut names = STYLE_NAMES.iter();
    names.find(|style| style.name == name).map(|it| it.chinese)
}

/// Whether `asked` is the name of the style, in models or in another language.
pub fn is_called(name: &str, asked: &str) -> bool {
    name == asked || translated(asked) == Some(name)
}

/// Names of styles that an unknown word may mean, the likeliest first.
pub(crate) fn meant(word: &str) -> impl Iterator<Item = &'static str> {
    let word = without_spaces(word).to_lowercase().replace(['_', ' '], "-");
    let names = STYLE_NAMES.iter();
    let names = names.filter(move |style| style.meant.contains(&&word[..]));
    names.map(|style| style.name)
}

/// The name of the style that a word is, or may mean; in Chinese for a word in Chinese.
pub fn like(word: &str) -> Option<&'static str> {
    let is_one = || STYLE_NAMES.iter().find(|style| is_called(style.name, word));
    let found = is_one().map(|style| style.name);
    let found = found.or_else(|| meant(word).next()).or_else(|| {
        let names = STYLE_NAMES.iter();
        let near = nearest(word, names.flat_map(|style| [style.name, style.chinese]))?;
        Some(translated(near).unwrap_or(near))
    });
    found.map(|name| in_script_of(word, name))
}

/// A style's name, in Chinese if `asked` is in Chinese and there is such a name.
pub(crate) fn in_script_of<'a>(asked: &str, name: &'a str) -> &'a str {
    match in_chinese(name) {
        Some(chinese) if !asked.is_ascii() => chinese,
        _ => name,
    }
}

/// Removes spaces, so that `Q 版` equals `Q版`.
fn without_spaces(name: &str) -> String {
    let is_chinese = !name.is_ascii();
    name.trim()
        .chars()
        .filter(|letter| !(is_chinese && letter.is_whitespace()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_chinese_are_names() {
        assert_eq!(translated("浮世绘"), Some("ukiyo-e"));
        assert_eq!(translated(" Q版"), Some("chibi"));
        assert_eq!(translated("Q 版"), Some("chibi"));
        assert_eq!(translated("ukiyo-e"), None);
        let guessed = |word| meant(word).next();
        assert_eq!(guessed("Oil Painting"), Some("old-master"));
        assert_eq!(guessed("oil_painting"), Some("old-master"));
        assert_eq!(guessed("油画"), Some("old-master"));
        assert_eq!(guessed("xyzzy"), None);
        for (word, name) in [
            ("tv-cel", "tv-cel"),
            ("tv-cell", "tv-cel"),
            ("oil", "old-master"),
            ("浮世绘", "浮世绘"),
            ("浮世", "浮世绘"),
            ("油画", "古典油画"),
        ] {
            assert_eq!(like(word), Some(name), "{word}");
        }
        assert_eq!(like("holiday-2024"), None);
    }

    #[test]
    fn no_two_styles_are_called_the_same() {
        let mut all = Vec::new();
        for style in &STYLE_NAMES {
            all.extend([style.name, style.chinese]);
            all.extend(style.meant);
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
