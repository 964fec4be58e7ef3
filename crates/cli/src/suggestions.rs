//! Suggestions of what a user may have meant by an unknown word.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error};

use crate::command_line::Arguments;

/// Words that other programs use, with the commands of this one.
const COMMANDS: [(&str, &str); 9] = [
    ("paint", "transfer"),
    ("repaint", "transfer"),
    ("stylize", "transfer"),
    ("stylise", "transfer"),
    ("style", "transfer"),
    ("convert", "transfer"),
    ("finetune", "train"),
    ("prepare", "dataset prepare"),
    ("inspect", "dataset inspect"),
];

/// Options that users of other programs may expect, the option that does it here, and a message
/// about it.
///
/// `FLAG` in the message stands for the option that was given.
const OPTIONS: [(&[&str], &str, &str); 11] = [
    (
        &["keep", "protect", "preserve", "exclude"],
        "mask",
        "`--mask MASK.png:keep` leaves the part where the mask is white as it is",
    ),
    (
        &["only", "region", "inside", "part"],
        "within",
        "`--within hair` (or `face`, `background` …, or a mask's file) paints that part and nothing else",
    ),
    (
        &["reference", "ref", "style-image", "reference-image"],
        "style",
        "`--style REF.png` names the painting that shows the style",
    ),
    (
        &["o", "output", "out", "out-dir", "output-dir"],
        "run",
        "`--run DIR` names the folder that a run is kept in; `utsushi export DIR -o FILE` writes \
         its model afterwards",
    ),
    (
        &["steps", "iterations", "iters", "epochs", "time"],
        "for",
        "`--for 1h` trains for so long; a number of steps is `run.steps` in a configuration, which \
         `--print-config` prints",
    ),
    (
        &["set", "dataset", "train", "images", "pictures"],
        "data",
        "`--data SET` names the prepared set",
    ),
    (
        &["overwrite", "no-clobber", "replace"],
        "force",
        "`--force` replaces files that are there; without it, none is replaced",
    ),
    (
        &["out", "out-file", "outfile", "save"],
        "output",
        "`--output FILE`, or `-o FILE`, names what to write",
    ),
    (
        &["intensity", "amount", "opacity"],
        "strength",
        "`--strength 0.6` is how far to go from the picture to the style",
    ),
    (
        &["age", "eyes", "face", "smile", "mouth", "blink", "chibi"],
        "warp-face",
        "`--warp-face FLAG` changes the shape of a face so; `--warp-face FLAG=0.5` half as much",
    ),
    (
        &["colours", "colors", "preserve-colours", "preserve-colors"],
        "keep-colours",
        "`--keep-colours` keeps the colours of the picture",
    ),
];

/// The known word that differs from `word` in a letter or two, depending on its length.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |other: &str| strsim::damerau_levenshtein(word, other);
    let most = if word.chars().count() < 6 { 1 } else { 2 };
    let near = known.into_iter().map(|other| (distance(other), other));
    let near = near.filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// Replaces clap's suggestion by a better one: clap goes by the letters that two words share, and
/// so takes `--seed` for `--steady`.
pub fn mend(mut error: Error, arguments: &[String]) -> Error {
    let mut root = Arguments::command();
    // Gives the commands below their whole names.
    root.build();
    if let Some(command) = elsewhere(&root, &error, arguments) {
        let tip = format!("did you mean `utsushi {command}`?");
        error.remove(ContextKind::SuggestedArg);
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![tip.into()]),
        );
        return error;
    }
    let (kind, own) = match error.kind() {
        ErrorKind::UnknownArgument => (ContextKind::InvalidArg, ContextKind::SuggestedArg),
        ErrorKind::InvalidSubcommand => (
            ContextKind::InvalidSubcommand,
            ContextKind::SuggestedSubcommand,
        ),
        _ => return error,
    };
    let Some(ContextValue::String(word)) = error.get(kind) else {
        return error;
    };
    let word = word.split('=').next().unwrap_or_default().to_owned();
    let (path, command) = command_of(&root, arguments);
    error.remove(own);
    error.remove(ContextKind::Suggested);
    // The usage that comes with the error is of the option that was guessed.
    let usage = command.clone().render_usage();
    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    if kind == ContextKind::InvalidSubcommand {
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let meant = COMMANDS
            .iter()
            .find(|(other, _)| path.is_empty() && *other == word);
        let meant = meant
            .map(|(_, name)| *name)
            .or_else(|| nearest(&word, names));
        if let Some(name) = meant {
            error.insert(own, ContextValue::Strings(vec![name.to_owned()]));
        }
        return error;
    }
    let flag = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
    let Some(flag) = flag.filter(|flag| !flag.is_empty()) else {
        return error;
    };
    let tell = |error: &mut Error, tip: String| {
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
    };
    if let Some(tip) = expected(command, flag) {
        tell(&mut error, tip);
    } else if let Some(name) = option_like(command, flag) {
        error.insert(own, ContextValue::String(format!("--{name}")));
    } else {
        let others = commands_with(&root, flag);
        if !others.is_empty() {
            let tip = format!("`--{flag}` is an option of {}", others.join(", "));
            tell(&mut error, tip);
        }
    }
    error
}

/// Name of the command and option that clap adds by itself.
const HELP: &str = "help";

/// The command that was meant by `train prepare` for `dataset prepare`, for example: the second
/// word is not a file, but the name of a command in another group.
fn elsewhere(root: &Command, error: &Error, arguments: &[String]) -> Option<String> {
    let [first, second, ..] = arguments else {
        return None;
    };
    let stray = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) => !word.starts_with('-'),
        _ => error.kind() == ErrorKind::MissingRequiredArgument,
    };
    let called = root.find_subcommand(first)?;
    if !stray || called.has_subcommands() || second == HELP || Path::new(second).exists() {
        return None;
    }
    let mut others = root.get_subcommands().filter(|it| it.get_name() != HELP);
    let other = others.find(|other| other.find_subcommand(second).is_some())?;
    Some(format!("{} {second}", other.get_name()))
}

/// The command that was called, and the words that lead to it.
fn command_of<'a>(root: &'a Command, arguments: &[String]) -> (Vec<&'a str>, &'a Command) {
    let (mut path, mut command) = (Vec::new(), root);
    for argument in arguments {
        if let Some(below) = command.find_subcommand(argument) {
            path.push(below.get_name());
            command = below;
        }
    }
    (path, command)
}

/// A message on what does here what users may expect of `--flag`, if the command has it.
fn expected(command: &Command, flag: &str) -> Option<String> {
    let has = |name: &str| {
        command
            .get_arguments()
            .any(|it| it.get_long() == Some(name))
    };
    let mut known = OPTIONS.iter();
    let known = known.find(|(words, option, _)| words.contains(&flag) && has(option));
    known.map(|(.., tip)| tip.replace("FLAG", flag))
}

/// The option of a command that may be meant by `--flag`: with a similar spelling, or with `flag`
/// as its last word, as `--style-seed` has `seed`.
fn option_like(command: &Command, flag: &str) -> Option<String> {
    let names = || command.get_arguments().filter_map(clap::Arg::get_long);
    let worded = || names().find(|name| name.rsplit_once('-').is_some_and(|it| it.1 == flag));
    nearest(flag, names()).or_else(worded).map(str::to_owned)
}

/// The commands that have an option of exactly this name.
fn commands_with(command: &Command, flag: &str) -> Vec<String> {
    let mut found = Vec::new();
    for below in command.get_subcommands() {
        if below.get_arguments().any(|it| it.get_long() == Some(flag)) {
            found.push(format!("`{}`", below.get_name()));
        }
        let deeper = commands_with(below, flag).into_iter();
        found.extend(deeper.map(|name| name.replacen('`', &format!("`{} ", below.get_name()), 1)));
    }
    found
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn told(line: &str) -> String {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let error = Arguments::try_parse_from(&words).unwrap_err();
        mend(error, &words[1..]).to_string()
    }

    #[test]
    fn suggestions_are_what_was_meant() {
        for (line, meant, wrong) in [
            (
                "utsushi transfer a.png --seed 7 -o b.png",
                "--style-seed",
                "--steady",
            ),
            (
                "utsushi transfer a.png --stlye b.png -o c.png",
                "--style",
                "--steady",
            ),
            (
                "utsushi transfer a.png --keep face.png -o b.png",
                "--mask MASK.png:keep",
                "--steady",
            ),
            (
                "utsushi transfer a.png --reference b.png -o c.png",
                "--style REF.png",
                "--preview-frame",
            ),
            (
                "utsushi transfer a.png --overwrite -o b.png",
                "`--force`",
                "a similar",
            ),
            (
                "utsushi edit a.png --no-clobber -o b.png",
                "`--force`",
                "a similar",
            ),
            (
                "utsushi transfer a.png --out b.png",
                "`--output FILE`",
                "a similar",
            ),
            (
                "utsushi transfer a.png --intensity 0.5 -o b.png",
                "`--strength 0.6`",
                "a similar",
            ),
            (
                "utsushi edit a.png --smile -o b.png",
                "`--warp-face smile`",
                "FLAG",
            ),
            (
                "utsushi transfer a.png --colours -o b.png",
                "`--keep-colours`",
                "a similar",
            ),
            ("utsushi paint a.png", "transfer", "train"),
            ("utsushi trian a", "train", "transfer"),
            (
                "utsushi edit a.png --style b.png -o c.png",
                "`transfer`",
                "--tile",
            ),
            ("utsushi dataset prepre a", "prepare", "inspect"),
            ("utsushi inspect a", "dataset inspect", "export"),
            (
                "utsushi train prepare my-pictures -o set",
                "did you mean `utsushi dataset prepare`?",
                "tip: a similar",
            ),
            (
                "utsushi train prepare",
                "did you mean `utsushi dataset prepare`?",
                "tip: a similar",
            ),
            (
                "utsushi edit learn",
                "did you mean `utsushi direction learn`?",
                "tip: a similar",
            ),
            (
                "utsushi train fine-tune --data set --steps 5",
                "`run.steps` in a configuration",
                "a similar",
            ),
            (
                "utsushi train fine-tune --data set --steps 5",
                "`--for 1h`",
                "a similar",
            ),
            (
                "utsushi train fine-tune --set set",
                "`--data SET`",
                "a similar",
            ),
            ("utsushi train src", "--data", "did you mean"),
            ("utsushi train fine-tune", "--data", "did you mean"),
            (
                "utsushi train fine-tune --data set -o out",
                "`--run DIR`",
                "a similar",
            ),
            (
                "utsushi train fine-tune --data set --output=out",
                "`--run DIR`",
                "a similar",
            ),
        ] {
            let told = told(line);
            assert!(told.contains(meant), "{line}: {told}");
            assert!(!told.contains(wrong), "{line}: {told}");
        }
    }

    #[test]
    fn what_is_like_nothing_is_not_guessed_at() {
        assert_eq!(nearest("hose", ["house", "builtin"]), Some("house"));
        assert_eq!(nearest("style", ["tile", "steady"]), None);
        let told = told("utsushi transfer a.png --xyzzy");
        assert!(
            !told.contains("tip:") || told.contains("-- --xyzzy"),
            "{told}"
        );
    }
}
