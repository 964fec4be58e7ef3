//! Styles to be kept in files.

use bytes::Bytes;
use utsushi::{BlendPath, Framing, StyleOptions};

use super::look::{look, look_at_references};
use super::work::{check_options, check_references, check_styles};
use super::{PartSource, Shared, Size, StylePart, Subject, WorkError};

/// Pixels of the sample portrait that shows a saved style.
const THUMBNAIL: u64 = 128 * 128;

/// A style to be kept in a file, as [`SavedStyle`](utsushi::SavedStyle) has it: what a painting of the
/// same parts is painted in.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveStyle {
    /// The bytes of the picture that is painted: drawn styles are tried on it, and
    /// [`PartSource::Own`] is its style. Without it, neither is to be had.
    pub content: Option<Bytes>,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The parts of the style.
    pub styles: Vec<StylePart>,
    /// The part of a reference that its style is read in.
    pub framing: Framing,
    /// Along what the parts are mixed.
    pub path: BlendPath,
    /// What it is painted with, unless whoever uses it says otherwise.
    pub options: StyleOptions,
    /// What it was made of, for readers; without it, that is told of the parts.
    pub note: Option<String>,
}

impl SaveStyle {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let (limits, painter) = (&shared.options.limits, shared.painter()?);
        check_options(self.options.strength, self.options.octaves, shared)?;
        check_references(self.references.len(), limits.references)?;
        check_styles(&self.styles, self.references.len(), painter)?;
        let own = |part: &StylePart| part.source == PartSource::Own;
        if self.content.is_none() && self.styles.iter().any(own) {
            return Err(WorkError::NoContent);
        }
        let drawn = |part: &StylePart| matches!(part.source, PartSource::Sampled { .. });
        if self.content.is_none() && self.styles.iter().any(drawn) {
            return Err(WorkError::NoContentForSeed);
        }
        let content = match &self.content {
            Some(content) => look(content, Subject::Content, limits.pixels)?.bytes,
            None => 0,
        };
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let largest = look_at_references(references, limits.pixels)?;
        Ok(Size {
            painted: THUMBNAIL,
            // One reference at a time stands beside the content.
            held: content.saturating_add(content.max(largest)),
        })
    }
}
