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
        let host = serving.page["http://".len()..]
            .trim_end_matches('/')
            .to_owned();
        let mut body =
            b"--xyz\r\nContent-Disposition: form-data; name=\"style_name\"\r\n\r\nink\r\n\
                         --xyz\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n"
                .to_vec();
        body.extend_from_slice(&picture);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
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
