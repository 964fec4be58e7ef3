//! A client that writes just what it is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The same answer, which must have this status.
    pub fn with_status(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body}");
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The code of an error; it has a message and a fix.
    pub fn code(&self) -> String {
        let error = &self.json()["error"];
        for key in ["message", "fix"] {
            let text = error[key].as_str().unwrap();
            assert!(!text.is_empty(), "{error}");
            // Clients have fields; only whoever starts the server has options.
            let options = text.matches("--").count() - text.matches("--allow-host").count();
            assert_eq!(options, 0, "{error}");
        }
        error["code"].as_str().unwrap().to_owned()
    }
}

/// Sends bytes and reads until the server closes or the answer is whole; nothing if there is none.
pub fn send_raw(address: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // A server that refuses early may close while this is written.
    let _ = stream.write_all(bytes);
    read_answer(&mut stream)
}

/// Sends a picture to be painted and leaves the connection open.
pub fn begin(address: SocketAddr, content: &[u8]) -> TcpStream {
    begin_with(address, &[("content", content), ("style_name", b"oil")])
}

/// The same with fields of one's own.
pub fn begin_with(address: SocketAddr, fields: &[(&str, &[u8])]) -> TcpStream {
    let bytes = bytes_of(address, "POST", "/v1/transfer", &[FORM], &form(fields));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&bytes).unwrap();
    stream
}

/// Reads one answer.
pub fn read_answer(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        if let Some(answer) = parse(&bytes) {
            return Some(answer);
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return parse(&bytes),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut answer = Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    if let Some(length) = answer.header("content-length") {
        let length: usize = length.parse().unwrap();
        return (answer.body.len() >= length).then_some(answer);
    }
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunk(&answer.body)?;
    }
    Some(answer)
}

/// The data of chunks; nothing before the last one.
fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let end = bytes.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(data);
        }
        data.extend_from_slice(bytes.get(end + 2..end + 2 + size)?);
        bytes = bytes.get(end + 4 + size..)?;
    }
}

/// A request with headers and a body.
pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let bytes = bytes_of(address, method, path, headers, body);
    send_raw(address, &bytes).unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// What a request looks like on the wire.
pub fn bytes_of(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        head += &format!("host: {address}\r\n");
    }
    if !body.is_empty() {
        head += &format!("content-length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    [format!("{head}\r\n").as_bytes(), body].concat()
}

pub fn get(address: SocketAddr, path: &str) -> Answer {
    request(address, "GET", path, &[], b"")
}

/// A form as browsers send it.
pub fn form(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(b"--xyz\r\nContent-Disposition: form-data; name=\"");
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\"; filename=\"../../x.png\"\r\nContent-Type: image/png\r\n\r\n");
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    body
}

/// The header of [`form`].
pub const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=xyz");

/// The header of JSON.
pub const JSON: (&str, &str) = ("content-type", "application/json");

pub fn post_form(address: SocketAddr, path: &str, fields: &[(&str, &[u8])]) -> Answer {
    request(address, "POST", path, &[FORM], &form(fields))
}

pub fn post_json(address: SocketAddr, path: &str, body: &serde_json::Value) -> Answer {
    request(address, "POST", path, &[JSON], body.to_string().as_bytes())
}
