//! Export of a prepared set as tars, for the training programs of others.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_files::write_whole;

use crate::{DatasetError, Entry, PreparedSet, Split};

/// Options of writing a set as tars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardOptions {
    /// Number of pictures in a tar, at least 1.
    pub pictures: usize,
    /// Whether to write into a folder that has files in it, and to replace tars of the same names.
    pub force: bool,
}

impl Default for ShardOptions {
    fn default() -> Self {
        Self {
            pictures: 1000,
            force: false,
        }
    }
}

/// Writes a set in the format of WebDataset: `train-000000.tar`, `validation-000000.tar` and so on,
/// in them for each picture `KEY.png`, `KEY.cls` with the number of its style, and `KEY.json` with
/// its line of the manifest. Styles are mixed, in an order that follows from the pictures' hashes,
/// so the same set gives the same bytes. `progress` is told how many pictures are done, of how
/// many. Returns the paths of the tars.
///
/// # Errors
/// The set is a pack, the folder has files in it (without `force`), a picture cannot be read, the
/// disk cannot be written to, or [`DatasetError::Stopped`]; unfinished tars are removed.
pub fn export_shards(
    set: &PreparedSet,
    folder: &Path,
    options: &ShardOptions,
    progress: &mut dyn FnMut(usize, usize),
    stop: &AtomicBool,
) -> Result<Vec<PathBuf>, DatasetError> {
    if set.is_pack() {
        return Err(DatasetError::PreparedSet {
            path: set.folder().into(),
            message: "it is a pack, whose pictures were compressed again; export the set that it \
                      was made from"
                .into(),
        });
    }
    fs::create_dir_all(folder).map_err(DatasetError::file("create the folder", folder))?;
    let mut content =
        fs::read_dir(folder).map_err(DatasetError::file("read the folder", folder))?;
    if content.next().is_some() && !options.force {
        return Err(DatasetError::Output {
            path: folder.into(),
            message: "it holds other files; name a new or empty folder, or use `--force`".into(),
        });
    }
    let total = set.entries().len();
    let (mut done, mut written) = (0, Vec::new());
    for (split, name) in [(Split::Train, "train"), (Split::Validation, "validation")] {
        let own = set.entries().iter().filter(|entry| entry.split == split);
        let mut own: Vec<&Entry> = own.collect();
        own.sort_by_key(|entry| (entry.hash, set.style_index(&entry.style)));
        for (number, entries) in own.chunks(options.pictures.max(1)).enumerate() {
            let path = folder.join(format!("{name}-{number:06}.tar"));
            let shard = write_whole(&path, options.force, |writer| {
                let mut shard = tar::Builder::new(writer);
                for entry in entries {
                    if stop.load(Ordering::Relaxed) {
                        return Err(DatasetError::Stopped { done, total }.into());
                    }
                    let source = set.folder().join(entry.relative_path());
                    let png = fs::read(&source).map_err(DatasetError::file("read", &source))?;
                    sample(&mut shard, set, entry, &png)?;
                    done += 1;
                    progress(done, total);
                }
                shard.finish()?;
                Ok(())
            });
            shard.map_err(|error| match error {
                ShardError::Disk(reason) => DatasetError::file("write", &path)(reason),
                ShardError::Other(error) => error,
            })?;
            written.push(path);
        }
    }
    Ok(written)
}

/// An error of writing a tar, before the tar's path is added to errors of the disk.
#[derive(Debug)]
enum ShardError {
    Disk(io::Error),
    Other(DatasetError),
}

impl From<io::Error> for ShardError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<DatasetError> for ShardError {
    fn from(error: DatasetError) -> Self {
        Self::Other(error)
    }
}

/// Adds a picture and its labels to a tar.
fn sample<W: Write>(
    shard: &mut tar::Builder<W>,
    set: &PreparedSet,
    entry: &Entry,
    png: &[u8],
) -> io::Result<()> {
    let style = set.style_index(&entry.style).unwrap_or_default();
    // The same file may be in two styles.
    let key = format!("{}-{style}", entry.hash);
    let line = serde_json::to_vec(entry)?;
    let label = style.to_string();
    for (ending, bytes) in [("cls", label.as_bytes()), ("json", &line), ("png", png)] {
        // Of nobody, at no time.
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        shard.append_data(&mut header, format!("{key}.{ending}"), bytes)?;
    }
    Ok(())
}
