//! Training batches.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use utsushi_dataset::{Loader, LoaderOptions, NearViews, Pictures, Role, Split, TrainingBatch};

use crate::fixture::four_sets;

fn options() -> LoaderOptions {
    LoaderOptions {
        batch: 8,
        size: 32,
        seed: 3,
        threads: 2,
        ..LoaderOptions::default()
    }
}

fn batches(loader: &mut Loader, count: usize) -> Vec<TrainingBatch> {
    (0..count).map(|_| loader.next().unwrap()).collect()
}

#[test]
fn batches_depend_on_the_seed_and_the_step_alone() {
    let (_shop, set) = four_sets();
    let load = |options: LoaderOptions, first, count| {
        batches(
            &mut Loader::new(Arc::clone(&set), options, first).unwrap(),
            count,
        )
    };
    let reference = load(
        LoaderOptions {
            threads: 0,
            ..options()
        },
        0,
        12,
    );
    assert_eq!(
        reference.iter().map(|it| it.step).collect::<Vec<_>>(),
        (0..12).collect::<Vec<_>>()
    );
    for (threads, ahead) in [(1, 1), (2, 3), (4, 9)] {
        assert!(
            load(
                LoaderOptions {
                    threads,
                    ahead,
                    ..options()
                },
                0,
                12
            ) == reference
        );
    }
    assert!(load(options(), 7, 5) == reference[7..]);
    assert!(
        load(
            LoaderOptions {
                seed: 4,
                ..options()
            },
            0,
            1
        )[0] != reference[0]
    );
    assert!(reference[0].content != reference[1].content);
}

#[test]
fn styles_come_equally_often_however_many_pictures_they_have() {
    let (_shop, set) = four_sets();
    let mut loader = Loader::new(Arc::clone(&set), options(), 0).unwrap();
    let mut mixed = HashSet::new();
    for batch in batches(&mut loader, 40) {
        let count =
            |pictures: &Pictures, style| pictures.styles.iter().filter(|it| **it == style).count();
        for style in 0..4 {
            // 8 pictures over 4 styles, and over the 3 that may be painted in.
            assert_eq!(count(&batch.content, style), 2);
            let expected = if set.styles()[style].role == Role::Style {
                2..=3
            } else {
                0..=0
            };
            assert!(expected.contains(&count(&batch.reference, style)));
        }
        mixed.insert(batch.content.styles);
    }
    assert!(mixed.len() > 30, "the order inside a batch is random");
}

#[test]
fn weights_decide_how_often_a_style_is_painted_in() {
    let (_shop, set) = four_sets();
    let weights = BTreeMap::from([("many".to_owned(), 3.0), ("some".to_owned(), 0.0)]);
    let weighted = LoaderOptions {
        style_weights: Some(weights),
        ..options()
    };
    let mut loader = Loader::new(set, weighted, 0).unwrap();
    for batch in batches(&mut loader, 10) {
        let mut styles = batch.reference.styles.clone();
        styles.sort_unstable();
        assert_eq!(styles, [0, 0, 0, 0, 0, 0, 1, 1]);
        assert!(
            batch.content.styles.contains(&2),
            "content is drawn from all"
        );
    }
}

#[test]
fn pictures_are_those_of_the_training_split_mirrored_or_not() {
    let (_shop, set) = four_sets();
    let side = 32;
    let mirrored = |pixels: &[f32]| -> Vec<f32> {
        pixels
            .chunks(side * 3)
            .flat_map(|row| row.chunks(3).rev().flatten().copied())
            .collect()
    };
    let key = |pixels: &[f32]| {
        pixels
            .iter()
            .map(|value| value.to_bits())
            .collect::<Vec<_>>()
    };
    let mut known = HashMap::new();
    for entry in set.entries() {
        let pictures = set.load(&[entry], side).unwrap();
        known.insert(key(&pictures.pixels), (entry, false));
        known.insert(key(&mirrored(&pictures.pixels)), (entry, true));
    }
    let mut flips = HashMap::new();
    let mut seen = HashSet::new();
    for flip in [true, false] {
        let flipping = LoaderOptions { flip, ..options() };
        let mut loader = Loader::new(Arc::clone(&set), flipping, 0).unwrap();
        for batch in batches(&mut loader, 30) {
            let identify = |pictures: &Pictures| -> Vec<_> {
                let each = pictures.pixels.chunks(side * side * 3);
                each.zip(&pictures.styles)
                    .map(|(pixels, style)| {
                        let (entry, mirrored) = known[&key(pixels)];
                        assert_eq!(entry.split, Split::Train);
                        assert_eq!(entry.style, set.styles()[*style].name);
                        (entry.hash, mirrored)
                    })
                    .collect()
            };
            let [content, reference] = [&batch.content, &batch.reference].map(identify);
            for (hash, mirrored) in content.into_iter().chain(reference) {
                *flips.entry((flip, mirrored)).or_insert(0) += 1;
                seen.insert(hash);
            }
        }
    }
    assert_eq!(flips.get(&(false, true)), None);
    // 480 fair coins: five standard deviations are 55.
    assert!((185..=295).contains(&flips[&(true, true)]), "{flips:?}");
    let train: usize = set.styles().iter().map(|style| style.train).sum();
    assert!(
        seen.len() * 10 >= train * 9,
        "{} of {train} pictures seen",
        seen.len()
    );
}

#[test]
fn near_views_change_nothing_but_the_windows() {
    let (_shop, set) = four_sets();
    let load = |share: f64, styles: &[&str]| {
        let near = NearViews {
            share,
            largest: 2.0,
            styles: styles.iter().map(ToString::to_string).collect(),
        };
        let options = LoaderOptions {
            near,
            size: 24,
            ..options()
        };
        batches(&mut Loader::new(Arc::clone(&set), options, 0).unwrap(), 20)
    };
    let whole = load(0.0, &[]);
    assert!(whole.iter().all(|batch| batch.real.is_none()));
    let some = load(0.5, &[]);
    let near = some.iter().filter(|batch| batch.real.is_some()).count();
    assert!((3..=17).contains(&near), "{near} of 20");
    for (near, whole) in some.iter().zip(&whole) {
        assert_eq!(near.reference, whole.reference, "references stay whole");
        assert_eq!(near.content.styles, whole.content.styles);
        let Some(real) = &near.real else {
            assert_eq!(near, whole);
            continue;
        };
        assert_eq!(real.styles, near.reference.styles);
        assert_eq!(real.pixels.len(), near.reference.pixels.len());
        assert!(real.pixels != near.reference.pixels);
        assert!(near.content.pixels != whole.content.pixels);
    }
    assert_eq!(some, load(0.5, &[]));

    let name = &set.styles()[0].name;
    for batch in load(1.0, &[name]) {
        assert!(batch.reference.styles.iter().all(|style| *style == 0));
        assert!((0..4).all(|style| batch.content.styles.contains(&style)));
    }
}

#[test]
fn near_views_that_cannot_be_are_refused() {
    let (_shop, set) = four_sets();
    let refused = |near: NearViews| {
        let options = LoaderOptions { near, ..options() };
        match Loader::new(Arc::clone(&set), options, 0) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("taken"),
        }
    };
    let usual = NearViews::default;
    let share = refused(NearViews {
        share: 1.5,
        ..usual()
    });
    assert!(share.contains("share = 1.5"), "{share}");
    let largest = refused(NearViews {
        largest: f64::NAN,
        ..usual()
    });
    assert!(largest.contains("largest"), "{largest}");
    let styles = vec!["nobody".to_owned()];
    let unknown = refused(NearViews { styles, ..usual() });
    assert!(
        unknown.contains("`nobody`") && unknown.contains("many"),
        "{unknown}"
    );
}

#[test]
fn smaller_pictures_are_scaled_down_and_larger_ones_refused() {
    let (_shop, set) = four_sets();
    let small = LoaderOptions {
        size: 20,
        ..options()
    };
    let batch = Loader::new(Arc::clone(&set), small, 0)
        .unwrap()
        .next()
        .unwrap();
    assert_eq!(
        (batch.content.size, batch.content.pixels.len()),
        (20, 8 * 20 * 20 * 3)
    );

    let cases = [
        (
            LoaderOptions {
                size: 33,
                ..options()
            },
            "size = 33",
        ),
        (
            LoaderOptions {
                size: 0,
                ..options()
            },
            "size",
        ),
        (
            LoaderOptions {
                batch: 0,
                ..options()
            },
            "batch",
        ),
        (
            LoaderOptions {
                ahead: 0,
                ..options()
            },
            "ahead",
        ),
    ];
    let weighted = |name: &str, weight| LoaderOptions {
        style_weights: Some(BTreeMap::from([(name.to_owned(), weight)])),
        ..options()
    };
    let weights = [
        (weighted("nobody", 1.0), "nobody"),
        (weighted("photo", 1.0), "content-only"),
        (weighted("many", -1.0), "many = -1"),
        (weighted("many", f32::NAN), "many = NaN"),
    ];
    for (options, part) in cases.into_iter().chain(weights) {
        let error = Loader::new(Arc::clone(&set), options, 0)
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_missing_picture_is_an_error_at_its_step_and_not_a_hang() {
    let (shop, set) = four_sets();
    for threads in [0, 2] {
        let mut loader = Loader::new(
            Arc::clone(&set),
            LoaderOptions {
                threads,
                ahead: 2,
                ..options()
            },
            0,
        )
        .unwrap();
        loader.next().unwrap();
        let pictures = shop.path("set/pictures");
        let away = shop.path("set/away");
        std::fs::rename(&pictures, &away).unwrap();
        // Some batches may have been ready before.
        let error = (0..4)
            .find_map(|_| loader.next().err())
            .unwrap()
            .to_string();
        assert!(error.contains(".png"), "{error}");
        let failed = loader.next_step();
        assert!(loader.next().is_err());
        std::fs::rename(&away, &pictures).unwrap();
        assert_eq!(
            loader.next().unwrap().step,
            failed,
            "the step can be tried again"
        );
        assert_eq!(loader.next().unwrap().step, failed + 1);
    }
}

#[test]
fn a_dropped_loader_ends_its_threads() {
    let (_shop, set) = four_sets();
    for ahead in [1, 50] {
        let many = LoaderOptions {
            threads: 4,
            ahead,
            ..options()
        };
        drop(Loader::new(Arc::clone(&set), many, 0).unwrap());
        // Each thread holds the set while it lives.
        assert_eq!(Arc::strong_count(&set), 1);
    }
}
