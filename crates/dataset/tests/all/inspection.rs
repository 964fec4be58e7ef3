//! Looking at sources.

use utsushi_dataset::{InspectOptions, inspect};
use utsushi_imaging::{EncodeOptions, Format, OutputFormat, encode};

use crate::fixture::{Workshop, blots, png, zip_of};

#[test]
fn folders_of_folders_and_zips_are_told_style_by_style() {
    let shop = Workshop::new();
    shop.draw("all/cel", 0..7);
    shop.write("all/cel/sub/wide.png", &png(&blots(20, 80)));
    shop.write("all/cel/z-again.png", &png(&blots(3, 72)));
    shop.write("all/cel/z-note.txt", b"words");
    let jpeg = encode(&blots(30, 90), OutputFormat::Jpeg, EncodeOptions::default()).unwrap();
    shop.write(
        "all/oil.zip",
        &zip_of(&[("a/x.jpg", &jpeg), ("../y.jpg", &jpeg)], true),
    );
    let options = InspectOptions {
        sheet_pictures: 4,
        sheet_cell: 40,
        ..InspectOptions::default()
    };
    let mut last = None;
    let found = inspect(&[shop.path("all")], &options, &mut |now| {
        last = Some(now.clone())
    })
    .unwrap();
    let last = last.unwrap();
    assert_eq!((last.done, last.total), (12, 12));

    let [cel, oil] = &found.styles[..] else {
        panic!("{:?}", found.styles)
    };
    assert_eq!((cel.name.as_str(), cel.pictures), ("cel", 9));
    assert_eq!(cel.formats[&Format::Png], 9);
    assert_eq!(cel.sizes[&(64, 64)], 7);
    assert_eq!(cel.shorter_sides(), Some((64, 64, 80)));
    assert_eq!(cel.near_duplicates.len(), 1);
    assert_eq!(
        (&*cel.near_duplicates[0].name, &*cel.near_duplicates[0].of),
        ("z-again.png", "0003.png")
    );
    assert_eq!(cel.unreadable[0].0, "z-note.txt");
    assert_eq!(
        (oil.name.as_str(), oil.pictures, oil.bytes),
        ("oil", 1, jpeg.len() as u64)
    );
    assert_eq!(oil.unreadable[0].1.name(), "refused");
    // Two rows of four cells, and room for captions and gaps.
    assert!(found.sheet.width() >= 4 * 40 && found.sheet.height() >= 2 * 40);

    let single = inspect(&[shop.path("all/oil.zip")], &options, &mut |_| {}).unwrap();
    assert_eq!(single.styles[0].pictures, 1);
    let pictures = inspect(&[shop.path("all/cel/sub")], &options, &mut |_| {}).unwrap();
    assert_eq!(
        (
            pictures.styles[0].name.as_str(),
            pictures.styles[0].pictures
        ),
        ("sub", 1)
    );
}

#[test]
fn what_is_not_there_is_an_error() {
    let shop = Workshop::new();
    let options = InspectOptions::default();
    let error = inspect(&[shop.path("nothing")], &options, &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("nothing"), "{error}");
    let far = InspectOptions {
        duplicate_distance: 16,
        ..options
    };
    let error = inspect(&[], &far, &mut |_| {}).unwrap_err().to_string();
    assert!(
        error.contains("duplicate_distance") && error.contains("16"),
        "{error}"
    );
}
