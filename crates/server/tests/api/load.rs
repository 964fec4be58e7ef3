//! More than can be painted at once.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use utsushi_server::{EngineOptions, Limits};

use crate::client::{begin, get, post_form, read_answer, send_raw};
use crate::jobs::{figure, until};
use crate::studio::{Studio, drawing};

fn one_at_a_time(queue: usize) -> EngineOptions {
    EngineOptions {
        queue,
        workers: 1,
        tile: 256,
        ..EngineOptions::default()
    }
}

#[test]
fn past_the_bound_clients_are_told_to_come_back() {
    let studio = Studio::with(one_at_a_time(2), None);
    let long = drawing(2500, 2500);
    let send = || begin(studio.address, &long);
    let mut open = vec![send()];
    until(&studio, "utsushi_queue_in_work", |value| value == 1.0);
    open.extend([send(), send()]);
    until(&studio, "utsushi_queue_waiting", |value| value == 2.0);
    let small = drawing(20, 20);
    let fields: [(&str, &[u8]); 2] = [("content", &small), ("style_name", b"oil")];
    let refused = post_form(studio.address, "/v1/transfer", &fields);
    assert_eq!((refused.status, refused.code()), (429, "queue_full".into()));
    assert!(
        refused
            .header("retry-after")
            .unwrap()
            .parse::<u32>()
            .unwrap()
            > 0
    );
    // Who leaves the queue makes room at once.
    drop(open.pop());
    until(&studio, "utsushi_queue_waiting", |value| value == 1.0);
}

#[test]
fn bodies_are_held_within_a_budget() {
    let limits = Limits {
        body_bytes: 100_000,
        held_bytes: 150_000,
        ..Limits::default()
    };
    let engine = EngineOptions {
        limits,
        ..EngineOptions::default()
    };
    let studio = Studio::with(engine, None);
    // A client that has said how much it will send, and takes its time.
    let mut slow = TcpStream::connect(studio.address).unwrap();
    let head = format!(
        "POST /v1/transfer HTTP/1.1\r\nhost: {}\r\ncontent-length: 90000\r\n\r\n",
        studio.address
    );
    slow.write_all(head.as_bytes()).unwrap();
    // Counted in kibibytes.
    until(&studio, "utsushi_upload_bytes_held", |value| {
        value > 88_000.0
    });
    let padding = vec![b' '; 80_000];
    let fields: [(&str, &[u8]); 2] = [("content", &padding), ("style_name", b"oil")];
    let refused = post_form(studio.address, "/v1/transfer", &fields);
    assert_eq!(
        (refused.status, refused.code()),
        (429, "uploads_full".into())
    );
    drop(slow);
    until(&studio, "utsushi_upload_bytes_held", |value| value == 0.0);
    assert_eq!(
        post_form(studio.address, "/v1/transfer", &fields).status,
        422
    );
    let padding = vec![b' '; 110_000];
    let large = post_form(studio.address, "/v1/transfer", &[("content", &padding)]);
    assert_eq!((large.status, large.code()), (413, "body_too_large".into()));
    // The same without saying so beforehand.
    let mut chunked = format!(
        "POST /v1/transfer HTTP/1.1\r\nhost: {}\r\ntransfer-encoding: chunked\r\n\r\n1adb0\r\n",
        studio.address
    )
    .into_bytes();
    chunked.extend_from_slice(&padding);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    let large = send_raw(studio.address, &chunked).unwrap();
    assert_eq!((large.status, large.code()), (413, "body_too_large".into()));
}

#[test]
fn slow_clients_are_cut_off() {
    let limits = Limits {
        upload_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let engine = EngineOptions {
        limits,
        ..EngineOptions::default()
    };
    let studio = Studio::with(engine, None);
    let mut slow = TcpStream::connect(studio.address).unwrap();
    let head = format!(
        "POST /v1/transfer HTTP/1.1\r\nhost: {}\r\ncontent-length: 90000\r\n\r\nabc",
        studio.address
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let answer = read_answer(&mut slow).unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (408, "upload_too_slow".into())
    );
}

#[test]
fn clients_that_take_nothing_are_cut_off() {
    let limits = Limits {
        stall_time: Duration::from_millis(300),
        connections: 1,
        ..Limits::default()
    };
    let engine = EngineOptions {
        limits,
        ..EngineOptions::default()
    };
    let studio = Studio::with(engine, None);
    // More answers than fit between the two, and none of them is read.
    let mut idle = TcpStream::connect(studio.address).unwrap();
    let ask = format!(
        "GET /assets/texts.js HTTP/1.1\r\nhost: {}\r\n\r\n",
        studio.address
    );
    idle.write_all(ask.repeat(1500).as_bytes()).unwrap();
    let began = Instant::now();
    // The one connection that may be open is this client's again when the other is cut off.
    assert_eq!(get(studio.address, "/healthz").status, 200);
    let waited = began.elapsed();
    assert!(waited >= Duration::from_millis(250), "{waited:?}");
    assert!(waited < Duration::from_secs(20), "{waited:?}");
}

#[test]
fn small_pictures_pass_a_large_one_and_all_come_out_alike() {
    let engine = EngineOptions {
        tile: 256,
        ..EngineOptions::default()
    };
    let studio = Studio::with(engine, None);
    let (large, small) = (drawing(3000, 3000), drawing(64, 64));
    // Open until the end: a client that leaves takes its picture along.
    let _waiting = begin(studio.address, &large);
    until(&studio, "utsushi_queue_in_work", |value| value == 1.0);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let seeds = 0..12;
        let ask = |seed: u32| {
            let text = (seed % 3).to_string();
            let fields: [(&str, &[u8]); 2] = [("content", &small), ("style_seed", text.as_bytes())];
            let answer = post_form(studio.address, "/v1/transfer", &fields);
            assert_eq!(answer.status, 200);
            answer.body
        };
        let threads: Vec<_> = seeds.map(|seed| scope.spawn(move || ask(seed))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(
        figure(&studio, "utsushi_queue_in_work"),
        1.0,
        "the large one is still painted"
    );
    for (seed, answer) in answers.iter().enumerate() {
        assert_eq!(answer, &answers[seed % 3]);
    }
    assert_ne!(answers[0], answers[1]);
}
