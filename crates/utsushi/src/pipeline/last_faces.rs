//! A cache of what was found in the last content: faces, skin, bubbles and parts.

use std::cell::OnceCell;
use std::sync::Arc;

use utsushi_anatomy::Anatomy;

use super::bubbles::Bubbles;
use super::octaves::enlarged;
use super::{Depth, SkinMask};
use crate::backend::{Extent, Steering};
use crate::faces::Face;

/// A cache of what was found in the last content. Requests for one content in many styles follow
/// each other, so that the content is searched only once.
pub(super) struct LastFaces<'a, P> {
    content: Option<&'a P>,
    found: Found,
    /// The content at twice its size, and what was found in it; empty until it is asked for.
    enlarged: OnceCell<(Arc<P>, Found)>,
}

/// Findings in one picture: its faces and, on request, skin, bubbles and parts.
#[derive(Default)]
pub(super) struct Found {
    faces: Vec<Face>,
    /// Mask of the skin; empty until it is asked for.
    skin: OnceCell<Option<Arc<SkinMask>>>,
    /// Speech bubbles; empty until they are asked for.
    bubbles: OnceCell<Option<Arc<Bubbles>>>,
    /// Parts around the faces, and of the whole picture; each empty until it is asked for.
    anatomy: [OnceCell<Option<Arc<Anatomy>>>; 2],
}

impl<P> Default for LastFaces<'_, P> {
    fn default() -> Self {
        Self {
            content: None,
            found: Found::default(),
            enlarged: OnceCell::new(),
        }
    }
}

impl<'a, P: Depth> LastFaces<'a, P> {
    /// The findings in a content, from the cache if it is the last one.
    pub(super) fn of(&mut self, content: &'a P, steering: &dyn Steering) -> &Found {
        if !self.content.is_some_and(|last| std::ptr::eq(last, content)) {
            *self = Self {
                content: Some(content),
                found: Found::of(content, steering),
                ..Self::default()
            };
        }
        &self.found
    }

    /// A content at twice its size, and what is found in that, from the cache if it is the last
    /// one.
    pub(super) fn enlarged(&mut self, content: &'a P, steering: &dyn Steering) -> (Arc<P>, &Found) {
        let small = self.of(content, steering).faces.clone();
        let (picture, found) = self.enlarged.get_or_init(|| {
            let picture = enlarged(content);
            let mut found = Found::of(&picture, steering);
            // The smallest line art shows a face that is not found again in a copy.
            if found.faces.is_empty() {
                found.faces = small.iter().map(|face| face.scaled([2.0; 2])).collect();
            }
            (Arc::new(picture), found)
        });
        (picture.clone(), found)
    }
}

impl Found {
    fn of<P: Depth>(content: &P, steering: &dyn Steering) -> Self {
        Self {
            faces: steering.faces(&content.eight()),
            ..Self::default()
        }
    }

    /// The faces, the surest first.
    pub(super) fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The skin in the content, which must be the one of these findings; `None` if it shows none.
    pub(super) fn skin<P: Depth>(&self, content: &P) -> Option<Arc<SkinMask>> {
        let mask = || SkinMask::of(&*content.opaque(), &self.faces).map(Arc::new);
        self.skin.get_or_init(mask).clone()
    }

    /// The speech bubbles in the content, which must be the one of these findings; `None` if it has
    /// none.
    pub(super) fn bubbles<P: Depth>(&self, content: &P) -> Option<Arc<Bubbles>> {
        let bubbles = || Bubbles::of(content, &self.faces).map(Arc::new);
        self.bubbles.get_or_init(bubbles).clone()
    }

    /// The parts of the content, which must be the one of these findings, around its faces or of
    /// the whole; `None` if it shows no face.
    pub(super) fn anatomy<P: Depth>(
        &self,
        content: &P,
        steering: &dyn Steering,
        extent: Extent,
    ) -> Option<Arc<Anatomy>> {
        let anatomy = || {
            steering
                .anatomy(&content.eight(), &self.faces, extent)
                .map(Arc::new)
        };
        let kept = &self.anatomy[usize::from(extent == Extent::Whole)];
        kept.get_or_init(anatomy).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use utsushi_imaging::{DecodeLimits, Picture, decode};
    use utsushi_model::Surface;

    use super::*;
    use crate::backend::{Pixels, StripPainter};
    use crate::faces::SAMPLE_PORTRAIT;
    use crate::pipeline::octaves::Sizing;
    use crate::{StyleCode, StyleError};

    /// Test backend that finds the portrait's face in every picture that is not too wide for it,
    /// and counts how often it is asked.
    struct Counting(Cell<usize>, u32);

    impl Default for Counting {
        fn default() -> Self {
            Self(Cell::new(0), u32::MAX)
        }
    }

    impl Steering for Counting {
        fn code_length(&self) -> usize {
            unreachable!()
        }

        fn style_of_content(&self, _: &Picture) -> Result<StyleCode, StyleError> {
            unreachable!()
        }

        fn faces(&self, content: &Picture) -> Vec<Face> {
            self.0.set(self.0.get() + 1);
            if content.width() > self.1 {
                return Vec::new();
            }
            let [width, height] = [content.width(), content.height()].map(|side| side as f32);
            vec![Face {
                x: width * 0.25,
                y: height * 0.25,
                width: width * 0.5,
                height: height * 0.5,
                score: 0.9,
            }]
        }

        fn may_have_octaves(&self, _: &Picture) -> bool {
            unreachable!()
        }

        fn sizing(&self, _: &Picture, _: &[Face], _: &Surface) -> Sizing {
            unreachable!()
        }

        fn begin_strips<'a>(&'a self, _: Pixels<'_>, _: &StyleCode) -> Box<dyn StripPainter + 'a> {
            unreachable!()
        }
    }

    #[test]
    fn one_content_is_looked_at_once_and_another_anew() {
        let steering = Counting::default();
        let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).unwrap();
        let (one, other) = (portrait.picture.clone(), portrait.picture);
        let mut last = LastFaces::default();
        let alone = SkinMask::of(&*one.opaque(), &steering.faces(&one)).unwrap();
        steering.0.set(0);
        for _ in 0..3 {
            assert_eq!(last.of(&one, &steering).faces().len(), 1);
            assert_eq!(*last.of(&one, &steering).skin(&one).unwrap(), alone);
        }
        assert_eq!(steering.0.get(), 1);
        let first = last.of(&one, &steering).skin(&one).unwrap();
        let second = last.of(&one, &steering).skin(&one).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        // At twice its size it is looked at once too.
        for _ in 0..2 {
            let (picture, found) = last.enlarged(&one, &steering);
            assert_eq!(picture.width(), 2 * one.width());
            assert_eq!(found.faces()[0].width, one.width() as f32);
        }
        assert_eq!(steering.0.get(), 2);
        // Equal, but another picture.
        assert_eq!(*last.of(&other, &steering).skin(&other).unwrap(), alone);
        assert_eq!(last.of(&other, &steering).faces().len(), 1);
        assert_eq!(steering.0.get(), 3);
    }
    #[test]
    fn a_face_that_is_not_found_at_twice_the_size_is_that_of_the_content() {
        let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).unwrap();
        let steering = Counting(Cell::new(0), portrait.picture.width());
        let mut last = LastFaces::default();
        let small = last.of(&portrait.picture, &steering).faces()[0];
        let (_, found) = last.enlarged(&portrait.picture, &steering);
        assert_eq!(found.faces(), [small.scaled([2.0; 2])]);
    }
}
