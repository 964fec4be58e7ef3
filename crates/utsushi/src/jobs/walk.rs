//! Walking folders: the pictures and videos in a folder and its subfolders.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use utsushi_imaging::{Format, OtherFormat};
use utsushi_video::is_video;

use super::place::place;

/// The contents of a folder, as sorted paths that start with that of the folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) pictures: Vec<PathBuf>,
    pub(super) others: Vec<PathBuf>,
    pub(super) not_listed: Vec<(PathBuf, String)>,
    pub(super) linked_folders: Vec<PathBuf>,
}

/// Lists `folder` with its subfolders, except for the folder at `except` and everything whose name
/// begins with a dot. Links to files are followed, links to folders are not: they may lead in
/// circles. A folder that cannot be listed is noted, and the others are listed.
pub(super) fn walk(folder: &Path, except: &Path) -> Found {
    let mut found = Found::default();
    enter(folder, except, &mut found);
    found
}

fn enter(folder: &Path, except: &Path, found: &mut Found) {
    let entries: io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(reason) => {
            found
                .not_listed
                .push((folder.to_owned(), reason.to_string()));
            return;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if place(&path) != except {
                enter(&path, except, found);
            }
        } else if path.is_dir() {
            found.linked_folders.push(path);
        } else if is_picture(&path) || is_video(&path) {
            found.pictures.push(path);
        } else {
            found.others.push(path);
        }
    }
}

/// Whether a file's content is a picture. A file that cannot be opened counts as one: painting it
/// will fail and say why, whereas leaving it out would be silent.
fn is_picture(path: &Path) -> bool {
    head(path).map_or(true, |bytes| Format::from_content(&bytes).is_some())
}

/// The format of a file that cannot be read as a picture, by its name or its content.
pub(super) fn other_format(path: &Path) -> Option<OtherFormat> {
    let by_name = OtherFormat::picture_from_extension(path);
    by_name.or_else(|| OtherFormat::from_content(&head(path).ok()?))
}

/// The first bytes of a file.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A pipe would block, and is no file to keep a picture in.
    if path.metadata()?.is_file() {
        File::open(path)?.take(64).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
