//! The faces of the content that was looked at last.

use std::cell::OnceCell;
use std::sync::Arc;

use utsushi_anatomy::Anatomy;

use super::{Depth, SkinMask};
use crate::backend::{Extent, Steering};
use crate::faces::Face;

/// What was found in the last content. Requests for one content in many styles, of which sheets are
/// made, follow each other: it is looked at once.
pub(super) struct LastFaces<'a, P> {
    content: Option<&'a P>,
    faces: Vec<Face>,
    /// Nothing until it was asked for.
    skin: OnceCell<Option<Arc<SkinMask>>>,
    /// Likewise; around its faces, and of the whole.
    anatomy: [OnceCell<Option<Arc<Anatomy>>>; 2],
}

impl<P> Default for LastFaces<'_, P> {
    fn default() -> Self {
        Self {
            content: None,
            faces: Vec::new(),
            skin: OnceCell::new(),
            anatomy: Default::default(),
        }
    }
}

impl<'a, P: Depth> LastFaces<'a, P> {
    /// The faces in a content, the surest first.
    pub(super) fn of(&mut self, content: &'a P, steering: &dyn Steering) -> &[Face] {
        if !self.content.is_some_and(|last| std::ptr::eq(last, content)) {
            *self = Self {
                content: Some(content),
                faces: steering.faces(&content.eight()),
                ..Self::default()
            };
        }
        &self.faces
    }

    /// Where a content shows skin; `None` if it shows none.
    pub(super) fn skin(
        &mut self,
        content: &'a P,
        steering: &dyn Steering,
    ) -> Option<Arc<SkinMask>> {
        self.of(content, steering);
        let mask = || SkinMask::of(&*content.opaque(), &self.faces).map(Arc::new);
        self.skin.get_or_init(mask).clone()
    }

    /// The parts of a content, around its faces or of the whole; `None` if it shows no face.
    pub(super) fn anatomy(
        &mut self,
        content: &'a P,
        steering: &dyn Steering,
        extent: Extent,
    ) -> Option<Arc<Anatomy>> {
        self.of(content, steering);
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

    use super::*;
    use crate::backend::{Pixels, StripPainter};
    use crate::faces::SAMPLE_PORTRAIT;
    use crate::{StyleCode, StyleError};

    /// Finds the portrait's face in every picture, and counts how often it is asked.
    #[derive(Default)]
    struct Counting(Cell<usize>);

    impl Steering for Counting {
        fn code_length(&self) -> usize {
            unreachable!()
        }

        fn style_of_content(&self, _: &Picture) -> Result<StyleCode, StyleError> {
            unreachable!()
        }

        fn faces(&self, content: &Picture) -> Vec<Face> {
            self.0.set(self.0.get() + 1);
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

        fn octaves(&self, _: &Picture, _: &[Face]) -> u32 {
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
            assert_eq!(last.of(&one, &steering).len(), 1);
            assert_eq!(*last.skin(&one, &steering).unwrap(), alone);
        }
        assert_eq!(steering.0.get(), 1);
        let first = last.skin(&one, &steering).unwrap();
        let second = last.skin(&one, &steering).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        // Equal, but another picture.
        assert_eq!(*last.skin(&other, &steering).unwrap(), alone);
        assert_eq!(last.of(&other, &steering).len(), 1);
        assert_eq!(steering.0.get(), 2);
    }
}
