//! The end of a command that paints: a file is written and reported.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use utsushi::{OutputOptions, PaintedFile};
use utsushi_imaging::{
    Extras, Mark, Metadata, OutputFormat, Picture, WriteOptions, is_standard, write_whole,
    write_with,
};

use crate::args::{FileArguments, PaintArguments};
use crate::{output, text};

/// Notes that `--quality` has no effect if all outputs are lossless.
pub fn note_idle_quality<'a>(file: &FileArguments, outputs: impl IntoIterator<Item = &'a Path>) {
    let mut outputs = outputs.into_iter().peekable();
    let (Some(_), Some(first)) = (file.quality, outputs.peek().copied()) else {
        return;
    };
    let mut formats = outputs.map(OutputFormat::from_extension);
    if formats.any(|format| format.is_some_and(OutputFormat::is_lossy)) {
        return;
    }
    let place = match OutputFormat::from_extension(first) {
        Some(format) => format!("in {format}"),
        None if is_standard(first) => format!("in {}", OutputFormat::Png),
        // A film, or a folder of its frames.
        None => "here".to_owned(),
    };
    output::note(format!(
        "{}: --quality changes nothing {place}; it is for JPEG and AVIF: leave it out, or write to a \
         name that ends in .jpg or .avif",
        first.display()
    ));
}

/// Refuses to replace a file, before any work is done, unless `force`.
///
/// # Errors
/// The file exists.
pub fn refuse_existing(path: &Path, force: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        force || !path.exists(),
        "{}: exists already; choose another name or pass --force to replace it",
        path.display()
    );
    Ok(())
}

/// Writes the result of a command and reports it.
pub struct Finish<'a> {
    target: &'a Path,
    force: bool,
    json: bool,
    options: OutputOptions,
    /// Metadata of the content.
    metadata: Metadata,
    mark: Option<Mark>,
    started: Instant,
}

impl<'a> Finish<'a> {
    /// Starts the clock. The file will be marked as repainted, unless marks are not wanted.
    pub fn new(target: &'a Path, arguments: &PaintArguments) -> Self {
        Self {
            target,
            force: arguments.force,
            json: arguments.json,
            options: OutputOptions::default(),
            metadata: Metadata::default(),
            mark: (!arguments.no_mark).then_some(Mark::Repainted),
            started: Instant::now(),
        }
    }

    /// Sets another mark, which is written unless marks are not wanted.
    pub fn marked(self, mark: Mark) -> Self {
        Self {
            mark: self.mark.map(|_| mark),
            ..self
        }
    }

    /// Removes the mark, for a picture that is unchanged.
    pub fn unmarked(self) -> Self {
        Self { mark: None, ..self }
    }

    /// Sets quality, and whether metadata are written. A quality without effect is noted.
    pub fn with_file(self, file: &FileArguments) -> Self {
        note_idle_quality(file, [self.target]);
        let options = OutputOptions {
            quality: file.quality(),
            metadata: !file.no_metadata,
            ..self.options
        };
        Self { options, ..self }
    }

    /// Sets the content's metadata, which are written if metadata are wanted.
    pub fn with_metadata(self, metadata: Metadata) -> Self {
        Self { metadata, ..self }
    }

    /// The mark of the file, if it gets one.
    pub fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// The data written beside the pixels.
    pub fn extras(&self) -> Extras {
        self.options.extras(&self.metadata, self.mark)
    }

    /// Writes a picture to the target.
    ///
    /// # Errors
    /// The file exists and is not to be replaced, or cannot be written.
    pub fn write(&self, picture: &Picture) -> anyhow::Result<()> {
        self.write_to(self.target, picture)
    }

    /// Writes a picture to another file with the same options.
    ///
    /// # Errors
    ///
    /// As [`Finish::write`].
    pub fn write_to(&self, path: &Path, picture: &Picture) -> anyhow::Result<()> {
        let options = WriteOptions {
            force: self.force,
            quality: self.options.quality,
        };
        Ok(write_with(path, picture, &options, &self.extras())?)
    }

    /// Writes an encoded file to the target, and reports if its colours are not those asked for.
    ///
    /// # Errors
    /// As [`Finish::write`].
    pub fn write_file(&self, file: &PaintedFile) -> anyhow::Result<()> {
        write_whole(self.target, &file.bytes, self.force)?;
        if let Some(loss) = file.profile_loss {
            output::note(text::in_srgb(self.target, loss));
        }
        Ok(())
    }

    /// Reports the target: as text with a note in brackets, which `note` makes from the time taken,
    /// or as JSON, with status, output, notes and seconds added to `fields`.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn say(
        &self,
        mut fields: Value,
        note: impl FnOnce(String) -> String,
    ) -> anyhow::Result<()> {
        let seconds = self.started.elapsed().as_secs_f64();
        let target = self.target.display();
        if self.json {
            fields["status"] = json!("painted");
            fields["output"] = json!(target.to_string());
            fields["notes"] = json!(output::notes());
            fields["seconds"] = json!((seconds * 1000.0).round() / 1000.0);
            output::line(fields.to_string())?;
        } else {
            output::line(format!("{target} ({})", note(text::duration(seconds))))?;
        }
        Ok(())
    }
}
