//! The program, killed without a warning while it works.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::serve::Serving;
use crate::support::{Place, write_tiny_model};

/// What was told to be painted is there and whole; what is there beside it is whole too.
#[test]
fn nothing_that_was_told_to_be_done_is_lost() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let names: Vec<String> = (0..40).map(|index| format!("{index:02}.png")).collect();
    for (seed, name) in names.iter().enumerate() {
        place.draw(&format!("in/{name}"), 160, seed as u32);
    }
    let whole = |folder: &str, name: &str| {
        let path = place.path(folder).join(name);
        utsushi_imaging::read(&path, &Default::default()).map(|decoded| decoded.picture)
    };
    let arguments = |out: &str| {
        let fixed = ["transfer", "in", "--style-name", "ink", "--model"];
        let mut all = fixed.map(str::to_owned).to_vec();
        all.extend(["m.safetensors", "--json", "-o", out].map(str::to_owned));
        all
    };
    for (round, lines) in [1, 7, 20].into_iter().enumerate() {
        let out = format!("out{round}");
        let mut process = Command::new(env!("CARGO_BIN_EXE_utsushi"))
            .current_dir(place.path(""))
            .args(arguments(&out))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut told = Vec::new();
        for line in output.lines().map_while(Result::ok) {
            told.push(serde_json::from_str::<serde_json::Value>(&line).unwrap());
            if told.len() == lines {
                // In the middle of the next one.
                sleep(Duration::from_millis(3));
                // SIGKILL, on systems that have it.
                process.kill().unwrap();
            }
        }
        process.wait().unwrap();
        assert!(told.len() >= lines && told.len() < names.len(), "{told:?}");
        for line in &told {
            assert_eq!(line["status"], "painted");
            let written = place.path(line["output"].as_str().unwrap());
            assert!(utsushi_imaging::read(&written, &Default::default()).is_ok());
        }
        for name in &names {
            if place.path(&out).join(name).exists() {
                assert!(whole(&out, name).is_ok(), "{name} is half a picture");
            }
        }
        // The rest is painted by asking again, and then all is as if nothing had happened.
        let mut again = arguments(&out);
        again.push("--force".to_owned());
        let again: Vec<&str> = again.iter().map(String::as_str).collect();
        let (code, _, err) = place.run(&again);
        assert_eq!(code, 0, "{err}");
        let whole = |folder: &str| {
            names
                .iter()
                .map(|name| whole(folder, name).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(whole(&out), whole("out0"));
    }
}

/// An answer of a killed server is whole, or the client can see that it is not.
#[test]
fn a_killed_server_leaves_no_half_answer_and_no_file() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let picture = std::fs::read(place.draw("a.png", 1500, 3)).unwrap();
    let before = place.files();
    for wait in [0, 400, 900] {
        let serving = Serving::start(&place, &["--model", "m.safetensors"], None);
        let host = serving.host().to_owned();
        let body = form(&picture);
        let head = format!(
            "POST /v1/transfer HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\n\
             content-type: multipart/form-data; boundary=xyz\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(&host).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        sleep(Duration::from_millis(wait));
        // Until the first bytes of the answer in the last round, so that it is cut while it comes.
        let mut answer = vec![0; 512];
        let first = if wait == 900 {
            stream.read(&mut answer).unwrap()
        } else {
            0
        };
        answer.truncate(first);
        drop(serving);
        let _ = stream.read_to_end(&mut answer);
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        let body = &answer[end + 4..];
        assert!(body.len() <= length);
        if body.len() == length {
            assert!(utsushi_imaging::decode(body, &Default::default()).is_ok());
        }
    }
    assert_eq!(place.files(), before, "nothing is left behind");
}

/// Every job that was reported done is there when the server is started again, whenever it was
/// killed, and nothing of what was sent.
#[test]
fn what_a_killed_server_reported_done_is_served_again() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let folder = place.path("kept");
    let arguments = ["--model", "m.safetensors", "--keep", "kept"];
    let pictures: Vec<_> = (0..24)
        .map(|index| std::fs::read(place.draw(&format!("in/{index}.png"), 120, index)).unwrap())
        .collect();
    let mut all_done: Vec<(usize, String)> = Vec::new();
    for (round, after) in [1, 5, 11, 17].into_iter().enumerate() {
        let serving = Serving::start(&place, &arguments, None);
        let host = serving.host().to_owned();
        let (sender, told) = std::sync::mpsc::channel();
        let mut listening = Vec::new();
        for (index, picture) in pictures.iter().enumerate() {
            let body = form(picture);
            let head = format!("POST /v1/transfer HTTP/1.1\r\nprefer: respond-async\r\n{FORM}");
            let Some(answer) = exchange(&host, &head, &body) else {
                panic!("round {round}: no job {index}");
            };
            let links: serde_json::Value = serde_json::from_slice(body_of(&answer)).unwrap();
            let id = links["id"].as_str().unwrap().to_owned();
            let (host, sender) = (host.clone(), sender.clone());
            listening.push(std::thread::spawn(move || {
                let head = format!("GET /v1/jobs/{id}/events HTTP/1.1\r\n");
                // To the end, or to where it was cut.
                let events = exchange(&host, &head, b"").unwrap_or_default();
                if String::from_utf8_lossy(&events).contains("event: done") {
                    let _ = sender.send((index, id));
                }
            }));
        }
        drop(sender);
        let mut done: Vec<_> = told.iter().take(after).collect();
        // While more is painted and written; a little later each time.
        sleep(Duration::from_millis(2 * round as u64));
        drop(serving);
        done.extend(told.iter());
        for listener in listening {
            listener.join().unwrap();
        }
        assert!(done.len() >= after, "{done:?}");
        all_done.extend(done);
        // As a power cut in the middle of writing would leave it.
        std::fs::write(folder.join(format!("{}.part", "0a".repeat(16))), b"half").unwrap();
    }
    let serving = Serving::start(&place, &arguments, None);
    let mut expected = vec![None; pictures.len()];
    for (index, id) in &all_done {
        let expected = expected[*index].get_or_insert_with(|| {
            let head = format!("POST /v1/transfer HTTP/1.1\r\n{FORM}");
            exchange(serving.host(), &head, &form(&pictures[*index])).unwrap()
        });
        let head = format!("GET /v1/jobs/{id}/result HTTP/1.1\r\n");
        let fetched = exchange(serving.host(), &head, b"").unwrap();
        assert!(fetched.starts_with(b"HTTP/1.1 200"), "job {id} is lost");
        assert_eq!(body_of(&fetched), body_of(expected));
        let tag = |answer: &[u8]| {
            let text = String::from_utf8_lossy(answer).into_owned();
            let line = text.lines().find(|line| line.starts_with("etag: "));
            line.unwrap().to_owned()
        };
        assert_eq!(tag(&fetched), tag(expected));
    }
    let results: Vec<Vec<u8>> = expected
        .iter()
        .flatten()
        .map(|answer| body_of(answer).to_vec())
        .collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert_ne!(path.extension(), Some("part".as_ref()), "{path:?}");
        // A whole result each, be it one that nobody was told of any more; never an upload.
        assert!(!pictures.contains(&bytes), "{path:?} was sent");
        let known = bytes.is_empty() || results.contains(&bytes);
        assert!(known || utsushi_imaging::decode(&bytes, &Default::default()).is_ok());
    }
}

const FORM: &str = "content-type: multipart/form-data; boundary=xyz\r\n";

/// A picture to be painted in ink.
fn form(picture: &[u8]) -> Vec<u8> {
    let fields = [("style_name", b"ink".as_slice()), ("content", picture)];
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), value, b"\r\n"].concat());
    }
    body.extend_from_slice(b"--xyz--\r\n");
    body
}

/// What is answered, as far as it comes; nothing if the server is not there.
pub fn exchange(host: &str, head: &str, body: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(host).ok()?;
    let rest = format!(
        "host: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let sent = [head.as_bytes(), rest.as_bytes(), body].concat();
    stream.write_all(&sent).ok()?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    Some(answer)
}

pub fn body_of(answer: &[u8]) -> &[u8] {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    &answer[end.unwrap() + 4..]
}
