//! The points of a face that are looked for.

/// A point of a face. Left is left as one looks at the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Landmark {
    /// The middle of the left eye.
    LeftEye,
    /// Its corner towards the ear.
    LeftEyeOuter,
    /// Its corner towards the nose.
    LeftEyeInner,
    /// The middle of its upper lid.
    LeftEyeUpper,
    /// The middle of its lower lid.
    LeftEyeLower,
    /// The middle of the right eye.
    RightEye,
    /// Its corner towards the ear.
    RightEyeOuter,
    /// Its corner towards the nose.
    RightEyeInner,
    /// The middle of its upper lid.
    RightEyeUpper,
    /// The middle of its lower lid.
    RightEyeLower,
    /// The end of the left brow towards the ear.
    LeftBrowOuter,
    /// Its end towards the nose.
    LeftBrowInner,
    /// The end of the right brow towards the ear.
    RightBrowOuter,
    /// Its end towards the nose.
    RightBrowInner,
    /// The tip of the nose.
    Nose,
    /// The middle of the mouth.
    Mouth,
    /// Its left corner.
    MouthLeft,
    /// Its right corner.
    MouthRight,
    /// The middle of its upper border.
    MouthUpper,
    /// The middle of its lower border.
    MouthLower,
    /// The lowest point of the chin.
    Chin,
    /// The left face line at the height of the eyes.
    FaceLeft,
    /// The right face line at the height of the eyes.
    FaceRight,
    /// The left face line at the height of the mouth.
    JawLeft,
    /// The right face line at the height of the mouth.
    JawRight,
}

impl Landmark {
    /// How many there are.
    pub const COUNT: usize = 25;

    /// All of them, by their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::LeftEye,
        Self::LeftEyeOuter,
        Self::LeftEyeInner,
        Self::LeftEyeUpper,
        Self::LeftEyeLower,
        Self::RightEye,
        Self::RightEyeOuter,
        Self::RightEyeInner,
        Self::RightEyeUpper,
        Self::RightEyeLower,
        Self::LeftBrowOuter,
        Self::LeftBrowInner,
        Self::RightBrowOuter,
        Self::RightBrowInner,
        Self::Nose,
        Self::Mouth,
        Self::MouthLeft,
        Self::MouthRight,
        Self::MouthUpper,
        Self::MouthLower,
        Self::Chin,
        Self::FaceLeft,
        Self::FaceRight,
        Self::JawLeft,
        Self::JawRight,
    ];

    /// Its number, 0…24.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name, in lower case with underscores: `left_eye_outer`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftEye => "left_eye",
            Self::LeftEyeOuter => "left_eye_outer",
            Self::LeftEyeInner => "left_eye_inner",
            Self::LeftEyeUpper => "left_eye_upper",
            Self::LeftEyeLower => "left_eye_lower",
            Self::RightEye => "right_eye",
            Self::RightEyeOuter => "right_eye_outer",
            Self::RightEyeInner => "right_eye_inner",
            Self::RightEyeUpper => "right_eye_upper",
            Self::RightEyeLower => "right_eye_lower",
            Self::LeftBrowOuter => "left_brow_outer",
            Self::LeftBrowInner => "left_brow_inner",
            Self::RightBrowOuter => "right_brow_outer",
            Self::RightBrowInner => "right_brow_inner",
            Self::Nose => "nose",
            Self::Mouth => "mouth",
            Self::MouthLeft => "mouth_left",
            Self::MouthRight => "mouth_right",
            Self::MouthUpper => "mouth_upper",
            Self::MouthLower => "mouth_lower",
            Self::Chin => "chin",
            Self::FaceLeft => "face_left",
            Self::FaceRight => "face_right",
            Self::JawLeft => "jaw_left",
            Self::JawRight => "jaw_right",
        }
    }

    /// The one with this [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What it is in the mirror image: left and right change places.
    pub fn mirrored(self) -> Self {
        let name = self.name();
        let other = if name.contains("left") {
            name.replace("left", "right")
        } else {
            name.replace("right", "left")
        };
        Self::named(&other).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_names_lead_back() {
        for (index, landmark) in Landmark::ALL.into_iter().enumerate() {
            assert_eq!(landmark.index(), index);
            assert_eq!(Landmark::named(landmark.name()), Some(landmark));
        }
        assert_eq!(Landmark::named("tail"), None);
    }

    #[test]
    fn a_mirror_changes_sides_and_changes_them_back() {
        let same = [Landmark::Nose, Landmark::Mouth, Landmark::Chin];
        let same = [&same[..], &[Landmark::MouthUpper, Landmark::MouthLower]].concat();
        for landmark in Landmark::ALL {
            let other = landmark.mirrored();
            assert_eq!(other.mirrored(), landmark);
            assert_eq!(other == landmark, same.contains(&landmark), "{landmark:?}");
        }
        assert_eq!(Landmark::LeftBrowOuter.mirrored(), Landmark::RightBrowOuter);
        assert_eq!(Landmark::MouthRight.mirrored(), Landmark::MouthLeft);
    }
}
