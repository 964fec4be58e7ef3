//! Prepares a training set: `prepare SETS.toml OUT [ROOT] [SIZE]`.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use utsushi_dataset::{PrepareOptions, SetsFile, prepare};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sets, out, rest @ ..] = &arguments[..] else {
        return Err("usage: prepare SETS.toml OUT [ROOT] [SIZE]".into());
    };
    let options = PrepareOptions {
        root: rest.first().map(PathBuf::from),
        size: rest.get(1).map(|size| size.parse()).transpose()?,
        ..PrepareOptions::default()
    };
    let start = Instant::now();
    let mut progress = |now: &utsushi_dataset::PrepareProgress| {
        eprint!(
            "\r{}/{} {} kept {}  ",
            now.done, now.total, now.style, now.kept
        );
    };
    let sets = SetsFile::read(&PathBuf::from(sets))?;
    let stop = AtomicBool::new(false);
    let report = prepare(&sets, &options, &PathBuf::from(out), &mut progress, &stop)?;
    eprintln!();
    for style in &report.styles {
        println!(
            "{}: {} seen, {} train, {} validation, dropped {:?}",
            style.style, style.seen, style.train, style.validation, style.dropped
        );
    }
    println!(
        "{} cut in {:.1} s",
        report.cut,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
