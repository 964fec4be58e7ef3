//! The command `utsushi mix`.

use std::path::PathBuf;

use clap::Args;
use utsushi::creative::{Grid, GridOptions, line, stages, table, triangle};
use utsushi::{PaintOptions, Painter, StyleCode};
use utsushi_imaging::{DecodeLimits, Picture, check_target, read};

use super::saved_style::{self, Saving};
use super::sheet::paint_sheet;
use super::{Run, style};
use crate::args::{FileArguments, PaintArguments, StyleArguments};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::model_source::load_repainter;
use crate::output;

/// Show mixes of styles on one sheet
///
/// Two styles make a line of steps from one to the other, three a triangle between them. With
/// `--shape-from` and `--colour-from`, the sheet shows the coarse stages of the one with the fine
/// stages of the other: each possible split for one painting each, a table for several. The
/// picture is painted at the size of a cell. A sheet has 8 bits a channel and colours of sRGB.
///
///   utsushi mix me.png --style a.png --style b.png -o sheet.png
///   utsushi mix me.png --style a.png --style b.png --style c.png --blend sphere -o sheet.png
///   utsushi mix me.png --shape-from a.png --colour-from b.png -o sheet.png
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct MixArguments {
    /// The picture to paint
    #[arg(value_name = "CONTENT")]
    pub content: PathBuf,

    #[command(flatten)]
    pub style: StyleArguments,

    /// The sheet to write
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Steps from one style to the next, the styles themselves included
    #[arg(long, value_name = "2..33", default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=33))]
    pub steps: u8,

    /// Longest side of a cell in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 320, value_parser = clap::value_parser!(u32).range(16..=4096))]
    pub cell: u32,

    #[command(flatten)]
    pub file: FileArguments,

    #[command(flatten)]
    pub paint: PaintArguments,
}

impl Run for MixArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        output::make_way_for(&self.output);
        let finish = Finish::new(&self.output, &self.paint).with_file(&self.file);
        check_target(&self.output, self.paint.force)?;
        check(&self)?;
        let paint = saved_style::options(&self.style, None, self.paint.octaves)?;
        let saving = Saving::of(&self.style, &self.paint, paint)?;
        let content = read(&self.content, &DecodeLimits::default())?;
        let finish = finish.with_metadata(content.metadata);
        let content = content.picture;
        let device = self.paint.compute.device.open()?;
        let painter = load_repainter(self.paint.model.as_deref(), device)?;
        let grid = grid(&self, &content, &painter)?;
        if let Some(saving) = saving {
            let cells: Vec<_> = grid.rows.iter().flatten().collect();
            let digits = cells.len().to_string().len();
            let styles = cells.iter().enumerate().map(|(index, cell)| {
                let number = format!("{:0digits$}", index + 1);
                (number, cell.caption.clone(), cell.style.clone())
            });
            saving.save(&painter, &styles.collect::<Vec<_>>())?;
        }
        let name = self.content.display().to_string();
        let regions = style::regions(&self.style, Some(&content), Some(&painter))?;
        let options = GridOptions {
            paint: paint.with_rest_of(PaintOptions {
                tile: self.paint.tile,
                networks_alone: self.style.networks_alone,
                ..PaintOptions::default()
            }),
            cell: self.cell,
            regions: style::regions_of(regions, (&name, &content))?,
        };
        paint_sheet(&painter, &grid, (&name, &content), &options, &finish)
    }
}

/// Checks the arguments before anything is loaded.
fn check(arguments: &MixArguments) -> Result<(), UsageError> {
    let asked = &arguments.style;
    let references = asked.styles.iter();
    let references = references.map(|it| (it.path.display().to_string(), it.weight));
    let mut weighted = references.chain(asked.style_names.iter().cloned());
    if let Some((style, weight)) = weighted.find(|(_, weight)| *weight != 1.0) {
        return Err(UsageError::new(format!(
            "{style}={weight}: the sheet shows what lies between its styles, all weights of them"
        ))
        .hint(format!(
            "leave `={weight}` out; `utsushi transfer` paints a single mix by its weights"
        )));
    }
    let count = style::each(asked)?.len();
    let crossed = !asked.shape_from.is_empty() || !asked.colour_from.is_empty();
    match (crossed, count) {
        (true, 0) if asked.colour_from.is_empty() => Err(UsageError::new(
            "--shape-from gives the shape alone, and nothing gives the colours",
        )
        .hint("add --colour-from, or --style or --style-name for all but the shape")),
        (true, 0) if asked.shape_from.is_empty() => Err(UsageError::new(
            "--colour-from gives the colours alone, and nothing gives the shape",
        )
        .hint("add --shape-from, or --style or --style-name for all but the colours")),
        (true, 0) | (false, 2 | 3) => Ok(()),
        (true, _) if !asked.shape_from.is_empty() && !asked.colour_from.is_empty() => {
            Err(style::nothing_left())
        }
        (true, _) => Ok(()),
        (false, _) => {
            let given = match count {
                0 => "none was".to_owned(),
                1 => "1 was".to_owned(),
                count => format!("{count} were"),
            };
            let hint = match count {
                0 => {
                    "give each with --style PAINTING, --style-name NAME or --style-seed N, or \
                     --shape-from and --colour-from with a painting each"
                }
                1 => {
                    "add another with --style PAINTING or --style-name NAME; `utsushi transfer` \
                     paints in one style"
                }
                _ => "leave out all but three; `utsushi transfer` paints one mix of any number",
            };
            let message = format!("a mix is made of two styles or three, but {given} given");
            Err(UsageError::new(message).hint(hint))
        }
    }
}

fn grid(arguments: &MixArguments, content: &Picture, painter: &Painter) -> anyhow::Result<Grid> {
    let asked = &arguments.style;
    let named = |(name, source)| -> anyhow::Result<(String, StyleCode)> {
        Ok((name, style::resolve_for(Some(content), &source, painter)?))
    };
    let whole: Vec<_> = style::each(asked)?
        .into_iter()
        .map(named)
        .collect::<Result<_, _>>()?;
    let references = |paths: &[std::path::PathBuf]| -> anyhow::Result<Vec<_>> {
        paths
            .iter()
            .map(|path| {
                named((
                    style::stem(path),
                    style::adapted(style::reference(path), asked),
                ))
            })
            .collect()
    };
    let or_whole = |found: Vec<(String, StyleCode)>| {
        if found.is_empty() {
            whole.clone()
        } else {
            found
        }
    };
    if !asked.shape_from.is_empty() || !asked.colour_from.is_empty() {
        let shapes = or_whole(references(&asked.shape_from)?);
        let colours = or_whole(references(&asked.colour_from)?);
        return Ok(match (&shapes[..], &colours[..]) {
            ([shape], [colour]) => stages(shape, colour)?,
            _ => table(&shapes, &colours, usize::from(asked.split))?,
        });
    }
    let (steps, path) = (usize::from(arguments.steps), asked.blend.into());
    Ok(match &whole[..] {
        [a, b] => line(painter, [a, b], steps, path)?,
        [a, b, c] => triangle(painter, [a, b, c], steps, path)?,
        _ => unreachable!("the number of styles was checked"),
    })
}
