//! Painters of tiny models with random weights, for tests.

use utsushi_test_fixtures::TinyModel;

use crate::Painter;
pub(crate) use crate::testing::drawing;
use crate::testing::painter_of;

/// A tiny painter with the styles `oil` and `cel`.
pub(crate) fn painter() -> Painter {
    painter_from(5)
}

/// A tiny painter with weights from another seed.
pub(crate) fn painter_from(seed: u64) -> Painter {
    let tiny = TinyModel::new(&["oil", "cel"]).with_prior();
    painter_of(&tiny.with_seed(seed))
}

/// A tiny painter whose model knows the conditions age and role.
pub(crate) fn painter_with_labels() -> Painter {
    let labels: [(&str, &[&str]); 2] = [
        ("age", &["old", "young"]),
        ("role", &["knight", "mage", "villager"]),
    ];
    let tiny = TinyModel::new(&["oil", "cel"]).with_prior();
    painter_of(&tiny.with_conditions(&labels))
}
