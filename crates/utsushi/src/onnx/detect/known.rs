//! Known networks: widespread ones whose files do not tell everything.

use super::super::{ChannelOrder, Range};

/// Facts about a family of widespread networks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Known {
    /// A part of the names of its files or values, in lower-case letters and digits.
    name: &'static str,
    pub(super) range: Range,
    pub(super) order: ChannelOrder,
    pub(super) multiple: usize,
}

const fn known_as(name: &'static str, range: Range, order: ChannelOrder, multiple: usize) -> Known {
    Known {
        name,
        range,
        order,
        multiple,
    }
}

use ChannelOrder::{Bgr, Rgb};
use Range::{Byte, Signed};

const TABLE: [Known; 13] = [
    known_as("animegan", Signed, Rgb, 32),
    // AnimeGANv2 goes by the names of its styles.
    known_as("facepaint", Signed, Rgb, 32),
    known_as("hayao", Signed, Rgb, 32),
    known_as("paprika", Signed, Rgb, 32),
    known_as("shinkai", Signed, Rgb, 32),
    // Both were trained on what OpenCV reads, which is blue first.
    known_as("cartoongan", Signed, Bgr, 8),
    known_as("whitebox", Signed, Bgr, 8),
    // Fast neural style of the ONNX model zoo.
    known_as("candy", Byte, Rgb, 8),
    known_as("mosaic", Byte, Rgb, 8),
    known_as("pointilism", Byte, Rgb, 8),
    known_as("rainprincess", Byte, Rgb, 8),
    known_as("udnie", Byte, Rgb, 8),
    known_as("fastneuralstyle", Byte, Rgb, 8),
];

/// The first family whose name is a part of one of these names.
pub(super) fn known(names: [&str; 4]) -> Option<Known> {
    let plain = names.map(|name| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    });
    let family = |it: &&Known| plain.iter().any(|name| name.contains(it.name));
    TABLE.iter().find(family).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_by_any_of_their_names() {
        let of = |file, input| known([file, input, "", "pytorch"]).map(|it| it.name);
        assert_eq!(of("AnimeGANv3_Hayao_36", "x"), Some("animegan"));
        assert_eq!(of("x", "AnimeGANv3_input:0"), Some("animegan"));
        assert_eq!(of("rain-princess-9", "input1"), Some("rainprincess"));
        assert_eq!(of("White_Box_Cartoonization", ""), Some("whitebox"));
        assert_eq!(of("mine", "input"), None);
    }
}
