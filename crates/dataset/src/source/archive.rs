//! Zips as sources: members are streamed, and nothing is unpacked to the disk.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::Member;
use super::folder::read_limited;
use super::names::{Decoded, Western, decode};
use crate::{DatasetError, DropReason, Notice};

/// An open zip.
pub(super) struct Archive {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
}

impl Archive {
    pub fn open(path: &Path) -> Result<Self, DatasetError> {
        let file = File::open(path).map_err(DatasetError::file("read", path))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| DatasetError::Source {
            path: PathBuf::from(path),
            message: format!(
                "not a readable zip ({error}); give a folder, a tar or a zip of pictures"
            ),
        })?;
        let path = path.to_path_buf();
        Ok(Self { path, zip })
    }

    /// Lists all members that are not folders, including those that are refused, so that they are
    /// reported. Names that are not UTF-8, whatever their headers claim, are decoded, which is
    /// noted.
    pub fn list(&self, notices: &mut Vec<Notice>) -> Vec<Member> {
        let name = |index| match self.zip.name_for_index(index) {
            Some(Ok(name)) => name.into_owned(),
            _ => format!("(member {index}, its name is unreadable)"),
        };
        let mut names: Vec<String> = (0..self.zip.len()).map(name).collect();
        let raw: Vec<(usize, &[u8])> = self
            .zip
            .file_names_raw()
            .enumerate()
            .filter(|(_, name)| std::str::from_utf8(name).is_err())
            .collect();
        let bytes: Vec<&[u8]> = raw.iter().map(|(_, name)| *name).collect();
        let found = match &bytes[..] {
            [] => None,
            bytes => decode(bytes, Western::CodePage437),
        };
        let encoding = found.as_ref().map_or("code page 437", |it| it.encoding);
        if let Some(Decoded { names: decoded, .. }) = &found {
            for ((index, _), name) in raw.iter().zip(decoded) {
                names[*index].clone_from(name);
            }
        }
        if let Some((first, _)) = raw.first() {
            notices.push(Notice::DecodedNames {
                source: self.path.clone(),
                names: raw.len(),
                encoding: encoding.to_owned(),
                such_as: names[*first].clone(),
            });
        }
        let member = |(index, name)| Member {
            name,
            file: None,
            shard: None,
            index,
        };
        let members = names.into_iter().enumerate().map(member);
        members
            .filter(|member| !member.name.ends_with('/'))
            .collect()
    }

    /// Reads the bytes of a member, or says why there are none.
    pub fn read(&mut self, member: &Member, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
        if let Some(detail) = objection_to_name(&member.name) {
            return Err(DropReason::Refused {
                detail: detail.into(),
            });
        }
        let unreadable = |error: ZipError| DropReason::Unreadable {
            detail: match error {
                ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                    "it is encrypted; unpack the archive with its password first".into()
                }
                ZipError::CompressionMethodNotSupported(method) => format!(
                    "compression method {method} is not read; pack the archive with deflate or \
                     without compression"
                ),
                error => error.to_string(),
            },
        };
        let file = self.zip.by_index(member.index).map_err(unreadable)?;
        if file.is_symlink() {
            return Err(DropReason::Refused {
                detail: "it is a symbolic link".into(),
            });
        }
        if file.size() > limit_bytes {
            return Err(DropReason::TooLarge { limit_bytes });
        }
        read_limited(file, limit_bytes)
    }
}

/// The objection to a member's name, if there is one. Names are never used for writing, but an
/// archive with such a name should not go unnoticed.
pub(super) fn objection_to_name(name: &str) -> Option<&'static str> {
    let mut parts = name.split(['/', '\\']);
    let first = parts.clone().next().unwrap_or_default();
    if name.contains('\0') {
        Some("its name holds a zero byte")
    } else if first.is_empty() || (first.len() == 2 && first.ends_with(':')) {
        Some("its name is an absolute path")
    } else if parts.any(|part| part == "..") {
        Some("its name leads out of the archive")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_climb_or_start_at_the_root_are_refused() {
        for name in [
            "../a",
            "a/../../b",
            "/etc/x",
            "\\x",
            "C:\\x",
            "c:/x",
            "a\\..\\b",
            "a\0.png",
        ] {
            assert!(objection_to_name(name).is_some(), "{name}");
        }
        for name in [
            "a.png",
            "a/b..png",
            "..a/b",
            "é/…/x.jpg",
            "(member 3, its name is unreadable)",
        ] {
            assert_eq!(objection_to_name(name), None, "{name}");
        }
    }
}
