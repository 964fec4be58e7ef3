//! Jobs that clients come back for.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use utsushi_server::{EngineOptions, Limits};

use crate::client::{Answer, FORM, begin, form, get, post_form, read_answer, request};
use crate::test_server::{TestServer, drawing};

fn start(server: &TestServer, content: &[u8]) -> Answer {
    let fields: [(&str, &[u8]); 2] = [("content", content), ("style_name", b"oil")];
    let headers = [FORM, ("prefer", "respond-async")];
    request(
        server.address,
        "POST",
        "/v1/transfer",
        &headers,
        &form(&fields),
    )
}

fn small_strips(limits: Limits) -> EngineOptions {
    EngineOptions {
        tile: 256,
        limits,
        ..EngineOptions::default()
    }
}

/// Asks until there is an answer of another status.
fn until_not(server: &TestServer, path: &str, status: u16) -> Answer {
    let began = Instant::now();
    loop {
        let answer = get(server.address, path);
        if answer.status != status {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_job_tells_how_far_it_is_and_keeps_its_result() {
    let server = TestServer::with(small_strips(Limits::default()), None);
    let content = drawing(700, 500);
    let started = start(&server, &content);
    assert_eq!(started.status, 202);
    let links = started.json();
    assert_eq!(started.header("location"), links["status"].as_str());
    let events = get(server.address, links["events"].as_str().unwrap());
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let text = String::from_utf8(events.body).unwrap();
    let names: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("event: "))
        .collect();
    assert_eq!(names.last(), Some(&"done"), "{text}");
    assert!(names.contains(&"painting"), "{text}");
    let status = get(server.address, links["status"].as_str().unwrap()).json();
    assert_eq!(
        (&status["stage"], &status["width"]),
        (&"done".into(), &700.into())
    );

    let path = links["result"].as_str().unwrap();
    let result = get(server.address, path);
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("style_name", b"oil")];
    let at_once = post_form(server.address, "/v1/transfer", &fields);
    assert_eq!(result.body, at_once.body);
    let tag = result.header("etag").unwrap();
    assert_eq!(Some(tag), at_once.header("etag"));
    let again = request(server.address, "GET", path, &[("if-none-match", tag)], b"");
    assert_eq!(again.status, 304);

    let place = links["status"].as_str().unwrap();
    assert_eq!(
        request(server.address, "DELETE", place, &[], b"").status,
        204
    );
    let gone = get(server.address, path);
    assert_eq!((gone.status, gone.code()), (404, "no_such_job".into()));
    // One number for how long a finished job is kept, wherever it is told.
    let fix = &gone.json()["error"]["fix"];
    let models = get(server.address, "/v1/models").json();
    let seconds = models["limits"]["job_seconds"].as_u64().unwrap();
    assert_eq!(seconds, Limits::default().job_time.as_secs());
    assert!(
        fix.as_str()
            .unwrap()
            .contains(&format!("{seconds} seconds")),
        "{fix}"
    );
}

#[test]
fn a_job_can_be_cancelled() {
    let server = TestServer::with(small_strips(Limits::default()), None);
    let links = start(&server, &drawing(3000, 3000)).json();
    let early = get(server.address, links["result"].as_str().unwrap());
    assert_eq!((early.status, early.code()), (409, "not_finished".into()));
    let place = links["status"].as_str().unwrap();
    assert_eq!(
        request(server.address, "DELETE", place, &[], b"").status,
        204
    );
    assert_eq!(get(server.address, place).status, 404);
    idle(&server);
}

#[test]
fn a_job_that_nobody_asks_for_is_dropped() {
    let limits = Limits {
        job_time: Duration::from_millis(300),
        ..Limits::default()
    };
    let server = TestServer::with(small_strips(limits), None);
    let links = start(&server, &drawing(2000, 2000)).json();
    std::thread::sleep(Duration::from_millis(400));
    let place = links["status"].as_str().unwrap();
    // Swept every two seconds; asking would keep it alive.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(get(server.address, place).status, 404);
    idle(&server);
}

#[test]
fn a_client_that_leaves_frees_its_work() {
    let server = TestServer::with(small_strips(Limits::default()), None);
    let content = drawing(3000, 3000);
    let stream = begin(server.address, &content);
    until(&server, "utsushi_queue_in_work", |value| value > 0.0);
    assert!(figure(&server, "utsushi_upload_bytes_held") > 0.0);
    drop(stream);
    idle(&server);
    assert_eq!(figure(&server, "utsushi_pictures_total"), 0.0);
}

#[test]
fn stopping_finishes_what_was_accepted() {
    let server = TestServer::with(small_strips(Limits::default()), None);
    let content = drawing(800, 600);
    let mut stream = begin(server.address, &content);
    until(&server, "utsushi_queue_in_work", |value| value > 0.0);
    server.ask_to_stop();
    let answer = read_answer(&mut stream).expect("the picture is finished first");
    assert_eq!(answer.status, 200);
    let began = Instant::now();
    while TcpStream::connect(server.address).is_ok() {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "nothing new is accepted"
        );
    }
}

#[test]
fn names_that_are_no_job() {
    let server = TestServer::open();
    for name in [
        "x",
        "..%2f..%2fetc",
        &"0".repeat(32),
        "%00",
        &"a".repeat(5000),
    ] {
        let answer = until_not(&server, &format!("/v1/jobs/{name}"), 0);
        assert_eq!(answer.status, 404, "{name}");
    }
}

/// A figure of `/metrics`.
pub fn figure(server: &TestServer, name: &str) -> f64 {
    let text = String::from_utf8(get(server.address, "/metrics").body).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
        .parse()
        .unwrap()
}

/// Waits until a figure is as wanted.
pub fn until(server: &TestServer, name: &str, wanted: impl Fn(f64) -> bool) {
    let began = Instant::now();
    while !wanted(figure(server, name)) {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{name}: {}",
            figure(server, name)
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until nothing is queued, painted or held.
pub fn idle(server: &TestServer) {
    let began = Instant::now();
    let names = [
        "utsushi_queue_waiting",
        "utsushi_queue_in_work",
        "utsushi_upload_bytes_held",
    ];
    while names.iter().any(|name| figure(server, name) > 0.0) {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the work goes on"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
