//! The queue without a server, from several threads.

use bytes::Bytes;
use utsushi_imaging::OutputFormat;
use utsushi_server::{
    Engine, EngineOptions, PartSource, Phase, StylePart, SubmitError, Work, WorkError,
};

use utsushi::{BlendPath, Framing, OutputOptions};

use crate::test_server::{drawing, painter};

fn work(side: u32, seed: u64) -> Work {
    Work {
        content: drawing(side, side).into(),
        references: Vec::new(),
        styles: vec![StylePart {
            source: PartSource::Sampled { name: None, seed },
            weights: [1.0; 4],
        }],
        framing: Framing::Auto,
        path: BlendPath::Line,
        strength: 1.0,
        octaves: None,
        keep_colours: false,
        networks_alone: false,
        regions: Vec::new(),
        layers: false,
        format: OutputFormat::Png,
        output: OutputOptions::default(),
    }
}

#[test]
fn threads_share_an_engine() {
    let engine = Engine::start(painter(), EngineOptions::default());
    let alone: Vec<_> = (0..4)
        .map(|seed| engine.submit(work(40, seed)).unwrap().wait().unwrap())
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (engine, alone) = (engine.clone(), &alone);
            scope.spawn(move || {
                for round in 0..4 {
                    let seed = (thread + round) % 4;
                    let ticket = engine.submit(work(40, seed as u64)).unwrap();
                    assert_eq!(ticket.wait().unwrap(), alone[seed]);
                }
            });
        }
    });
    assert_eq!((engine.waiting(), engine.in_work()), (0, 0));
}

#[test]
fn a_full_queue_refuses_and_a_dropped_ticket_makes_room() {
    let options = EngineOptions {
        queue: 1,
        workers: 1,
        tile: 256,
        ..EngineOptions::default()
    };
    let engine = Engine::start(painter(), options);
    let long = engine.submit(work(2500, 1)).unwrap();
    while engine.in_work() == 0 {}
    let waits = engine.submit(work(20, 1)).unwrap();
    assert_eq!(waits.phase(), Phase::Waiting);
    assert!(matches!(
        engine.submit(work(20, 2)),
        Err(SubmitError::Full { waiting: 1 })
    ));
    drop(waits);
    let next = engine.submit(work(20, 2)).unwrap();
    // Whoever does not want the long one any more gives its worker to the next.
    drop(long);
    assert_eq!(next.wait().unwrap().width, 20);
}

#[test]
fn what_was_accepted_is_finished_after_closing() {
    let engine = Engine::start(painter(), EngineOptions::default());
    let tickets: Vec<_> = (0..6)
        .map(|seed| engine.submit(work(64, seed)).unwrap())
        .collect();
    engine.close();
    assert!(matches!(
        engine.submit(work(20, 1)),
        Err(SubmitError::Closed)
    ));
    drop(engine);
    for ticket in tickets {
        assert_eq!(ticket.wait().unwrap().width, 64);
    }
}

#[test]
fn faults_are_found_before_or_after_waiting() {
    let engine = Engine::start(painter(), EngineOptions::default());
    let mut broken = work(30, 1);
    broken.content = broken.content.slice(..broken.content.len() - 30);
    let outcome = match engine.submit(broken) {
        Ok(ticket) => ticket.wait(),
        Err(SubmitError::Work(error)) => Err(error),
        Err(other) => panic!("{other}"),
    };
    assert!(
        matches!(outcome, Err(WorkError::Picture { .. })),
        "{outcome:?}"
    );
    let mut empty = work(30, 1);
    empty.content = Bytes::new();
    assert!(matches!(engine.submit(empty), Err(SubmitError::Work(_))));
}
