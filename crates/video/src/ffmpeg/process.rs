//! A running ffmpeg, and what it says when something is wrong.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

/// Bytes at the end of what a program said that are worth repeating.
const SAID: u64 = 2000;

/// The pipe of a program that is in our hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pipes {
    /// We write what it reads.
    Input,
    /// We read what it writes.
    Output,
}

/// A program that runs; it is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    /// Its messages, in a file without a name, so that it never waits for a reader.
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

    /// Fills a buffer with what the program writes; the bytes that were there where it ended.
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

    /// Hands bytes to the program.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.input.as_mut().expect("started for its input");
        input.write_all(bytes)
    }

    /// Lets the program come to its end. What it said, as complaints where that was a good end, and
    /// else as an error.
    pub(crate) fn finish(mut self) -> Result<String, String> {
        drop(self.input.take());
        drop(self.output.take());
        let status = self.child.wait().map_err(|error| error.to_string())?;
        self.judged(status).map(|()| self.said())
    }

    /// All that the program writes.
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

    /// The last of what the program said, in one line, without the places in memory that it names.
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

/// Keeps a Ctrl-C that is meant for us from the program, which is to finish its part in order.
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
