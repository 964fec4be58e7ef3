//! Pictures that are cut by their faces, whoever finds them.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use utsushi_dataset::{
    ContentHash, DatasetError, FaceCrop, FindFace, PixelBox, PrepareOptions, PrepareReport,
    SetsFile, prepare_finding,
};
use utsushi_imaging::{DecodeLimits, Picture, Rectangle, read, resize};

use crate::fixture::{Workshop, blots, png};

const SETS: &str = "size = 32\nmin_size = 30\nvalidation = 0\nduplicate_distance = 0\n\
                    [[source]]\npath = 'art'\nstyle = 'a'\ncrop = 'face'\n";

/// Takes the place of a network: a white corner is a face.
struct Corner {
    side: u32,
}

impl FindFace for Corner {
    fn crop(&self, picture: &Picture) -> Option<FaceCrop> {
        (picture.rgb()[0] == 255).then_some(FaceCrop {
            square: PixelBox {
                left: 8,
                top: 20,
                side: self.side,
            },
            middle: [20.0, 30.0],
            turn: 0.0,
        })
    }

    fn version(&self) -> String {
        format!("corner {}", self.side)
    }
}

fn prepare(sets: &SetsFile, finder: &Corner, out: &Path) -> Result<PrepareReport, DatasetError> {
    let options = PrepareOptions::default();
    prepare_finding(
        sets,
        &options,
        finder,
        out,
        &mut |_| {},
        &AtomicBool::new(false),
    )
}

/// One picture with a face.
fn workshop() -> Workshop {
    let shop = Workshop::new();
    let mut with = blots(1, 64);
    with.rgb_mut()[0] = 255;
    shop.write("art/with.png", &png(&with));
    shop
}

#[test]
fn a_picture_is_cut_where_its_face_is_and_at_the_top_without_one() {
    let shop = Workshop::new();
    let mut with = blots(1, 64);
    with.rgb_mut()[0] = 255;
    // Standing upright, the part at the top being the face's usual place.
    let mut without = resize(&blots(2, 64), 40, 60);
    without.rgb_mut()[0] = 0;
    shop.write("art/with.png", &png(&with));
    shop.write("art/without.png", &png(&without));
    let out = shop.path("set");
    let report = prepare(&shop.sets(SETS), &Corner { side: 40 }, &out).unwrap();
    assert_eq!(
        (report.styles[0].train, report.styles[0].without_face),
        (2, 1)
    );
    assert!(report.dropped.is_empty(), "{:?}", report.dropped);
    let [faceless] = &report.without_face[..] else {
        panic!("{:?}", report.without_face)
    };
    let told = (&faceless.source[..], &faceless.fallback_crop[..]);
    assert_eq!(told, ("art/without.png", "top"));
    let lines = shop.read("set/report.jsonl");
    assert_eq!(
        lines,
        "{\"style\":\"a\",\"source\":\"art/without.png\",\"fallback_crop\":\"top\"}\n"
    );
    let parts = [(&with, (8, 20)), (&without, (0, 0))];
    for (picture, (left, top)) in parts {
        let hash = ContentHash::of(&png(picture));
        let manifest = shop.manifest("set");
        let entry = manifest.iter().find(|entry| entry.hash == hash).unwrap();
        let cut = read(&out.join(entry.relative_path()), &DecodeLimits::default());
        let part = picture.crop(Rectangle {
            left,
            top,
            width: 40,
            height: 40,
        });
        assert_eq!(cut.unwrap().picture, resize(&part, 32, 32));
    }
    // What an earlier run found is recalled.
    let again = prepare(&shop.sets(SETS), &Corner { side: 40 }, &out).unwrap();
    assert_eq!((again.cut, again.without_face), (0, report.without_face));
    assert_eq!(shop.read("set/report.jsonl"), lines);
}

#[test]
fn a_face_that_is_too_small_is_taken_for_none() {
    let shop = workshop();
    let sets = shop.sets(SETS);
    let report = prepare(&sets, &Corner { side: 29 }, &shop.path("set")).unwrap();
    assert_eq!((report.styles[0].train, report.without_face.len()), (1, 1));
    assert!(report.dropped.is_empty(), "{:?}", report.dropped);
    // A picture that is too small at the top as well is left out.
    let larger = shop.sets(&SETS.replace("min_size = 30", "min_size = 65"));
    let error = prepare(&larger, &Corner { side: 40 }, &shop.path("other")).unwrap_err();
    assert!(error.to_string().contains("style `a`"), "{error}");
    assert!(shop.read("other/report.jsonl").contains("\"too-small\""));
}

#[test]
fn without_a_finder_nothing_is_begun() {
    let shop = workshop();
    let error = shop.prepare(&shop.sets(SETS), "set").unwrap_err();
    assert!(error.to_string().contains("prepare_finding"), "{error}");
    assert!(!shop.path("set").exists());
}

#[test]
fn a_set_is_of_one_finder() {
    let shop = workshop();
    let out = shop.path("set");
    let sets = shop.sets(SETS);
    prepare(&sets, &Corner { side: 40 }, &out).unwrap();
    assert_eq!(prepare(&sets, &Corner { side: 40 }, &out).unwrap().cut, 0);
    let error = prepare(&sets, &Corner { side: 41 }, &out).unwrap_err();
    assert!(error.to_string().contains("other settings"), "{error}");
}
