//! Formatting of numbers, tables and errors for people.

use std::io::{self, ErrorKind};
use std::path::Path;

use utsushi::anatomy::Area;
use utsushi::{Note, ProfileLoss};

/// Formats a number of bytes, `1.4 MB`, in decimal units, as file managers do.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] {
        // What would be rounded up to 1000 of the smaller unit is said in the larger one.
        if count >= size * 0.99995 {
            return format!("{:.1} {unit}", count / size);
        }
    }
    format!("{count} bytes")
}

/// Formats a number with separators: `12,345`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats a number with its noun: `1 picture`, `2 pictures`.
pub fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// The message that colours are sRGB although those of the content's profile were asked for.
pub fn in_srgb(output: &Path, loss: ProfileLoss) -> String {
    format!("{}: its colours are sRGB: {loss}", output.display())
}

/// A note of the library, with the names of the command line's options.
pub fn noted(note: &Note) -> String {
    note.worded(|option| format!("--{option}"))
}

/// The message that a picture has nothing of an area that `--mask` or `--within` names.
pub fn absent(picture: &str, area: Area) -> String {
    let area = area.name();
    format!("{picture}: nothing was found in it for the part `{area}`")
}

/// Formats a duration: `3 h 05 min`, `12 min 40 s`, `8.2 s`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{:.1} s", seconds.max(0.0)),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Parses a duration: `1h30m`, `8m` or `90s`.
///
/// # Errors
/// The error says what to write instead.
pub fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || "use hours, minutes and seconds such as 1h30m, 8m or 90s".to_owned();
    let (mut rest, mut seconds) = (text, 0_u64);
    for (unit, length) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let number: u64 = number.parse().map_err(|_| wrong())?;
            let part = number.checked_mul(length).ok_or_else(wrong)?;
            seconds = seconds.checked_add(part).ok_or_else(wrong)?;
            rest = after;
        }
    }
    match (rest, seconds) {
        ("", 1..) => Ok(std::time::Duration::from_secs(seconds)),
        _ => Err(wrong()),
    }
}

/// Replaces texts of the system in a message, as Rust words them, by what they mean and what to do;
/// the error's number stays at their end.
pub fn explained(message: &str) -> String {
    const NOT_TEXT: &str = "stream did not contain valid UTF-8";
    let mut text = message.replace(NOT_TEXT, "this is not text in UTF-8; save it as UTF-8");
    let numbers = message.split("(os error ").skip(1);
    let numbers = numbers.filter_map(|rest| rest.split_once(')')?.0.parse::<i32>().ok());
    for number in numbers {
        let error = io::Error::from_raw_os_error(number);
        let meaning = match error.kind() {
            ErrorKind::NotFound => "there is no such file or folder; look at the spelling",
            ErrorKind::PermissionDenied => {
                "no permission; change the rights, or choose another place"
            }
            ErrorKind::AlreadyExists => "there is something of that name; choose another",
            ErrorKind::IsADirectory => "this is a folder; give the name of a file",
            ErrorKind::NotADirectory => "a part of this path is a file and no folder",
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "the disk is full; make room on it, or choose another"
            }
            ErrorKind::ReadOnlyFilesystem => "this disk is read-only; choose another",
            ErrorKind::InvalidFilename => "the system takes no such name; choose a shorter one",
            ErrorKind::AddrInUse => "another program has it already",
            ErrorKind::AddrNotAvailable => "this computer has no such address",
            _ => continue,
        };
        text = text.replace(
            &error.to_string(),
            &format!("{meaning} (os error {number})"),
        );
    }
    text
}

/// Width of a text in a terminal's columns: two for a letter of Chinese, Japanese or Korean, none
/// for a combining accent.
fn width_of(text: &str) -> usize {
    const NONE: [std::ops::RangeInclusive<char>; 2] =
        ['\u{300}'..='\u{36f}', '\u{3099}'..='\u{309a}'];
    const WIDE: [std::ops::RangeInclusive<char>; 8] = [
        '\u{1100}'..='\u{115f}',
        '\u{2e80}'..='\u{303e}',
        '\u{3041}'..='\u{a4cf}',
        '\u{ac00}'..='\u{d7a3}',
        '\u{f900}'..='\u{faff}',
        '\u{ff00}'..='\u{ff60}',
        '\u{ffe0}'..='\u{ffe6}',
        '\u{20000}'..='\u{3fffd}',
    ];
    let is_in = |ranges: &[std::ops::RangeInclusive<char>], letter: char| {
        ranges.iter().any(|range| range.contains(&letter))
    };
    let places = text.chars().map(|letter| match letter {
        _ if is_in(&NONE, letter) => 0,
        _ if is_in(&WIDE, letter) => 2,
        _ => 1,
    });
    places.sum()
}

/// Formats a table with columns of equal width and two spaces between them. Columns listed in
/// `right` are right-aligned.
pub fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| width_of(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, cell): (usize, &String)| {
            let room = " ".repeat(widths[column] - width_of(cell));
            if right.contains(&column) {
                format!("{room}{cell}")
            } else {
                format!("{cell}{room}")
            }
        };
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Arranges words in as many columns as fit into `width` characters, to be read line by line.
pub fn columns(words: &[&str], width: usize) -> String {
    let longest = words.iter().map(|word| width_of(word)).max();
    let count = ((width + 2) / (longest.unwrap_or(0) + 2)).max(1);
    let rows = words.chunks(count);
    let rows: Vec<Vec<String>> = rows
        .map(|row| row.iter().map(|&word| word.to_owned()).collect())
        .collect();
    table(&rows, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_what_is_none_is_refused() {
        for (text, seconds) in [("8m", 480), ("90s", 90), ("1h30m", 5400), ("1h2m3s", 3723)] {
            assert_eq!(parse_duration(text).unwrap().as_secs(), seconds, "{text}");
        }
        for text in [
            "",
            "8",
            "m",
            "0m",
            "-1m",
            "1.5h",
            "5m1h",
            "8m!",
            "99999999999999999999s",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_400_000), "1.4 MB");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(count(7), "7");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "picture"), "1 picture");
        assert_eq!(counted(1000, "picture"), "1,000 pictures");
    }

    #[test]
    #[cfg(unix)]
    fn the_words_of_the_system_are_explained() {
        let raw = io::Error::from_raw_os_error;
        let told = explained(&format!("a.png: cannot be read: {}", raw(13)));
        assert!(
            told.starts_with("a.png: cannot be read: no permission;"),
            "{told}"
        );
        assert!(
            told.ends_with("(os error 13)") && !told.contains("denied"),
            "{told}"
        );
        let two = explained(&format!("{}, then {}", raw(2), raw(2)));
        assert_eq!(two.matches("there is no such file").count(), 2, "{two}");
        // What is not known stays as it is.
        for same in [
            &raw(5).to_string()[..],
            "(os error x)",
            "(os error 2",
            "plain",
        ] {
            assert_eq!(explained(same), same);
        }
    }

    #[test]
    fn durations_have_two_units() {
        assert_eq!(duration(8.24), "8.2 s");
        assert_eq!(duration(760.0), "12 min 40 s");
        assert_eq!(duration(11_100.0), "3 h 05 min");
        assert_eq!(duration(-1.0), "0.0 s");
    }

    #[test]
    fn words_fill_a_line() {
        let words = ["oil", "manga", "cel", "ink", "chibi"];
        assert_eq!(columns(&words, 14), "oil    manga\ncel    ink\nchibi");
        assert_eq!(columns(&words, 1), words.join("\n"));
        assert_eq!(columns(&[], 80), "");
    }

    #[test]
    fn columns_line_up() {
        let rows = [["style", "count"], ["oil", "7"], ["ü", "100"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            table(&rows, &[1]),
            "style  count\noil        7\nü        100"
        );
        // A Chinese letter is as wide as two, an accent beside its letter as none.
        let rows = [["水墨", "1"], ["か\u{3099}か", "2"], ["toon", "3"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows, &[]), "水墨  1\nか\u{3099}か  2\ntoon  3");
    }
}
