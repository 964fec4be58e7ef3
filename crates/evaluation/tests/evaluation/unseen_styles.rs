//! Styles that were left out of training, and what a style lacks to be measured.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use utsushi_evaluation::{
    EvaluateError, Evaluation, EvaluationData, Field, Gallery, Rendition, plan, write_jobs,
    write_report,
};

use crate::support::{Workshop, options, prepare_drawn};

fn measured(workshop: &Workshop, data: &EvaluationData<'_>) -> Evaluation {
    let never = AtomicBool::new(false);
    let gallery = &mut Gallery::default();
    workshop
        .evaluate_data(gallery, data, &options(), &mut |_| {}, &never)
        .unwrap()
}

#[test]
fn a_named_style_leaves_the_mean_and_nothing_else_changes() {
    let workshop = Workshop::drawn("CC0");
    let set = workshop.set();
    let all = measured(&workshop, &EvaluationData::new(&set)).report;
    let data = EvaluationData::new(&set);
    let data = data.with_unseen_style("squares").unwrap();
    let evaluation = measured(&workshop, &data);
    let report = &evaluation.report;
    let (discs, squares) = (&report.styles[0], &report.styles[1]);
    assert!(!discs.unseen && squares.unseen);
    assert_eq!(discs, &all.styles[0]);
    assert_eq!(squares.methods, all.styles[1].methods);
    let unseen = report.mean_unseen.as_ref().unwrap();
    assert!(all.mean_unseen.is_none());
    for (index, method) in report.mean.iter().enumerate() {
        for rendition in Rendition::ALL {
            let seen = discs.methods[index].of(rendition);
            assert_eq!(method.of(rendition), seen);
            let other = squares.methods[index].of(rendition);
            assert_eq!(unseen.methods[index].of(rendition), other);
            let both = all.mean[index].of(rendition).get(Field::Frechet).unwrap();
            let [a, b] = [seen, other].map(|own| own.get(Field::Frechet).unwrap());
            assert!((both - (a + b) / 2.0).abs() < 1e-12);
        }
    }
    assert_eq!(report.mean_real, discs.real);
    assert_eq!(unseen.real, squares.real);
    let doubt = "squares counts as unseen, but the model has a style of this name";
    assert!(report.remarks.iter().any(|remark| remark.contains(doubt)));
    let folder = workshop.path("report");
    write_report(&evaluation, &folder, false).unwrap();
    let html = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(html.contains("<h2>squares (left out of training)</h2>"));
    assert!(html.contains("<h2>discs</h2>"));

    // Where all styles are unseen, there is one mean.
    let data = data.with_unseen_style("discs").unwrap();
    let report = measured(&workshop, &data).report;
    assert_eq!(report.mean, all.mean);
    assert!(report.mean_unseen.is_none());

    let error = EvaluationData::new(&set).with_unseen_style("disks");
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("`disks`") && error.contains("discs, squares"),
        "{error}"
    );
}

#[test]
fn a_further_set_lends_styles_and_no_contents() {
    let workshop = Workshop::drawn("CC0");
    let set = workshop.set();
    let folder = workshop.path("further");
    // Other files: more pictures of a kind have other hashes only where they differ.
    std::fs::create_dir(&folder).unwrap();
    let further = prepare_drawn(&folder, "set", &[("tiles", false, 48)], 0.4, "CC0");
    let error = EvaluationData::new(&set).with_unseen_set(&further);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("are training pictures"), "{error}");
    let error = EvaluationData::new(&set).with_unseen_set(&set);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`discs` is in another set"), "{error}");

    // The first set's styles have the first 24 drawings, so the others are new.
    for index in 0..24 {
        std::fs::remove_file(folder.join(format!("tiles/{index}.png"))).unwrap();
    }
    let further = {
        let sets = utsushi_dataset::SetsFile::read(&folder.join("set.toml")).unwrap();
        let out = folder.join("new");
        let options = utsushi_dataset::PrepareOptions::default();
        let never = AtomicBool::new(false);
        utsushi_dataset::prepare(&sets, &options, &out, &mut |_| {}, &never).unwrap();
        utsushi_dataset::PreparedSet::open(&out).unwrap()
    };
    let data = EvaluationData::new(&set);
    let data = data.with_unseen_set(&further).unwrap();
    let planned = plan(&data, &options()).unwrap();
    let alone = plan(&EvaluationData::new(&set), &options()).unwrap();
    assert_eq!(planned.styles[..2], alone.styles);
    let tiles = &planned.styles[2];
    assert!(tiles.unseen && tiles.name == "tiles");
    let first = set.entries().len();
    let references: HashSet<usize> = tiles.jobs.iter().map(|job| job.reference).collect();
    let held_out: HashSet<usize> = further.validation(0).iter().map(|e| first + e).collect();
    assert!(references.is_subset(&held_out) && references.len() > 1);
    assert!(tiles.jobs.iter().all(|job| job.content < first));
    assert!(tiles.pool.iter().all(|&entry| entry >= first));

    let list = workshop.path("jobs.tsv");
    write_jobs(&planned, &data, &list, false).unwrap();
    let text = std::fs::read_to_string(&list).unwrap();
    let line = text
        .lines()
        .find(|line| line.contains("outputs/tiles-0000-"));
    let fields: Vec<&str> = line.unwrap().split('\t').collect();
    assert!(fields[0].contains("pictures/discs") || fields[0].contains("pictures/squares"));
    assert!(
        fields[1].contains("further/new/pictures/tiles"),
        "{}",
        fields[1]
    );

    let report = measured(&workshop, &data).report;
    assert_eq!(report.unseen_sets, [further.identity().to_string()]);
    assert_eq!(report.mean_unseen.unwrap().methods.len(), 3);
    assert!(
        !report
            .remarks
            .iter()
            .any(|remark| remark.contains("--unseen"))
    );
}

#[test]
fn a_style_that_is_too_small_says_what_to_add() {
    let reason = |count: u32, validation: f64| {
        let folder = tempfile::tempdir().unwrap();
        let styles = [("discs", true, 24), ("few", false, count)];
        let set = prepare_drawn(folder.path(), "set", &styles, validation, "CC0");
        let planned = plan(&EvaluationData::new(&set), &options());
        match planned {
            Ok(planned) => planned.left_out.first().map(|left| left.1.clone()),
            Err(EvaluateError::NothingToMeasure { reason, .. }) => Some(reason),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(reason(24, 0.5), None);
    let text = reason(2, 0.5).unwrap();
    assert!(
        text.contains("1 of its paintings is for training"),
        "{text}"
    );
    assert!(text.contains("add "), "{text}");
    let text = reason(24, 0.0).unwrap();
    assert!(
        text.contains("no painting of it is held out, of 24"),
        "{text}"
    );
}
