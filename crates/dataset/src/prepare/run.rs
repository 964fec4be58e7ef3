//! The course of a preparation: read, cut on threads, compare in order, write.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use utsushi_imaging::write_whole;

use super::journal::{Finding, Journal, Record, json_line};
use super::output::{Output, write_error};
use super::settings::{CutSettings, settings_hash};
use super::style::StyleInPreparation;
use super::work::{Bench, Worked};
use super::{DroppedPicture, PrepareOptions, PrepareProgress, PrepareReport};
use crate::description::{DESCRIPTION_FILE, Description, FORMAT, MANIFEST_FILE};
use crate::source::{Member, Source, Unmatched};
use crate::thread_pool::thread_pool;
use crate::{
    ContentHash, DatasetError, DropReason, Entry, FindFace, Notice, SetsFile, SourceEntry, Split,
};

const REPORT_FILE: &str = "report.jsonl";
/// An open source with the members that are used.
struct Job<'a> {
    entry: &'a SourceEntry,
    settings: CutSettings,
    source: Source,
    members: Vec<Member>,
    /// The source's table of labels, with the rows that do not name any of its pictures.
    labels: Option<PathBuf>,
    unmatched: Option<Unmatched>,
}

struct Run<'a> {
    sets: &'a SetsFile,
    options: &'a PrepareOptions,
    faces: Option<&'a dyn FindFace>,
    output: Output,
    journal: Journal,
    styles: Vec<StyleInPreparation>,
    notices: Vec<Notice>,
    /// Names of pictures that are the first of several in their file.
    first_frames: Vec<String>,
    cut: usize,
    done: usize,
    total: usize,
}

pub(super) fn run(
    sets: &SetsFile,
    options: &PrepareOptions,
    faces: Option<&dyn FindFace>,
    out: &Path,
    progress: &mut dyn FnMut(&PrepareProgress),
    stop: &AtomicBool,
) -> Result<PrepareReport, DatasetError> {
    // Everything that may be wrong with the request comes first, before anything is written.
    let jobs = sets
        .sources
        .iter()
        .map(|entry| open(sets, options, entry, faces));
    let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
    let notices = notices(sets, &jobs);
    let cuts: Vec<CutSettings> = jobs.iter().map(|job| job.settings.clone()).collect();
    let settings = settings_hash(sets, options, &cuts);
    let pool = thread_pool(options.threads)?;
    refuse_within_sources(out, sets, options)?;
    let output = Output::open(out, settings, options.force)?;
    let journal = Journal::open(out, settings)?;
    let mut run = Run {
        sets,
        options,
        faces,
        output,
        journal,
        styles: styles(sets),
        notices,
        first_frames: Vec::new(),
        cut: 0,
        done: 0,
        total: jobs.iter().map(|job| job.members.len()).sum(),
    };
    for mut job in jobs {
        run.source(&mut job, &pool, progress, stop)?;
    }
    run.finish(settings, cuts[0].size)
}

fn open<'a>(
    sets: &SetsFile,
    options: &PrepareOptions,
    entry: &'a SourceEntry,
    faces: Option<&dyn FindFace>,
) -> Result<Job<'a>, DatasetError> {
    let settings = CutSettings::new(sets, options, entry, faces)?;
    let path = sets.source_path(entry, options.root.as_deref());
    let mut source = Source::open(&path, entry.subfolders)?;
    if source.members().is_empty() {
        return Err(no_picture(path, source.notices()));
    }
    let labels = sets.labels_path(entry, options.root.as_deref());
    let unmatched = match &labels {
        Some(labels) => source.read_labels(labels)?,
        None => None,
    };
    let picked = source
        .members()
        .iter()
        .skip(entry.pick.first)
        .step_by(entry.pick.every);
    let members = picked
        .take(options.limit.unwrap_or(usize::MAX))
        .cloned()
        .collect();
    Ok(Job {
        entry,
        settings,
        source,
        members,
        labels,
        unmatched,
    })
}

/// Refuses an output folder inside of a source: the next run would take its pictures for the
/// source's.
fn refuse_within_sources(
    out: &Path,
    sets: &SetsFile,
    options: &PrepareOptions,
) -> Result<(), DatasetError> {
    let Ok(absolute) = std::path::absolute(out) else {
        return Ok(());
    };
    // What of it is there already may be reached by another name.
    let there = absolute.ancestors().find_map(|it| it.canonicalize().ok());
    for entry in sets.sources.iter().filter(|entry| entry.subfolders) {
        let path = sets.source_path(entry, options.root.as_deref());
        let source = path.canonicalize().ok().filter(|it| it.is_dir());
        if let (Some(source), Some(there)) = (source, &there)
            && there.starts_with(&source)
        {
            return Err(DatasetError::Output {
                path: out.to_owned(),
                message: format!(
                    "it lies within the source `{}`, whose pictures it would be among the next \
                     time: choose a folder beside it",
                    path.display()
                ),
            });
        }
    }
    Ok(())
}

/// The error for a source without usable pictures, with the likely cause.
fn no_picture(path: PathBuf, notices: &[Notice]) -> DatasetError {
    let what = if path.is_dir() {
        "there is no picture in this folder or those below it"
    } else {
        "there is no picture in this archive"
    };
    let notices = notices.iter().map(|notice| format!("; {notice}"));
    DatasetError::Source {
        path,
        message: notices.fold(what.to_owned(), |text, notice| text + &notice),
    }
}

/// Collects notices on the sources. Several sources may share one table of labels; only rows that
/// do not name a picture of any of them are reported.
fn notices(sets: &SetsFile, jobs: &[Job<'_>]) -> Vec<Notice> {
    let mut notices = sets.notices.clone();
    let mut tables: Vec<Unmatched> = Vec::new();
    for job in jobs {
        let own = job.source.notices().iter();
        for notice in own {
            if !notices.contains(notice) {
                notices.push(notice.clone());
            }
        }
        let Some(unmatched) = &job.unmatched else {
            continue;
        };
        match tables.iter_mut().find(|it| it.table == unmatched.table) {
            Some(table) => table.names.retain(|name| unmatched.names.contains(name)),
            None => tables.push(unmatched.clone()),
        }
    }
    // A source of which every row names a picture leaves none over for the others.
    let whole = |table: &Unmatched| {
        let own =
            |job: &&Job<'_>| job.unmatched.is_none() && job.labels.as_ref() == Some(&table.table);
        jobs.iter().any(|job| own(&job))
    };
    tables.retain(|table| !table.names.is_empty() && !whole(table));
    notices.extend(tables.into_iter().map(Unmatched::notice));
    notices
}

/// The styles in the order in which the sets file first names them.
fn styles(sets: &SetsFile) -> Vec<StyleInPreparation> {
    let mut styles: Vec<StyleInPreparation> = Vec::new();
    for source in &sets.sources {
        if !styles.iter().any(|style| style.name == source.style) {
            let own = sets
                .sources
                .iter()
                .filter(|other| other.style == source.style);
            styles.push(StyleInPreparation::new(
                &source.style,
                own,
                sets.duplicate_distance,
            ));
        }
    }
    styles
}

impl Run<'_> {
    /// Processes one source, chunk by chunk.
    fn source(
        &mut self,
        job: &mut Job<'_>,
        pool: &rayon::ThreadPool,
        progress: &mut dyn FnMut(&PrepareProgress),
        stop: &AtomicBool,
    ) -> Result<(), DatasetError> {
        let mut members = std::mem::take(&mut job.members).into_iter();
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(DatasetError::Stopped {
                    done: self.done,
                    total: self.total,
                });
            }
            let chunk = job
                .source
                .read_chunk(&mut members, self.options.max_file_bytes);
            if chunk.is_empty() {
                return Ok(());
            }
            let bench = Bench {
                style: &job.entry.style,
                settings: &job.settings,
                cut_hash: job.settings.hash(),
                journal: &self.journal,
                output: &self.output,
                faces: self.faces,
            };
            let worked: Vec<(Member, Worked)> = pool.install(|| {
                chunk
                    .into_par_iter()
                    .map(|(member, bytes)| (member, bench.work(bytes)))
                    .collect()
            });
            for (member, worked) in worked {
                self.done += 1;
                self.settle(job, &member, worked)?;
            }
            self.journal.flush()?;
            progress(&PrepareProgress {
                style: job.entry.style.clone(),
                done: self.done,
                total: self.total,
                kept: self.styles.iter().map(|style| style.entries.len()).sum(),
            });
        }
    }

    /// Keeps or drops one file; called in the order of the source.
    fn settle(
        &mut self,
        job: &Job<'_>,
        member: &Member,
        worked: Worked,
    ) -> Result<(), DatasetError> {
        let source = format!("{}/{}", job.entry.path.display(), member.name);
        let style = self
            .styles
            .iter_mut()
            .find(|style| style.name == job.entry.style);
        let style = style.expect("each source's style was entered at the start");
        let Worked {
            hash,
            finding,
            png,
            known,
        } = worked;
        let kept = match (hash, &finding) {
            (Some(hash), Finding::Usable(noted)) => {
                let distance = job
                    .entry
                    .duplicate_distance
                    .unwrap_or(self.sets.duplicate_distance);
                match style.objection(hash, noted.fingerprint, distance) {
                    Some(reason) => Err(reason),
                    None => Ok((hash, *noted)),
                }
            }
            (_, Finding::Dropped(reason)) => Err(reason.clone()),
            (None, Finding::Usable(_)) => Err(DropReason::Unreadable {
                detail: "it has no bytes".into(),
            }),
        };
        match kept.and_then(|kept| Ok((kept, job.source.labels(member)?))) {
            Ok(((hash, noted), beside)) => {
                if let Some(png) = png {
                    self.cut += 1;
                    self.output.write_picture(&style.name, &hash, &png)?;
                }
                // What is said of one picture goes before what is said of all.
                let mut labels = job.entry.labels.clone();
                labels.extend(beside);
                if noted.faceless {
                    style.note_faceless(source.clone());
                }
                if noted.more_frames {
                    self.first_frames.push(source.clone());
                }
                let entry = Entry {
                    hash,
                    style: style.name.clone(),
                    // Given once the style is complete.
                    split: Split::Train,
                    source,
                    width: noted.width,
                    height: noted.height,
                    labels,
                };
                style.keep(entry, noted.fingerprint);
            }
            Err(reason) => style.leave_out(source, reason),
        }
        // After the picture: what the journal knows must be on the disk.
        if let (Some(hash), false) = (hash, known) {
            let style = job.entry.style.clone();
            self.journal.add(&Record {
                style,
                hash,
                cut: job.settings.hash(),
                finding,
            })?;
        }
        Ok(())
    }

    /// Assigns the splits, and writes the files that make the folder a prepared set.
    fn finish(mut self, settings: ContentHash, size: u32) -> Result<PrepareReport, DatasetError> {
        if !self.first_frames.is_empty() {
            let names = std::mem::take(&mut self.first_frames);
            self.notices.push(Notice::FirstFrames { names });
        }
        let write = |name: &str, bytes: &[u8]| {
            let path = self.output.path(name);
            write_whole(&path, bytes, true).map_err(write_error(&path))
        };
        let dropped: Vec<_> = self
            .styles
            .iter()
            .flat_map(|style| &style.dropped)
            .collect();
        let faceless = self.styles.iter().flat_map(|style| &style.without_face);
        let mut lines: Vec<u8> = dropped.iter().flat_map(json_line).collect();
        lines.extend(faceless.flat_map(json_line));
        lines.extend(self.notices.iter().flat_map(json_line));
        write(REPORT_FILE, &lines)?;
        if let Some(empty) = self.styles.iter().find(|style| style.entries.is_empty()) {
            let detail = |it: &DroppedPicture| match &it.why {
                DropReason::Unreadable { detail } => Some(detail.clone()),
                _ => None,
            };
            let details: Option<Vec<String>> = empty.dropped.iter().map(detail).collect();
            let (files, name) = (empty.dropped.len(), &empty.name);
            let report = self.output.path(REPORT_FILE);
            let report = report.display();
            let sources = &mut self.sets.sources.iter();
            let source = sources.find(|source| source.style == *name);
            let source = source.expect("each style is that of a source");
            return Err(DatasetError::Source {
                path: self.sets.source_path(source, self.options.root.as_deref()),
                message: match details {
                    Some(details) => {
                        let first = details.first().map_or("there is none", |first| first);
                        let same = details.iter().all(|detail| detail == first);
                        let which = if same { "each" } else { "the first" };
                        format!(
                            "there is no picture in this folder or archive: no file of style \
                             `{name}` ({files} in all) can be read as one ({which}: {first}); \
                             `{report}` says why"
                        )
                    }
                    None => format!(
                        "none of the {files} pictures of style `{name}` can be used; `{report}` \
                         says why"
                    ),
                },
            });
        }
        self.styles
            .iter_mut()
            .for_each(|style| style.assign_splits(self.sets.validation));
        let entries: Vec<Entry> = self
            .styles
            .iter()
            .flat_map(|style| style.entries.iter().cloned())
            .collect();
        let manifest: Vec<u8> = entries.iter().flat_map(json_line).collect();
        let description = Description {
            format: FORMAT,
            size,
            validation: self.sets.validation,
            settings,
            manifest: ContentHash::of(&manifest),
            styles: self
                .styles
                .iter()
                .map(StyleInPreparation::describe)
                .collect(),
        };
        let text = toml::to_string(&description).expect("plain numbers and texts can be written");
        // The description last: without it, the folder is not a prepared set.
        write(MANIFEST_FILE, &manifest)?;
        write(DESCRIPTION_FILE, text.as_bytes())?;
        self.output.remove_strays(&entries)?;
        let styles = self.styles.iter().map(StyleInPreparation::report).collect();
        let (mut dropped, mut without_face) = (Vec::new(), Vec::new());
        for style in self.styles {
            dropped.extend(style.dropped);
            without_face.extend(style.without_face);
        }
        Ok(PrepareReport {
            styles,
            dropped,
            without_face,
            notices: self.notices,
            cut: self.cut,
        })
    }
}
