//! Checks of a plan: one that would go wrong is refused before anything is painted.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use utsushi_imaging::{WriteError, check_place, check_target, is_standard};
use utsushi_video::{Ffmpeg, FilmFormat, VideoFormat, is_video};

use super::place::place;
use super::{Existing, Job, Plan, PlanError};

impl Plan {
    /// Makes a plan after checking the jobs together: no two may write one file, none may replace a
    /// file that another reads, and every output must be one that can be written. The folders of
    /// outputs must exist.
    ///
    /// # Errors
    /// The first fault that was found.
    pub fn new(jobs: Vec<Job>, existing: Existing) -> Result<Self, PlanError> {
        let plan = Self {
            jobs,
            existing,
            ..Self::default()
        };
        plan.checked()
    }

    pub(super) fn checked(mut self) -> Result<Self, PlanError> {
        if self.jobs.is_empty() {
            return Err(PlanError::NoContent);
        }
        self.check_collisions()?;
        match self.existing {
            Existing::Skip => self.keep_existing(),
            Existing::Refuse => self.refuse_existing()?,
            Existing::Replace => self.check_inputs()?,
        }
        for job in &self.jobs {
            self.check_output(job)?;
        }
        self.check_programs()?;
        Ok(self)
    }

    fn check_collisions(&self) -> Result<(), PlanError> {
        let mut writers: HashMap<PathBuf, &Job> = HashMap::new();
        for job in &self.jobs {
            if let Some(first) = writers.insert(place(&job.output), job) {
                return Err(PlanError::Collision {
                    output: job.output.clone(),
                    first: first.content.clone(),
                    second: job.content.clone(),
                });
            }
        }
        Ok(())
    }

    fn keep_existing(&mut self) {
        let jobs = std::mem::take(&mut self.jobs);
        let (kept, jobs): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| exists(&job.output));
        self.jobs = jobs;
        self.kept = kept.into_iter().map(|job| job.output).collect();
    }

    fn refuse_existing(&self) -> Result<(), PlanError> {
        let mut there = self.jobs.iter().filter(|job| exists(&job.output));
        let Some(first) = there.next() else {
            return Ok(());
        };
        let path = first.output.clone();
        if path.is_dir() {
            return Err(WriteError::IsFolder { path }.into());
        }
        if place(&path) == place(&first.content) {
            return Err(PlanError::OntoItself { path });
        }
        let more = there.count();
        Err(PlanError::Exists { path, more })
    }

    /// Checks that outputs replace no inputs. A picture may be replaced by its own painting, but
    /// not by another's, and a reference not at all.
    fn check_inputs(&self) -> Result<(), PlanError> {
        let mut readers: HashMap<PathBuf, usize> = HashMap::new();
        for job in &self.jobs {
            *readers.entry(place(&job.content)).or_default() += 1;
        }
        let references = self.jobs.iter().flat_map(|job| job.style.files());
        let references: HashSet<&Path> = references.collect();
        let references: HashSet<PathBuf> = references.into_iter().map(place).collect();
        for job in &self.jobs {
            let target = place(&job.output);
            let others = match readers.get(&target) {
                None => 0,
                Some(count) if target == place(&job.content) => count - 1,
                Some(count) => *count,
            };
            if others > 0 || references.contains(&target) {
                return Err(PlanError::OntoInput {
                    path: job.output.clone(),
                    content: job.content.clone(),
                });
            }
        }
        Ok(())
    }

    /// Checks that the programs for videos are there, so that their absence is noticed before the
    /// first picture is painted.
    fn check_programs(&self) -> Result<(), PlanError> {
        let reads = |job: &Job| is_video(&job.content);
        let writes = |job: &Job| VideoFormat::from_extension(&job.output).is_some();
        if self.jobs.iter().any(|job| reads(job) || writes(job)) {
            Ffmpeg::find()?;
        }
        Ok(())
    }

    fn check_output(&self, job: &Job) -> Result<(), PlanError> {
        let output = &job.output;
        let film = FilmFormat::from_extension(output);
        if film.is_none() && is_video(&job.content) {
            let output = output.clone();
            return Err(PlanError::VideoToPicture { output });
        }
        let folder = output.parent().unwrap_or(Path::new(""));
        let there = folder.as_os_str().is_empty() || folder.is_dir();
        if there || !self.make_folders {
            let force = self.existing == Existing::Replace;
            match film {
                Some(FilmFormat::Video(_)) => check_place(output, force)?,
                _ => check_target(output, force).map(|_| ())?,
            }
            return Ok(());
        }
        // The folder is still to be made: that needs a folder above it, not a file.
        match folder.ancestors().find(|above| exists(above)) {
            Some(above) if !above.is_dir() => Err(PlanError::NotAFolder {
                path: above.to_owned(),
                why: "paintings go below it",
            }),
            _ => Ok(()),
        }
    }
}

/// Whether there is something at a path, without following links: a broken link counts, too.
fn exists(path: &Path) -> bool {
    !is_standard(path) && path.symlink_metadata().is_ok()
}
