//! Parts of a picture, to which its pixels belong.

/// A part of a picture to which a pixel belongs. Its index is its place in this list: 0 for the
/// background, 6 for the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Background: everything that is not a figure.
    Background,
    /// Hair, and animal ears.
    Hair,
    /// Skin of the face, ears and neck.
    Face,
    /// The eyes between their lids, with the lashes.
    Eyes,
    /// The eyebrows.
    Brows,
    /// The mouth with its lips.
    Mouth,
    /// Body, clothes, hands, hats, glasses.
    Body,
}

impl Part {
    /// Number of parts.
    pub const COUNT: usize = 7;

    /// All parts, in the order of their indices.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Background,
        Self::Hair,
        Self::Face,
        Self::Eyes,
        Self::Brows,
        Self::Mouth,
        Self::Body,
    ];

    /// The part's index, 0…6.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The part's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Hair => "hair",
            Self::Face => "face",
            Self::Eyes => "eyes",
            Self::Brows => "brows",
            Self::Mouth => "mouth",
            Self::Body => "body",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places() {
        for (index, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!(part.index(), index);
        }
    }
}
