//! `utsushi serve`, as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use crate::support::{Place, write_tiny_model};

/// A running server; it is killed when dropped.
pub struct Serving {
    process: Child,
    /// The lines of the log. They are read all the time: a server waits for whoever reads its log.
    lines: Receiver<String>,
    /// `http://127.0.0.1:1234/`, perhaps with a token behind.
    pub page: String,
}

impl Serving {
    pub fn start(place: &Place, arguments: &[&str], token: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_utsushi"));
        command
            .current_dir(place.path(""))
            .args(["serve", "--port", "0"])
            .args(arguments);
        command
            .env_remove("UTSUSHI_TOKEN")
            .envs(token.map(|token| ("UTSUSHI_TOKEN", token)));
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let page = line.trim().rsplit(' ').next().unwrap().to_owned();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Nobody may be listening any more; the pipe is emptied all the same.
                let _ = sender.send(line);
            }
        });
        Self {
            process,
            lines,
            page,
        }
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Where it listens.
    pub fn host(&self) -> &str {
        let address = self.page.strip_prefix("http://").unwrap();
        address.split('/').next().unwrap()
    }

    /// What a page answers to a request without a body.
    pub fn ask(&self, path: &str, header: &str) -> String {
        let answer = self.send(&format!("GET {path}"), header, b"");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The bytes of the answer to `METHOD PATH`, head and body.
    pub fn send(&self, what: &str, header: &str, body: &[u8]) -> Vec<u8> {
        let host = self.host();
        let mut stream = TcpStream::connect(host).unwrap();
        let length = body.len();
        let head = format!(
            "{what} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\
             {header}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    fn log_line(&self) -> String {
        self.lines.recv().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn it_opens_on_this_computer_and_logs() {
    let place = Place::new();
    write_tiny_model(&place.path("tiny.safetensors"));
    let arguments = ["--model", "tiny.safetensors", "--json"];
    let serving = Serving::start(&place, &arguments, None);
    assert!(
        serving.page.starts_with("http://127.0.0.1:"),
        "{}",
        serving.page
    );
    let models = serving.ask("/v1/models", "");
    assert!(
        models.starts_with("HTTP/1.1 200") && models.contains("\"name\":\"tiny\""),
        "{models}"
    );
    let line: serde_json::Value = serde_json::from_str(&serving.log_line()).unwrap();
    assert_eq!(
        (&line["route"], &line["status"]),
        (&"/v1/models".into(), &200.into())
    );
    // Nothing is written.
    assert_eq!(place.files(), [place.path("tiny.safetensors")]);
}

#[test]
fn others_need_the_token() {
    let place = Place::new();
    write_tiny_model(&place.path("tiny.safetensors"));
    let arguments = ["--model", "tiny.safetensors", "--listen", "0.0.0.0"];
    let serving = Serving::start(&place, &arguments, None);
    // What is printed can be opened from elsewhere, where there is a network.
    assert!(!serving.host().starts_with("0.0.0.0"), "{}", serving.page);
    let token = serving.page.split_once("#token=").unwrap().1;
    assert!(token.len() >= 32, "{token}");
    assert!(serving.ask("/v1/styles", "").starts_with("HTTP/1.1 401"));
    let shown = format!("authorization: Bearer {token}\r\n");
    assert!(
        serving
            .ask("/v1/styles", &shown)
            .starts_with("HTTP/1.1 200")
    );
    let open = Serving::start(&place, &[&arguments[..], &["--no-token"]].concat(), None);
    assert!(open.ask("/v1/styles", "").starts_with("HTTP/1.1 200"));
    let own = Serving::start(&place, &arguments[..2], Some("sixteen-letters-x"));
    assert!(own.page.ends_with("#token=sixteen-letters-x"));
    assert!(own.ask("/v1/styles", "").starts_with("HTTP/1.1 401"));
}

#[test]
fn behind_a_proxy() {
    let place = Place::new();
    write_tiny_model(&place.path("tiny.safetensors"));
    let mut arguments = vec!["--model", "tiny.safetensors"];
    arguments.extend(["--allow-host", "art.example.org", "--base-path", "/studio/"]);
    let serving = Serving::start(&place, &arguments, None);
    assert!(serving.page.ends_with("/studio/"), "{}", serving.page);
    let ask = |name: &str| {
        let mut stream = TcpStream::connect(serving.host()).unwrap();
        let head = format!("GET /studio/v1/styles HTTP/1.0\r\nhost: {name}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let styles = ask("art.example.org");
    assert!(
        styles.contains("200 OK") && styles.contains("/studio/v1/styles/0/"),
        "{styles}"
    );
    let other = ask("example.org");
    for said in ["403", "unknown_host", "example.org", "--allow-host"] {
        assert!(other.contains(said), "{other}");
    }
    serving.log_line();
    let line = serving.log_line();
    assert!(
        line.starts_with("GET /v1/styles 403 unknown_host "),
        "{line}"
    );
    assert!(line.trim_end().ends_with(", request 2"), "{line}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = Place::new();
    let (code, _, err) = place.run(&["serve", "--no-token"]);
    assert!(code == 2 && err.contains("--listen"), "{err}");
    let (code, _, err) = place.run(&["serve", "--listen", "192.0.2.1", "--port", "0"]);
    assert!(code == 1 && err.contains("192.0.2.1"), "{err}");
    let (code, _, err) = place.run(&["serve", "--queue", "0"]);
    assert!(code == 2 && err.contains("--queue"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_terminated_server_ends_in_order() {
    let place = Place::new();
    write_tiny_model(&place.path("tiny.safetensors"));
    let mut serving = Serving::start(&place, &["--model", "tiny.safetensors"], None);
    // It has answered, so that it listens for the signal.
    serving.ask("/healthz", "");
    let pid = serving.process.id().to_string();
    assert!(Command::new("kill").arg(&pid).status().unwrap().success());
    assert!(serving.process.wait().unwrap().success());
}
