//! Lists of jobs in text files.

use std::path::Path;

use super::{Job, PlanError, StyleSource};

/// Parses a list of jobs: on each line a content, a style and an output, separated by single tabs.
/// Empty lines and those that begin with `#` are passed over.
///
/// A style is a reference painting, `name:tv-cel` for a style of the model, in its most typical
/// hand, or `seed:7` for a sampled one. Paths that are not absolute start at `base`; `origin`
/// stands for the list's name in errors.
///
/// # Errors
/// The first line that does not describe a job, with its number. Whether the files exist is not
/// checked.
pub fn parse_list(text: &str, origin: &Path, base: &Path) -> Result<Vec<Job>, PlanError> {
    let mut jobs = Vec::new();
    // Editors on some systems put an invisible mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        jobs.push(parse_line(line, base).map_err(|reason| PlanError::List {
            path: origin.to_owned(),
            line: index + 1,
            reason,
        })?);
    }
    Ok(jobs)
}

fn parse_line(line: &str, base: &Path) -> Result<Job, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let &[content, style, output] = fields.as_slice() else {
        let count = fields.len();
        return Err(format!(
            "expected a content, a style and an output with one tab between, found {count} \
             {} between tabs",
            if count == 1 { "field" } else { "fields" }
        ));
    };
    for (name, field) in [("content", content), ("style", style), ("output", output)] {
        if field.trim().is_empty() {
            return Err(format!("the {name} is empty"));
        }
    }
    Ok(Job {
        content: base.join(content),
        style: StyleSource::parse(style, base).map_err(|error| error.to_string())?,
        output: base.join(output),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Job>, String> {
        parse_list(text, Path::new("jobs.tsv"), Path::new("/base")).map_err(|e| e.to_string())
    }

    #[test]
    fn each_line_is_a_job() {
        let text = "\u{feff}# content, style, output\r\n\r\na b.png\tr.png\tout/a.png\r\n\
                    /c.png\tname:tv-cel\tc.png\n d.png\tseed:7\td.png";
        let jobs = parse(text).unwrap();
        assert_eq!(jobs.len(), 3);
        assert_eq!(jobs[0].content, Path::new("/base/a b.png"));
        assert_eq!(jobs[0].output, Path::new("/base/out/a.png"));
        assert_eq!(
            jobs[0].style.files().first().copied(),
            Some(Path::new("/base/r.png"))
        );
        assert_eq!(jobs[1].content, Path::new("/c.png"));
        assert_eq!(jobs[1].style, StyleSource::Named("tv-cel".to_owned()));
        assert_eq!(jobs[2].content, Path::new("/base/ d.png"));
        assert_eq!(
            jobs[2].style,
            StyleSource::Sampled {
                name: None,
                seed: 7
            }
        );
    }

    #[test]
    fn errors_name_the_line() {
        let of = |line: &str| parse(&format!("# one\na\tb\tc\n{line}\n")).unwrap_err();
        let error = of("a.png r.png out.png");
        assert!(error.starts_with("jobs.tsv, line 3: "), "{error}");
        assert!(error.contains("found 1 field between"), "{error}");
        assert!(of("a\tb\tc\td").contains("found 4 fields"));
        assert!(of("a\t\tc").contains("the style is empty"));
        assert!(of("a\tseed:x\tc").contains("the seed `x`"));
        assert!(of("a\tseed:-1\tc").contains("the seed `-1`"));
    }
}
