//! Notices: remarks on sources besides the pictures that are left out.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// A notice that a part of a source is not used, or may have been read differently than meant.
/// Reported after the work, and a line of `report.jsonl` each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Notice {
    /// Rows of a table of labels do not name any picture.
    LabelsWithoutPicture {
        /// Path of the table of labels.
        table: PathBuf,
        /// The names in those rows.
        names: Vec<String>,
        /// Number of such rows.
        rows: usize,
        /// Name of a picture, as an example of how rows should spell it.
        such_as: String,
    },
    /// Rows of a table name a picture that an earlier row has named; the last one counts.
    LabelsTwice {
        /// Path of the table of labels.
        table: PathBuf,
        /// The names in those rows.
        names: Vec<String>,
    },
    /// Columns or keys of a table have lists or objects, which cannot be labels.
    NoLabels {
        /// Path of the table of labels.
        table: PathBuf,
        /// The columns or keys.
        keys: Vec<String>,
    },
    /// A folder in a source could not be listed.
    NotListed {
        /// Path of the folder that could not be listed.
        folder: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// A source has links to folders, which are not followed.
    LinkedFolder {
        /// The link that is not followed.
        link: PathBuf,
    },
    /// A folder is nested too deeply to be read.
    TooDeep {
        /// Path of the folder that is nested too deeply.
        folder: PathBuf,
    },
    /// Only the first picture of animations and files of several pages is used.
    FirstFrames {
        /// The sources, with the names inside of them.
        names: Vec<String>,
    },
    /// Names that are not UTF-8 were decoded from another encoding.
    DecodedNames {
        /// The folder, zip or tar.
        source: PathBuf,
        /// Number of such names.
        names: usize,
        /// The encoding's name, as on the web.
        encoding: String,
        /// One of the decoded names, as an example.
        such_as: String,
    },
}

impl Notice {
    /// Whether pictures may be missing for the reason in this notice.
    pub fn is_missing_pictures(&self) -> bool {
        matches!(self, Self::NotListed { .. } | Self::TooDeep { .. })
    }
}

/// Number of names that a notice lists.
const SHOWN: usize = 3;

/// Joins the first names in words: `` `a`, `b` and 3 more ``.
fn some_of(names: &[String]) -> String {
    let shown: Vec<_> = names
        .iter()
        .take(SHOWN)
        .map(|it| format!("`{it}`"))
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LabelsWithoutPicture {
                table,
                names,
                rows,
                such_as,
            } => write!(
                formatter,
                "{}: {} of {rows} rows name no picture, so their labels are not used: {}; names \
                 start inside of the source and are spelt as there, such as `{such_as}`",
                table.display(),
                names.len(),
                some_of(names),
            ),
            Self::LabelsTwice { table, names } => write!(
                formatter,
                "{}: pictures are named by several rows, of which the last counts: {}",
                table.display(),
                some_of(names),
            ),
            Self::NoLabels { table, keys } => write!(
                formatter,
                "{}: lists and objects are no labels and are not used: {}",
                table.display(),
                some_of(keys),
            ),
            Self::NotListed { folder, reason } => write!(
                formatter,
                "{}: skipped, since the folder cannot be listed: {reason}",
                folder.display()
            ),
            Self::LinkedFolder { link } => write!(
                formatter,
                "{}: skipped, since links to folders are not followed; make it a source of its own",
                link.display()
            ),
            Self::TooDeep { folder } => write!(
                formatter,
                "{}: skipped, since it lies too deep; make it a source of its own",
                folder.display()
            ),
            Self::FirstFrames { names } => write!(
                formatter,
                "only the first frame or page is used of {}",
                some_of(names)
            ),
            Self::DecodedNames {
                source,
                names,
                encoding,
                such_as,
            } => write!(
                formatter,
                "{}: names that are not UTF-8 are read as {encoding}: {names}, such as `{such_as}`",
                source.display(),
            ),
        }
    }
}
