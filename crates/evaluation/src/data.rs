//! The pictures with which a model is measured: a prepared set, and styles that training never saw.

use std::collections::HashSet;
use std::path::PathBuf;

use utsushi_dataset::{ContentHash, Entry, PreparedSet, StyleEntry};
use utsushi_imaging::{DecodeLimits, Picture, ReadError, decode, read};

use crate::EvaluateError;

/// A prepared set, with the styles that are unseen, that is, left out of training as a whole. These
/// can be styles of the set itself, or of further prepared sets.
///
/// Styles and pictures are numbered through all sets, beginning with those of the first set.
#[derive(Clone, Debug)]
pub struct EvaluationData<'a> {
    sets: Vec<&'a PreparedSet>,
    styles: Vec<EvaluatedStyle>,
}

#[derive(Clone, Debug)]
struct EvaluatedStyle {
    /// Index of the style's set.
    set: usize,
    /// Index of the style in its set.
    number: usize,
    unseen: bool,
}

impl<'a> EvaluationData<'a> {
    /// Data of a set without unseen styles.
    pub fn new(set: &'a PreparedSet) -> Self {
        let styles = (0..set.styles().len()).map(|number| EvaluatedStyle {
            set: 0,
            number,
            unseen: false,
        });
        Self {
            sets: vec![set],
            styles: styles.collect(),
        }
    }

    /// Marks a style of the first set as unseen.
    ///
    /// # Errors
    ///
    /// The set has no style of this name; the message lists its styles.
    pub fn with_unseen_style(mut self, name: &str) -> Result<Self, EvaluateError> {
        let set = self.sets[0];
        let Some(style) = set.style_index(name) else {
            let names: Vec<&str> = set.styles().iter().map(|s| s.name.as_str()).collect();
            return Err(refused(format!(
                "`{name}` is neither a style of the set (it has {}) nor the folder of a prepared \
                 set",
                names.join(", ")
            )));
        };
        self.styles[style].unseen = true;
        Ok(self)
    }

    /// Adds a set of which all styles are unseen. Its pictures are references and real paintings;
    /// content comes from the first set alone.
    ///
    /// # Errors
    /// A style's name is taken, or pictures are among the training pictures of the first set.
    pub fn with_unseen_set(mut self, set: &'a PreparedSet) -> Result<Self, EvaluateError> {
        let folder = set.folder().display();
        let taken = |name: &str| self.sets.iter().any(|set| set.style_index(name).is_some());
        if let Some(style) = set.styles().iter().find(|style| taken(&style.name)) {
            return Err(refused(format!(
                "{folder}: the style `{}` is in another set too; give it another name when \
                 preparing",
                style.name
            )));
        }
        let first = self.sets[0];
        let trained = (0..first.styles().len()).flat_map(|style| first.train(style));
        let trained: HashSet<ContentHash> =
            trained.map(|&entry| first.entries()[entry].hash).collect();
        let entries = set.entries().iter();
        let known = entries
            .filter(|entry| trained.contains(&entry.hash))
            .count();
        if known > 0 {
            return Err(refused(format!(
                "{folder}: {known} of its pictures are training pictures of {}; a model may have \
                 seen them",
                first.folder().display()
            )));
        }
        let place = self.sets.len();
        self.sets.push(set);
        self.styles
            .extend((0..set.styles().len()).map(|number| EvaluatedStyle {
                set: place,
                number,
                unseen: true,
            }));
        Ok(self)
    }

    /// The set from which contents are taken.
    pub(crate) fn first(&self) -> &'a PreparedSet {
        self.sets[0]
    }

    /// Hashes of all sets' lists of pictures, the first set's first.
    pub(crate) fn identities(&self) -> Vec<ContentHash> {
        self.sets.iter().map(|set| set.identity()).collect()
    }

    /// Smallest side of the sets' pictures, in pixels.
    pub(crate) fn size(&self) -> u32 {
        self.sets.iter().map(|set| set.size()).min().unwrap_or(0)
    }

    /// Number of styles of all sets.
    pub(crate) fn styles(&self) -> usize {
        self.styles.len()
    }

    pub(crate) fn style(&self, style: usize) -> &'a StyleEntry {
        let EvaluatedStyle { set, number, .. } = self.styles[style];
        &self.sets[set].styles()[number]
    }

    /// Whether a style was left out of training.
    pub(crate) fn is_unseen(&self, style: usize) -> bool {
        self.styles[style].unseen
    }

    /// Indices of a style's training pictures.
    pub(crate) fn train(&self, style: usize) -> Vec<usize> {
        self.numbered(style, PreparedSet::train)
    }

    /// Indices of a style's held-out pictures.
    pub(crate) fn validation(&self, style: usize) -> Vec<usize> {
        self.numbered(style, PreparedSet::validation)
    }

    fn numbered(&self, style: usize, of: fn(&PreparedSet, usize) -> &[usize]) -> Vec<usize> {
        let EvaluatedStyle { set, number, .. } = self.styles[style];
        let before: usize = self.sets[..set].iter().map(|set| set.entries().len()).sum();
        let own = of(self.sets[set], number);
        own.iter().map(|entry| before + entry).collect()
    }

    /// The set of a picture, and its entry there.
    fn found(&self, entry: usize) -> (&'a PreparedSet, &'a Entry) {
        let (mut set, mut number) = (self.sets[0], entry);
        for next in &self.sets[1..] {
            if number < set.entries().len() {
                break;
            }
            number -= set.entries().len();
            set = next;
        }
        (set, &set.entries()[number])
    }

    pub(crate) fn entry(&self, entry: usize) -> &'a Entry {
        self.found(entry).1
    }

    /// Reads a picture at the size of its set.
    pub(crate) fn picture(&self, entry: usize) -> Result<Picture, ReadError> {
        let (path, limits) = (self.path(entry), DecodeLimits::default());
        let (set, entry) = self.found(entry);
        if !set.is_pack() {
            return Ok(read(&path, &limits)?.picture);
        }
        let Ok(bytes) = set.picture_file(entry) else {
            return Err(ReadError::NotFound { path });
        };
        match decode(&bytes, &limits) {
            Ok(decoded) => Ok(decoded.picture),
            Err(reason) => Err(ReadError::Decode { path, reason }),
        }
    }

    /// Whether a picture is a separate file, and not in a pack.
    pub(crate) fn is_file(&self, entry: usize) -> bool {
        !self.found(entry).0.is_pack()
    }

    /// Path of a picture's file.
    pub(crate) fn path(&self, entry: usize) -> PathBuf {
        let (set, entry) = self.found(entry);
        set.folder().join(entry.relative_path())
    }

    /// Terms of a picture, in the words of its set.
    pub(crate) fn licence(&self, entry: usize) -> Option<&'a str> {
        let (set, entry) = self.found(entry);
        let style = set.style_index(&entry.style)?;
        set.styles()[style].licence.as_deref()
    }
}

fn refused(message: String) -> EvaluateError {
    let option = "unseen";
    EvaluateError::Option { option, message }
}
