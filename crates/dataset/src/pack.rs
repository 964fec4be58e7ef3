//! Packs: prepared sets as one file of bounded size, for training where the folder cannot be
//! copied.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use utsushi_files::write_whole;
use utsushi_imaging::{EncodeOptions, OutputFormat, encode};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::description::{DESCRIPTION_FILE, Description, MANIFEST_FILE};
use crate::{ContentHash, DatasetError, Entry, PreparedSet, Split};

/// Bytes that the zip takes for each picture besides its content and, twice, its name.
const HEADERS: u64 = 30 + 46;

/// Bytes reserved for the rest of the zip, more than it needs.
const REST: u64 = 1 << 10;

/// Number of pictures that are read and compressed before the size is checked again.
const AT_ONCE: usize = 128;

/// Size in bytes of the largest pack that is read; it is kept in memory.
const LARGEST: u64 = 4 << 30;

/// Options of packing a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackOptions {
    /// Largest size of the pack in bytes.
    pub max_bytes: u64,
    /// Side of the pictures in pixels, at most the set's; by default the set's.
    pub size: Option<u32>,
    /// JPEG quality, 1…100.
    pub quality: u8,
    /// Largest number of held-out pictures of a style.
    pub held_out: usize,
    /// Whether to replace an existing file.
    pub force: bool,
}

impl Default for PackOptions {
    /// Options for 40 MB, with pictures at the set's size in quality 85, and up to 20 held out of
    /// each style.
    fn default() -> Self {
        Self {
            max_bytes: 40_000_000,
            size: None,
            quality: 85,
            held_out: 20,
            force: false,
        }
    }
}

/// Report of what was packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackReport {
    /// Size of the pack in bytes.
    pub bytes: u64,
    /// Each style's name, number of training pictures, and number of held-out ones.
    pub styles: Vec<(String, usize, usize)>,
}

/// Packs a set into one zip that [`PreparedSet::open`] opens as it does the set's folder:
/// description, manifest, and pictures as JPEG. It takes as many pictures as fit, with styles in
/// turn, so that none has many more than another unless the other has run out. Within a style
/// training and held-out pictures take turns in the order of their hashes, until enough are held
/// out. The same set and options give the same bytes. `progress` is told the number of bytes so
/// far.
///
/// # Errors
/// Options are out of range, the size is too small for a training picture of each style, the set is
/// a pack itself, the file exists (without `force`), pictures cannot be read, or
/// [`DatasetError::Stopped`]; nothing is then written.
pub fn pack(
    set: &PreparedSet,
    path: &Path,
    options: &PackOptions,
    progress: &mut dyn FnMut(u64),
    stop: &AtomicBool,
) -> Result<PackReport, DatasetError> {
    let side = check(set, path, options)?;
    let order = turns(set, options.held_out);
    let mut chosen: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    let mut bytes = REST + description_length(set);
    'filling: for some in order.chunks(AT_ONCE) {
        if stop.load(Ordering::Relaxed) {
            let (done, total) = (chosen.len(), set.entries().len());
            return Err(DatasetError::Stopped { done, total });
        }
        let compressed = some.par_iter().map(|&index| {
            let picture = set.picture(&set.entries()[index], side as usize)?;
            let quality = EncodeOptions {
                quality: options.quality,
            };
            encode(&picture, OutputFormat::Jpeg, quality)
                .map_err(|error| output(path, error.to_string()))
        });
        let compressed: Vec<Vec<u8>> = compressed.collect::<Result<_, _>>()?;
        for (&index, picture) in some.iter().zip(compressed) {
            let entry = &set.entries()[index];
            let name = name_of(entry).len() as u64;
            let line = line_of(entry).len() as u64;
            let own = picture.len() as u64 + HEADERS + 2 * name + line;
            // The first that does not fit ends it, so that no style gets only its small pictures.
            if bytes + own > options.max_bytes {
                break 'filling;
            }
            bytes += own;
            chosen.insert(index, picture);
        }
        progress(bytes);
    }
    write(set, path, options, side, &chosen)
}

fn check(set: &PreparedSet, path: &Path, options: &PackOptions) -> Result<u32, DatasetError> {
    let wrong = |option, message| Err(DatasetError::Option { option, message });
    if set.is_pack() {
        return Err(DatasetError::PreparedSet {
            path: set.folder().into(),
            message: "it is a pack itself; pack the set that it was made from".into(),
        });
    }
    let side = options.size.unwrap_or(set.size());
    if side < 16 || side > set.size() {
        let most = set.size();
        return wrong("size", format!("{side} must be 16 to {most}, the set's"));
    }
    if !(1..=100).contains(&options.quality) {
        return wrong("quality", format!("{} must be 1 to 100", options.quality));
    }
    if path.exists() && !options.force {
        return Err(output(path, "it is there already; use `--force`".into()));
    }
    Ok(side)
}

/// Indices of entries in the order of packing: styles in turn, and within a style training and
/// held-out pictures.
fn turns(set: &PreparedSet, held_out: usize) -> Vec<usize> {
    let of_style = |style: usize| {
        let held = set.validation(style).iter().take(held_out);
        let (mut held, mut own) = (held.copied(), Vec::new());
        for &index in set.train(style) {
            own.push(index);
            own.extend(held.next());
        }
        own.extend(held);
        own
    };
    let styles: Vec<Vec<usize>> = (0..set.styles().len()).map(of_style).collect();
    let longest = styles.iter().map(Vec::len).max().unwrap_or(0);
    let turn = |turn: usize| styles.iter().filter_map(move |own| own.get(turn)).copied();
    (0..longest).flat_map(turn).collect()
}

fn write(
    set: &PreparedSet,
    path: &Path,
    options: &PackOptions,
    side: u32,
    chosen: &BTreeMap<usize, Vec<u8>>,
) -> Result<PackReport, DatasetError> {
    let entries = chosen.keys().map(|&index| &set.entries()[index]);
    let manifest: Vec<u8> = entries.clone().flat_map(line_of).collect();
    let mut description = set.description().clone();
    description.size = side;
    description.manifest = ContentHash::of(&manifest);
    for style in &mut description.styles {
        let of = |split| {
            let own = entries.clone().filter(|entry| entry.style == style.name);
            own.filter(|entry| entry.split == split).count()
        };
        (style.train, style.validation) = (of(Split::Train), of(Split::Validation));
        if style.train == 0 {
            let most = options.max_bytes;
            return Err(DatasetError::Option {
                option: "max_bytes",
                message: format!(
                    "{most} bytes hold no training picture of `{}`; allow more, or make the \
                     pictures smaller",
                    style.name
                ),
            });
        }
    }
    let fixed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let written = write_whole(path, options.force, |writer| -> std::io::Result<()> {
        let mut zip = ZipWriter::new(writer);
        let mut member = |name: &str, bytes: &[u8]| {
            zip.start_file(name, fixed)?;
            zip.write_all(bytes)
        };
        member(DESCRIPTION_FILE, description_text(&description).as_bytes())?;
        member(MANIFEST_FILE, &manifest)?;
        for (index, picture) in chosen {
            member(&name_of(&set.entries()[*index]), picture)?;
        }
        zip.finish()?.flush()
    });
    written.map_err(DatasetError::file("write", path))?;
    let length = std::fs::metadata(path).map_err(DatasetError::file("read", path))?;
    let styles = description.styles.into_iter();
    Ok(PackReport {
        bytes: length.len(),
        styles: styles
            .map(|style| (style.name, style.train, style.validation))
            .collect(),
    })
}

/// Name of a picture's member in a pack.
fn name_of(entry: &Entry) -> String {
    let path = entry.relative_path().with_extension("jpg");
    // Slashes in zips, whatever the system has.
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn line_of(entry: &Entry) -> Vec<u8> {
    let mut line = serde_json::to_vec(entry).expect("texts and numbers can be written");
    line.push(b'\n');
    line
}

fn description_text(description: &Description) -> String {
    toml::to_string_pretty(description).expect("a description holds what TOML can say")
}

fn description_length(set: &PreparedSet) -> u64 {
    description_text(set.description()).len() as u64
}

fn output(path: &Path, message: String) -> DatasetError {
    DatasetError::Output {
        path: path.into(),
        message,
    }
}

/// The members of a pack by name, in memory.
#[derive(Debug)]
pub(crate) struct Pack {
    members: BTreeMap<String, Vec<u8>>,
}

impl Pack {
    /// Reads a pack whole.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or was not written by [`pack`].
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let unreadable = DatasetError::file("read", path);
        let opened = std::fs::File::open(path);
        let opened = opened.and_then(|file| file.metadata().map(|data| (file, data.len())));
        let (file, length) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(unreadable(error)),
        };
        if length > LARGEST {
            return Err(damaged(path, "it has more than 4 GiB"));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        let read = file.take(LARGEST).read_to_end(&mut bytes);
        if let Err(error) = read {
            return Err(unreadable(error));
        }
        Self::from_bytes(path, Cursor::new(bytes), length)
    }

    fn from_bytes(path: &Path, bytes: impl Read + Seek, length: u64) -> Result<Self, DatasetError> {
        let wrong = |error: &dyn std::fmt::Display| damaged(path, error);
        let mut zip = ZipArchive::new(bytes).map_err(|error| wrong(&error))?;
        let (mut members, mut total) = (BTreeMap::new(), 0_u64);
        for index in 0..zip.len() {
            let mut member = zip.by_index(index).map_err(|error| wrong(&error))?;
            // What is stored as it is and lies there once cannot be more than the file.
            total = total.saturating_add(member.size());
            if member.compression() != CompressionMethod::Stored || total > length {
                return Err(wrong(&"its members are compressed or overlap"));
            }
            let name = member.name().map_err(|error| wrong(&error))?.into_owned();
            let mut own = Vec::with_capacity(member.size() as usize);
            member
                .read_to_end(&mut own)
                .map_err(|error| wrong(&error))?;
            members.insert(name, own);
        }
        Ok(Self { members })
    }

    /// Takes out the text of `set.toml`, and the bytes of the manifest.
    pub fn take_lists(&mut self, path: &Path) -> Result<(String, Vec<u8>), DatasetError> {
        let mut take = |name: &str| {
            let found = self.members.remove(name);
            found.ok_or_else(|| damaged(path, format!("it has no `{name}`")))
        };
        let (text, manifest) = (take(DESCRIPTION_FILE)?, take(MANIFEST_FILE)?);
        let text = String::from_utf8(text).map_err(|error| damaged(path, error))?;
        Ok((text, manifest))
    }

    /// The bytes of a picture's file.
    pub fn picture(&self, entry: &Entry) -> Option<&[u8]> {
        self.members.get(&name_of(entry)).map(Vec::as_slice)
    }
}

fn damaged(path: &Path, what: impl std::fmt::Display) -> DatasetError {
    DatasetError::PreparedSet {
        path: path.into(),
        message: format!("not a pack of a set, or a damaged one ({what}); pack the set again"),
    }
}
