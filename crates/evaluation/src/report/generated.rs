//! Report on new paintings.

use serde::Serialize;

use super::Measures;
use crate::Rendition;
use crate::samples::mean;

/// Measures of new paintings of one style, made from seeds alone, as `utsushi generate` makes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GeneratedReport {
    /// Number of paintings made.
    pub paintings: usize,
    /// Share of the distance from the mean that was kept (truncation).
    pub truncation: f64,
    /// Share of new paintings that are nearer to a training picture than nineteen of twenty
    /// held-out paintings are: 0.05 by chance.
    pub near_share: Option<f64>,
    /// The measures that need no content, in colour: distances to real paintings, style accuracy,
    /// diversity among all, distance of the nearest training picture, and faces.
    pub measures: Measures,
    /// The measures of `measures` for the pictures in grey.
    #[serde(serialize_with = "super::field::serialize_grey")]
    pub grey: Measures,
    /// The new painting that is nearest to a training picture; absent in means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closest: Option<ClosestPainting>,
}

/// A new painting and the training picture nearest to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClosestPainting {
    /// Seed from which the painting was made: `utsushi generate --seed`.
    pub seed: u64,
    /// Name of the training picture.
    pub training: String,
    /// Distance between the two.
    pub distance: f64,
}

impl GeneratedReport {
    /// The measures in a rendition.
    pub fn of(&self, rendition: Rendition) -> &Measures {
        match rendition {
            Rendition::Colour => &self.measures,
            Rendition::Grey => &self.grey,
        }
    }

    /// Mean over the reports of several styles; `None` without any.
    pub(crate) fn mean(all: &[&Self]) -> Option<Self> {
        let first = all.first()?;
        let shares: Vec<f64> = all.iter().filter_map(|own| own.near_share).collect();
        let measures: Vec<&Measures> = all.iter().map(|own| &own.measures).collect();
        let grey: Vec<&Measures> = all.iter().map(|own| &own.grey).collect();
        Some(Self {
            paintings: all.iter().map(|own| own.paintings).sum(),
            truncation: first.truncation,
            near_share: mean(&shares),
            measures: Measures::mean(&measures),
            grey: Measures::mean(&grey),
            closest: None,
        })
    }
}
