//! The card of a student, in Markdown: what its users must know.

use std::fmt::Write as _;

use super::step::Distillation;
use super::{Agreement, Teacher};
use crate::headings::lowered;

pub(super) fn card(
    distillation: &Distillation,
    teacher: &Teacher,
    agreement: &Agreement,
) -> String {
    let config = &distillation.config;
    let mut text = String::from("# Model card of a student\n\n");
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    line(format_args!(
        "Taught by utsushi {} to paint in one style, `{}`, as the model `{}` does: {} steps of {} \
         pictures at {} px, seed {}, {} numbers.\n",
        env!("CARGO_PKG_VERSION"),
        teacher.style.name,
        teacher.name,
        distillation.step,
        config.batch,
        config.size,
        config.seed,
        config.student.parameters(),
    ));
    line(format_args!("## Agreement with its teacher\n"));
    line(format_args!(
        "On {} held-out pictures at {} px, against the teacher's paintings of them:\n",
        agreement.pictures, config.size
    ));
    line(format_args!("| | student | the picture unpainted |"));
    line(format_args!("|---|---|---|"));
    line(format_args!(
        "| peak signal-to-noise ratio, dB (more is nearer) | {:.2} | {:.2} |",
        agreement.psnr, agreement.psnr_unpainted
    ));
    if let (Some(ours), Some(unpainted)) = (agreement.features, agreement.features_unpainted) {
        line(format_args!(
            "| difference of features (less is nearer) | {ours:.3} | {unpainted:.3} |"
        ));
    }
    let terms = match teacher.style.licence.as_str() {
        "" => "not stated",
        terms => terms,
    };
    line(format_args!(
        "\nTerms of the pictures that the style was learned from: {terms}. The student is bound \
         by those of its teacher's sets and of the pictures that it was taught with.\n"
    ));
    line(format_args!("## The teacher's card\n"));
    text.push_str(&lowered(&teacher.card, 2));
    text
}
