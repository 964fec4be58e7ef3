//! The fields of a request, wherever they stood.

use bytes::Bytes;
use utsushi_range::{Ease, EditMode};
use utsushi_transfer::BlendPath;

use super::super::api_error::ApiError;
use super::Kind;
use super::stations::Entry;
use crate::{StylePart, ToLabel};

/// All fields that any of the addresses takes.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) content: Option<Bytes>,
    pub(super) pictures: Option<Vec<Bytes>>,
    pub(super) references: Option<Vec<Bytes>>,
    pub(super) weights: Option<Vec<f32>>,
    pub(super) style_name: Option<String>,
    pub(super) style_seed: Option<u64>,
    pub(super) styles: Option<Vec<StylePart>>,
    pub(super) blend: Option<BlendPath>,
    pub(super) strength: Option<f32>,
    pub(super) format: Option<String>,
    pub(super) directions: Option<Vec<(usize, f32)>>,
    pub(super) set: Option<Vec<ToLabel>>,
    pub(super) mode: Option<EditMode>,
    pub(super) stations: Option<Vec<Entry>>,
    pub(super) frames: Option<u32>,
    pub(super) rate: Option<u32>,
    pub(super) size: Option<u32>,
    pub(super) ease: Option<Ease>,
    pub(super) closed: Option<bool>,
    pub(super) seed: Option<u64>,
    pub(super) count: Option<u32>,
    pub(super) truncation: Option<f32>,
}

impl Fields {
    /// Each field that belongs to some kinds alone, whether it is given, and to which it belongs.
    fn given(&self) -> [(&'static str, bool, &'static [Kind]); 22] {
        use Kind::{Edit, Generate, Mix, Morph, Transfer};
        [
            ("content", self.content.is_some(), &[Transfer, Mix, Edit]),
            ("picture", self.pictures.is_some(), &[Morph]),
            (
                "reference",
                self.references.is_some(),
                &[Transfer, Mix, Morph, Generate],
            ),
            ("weight", self.weights.is_some(), &[Transfer, Generate]),
            (
                "style_name",
                self.style_name.is_some(),
                &[Transfer, Generate],
            ),
            ("style_seed", self.style_seed.is_some(), &[Transfer]),
            ("styles", self.styles.is_some(), &[Mix, Morph, Generate]),
            (
                "blend",
                self.blend.is_some(),
                &[Transfer, Mix, Morph, Generate],
            ),
            ("strength", self.strength.is_some(), &[Transfer, Mix, Edit]),
            ("format", false, &[]),
            ("directions", self.directions.is_some(), &[Edit]),
            ("set", self.set.is_some(), &[Edit]),
            ("mode", self.mode.is_some(), &[Edit]),
            ("stations", self.stations.is_some(), &[Morph]),
            ("frames", self.frames.is_some(), &[Morph]),
            ("rate", self.rate.is_some(), &[Morph]),
            ("size", self.size.is_some(), &[Morph, Generate]),
            ("ease", self.ease.is_some(), &[Morph]),
            ("closed", self.closed.is_some(), &[Morph]),
            ("seed", self.seed.is_some(), &[Generate]),
            ("count", self.count.is_some(), &[Generate]),
            ("truncation", self.truncation.is_some(), &[Generate]),
        ]
    }

    /// A field of another address is a mistake that is better told than passed over.
    pub(super) fn refuse_others(&self, kind: Kind) -> Result<(), ApiError> {
        let other = |&(_, given, kinds): &(_, bool, &[Kind])| given && !kinds.contains(&kind);
        match self.given().into_iter().find(other) {
            None => Ok(()),
            Some((name, ..)) => {
                let message = format!("the field `{name}` belongs to another address");
                Err(ApiError::bad("unknown_field", message))
            }
        }
    }
}
