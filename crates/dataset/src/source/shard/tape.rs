//! Tapes: the bytes of a tar, read from its start on, compressed with gzip or not.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::MultiGzDecoder;

/// The first bytes of every gzip file (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Largest factor by which a compressed tar may grow. Pictures hardly compress; the format's own
/// maximum is about a thousand.
const MOST_TIMES: u64 = 256;

/// Size in bytes to which a compressed tar may grow regardless of the factor: tars are padded with
/// zeros.
const FREE: u64 = 16 << 20;

/// A tar that is read from its start to its end.
pub(super) enum Tape {
    /// An uncompressed tar.
    Plain(Plain),
    /// A compressed tar, decompressed while it is read. It is boxed because it has a buffer of what
    /// it has read.
    Packed(Box<Packed>),
}

/// An uncompressed tar on the disk.
pub(super) struct Plain {
    reader: BufReader<File>,
    at: u64,
    length: u64,
}

/// A tar compressed with gzip. A fault of the compression counts as its end.
pub(super) struct Packed {
    decoder: MultiGzDecoder<BufReader<File>>,
    at: u64,
    most: u64,
    damage: Option<String>,
}

impl Tape {
    /// Starts at the beginning of a file, whose first bytes tell whether it is compressed.
    pub fn start(mut file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(0))?;
        let mut first = [0; 2];
        let begins = (&file).take(2).read(&mut first)?;
        file.seek(SeekFrom::Start(0))?;
        let reader = BufReader::new(file);
        Ok(if begins == 2 && first == GZIP {
            Self::Packed(Box::new(Packed {
                decoder: MultiGzDecoder::new(reader),
                at: 0,
                most: length.saturating_mul(MOST_TIMES).saturating_add(FREE),
                damage: None,
            }))
        } else {
            Self::Plain(Plain {
                reader,
                at: 0,
                length,
            })
        })
    }

    /// Whether the tape can only go back by starting anew.
    pub fn is_packed(&self) -> bool {
        matches!(self, Self::Packed(_))
    }

    /// Number of bytes that were read or skipped.
    pub fn at(&self) -> u64 {
        match self {
            Self::Plain(plain) => plain.at,
            Self::Packed(packed) => packed.at,
        }
    }

    /// The fault of the compression, if the tape ended because of one.
    pub fn damage(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Packed(packed) => packed.damage.as_deref(),
        }
    }

    /// Reads until the buffer is full or the tape ends; returns the number of bytes.
    pub fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => {
                let left = plain.length.saturating_sub(plain.at);
                let many = left.min(buffer.len() as u64) as usize;
                plain.reader.read_exact(&mut buffer[..many])?;
                plain.at += many as u64;
                Ok(many)
            }
            Self::Packed(packed) => Ok(packed.fill(buffer)),
        }
    }

    /// Skips bytes; returns how many there were.
    pub fn pass(&mut self, bytes: u64) -> io::Result<u64> {
        match self {
            Self::Plain(plain) => {
                let many = bytes.min(plain.length.saturating_sub(plain.at));
                // Small steps stay within the buffer.
                let mut left = many;
                while left > 0 {
                    let step = left.min(i64::MAX as u64);
                    plain.reader.seek_relative(step as i64)?;
                    left -= step;
                }
                plain.at += many;
                Ok(many)
            }
            Self::Packed(packed) => {
                let mut scrap = [0; 1 << 14];
                let mut passed = 0;
                while passed < bytes {
                    let step = (bytes - passed).min(scrap.len() as u64) as usize;
                    let many = packed.fill(&mut scrap[..step]);
                    passed += many as u64;
                    if many < step {
                        break;
                    }
                }
                Ok(passed)
            }
        }
    }
}

impl Packed {
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buffer.len() && self.damage.is_none() {
            match self.decoder.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(many) => filled += many,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.damage = Some("the packed data is cut short".to_owned());
                }
                Err(error) => self.damage = Some(format!("the packed data is damaged ({error})")),
            }
            if self.at + filled as u64 > self.most {
                self.damage = Some(format!(
                    "it unpacks to more than {MOST_TIMES} times its size, which no pictures do"
                ));
            }
        }
        self.at += filled as u64;
        filled
    }
}
