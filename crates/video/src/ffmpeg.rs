//! The interface to the ffmpeg program: its path, its arguments, and its messages.

mod arguments;
mod info;
mod process;

pub(crate) use arguments::{Decoding, Encoding, Joining, decode, encode, join};
pub use info::VideoInfo;
pub(crate) use process::Running;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::{FilmError, VideoFormat};

/// Environment variable with the path of an ffmpeg other than the one that the shell finds.
const FFMPEG: &str = "UTSUSHI_FFMPEG";

/// Environment variable with the path of an ffprobe other than the one beside ffmpeg.
const FFPROBE: &str = "UTSUSHI_FFPROBE";

/// The paths of an installed ffmpeg and its ffprobe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ffmpeg {
    ffmpeg: OsString,
    ffprobe: OsString,
}

impl Ffmpeg {
    /// Finds the programs: by the environment variables `UTSUSHI_FFMPEG` and `UTSUSHI_FFPROBE`, or
    /// else `ffmpeg` as the shell finds it, and `ffprobe` beside it.
    ///
    /// # Errors
    /// [`FilmError::NoProgram`], which says what to install.
    pub fn find() -> Result<Self, FilmError> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let found = Self::named(set(FFMPEG), set(FFPROBE));
        found.answers(&found.ffmpeg, FFMPEG)?;
        found.answers(&found.ffprobe, FFPROBE)?;
        Ok(found)
    }

    fn named(ffmpeg: Option<OsString>, ffprobe: Option<OsString>) -> Self {
        let beside = |ffmpeg: &OsString| beside(Path::new(ffmpeg)).into_os_string();
        let ffprobe = ffprobe.or_else(|| ffmpeg.as_ref().map(beside));
        Self {
            ffmpeg: ffmpeg.unwrap_or_else(|| "ffmpeg".into()),
            ffprobe: ffprobe.unwrap_or_else(|| "ffprobe".into()),
        }
    }

    fn answers(&self, program: &OsStr, variable: &'static str) -> Result<(), FilmError> {
        let running = Running::start(program, &["-version".into()], process::Pipes::Output);
        match running {
            Ok(running) => running
                .output()
                .map(|_| ())
                .map_err(|said| FilmError::Start {
                    program: program.to_string_lossy().into_owned(),
                    reason: std::io::Error::other(said),
                }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(FilmError::NoProgram {
                    program: program.to_string_lossy().into_owned(),
                    variable,
                })
            }
            Err(reason) => Err(self.not_started(program, reason)),
        }
    }

    fn not_started(&self, program: &OsStr, reason: std::io::Error) -> FilmError {
        FilmError::Start {
            program: program.to_string_lossy().into_owned(),
            reason,
        }
    }

    /// Reads the facts about a video file with ffprobe.
    ///
    /// # Errors
    /// ffmpeg cannot read the file, or it has no video stream.
    pub fn probe(&self, path: &Path) -> Result<VideoInfo, FilmError> {
        let arguments = arguments::probe(path);
        let running = Running::start(&self.ffprobe, &arguments, process::Pipes::Output)
            .map_err(|reason| self.not_started(&self.ffprobe, reason))?;
        let bytes = running.output().map_err(|said| FilmError::Ffmpeg {
            path: path.to_owned(),
            doing: "read",
            said,
        })?;
        VideoInfo::parse(&bytes).ok_or_else(|| FilmError::NoVideo {
            path: path.to_owned(),
        })
    }

    /// The best encoder for a format that this ffmpeg has.
    ///
    /// # Errors
    /// It has none of them.
    pub(crate) fn encoder(&self, format: VideoFormat) -> Result<&'static str, FilmError> {
        let arguments = ["-hide_banner", "-encoders"].map(OsString::from);
        let running = Running::start(&self.ffmpeg, &arguments, process::Pipes::Output)
            .map_err(|reason| self.not_started(&self.ffmpeg, reason))?;
        let listed = running.output().unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed);
        let names: Vec<&str> = listed
            .lines()
            .filter_map(|line| line.split_whitespace().nth(1))
            .collect();
        let wanted = format.encoders();
        let found = wanted.iter().copied().find(|name| names.contains(name));
        found.ok_or_else(|| FilmError::NoEncoder {
            format,
            wanted: wanted.join(", "),
        })
    }

    /// Starts ffmpeg with one of its pipes connected to this program: its input if `feeding`, else
    /// its output.
    pub(crate) fn start(
        &self,
        arguments: &[OsString],
        feeding: bool,
    ) -> Result<Running, FilmError> {
        let pipes = if feeding {
            process::Pipes::Input
        } else {
            process::Pipes::Output
        };
        Running::start(&self.ffmpeg, arguments, pipes)
            .map_err(|reason| self.not_started(&self.ffmpeg, reason))
    }
}

/// The ffprobe that was installed with an ffmpeg: `ffmpeg-7.exe` comes with `ffprobe-7.exe`.
fn beside(ffmpeg: &Path) -> PathBuf {
    let name = ffmpeg.file_name().unwrap_or_default().to_string_lossy();
    if name.contains("ffmpeg") {
        ffmpeg.with_file_name(name.replacen("ffmpeg", "ffprobe", 1))
    } else {
        ffmpeg.with_file_name("ffprobe")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_are_looked_for_together() {
        let found = Ffmpeg::named(None, None);
        assert_eq!(
            (&found.ffmpeg, &found.ffprobe),
            (&"ffmpeg".into(), &"ffprobe".into())
        );
        let found = Ffmpeg::named(Some("/opt/f/ffmpeg-7".into()), None);
        assert_eq!(found.ffprobe, "/opt/f/ffprobe-7");
        let found = Ffmpeg::named(Some("/opt/f/avconv".into()), None);
        assert_eq!(found.ffprobe, "/opt/f/ffprobe");
        let found = Ffmpeg::named(None, Some("probe".into()));
        assert_eq!(
            (&found.ffmpeg, &found.ffprobe),
            (&"ffmpeg".into(), &"probe".into())
        );
    }

    #[test]
    fn a_missing_program_is_told_with_what_to_install() {
        let found = Ffmpeg::named(Some("/nowhere/ffmpeg".into()), None);
        let error = found
            .answers(&found.ffmpeg, FFMPEG)
            .unwrap_err()
            .to_string();
        assert!(error.contains("/nowhere/ffmpeg"), "{error}");
        assert!(error.contains("apt install ffmpeg"), "{error}");
        assert!(error.contains("UTSUSHI_FFMPEG"), "{error}");
    }
}
