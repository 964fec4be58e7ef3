//! Collection of the pictures of one style.

use std::collections::{BTreeMap, HashMap};

use super::report::{DroppedPicture, FacelessPicture, StyleCounts};
use super::settings::FALLBACK_CROP;
use crate::near_duplicates::NearDuplicates;
use crate::perceptual_hash::PerceptualHash;
use crate::{ContentHash, DropReason, Entry, Role, SourceEntry, Split, StyleEntry};

/// A style in preparation: pictures kept and dropped so far, and indices for comparison.
pub(super) struct StyleInPreparation {
    pub name: String,
    role: Role,
    licences: Vec<String>,
    labels: Option<BTreeMap<String, String>>,
    pub entries: Vec<Entry>,
    pub dropped: Vec<DroppedPicture>,
    pub without_face: Vec<FacelessPicture>,
    by_hash: HashMap<ContentHash, usize>,
    /// Index of fingerprints for each distance that a source of the style asks for.
    near: BTreeMap<u32, NearDuplicates>,
}

impl StyleInPreparation {
    /// Makes a style from its sources, of which there is at least one.
    pub fn new<'a>(
        name: &str,
        sources: impl Iterator<Item = &'a SourceEntry>,
        duplicate_distance: u32,
    ) -> Self {
        let mut style = Self {
            name: name.to_owned(),
            role: Role::default(),
            licences: Vec::new(),
            labels: None,
            entries: Vec::new(),
            dropped: Vec::new(),
            without_face: Vec::new(),
            by_hash: HashMap::new(),
            near: BTreeMap::new(),
        };
        for source in sources {
            style.role = source.role;
            if let Some(licence) = &source.licence
                && !style.licences.contains(licence)
            {
                style.licences.push(licence.clone());
            }
            match &mut style.labels {
                Some(labels) => labels.retain(|key, value| source.labels.get(key) == Some(value)),
                None => style.labels = Some(source.labels.clone()),
            }
            let distance = source.duplicate_distance.unwrap_or(duplicate_distance);
            style
                .near
                .entry(distance)
                .or_insert_with(|| NearDuplicates::new(distance));
        }
        style
    }

    /// Why a usable picture is left out, if it is in the style already.
    pub fn objection(
        &self,
        hash: ContentHash,
        fingerprint: PerceptualHash,
        distance: u32,
    ) -> Option<DropReason> {
        if let Some(&kept) = self.by_hash.get(&hash) {
            return Some(DropReason::Duplicate {
                of: self.entries[kept].source.clone(),
            });
        }
        let (kept, distance) = self.near.get(&distance)?.nearest(fingerprint)?;
        Some(DropReason::NearDuplicate {
            of: self.entries[kept].source.clone(),
            distance,
        })
    }

    /// Adds a picture to those kept.
    pub fn keep(&mut self, entry: Entry, fingerprint: PerceptualHash) {
        self.by_hash.insert(entry.hash, self.entries.len());
        self.near
            .values_mut()
            .for_each(|index| index.add(fingerprint));
        self.entries.push(entry);
    }

    /// Notes that no face was found in a picture that is kept.
    pub fn note_faceless(&mut self, source: String) {
        self.without_face.push(FacelessPicture {
            style: self.name.clone(),
            source,
            fallback_crop: FALLBACK_CROP.to_owned(),
        });
    }

    /// Adds a picture to those dropped.
    pub fn leave_out(&mut self, source: String, why: DropReason) {
        self.dropped.push(DroppedPicture {
            style: self.name.clone(),
            source,
            why,
        });
    }

    /// Sorts the pictures by hash and assigns each to a split by its hash alone, so that the split
    /// does not change when pictures are added. A style with too few pictures for the fraction
    /// still holds out one, the first by hash.
    pub fn assign_splits(&mut self, fraction: f64) {
        self.entries.sort_by_key(|entry| entry.hash);
        for entry in &mut self.entries {
            entry.split = entry.hash.split(fraction);
        }
        if fraction > 0.0 && self.entries.len() > 1 {
            self.entries[0].split = Split::Validation;
        }
    }

    pub fn count(&self, split: Split) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.split == split)
            .count()
    }

    pub fn describe(&self) -> StyleEntry {
        StyleEntry {
            name: self.name.clone(),
            role: self.role,
            train: self.count(Split::Train),
            validation: self.count(Split::Validation),
            licence: (!self.licences.is_empty()).then(|| self.licences.join("; ")),
            labels: self.labels.clone().unwrap_or_default(),
        }
    }

    pub fn report(&self) -> StyleCounts {
        let mut dropped = BTreeMap::new();
        for picture in &self.dropped {
            *dropped.entry(picture.why.name()).or_insert(0) += 1;
        }
        StyleCounts {
            style: self.name.clone(),
            seen: self.entries.len() + self.dropped.len(),
            train: self.count(Split::Train),
            validation: self.count(Split::Validation),
            without_face: self.without_face.len(),
            dropped,
        }
    }
}
