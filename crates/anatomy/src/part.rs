//! The parts of a picture.

/// What a pixel belongs to. Its number is its place here: 0 for the background, 6 for the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Whatever is no figure.
    Background,
    /// Hair, with animal ears.
    Hair,
    /// Skin of the face, ears and neck.
    Face,
    /// The eyes between their lids, with the lashes.
    Eyes,
    /// The brows.
    Brows,
    /// The mouth with its lips.
    Mouth,
    /// Body, clothes, hands, hats, glasses.
    Body,
}

impl Part {
    /// How many there are.
    pub const COUNT: usize = 7;

    /// All of them, by their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Background,
        Self::Hair,
        Self::Face,
        Self::Eyes,
        Self::Brows,
        Self::Mouth,
        Self::Body,
    ];

    /// Its number, 0…6.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name, in lower case.
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
