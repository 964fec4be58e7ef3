//! Decoding of file names that are not UTF-8: in archives from Japanese or Chinese Windows, and on
//! old disks.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, IBM866, SHIFT_JIS, WINDOWS_1252};

/// The encoding assumed for names that are not in a multi-byte one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Western {
    /// Code page 437 of DOS, as the zip format requires; the caller has decoded names from it
    /// already.
    CodePage437,
    /// Windows-1252, for Latin letters of Windows, Linux and macOS before UTF-8.
    Windows1252,
}

/// Decoded names in their order, and the encoding that was found.
pub(super) struct Decoded {
    pub names: Vec<String>,
    pub encoding: &'static str,
}

/// Decodes names that are not UTF-8, all of them from the single encoding that suits them best: one
/// name alone is often too short to tell. `None` for names in code page 437, which are left to the
/// caller.
pub(super) fn decode(raw: &[&[u8]], western: Western) -> Option<Decoded> {
    let encoding = guess(raw, western)?;
    let names = raw.iter().map(|name| {
        let (text, _) = encoding.decode_without_bom_handling(name);
        text.into_owned()
    });
    Some(Decoded {
        names: names.collect(),
        encoding: encoding.name(),
    })
}

/// Two-byte encodings that archives and disks usually have; of equally good ones, the last is
/// taken.
const WIDE: [&Encoding; 4] = [EUC_KR, BIG5, GBK, SHIFT_JIS];

fn guess(raw: &[&[u8]], western: Western) -> Option<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for name in raw {
        detector.feed(name, false);
        detector.feed(b"\n", false);
    }
    detector.feed(b"", true);
    let found = detector.guess(None, Utf8Detection::Deny);
    // Detectors are made for whole pages. Of a word or two, counting tells more.
    let wide = WIDE.into_iter().filter_map(|encoding| {
        let fits = |name: &&[u8]| !encoding.decode_without_bom_handling(name).1;
        let letters = Letters::of(raw, encoding);
        let plausible = raw.iter().all(fits) && letters.are_plausible();
        plausible.then(|| ((letters.common, found == encoding), encoding))
    });
    if let Some((_, encoding)) = wide.max_by_key(|(score, _)| *score) {
        return Some(encoding);
    }
    match western {
        Western::CodePage437 => (found == IBM866).then_some(found),
        Western::Windows1252 if found.is_single_byte() => Some(found),
        Western::Windows1252 => Some(WINDOWS_1252),
    }
}

/// Counts of letters of names in a two-byte encoding.
#[derive(Default)]
struct Letters {
    /// Number of two-byte letters.
    wide: usize,
    /// Number of two-byte letters that are in daily use.
    common: usize,
    /// Number of two-byte letters that are not an accented letter of a western word followed by a
    /// plain one.
    sure: usize,
}

impl Letters {
    fn of(names: &[&[u8]], encoding: &'static Encoding) -> Self {
        let mut letters = Self::default();
        for name in names {
            let mut at = 0;
            let mut before = b'/';
            while let Some(&lead) = name.get(at) {
                let half_width = encoding == SHIFT_JIS && (0xa1..=0xdf).contains(&lead);
                let (Some(&trail), false) = (name.get(at + 1), lead < 0x80 || half_width) else {
                    // Letters of half the width were for screens that had no room for others.
                    letters.wide += usize::from(half_width);
                    (before, at) = (lead, at + 1);
                    continue;
                };
                let after = name.get(at + 2).copied().unwrap_or(b'/');
                let apart = !before.is_ascii_lowercase() && !after.is_ascii_lowercase();
                letters.wide += 1;
                letters.common += usize::from(is_common(encoding, lead, trail));
                letters.sure += usize::from(trail >= 0x80 || apart);
                (before, at) = (trail | 0x80, at + 2);
            }
        }
        letters
    }

    fn are_plausible(&self) -> bool {
        self.wide > 0 && 2 * self.common >= self.wide && 4 * self.sure >= 3 * self.wide
    }
}

/// Whether a letter is among the first that its standard lists, which are those in daily use.
fn is_common(encoding: &'static Encoding, lead: u8, trail: u8) -> bool {
    if encoding == SHIFT_JIS {
        // Kana, and the characters of level 1.
        matches!(lead, 0x82 | 0x83 | 0x88..=0x97) || (lead, trail) == (0x81, 0x5b)
    } else if encoding == BIG5 {
        (0xa4..=0xc6).contains(&lead)
    } else if encoding == EUC_KR {
        (0xb0..=0xc8).contains(&lead) && trail >= 0xa1
    } else {
        (0xb0..=0xd7).contains(&lead) && trail >= 0xa1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_east_asian_systems_are_told_apart() {
        let cases = [
            (SHIFT_JIS, "日本語の絵.png"),
            (SHIFT_JIS, "絵/少女.png"),
            (SHIFT_JIS, "表紙.jpg"),
            (SHIFT_JIS, "少女A.png"),
            (GBK, "1号图.png"),
            (
                SHIFT_JIS,
                "新しいフォルダー/スクリーンショット 2024-01-01.png",
            ),
            (GBK, "新建文件夹/图片.png"),
            (GBK, "水墨画.png"),
            (GBK, "微信图片_20240101.jpg"),
            (BIG5, "新增資料夾/圖片.png"),
            (EUC_KR, "새 폴더/그림.png"),
        ];
        for (encoding, name) in cases {
            let (bytes, _, _) = encoding.encode(name);
            let decoded = decode(&[&bytes], Western::CodePage437);
            let found = decoded.map(|decoded| (decoded.encoding, decoded.names));
            assert_eq!(found, Some((encoding.name(), vec![name.to_owned()])));
        }
    }

    #[test]
    fn western_letters_are_those_of_their_system() {
        // In code page 437: "café.png", "naïve.png", "Übung.png", "Élève.png", "pää.png".
        let zip: [&[u8]; 5] = [
            b"caf\x82.png",
            b"na\x8bve.png",
            b"\x9abung.png",
            b"\x90l\x8ave.png",
            b"p\x84\x84.png",
        ];
        for name in zip {
            assert!(decode(&[name], Western::CodePage437).is_none(), "{name:?}");
        }
        let file = decode(&[b"caf\xe9.png"], Western::Windows1252).unwrap();
        assert_eq!(
            (file.encoding, &file.names[0][..]),
            ("windows-1252", "café.png")
        );
    }
}
