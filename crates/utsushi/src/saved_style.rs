//! Saved styles: style codes in files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use utsushi_imaging::{
    DecodeLimits, EncodeOptions, OutputFormat, Picture, ReadError, decode, encode, read_bytes,
};
use utsushi_weights::{NamedTensors, Precision, WeightsFile, WeightsFileError};

use crate::faces::SAMPLE_PORTRAIT;
use crate::{PaintError, PaintOptions, PaintRequest, Painter, PartColours, StyleCode, StyleError};

/// Value of the metadata key `kind` in a saved style's file.
const KIND: &str = "utsushi-style";
/// Version of the layout of a saved style's file.
const FORMAT: &str = "1";
const CODE: &str = "code";
/// Prefix of the names of tensors with the colours of parts.
const COLOURS: &str = "colours";
/// Prefix of a thumbnail's JPEG data, which makes it an address that browsers show.
const JPEG: &str = "data:image/jpeg;base64,";
/// Size in bytes of the largest file that is read: a hundred times as large as a saved style.
const MOST_BYTES: u64 = 4 << 20;
/// Largest number of pixels of a thumbnail that is read.
const MOST_PIXELS: u64 = 512 * 512;

/// A style that is kept in a file: its code, the options it was painted with, and a thumbnail.
///
/// The file is safetensors: a tensor `code` of `[stages, code_length]`; for each part of which it
/// knows the colours ([`PartColours`]) a tensor such as `colours.hair` of `[16, 3]`; and in the
/// metadata `kind` (`utsushi-style`), `format` (1), `model` (the fingerprint of the model that the
/// code belongs to, in hexadecimal), `strength`, `octaves` (absent where the picture decides),
/// `keep_colours`, `note` and `thumbnail` (a JPEG as a `data:` address, absent where there is
/// none).
#[derive(Clone, Debug, PartialEq)]
pub struct SavedStyle {
    code: StyleCode,
    model: u64,
    /// The options with which the style was painted.
    pub options: StyleOptions,
    /// A note for readers on what the style was made from.
    pub note: String,
    /// A painting of a sample portrait in this style.
    pub thumbnail: Option<Picture>,
}

/// Those options of painting that belong to a style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StyleOptions {
    /// Strength, as [`PaintOptions::strength`].
    pub strength: f32,
    /// Number of octaves, as [`PaintOptions::octaves`].
    pub octaves: Option<u32>,
    /// Whether the content's colours are kept, as [`PaintOptions::keep_colours`].
    pub keep_colours: bool,
}

impl Default for StyleOptions {
    /// The defaults of [`PaintOptions`].
    fn default() -> Self {
        PaintOptions::default().into()
    }
}

impl From<PaintOptions> for StyleOptions {
    fn from(options: PaintOptions) -> Self {
        Self {
            strength: options.strength,
            octaves: options.octaves,
            keep_colours: options.keep_colours,
        }
    }
}

impl StyleOptions {
    /// Completes these options to [`PaintOptions`], with the others taken from `options`.
    pub fn with_rest_of(self, options: PaintOptions) -> PaintOptions {
        PaintOptions {
            strength: self.strength,
            octaves: self.octaves,
            keep_colours: self.keep_colours,
            ..options
        }
    }
}

/// The error that a saved style cannot be read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedStyleError {
    /// The file cannot be opened.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file is damaged, or cannot be written.
    #[error(transparent)]
    File(#[from] WeightsFileError),
    /// The file is not a saved style.
    #[error(
        "{}: this is no saved style: {reason}; give a painting, or a file that \
         `utsushi transfer --save-style` has written", path.display()
    )]
    NotAStyle {
        /// Path of the file that is not a saved style.
        path: PathBuf,
        /// The content that the file has instead.
        reason: String,
    },
    /// The file was written by a later version.
    #[error(
        "{}: this style has the format {found}, and this version reads {FORMAT}; a newer version \
         reads it, or save the style again with this one", path.display()
    )]
    Version {
        /// Path of the saved style's file.
        path: PathBuf,
        /// The layout's version in the file.
        found: String,
    },
    /// Something in the file is missing or out of range.
    #[error("{}: the style is damaged: {reason}; save it again", path.display())]
    Damaged {
        /// Path of the saved style's file.
        path: PathBuf,
        /// The fault, and its place in the file.
        reason: String,
    },
    /// The style belongs to another model.
    #[error(
        "{}: this style was saved with another model ({model:016x}, and this one is {own:016x}), \
         and its numbers mean nothing to this one; give the model that it was saved with, or save \
         it again with this one{}", path.display(), made_of(note)
    )]
    OtherModel {
        /// Path of the saved style's file.
        path: PathBuf,
        /// Fingerprint of the model that the style belongs to.
        model: u64,
        /// Fingerprint of the model it is to be used with.
        own: u64,
        /// The style's note on what it was made from.
        note: String,
    },
    /// The sample portrait cannot be painted.
    #[error(transparent)]
    Paint(#[from] PaintError),
}

fn made_of(note: &str) -> String {
    if note.is_empty() {
        String::new()
    } else {
        format!(" from what it was made of: {note}")
    }
}

impl SavedStyle {
    /// Makes a saved style of a painter's model, with a thumbnail painted for it. `note` says what
    /// the style was made from.
    ///
    /// # Errors
    /// The code is of another model, or options are out of range.
    pub fn new(
        painter: &Painter,
        code: StyleCode,
        options: StyleOptions,
        note: String,
    ) -> Result<Self, SavedStyleError> {
        let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default());
        let portrait = portrait.expect("the sample portrait is a picture").picture;
        let request = PaintRequest::new(&portrait, &code);
        let request = request.with_options(options.with_rest_of(PaintOptions::default()));
        let painted = painter.paint_one(&request, &mut ())?;
        Ok(Self {
            code,
            model: painter.fingerprint(),
            options,
            note,
            thumbnail: Some(painted),
        })
    }

    /// Whether bytes are probably a saved style and not a picture: they start as safetensors do.
    pub fn is_one(bytes: &[u8]) -> bool {
        let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
            return false;
        };
        u64::from_le_bytes(*length) < 1 << 32 && rest.first() == Some(&b'{')
    }

    /// Whether a file is probably a saved style and not a picture; false if it cannot be read.
    pub fn is_file(path: &Path) -> bool {
        let mut start = [0; 9];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && Self::is_one(&start)
    }

    /// Reads a saved style.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is not a saved style of this version.
    pub fn read(path: &Path) -> Result<Self, SavedStyleError> {
        let length = path.metadata().map_or(0, |metadata| metadata.len());
        check_length(length, path)?;
        let limits = DecodeLimits {
            max_bytes: MOST_BYTES,
            ..DecodeLimits::default()
        };
        Self::from_bytes(&read_bytes(path, &limits)?, path)
    }

    /// Reads a saved style from memory; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// As [`SavedStyle::read`].
    pub fn from_bytes(bytes: &[u8], origin: &Path) -> Result<Self, SavedStyleError> {
        let damaged = |reason: String| SavedStyleError::Damaged {
            path: origin.to_owned(),
            reason,
        };
        check_length(bytes.len() as u64, origin)?;
        let mut file = WeightsFile::from_bytes(bytes, origin)?;
        let mut take = |name: &str| file.metadata.remove(name);
        match take("kind") {
            Some(kind) if kind == KIND => {}
            kind => {
                let other = || "it holds weights of another kind".to_owned();
                let reason = kind.map_or_else(other, |kind| format!("it is of the kind `{kind}`"));
                let path = origin.to_owned();
                return Err(SavedStyleError::NotAStyle { path, reason });
            }
        }
        let lacks = |name: &str| damaged(format!("it has no `{name}`"));
        let mut needed = |name: &str| take(name).ok_or_else(|| lacks(name));
        let found = needed("format")?;
        if found != FORMAT {
            let path = origin.to_owned();
            return Err(SavedStyleError::Version { path, found });
        }
        let wrong = |name: &str, value: &str| damaged(format!("`{name}` is `{value}`"));
        let model = needed("model")?;
        let model = u64::from_str_radix(&model, 16).map_err(|_| wrong("model", &model))?;
        let strength = needed("strength")?;
        let strength = strength.parse().map_err(|_| wrong("strength", &strength))?;
        let keep_colours = needed("keep_colours")?;
        let keep_colours = keep_colours
            .parse()
            .map_err(|_| wrong("keep_colours", &keep_colours))?;
        let octaves = take("octaves");
        let octaves = octaves
            .map(|octaves| octaves.parse().map_err(|_| wrong("octaves", &octaves)))
            .transpose()?;
        let options = StyleOptions {
            strength,
            octaves,
            keep_colours,
        };
        let checked = options.with_rest_of(PaintOptions::default()).validate();
        checked.map_err(|reason| damaged(reason.to_string()))?;
        let note = take("note").unwrap_or_default();
        let thumbnail = take("thumbnail");
        let thumbnail = thumbnail
            .map(|thumbnail| {
                picture(&thumbnail).ok_or_else(|| damaged("its thumbnail is no picture".to_owned()))
            })
            .transpose()?;
        let code = file.tensors.remove(CODE).ok_or_else(|| lacks(CODE))?;
        let code = StyleCode::new(code.values).map_err(|reason| damaged(reason.to_string()))?;
        let colours = PartColours::from_tensors(&file.tensors.take_under(COLOURS));
        let colours = colours.ok_or_else(|| damaged(format!("its `{COLOURS}` are no tones")))?;
        let code = code.with_part_colours(colours);
        Ok(Self {
            code,
            model,
            options,
            note,
            thumbnail,
        })
    }

    /// Writes the style to a file, whole or not at all; without `replace`, an existing file is an
    /// error.
    ///
    /// # Errors
    /// The file exists, or the disk cannot be written to.
    pub fn write(&self, path: &Path, replace: bool) -> Result<(), SavedStyleError> {
        Ok(self.file().write(path, Precision::Single, replace)?)
    }

    /// The bytes that [`SavedStyle::write`] writes.
    ///
    /// # Errors
    /// The code has a value that is not finite.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SavedStyleError> {
        let origin = Path::new("the style");
        Ok(self.file().to_bytes(Precision::Single, origin)?)
    }

    fn file(&self) -> WeightsFile {
        let mut tensors = NamedTensors::new();
        let values = self.code.values().to_vec();
        let shape = [StyleCode::STAGES, values.len() / StyleCode::STAGES];
        tensors.insert(CODE, shape, values);
        if let Some(colours) = self.code.part_colours() {
            tensors.extend_under(COLOURS, colours.to_tensors());
        }
        let mut metadata = BTreeMap::from([
            ("kind", KIND.to_owned()),
            ("format", FORMAT.to_owned()),
            ("model", format!("{:016x}", self.model)),
            ("strength", self.options.strength.to_string()),
            ("keep_colours", self.options.keep_colours.to_string()),
            ("note", self.note.clone()),
        ]);
        if let Some(octaves) = self.options.octaves {
            metadata.insert("octaves", octaves.to_string());
        }
        if let Some(thumbnail) = self.thumbnail.as_ref().and_then(address) {
            metadata.insert("thumbnail", thumbnail);
        }
        let metadata = metadata.into_iter();
        WeightsFile {
            tensors,
            metadata: metadata.map(|(key, text)| (key.to_owned(), text)).collect(),
        }
    }

    /// The style code, for a painter of the model that it belongs to; `origin` stands for the
    /// file's name in errors.
    ///
    /// # Errors
    /// The style belongs to another model.
    pub fn code(&self, painter: &Painter, origin: &Path) -> Result<StyleCode, SavedStyleError> {
        let (model, own) = (self.model, painter.fingerprint());
        if model != own {
            return Err(SavedStyleError::OtherModel {
                path: origin.to_owned(),
                model,
                own,
                note: self.note.clone(),
            });
        }
        let fits = self.code.check_length(painter.style_length());
        fits.map_err(|reason: StyleError| SavedStyleError::Damaged {
            path: origin.to_owned(),
            reason: reason.to_string(),
        })?;
        Ok(self.code.clone())
    }

    /// The colours of parts of the painting that the style was read in, whatever the model; `None`
    /// if it showed no figure.
    pub fn part_colours(&self) -> Option<&PartColours> {
        self.code.part_colours()
    }

    /// The [`Painter::fingerprint`] of the model that the style belongs to.
    pub fn model(&self) -> u64 {
        self.model
    }
}

/// Refuses files larger than any saved style.
fn check_length(length: u64, path: &Path) -> Result<(), SavedStyleError> {
    if length <= MOST_BYTES {
        return Ok(());
    }
    let reason = format!("it has {length} bytes, and no style has more than {MOST_BYTES}");
    let path = path.to_owned();
    Err(SavedStyleError::NotAStyle { path, reason })
}

/// Encodes a picture as a `data:` address.
fn address(picture: &Picture) -> Option<String> {
    let bytes = encode(picture, OutputFormat::Jpeg, EncodeOptions::default()).ok()?;
    Some(format!("{JPEG}{}", STANDARD.encode(bytes)))
}

/// Decodes a picture from its `data:` address.
fn picture(address: &str) -> Option<Picture> {
    let limits = DecodeLimits {
        max_pixels: MOST_PIXELS,
        max_bytes: MOST_BYTES,
    };
    let bytes = STANDARD.decode(address.strip_prefix(JPEG)?).ok()?;
    Some(decode(&bytes, &limits).ok()?.picture)
}

#[cfg(test)]
mod tests;
