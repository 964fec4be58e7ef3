//! The command `utsushi morph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use utsushi::creative::{Ease, Keyframe, MorphError, MorphOptions, Steps, morph};
use utsushi::jobs::StyleSource;
use utsushi::{Note, PaintError, Painter};
use utsushi_imaging::{DecodeLimits, Frame, Picture, read};
use utsushi_video::Rate;

use super::saved_style::{self, Saving};
use super::{Run, film, style};
use crate::args::{PaintArguments, StyleArguments};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::model_source::load_repainter;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Turn one painting into the next, as an animation
///
/// What the pictures show and their styles travel together, so that every frame is a painting.
/// Without a style, each picture is painted in its own. The ending of the output says what is
/// written: GIF, WebP, APNG (`.png` or `.apng`), video (`.mp4`, `.webm`, `.mkv` or `.mov`, through
/// the ffmpeg program), or a folder of numbered PNGs for a name without ending. All pictures are
/// cut to the shape of the first and laid over white.
///
///   utsushi morph a.png b.png -o morph.gif
///   utsushi morph a.png b.png c.png --closed --frames 90 --style-name oil -o morph.webp
///   utsushi morph a.png b.png --frames 150 --rate 30 -o morph.mp4
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct MorphArguments {
    /// The pictures to pass through, at least two
    #[arg(value_name = "PICTURE", required = true, num_args = 2..)]
    pub pictures: Vec<PathBuf>,

    #[command(flatten)]
    pub style: StyleArguments,

    /// The animation to write, or a folder for its frames
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Frames in all
    #[arg(long, value_name = "N", default_value_t = 48, value_parser = clap::value_parser!(u16).range(2..=10_000))]
    pub frames: u16,

    /// The pace between two pictures
    #[arg(long, value_enum, default_value_t = Pace::Smooth)]
    pub ease: Pace,

    /// Lead back to the first picture, so that the animation can be repeated without a jump
    #[arg(long)]
    pub closed: bool,

    /// Carry eyes to eyes and mouth to mouth by the landmarks of both faces, instead of fading
    ///
    /// From and to a picture in which no face is found the morph fades all the same, and a note
    /// says so.
    #[arg(long)]
    pub warp: bool,

    /// Frames a second
    #[arg(long, value_name = "1..100", default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub rate: u8,

    /// Longest side of the frames in pixels
    #[arg(long, value_name = "32..1024", default_value_t = 512, value_parser = clap::value_parser!(u32).range(32..=1024))]
    pub size: u32,

    #[command(flatten)]
    pub paint: PaintArguments,
}

impl Run for MorphArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let finish = Finish::new(&self.output, &self.paint);
        let force = self.paint.force;
        if let Some(option) = self.style.parts_option() {
            let message = format!("{option} has no place in a morph, whose parts move");
            return Err(UsageError::new(message).into());
        }
        if self.style.networks_alone {
            let message = "--networks-alone has no place in a morph";
            return Err(UsageError::new(message)
                .hint("it is for `utsushi transfer` and `utsushi mix`")
                .into());
        }
        let count = self.pictures.len();
        if count > usize::from(self.frames) {
            let message = format!("{count} pictures do not fit into {} frames", self.frames);
            return Err(UsageError::new(message)
                .hint("give --frames a larger number")
                .into());
        }
        let paint = saved_style::options(&self.style, None, self.paint.octaves)?;
        let saving = Saving::of(&self.style, &self.paint, paint)?;
        let asked = style::optional(&self.style)?;
        if let Some(saving) = &saving {
            let Some(asked) = &asked else {
                let message = "--save-style: each picture is painted in its own style";
                return Err(UsageError::new(message)
                    .hint("give a style, or save that of one picture: utsushi transfer --style")
                    .into());
            };
            saving.check(asked.iter().map(|(name, _)| &name[..]))?;
        }
        let rate = Rate::new(self.rate.into(), 1).expect("from 1 to 100 frames a second");
        let mut film = film::open(&self.output, rate, force, finish.extras())?;
        let device = self.paint.compute.device.open()?;
        let painter = load_repainter(self.paint.model.as_deref(), device)?;
        let keyframes = keyframes(&self, asked.as_deref(), &painter)?;
        if let (Some(saving), Some(asked)) = (saving, &asked) {
            let styles = asked.iter().zip(&keyframes).map(|((name, _), keyframe)| {
                let note = saved_style::note(&self.style, name);
                (name.clone(), note, keyframe.style.clone())
            });
            saving.save(&painter, &styles.collect::<Vec<_>>())?;
        }
        let options = MorphOptions {
            frames: self.frames.into(),
            ease: self.ease.into(),
            path: self.style.blend.into(),
            closed: self.closed,
            longest: self.size,
            warp: self.warp,
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
            let picture = self.pictures[keyframe].display().to_string();
            output::note(text::noted(&Note::NoFaceToMorph { picture }));
        }
        film.finish()?;
        tell(&self, &steps, &finish)?;
        Ok(ExitCode::Done)
    }
}

/// Makes the keyframes: the pictures with the style or styles asked for, or else with each
/// picture's own.
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

/// The pace of a morph, as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    /// The same all the way
    Linear,
    /// Slowly away from each picture and slowly in
    Smooth,
}

impl From<Pace> for Ease {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Linear => Self::Linear,
            Pace::Smooth => Self::Smooth,
        }
    }
}
