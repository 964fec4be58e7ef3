//! Styles by their number in the set and by their label in the networks.

use std::collections::BTreeMap;

use utsushi_dataset::{PreparedSet, Role};
use utsushi_weights::ExportedStyle;

/// The styles that the networks know, in the order of their labels: those of the model that the
/// run started from as it has them, then those that are new. Content-only ones have no label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleLabels {
    styles: Vec<LabelledStyle>,
}

/// A style that the networks know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledStyle {
    pub name: String,
    /// Its number in the set; nothing where the set has no pictures of it.
    pub number: Option<usize>,
    /// Its label in the model that the run started from, if that knows it.
    pub known: Option<usize>,
    /// Terms of its pictures.
    pub licence: Option<String>,
}

impl StyleLabels {
    /// `known` are the styles of the model that the run started from; those of which the set has
    /// no pictures are left out unless they are to be kept.
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

    /// The number of them.
    pub fn len(&self) -> usize {
        self.styles.len()
    }

    /// The styles in the order of their labels.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &LabelledStyle> {
        self.styles.iter()
    }

    /// Number in the set to label.
    pub fn by_number(&self) -> BTreeMap<usize, i64> {
        let labels = self.styles.iter().enumerate();
        labels
            .filter_map(|(label, style)| Some((style.number?, label as i64)))
            .collect()
    }
}
