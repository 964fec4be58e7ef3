//! New paintings in a report: how near they come to training pictures.

use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_evaluation::{EvaluateError, EvaluateOptions, Evaluation, Field, write_report};

use crate::support::{Workshop, options};

fn measured(workshop: &Workshop, options: &EvaluateOptions) -> Evaluation {
    let never = AtomicBool::new(false);
    workshop.evaluate(options, &mut |_| {}, &never).unwrap()
}

fn json(evaluation: &Evaluation) -> serde_json::Value {
    serde_json::to_value(&evaluation.report).unwrap()
}

#[test]
fn they_are_measured_where_the_model_makes_any() {
    let workshop = Workshop::making("CC0");
    let first = measured(&workshop, &options());
    let report = &first.report;
    for style in &report.styles {
        let new = style.generated.as_ref().unwrap();
        assert_eq!(new.paintings, 8);
        let get = |field| new.measures.get(field);
        assert!(get(Field::Frechet).unwrap() > 0.0);
        assert!(get(Field::Diversity).unwrap() > 0.0, "seeds differ");
        let in_grey = |field| new.grey.get(field);
        assert!(in_grey(Field::Frechet).unwrap() > 0.0);
        assert_ne!(in_grey(Field::Frechet), get(Field::Frechet));
        assert_eq!(in_grey(Field::FrechetShare), None);
        // Where there is no content, nothing is said of it.
        for field in [Field::FrechetShare, Field::EdgeAgreement, Field::Identity] {
            assert_eq!(get(field), None, "{field:?}");
        }
        // An untrained model resembles nothing: it is far from all that is real.
        let nearest = get(Field::NearestTraining).unwrap();
        let ratio = get(Field::NearestRatio).unwrap();
        assert!((ratio - nearest / style.real.colour.nearest_training).abs() < 1e-12);
        assert!(ratio > 1.0, "{ratio}");
        assert_eq!(new.near_share, Some(0.0));
        let closest = new.closest.as_ref().unwrap();
        assert!(closest.distance <= nearest);
        assert!(
            closest.training.contains(&style.name),
            "{}",
            closest.training
        );
        assert!((3000..3008).contains(&closest.seed), "{}", closest.seed);
    }
    let mean = report.mean_generated.as_ref().unwrap();
    assert_eq!(mean.paintings, 16);
    let of_styles = report.styles.iter().map(|style| {
        let new = style.generated.as_ref().unwrap();
        new.measures.get(Field::NearestRatio).unwrap() / 2.0
    });
    let expected: f64 = of_styles.sum();
    assert!((mean.measures.get(Field::NearestRatio).unwrap() - expected).abs() < 1e-12);

    assert_eq!(json(&measured(&workshop, &options())), json(&first));

    // Without them everything else is the same.
    let none = EvaluateOptions {
        generated: 0,
        ..options()
    };
    let mut without = json(&measured(&workshop, &none));
    let mut with = json(&first);
    assert!(without.get("mean_generated").is_none());
    for report in [&mut without, &mut with] {
        report.as_object_mut().unwrap().remove("mean_generated");
        for style in report["styles"].as_array_mut().unwrap() {
            style.as_object_mut().unwrap().remove("generated");
        }
    }
    assert_eq!(with, without);

    let repaints = measured(&Workshop::drawn("CC0"), &options());
    assert!(repaints.report.mean_generated.is_none());
}

#[test]
fn the_page_shows_them_beside_pictures_that_may_be_shown() {
    for (licence, public, rows) in [
        ("CC0", true, 6),
        ("web crawl, no licence stated", true, 0),
        ("web crawl, no licence stated", false, 6),
    ] {
        let workshop = Workshop::making(licence);
        let options = EvaluateOptions {
            public,
            ..options()
        };
        let folder = workshop.path("report");
        write_report(&measured(&workshop, &options), &folder, false).unwrap();
        let html = std::fs::read_to_string(folder.join("report.html")).unwrap();
        // Once for the mean and once a style.
        assert_eq!(html.matches("<h3>New paintings</h3>").count(), 3);
        let pictures = html.matches("alt=\"nearest training picture\"").count();
        assert_eq!(pictures, 2 * rows, "{licence}, public: {public}");
        assert_eq!(html.matches("alt=\"new painting\"").count(), pictures);
    }
}

#[test]
fn making_them_is_counted_and_stops() {
    let workshop = Workshop::making("CC0");
    let stop = AtomicBool::new(false);
    let mut last = None;
    workshop
        .evaluate(&options(), &mut |now| last = Some(now.clone()), &stop)
        .unwrap();
    let last = last.unwrap();
    assert_eq!(last.done, last.total);
    let stopped = workshop.evaluate(
        &options(),
        &mut |now| stop.store(now.what.contains("new paintings"), Ordering::Relaxed),
        &stop,
    );
    assert!(matches!(stopped, Err(EvaluateError::Stopped)));
}
