//! A folder as a source.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::Member;
use crate::{DatasetError, DropReason};

/// Deeper than any sorted collection; a limit so that odd file systems end.
const MAX_DEPTH: usize = 32;

/// All files below `root`. Links to files count; links to folders do not, for they may loop.
pub(super) fn list(root: &Path) -> Result<Vec<Member>, DatasetError> {
    let mut members = Vec::new();
    let mut open = vec![(root.to_path_buf(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        for entry in
            fs::read_dir(&folder).map_err(DatasetError::file("read the folder", &folder))?
        {
            let entry = entry.map_err(DatasetError::file("read the folder", &folder))?;
            // A name that is not Unicode could not be written to the report; it is shown, and
            // then fails to open, which the report tells.
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry
                .file_type()
                .map_err(DatasetError::file("read", &entry.path()))?;
            if kind.is_dir() {
                if depth < MAX_DEPTH {
                    open.push((entry.path(), format!("{name}/"), depth + 1));
                }
            } else if !kind.is_symlink() || fs::metadata(entry.path()).is_ok_and(|it| it.is_file())
            {
                members.push(Member {
                    name,
                    shard: None,
                    index: 0,
                });
            }
        }
    }
    Ok(members)
}

/// The bytes of a file.
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

/// Reads to the end, or to one byte past the limit: headers may lie about sizes.
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
