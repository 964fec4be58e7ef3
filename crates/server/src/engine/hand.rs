//! A thread that does all but the painting: decoding, reading styles, encoding.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use utsushi_imaging::{EncodeOptions, Picture, decode, encode};
use utsushi_transfer::{PaintError, StyleCode};

use super::brush::Canvas;
use super::ticket::Job;
use super::work::Subject;
use super::{Painted, Phase, Shared, StyleSource, Work, WorkError};

/// Takes one job after the other until the queue is closed.
pub(super) fn run(shared: &Shared) {
    while let Some((job, taken)) = shared.queue.take() {
        // A fault in one job is no reason to leave the others.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(shared, &job)));
        let outcome = outcome.unwrap_or(Err(WorkError::Fault));
        drop(taken);
        job.phase.send_replace(Phase::Finished);
        // Whoever left does not hear of it.
        let _ = job.outcome.send(outcome);
    }
}

fn work(shared: &Shared, job: &Job) -> Result<Painted, WorkError> {
    let check = || match job.cancel.load(Ordering::Relaxed) {
        true => Err(WorkError::Cancelled),
        false => Ok(()),
    };
    check()?;
    job.phase
        .send_replace(Phase::Painting { done: 0, total: 1 });
    let work = &job.work;
    let content = read(shared, &work.content, Subject::Content)?;
    let style = mix(shared, work, &content, &check)?;
    check()?;
    let (width, height) = (content.width(), content.height());
    let canvas = Canvas {
        content,
        style,
        strength: work.strength,
        cancel: job.cancel.clone(),
        phase: job.phase.clone(),
    };
    let painted = shared.easel.paint(canvas)?.map_err(|error| match error {
        PaintError::Stopped => WorkError::Cancelled,
        other => other.into(),
    })?;
    check()?;
    let bytes = encode(&painted, work.format, EncodeOptions::default())?;
    Ok(Painted {
        bytes: bytes.into(),
        format: work.format,
        width,
        height,
    })
}

fn read(shared: &Shared, bytes: &[u8], subject: Subject) -> Result<Picture, WorkError> {
    let decoded = decode(bytes, &shared.options.limits.decoding());
    decoded
        .map(|decoded| decoded.picture)
        .map_err(|reason| WorkError::Picture { subject, reason })
}

/// The style asked for. One of a single part is taken as it is, so that the result is the same,
/// bit for bit, as that of the command line.
fn mix(
    shared: &Shared,
    work: &Work,
    content: &Picture,
    check: &dyn Fn() -> Result<(), WorkError>,
) -> Result<StyleCode, WorkError> {
    let painter = &shared.painter;
    let mut codes = Vec::new();
    for part in &work.styles {
        check()?;
        let code = match &part.source {
            StyleSource::Reference(index) => {
                let bytes = work.references.get(*index).ok_or(WorkError::Fault)?;
                painter.style_of(&read(shared, bytes, Subject::Reference(*index))?)?
            }
            StyleSource::Named(name) => painter.named_style(name)?,
            StyleSource::Sampled { name, seed } => painter.sampled_style(name.as_deref(), *seed)?,
            StyleSource::Own => painter.style_of(content)?,
        };
        codes.push((code, part.weights));
    }
    let even = |weights: &[f32; StyleCode::STAGES]| weights.iter().all(|w| *w == weights[0]);
    if codes.iter().all(|(_, weights)| even(weights)) {
        // As `--style a.png=0.7` does it.
        let codes: Vec<_> = codes.into_iter().map(|(code, w)| (code, w[0])).collect();
        return Ok(StyleCode::blend(&codes)?);
    }
    Ok(StyleCode::blend_stages(&codes)?)
}
