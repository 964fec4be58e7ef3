//! Extensions: records before a member that complete its header.

/// A name or a size for which the header had no room.
#[derive(Default)]
pub(super) struct Extension {
    pub name: Option<Vec<u8>>,
    pub size: Option<u64>,
}

impl Extension {
    /// Reads GNU's long name, or the records of POSIX, `length key=value\n` each.
    pub fn read(&mut self, kind: u8, bytes: &[u8]) {
        if kind == b'L' {
            let name = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            self.name = Some(name.to_vec());
        }
        if kind != b'x' {
            return;
        }
        let mut rest = bytes;
        while let Some(space) = rest.iter().position(|byte| *byte == b' ') {
            let length = std::str::from_utf8(&rest[..space]).ok();
            let length = length.and_then(|length| length.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| rest.get(space + 1..length)) else {
                return;
            };
            rest = &rest[space + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(name) = record.strip_prefix(b"path=") {
                self.name = Some(name.to_vec());
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size)
                    .ok()
                    .and_then(|it| it.parse().ok());
            }
        }
    }
}
