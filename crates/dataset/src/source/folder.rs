//! Folders as sources.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::names::{Western, decode};
use super::{Member, is_passed_over};
use crate::{DatasetError, DropReason, Notice};

/// Largest depth of folders, deeper than any sorted collection, so that odd file systems come to an
/// end.
const MAX_DEPTH: usize = 32;

/// Lists all files in `root` and, if `subfolders`, in its subfolders. Links to files count; links
/// to folders do not, since they may loop. Folders that are skipped are noted.
///
/// # Errors
/// `root` itself cannot be listed.
pub(super) fn list(
    root: &Path,
    subfolders: bool,
    notices: &mut Vec<Notice>,
) -> Result<Vec<Member>, DatasetError> {
    let mut members = Vec::new();
    // Relative to the root.
    let mut open = vec![(PathBuf::new(), 0)];
    while let Some((place, depth)) = open.pop() {
        let folder = root.join(&place);
        let listed = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match listed {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(DatasetError::file("list", root)(error)),
            Err(error) => {
                notices.push(not_listed(folder, &error));
                continue;
            }
        };
        for entry in entries {
            let place = place.join(entry.file_name());
            let hidden = is_passed_over(&entry.file_name().to_string_lossy());
            let kind = match entry.file_type() {
                Ok(kind) => kind,
                Err(error) => {
                    notices.push(not_listed(entry.path(), &error));
                    continue;
                }
            };
            let is_linked_folder = kind.is_symlink() && entry.path().is_dir();
            if !kind.is_dir() && !is_linked_folder {
                members.push(member(place));
            } else if subfolders && !hidden {
                if is_linked_folder {
                    notices.push(Notice::LinkedFolder { link: entry.path() });
                } else if depth < MAX_DEPTH {
                    open.push((place, depth + 1));
                } else {
                    let folder = entry.path();
                    notices.push(Notice::TooDeep { folder });
                }
            }
        }
    }
    decode_names(root, &mut members, notices);
    Ok(members)
}

pub(super) fn not_listed(folder: PathBuf, reason: &io::Error) -> Notice {
    let reason = reason.to_string();
    Notice::NotListed { folder, reason }
}

/// Makes the member for a file by its path inside of the source.
fn member(place: PathBuf) -> Member {
    let parts = place.iter().map(std::ffi::OsStr::to_string_lossy);
    let name = parts.collect::<Vec<_>>().join("/");
    Member {
        name,
        // Where the name is not Unicode, it does not lead to the file.
        file: place.to_str().is_none().then_some(place),
        shard: None,
        index: 0,
    }
}

/// Decodes names that are not Unicode from the encoding that they are probably in.
#[cfg(unix)]
fn decode_names(root: &Path, members: &mut [Member], notices: &mut Vec<Notice>) {
    use std::os::unix::ffi::OsStrExt;

    let mut odd: Vec<&mut Member> = members.iter_mut().filter(|it| it.file.is_some()).collect();
    let decoded = {
        let files = odd.iter().filter_map(|member| member.file.as_deref());
        let raw: Vec<&[u8]> = files.map(|file| file.as_os_str().as_bytes()).collect();
        if raw.is_empty() {
            return;
        }
        decode(&raw, Western::Windows1252)
    };
    let Some(decoded) = decoded else { return };
    notices.push(Notice::DecodedNames {
        source: root.to_path_buf(),
        names: decoded.names.len(),
        encoding: decoded.encoding.to_owned(),
        such_as: decoded.names[0].clone(),
    });
    for (member, name) in odd.iter_mut().zip(decoded.names) {
        member.name = name;
    }
}

#[cfg(not(unix))]
fn decode_names(_root: &Path, _members: &mut [Member], _notices: &mut Vec<Notice>) {}

/// Reads the bytes of a file.
pub(super) fn read(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
    let unreadable = |error: std::io::Error| DropReason::Unreadable {
        detail: error.to_string(),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        // Opening a pipe would wait for ever.
        return Err(DropReason::Refused {
            detail: "it is not a regular file".into(),
        });
    }
    read_limited(fs::File::open(path).map_err(unreadable)?, limit_bytes)
}

/// Reads to the end, or to one byte beyond the limit: headers may lie about sizes.
pub(super) fn read_limited(reader: impl Read, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
    let mut bytes = Vec::new();
    reader
        .take(limit_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| DropReason::Unreadable {
            detail: error.to_string(),
        })?;
    if bytes.len() as u64 > limit_bytes {
        return Err(DropReason::TooLarge { limit_bytes });
    }
    Ok(bytes)
}
