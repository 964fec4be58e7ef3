//! The command `utsushi dataset inspect`.

use std::path::PathBuf;

use clap::Args;
use utsushi_dataset::{InspectOptions, Notice, StyleInspection, inspect};
use utsushi_imaging::{WriteOptions, check_target, write};

use crate::args::ThreadsArgument;
use crate::commands::Run;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{output, text};

/// Look through pictures without changing anything
///
/// Tells for each style how many pictures there are, their formats and sizes, which look alike,
/// which look blurred or enlarged and which cannot be read.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Zips, tars or folders of pictures, one style each, or folders of such zips and folders
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,

    /// Write a contact sheet with a row of pictures for each style (.png, .jpg or .webp)
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,

    /// Pictures of each style on the contact sheet
    #[arg(long, value_name = "N", default_value_t = 12, requires = "sheet",
          value_parser = clap::value_parser!(u16).range(1..=100))]
    pub sheet_pictures: u16,

    /// Bits, 0 to 15, in which the fingerprints of look-alikes may differ
    #[arg(long, value_name = "BITS", default_value_t = 4,
          value_parser = clap::value_parser!(u32).range(0..=15))]
    pub duplicate_distance: u32,

    #[command(flatten)]
    pub threads: ThreadsArgument,

    /// Name every look-alike, soft picture and unreadable file instead of the first few
    #[arg(long)]
    pub all: bool,

    /// Replace the contact sheet if it exists
    #[arg(long, requires = "sheet")]
    pub force: bool,
}

/// Number of look-alikes, soft pictures and unreadable files that are listed by default.
const FEW: usize = 5;

/// Inverse of the share of soft pictures from which on a style gets a warning.
const MANY_SOFT: usize = 4;

impl Run for InspectArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        // Before the work, not after it.
        if let Some(sheet) = &self.sheet {
            check_target(sheet, self.force)?;
        }
        if let Some(missing) = self.sources.iter().find(|source| !source.exists()) {
            let shown = missing.display();
            anyhow::bail!("{shown}: there is no such folder or archive");
        }
        let options = InspectOptions {
            threads: self.threads.threads.into(),
            duplicate_distance: self.duplicate_distance,
            sheet_pictures: self.sheet_pictures.into(),
            ..InspectOptions::default()
        };
        let mut live = Live::new(0);
        let inspection = inspect(&self.sources, &options, &mut |now| {
            live.update(now.done as u64, now.total as u64, now.style.clone());
        })?;
        live.finish();
        let shown = if self.all { usize::MAX } else { FEW };
        output::line(overview(&inspection.styles))?;
        for style in &inspection.styles {
            let lines = details(style, shown);
            if !lines.is_empty() {
                output::line(format!("\n{}\n{}", style.name, lines.join("\n")))?;
            }
        }
        if let Some(sheet) = &self.sheet {
            let options = WriteOptions {
                force: self.force,
                ..WriteOptions::default()
            };
            write(sheet, &inspection.sheet, &options)?;
            output::line(format!("\ncontact sheet: {}", sheet.display()))?;
        }
        let found = &inspection.styles;
        if found.iter().all(|style| style.pictures == 0) {
            let sources = self
                .sources
                .iter()
                .map(|source| source.display().to_string());
            let sources = sources.collect::<Vec<_>>().join(", ");
            anyhow::bail!("{sources}: there is no picture in this folder or those below it");
        }
        let mut notices = found.iter().flat_map(|style| &style.notices);
        Ok(if notices.any(Notice::is_missing_pictures) {
            ExitCode::SomeSkipped
        } else {
            ExitCode::Done
        })
    }
}

fn overview(styles: &[StyleInspection]) -> String {
    let head = [
        "style",
        "pictures",
        "size",
        "shorter side",
        "look-alikes",
        "soft",
        "unreadable",
        "formats",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for style in styles {
        let formats = style.formats.iter();
        let formats: Vec<String> = formats
            .map(|(format, count)| format!("{} {format}", text::count(*count)))
            .collect();
        let sides = style
            .shorter_sides()
            .map_or("–".to_owned(), |(least, median, most)| {
                if least == most {
                    format!("{least} px")
                } else {
                    format!("{least}…{median}…{most} px")
                }
            });
        rows.push(vec![
            style.name.clone(),
            text::count(style.pictures),
            text::bytes(style.bytes),
            sides,
            text::count(style.near_duplicates.len()),
            text::count(style.soft.len()),
            text::count(style.unreadable.len()),
            formats.join(", "),
        ]);
    }
    text::table(&rows, &[1, 2, 3, 4, 5, 6])
}

/// Lines about the results for one style, at most `shown` of each kind.
fn details(style: &StyleInspection, shown: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, reason) in style.unreadable.iter().take(shown) {
        lines.push(format!("  {name}: {reason}"));
    }
    push_rest(&mut lines, style.unreadable.len(), shown, "unusable file");
    for twin in style.near_duplicates.iter().take(shown) {
        lines.push(format!(
            "  {} looks like {} ({} of 128 bits differ)",
            twin.name, twin.of, twin.distance
        ));
    }
    push_rest(&mut lines, style.near_duplicates.len(), shown, "look-alike");
    lines.extend(
        style
            .notices
            .iter()
            .map(|notice| format!("  note: {notice}")),
    );
    for soft in style.soft.iter().take(shown) {
        lines.push(format!(
            "  {} looks blurred or enlarged: {} px, and as fine as one of {} px",
            soft.name, soft.side, soft.sharp_side
        ));
    }
    push_rest(&mut lines, style.soft.len(), shown, "soft picture");
    if MANY_SOFT * style.soft.len() > style.pictures {
        lines.push(format!(
            "  soft: {} of {}; a model would learn blur as part of the style: take originals, or \
             prepare the set at a smaller size",
            text::count(style.soft.len()),
            text::counted(style.pictures, "picture")
        ));
    }
    lines
}

fn push_rest(lines: &mut Vec<String>, count: usize, shown: usize, noun: &str) {
    if count > shown {
        let rest = text::count(count - shown);
        lines.push(format!(
            "  and {rest} more of {} (--all names them)",
            text::counted(count, noun)
        ));
    }
}
