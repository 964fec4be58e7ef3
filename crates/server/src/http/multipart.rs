//! Forms with files (RFC 7578), from a body that is in memory. Nothing is copied.

use bytes::Bytes;

/// Most parts of a form.
const MOST_PARTS: usize = 64;

/// One field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) bytes: Bytes,
}

/// The boundary of `Content-Type: multipart/form-data; boundary=…`; nothing if that is not what
/// it says.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (media, parameters) = content_type.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    // RFC 2046, section 5.1.1.
    let sound = (1..=70).contains(&boundary.len())
        && boundary.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    sound.then_some(boundary)
}

/// The parts of a form; what is wrong with it otherwise.
pub(super) fn parts(body: &Bytes, boundary: &str) -> Result<Vec<Part>, &'static str> {
    let delimiter = format!("\r\n--{boundary}");
    let delimiter = delimiter.as_bytes();
    // The first delimiter may stand at the very start.
    let mut at = if body.starts_with(&delimiter[2..]) {
        delimiter.len() - 2
    } else {
        find(body, delimiter).ok_or("the boundary does not occur in the body")? + delimiter.len()
    };
    let mut parts = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        // Transport may pad a boundary's line with blanks.
        let blanks = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        if !rest[blanks..].starts_with(b"\r\n") {
            return Err("a boundary is not followed by the end of its line");
        }
        if parts.len() == MOST_PARTS {
            return Err("the form has more than 64 parts");
        }
        let start = at + blanks;
        let head = find(&body[start..], b"\r\n\r\n").ok_or("a part has no end of its headers")?;
        let name = name(&body[start..start + head]).ok_or("a part has no name")?;
        let data = start + head + 4;
        let length = find(&body[data..], delimiter).ok_or("the last boundary is missing")?;
        parts.push(Part {
            name,
            bytes: body.slice(data..data + length),
        });
        at = data + length + delimiter.len();
    }
}

/// The name in the headers of a part.
fn name(headers: &[u8]) -> Option<String> {
    let headers = std::str::from_utf8(headers).ok()?;
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let (kind, parameters) = disposition.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    parameter(parameters, "name")
}

/// The value of a parameter in `a=b; c="d"`.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        let (name, after) = rest.split_once('=')?;
        let value;
        if let Some(quoted) = after.strip_prefix('"') {
            // Browsers write a quote inside as %22, others as \".
            let mut text = String::new();
            let mut letters = quoted.char_indices();
            let end = loop {
                match letters.next()? {
                    (end, '"') => break end,
                    (_, '\\') => text.push(letters.next()?.1),
                    (_, letter) => text.push(letter),
                }
            };
            value = text;
            rest = &quoted[end + 1..];
        } else {
            let end = after.find(';').unwrap_or(after.len());
            value = after[..end].trim().to_owned();
            rest = &after[end..];
        }
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    loop {
        at += text[at..].iter().position(|byte| *byte == first)?;
        if text[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<(String, String)>, &'static str> {
        let parts = parts(&Bytes::copy_from_slice(body.as_bytes()), "xyz")?;
        let text = |part: Part| (part.name, String::from_utf8(part.bytes.to_vec()).unwrap());
        Ok(parts.into_iter().map(text).collect())
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(a, b)| ((*a).into(), (*b).into()))
            .collect()
    }

    #[test]
    fn fields_come_out_as_they_were_sent() {
        let body = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n\
                    --xyz\r\ncontent-type: image/png\r\n\
                    content-disposition: form-data; filename=\"x; name=\\\"no\\\".png\"; name=b\r\n\r\n\
                    \r\n--xy\r\n\r\n\r\n--xyz \r\n\
                    Content-Disposition: form-data; name=\"c\"\r\n\r\n\r\n--xyz--\r\n";
        let expected = pairs(&[("a", "one"), ("b", "\r\n--xy\r\n\r\n"), ("c", "")]);
        assert_eq!(read(body).unwrap(), expected);
        assert_eq!(read("preamble\r\n--xyz--").unwrap(), []);
    }

    #[test]
    fn broken_forms_are_refused() {
        let head = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        for body in [
            "",
            "--xy",
            "--xyz",
            "--xyz\r\n",
            "--xyzz\r\n\r\n",
            "--xyz\r\n\r\n\r\n--xyz--",
            head,
            &format!("{head}text"),
            &format!("{head}text\r\n--xyz"),
            "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--xyz--",
            "--xyz\r\nContent-Disposition: form-data; name=\"a\\",
            &format!("{}--xyz--", format!("{head}\r\n").repeat(65)),
        ] {
            assert!(read(body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn boundaries() {
        let of = |text: &str| boundary(text);
        assert_eq!(
            of("multipart/form-data; boundary=ab").as_deref(),
            Some("ab")
        );
        let quoted = of("Multipart/Form-Data; charset=x; Boundary=\"a b\"");
        assert_eq!(quoted.as_deref(), Some("a b"));
        for wrong in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "image/png; boundary=a",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!(
            of(&format!("multipart/form-data; boundary={}", "a".repeat(71))),
            None
        );
    }
}
