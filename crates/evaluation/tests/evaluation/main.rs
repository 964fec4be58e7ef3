//! A whole evaluation on a drawn set, with an untrained model and an untrained judge.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

mod new_paintings;
mod support;
mod unseen_styles;

use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_evaluation::{
    EvaluateError, EvaluateOptions, Evaluation, EvaluationData, Field, Gallery, Rendition,
    check_target, plan, write_jobs, write_report,
};

use support::{Workshop, options};

fn measured(workshop: &Workshop, options: &EvaluateOptions) -> Evaluation {
    let stop = AtomicBool::new(false);
    workshop
        .evaluate(options, &mut |_| {}, &stop)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_ends_of_the_scales_are_where_they_belong() {
    let workshop = Workshop::drawn("CC0");
    let report = measured(&workshop, &options()).report;
    assert_eq!(report.styles.len(), 2);
    let names: Vec<&str> = report.mean.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["unchanged", "reinhard", "model"]);

    let unchanged = report.method("unchanged").unwrap();
    for (field, expected) in [
        (Field::FrechetShare, 0.0),
        (Field::KernelShare, 0.0),
        (Field::EdgeAgreement, 1.0),
        (Field::Identity, 1.0),
        (Field::Drift, 0.0),
        (Field::Diversity, 0.0),
        // Discs and squares in other colours: nothing of the one is taken for the other.
        (Field::StyleAccuracy, 0.0),
    ] {
        let found = unchanged.get(field).unwrap();
        assert!((found - expected).abs() < 1e-9, "{field:?}: {found}");
    }
    assert!(report.mean_real.colour.style_accuracy > Some(0.9));
    assert!(report.mean_real.colour.frechet < unchanged.get(Field::Frechet).unwrap());
    assert!(
        report.mean_real.colour.nearest_training < unchanged.get(Field::NearestTraining).unwrap()
    );

    // The drawn styles differ in colour more than in anything else, so that a transfer of colours
    // goes part of the way, keeps the edges and follows its reference.
    let reinhard = report.method("reinhard").unwrap();
    assert!(reinhard.get(Field::FrechetShare).unwrap() > 0.1);
    assert!(reinhard.get(Field::EdgeAgreement).unwrap() > 0.8);
    assert!(reinhard.get(Field::PaletteNearer).unwrap() > 0.6);
    assert!(reinhard.get(Field::Diversity).unwrap() > 0.0);
    assert!(reinhard.get(Field::SampleDiversity).is_none());

    // Without their colours the drawn styles hardly differ: contents lie as near as real paintings,
    // and a transfer of colours moves next to nothing.
    let frechet = |name: &str, rendition| {
        let method = report.mean.iter().find(|method| method.name == name);
        let measures = method.unwrap().of(rendition);
        measures.get(Field::Frechet).unwrap()
    };
    let beside_real =
        |rendition| frechet("unchanged", rendition) / report.mean_real.of(rendition).frechet;
    let [colour, grey] = Rendition::ALL.map(beside_real);
    assert!(grey < colour, "{grey}, {colour}");
    let moved = |rendition| {
        let unchanged = frechet("unchanged", rendition);
        (frechet("reinhard", rendition) - unchanged).abs() / unchanged
    };
    let [colour, grey] = Rendition::ALL.map(moved);
    assert!(grey < colour, "{grey}, {colour}");
    for field in [Field::EdgeAgreement, Field::PaletteNearer, Field::Identity] {
        let reinhard = report.mean.iter().find(|method| method.name == "reinhard");
        assert_eq!(reinhard.unwrap().grey.get(field), None, "{field:?}");
    }
    // Descriptions in colour know the reference's palette again.
    let nearer = |name: &str| report.method(name).unwrap().get(Field::ReferenceNearer);
    assert!(nearer("reinhard").unwrap() > nearer("unchanged").unwrap() + 0.1);

    // The untrained model keeps less of the content than a transfer of colours does.
    let model = report.method("model").unwrap();
    assert!(model.get(Field::EdgeAgreement).unwrap() < reinhard.get(Field::EdgeAgreement).unwrap());
    assert!(
        model.get(Field::SampleDiversity).is_some(),
        "it knows the styles"
    );
    assert!(
        report
            .remarks
            .iter()
            .any(|remark| remark.contains("flatter")),
        "Lite0 judges"
    );
}

#[test]
fn the_same_seed_gives_the_same_report_and_another_seed_another() {
    let workshop = Workshop::drawn("CC0");
    let json = |options: &EvaluateOptions| {
        serde_json::to_string(&measured(&workshop, options).report).unwrap()
    };
    let first = json(&options());
    assert_eq!(json(&options()), first);
    let other = EvaluateOptions {
        seed: 5,
        ..options()
    };
    assert_ne!(json(&other), first);
}

#[test]
fn what_is_known_of_real_paintings_is_not_looked_at_again() {
    let workshop = Workshop::drawn("CC0");
    let mut gallery = Gallery::default();
    let mut looked_at = |options: &EvaluateOptions| {
        let mut total = 0;
        let stop = AtomicBool::new(false);
        let mut hear = |now: &utsushi_evaluation::Progress| {
            assert!(now.done <= now.total);
            total = now.total;
        };
        let found = workshop.evaluate_beside(&mut gallery, options, &mut hear, &stop);
        (found.unwrap().report, total)
    };
    let (first, all) = looked_at(&options());
    let (again, fewer) = looked_at(&options());
    assert_eq!(again, first);
    let real = &first.mean_real;
    assert_eq!(all - fewer, real.paintings + real.pool);
    // Other pictures are other pictures.
    let other = EvaluateOptions {
        seed: 5,
        ..options()
    };
    let (found, total) = looked_at(&other);
    assert_eq!(total, all);
    assert_eq!(found, measured(&workshop, &other).report);
}

#[test]
fn outputs_of_another_program_are_measured_as_its_own_would_be() {
    let workshop = Workshop::drawn("CC0");
    let set = workshop.set();
    let planned = plan(&EvaluationData::new(&set), &options()).unwrap();
    let list = workshop.path("jobs.tsv");
    let count = write_jobs(&planned, &EvaluationData::new(&set), &list, false).unwrap();
    let text = std::fs::read_to_string(&list).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.len(), count);
    assert!(matches!(
        write_jobs(&planned, &EvaluationData::new(&set), &list, false),
        Err(EvaluateError::Write(_))
    ));

    // A program that hands back what it is given.
    let outputs = workshop.path("outputs");
    for line in &lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let output = workshop.path(fields[2]);
        std::fs::copy(fields[0], &output).unwrap();
    }
    let with_outputs = EvaluateOptions {
        outputs: Some(outputs.clone()),
        ..options()
    };
    let report = measured(&workshop, &with_outputs).report;
    assert_eq!(report.method("outputs"), report.method("unchanged"));

    // One of them is missing, one is no picture.
    let last = workshop.path(lines[count - 1].split('\t').nth(2).unwrap());
    std::fs::write(&last, "no picture").unwrap();
    let stop = AtomicBool::new(false);
    let error = workshop
        .evaluate(&with_outputs, &mut |_| {}, &stop)
        .unwrap_err();
    assert!(matches!(error, EvaluateError::Read(_)), "{error}");
    std::fs::remove_file(&last).unwrap();
    let error = workshop
        .evaluate(&with_outputs, &mut |_| {}, &stop)
        .unwrap_err();
    assert!(error.to_string().contains("--write-jobs"), "{error}");
    assert!(
        error
            .to_string()
            .contains(last.file_name().unwrap().to_str().unwrap())
    );
}

#[test]
fn pages_show_only_what_may_be_shown() {
    for (licence, public, shown) in [
        ("CC0", true, true),
        ("web crawl, no licence stated", true, false),
        ("web crawl, no licence stated", false, true),
    ] {
        let workshop = Workshop::drawn(licence);
        let options = EvaluateOptions {
            public,
            ..options()
        };
        let evaluation = measured(&workshop, &options);
        let folder = workshop.path("deep/report");
        write_report(&evaluation, &folder, false).unwrap();
        let html = std::fs::read_to_string(folder.join("report.html")).unwrap();
        let pictures = html.matches("data:image/png;base64,").count();
        // Six rows a style of content, reference, Reinhard's and the model's.
        let expected = if shown { 2 * 6 * 4 } else { 0 };
        assert_eq!(pictures, expected, "{licence}, public: {public}");
        assert!(!html.contains("http"), "nothing is fetched from elsewhere");
        let json = std::fs::read_to_string(folder.join("report.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["format"], 1);
        assert!(json["mean"][2]["measures"]["frechet_share"].is_number());
        assert!(json["mean"][2]["grey"]["frechet"].is_number());
        assert!(json["mean"][2]["grey"].get("drift").is_none());
        assert!(json["mean_real"]["frechet"].is_number());
        assert!(json["mean_real"]["grey"]["frechet"].is_number());
        assert!(html.contains("taken for the style, in grey"));
        assert!(!html.contains("left out of training"));

        assert!(matches!(
            check_target(&folder, false),
            Err(EvaluateError::Write(_))
        ));
        write_report(&evaluation, &folder, true).unwrap();
    }
}

#[test]
fn it_stops_soon_and_says_how_far_it_is() {
    let workshop = Workshop::drawn("CC0");
    let stop = AtomicBool::new(false);
    let mut heard = Vec::new();
    let stopped = workshop.evaluate(
        &options(),
        &mut |now| {
            heard.push(now.clone());
            if now.done == 9 {
                stop.store(true, Ordering::Relaxed);
            }
        },
        &stop,
    );
    assert!(matches!(stopped, Err(EvaluateError::Stopped)));
    assert_eq!(heard.last().unwrap().done, 9);

    stop.store(false, Ordering::Relaxed);
    heard.clear();
    let mut hear = |now: &utsushi_evaluation::Progress| heard.push(now.clone());
    workshop.evaluate(&options(), &mut hear, &stop).unwrap();
    let last = heard.last().unwrap();
    assert_eq!(last.done, last.total);
}

#[test]
fn sets_and_options_that_cannot_be_measured_say_why() {
    let workshop = Workshop::drawn_with(0.0, "CC0");
    let stop = AtomicBool::new(false);
    let error = workshop
        .evaluate(&options(), &mut |_| {}, &stop)
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("discs: no painting of it is held out"),
        "{text}"
    );
    assert!(text.contains("`validation` above 0"), "{text}");

    let set = Workshop::drawn("CC0").set();
    for wrong in [
        EvaluateOptions {
            pictures: 1,
            ..options()
        },
        EvaluateOptions {
            real: 1,
            ..options()
        },
        EvaluateOptions {
            generated: 1,
            ..options()
        },
        EvaluateOptions {
            size: Some(8),
            ..options()
        },
        EvaluateOptions {
            size: Some(4096),
            ..options()
        },
    ] {
        let error = plan(&EvaluationData::new(&set), &wrong).unwrap_err();
        assert!(matches!(error, EvaluateError::Option { .. }), "{error}");
    }
}

#[test]
fn a_plan_never_shows_training_pictures_to_the_model() {
    let workshop = Workshop::drawn("CC0");
    let set = workshop.set();
    let planned = plan(&EvaluationData::new(&set), &options()).unwrap();
    for style in &planned.styles {
        let held_out = |entry: &usize| {
            (0..set.styles().len()).any(|other| set.validation(other).contains(entry))
        };
        for job in style.jobs.iter().chain(&style.varied) {
            assert!(held_out(&job.content) && held_out(&job.reference));
            assert!(set.validation(style.style).contains(&job.reference));
            assert!(!set.validation(style.style).contains(&job.content));
        }
        assert!(style.lineup.iter().all(held_out));
        assert!(
            style
                .pool
                .iter()
                .all(|entry| set.train(style.style).contains(entry))
        );
        assert!(style.pool.iter().all(|entry| !style.real.contains(entry)));
        assert_eq!(style.real.len(), style.jobs.len());
        let contents: Vec<usize> = style.jobs.iter().map(|job| job.content).collect();
        assert_eq!(style.lineup[..contents.len()], contents);
    }
    assert_eq!(
        plan(&EvaluationData::new(&set), &options()).unwrap(),
        planned
    );
}
