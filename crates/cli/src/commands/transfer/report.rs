//! Reports while pictures are painted.

use std::io;
use std::mem::{Discriminant, discriminant};
use std::time::Instant;

use serde_json::json;
use utsushi::jobs::{Event, Job, JobError};
use utsushi::{FrameChange, Note};

use crate::progress::Live;
use crate::{output, text};

/// Reports each picture: with a line of text, or a line of JSON.
pub struct Reporter {
    live: Live,
    jobs: usize,
    json: bool,
    started: Instant,
    name: String,
    /// The first frame of the current film in this run, and the time at which it began.
    filming: Option<(u64, Instant)>,
    /// The first error of printing a line. Painting continues after it.
    unprinted: io::Result<()>,
    /// Kinds of notes that were printed already: each is printed once, however many pictures there
    /// are.
    told: Vec<Discriminant<Note>>,
}

impl Reporter {
    pub fn new(jobs: usize, json: bool) -> Self {
        Self {
            live: Live::new(jobs as u64),
            jobs,
            json,
            started: Instant::now(),
            name: String::new(),
            filming: None,
            unprinted: Ok(()),
            told: Vec::new(),
        }
    }

    pub fn observe(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { index, job } => {
                (self.started, self.filming) = (Instant::now(), None);
                self.name = job.content.display().to_string();
                self.live
                    .update(*index as u64, self.jobs as u64, self.name.clone());
            }
            Event::Painting { progress, .. } if progress.total > 1 && self.jobs == 1 => {
                let (done, total) = (progress.done as u64, progress.total as u64);
                self.live
                    .update(done, total, format!("parts, {}", self.name));
            }
            Event::Painting { index, progress } if progress.total > 1 => {
                let message = format!("{}, part {}/{}", self.name, progress.done, progress.total);
                self.live.update(*index as u64, self.jobs as u64, message);
            }
            Event::Painting { .. } => {}
            Event::Filming { index, done, total } => self.filming(*index, *done, *total),
            Event::Kept { job, frames, .. } => self.kept(job, *frames),
            Event::Painted {
                job,
                more_frames,
                change,
                warning,
                notes,
                profile_loss,
                absent,
                ..
            } => {
                let content = job.content.display();
                let mut noted = output::notes();
                for area in *absent {
                    let note = text::absent(&content.to_string(), *area);
                    self.live.remark(&format!("note: {note}"));
                    noted.push(note);
                }
                if let Some(loss) = *profile_loss {
                    let note = text::in_srgb(&job.output, loss);
                    self.live.remark(&format!("note: {note}"));
                    noted.push(note);
                }
                if *more_frames {
                    let note =
                        format!("{content}: only the first of its frames or pages is painted");
                    self.live.remark(&note);
                    noted.push(note);
                }
                for note in *notes {
                    let words = format!("{content}: {}", text::noted(note));
                    self.note(note, &words);
                    noted.push(words);
                }
                self.painted(job, (*change, *warning), &noted);
            }
            Event::Failed { job, error, .. } => self.failed(job, error),
        }
    }

    /// Removes the progress bar.
    ///
    /// # Errors
    /// A line could not be printed.
    pub fn finish(self) -> io::Result<()> {
        self.live.finish();
        self.unprinted
    }

    /// Shows a progress bar over the frames if there is a single film, else over the files.
    fn filming(&mut self, index: usize, done: u64, total: Option<u64>) {
        let (first, start) = *self.filming.get_or_insert((done, Instant::now()));
        let total = total.unwrap_or(done).max(done);
        let rate = (done - first) as f64 / start.elapsed().as_secs_f64();
        let pace = if rate > 0.0 {
            format!(
                "{rate:.1} frames/s, {} left",
                text::duration((total - done) as f64 / rate)
            )
        } else {
            String::new()
        };
        if self.jobs == 1 {
            self.live
                .update_timed(done, total, format!("frames, {pace}"));
        } else {
            let message = format!("{}, frame {done}/{total}, {pace}", self.name);
            self.live
                .update_timed(index as u64, self.jobs as u64, message);
        }
    }

    fn kept(&mut self, job: &Job, frames: u64) {
        let output = job.output.display();
        if self.json {
            self.print(&json!({
                "status": "stopped",
                "content": job.content.display().to_string(),
                "output": output.to_string(),
                "frames": frames,
            }));
        }
        self.live.remark(&format!(
            "{output}: stopped after {}, kept in {output}.parts; the same command with --resume \
             goes on",
            text::counted(frames as usize, "frame")
        ));
    }

    fn painted(
        &mut self,
        job: &Job,
        (change, warning): (Option<FrameChange>, Option<&str>),
        notes: &[String],
    ) {
        let seconds = self.started.elapsed().as_secs_f64();
        if let Some(warning) = warning {
            self.live
                .remark(&format!("warning: {}: {warning}", job.content.display()));
        }
        if self.json {
            let mut object = json!({
                "status": "painted",
                "content": job.content.display().to_string(),
                "output": job.output.display().to_string(),
                "seconds": (seconds * 1000.0).round() / 1000.0,
                "notes": notes,
            });
            if let Some(warning) = warning {
                object["warning"] = warning.into();
            }
            if let Some(change) = change {
                let rounded = |value: f64| (value * 1e5).round() / 1e5;
                object["frames"] = change.frames.into();
                object["input_change"] = rounded(change.input).into();
                object["output_change"] = rounded(change.output).into();
            }
            self.print(&object);
        } else {
            let film = change.map(|change| {
                format!(
                    "{}; change from frame to frame {:.2} %, {:.2} % in the original; ",
                    text::counted(change.frames, "frame"),
                    change.output * 100.0,
                    change.input * 100.0
                )
            });
            let (target, film) = (job.output.display(), film.unwrap_or_default());
            let line = format!("{target} ({film}{})", text::duration(seconds));
            let printed = self.live.line(&line);
            self.keep(printed);
        }
    }

    /// Prints a note on a painting, unless its kind was printed already.
    fn note(&mut self, note: &Note, words: &str) {
        let kind = discriminant(note);
        if !self.told.contains(&kind) {
            self.told.push(kind);
            self.live.remark(&format!("note: {words}"));
        }
    }

    fn failed(&mut self, job: &Job, error: &JobError) {
        if self.json {
            self.print(&json!({
                "status": "failed",
                "content": job.content.display().to_string(),
                "error": text::explained(&error.to_string()),
            }));
        }
        // The only picture's failure is the command's; one of many is left out.
        let kind = if self.jobs == 1 { "error" } else { "skipped" };
        self.live.remark(&format!("{kind}: {error}"));
    }

    fn print(&mut self, value: &serde_json::Value) {
        let printed = self.live.line(&value.to_string());
        self.keep(printed);
    }

    fn keep(&mut self, printed: io::Result<()>) {
        if self.unprinted.is_ok() {
            self.unprinted = printed;
        }
    }
}
