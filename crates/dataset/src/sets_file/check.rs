//! Checks of a sets file's values.

use super::{SetsFile, SourceEntry, written};
use crate::near_duplicates::MAX_DISTANCE;
use crate::style_name::{MOST_LETTERS, are_alike, is_style_name};

/// Checks the values; the error names the first wrong one by key and value, with the fix.
pub(super) fn check(file: &SetsFile) -> Result<(), String> {
    if !(16..=1024).contains(&file.size) {
        return Err(format!(
            "`size = {}` must be 16…1024 pixels; try 64 or 128",
            file.size
        ));
    }
    if !(0.0..=0.5).contains(&file.validation) {
        return Err(format!(
            "`validation = {}` must be a fraction of 0…0.5; try 0.05",
            file.validation
        ));
    }
    if file.min_size == 0 {
        return Err("`min_size = 0` must be at least 1 pixel; try 48".into());
    }
    if !(0.0..=127.0).contains(&file.min_deviation) {
        return Err(format!(
            "`min_deviation = {}` must be 0…127; try 4",
            file.min_deviation
        ));
    }
    check_distance(file.duplicate_distance)?;
    if file.sources.is_empty() {
        return Err("there is no source; add a `[[source]]` with `path` and `style`".into());
    }
    for (index, source) in file.sources.iter().enumerate() {
        check_source(source).map_err(|message| format!("source {}: {message}", index + 1))?;
        for other in &file.sources[..index] {
            check_pair(source, other).map_err(|message| {
                format!(
                    "source {} (`{}`): {message}",
                    index + 1,
                    source.path.display()
                )
            })?;
        }
    }
    Ok(())
}

fn check_distance(distance: u32) -> Result<(), String> {
    if distance > MAX_DISTANCE {
        return Err(format!(
            "`duplicate_distance = {distance}` must be 0…{MAX_DISTANCE} of 64 bits; try 4"
        ));
    }
    Ok(())
}

/// Characters that stand for `\` and a letter between double quotes.
const CODES: [(char, &str); 6] = [
    ('\t', "\\t"),
    ('\n', "\\n"),
    ('\r', "\\r"),
    ('\u{8}', "\\b"),
    ('\u{c}', "\\f"),
    ('\u{1b}', "\\e"),
];

fn check_source(source: &SourceEntry) -> Result<(), String> {
    if source.path.as_os_str().is_empty() {
        return Err("`path = \"\"` must name a folder or zip of pictures".into());
    }
    let path = source.path.to_string_lossy();
    if path.contains(char::is_control) {
        let meant = CODES
            .iter()
            .fold(path.into_owned(), |path, (code, letters)| {
                path.replace(*code, letters)
            });
        return Err(format!(
            "`path = {:?}` has a tab or another code in it, which `\\` between double quotes \
             begins; write {}",
            source.path,
            written(&meant)
        ));
    }
    let style = &source.style;
    if !is_style_name(style) {
        return Err(format!(
            "`style = \"{style}\"` must be 1…{MOST_LETTERS} letters, of any script, digits, `-` or \
             `_`: it names a folder"
        ));
    }
    let pick = source.pick;
    if pick.every == 0 {
        return Err("`pick`: `every = 0` must be at least 1".into());
    }
    if pick.first >= pick.every {
        return Err(format!(
            "`pick`: `first = {}` must be below `every = {}`",
            pick.first, pick.every
        ));
    }
    source.duplicate_distance.map_or(Ok(()), check_distance)
}

fn check_pair(source: &SourceEntry, other: &SourceEntry) -> Result<(), String> {
    let style = &source.style;
    if *style == other.style {
        if source.role != other.role {
            return Err(format!(
                "`style = \"{style}\"` has another `role` in an earlier source; all sources of a \
                 style need the same"
            ));
        }
    } else if are_alike(style, &other.style) {
        return Err(format!(
            "`style = \"{style}\"` and `style = \"{}\"` differ only in upper and lower case, \
             which not every file system tells apart; rename one",
            other.style
        ));
    }
    Ok(())
}
