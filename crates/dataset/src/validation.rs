//! Fixed choices of pictures for sample sheets.

use crate::{Entry, PreparedSet};

/// Chooses the same few held-out pictures of each style every time: up to `per_style` of each,
/// styles in order. Adding pictures to the set changes few of them.
pub fn fixed_validation(set: &PreparedSet, per_style: usize, seed: u64) -> Vec<&Entry> {
    let mut chosen = Vec::new();
    for style in 0..set.styles().len() {
        let mut entries: Vec<&Entry> = set
            .validation(style)
            .iter()
            .map(|&index| &set.entries()[index])
            .collect();
        entries.sort_by_cached_key(|entry| entry.hash.keyed(seed));
        chosen.extend(entries.into_iter().take(per_style));
    }
    chosen
}

/// Chooses the same few training pictures of all styles together every time. Adding pictures to the
/// set changes few of them.
pub fn fixed_training(set: &PreparedSet, count: usize, seed: u64) -> Vec<&Entry> {
    let indices = (0..set.styles().len()).flat_map(|style| set.train(style));
    let mut entries: Vec<&Entry> = indices.map(|&index| &set.entries()[index]).collect();
    entries.sort_by_cached_key(|entry| entry.hash.keyed(seed));
    entries.truncate(count);
    entries
}
