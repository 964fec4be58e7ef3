//! Parsing of values separated by commas, semicolons or tabs (RFC 4180, and the variants of
//! spreadsheets).

use csv::{ErrorKind, ReaderBuilder, Trim};

use super::{NAMES, call_it};

/// A parsed table, whose first line has named its columns.
pub(super) struct Rows {
    pub head: Vec<String>,
    /// Index of the column with the pictures' names.
    pub place: usize,
    /// Rows of the table, each with as many fields as the header.
    pub rows: Vec<Vec<String>>,
}

/// Parses a table with the separator that gives a column with the pictures' names in its header.
///
/// # Errors
/// There is no such column, a row has another length, or a quote is not closed.
pub(super) fn rows(text: &str) -> Result<Rows, String> {
    // What Excel tells itself in the first line.
    let (declared, text) = match text.strip_prefix("sep=").and_then(|it| it.split_once('\n')) {
        Some((separator, rest)) => (separator.bytes().next(), rest),
        None => (None, text),
    };
    let skipped = u64::from(declared.is_some());
    let separators: &[u8] = match &declared {
        Some(separator) => std::slice::from_ref(separator),
        None => b",;\t",
    };
    let mut shown = Vec::new();
    for &separator in separators {
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| told(&error, skipped))?;
        let head: Vec<String> = head.iter().map(str::to_owned).collect();
        if head.len() > shown.len() {
            shown.clone_from(&head);
        }
        let named = |name: &&str| head.iter().position(|it| it.eq_ignore_ascii_case(name));
        let Some(place) = NAMES.iter().find_map(named) else {
            continue;
        };
        return body(text, head, place, reader, skipped);
    }
    if shown.is_empty() {
        return Err("it is empty".to_owned());
    }
    let shown: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
    Err(format!(
        "it has no column with the pictures' names; {}. Its columns are {}, as far as commas, \
         semicolons or tabs separate them",
        call_it(),
        shown.join(", ")
    ))
}

fn body(
    text: &str,
    mut head: Vec<String>,
    mut place: usize,
    mut reader: csv::Reader<&[u8]>,
    skipped: u64,
) -> Result<Rows, String> {
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| told(&error, skipped))?;
        let line = record.position().map_or(0, csv::Position::line) + skipped;
        if record.get(place).is_none_or(str::is_empty) {
            return Err(format!("line {line} does not say which picture it is of"));
        }
        rows.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
    }
    // A quote that is never closed takes in all lines behind it.
    let odd = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    if odd
        && rows
            .last()
            .is_some_and(|row| row.iter().any(|it| it.contains('\n')))
    {
        return Err("a quote is not closed, in its last row".to_owned());
    }
    for column in (0..head.len()).rev() {
        let name = &head[column];
        if head[..column].contains(name) && !name.is_empty() {
            return Err(format!("the column `{name}` is there twice; rename one"));
        }
        // Spreadsheets leave empty columns at the end.
        if name.is_empty() {
            if rows.iter().any(|row| !row[column].is_empty()) {
                return Err(format!("column {} has no name", column + 1));
            }
            head.remove(column);
            place -= usize::from(column < place);
            rows.iter_mut().for_each(|row| drop(row.remove(column)));
        }
    }
    Ok(Rows { head, place, rows })
}

/// Words an error, with its line.
fn told(error: &csv::Error, skipped: u64) -> String {
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(0, csv::Position::line) + skipped;
            format!("line {line} has {len} columns, the first {expected_len}; is a quote open?")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_separators_quotes_and_line_ends() {
        let found = rows("file,b,c\na,\"b\"\"c,\nd\",\r\n\r\ne,,f").unwrap();
        let row = |fields: [&str; 3]| fields.map(str::to_owned).to_vec();
        assert_eq!(
            found.rows,
            [row(["a", "b\"c,\nd", ""]), row(["e", "", "f"])]
        );
        assert_eq!(found.place, 0);
        let told = |text: &str| rows(text).err().unwrap();
        assert!(told("").contains("empty"));
        assert!(told("file,b\na,\"1\nb,2\n").contains("quote"));
        assert!(told("file,b\na,1\nb\n").contains("line 3"));
    }

    #[test]
    fn empty_columns_before_the_name_are_no_columns() {
        let found = rows(",role,file\n,x,a.png\n").unwrap();
        assert_eq!(found.head, ["role", "file"]);
        assert_eq!(found.rows, [["x", "a.png"]]);
        assert_eq!(found.place, 1);
    }
}
