//! Where pictures come from: a folder, a zip, or tars.

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

/// One file or archive member of a source, before anything of it has been read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Member {
    /// Path inside the source with `/` between its parts; for reports only, never written to.
    pub name: String,
    /// The path inside of a folder, where the name is not what the system calls the file.
    file: Option<PathBuf>,
    /// The number of its tar among the source's.
    shard: Option<usize>,
    /// Index in the archive; unused for files of folders.
    index: usize,
}

impl Member {
    /// The path inside of a folder.
    fn place(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new(&self.name))
    }
}

/// A member, and its bytes or why there are none.
pub(crate) type Read = (Member, Result<Vec<u8>, DropReason>);

/// Files in a chunk.
const CHUNK_FILES: usize = 64;
/// Bytes after which a chunk takes no further file.
const CHUNK_BYTES: usize = 64 << 20;

/// An opened source: its members in the order of their names, those of a packed tar in its own
/// order; read one by one.
pub(crate) struct Source {
    path: PathBuf,
    members: Vec<Member>,
    archive: Option<archive::Archive>,
    shards: Vec<shard::Shard>,
    sidecars: sidecars::Sidecars,
    table: LabelTable,
    notices: Vec<Notice>,
}

/// StyleGAN's labels, where they lie among the pictures.
const DATASET_JSON: &str = "dataset.json";

impl Source {
    /// Lists a folder (with all folders in it if `subfolders`, and what is in the tars there), a
    /// zip or a tar, which may be packed with gzip.
    /// Hidden files and the `__MACOSX` folder are passed over in silence; labels that lie beside
    /// pictures in a tar are no members.
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

    /// Reads the labels in `dataset.json`. What is something else stays among the members, so that
    /// the report tells of it.
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

    /// Adds the labels of a table to those that lie in the source. Hands back the rows that name
    /// none of its pictures, if there are some: they may be another source's.
    ///
    /// # Errors
    /// A file that cannot be read or is no table, or one in which no name is a member's.
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

    /// Adds notices that it has not yet.
    pub fn note(&mut self, mut notices: Vec<Notice>) {
        notices.retain(|notice| !self.notices.contains(notice));
        self.notices.extend(notices);
    }

    /// Notices on the source.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The labels of a member, by tables and by what lies beside it, which goes first; nothing where
    /// there are none.
    ///
    /// # Errors
    /// What is wrong with them.
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

    /// The members, in their order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Reads the next few members: as many as are worth spreading over threads, and no more than
    /// memory should hold at a time. Empty at the end.
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

    /// The bytes of a member, at most `limit_bytes` of them.
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

/// The reason for which a source cannot be opened, in words that tell a missing one from one that
/// may not be read.
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

/// By the name: a look into each file of a large folder would take long.
fn is_tar(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    tar_stem(&name).is_some()
}

/// The name of a tar, which may be packed, without its ending.
fn tar_stem(name: &str) -> Option<&str> {
    [".tar", ".tar.gz", ".tgz"].into_iter().find_map(|ending| {
        let (stem, found) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        found.eq_ignore_ascii_case(ending).then_some(stem)
    })
}

/// A style and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StyleBelow {
    /// Name of the folder or archive, without its ending.
    pub name: String,
    pub path: PathBuf,
    /// Whether the folders in it are read too.
    pub subfolders: bool,
}

/// The style of each source under `path`: a zip or a tar is one style; a folder of folders and
/// zips is one style each, and one more for pictures and tars that lie beside those; a folder of
/// pictures, or of tars, is one style. Folders in it that cannot be listed are noted.
///
/// # Errors
/// `path` cannot be listed, or nothing that is in it.
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

/// Files that systems leave behind and nobody means as pictures.
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
