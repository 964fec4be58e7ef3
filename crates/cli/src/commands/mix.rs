//! `utsushi mix`

use utsushi::creative::{Grid, GridOptions, line, stages, table, triangle};
use utsushi::{PaintOptions, Painter, StyleCode};
use utsushi_imaging::{DecodeLimits, Picture, check_target, read};

use super::saved_style::{self, Saving};
use super::sheet::paint_sheet;
use super::style;
use crate::args::MixArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::model_source::load_repainter;
use crate::output;

pub fn run(arguments: &MixArguments) -> anyhow::Result<ExitCode> {
    output::make_way_for(&arguments.output);
    let finish = Finish::new(&arguments.output, &arguments.paint).with_file(&arguments.file);
    check_target(&arguments.output, arguments.paint.force)?;
    check(arguments)?;
    let paint = saved_style::options(&arguments.style, None, arguments.paint.octaves)?;
    let saving = Saving::of(&arguments.style, &arguments.paint, paint)?;
    let content = read(&arguments.content, &DecodeLimits::default())?;
    let finish = finish.with_metadata(content.metadata);
    let content = content.picture;
    let device = arguments.paint.compute.device.open()?;
    let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
    let grid = grid(arguments, &content, &painter)?;
    if let Some(saving) = saving {
        let cells: Vec<_> = grid.rows.iter().flatten().collect();
        let digits = cells.len().to_string().len();
        let styles = cells.iter().enumerate().map(|(index, cell)| {
            let number = format!("{:0digits$}", index + 1);
            (number, cell.caption.clone(), cell.style.clone())
        });
        saving.save(&painter, &styles.collect::<Vec<_>>())?;
    }
    let name = arguments.content.display().to_string();
    let regions = style::regions(&arguments.style, Some(&content), Some(&painter))?;
    let options = GridOptions {
        paint: paint.with_rest_of(PaintOptions {
            tile: arguments.paint.tile,
            networks_alone: arguments.style.networks_alone,
            ..PaintOptions::default()
        }),
        cell: arguments.cell,
        regions: style::regions_of(regions, (&name, &content))?,
    };
    paint_sheet(&painter, &grid, (&name, &content), &options, &finish)
}

/// Says what is missing before anything is loaded.
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
