//! A prepared set as tars, for other people's trainers.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{DatasetError, Entry, PreparedSet, Split};

/// Tars are made of blocks.
const BLOCK: usize = 512;

/// How a set is written as tars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportOptions {
    /// Pictures in a tar, at least 1.
    pub pictures: usize,
    /// Write into a folder that has files in it, and replace tars of the same names.
    pub force: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            pictures: 1000,
            force: false,
        }
    }
}

/// Writes a set as WebDataset has it: `train-000000.tar`, `validation-000000.tar` and so on, in
/// them for each picture `KEY.png`, `KEY.cls` with the number of its style, and `KEY.json` with its
/// line of the manifest. Styles are mixed, in an order that follows from the pictures' hashes, so
/// the same set gives the same bytes. `progress` is told how many pictures are done, of how many.
/// Hands back the paths of the tars.
///
/// # Errors
/// A set that is a pack, a folder that has files in it (without `force`), a picture of the set that cannot be read, a
/// disk that cannot be written to, or [`DatasetError::Stopped`]; tars that were begun are removed.
pub fn export_shards(
    set: &PreparedSet,
    folder: &Path,
    options: &ExportOptions,
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
            let failed = |error| DatasetError::file("write", &path)(error);
            let mut part = tempfile::Builder::new();
            part.prefix(".utsushi-").suffix(".part");
            let mut part = part.tempfile_in(folder).map_err(failed)?;
            let mut writer = BufWriter::new(part.as_file_mut());
            for entry in entries {
                if stop.load(Ordering::Relaxed) {
                    return Err(DatasetError::Stopped { done, total });
                }
                let source = set.folder().join(entry.relative_path());
                let png = fs::read(&source).map_err(DatasetError::file("read", &source))?;
                sample(&mut writer, set, entry, &png).map_err(failed)?;
                done += 1;
                progress(done, total);
            }
            // Two empty blocks end a tar.
            writer.write_all(&[0; 2 * BLOCK]).map_err(failed)?;
            writer.flush().map_err(failed)?;
            drop(writer);
            open_to_readers(part.as_file()).map_err(failed)?;
            part.as_file().sync_all().map_err(failed)?;
            let persisted = match options.force {
                true => part.persist(&path),
                false => part.persist_noclobber(&path),
            };
            persisted.map_err(|error| failed(error.error))?;
            written.push(path);
        }
    }
    Ok(written)
}

/// A picture and its labels.
fn sample(writer: &mut impl Write, set: &PreparedSet, entry: &Entry, png: &[u8]) -> io::Result<()> {
    let style = set.style_index(&entry.style).unwrap_or_default();
    // The same file may be in two styles.
    let key = format!("{}-{style}", entry.hash);
    let line = serde_json::to_vec(entry)?;
    member(writer, &format!("{key}.cls"), style.to_string().as_bytes())?;
    member(writer, &format!("{key}.json"), &line)?;
    member(writer, &format!("{key}.png"), png)
}

/// A file of POSIX 1003.1 ustar, of nobody, at no time. Names have up to 100 bytes.
fn member(writer: &mut impl Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{:011o}\0", bytes.len()));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    writer.write_all(&header)?;
    writer.write_all(bytes)?;
    let rest = bytes.len().next_multiple_of(BLOCK) - bytes.len();
    writer.write_all(&[0; BLOCK][..rest])
}

/// Temporary files are secret, others are not.
pub(crate) fn open_to_readers(file: &fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}
