//! Jobs that clients come back for.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use utsushi_server::{EngineOptions, Limits};

use crate::client::{Answer, FORM, begin, form, get, post_form, read_answer, request};
use crate::studio::{Studio, drawing};

fn start(studio: &Studio, content: &[u8]) -> Answer {
    let fields: [(&str, &[u8]); 2] = [("content", content), ("style_name", b"oil")];
    let headers = [FORM, ("prefer", "respond-async")];
    request(
        studio.address,
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
fn until_not(studio: &Studio, path: &str, status: u16) -> Answer {
    let began = Instant::now();
    loop {
        let answer = get(studio.address, path);
        if answer.status != status {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_job_tells_how_far_it_is_and_keeps_its_result() {
    let studio = Studio::with(small_strips(Limits::default()), None);
    let content = drawing(700, 500);
    let started = start(&studio, &content);
    assert_eq!(started.status, 202);
    let links = started.json();
    assert_eq!(started.header("location"), links["status"].as_str());
    let events = get(studio.address, links["events"].as_str().unwrap());
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let text = String::from_utf8(events.body).unwrap();
    let names: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("event: "))
        .collect();
    assert_eq!(names.last(), Some(&"done"), "{text}");
    assert!(names.contains(&"painting"), "{text}");
    let status = get(studio.address, links["status"].as_str().unwrap()).json();
    assert_eq!(
        (&status["stage"], &status["width"]),
        (&"done".into(), &700.into())
    );

    let path = links["result"].as_str().unwrap();
    let result = get(studio.address, path);
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("style_name", b"oil")];
    let at_once = post_form(studio.address, "/v1/transfer", &fields);
    assert_eq!(result.body, at_once.body);
    let tag = result.header("etag").unwrap();
    assert_eq!(Some(tag), at_once.header("etag"));
    let again = request(studio.address, "GET", path, &[("if-none-match", tag)], b"");
    assert_eq!(again.status, 304);

    let place = links["status"].as_str().unwrap();
    assert_eq!(
        request(studio.address, "DELETE", place, &[], b"").status,
        204
    );
    let gone = get(studio.address, path);
    assert_eq!((gone.status, gone.code()), (404, "no_such_job".into()));
}

#[test]
fn a_job_can_be_cancelled() {
    let studio = Studio::with(small_strips(Limits::default()), None);
    let links = start(&studio, &drawing(3000, 3000)).json();
    let early = get(studio.address, links["result"].as_str().unwrap());
    assert_eq!((early.status, early.code()), (409, "not_finished".into()));
    let place = links["status"].as_str().unwrap();
    assert_eq!(
        request(studio.address, "DELETE", place, &[], b"").status,
        204
    );
    assert_eq!(get(studio.address, place).status, 404);
    idle(&studio);
}

#[test]
fn a_job_that_nobody_asks_for_is_dropped() {
    let limits = Limits {
        job_time: Duration::from_millis(300),
        ..Limits::default()
    };
    let studio = Studio::with(small_strips(limits), None);
    let links = start(&studio, &drawing(2000, 2000)).json();
    std::thread::sleep(Duration::from_millis(400));
    let place = links["status"].as_str().unwrap();
    // Swept every two seconds; asking would keep it alive.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(get(studio.address, place).status, 404);
    idle(&studio);
}

#[test]
fn a_client_that_leaves_frees_its_work() {
    let studio = Studio::with(small_strips(Limits::default()), None);
    let content = drawing(3000, 3000);
    let stream = begin(studio.address, &content);
    until(&studio, "utsushi_queue_in_work", |value| value > 0.0);
    assert!(figure(&studio, "utsushi_upload_bytes_held") > 0.0);
    drop(stream);
    idle(&studio);
    assert_eq!(figure(&studio, "utsushi_pictures_total"), 0.0);
}

#[test]
fn stopping_finishes_what_was_accepted() {
    let studio = Studio::with(small_strips(Limits::default()), None);
    let content = drawing(800, 600);
    let mut stream = begin(studio.address, &content);
    until(&studio, "utsushi_queue_in_work", |value| value > 0.0);
    studio.ask_to_stop();
    let answer = read_answer(&mut stream).expect("the picture is finished first");
    assert_eq!(answer.status, 200);
    let began = Instant::now();
    while TcpStream::connect(studio.address).is_ok() {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "nothing new is accepted"
        );
    }
}

#[test]
fn names_that_are_no_job() {
    let studio = Studio::open();
    for name in [
        "x",
        "..%2f..%2fetc",
        &"0".repeat(32),
        "%00",
        &"a".repeat(5000),
    ] {
        let answer = until_not(&studio, &format!("/v1/jobs/{name}"), 0);
        assert_eq!(answer.status, 404, "{name}");
    }
}

/// A figure of `/metrics`.
pub fn figure(studio: &Studio, name: &str) -> f64 {
    let text = String::from_utf8(get(studio.address, "/metrics").body).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
        .parse()
        .unwrap()
}

/// Waits until a figure is as wanted.
pub fn until(studio: &Studio, name: &str, wanted: impl Fn(f64) -> bool) {
    let began = Instant::now();
    while !wanted(figure(studio, name)) {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{name}: {}",
            figure(studio, name)
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until nothing is queued, painted or held.
pub fn idle(studio: &Studio) {
    let began = Instant::now();
    let names = [
        "utsushi_queue_waiting",
        "utsushi_queue_in_work",
        "utsushi_upload_bytes_held",
    ];
    while names.iter().any(|name| figure(studio, name) > 0.0) {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the work goes on"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
