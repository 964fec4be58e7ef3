//! Hashes of the settings that determine a prepared set.

use serde::Serialize;

use super::PrepareOptions;
use crate::description::FORMAT;
use crate::{ContentHash, Crop, DatasetError, FindFace, Ground, Pick, Role, SetsFile, SourceEntry};

/// Name of the crop for pictures in which no face was found.
pub(super) const FALLBACK_CROP: &str = "top";

/// The settings that determine the pixels cut from one file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CutSettings {
    pub size: u32,
    pub min_size: u32,
    pub min_deviation: f64,
    pub max_pixels: u64,
    pub crop: Crop,
    /// Ground under transparent parts; written only if it is not white, the only one of earlier
    /// versions.
    #[serde(skip_serializing_if = "is_white")]
    pub ground: Ground,
    /// Version of the face finder, if pictures are cut by faces.
    #[serde(skip_serializing_if = "Option::is_none")]
    faces: Option<String>,
    /// Crop of pictures without a face; sets of earlier versions left them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    faceless: Option<&'static str>,
    format: u32,
}

impl CutSettings {
    pub fn new(
        sets: &SetsFile,
        options: &PrepareOptions,
        source: &SourceEntry,
        faces: Option<&dyn FindFace>,
    ) -> Result<Self, DatasetError> {
        let size = options.size.unwrap_or(sets.size);
        if !(16..=1024).contains(&size) {
            let message = format!("{size} must be 16…1024 pixels; try 64 or 128");
            return Err(DatasetError::Option {
                option: "size",
                message,
            });
        }
        let faces = match (source.crop, faces) {
            (Crop::Face, Some(faces)) => Some(faces.version()),
            (Crop::Face, None) => {
                return Err(DatasetError::Option {
                    option: "crop",
                    message:
                        "`face` needs something that finds faces; hand it to `prepare_finding`"
                            .into(),
                });
            }
            _ => None,
        };
        Ok(Self {
            size,
            min_size: sets.min_size,
            min_deviation: sets.min_deviation,
            max_pixels: options.max_pixels,
            crop: source.crop,
            ground: source.ground,
            faceless: faces.is_some().then_some(FALLBACK_CROP),
            faces,
            format: FORMAT,
        })
    }

    pub fn hash(&self) -> ContentHash {
        hash_of(self)
    }
}

fn is_white(ground: &Ground) -> bool {
    *ground == Ground::White
}

/// Hashes everything that determines which pictures are in the set and how they look. Licences and
/// labels are left out, so that they can be corrected without preparing the set again.
pub(super) fn settings_hash(
    sets: &SetsFile,
    options: &PrepareOptions,
    cuts: &[CutSettings],
) -> ContentHash {
    #[derive(Serialize)]
    struct Source<'a> {
        path: &'a std::path::Path,
        style: &'a str,
        role: Role,
        pick: Pick,
        #[serde(skip_serializing_if = "is_true")]
        subfolders: bool,
        duplicate_distance: u32,
        cut: &'a CutSettings,
    }
    let sources: Vec<_> = sets
        .sources
        .iter()
        .zip(cuts)
        .map(|(source, cut)| Source {
            path: &source.path,
            style: &source.style,
            role: source.role,
            pick: source.pick,
            subfolders: source.subfolders,
            duplicate_distance: source.duplicate_distance.unwrap_or(sets.duplicate_distance),
            cut,
        })
        .collect();
    hash_of(&(
        sources,
        sets.validation,
        options.limit,
        options.max_file_bytes,
    ))
}

fn is_true(value: &bool) -> bool {
    *value
}

fn hash_of(value: &impl Serialize) -> ContentHash {
    let bytes = serde_json::to_vec(value).expect("plain numbers and texts can be written");
    ContentHash::of(&bytes)
}
