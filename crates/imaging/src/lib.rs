//! Pictures in and out of files: decoding, encoding, resizing, contact sheets.
//!
//! A [`Picture`] holds 8-bit sRGB colours, three bytes a pixel, row by row from the top left, and
//! perhaps an [`Alpha`] channel beside them. For networks, [`Picture::to_floats`] gives `[height,
//! width, 3]` in −1…1 (`byte / 127.5 − 1`), and [`Picture::from_floats`] converts back.
//!
//! Everything that reads takes its input for hostile: the size a header claims is checked against
//! [`DecodeLimits`] before anything is allocated, and faults of a file are returned as errors that
//! name it. Everything that writes writes whole files or none.
//!
//! Colours are converted to sRGB by the file's profile; without one they are taken for sRGB, as
//! nearly all web pictures are.

mod animation;
mod colour;
mod contact_sheet;
mod container;
mod decode;
mod document;
mod embed;
mod encode;
mod figure;
mod fill_transparent;
mod format;
pub mod guided_filter;
mod limits;
mod luma;
mod metadata;
mod picture;
mod probe;
mod read;
mod resize;
mod standard;
mod write;

pub use animation::{AnimationFormat, AnimationWriter, Frame, Frames, frames};
pub use colour::{ColourProfile, from_srgb};
pub use contact_sheet::{Canvas, SheetCell, SheetOptions, contact_sheet, legible};
pub use decode::{DecodeError, Decoded, OtherFormat, decode, decode_any, decode_deep};
pub use document::{Blend, Document, DocumentFormat, DocumentSize, Entry, Group, Layer, LayerMask};
pub use embed::{Extras, Mark};
pub use encode::{
    EncodeError, EncodeOptions, encode, encode_any, encode_deep, encode_indexed, encode_with,
    over_white,
};
pub use figure::figure_square;
pub use fill_transparent::{fill_transparent, fill_transparent_deep};
pub use format::{Format, OutputFormat};
pub use limits::DecodeLimits;
pub use luma::{green_above, lightness, luma};
pub use metadata::{Metadata, Resolution};
pub use picture::{Alpha, AnyPicture, DeepPicture, Picture, PictureParts, Rectangle, ShapeError};
pub use probe::{Probe, probe};
pub use read::{ReadError, read, read_any, read_bytes};
pub use resize::{Filter, catmull_rom, fit_within, resize, resize_deep, resize_with};
pub use standard::is_standard;
pub use write::{
    WriteError, WriteOptions, check_place, check_target, write, write_whole, write_with,
};
