//! What was measured of new paintings.

use serde::Serialize;

use super::Measures;
use crate::Rendition;
use crate::samples::mean;

/// New paintings of one style, made from nothing but seeds, as `utsushi generate` makes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GeneratedReport {
    /// The number of paintings made.
    pub paintings: usize,
    /// The share of the distance from the mean that was kept.
    pub truncation: f64,
    /// The share that lies nearer to a training picture than nineteen of twenty held-out
    /// paintings do: 0.05 by chance.
    pub near_share: Option<f64>,
    /// The measures that need no content: distances to real paintings, style accuracy, diversity
    /// among them all, the distance of the nearest training picture, and faces.
    pub measures: Measures,
    /// As `measures`, of the pictures in grey.
    #[serde(serialize_with = "super::field::serialize_grey")]
    pub grey: Measures,
    /// The one that lies nearest to a training picture; not given of means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closest: Option<ClosestPainting>,
}

/// A new painting and the training picture nearest to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClosestPainting {
    /// The seed that it was made from: `utsushi generate --seed`.
    pub seed: u64,
    /// The training picture.
    pub training: String,
    /// Their distance.
    pub distance: f64,
}

impl GeneratedReport {
    /// The measures in colour or in grey.
    pub fn of(&self, rendition: Rendition) -> &Measures {
        match rendition {
            Rendition::Colour => &self.measures,
            Rendition::Grey => &self.grey,
        }
    }

    /// The mean over styles; nothing of no style.
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
