//! Training and validation stay apart, also when the sources grow.

use std::collections::{BTreeMap, HashSet};

use utsushi_dataset::{PreparedSet, Split, fixed_validation};

use crate::fixture::{Workshop, four_sets};

#[test]
fn adding_pictures_moves_none_to_the_other_split_and_cuts_only_the_new() {
    let shop = Workshop::new();
    shop.draw("art", 0..60);
    let sets = shop.sets("size = 16\nvalidation = 0.2\n[[source]]\npath = 'art'\nstyle = 'a'");
    assert_eq!(shop.prepare(&sets, "set").unwrap().cut, 60);
    let splits = || -> BTreeMap<_, _> {
        shop.manifest("set")
            .into_iter()
            .map(|entry| (entry.source, entry.split))
            .collect()
    };
    let before = splits();
    shop.draw("art", 60..90);
    let report = shop.prepare(&sets, "set").unwrap();
    assert_eq!(report.cut, 30);
    let after = splits();
    assert_eq!((before.len(), after.len()), (60, 90));
    assert!(before.iter().all(|(source, split)| after[source] == *split));
    let held_out = after
        .values()
        .filter(|split| **split == Split::Validation)
        .count();
    assert!(
        (5..=35).contains(&held_out),
        "{held_out} of 90 at a fraction of 0.2"
    );
    assert_eq!(report.styles[0].validation, held_out);
}

#[test]
fn a_picture_taken_from_the_source_leaves_the_set() {
    let shop = Workshop::new();
    shop.draw("art", 0..6);
    let sets = shop.sets("size = 16\n[[source]]\npath = 'art'\nstyle = 'a'");
    shop.prepare(&sets, "set").unwrap();
    std::fs::remove_file(shop.path("art/0003.png")).unwrap();
    shop.prepare(&sets, "set").unwrap();
    assert_eq!(shop.manifest("set").len(), 5);
    assert_eq!(shop.files("set/pictures").len(), 5);
}

#[test]
fn a_small_style_still_holds_out_one_picture() {
    let shop = Workshop::new();
    shop.draw("art", 0..2);
    shop.draw("one", 2..3);
    let sets = shop.sets(
        "size = 16\nvalidation = 0.001\n[[source]]\npath = 'art'\nstyle = 'a'\n\
         [[source]]\npath = 'one'\nstyle = 'b'",
    );
    shop.prepare(&sets, "set").unwrap();
    let set = PreparedSet::open(&shop.path("set")).unwrap();
    assert_eq!((set.train(0).len(), set.validation(0).len()), (1, 1));
    assert_eq!((set.train(1).len(), set.validation(1).len()), (1, 0));
}

#[test]
fn sample_pictures_are_held_out_and_the_same_every_time() {
    let (_shop, set) = four_sets();
    let chosen = fixed_validation(&set, 2, 5);
    assert_eq!(chosen, fixed_validation(&set, 2, 5));
    assert!(chosen.iter().all(|entry| entry.split == Split::Validation));
    for style in set.styles() {
        let count = chosen
            .iter()
            .filter(|entry| entry.style == style.name)
            .count();
        assert_eq!(count, style.validation.min(2), "{}", style.name);
        assert!(style.validation > 0);
    }
    let distinct: HashSet<_> = chosen.iter().map(|entry| entry.hash).collect();
    assert_eq!(distinct.len(), chosen.len());

    let pictures = set.load(&chosen, 16).unwrap();
    assert_eq!(pictures.pixels.len(), chosen.len() * 16 * 16 * 3);
    assert_eq!(pictures.styles.len(), chosen.len());
    assert_eq!(pictures.styles[0], 0);
    assert!(
        pictures
            .pixels
            .iter()
            .all(|value| (-1.0..=1.0).contains(value))
    );
}
