//! Comma-separated values, RFC 4180.

/// Rows with the number of the line that each starts on; empty lines are passed over.
///
/// # Errors
/// A quote that is not closed.
pub(super) fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut field = String::new();
    let (mut line, mut start) = (1, 1);
    let mut letters = text.chars().peekable();
    let mut end_row = |row: &mut Vec<String>, field: &mut String, start: usize| {
        row.push(std::mem::take(field));
        if row.len() > 1 || !row[0].is_empty() {
            rows.push((start, std::mem::take(row)));
        }
        row.clear();
    };
    while let Some(letter) = letters.next() {
        match letter {
            '"' if field.is_empty() => loop {
                match letters.next() {
                    // Two quotes are one.
                    Some('"') if letters.peek() == Some(&'"') => {
                        letters.next();
                        field.push('"');
                    }
                    Some('"') => break,
                    Some(inner) => {
                        line += usize::from(inner == '\n');
                        field.push(inner);
                    }
                    None => return Err(format!("a quote in line {start} or after is not closed")),
                }
            },
            ',' => row.push(std::mem::take(&mut field)),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' => {
                end_row(&mut row, &mut field, start);
                line += 1;
                start = line;
            }
            letter => field.push(letter),
        }
    }
    end_row(&mut row, &mut field, start);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_quotes_and_line_ends() {
        let found = rows("a,\"b\"\"c,\nd\",\r\n\r\ne,,f").unwrap();
        let row = |line, fields: [&str; 3]| (line, fields.map(str::to_owned).to_vec());
        assert_eq!(
            found,
            [row(1, ["a", "b\"c,\nd", ""]), row(4, ["e", "", "f"])]
        );
        assert!(rows("").unwrap().is_empty());
        assert!(rows("\"a").is_err());
    }
}
