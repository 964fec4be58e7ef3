use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use utsushi_imaging::{DecodeLimits, OutputFormat, Picture, WriteError, WriteOptions, read, write};

use super::*;
use crate::testing::{drawing, painter};

/// Makes a folder with these files: pictures if the name is one of a picture, else text.
fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, name) in names.iter().enumerate() {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if OutputFormat::from_extension(&path).is_some() {
            let picture = drawing(20 + index as u32, 17);
            write(&path, &picture, &WriteOptions::default()).unwrap();
        } else {
            fs::write(&path, "no picture").unwrap();
        }
    }
    folder
}

fn oil() -> StyleSource {
    StyleSource::Named("oil".to_owned())
}

fn planned(contents: &[PathBuf], output: &Path, existing: Existing) -> Result<Plan, PlanError> {
    let options = PlanOptions {
        existing,
        format: None,
    };
    plan(contents, &oil(), output, &options)
}

fn refused(contents: &[PathBuf], output: &Path) -> PlanError {
    planned(contents, output, Existing::Refuse).unwrap_err()
}

fn outputs(plan: &Plan, root: &Path) -> Vec<String> {
    let names = plan.jobs.iter().map(|job| {
        let name = job.output.strip_prefix(root).unwrap();
        name.display().to_string().replace('\\', "/")
    });
    names.collect()
}

fn run_quietly(plan: &Plan) -> Report {
    let options = RunOptions::default();
    run(
        &painter().into(),
        plan,
        &options,
        &mut |_| {},
        &AtomicBool::new(false),
    )
}

fn picture(path: &Path) -> Picture {
    read(path, &DecodeLimits::default()).unwrap().picture
}

#[test]
fn a_folder_is_mirrored_and_only_pictures_are_painted() {
    let input = folder(&[
        "b/deep/2.png",
        "a.png",
        "b/1.jpg",
        "b/notes.txt",
        ".hidden/x.png",
    ]);
    let output = input.path().join("out");
    // A picture by content whose name says nothing, and one whose name lies.
    fs::copy(input.path().join("a.png"), input.path().join("plain")).unwrap();
    fs::write(input.path().join("c.png"), "text").unwrap();
    let plan = planned(&[input.path().into()], &output, Existing::Refuse).unwrap();
    let expected = ["a.png", "b/1.jpg", "b/deep/2.png", "plain.png"];
    assert_eq!(outputs(&plan, &output), expected);
    let others: Vec<_> = plan
        .not_pictures
        .iter()
        .map(|p| p.file_name().unwrap())
        .collect();
    assert_eq!(others, ["notes.txt", "c.png"]);
    assert!(!output.exists(), "planning makes nothing");

    let mut events = Vec::new();
    let mut observe = |event: Event<'_>| {
        if let Event::Painted { index, .. } = event {
            events.push(index);
        }
    };
    let stop = AtomicBool::new(false);
    let report = run(
        &painter().into(),
        &plan,
        &RunOptions::default(),
        &mut observe,
        &stop,
    );
    assert_eq!(
        (report.painted, report.failed.len(), report.stopped),
        (4, 0, false)
    );
    assert_eq!(events, [0, 1, 2, 3]);
    for job in &plan.jobs {
        let (before, after) = (picture(&job.content), picture(&job.output));
        assert_eq!(
            (before.width(), before.height()),
            (after.width(), after.height())
        );
        assert_ne!(before, after);
    }
    // Painted again, what lies in the output is not taken for content.
    let again = planned(&[input.path().into()], &output, Existing::Skip).unwrap();
    assert_eq!((again.jobs.len(), again.kept.len()), (0, 4));
    let error = refused(&[input.path().into()], &output);
    assert!(
        matches!(error, PlanError::Exists { more: 3, .. }),
        "{error}"
    );
}

#[test]
fn one_file_goes_to_a_file_or_into_a_folder() {
    let input = folder(&["a.png", "there/x.txt"]);
    let root = input.path();
    let a = [root.join("a.png")];
    let of = |output: &Path| outputs(&planned(&a, output, Existing::Refuse).unwrap(), root);
    assert_eq!(of(&root.join("new.webp")), ["new.webp"]);
    assert_eq!(of(&root.join("there")), ["there/a.png"]);
    assert_eq!(of(&root.join("fresh/")), ["fresh/a.png"]);
    let error = refused(&a, &root.join("missing/new.png")).to_string();
    assert!(error.contains("does not exist"), "{error}");
    assert!(matches!(
        refused(&a, &root.join("new.txt")),
        PlanError::Output(WriteError::UnknownEnding { .. })
    ));
    assert!(matches!(refused(&a, &a[0]), PlanError::OntoItself { .. }));
    assert!(matches!(
        refused(&a, &root.join("there/..")),
        PlanError::OntoItself { .. }
    ));
    assert!(matches!(
        refused(&[], &root.join("x.png")),
        PlanError::NoContent
    ));
}

#[test]
fn several_inputs_keep_their_names_apart() {
    let input = folder(&[
        "one/a.png",
        "two/a.png",
        "two/b/c.png",
        "d.bmp",
        "d.png",
        "e.txt",
    ]);
    let root = input.path();
    let output = root.join("out");
    let plan = planned(
        &[root.join("one"), root.join("two")],
        &output,
        Existing::Refuse,
    )
    .unwrap();
    let expected = ["one/a.png", "two/a.png", "two/b/c.png"];
    assert_eq!(outputs(&plan, &output), expected);
    let error = refused(&[root.join("one/a.png"), root.join("two/a.png")], &output);
    assert!(matches!(error, PlanError::Collision { .. }), "{error}");
    let error = refused(&[root.join("d.png"), root.join("d.bmp")], &output).to_string();
    assert!(
        error.contains("d.bmp") && error.contains("d.png"),
        "{error}"
    );
    let error = refused(&[root.join("one")], &root.join("out.png"));
    assert!(matches!(error, PlanError::NotAFolder { .. }), "{error}");
    let error = refused(&[root.join("one")], &root.join("e.txt"));
    assert!(matches!(error, PlanError::NotAFolder { .. }), "{error}");
    let error = refused(&[root.join("one")], &root.join("e.txt/below"));
    assert!(matches!(error, PlanError::NotAFolder { .. }), "{error}");
    assert!(matches!(
        refused(&[root.join("gone")], &output),
        PlanError::NotFound { .. }
    ));
    fs::create_dir(root.join("empty")).unwrap();
    let error = refused(&[root.join("empty")], &output);
    assert!(matches!(error, PlanError::NoPictures { .. }), "{error}");
    assert!(!output.exists());
}

#[test]
fn what_is_read_is_not_written_over() {
    let input = folder(&["a.png", "b.png", "style.png"]);
    let at = |name: &str| input.path().join(name);
    let job = |content: &str, output: &str| Job {
        content: at(content),
        style: StyleSource::References(vec![WeightedReference::of(at("style.png"))]),
        output: at(output),
    };
    let forced = |jobs: Vec<Job>| Plan::new(jobs, Existing::Replace);
    assert!(forced(vec![job("a.png", "a.png")]).is_ok());
    for jobs in [
        vec![job("a.png", "b.png"), job("b.png", "c.png")],
        vec![job("a.png", "c.png"), job("a.png", "a.png")],
        vec![job("a.png", "./style.png")],
    ] {
        let error = forced(jobs).unwrap_err();
        assert!(matches!(error, PlanError::OntoInput { .. }), "{error}");
    }
    let error = forced(vec![job("a.png", "c.png"), job("b.png", "./c.png")]).unwrap_err();
    assert!(matches!(error, PlanError::Collision { .. }), "{error}");
    assert!(forced(vec![]).is_err());

    let plan = forced(vec![job("a.png", "a.png")]).unwrap();
    let before = picture(&at("a.png"));
    assert_eq!(run_quietly(&plan).painted, 1);
    assert_ne!(picture(&at("a.png")), before);
}

#[test]
fn a_failure_is_reported_and_the_rest_goes_on() {
    let input = folder(&["a.png", "b.png", "c.png"]);
    let at = |name: &str| input.path().join(name);
    let whole = fs::read(at("b.png")).unwrap();
    fs::write(at("b.png"), &whole[..whole.len() / 2]).unwrap();
    let text = "a.png\tname:oil\t1.png\nb.png\tname:oil\t2.png\na.png\tname:olive\t3.png\n\
                c.png\tgone.png\t4.png\nc.png\ta.png\t5.png\n";
    let jobs = parse_list(text, Path::new("list"), input.path()).unwrap();
    let report = run_quietly(&Plan::new(jobs, Existing::Refuse).unwrap());
    assert_eq!(report.painted, 2);
    let failed: Vec<_> = report.failed.iter().map(|failure| failure.index).collect();
    assert_eq!(failed, [1, 2, 3]);
    let texts: Vec<_> = report.failed.iter().map(|f| f.error.to_string()).collect();
    assert!(texts[0].contains("b.png"), "{texts:?}");
    assert!(texts[1].contains("olive"), "{texts:?}");
    assert!(texts[2].contains("gone.png"), "{texts:?}");
    assert!(at("1.png").exists() && at("5.png").exists());
    assert!(
        ["2.png", "3.png", "4.png"]
            .iter()
            .all(|name| !at(name).exists())
    );
}

#[test]
fn a_stop_leaves_what_is_done_and_nothing_half_done() {
    let input = folder(&["a.png", "b.png", "c.png"]);
    let output = input.path().join("out");
    let plan = planned(&[input.path().into()], &output, Existing::Refuse).unwrap();
    let stop = AtomicBool::new(false);
    let mut observe = |event: Event<'_>| {
        if matches!(event, Event::Started { index: 1, .. }) {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let report = run(
        &painter().into(),
        &plan,
        &RunOptions::default(),
        &mut observe,
        &stop,
    );
    assert_eq!(
        (report.painted, report.failed.len(), report.stopped),
        (1, 0, true)
    );
    assert_eq!(fs::read_dir(&output).unwrap().count(), 1);
}

#[test]
fn references_are_mixed_by_weight() {
    let input = folder(&["a.png", "b.png"]);
    let painter = painter();
    let limits = DecodeLimits::default();
    let of = |weights: [f32; 2]| {
        let references = ["a.png", "b.png"].iter().zip(weights);
        let references = references.map(|(name, weight)| WeightedReference {
            weight,
            ..WeightedReference::of(input.path().join(name))
        });
        StyleSource::References(references.collect()).resolve(&painter, &limits)
    };
    let a = painter
        .style_of(&picture(&input.path().join("a.png")))
        .unwrap();
    assert_eq!(of([0.5, 0.0]).unwrap(), a);
    assert_eq!(of([1.0, 3.0]).unwrap(), of([2.0, 6.0]).unwrap());
    assert!(of([0.0, 0.0]).is_err());
}
