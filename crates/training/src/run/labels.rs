//! Mapping between styles' numbers in the set and their labels in the networks.

use std::collections::BTreeMap;

use utsushi_dataset::{PreparedSet, Role};
use utsushi_weights::ExportedStyle;

/// The styles that the networks know, in the order of their labels: first those of the model that
/// the run started from, in its order, then the new ones. Content-only styles have no label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleLabels {
    styles: Vec<LabelledStyle>,
}

/// A style that the networks know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledStyle {
    pub name: String,
    /// The style's number in the set; none if the set has no pictures of it.
    pub number: Option<usize>,
    /// The style's label in the model that the run started from, if it has the style.
    pub known: Option<usize>,
    /// Terms of the style's pictures.
    pub licence: Option<String>,
}

impl StyleLabels {
    /// Assigns labels. `known` are the styles of the model that the run started from; those of
    /// which the set has no pictures are left out unless `keep`.
    pub fn of(set: &PreparedSet, known: &[ExportedStyle], keep: bool) -> Self {
        let number = |name: &str| {
            let number = set.style_index(name)?;
            (set.styles()[number].role == Role::Style).then_some(number)
        };
        let old = known.iter().enumerate().map(|(label, style)| {
            let number = number(&style.name);
            let own = number.and_then(|number| set.styles()[number].licence.clone());
            LabelledStyle {
                name: style.name.clone(),
                number,
                known: Some(label),
                licence: own
                    .or_else(|| Some(style.licence.clone()).filter(|text| !text.is_empty())),
            }
        });
        let mut styles: Vec<LabelledStyle> =
            old.filter(|style| keep || style.number.is_some()).collect();
        for (index, style) in set.styles().iter().enumerate() {
            if style.role == Role::Style && !known.iter().any(|known| known.name == style.name) {
                styles.push(LabelledStyle {
                    name: style.name.clone(),
                    number: Some(index),
                    known: None,
                    licence: style.licence.clone(),
                });
            }
        }
        Self { styles }
    }

    /// Number of styles.
    pub fn len(&self) -> usize {
        self.styles.len()
    }

    /// Iterates over the styles in the order of their labels.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &LabelledStyle> {
        self.styles.iter()
    }

    /// Map from a style's number in the set to its label.
    pub fn by_number(&self) -> BTreeMap<usize, i64> {
        let labels = self.styles.iter().enumerate();
        labels
            .filter_map(|(label, style)| Some((style.number?, label as i64)))
            .collect()
    }
}
