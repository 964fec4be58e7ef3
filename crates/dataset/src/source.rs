//! Sources of pictures: folders, zips and tars.

mod archive;
mod folder;
mod label_table;
mod names;
mod shard;
mod sidecars;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use utsushi_imaging::Format;

use crate::{DatasetError, DropReason, Notice};
use label_table::{LabelTable, Lookup};

pub(crate) use label_table::Unmatched;

/// A member of a source: one file or archive member, before it is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Member {
    /// Path inside of the source with `/` between its parts; for reports only, never written to.
    pub name: String,
    /// Path inside of a folder, if the system's name of the file differs from `name`.
    file: Option<PathBuf>,
    /// Index of the member's tar among the source's.
    shard: Option<usize>,
    /// Index of the member in the archive; unused for folders.
    index: usize,
}

impl Member {
    /// The system's path inside of a folder.
    fn place(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new(&self.name))
    }
}

/// A member, with its bytes or the reason why there are none.
pub(crate) type Read = (Member, Result<Vec<u8>, DropReason>);

/// Largest number of files in a chunk.
const CHUNK_FILES: usize = 64;
/// Size in bytes from which on a chunk takes no further file.
const CHUNK_BYTES: usize = 64 << 20;

/// An open source. Its members are in the order of their names, and those of a compressed tar in
/// its own order; they are read one by one.
pub(crate) struct Source {
    path: PathBuf,
    members: Vec<Member>,
    archive: Option<archive::Archive>,
    shards: Vec<shard::Shard>,
    sidecars: sidecars::Sidecars,
    table: LabelTable,
    notices: Vec<Notice>,
}

/// Name of StyleGAN's file of labels, which may lie among the pictures.
const DATASET_JSON: &str = "dataset.json";

impl Source {
    /// Opens a source and lists its members: a folder (with its subfolders if `subfolders`, and the
    /// contents of tars in it), a zip or a tar, which may be compressed with gzip. Hidden files and
    /// the `__MACOSX` folder are silently skipped; labels beside pictures in a tar are not members.
    pub fn open(path: &Path, subfolders: bool) -> Result<Self, DatasetError> {
        let metadata = std::fs::metadata(path).map_err(|error| unopened(path, &error))?;
        let mut notices = Vec::new();
        let mut shards = Vec::new();
        let (mut members, archive) = if metadata.is_dir() {
            let listed = folder::list(path, subfolders, &mut notices);
            (
                listed.map_err(|error| match error {
                    DatasetError::File { reason, .. } => unopened(path, &reason),
                    error => error,
                })?,
                None,
            )
        } else if is_tar(path) {
            shards.push((String::new(), shard::Shard::open(path, &mut notices)?));
            (Vec::new(), None)
        } else {
            let archive = archive::Archive::open(path)?;
            (archive.list(&mut notices), Some(archive))
        };
        members.retain(|member| !is_passed_over(&member.name));
        if metadata.is_dir() {
            let is_file = |member: &Member| !is_tar(Path::new(&member.name));
            let tars = members.extract_if(.., |member| !is_file(member));
            for tar in tars.collect::<Vec<_>>() {
                let opened = shard::Shard::open(&path.join(tar.place()), &mut notices)?;
                shards.push((format!("{}/", tar.name), opened));
            }
        }
        let mut packed = Vec::new();
        for (number, (prefix, shard)) in shards.iter().enumerate() {
            for (index, entry) in shard.entries().iter().enumerate() {
                if !is_passed_over(&entry.name) {
                    packed.push(Member {
                        name: format!("{prefix}{}", entry.name),
                        file: None,
                        shard: Some(number),
                        index,
                    });
                }
            }
        }
        let sidecars = sidecars::Sidecars::taken_from(&mut packed);
        members.extend(packed);
        // Members of a packed tar stay in its order, in which alone they are quickly reached.
        let place = |member: &Member| match member.shard.map(|number| &shards[number]) {
            Some((prefix, shard)) if shard.is_packed() => prefix.clone(),
            _ => member.name.clone(),
        };
        members.sort_by_cached_key(|member| (place(member), member.shard, member.index));
        let mut source = Self {
            path: path.to_path_buf(),
            members,
            archive,
            shards: shards.into_iter().map(|(_, shard)| shard).collect(),
            sidecars,
            table: LabelTable::default(),
            notices,
        };
        source.take_dataset_json();
        Ok(source)
    }

    /// Reads the labels in `dataset.json`. A file of this name with another content stays among the
    /// members, so that it is reported.
    fn take_dataset_json(&mut self) {
        let place = self.members.iter().position(|it| it.name == DATASET_JSON);
        let Some(place) = place else { return };
        let member = self.members[place].clone();
        let bytes = self.read(&member, label_table::MAX_BYTES).ok();
        if let Some(table) = bytes.and_then(|bytes| LabelTable::of_dataset_json(&bytes)) {
            self.members.remove(place);
            let path = self.path.join(DATASET_JSON);
            let unmatched = table.unmatched(&path, &Lookup::of(&self.members));
            self.notices.extend(unmatched.map(Unmatched::notice));
            self.notices.extend(table.notices(&path));
            self.table = table;
        }
    }

    /// Adds the labels of a table to the source's own. Returns the rows that do not name any of its
    /// pictures, if there are some: they may be another source's.
    ///
    /// # Errors
    /// The file cannot be read or is not a table, or no name in it is a member's.
    pub fn read_labels(&mut self, path: &Path) -> Result<Option<Unmatched>, DatasetError> {
        let table = LabelTable::read(path)?;
        let known = |member: &Member| table.get(&member.name).is_some();
        if let (Some(first), false) = (self.members.first(), self.members.iter().any(known)) {
            return Err(DatasetError::Labels {
                path: path.to_path_buf(),
                message: format!(
                    "it names no picture of `{}`; names start inside of the source, such as `{}`",
                    self.path.display(),
                    first.name
                ),
            });
        }
        let unmatched = table.unmatched(path, &Lookup::of(&self.members));
        self.notices.extend(table.notices(path));
        self.table.extend(table);
        Ok(unmatched)
    }

    /// Adds notices, except for those that the source has already.
    pub fn note(&mut self, mut notices: Vec<Notice>) {
        notices.retain(|notice| !self.notices.contains(notice));
        self.notices.extend(notices);
    }

    /// The notices on the source.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The labels of a member, from files beside it, which take precedence, and from tables; empty
    /// if there are none.
    ///
    /// # Errors
    /// The labels cannot be read; the reason says why.
    pub fn labels(&self, member: &Member) -> Result<BTreeMap<String, String>, DropReason> {
        let mut labels = self.table.get(&member.name).cloned().unwrap_or_default();
        labels.extend(self.sidecars.labels(member, |sidecar, limit_bytes| {
            self.read_packed(sidecar, limit_bytes)
        })?);
        Ok(labels)
    }

    fn read_packed(&self, member: &Member, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
        let shard = member.shard.and_then(|number| self.shards.get(number));
        let shard = shard.expect("members of shards carry the shard's number");
        shard.read(member.index, limit_bytes)
    }

    /// The members of the source, in order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Reads the next few members: enough to be spread over threads, and no more than memory should
    /// hold at a time. Empty at the end.
    pub fn read_chunk(
        &mut self,
        members: &mut impl Iterator<Item = Member>,
        limit_bytes: u64,
    ) -> Vec<Read> {
        let mut chunk = Vec::new();
        let mut held = 0;
        while chunk.len() < CHUNK_FILES && held < CHUNK_BYTES {
            let Some(member) = members.next() else { break };
            let bytes = self.read(&member, limit_bytes);
            held += bytes.as_ref().map_or(0, Vec::len);
            chunk.push((member, bytes));
        }
        chunk
    }

    /// Reads the bytes of a member, at most `limit_bytes` of them.
    fn read(&mut self, member: &Member, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
        if member.shard.is_some() {
            return self.read_packed(member, limit_bytes);
        }
        match &mut self.archive {
            Some(archive) => archive.read(member, limit_bytes),
            None => folder::read(&self.path.join(member.place()), limit_bytes),
        }
    }
}

/// The error that a source cannot be opened, in words that distinguish a missing one from one
/// without permission.
fn unopened(path: &Path, error: &std::io::Error) -> DatasetError {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => {
            "no permission to read it; change its rights, or ask its owner".to_owned()
        }
        _ => format!("{error}"),
    };
    DatasetError::Source {
        path: path.to_path_buf(),
        message,
    }
}

/// Whether a file is a tar, by its name: a look into each file of a large folder would take long.
fn is_tar(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    tar_stem(&name).is_some()
}

/// Name of a tar, which may be compressed, without its suffix.
fn tar_stem(name: &str) -> Option<&str> {
    [".tar", ".tar.gz", ".tgz"].into_iter().find_map(|ending| {
        let (stem, found) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        found.eq_ignore_ascii_case(ending).then_some(stem)
    })
}

/// A style that was found below a folder, with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StyleBelow {
    /// Name of the folder or archive, without its suffix.
    pub name: String,
    pub path: PathBuf,
    /// Whether subfolders are read, too.
    pub subfolders: bool,
}

/// Finds the styles under `path`: a zip or a tar is one style; a folder of folders and zips is one
/// style each, and one more for pictures and tars that lie beside those; a folder of pictures, or
/// of tars, is one style. Folders that cannot be listed are noted.
///
/// # Errors
/// `path` cannot be listed, or none of its contents can.
pub(crate) fn styles_below(
    path: &Path,
    notices: &mut Vec<Notice>,
) -> Result<Vec<StyleBelow>, DatasetError> {
    let own_name = |path: &Path| {
        let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
            return path.display().to_string();
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            name.into_owned()
        } else {
            tar_stem(&name).map_or(stem.into_owned(), str::to_owned)
        }
    };
    let style = |path: PathBuf, subfolders: bool| StyleBelow {
        name: own_name(&path),
        path,
        subfolders,
    };
    if !path.is_dir() {
        return Ok(vec![style(path.to_path_buf(), true)]);
    }
    let failed = |error: std::io::Error| unopened(path, &error);
    let (mut below, mut beside) = (Vec::new(), false);
    let mut locked = None;
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?.path();
        let hidden = entry
            .file_name()
            .is_some_and(|name| is_passed_over(&name.to_string_lossy()));
        if hidden {
            continue;
        }
        let is_zip = entry
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        if is_zip {
            below.push(entry);
        } else if entry.is_dir() {
            match std::fs::read_dir(&entry) {
                Ok(_) => below.push(entry),
                Err(error) => {
                    notices.push(folder::not_listed(entry.clone(), &error));
                    locked = Some(unopened(&entry, &error));
                }
            }
        } else {
            beside |= is_tar(&entry) || Format::from_extension(&entry).is_some();
        }
    }
    if let (Some(error), true, false) = (locked, below.is_empty(), beside) {
        return Err(error);
    }
    below.sort();
    let mut styles: Vec<_> = below.into_iter().map(|path| style(path, true)).collect();
    if styles.is_empty() || beside {
        let subfolders = styles.is_empty();
        styles.push(style(path.to_path_buf(), subfolders));
    }
    Ok(styles)
}

/// Whether a name is that of a file that systems leave behind, and that is not meant as a picture.
fn is_passed_over(name: &str) -> bool {
    // `..` is no hidden file: a member that climbs is refused with a reason.
    let hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
    name.split('/')
        .any(|part| hidden(part) || part == "__MACOSX")
        || name.ends_with("Thumbs.db")
        || name.ends_with("desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_in_the_order_of_names_without_what_systems_leave_behind() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b/2.png",
            "b/1.png",
            "a.png",
            ".DS_Store",
            "__MACOSX/x.png",
            "b/Thumbs.db",
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
        let mut source = Source::open(folder.path(), true).unwrap();
        let members = source.members().to_vec();
        let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["a.png", "b/1.png", "b/2.png"]);
        assert_eq!(source.read(&members[1], 7).unwrap(), b"b/1.png");
        assert_eq!(
            source.read(&members[1], 6),
            Err(DropReason::TooLarge { limit_bytes: 6 })
        );
    }

    #[test]
    fn a_missing_source_is_an_error_that_names_it() {
        let error = Source::open(Path::new("no/such/place.zip"), true)
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("no/such/place.zip"), "{error}");
    }
}
