//! The sets file that comes with the project.

use std::collections::BTreeSet;
use std::path::Path;

use utsushi_dataset::{Role, SetsFile};

#[test]
fn the_shipped_sets_file_is_valid_and_names_the_eight_sets() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs/sets.toml");
    let sets = SetsFile::read(&path).unwrap();
    let styles: BTreeSet<_> = sets
        .sources
        .iter()
        .map(|source| source.style.as_str())
        .collect();
    let expected = [
        "fan-cel",
        "game-cel",
        "illustration",
        "oil",
        "photo",
        "tv-cel",
        "vn-2000s",
        "vn-2010s",
    ];
    assert_eq!(styles, BTreeSet::from(expected));
    for source in &sets.sources {
        assert_eq!(source.path, Path::new(&format!("{}.zip", source.style)));
        assert_eq!(
            source.role == Role::ContentOnly,
            source.style == "photo",
            "{}",
            source.style
        );
        assert!(source.licence.is_some(), "{}", source.style);
    }
}
