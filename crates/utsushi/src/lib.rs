//! Repaints a picture in the style of a painting of anime characters.
//!
//! ```no_run
//! use std::path::Path;
//! use utsushi::{DecodeLimits, Painter, WriteOptions, read, write};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let limits = DecodeLimits::default();
//!     let content = read(Path::new("me.png"), &limits)?.picture;
//!     let style = read(Path::new("reference.png"), &limits)?.picture;
//!     let painted = Painter::builtin()?.transfer(&content, &style)?;
//!     write(Path::new("painted.png"), &painted, &WriteOptions::default())?;
//!     Ok(())
//! }
//! ```
//!
//! # What is where
//!
//! - [`Painter`] holds a model: [`Painter::builtin`], [`Painter::load`] for one of your own, on a
//!   [`Device`]. [`Painter::transfer`] is the short way; [`Painter::style_of`] reads a style once,
//!   [`StyleCode::blend`] mixes several, and [`Painter::paint`] paints any number of
//!   [`PaintRequest`]s: with a strength, in regions, in strips where pictures are large. A
//!   [`Monitor`] hears of the progress and may stop it.
//! - [`SavedStyle`] keeps a style in a file, with the options that it is painted with.
//! - [`OneStylePainter`] paints with a network of a single style, a student or one of your own that
//!   is a [`Backend`]. [`Model`] is either of the two, and [`Model::open`] reads a file of any
//!   kind.
//! - [`Picture`] is eight bits of sRGB with alpha beside them; [`read`](fn@read) and
//!   [`write`](fn@write) are files, [`decode`] and [`encode`] bytes.
//! - [`jobs`] paints files and folders; [`FramePainter`] frames that follow one another.
//! - [`creative`] is what a model does besides: mixes, morphs, directions, new paintings.
//! - [`faces`] finds the faces of a picture, after whose size large pictures are painted.
//! - [`anatomy`] tells hair, face, eyes, brows, mouth and body of a picture, and the landmarks of
//!   its faces.
//! - [`RecyclingAllocator`] makes painting faster as a program's global allocator, for more memory.
//!   The library works with any other.
//! - `onnx` (a feature, on by default) paints with ONNX networks of others through the same
//!   pipeline.
//!
//! The queue with its HTTP API is the crate `utsushi-server`, models are written as ONNX by
//! `utsushi-onnx-export`, and trained by `utsushi-training`, on which nothing here depends.
//!
//! A [`Painter`] can be cloned and shared between threads. Nothing here writes to standard output,
//! reads the network or keeps a state outside of its values.
//!
//! # Errors and panics
//!
//! What a caller, a file or a picture can get wrong comes back as an error that says what and
//! where; nothing of that panics. A panic is a bug.
//!
//! # Versions
//!
//! The project follows [Semantic Versioning](https://semver.org). What this crate names is its
//! public API; the crates that it is made of name more, which may change at any time. Until 1.0.0 a
//! new minor version may change anything; after it,
//!
//! - a new **major** version may take away or change names, signatures and what they promise, and
//!   may refuse files of models that older ones wrote;
//! - a new **minor** version adds: names, variants of errors (which are `#[non_exhaustive]`),
//!   fields of options (make them with `..Default::default()`), formats, features. It may raise the
//!   Rust version that is needed, to one that is at least six months old;
//! - a new **patch** version corrects.
//!
//! The pixels that come out are promised to look the same within a major version, not to be the
//! same bytes: a faster kernel rounds differently, and the built-in model may be replaced by a
//! better one in a minor version. With one version, one model and one CPU they are the same bytes.
//!
//! The tensors of the framework are not part of the API, save for [`Device`], which names where to
//! compute; a new version of the framework that changes it is a new major version here.

pub mod anatomy;
pub mod backend;
pub mod creative;
pub mod faces;
pub mod jobs;
#[cfg(feature = "onnx")]
pub mod onnx;

mod blotches;
mod bubbles;
mod content_code;
mod frame_painter;
mod looked;
mod mask;
mod model;
mod model_file;
mod monitor;
mod noise;
mod note;
mod one_style;
mod options;
mod output;
mod painter;
mod part_colours;
pub mod part_names;
mod pipeline;
mod reference;
mod request;
mod saved_style;
pub mod spelling;
mod steered_model;
mod student;
mod style_code;
mod style_error;
pub mod style_names;

#[cfg(test)]
mod testing;
mod texture;

pub use burn::tensor::Device;
pub use utsushi_imaging::{
    Alpha, AnyPicture, ColourProfile, DecodeError, DecodeLimits, Decoded, DeepPicture, Document,
    DocumentFormat, EncodeError, EncodeOptions, Extras, Format, Mark, Metadata, OutputFormat,
    Picture, ReadError, Rectangle, ShapeError, WriteError, WriteOptions, decode, decode_any,
    encode, fit_within, read, resize, write,
};
pub use utsushi_kernels::RecyclingAllocator;
pub use utsushi_model::{
    Condition, ConfigError, ModelConfig, PainterNetworks, Surface, SurfaceRegression,
};
pub use utsushi_video::{FilmError, VideoLimits};
pub use utsushi_weights::{
    ExportedModel, ExportedStudent, ExportedStyle, MismatchError, ModelFileError, NamedTensors,
    WeightsFileError,
};

pub use backend::{Backend, BackendError};
pub use blotches::blotched;
pub use content_code::{ContentCode, ContentError};
pub use frame_painter::{FrameChange, FramePainter, FramePainterState};
pub use looked::Looked;
pub use mask::{Mask, MaskError};
pub use model::{Model, StyleInfo};
pub use model_file::{ModelFile, OpenOptions};
pub use monitor::{Monitor, Progress, Watch};
pub use note::Note;
pub use one_style::OneStylePainter;
pub use options::{PaintError, PaintOptions};
pub use output::{
    OutputDepth, OutputOptions, PaintedFile, ProfileLoss, content_and_painting, painted_layers,
    repaint_layers,
};
pub use painter::{MadeUpStyle, Painter};
pub use part_colours::PartColours;
pub use reference::{Framing, ReferencePart};
pub use request::{PaintRequest, RegionStyle, Style, StyleRegion};
pub use saved_style::{SavedStyle, SavedStyleError, StyleOptions};
pub use steered_model::{LoadModelError, PaintStyle, SteeredModel};
pub use student::StudentNetwork;
pub use style_code::{BlendPath, StyleCode};
pub use style_error::StyleError;
