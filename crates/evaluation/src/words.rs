//! Numbers in sentences.

/// A number with its noun and verb: `1 picture is`, `2 pictures are`.
pub(crate) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
