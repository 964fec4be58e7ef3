//! A running ffmpeg, with its pipes and messages.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

/// Number of last bytes of a program's messages that are repeated in an error.
const SAID: u64 = 2000;

/// The pipe of a program that is connected to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pipes {
    /// The program's input, which this one writes.
    Input,
    /// The program's output, which this one reads.
    Output,
}

/// A running program; it is stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    /// File without a name for the program's messages, so that it never waits for a reader.
    said: File,
}

impl Running {
    pub(super) fn start(program: &OsStr, arguments: &[OsString], pipes: Pipes) -> io::Result<Self> {
        let said = tempfile::tempfile()?;
        let piped = |wanted| {
            if pipes == wanted {
                Stdio::piped()
            } else {
                Stdio::null()
            }
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(piped(Pipes::Input))
            .stdout(piped(Pipes::Output))
            .stderr(said.try_clone()?);
        apart(&mut command);
        let mut child = command.spawn()?;
        Ok(Self {
            input: child.stdin.take(),
            output: child.stdout.take(),
            child,
            said,
        })
    }

    /// Fills a buffer with the program's output; returns the number of bytes, fewer if the program
    /// ended.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let output = self.output.as_mut().expect("started for its output");
        let mut filled = 0;
        while filled < buffer.len() {
            match output.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Writes bytes to the program's input.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.input.as_mut().expect("started for its input");
        input.write_all(bytes)
    }

    /// Waits until the program ends. Returns its messages, as an error if it failed.
    pub(crate) fn finish(mut self) -> Result<String, String> {
        drop(self.input.take());
        drop(self.output.take());
        let status = self.child.wait().map_err(|error| error.to_string())?;
        self.judged(status).map(|()| self.said())
    }

    /// Reads the whole output of the program.
    pub(crate) fn output(mut self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        if let Some(mut output) = self.output.take() {
            output
                .read_to_end(&mut bytes)
                .map_err(|error| error.to_string())?;
        }
        let status = self.child.wait().map_err(|error| error.to_string())?;
        self.judged(status).map(|()| bytes)
    }

    fn judged(&mut self, status: ExitStatus) -> Result<(), String> {
        if status.success() {
            Ok(())
        } else {
            Err(match self.said() {
                said if said.is_empty() => format!("it ended with {status}"),
                said => said,
            })
        }
    }

    /// The last messages of the program on one line, without memory addresses.
    fn said(&mut self) -> String {
        let mut bytes = Vec::new();
        let length = self.said.metadata().map_or(0, |metadata| metadata.len());
        let start = SeekFrom::Start(length.saturating_sub(SAID));
        // Nothing said is as good as nothing that can be read.
        let _ = self.said.seek(start);
        let _ = (&self.said).take(SAID).read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text
            .lines()
            .map(|line| match line.split_once("] ") {
                Some((part, line)) if part.starts_with('[') && part.contains(" @ 0x") => line,
                _ => line,
            })
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        lines[lines.len().saturating_sub(3)..].join("; ")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Has no effect on one that has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Shields the program from a Ctrl-C meant for this one, so that it can finish its part.
fn apart(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}
