//! The command `utsushi learn`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use utsushi::creative::{GenerateError, GenerateOptions, generate};
use utsushi::faces::FaceFinder;
use utsushi::jobs::list_pictures;
use utsushi::{Device, Framing, OutputFormat, PaintError, Picture};
use utsushi_dataset::{
    Crop, DatasetError, Ground, PrepareOptions, PreparedSet, Role, SetsFile, is_style_name,
    prepare, style_name_like,
};
use utsushi_imaging::{DecodeLimits, WriteOptions, read, write};
use utsushi_runs::RUN_OF_PICTURES;
use utsushi_training::{Checkpoint, Outcome, TimeBudget, TrainOptions, export_model, train};
use utsushi_weights::{ExportedModel, GALLERY_CODES};

use super::export::{painter_of, set_typical};
use super::{Run, learning, train as training};
use crate::args::ComputeArguments;
use crate::error::{FileError, UsageError};
use crate::exit_code::ExitCode;
use crate::finish::refuse_existing;
use crate::model_source::load_painter;
use crate::progress::Live;
use crate::{interrupt, output, recipes, text};

/// Learn a style of your own from one to five pictures
///
/// A model that paints already is trained on with your pictures, in less than ten minutes on two
/// cores, which comes nearer to them than reading their style in one look, as `transfer --style`
/// does. What comes out is a model file with this one style. From 50 pictures on, `train fine-tune`
/// does better and keeps the other styles.
///
///   utsushi learn a.png b.png c.png -o mine.safetensors
///   utsushi transfer me.png --model mine.safetensors --style-name mine -o painted.png
///
/// Ctrl-C or SIGTERM saves what is done and stops; the same command with `--resume` goes on.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LearnStyleArguments {
    /// The pictures, all by one hand; folders are read with those in them
    #[arg(value_name = "PICTURE", required = true)]
    pub pictures: Vec<PathBuf>,

    /// The model file to write
    #[arg(short, long, value_name = "MODEL.safetensors")]
    pub output: PathBuf,

    /// What the style is called [default: as the model file]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Pictures of what you will repaint later, such as photographs, to be practised on
    ///
    /// They are never a target and may be in any style; a hundred or two are enough. Without them,
    /// new paintings that the model makes up are practised on.
    #[arg(long, value_name = "FOLDER")]
    pub contents: Option<PathBuf>,

    /// The model to start from: a file, `builtin` or `free`
    #[arg(long, value_name = "MODEL", default_value = "builtin")]
    pub init: PathBuf,

    /// The folder for the training run, its pictures and its sample sheets [default: runs/ and the
    /// style's name]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Take so long, such as 5m or 1h, in place of the recipe's steps; what is made ready before,
    /// which is up to two minutes, counts
    #[arg(long = "for", value_name = "TIME", value_parser = crate::text::parse_duration)]
    pub length: Option<Duration>,

    /// Go on with a run that was stopped
    #[arg(long)]
    pub resume: bool,

    /// Replace the model file if it exists
    #[arg(short, long)]
    pub force: bool,

    #[command(flatten)]
    pub compute: ComputeArguments,
}

/// Name of the recipe for the training.
const RECIPE: &str = "own-style";

/// Name, in the set, of the made-up contents.
const CONTENTS: &str = "contents";

/// Number of made-up contents, if the user gives none.
const MADE_UP: u64 = 96;

/// Side of the made-up contents in pixels; windows of twice the scale are cut out of them, too.
const MADE_UP_SIDE: u32 = 192;

/// Side in pixels of the pictures in the training set.
const SIDE: u32 = 256;

/// Smallest side in pixels of a picture that can be learned from.
const LEAST_SIDE: u32 = 16;

/// Number of pictures beyond which another recipe does better.
const MOST: usize = 49;

/// Range of a face's size, as shares of the picture's shorter side, for which its square becomes a
/// separate picture: a smaller one is probably not a face, and a larger one shows the same as the
/// whole.
const FACE_SHARES: std::ops::RangeInclusive<f32> = 0.25..=0.8;

impl Run for LearnStyleArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        if OutputFormat::from_extension(&self.output).is_some() {
            let output = self.output.display();
            return Err(
                UsageError::new(format!("{output}: this is the name of a picture"))
                    .hint("what is learned is a model: -o mine.safetensors")
                    .into(),
            );
        }
        let begun = Instant::now();
        refuse_existing(&self.output, self.force)?;
        let name = name(&self)?;
        let folder = self
            .run
            .clone()
            .unwrap_or_else(|| Path::new("runs").join(&name));
        let place = Place { folder };
        place.check(self.resume)?;
        let features = learning::features(None)?;
        let init = training::initial_model(&self.init)?;
        let stop = interrupt::stop_flag("saving what is done and stopping")?;
        if !place.set().join("set.toml").is_file() {
            place.begin(&self, &name)?;
            let makes_up = self.contents.is_none();
            let ready = (!makes_up || place.make_up_contents(&self.init, &stop)?)
                && place.prepare(&self, &name, &stop)?;
            if !ready {
                output::line(
                    "stopped before the training; the same command with --resume goes on",
                )?;
                return Ok(ExitCode::Interrupted);
            }
        }
        let run = place.run();
        let config = recipes::config(Path::new(RECIPE))?;
        let resume = run.exists();
        let had_finished = resume && training::end_by_the_clock(&run).is_some();
        let options = TrainOptions {
            config,
            set: place.set(),
            run: run.clone(),
            resume,
            features,
            init: (!resume).then_some(init),
            budget: self.length.map(|length| time_left(length, begun)),
            skin: Some(training::skin()?),
            device: self.compute.device.open()?,
        };
        let mut live = Live::new(options.config.run.steps);
        let outcome = train(&options, &stop, &mut |progress| {
            learning::show(&mut live, progress)
        })?;
        live.finish();
        if let Outcome::Stopped { step } = outcome {
            output::line(format!(
                "stopped after {}; the same command with --resume goes on",
                text::counted(step as usize, "step")
            ))?;
            return Ok(ExitCode::Interrupted);
        }
        let mut model = export_model(&run, Checkpoint::Newest)?.0;
        place.name_pictures(&mut model, &name)?;
        model.write(&self.output, self.force)?;
        let output = self.output.display();
        if had_finished {
            output::line(format!(
                "{}: this run by the clock had finished, so that nothing was learned; the same pictures with --init \
                 {output} and another --run learn on",
                place.folder.display()
            ))?;
        }
        output::line(format!(
            "{output}: the style {name}\nwhat it looks like while it learns: {}\n\
             next: utsushi transfer me.png --model {output} --style-name {name} -o painted.png",
            run.join("samples").display()
        ))?;
        Ok(ExitCode::Done)
    }
}

/// Remaining time for the training, with a warning if it is short.
fn time_left(length: Duration, begun: Instant) -> TimeBudget {
    let left = length.saturating_sub(begun.elapsed());
    if left < length / 2 {
        let [left, length] = [left, length].map(|it| text::duration(it.as_secs_f64()));
        output::note(format!(
            "making ready took most of the {length}, and {left} are left to learn in; give --for a longer time"
        ));
    }
    TimeBudget::starting_now(left)
}

/// Name of the style: as asked for, or else that of the file.
fn name(arguments: &LearnStyleArguments) -> anyhow::Result<String> {
    let name = match &arguments.name {
        Some(name) if !is_style_name(name) => {
            let message = format!("--name {name}: no style can be called so");
            return Err(UsageError::new(message)
                .hint("a name has at most 64 letters of any script, digits, `-` and `_`")
                .into());
        }
        Some(name) => name.clone(),
        None => {
            let stem = arguments.output.file_stem().unwrap_or_default();
            style_name_like(&stem.to_string_lossy(), &[CONTENTS])
        }
    };
    if name == CONTENTS {
        let message = format!("a style cannot be called `{CONTENTS}` here");
        return Err(UsageError::new(message)
            .hint("choose another name: --name NAME")
            .into());
    }
    Ok(name)
}

/// The folder of a run with the files in it.
struct Place {
    folder: PathBuf,
}

impl Place {
    /// Folder of the user's pictures and the faces in them.
    fn pictures(&self) -> PathBuf {
        self.folder.join("pictures")
    }

    fn contents(&self) -> PathBuf {
        self.folder.join(CONTENTS)
    }

    fn set(&self) -> PathBuf {
        self.folder.join("set")
    }

    fn run(&self) -> PathBuf {
        self.folder.join(RUN_OF_PICTURES)
    }

    fn check(&self, resume: bool) -> anyhow::Result<()> {
        let folder = self.folder.display();
        let error = match (self.folder.exists(), resume) {
            (true, false) => FileError::new(
                format!("{folder}: there is such a run already"),
                "--resume goes on with it; --run names another folder for a new one",
            ),
            (false, true) => FileError::new(
                format!("{folder}: there is no run to go on with"),
                "leave --resume out to begin one",
            ),
            _ => return Ok(()),
        };
        Err(error.into())
    }

    /// Copies the user's pictures, and cuts out the faces in them.
    fn begin(&self, arguments: &LearnStyleArguments, name: &str) -> anyhow::Result<()> {
        let plan = list_pictures(&arguments.pictures)?;
        if plan.jobs.len() > MOST {
            let count = text::counted(plan.jobs.len(), "picture");
            return Err(UsageError::new(format!("{count}: this is for {MOST} at most"))
                .hint("from 50 on: utsushi dataset prepare FOLDER -o set, then utsushi train fine-tune --data set")
                .into());
        }
        // What is no picture is told before anything is written.
        let limits = DecodeLimits::default();
        let pictures = plan.jobs.iter().map(|job| read(&job.content, &limits));
        let pictures: Vec<Picture> = pictures
            .map(|read| read.map(|decoded| decoded.picture))
            .collect::<Result<_, _>>()?;
        let faces = FaceFinder::builtin(&Device::flex())?;
        let folder = self.pictures();
        fs::create_dir_all(&folder)
            .with_context(|| format!("{}: cannot be made", folder.display()))?;
        let options = WriteOptions {
            force: true,
            ..WriteOptions::default()
        };
        let mut cut = 0;
        for (index, picture) in pictures.iter().enumerate() {
            write(&folder.join(whole(index)), picture, &options)?;
            if let Some(face) = face_of(picture, &faces) {
                write(
                    &folder.join(format!("{index:02}-face.png")),
                    &face,
                    &options,
                )?;
                cut += 1;
            }
        }
        output::remark(format!(
            "`{name}`: {}, and {} in them",
            text::counted(pictures.len(), "picture"),
            text::counted(cut, "face")
        ));
        Ok(())
    }

    /// Makes up contents to practise on, except for those that exist already. Returns false if it
    /// was stopped.
    fn make_up_contents(&self, model: &Path, stop: &AtomicBool) -> anyhow::Result<bool> {
        let painter = load_painter(Some(model), Device::flex())?;
        if !painter.makes_sketches() {
            let message = format!("{}: this model makes up no pictures", model.display());
            return Err(UsageError::new(message)
                .hint("give some to practise on: --contents FOLDER")
                .into());
        }
        let folder = self.contents();
        fs::create_dir_all(&folder)
            .with_context(|| format!("{}: cannot be made", folder.display()))?;
        let options = GenerateOptions {
            side: Some(MADE_UP_SIDE),
            ..GenerateOptions::default()
        };
        let mut live = Live::new(MADE_UP);
        for seed in 1..=MADE_UP {
            let path = folder.join(format!("{seed:03}.png"));
            if path.exists() {
                continue;
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let made = match generate(&painter, seed, &options, &mut &*stop) {
                Err(GenerateError::Paint(PaintError::Stopped)) => return Ok(false),
                made => made?,
            };
            write(&path, &made.painting, &WriteOptions::default())?;
            live.update(seed, MADE_UP, "pictures to practise on".to_owned());
        }
        live.finish();
        Ok(true)
    }

    /// Makes the user's pictures the typical codes of the style, in their order, with the colours
    /// of their parts: `NAME:2` paints after the second one. If there are too many, some are chosen
    /// at even distances.
    fn name_pictures(&self, model: &mut ExportedModel, name: &str) -> anyhow::Result<()> {
        let run = self.run();
        let own = (0..MOST).map(|index| self.pictures().join(whole(index)));
        let own: Vec<PathBuf> = own.take_while(|path| path.is_file()).collect();
        let index = model.styles.iter().position(|style| style.name == name);
        let index = index.with_context(|| format!("{}: its style is not {name}", run.display()))?;
        let painter = painter_of(model, &run)?;
        for choice in 0..GALLERY_CODES {
            let picture = if own.len() > GALLERY_CODES {
                &own[choice * own.len() / GALLERY_CODES]
            } else {
                &own[choice % own.len()]
            };
            let picture = read(picture, &DecodeLimits::default())?.picture;
            let (code, _) = painter.style_and_part(&picture, Framing::Auto)?;
            set_typical(model, [index, choice], &code);
        }
        Ok(())
    }

    /// Prepares the training set. Returns false if it was stopped.
    fn prepare(
        &self,
        arguments: &LearnStyleArguments,
        name: &str,
        stop: &AtomicBool,
    ) -> anyhow::Result<bool> {
        let mut sets = SetsFile::of_pictures(&self.pictures())?;
        let contents = arguments.contents.clone().unwrap_or(self.contents());
        let mut others = SetsFile::of_pictures(&contents)?;
        for source in &mut sets.sources {
            name.clone_into(&mut source.style);
            source.ground = Ground::Varied;
            source.crop = Crop::Figure;
        }
        for source in &mut others.sources {
            CONTENTS.clone_into(&mut source.style);
            source.role = Role::ContentOnly;
        }
        sets.sources.append(&mut others.sources);
        sets.size = SIDE;
        sets.validation = 0.0;
        sets.duplicate_distance = 0;
        // Whoever names a small picture wants it.
        sets.min_size = LEAST_SIDE;
        let options = PrepareOptions {
            threads: arguments.compute.threads.threads.into(),
            ..PrepareOptions::default()
        };
        match prepare(&sets, &options, &self.set(), &mut |_| {}, stop) {
            Err(DatasetError::Stopped { .. }) => return Ok(false),
            outcome => outcome?,
        };
        let set = PreparedSet::open(&self.set())?;
        let own = set
            .style_index(name)
            .map_or(0, |style| set.train(style).len());
        anyhow::ensure!(
            own > 0,
            "{}: none of the pictures can be used; {} says why",
            self.pictures().display(),
            self.set().join("report.jsonl").display()
        );
        Ok(true)
    }
}

/// File name of a whole picture of the user's, as opposed to the face in it.
fn whole(index: usize) -> String {
    format!("{index:02}.png")
}

/// Cuts out the square around a picture's main face, if it shows something else than the whole.
fn face_of(picture: &Picture, faces: &FaceFinder) -> Option<Picture> {
    let frame = faces.main_frame(picture)?;
    let share = frame.side as f32 / picture.width().min(picture.height()) as f32;
    FACE_SHARES.contains(&share).then(|| frame.cut(picture))
}
