//! Logs of measurements: one JSON object on each line.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::RunError;

/// A log of measurements that grows line by line.
#[derive(Debug)]
pub struct StatsLog {
    path: PathBuf,
    file: File,
    length: u64,
}

#[derive(Serialize)]
struct Line<'a, T: Serialize> {
    step: u64,
    #[serde(flatten)]
    fields: &'a T,
}

impl StatsLog {
    /// Opens the log, creating it if needed, and removes an incomplete last line and everything
    /// from the first line of a later step than `step` on.
    pub(crate) fn resume(path: &Path, step: u64) -> Result<Self, RunError> {
        let open = || -> io::Result<(File, u64)> {
            let mut options = File::options();
            let mut file = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let length = kept_length(&bytes, step);
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            Ok((file, length))
        };
        let (file, length) = open().map_err(RunError::io(path, "open"))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            length,
        })
    }

    /// Appends a line: `step`, then the fields of `fields`, which must be a struct or a map.
    /// Numbers that are not finite are written as null.
    ///
    /// # Errors
    /// The disk cannot be written to; the file then ends with the line before.
    pub fn append(&mut self, step: u64, fields: &impl Serialize) -> Result<(), RunError> {
        let write = |this: &mut Self| -> io::Result<()> {
            let mut line = serde_json::to_vec(&Line { step, fields })?;
            line.push(b'\n');
            this.file.write_all(&line)?;
            this.length += line.len() as u64;
            Ok(())
        };
        write(self).map_err(|source| {
            // Half a line in the middle of the file would be worse than a missing one.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            RunError::io(&self.path, "write")(source)
        })
    }

    /// Reads all lines of a log in order. An incomplete last line is left out, as are lines that
    /// are not JSON objects.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(path: &Path) -> Result<Vec<Value>, RunError> {
        let bytes = fs::read(path).map_err(RunError::io(path, "read"))?;
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        Ok(lines.filter_map(parse).collect())
    }
}

/// Parses the JSON object on a complete line.
fn parse(line: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(line.strip_suffix(b"\n")?).ok()?;
    value.is_object().then_some(value)
}

/// Number of bytes of a log to keep, for a run that continues from `step`.
fn kept_length(bytes: &[u8], step: u64) -> u64 {
    let mut length = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let later = parse(line).is_some_and(|value| value["step"].as_u64() > Some(step));
        if later || !line.ends_with(b"\n") {
            break;
        }
        length += line.len() as u64;
    }
    length
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resumed_log_forgets_later_steps_and_torn_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stats.jsonl");
        let mut log = StatsLog::resume(&path, 0).unwrap();
        for step in [10, 20, 30] {
            log.append(step, &json!({"loss": step as f32 / 100.0}))
                .unwrap();
        }
        drop(log);
        let whole = fs::read(&path).unwrap();
        assert_eq!(whole.iter().filter(|&&byte| byte == b'\n').count(), 3);

        // Killed in the middle of a line.
        fs::write(&path, [&whole[..], b"{\"step\":40,\"lo"].concat()).unwrap();
        assert_eq!(StatsLog::read(&path).unwrap().len(), 3);
        drop(StatsLog::resume(&path, 30).unwrap());
        assert_eq!(fs::read(&path).unwrap(), whole);

        let mut log = StatsLog::resume(&path, 20).unwrap();
        log.append(25, &json!({"loss": f32::NAN})).unwrap();
        let lines = StatsLog::read(&path).unwrap();
        let steps: Vec<_> = lines
            .iter()
            .map(|line| line["step"].as_u64().unwrap())
            .collect();
        assert_eq!(steps, [10, 20, 25]);
        assert!((lines[1]["loss"].as_f64().unwrap() - 0.2).abs() < 1e-6);
        assert!(lines[2]["loss"].is_null());
    }

    #[test]
    fn a_line_that_is_no_json_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stats.jsonl");
        fs::write(&path, b"{\"step\":1}\n\x00\x00\n{\"step\":2}\n").unwrap();
        assert_eq!(StatsLog::read(&path).unwrap().len(), 2);
        drop(StatsLog::resume(&path, 1).unwrap());
        assert_eq!(StatsLog::read(&path).unwrap(), [json!({"step": 1})]);
    }
}
