use std::fs;
use std::sync::LazyLock;

use utsushi_imaging::Picture;

use super::*;
use crate::jobs::{StyleSource, StyleSourceError, WeightedReference};
use crate::testing::{painter, painter_of};
use utsushi_test_fixtures::TinyModel;

/// A complete saved style for tests, whose thumbnail is painted once for all of them.
static SAVED: LazyLock<SavedStyle> = LazyLock::new(|| {
    let painter = painter();
    let code = painter.sampled_style(None, 3).unwrap();
    let options = StyleOptions {
        strength: 1.4,
        octaves: Some(2),
        keep_colours: true,
    };
    SavedStyle::new(&painter, code, options, "a.png=0.7 + b.png=0.3".to_owned()).unwrap()
});

fn saved() -> SavedStyle {
    SAVED.clone()
}

/// The bytes of a file.
fn bytes_of(file: &WeightsFile) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.style");
    file.write(&path, Precision::Single, false).unwrap();
    fs::read(path).unwrap()
}

/// Changes the file of [`SAVED`] and reads it again.
fn with(change: impl Fn(&mut WeightsFile)) -> Result<SavedStyle, SavedStyleError> {
    let mut file = saved().file();
    change(&mut file);
    SavedStyle::from_bytes(&bytes_of(&file), Path::new("x.style"))
}

fn set(key: &str, value: &str) -> Result<SavedStyle, SavedStyleError> {
    with(|file| {
        file.metadata.insert(key.to_owned(), value.to_owned());
    })
}

#[test]
fn a_style_comes_back_as_it_was_and_paints_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.style");
    let (painter, saved) = (painter(), saved());
    saved.write(&path, false).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes, bytes_of(&saved.file()));
    assert_eq!(bytes, saved.to_bytes().unwrap());
    assert!(bytes.len() < 64 << 10, "{} bytes", bytes.len());
    assert!(SavedStyle::is_one(&bytes));
    let read = SavedStyle::read(&path).unwrap();
    let size = |picture: &Option<Picture>| picture.as_ref().map(|it| (it.width(), it.height()));
    assert_eq!(size(&read.thumbnail), size(&saved.thumbnail));
    assert_eq!(
        SavedStyle {
            thumbnail: saved.thumbnail.clone(),
            ..read.clone()
        },
        saved
    );
    assert_eq!(read.code(&painter, &path).unwrap(), saved.code);
    // Wherever a reference is taken, with a weight or without.
    let source = StyleSource::References(vec![WeightedReference::of(path.clone())]);
    let limits = DecodeLimits::default();
    assert_eq!(source.resolve(&painter, &limits).unwrap(), saved.code);
    assert!(saved.write(&path, false).is_err());
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn colours_of_parts_are_kept_and_foreign_ones_refused() {
    let insert = |name: &'static str, length: usize| {
        with(move |file| {
            let values = (0..length).map(|at| at as f32 / 64.0).collect();
            file.tensors.insert(name, [length / 3, 3], values);
        })
    };
    let kept = insert("colours.hair", 48).unwrap();
    let colours = kept.code.part_colours().unwrap().to_tensors();
    assert_eq!(colours.len(), 1);
    assert_eq!(colours.get("hair").unwrap().values[5], 5.0 / 64.0);
    let again = SavedStyle::from_bytes(&bytes_of(&kept.file()), Path::new("x.style")).unwrap();
    assert_eq!(again.code, kept.code);
    for (name, length) in [
        ("colours.beard", 48),
        ("colours.hair", 45),
        ("colours.hair", 0),
    ] {
        let error = insert(name, length).unwrap_err().to_string();
        assert!(error.contains("its `colours` are no tones"), "{error}");
    }
}

#[test]
fn another_model_is_told_what_it_was_made_of() {
    let other = painter_of(&TinyModel::new(&["oil", "cel", "photo"]).with_seed(9));
    let path = Path::new("x.style");
    let error = saved().code(&other, path).unwrap_err();
    assert!(matches!(error, SavedStyleError::OtherModel { .. }));
    let error = error.to_string();
    assert!(error.starts_with("x.style: ") && error.ends_with("a.png=0.7 + b.png=0.3"));
    // The same fingerprint with a code of another length, which somebody has made up.
    let short = with(|file| {
        file.tensors.insert(CODE, [4], vec![0.0; 4]);
    });
    let error = short.unwrap().code(&painter(), path).unwrap_err();
    assert!(matches!(error, SavedStyleError::Damaged { .. }), "{error}");
}

#[test]
fn files_cut_anywhere_are_refused() {
    let bytes = bytes_of(&saved().file());
    let path = Path::new("x.style");
    for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        let error = SavedStyle::from_bytes(&bytes[..length], path).unwrap_err();
        assert!(error.to_string().contains("x.style"), "{error}");
    }
}

#[test]
fn what_is_missing_or_out_of_range_is_named() {
    assert!(matches!(
        set("format", "2"),
        Err(SavedStyleError::Version { found, .. }) if found == "2"
    ));
    for (key, value) in [
        ("model", "x"),
        ("model", "11112222333344445"),
        ("strength", "2.5"),
        ("strength", "NaN"),
        ("strength", "much"),
        ("octaves", "6"),
        ("octaves", "-1"),
        ("keep_colours", "yes"),
        ("thumbnail", "https://example.org/x.jpg"),
        ("thumbnail", "data:image/jpeg;base64,AAAA"),
        ("thumbnail", "data:image/jpeg;base64,!"),
    ] {
        let error = set(key, value).unwrap_err();
        assert!(
            matches!(error, SavedStyleError::Damaged { .. }),
            "{key}: {error}"
        );
    }
    for key in ["format", "model", "strength", "keep_colours"] {
        let without = with(|file| {
            file.metadata.remove(key);
        });
        let error = without.unwrap_err().to_string();
        assert!(error.contains(&format!("it has no `{key}`")), "{error}");
    }
    let without = with(|file| {
        file.tensors.remove(CODE);
    });
    assert!(without.unwrap_err().to_string().contains("no `code`"));
    for key in ["note", "thumbnail", "octaves"] {
        let without = with(|file| {
            file.metadata.remove(key);
        });
        assert!(without.is_ok(), "{key}");
    }
    let other = set("kind", "utsushi-direction").unwrap_err().to_string();
    assert!(other.contains("the kind `utsushi-direction`"), "{other}");
    let none = with(|file| file.metadata.clear()).unwrap_err();
    assert!(
        none.to_string().contains("weights of another kind"),
        "{none}"
    );
}

#[test]
fn numbers_that_are_none_and_sizes_that_lie_are_refused() {
    let bytes = bytes_of(&saved().file());
    let path = Path::new("x.style");
    let mut damaged = bytes.clone();
    let last = damaged.len() - 4;
    damaged[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = SavedStyle::from_bytes(&damaged, path).unwrap_err();
    assert!(error.to_string().contains("`code` is NaN"), "{error}");
    // A header that promises more than there is, and a file larger than any style.
    let mut long = bytes.clone();
    long[..8].copy_from_slice(&(u64::from(u32::MAX)).to_le_bytes());
    assert!(SavedStyle::from_bytes(&long, path).is_err());
    let mut large = bytes;
    large.resize(MOST_BYTES as usize + 1, 0);
    assert!(SavedStyle::from_bytes(&large, path).is_err());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.style");
    fs::write(&path, &large).unwrap();
    let error = SavedStyle::read(&path).unwrap_err().to_string();
    assert!(error.contains("large.style"), "{error}");
}

#[test]
fn pictures_are_no_styles() {
    for picture in [SAMPLE_PORTRAIT, b"GIF89a and so on", b"{\"kind\":1}", b""] {
        assert!(!SavedStyle::is_one(picture));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.safetensors");
    let empty = WeightsFile::default();
    empty.write(&path, Precision::Single, false).unwrap();
    let source = StyleSource::References(vec![WeightedReference::of(path)]);
    let error = source.resolve(&painter(), &DecodeLimits::default());
    let error = error.unwrap_err();
    let is_saved = matches!(
        error,
        StyleSourceError::Saved(SavedStyleError::NotAStyle { .. })
    );
    assert!(is_saved, "{error}");
}
