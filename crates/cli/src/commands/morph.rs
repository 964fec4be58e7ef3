//! `utsushi morph`

use serde_json::json;
use utsushi::creative::{Keyframe, MorphError, MorphOptions, Steps, morph};
use utsushi::jobs::StyleSource;
use utsushi::{Note, PaintError, Painter};
use utsushi_imaging::{DecodeLimits, Frame, Picture, read};
use utsushi_video::Rate;

use super::saved_style::{self, Saving};
use super::{film, style};
use crate::args::MorphArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::model_source::load_repainter;
use crate::progress::Live;
use crate::{interrupt, output, text};

pub fn run(arguments: &MorphArguments) -> anyhow::Result<ExitCode> {
    let finish = Finish::new(&arguments.output, &arguments.paint);
    let force = arguments.paint.force;
    if let Some(option) = arguments.style.parts_option() {
        let message = format!("{option} has no place in a morph, whose parts move");
        return Err(UsageError::new(message).into());
    }
    if arguments.style.networks_alone {
        let message = "--networks-alone has no place in a morph";
        return Err(UsageError::new(message)
            .hint("it is for `utsushi transfer` and `utsushi mix`")
            .into());
    }
    let count = arguments.pictures.len();
    if count > usize::from(arguments.frames) {
        let message = format!(
            "{count} pictures do not fit into {} frames",
            arguments.frames
        );
        return Err(UsageError::new(message)
            .hint("give --frames a larger number")
            .into());
    }
    let paint = saved_style::options(&arguments.style, None, arguments.paint.octaves)?;
    let saving = Saving::of(&arguments.style, &arguments.paint, paint)?;
    let asked = style::optional(&arguments.style)?;
    if let Some(saving) = &saving {
        let Some(asked) = &asked else {
            let message = "--save-style: each picture is painted in its own style";
            return Err(UsageError::new(message)
                .hint("give a style, or save that of one picture: utsushi transfer --style")
                .into());
        };
        saving.check(asked.iter().map(|(name, _)| &name[..]))?;
    }
    let rate = Rate::new(arguments.rate.into(), 1).expect("from 1 to 100 frames a second");
    let mut film = film::open(&arguments.output, rate, force, finish.extras())?;
    let device = arguments.paint.compute.device.open()?;
    let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
    let keyframes = keyframes(arguments, asked.as_deref(), &painter)?;
    if let (Some(saving), Some(asked)) = (saving, &asked) {
        let styles = asked.iter().zip(&keyframes).map(|((name, _), keyframe)| {
            let note = saved_style::note(&arguments.style, name);
            (name.clone(), note, keyframe.style.clone())
        });
        saving.save(&painter, &styles.collect::<Vec<_>>())?;
    }
    let options = MorphOptions {
        frames: arguments.frames.into(),
        ease: arguments.ease.into(),
        path: arguments.style.blend.into(),
        closed: arguments.closed,
        longest: arguments.size,
        warp: arguments.warp,
        octaves: paint.octaves,
        keep_colours: paint.keep_colours,
    };
    let stop = interrupt::stop_flag("stopping; no animation is written")?;
    let mut live = Live::new(options.frames as u64);
    let mut failed = Ok(());
    let mut put = |index: usize, frame: &Picture| {
        live.update(index as u64 + 1, options.frames as u64, "frames".to_owned());
        if failed.is_ok() {
            let frame = Frame {
                picture: frame.clone(),
                delay: rate.duration(index as u64 + 1) - rate.duration(index as u64),
            };
            failed = film.push(&frame, &Vec::new);
        }
    };
    let steps = match morph(&painter, &keyframes, &options, &mut put, &mut &*stop) {
        Ok(steps) => steps,
        Err(MorphError::Paint(PaintError::Stopped)) => return Ok(ExitCode::Interrupted),
        Err(error) => return Err(error.into()),
    };
    failed?;
    live.finish();
    for &keyframe in &steps.without_face {
        let picture = arguments.pictures[keyframe].display().to_string();
        output::note(text::noted(&Note::NoFaceToMorph { picture }));
    }
    film.finish()?;
    tell(arguments, &steps, &finish)?;
    Ok(ExitCode::Done)
}

/// The pictures with their styles: the one or ones asked for, else each picture's own.
fn keyframes(
    arguments: &MorphArguments,
    asked: Option<&[(String, StyleSource)]>,
    painter: &Painter,
) -> anyhow::Result<Vec<Keyframe>> {
    let count = arguments.pictures.len();
    if let Some(asked) = asked
        && asked.len() != 1
        && asked.len() != count
    {
        let message = format!("{} styles for {count} pictures", asked.len());
        return Err(UsageError::new(message)
            .hint("give one style for all of them, or as many seeds as pictures")
            .into());
    }
    let mut keyframes: Vec<Keyframe> = Vec::new();
    for (index, path) in arguments.pictures.iter().enumerate() {
        let picture = read(path, &DecodeLimits::default())?.picture;
        let style = match asked {
            // One style for all of them is the first one's.
            Some([_]) if index > 0 => keyframes[0].style.clone(),
            Some(asked) => {
                let source = &asked[index % asked.len()].1;
                style::resolve_for(Some(&picture), source, painter)?
            }
            None => {
                let own = painter.style_of(&picture)?;
                own.truncated(&painter.mean_style(None)?, arguments.style.truncation)?
            }
        };
        keyframes.push(Keyframe { picture, style });
    }
    Ok(keyframes)
}

fn tell(arguments: &MorphArguments, steps: &Steps, finish: &Finish<'_>) -> anyhow::Result<()> {
    let rounded = |value: f64| (value * 1e5).round() / 1e5;
    let fields = json!({
        "frames": arguments.frames,
        "largest_step": rounded(steps.largest),
        "largest_step_at": steps.at + 1,
        "mean_step": rounded(steps.mean),
    });
    let frames = text::counted(arguments.frames.into(), "frame");
    finish.say(fields, |time| {
        format!(
            "{frames}, {time}; the largest step, to frame {}, is {:.2} %, the mean {:.2} %",
            steps.at + 1,
            steps.largest * 100.0,
            steps.mean * 100.0,
        )
    })
}
