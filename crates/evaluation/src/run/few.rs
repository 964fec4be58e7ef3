//! Remarks on styles with too few pictures for steady measures.

use crate::plan::{StylePlan, contents};
use crate::words::counted;
use crate::{EvaluateOptions, EvaluationData};

/// Number of repainted pictures, and of real ones, from which on distances are steady.
const PICTURES: usize = 32;
/// Number of held-out paintings from which on measures of them are steady.
const HELD_OUT: usize = 16;

/// Numbers of pictures that limit how much of a style is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    /// Number of pictures to repaint that was asked for.
    asked: usize,
    /// Number of held-out pictures that can be repainted in the style.
    contents: usize,
    /// Number of held-out paintings of the style.
    held_out: usize,
    /// Number of all paintings of the style.
    paintings: usize,
}

impl Counts {
    pub(super) fn of(
        data: &EvaluationData<'_>,
        style: &StylePlan,
        options: &EvaluateOptions,
    ) -> Self {
        let held_out = data.validation(style.style).len();
        Self {
            asked: options.pictures,
            contents: contents(data, style.style, options.seed).len(),
            held_out,
            paintings: held_out + data.train(style.style).len(),
        }
    }
}

/// Says what is too few, and how there can be more; `None` if there is enough of everything.
pub(super) fn remark(name: &str, counts: &Counts) -> Option<String> {
    let Counts {
        asked,
        contents,
        held_out,
        paintings,
    } = *counts;
    let mut few = Vec::new();
    if asked < PICTURES {
        few.push(format!(
            "{} repainted, as `--pictures` asks (from {PICTURES} on they are steadier)",
            counted(asked, "picture is", "pictures are")
        ));
    }
    if contents < PICTURES {
        few.push(format!(
            "{} held out of other styles and content-only sources, to be repainted ({PICTURES} or \
             more: add such pictures, or raise `validation`)",
            counted(contents, "picture is", "pictures are")
        ));
    }
    // One half is held against the other.
    if paintings < 2 * PICTURES {
        few.push(format!(
            "the set has {} of it ({} or more: add some)",
            counted(paintings, "painting", "paintings"),
            2 * PICTURES
        ));
    }
    if held_out < HELD_OUT {
        few.push(format!(
            "{} held out ({HELD_OUT} or more: add paintings of it, or raise `validation`)",
            counted(held_out, "painting of it is", "paintings of it are")
        ));
    }
    (!few.is_empty()).then(|| {
        format!(
            "{name}: its distances are too large for real and painted alike, and uncertain, since \
             there is little to measure: {}.",
            few.join("; ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENOUGH: Counts = Counts {
        asked: 64,
        contents: 32,
        held_out: 16,
        paintings: 64,
    };

    #[test]
    fn what_is_few_is_named_and_nothing_else() {
        assert_eq!(remark("oil", &ENOUGH), None);
        let (many, words) = (
            ENOUGH,
            [
                "`--pictures`",
                "to be repainted",
                "the set has",
                "of it are held out",
            ],
        );
        for (few, told) in [
            (
                Counts { asked: 3, ..many },
                "3 pictures are repainted, as `--pictures` asks",
            ),
            (
                Counts {
                    contents: 5,
                    ..many
                },
                "5 pictures are held out of other styles",
            ),
            (
                Counts {
                    paintings: 40,
                    ..many
                },
                "the set has 40 paintings of it (64 or more",
            ),
            (
                Counts {
                    held_out: 7,
                    ..many
                },
                "7 paintings of it are held out (16 or more",
            ),
        ] {
            let remark = remark("oil", &few).unwrap();
            assert!(
                remark.starts_with("oil: ") && remark.contains(told),
                "{remark}"
            );
            let named = words.iter().filter(|word| remark.contains(**word));
            assert_eq!(named.count(), 1, "{remark}");
        }
    }

    #[test]
    fn all_that_is_few_is_named_with_its_number() {
        let none = Counts {
            asked: 2,
            contents: 2,
            held_out: 1,
            paintings: 4,
        };
        let remark = remark("oil", &none).unwrap();
        for told in [
            "2 pictures are repainted",
            "2 pictures are held out",
            "4 paintings",
            "1 painting of it is held out",
        ] {
            assert!(remark.contains(told), "{remark}");
        }
    }
}
