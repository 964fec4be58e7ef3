//! The sets files that come with the project.

use std::collections::BTreeSet;
use std::path::Path;

use utsushi_dataset::{Crop, Ground, Role, SetsFile};

#[test]
fn the_shipped_sets_file_is_valid_and_names_the_sets() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs/sets.toml");
    let sets = SetsFile::read(&path).unwrap();
    let of_role = |role: Role| -> BTreeSet<&str> {
        let sources = sets.sources.iter().filter(|source| source.role == role);
        sources.map(|source| source.style.as_str()).collect()
    };
    assert_eq!(of_role(Role::Style).len(), 17);
    assert_eq!(
        of_role(Role::ContentOnly),
        BTreeSet::from(["figure", "illustration-small", "photo", "photo-scene"])
    );
    for source in &sets.sources {
        assert!(source.licence.is_some(), "{}", source.style);
    }
    // Sets of figures do not teach empty grounds, and those with transparency not white ones.
    let cut = sets
        .sources
        .iter()
        .filter(|source| source.crop == Crop::Figure);
    assert_eq!(cut.count(), 8);
    let varied = sets
        .sources
        .iter()
        .filter(|source| source.ground == Ground::Varied);
    assert_eq!(varied.count(), 8);
}

#[test]
fn the_free_models_sets_are_free_and_as_the_built_in_models() {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../configs")
            .join(name);
        SetsFile::read(&path).unwrap()
    };
    let (all, free) = (read("sets.toml"), read("free.toml"));
    assert_eq!(free.sources.len(), 8);
    for source in &free.sources {
        assert!(all.sources.contains(source), "{}", source.style);
        let licence = source.licence.as_deref().unwrap();
        let terms = ["CC BY 4.0", "CC0", "public domain"];
        assert!(
            terms.iter().any(|terms| licence.contains(terms)),
            "{licence}"
        );
    }
}
