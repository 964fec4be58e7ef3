//! Landmarks: the points of a face that are looked for.

/// A landmark, a point of a face. Left and right are as seen by the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Landmark {
    /// The centre of the left eye.
    LeftEye,
    /// The left eye's corner towards the ear.
    LeftEyeOuter,
    /// The left eye's corner towards the nose.
    LeftEyeInner,
    /// The middle of the left eye's upper lid.
    LeftEyeUpper,
    /// The middle of the left eye's lower lid.
    LeftEyeLower,
    /// The centre of the right eye.
    RightEye,
    /// The right eye's corner towards the ear.
    RightEyeOuter,
    /// The right eye's corner towards the nose.
    RightEyeInner,
    /// The middle of the right eye's upper lid.
    RightEyeUpper,
    /// The middle of the right eye's lower lid.
    RightEyeLower,
    /// The end of the left brow towards the ear.
    LeftBrowOuter,
    /// The end of the left brow towards the nose.
    LeftBrowInner,
    /// The end of the right brow towards the ear.
    RightBrowOuter,
    /// The end of the right brow towards the nose.
    RightBrowInner,
    /// The tip of the nose.
    Nose,
    /// The centre of the mouth.
    Mouth,
    /// The left corner of the mouth.
    MouthLeft,
    /// The right corner of the mouth.
    MouthRight,
    /// The middle of the mouth's upper border.
    MouthUpper,
    /// The middle of the mouth's lower border.
    MouthLower,
    /// The lowest point of the chin.
    Chin,
    /// The left outline of the face at the height of the eyes.
    FaceLeft,
    /// The right outline of the face at the height of the eyes.
    FaceRight,
    /// The left outline of the face at the height of the mouth.
    JawLeft,
    /// The right outline of the face at the height of the mouth.
    JawRight,
}

impl Landmark {
    /// Number of landmarks.
    pub const COUNT: usize = 25;

    /// All landmarks, in the order of their indices.
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

    /// The landmark's index, 0…24.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The landmark's name, in lower case with underscores: `left_eye_outer`.
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

    /// The landmark with this [`name`](Self::name), if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The landmark that this one becomes in the mirror image: left and right change places.
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
