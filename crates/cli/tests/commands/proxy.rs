//! The recipes of `docs/server.md`, tried with the real nginx and Caddy where they are installed.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::browser::{Browser, chromium};
use crate::serve::Serving;
use crate::support::{Place, write_tiny_model};

/// A proxy that runs; it is ended when dropped.
struct Proxy {
    process: Child,
    port: u16,
}

impl Proxy {
    fn start(mut command: Command, port: u16) -> Self {
        let quiet = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = quiet.spawn().unwrap();
        let proxy = Self { process, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "the proxy does not start"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        proxy
    }

    /// What a browser that came by the proxy's name is answered.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let (port, length) = (self.port, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: art.example.org:{port}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where a program is installed, if it is.
fn installed(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut folders: Vec<_> = std::env::split_paths(&folders).collect();
    folders.push("/usr/sbin".into());
    let found = folders.into_iter().map(|folder| folder.join(name));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        eprintln!("{name} is not installed: skipped");
    }
    found
}

/// The recipe in the document, for the addresses of this test.
fn recipe(language: &str, serving: &Serving) -> String {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/server.md");
    let document = fs::read_to_string(document).unwrap();
    let block = document.split(&format!("```{language}\n")).nth(1).unwrap();
    let block = block.split("```").next().unwrap();
    assert!(block.contains("127.0.0.1:7870"), "{block}");
    block.replace("127.0.0.1:7870", serving.host())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn serving(place: &Place) -> Serving {
    write_tiny_model(&place.path("tiny.safetensors"));
    let mut arguments = vec!["--model", "tiny.safetensors"];
    arguments.extend(["--allow-host", "art.example.org", "--base-path", "/studio"]);
    Serving::start(place, &arguments, None)
}

/// The page, a painting and the events of a job, as a browser asks for them.
fn try_out(proxy: &Proxy) {
    let page = proxy.ask("GET", "/studio/", "", b"");
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("<title>Utsushi"),
        "{page}"
    );
    let script = proxy.ask("GET", "/studio/assets/main.js", "", b"");
    assert!(script.starts_with("HTTP/1.1 200"), "{script}");
    let slash = proxy.ask("GET", "/studio", "", b"");
    assert!(slash.starts_with("HTTP/1.1 308"), "{slash}");

    let origin = format!(
        "Origin: http://art.example.org:{}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/json\r\n",
        proxy.port
    );
    let refused = proxy.ask("POST", "/studio/v1/edit", &origin, b"{}");
    assert!(refused.contains("missing_field"), "{refused}");
    let foreign = origin.replace("art.example.org", "example.org");
    let foreign = proxy.ask("POST", "/studio/v1/edit", &foreign, b"{}");
    assert!(foreign.contains("cross_origin"), "{foreign}");

    let content = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAaUlEQVR42hXOQQ0AMAwCwCpBCUpQghKUoARFy+7ZNMDdHe54pzvf5a53u3/+CAgwEKDA8J8JfiJNhiw5/ghBoj5LkSpNP9iwactf7NrzrwsSJkqcr8nyRxQtW7Vu02/904aNmzZv2brvAZ4yTsFoNP+aAAAAAElFTkSuQmCC";
    let body = format!(r#"{{"content": "{content}", "style_seed": 7}}"#);
    let job = format!("{origin}Prefer: respond-async\r\n");
    let started = proxy.ask("POST", "/studio/v1/transfer", &job, body.as_bytes());
    assert!(started.starts_with("HTTP/1.1 202"), "{started}");
    let events = started.split("\"events\":\"").nth(1).unwrap();
    let events = events.split('"').next().unwrap();
    assert!(events.starts_with("/studio/v1/jobs/"), "{events}");
    let told = proxy.ask("GET", events, "", b"");
    assert!(told.contains("event: done"), "{told}");
}

/// The page asks for all it needs under the base path: styles, the example, a painting and its job.
#[test]
fn the_page_under_a_base_path() {
    let Some(program) = chromium() else {
        eprintln!("skipped: no Chromium is installed");
        return;
    };
    let place = Place::new();
    let serving = serving(&place);
    assert!(serving.page.ends_with("/studio/"), "{}", serving.page);
    let mut browser = Browser::open(&program, &place.path(""), &serving.page);
    browser.wait_for("document.querySelectorAll('.style .thumb img').length >= 1");
    browser.evaluate("document.getElementById('example').click()");
    browser.evaluate("document.querySelector('[data-key^=\"name:\"]').click()");
    browser.wait_for("!document.getElementById('download').disabled");
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

#[test]
fn nginx_as_documented() {
    let Some(nginx) = installed("nginx") else {
        return;
    };
    let place = Place::new();
    let serving = serving(&place);
    let port = free_port();
    let server =
        recipe("nginx", &serving).replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"));
    let without_tls = |line: &&str| !line.trim_start().starts_with("ssl_");
    let server: Vec<_> = server.lines().filter(without_tls).collect();
    let server = server.join("\n");
    let folder = place.path("");
    let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {};\n", folder.join(kind).display()))
        .collect();
    let whole = format!(
        "daemon off;\nmaster_process off;\nerror_log /dev/null;\npid {};\nevents {{}}\n\
         http {{\naccess_log off;\n{paths}{server}\n}}\n",
        folder.join("nginx.pid").display()
    );
    let path = place.path("nginx.conf");
    fs::write(&path, whole).unwrap();
    let mut command = Command::new(nginx);
    command.args([
        "-c".as_ref(),
        path.as_os_str(),
        "-p".as_ref(),
        folder.as_os_str(),
    ]);
    try_out(&Proxy::start(command, port));
}

#[test]
fn caddy_as_documented() {
    let Some(caddy) = installed("caddy") else {
        return;
    };
    let place = Place::new();
    let serving = serving(&place);
    let port = free_port();
    let site = format!("http://art.example.org:{port} {{\n    bind 127.0.0.1");
    let site = recipe("caddy", &serving).replace("art.example.org {", &site);
    let path = place.path("Caddyfile");
    fs::write(&path, format!("{{\n    admin off\n}}\n{site}")).unwrap();
    let mut command = Command::new(caddy);
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(path)
        .env("HOME", place.path(""));
    try_out(&Proxy::start(command, port));
}
