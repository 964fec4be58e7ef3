//! Named tensors: weights under their names in a module, as files hold them.

use std::collections::BTreeMap;

mod apply;
mod collect;
#[cfg(test)]
mod linear;

pub use apply::{Mismatch, MismatchError, apply, apply_taking};
pub use collect::collect;

/// Shape and values of one parameter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NamedTensor {
    /// Lengths of the axes, outermost first; empty for a single number.
    pub shape: Vec<usize>,
    /// As many values as the product of `shape`, with the last axis running fastest.
    pub values: Vec<f32>,
}

/// Tensors in the order of their dotted names (`generator.encoder.first.weight`).
///
/// A name is unique. The order is that of the names' bytes, so two maps with the same content
/// are written to the same file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NamedTensors {
    tensors: BTreeMap<String, NamedTensor>,
}

impl NamedTensors {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a tensor under `name`, replacing and returning the one that was there.
    ///
    /// # Panics
    /// When `values` are not as many as `shape` says.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        shape: impl Into<Vec<usize>>,
        values: Vec<f32>,
    ) -> Option<NamedTensor> {
        let shape = shape.into();
        assert_eq!(
            values.len(),
            shape.iter().product::<usize>(),
            "a tensor has as many values as its shape {shape:?} says"
        );
        self.tensors
            .insert(name.into(), NamedTensor { shape, values })
    }

    /// The tensor under `name`, if there is one.
    pub fn get(&self, name: &str) -> Option<&NamedTensor> {
        self.tensors.get(name)
    }

    /// Removes and returns the tensor under `name`.
    pub fn remove(&mut self, name: &str) -> Option<NamedTensor> {
        self.tensors.remove(name)
    }

    /// A hash of all values, by their bits, in the order of the tensors' names: FNV-1a over whole
    /// values instead of bytes. Prepared sets record it, so that it must not change.
    pub fn fingerprint(&self) -> u64 {
        let values = self.iter().flat_map(|(_, tensor)| &tensor.values);
        values.fold(0xcbf2_9ce4_8422_2325, |hash: u64, value| {
            (hash ^ u64::from(value.to_bits())).wrapping_mul(0x0100_0000_01b3)
        })
    }

    /// The number of tensors.
    pub fn len(&self) -> usize {
        self.tensors.len()
    }

    /// Whether there is no tensor.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// Number of elements of all tensors together.
    pub fn number_count(&self) -> usize {
        self.tensors
            .values()
            .map(|tensor| tensor.values.len())
            .sum()
    }

    /// Iterates over names and tensors in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &NamedTensor)> {
        self.tensors
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// Iterates over names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// Adds all of `other` with `prefix.` in front of each name. An empty prefix leaves the names
    /// as they are. A tensor that is already there is replaced.
    pub fn extend_under(&mut self, prefix: &str, other: NamedTensors) {
        for (name, tensor) in other.tensors {
            self.tensors.insert(join(prefix, &name), tensor);
        }
    }

    /// Removes and returns all tensors under `prefix.`, with the prefix removed from their names.
    pub fn take_under(&mut self, prefix: &str) -> NamedTensors {
        let start = format!("{prefix}.");
        let mut rest = self.tensors.split_off(&start);
        // '/' follows '.' in ASCII, so it bounds the names that start with "prefix.".
        let mut after = rest.split_off(&format!("{prefix}/"));
        self.tensors.append(&mut after);
        let strip =
            |(name, tensor): (String, NamedTensor)| (name[start.len()..].to_owned(), tensor);
        NamedTensors {
            tensors: rest.into_iter().map(strip).collect(),
        }
    }

    /// Finds the first value that is NaN or infinite; returns its tensor's name and its index
    /// there.
    pub fn first_not_finite(&self) -> Option<(&str, usize)> {
        self.iter().find_map(|(name, tensor)| {
            let index = tensor.values.iter().position(|value| !value.is_finite())?;
            Some((name, index))
        })
    }
}

/// Joins prefix and name to `prefix.name`, or returns the one that is not empty.
pub(crate) fn join(prefix: &str, name: &str) -> String {
    match (prefix.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => prefix.to_owned(),
        _ => format!("{prefix}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(names: &[&str]) -> NamedTensors {
        let mut tensors = NamedTensors::new();
        for (index, name) in names.iter().enumerate() {
            tensors.insert(*name, [1], vec![index as f32]);
        }
        tensors
    }

    #[test]
    fn a_section_is_taken_out_and_put_back() {
        let all = numbered(&["a.b", "ab", "a-b.c", "a.c.d", "a", "b.a", "a/x"]);
        let mut rest = all.clone();
        let section = rest.take_under("a");
        assert_eq!(section.names().collect::<Vec<_>>(), ["b", "c.d"]);
        assert_eq!(section.get("c.d").unwrap().values, [3.0]);
        assert_eq!(
            rest.names().collect::<Vec<_>>(),
            ["a", "a-b.c", "a/x", "ab", "b.a"]
        );
        rest.extend_under("a", section);
        assert_eq!(rest, all);
    }

    #[test]
    fn the_first_value_that_is_not_finite_is_named() {
        let mut tensors = numbered(&["a", "b"]);
        assert_eq!(tensors.first_not_finite(), None);
        tensors.insert("c", [2, 2], vec![0.0, 1.0, f32::NEG_INFINITY, f32::NAN]);
        assert_eq!(tensors.first_not_finite(), Some(("c", 2)));
    }

    #[test]
    #[should_panic(expected = "[2, 3]")]
    fn a_tensor_with_a_wrong_number_of_values_is_refused() {
        NamedTensors::new().insert("a", [2, 3], vec![0.0; 5]);
    }
}
