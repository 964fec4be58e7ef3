//! The command `utsushi distil`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use burn::tensor::Device;
use clap::Args;
use serde_json::json;
use utsushi::jobs::StyleSource;
use utsushi::style_names::is_called;
use utsushi::{OneStylePainter, PaintRequest, Painter, SteeredModel, Style, StyleCode};
use utsushi_dataset::PreparedSet;
use utsushi_imaging::Picture;
use utsushi_training::{Agreement, DistilConfig, DistilOptions, Distilled, Teacher, distil};
use utsushi_weights::{ExportedModel, ExportedStudent, ExportedStyle};

use super::{Run, learning, style};
use crate::args::{ComputeArguments, StyleArguments, seed};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::{load_model, model_name};
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Teach a small, fast model to paint in one style as the large one does
///
/// The student has less than a million numbers, paints 512×512 pixels several times as fast as
/// its teacher, and needs no style any more: `utsushi transfer PHOTO --model student.safetensors
/// -o OUT`. What a pixel becomes depends on its surroundings alone, so that films flicker less.
/// How well it agrees with its teacher on held-out pictures is printed and stands in its card.
///
/// Ctrl-C saves a checkpoint and stops; `--resume` goes on from it.
///
///   utsushi distil --style-name tv-cel --data SET -o student.safetensors
///   utsushi distil --style reference.png --data SET --steps 2000 -o student.safetensors
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DistilArguments {
    #[command(flatten)]
    pub style: StyleArguments,

    /// The prepared set whose pictures are painted; any styles will do
    #[arg(long, value_name = "SET")]
    pub data: PathBuf,

    /// The file to write
    #[arg(short, long, value_name = "student.safetensors")]
    pub output: PathBuf,

    /// The teacher, an exported model, or `free` [default: the built-in model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// How many steps to teach
    #[arg(long, value_name = "N", default_value_t = DistilConfig::default().steps)]
    pub steps: u64,

    /// Pictures in each step
    #[arg(long, value_name = "N", default_value_t = DistilConfig::default().batch)]
    pub batch: usize,

    /// Side in pixels of the pictures, a multiple of 32 [default: the set's, at most 128]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,

    /// Seed of all random choices
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true, value_parser = seed)]
    pub seed: u64,

    /// The imported feature network [default: where `utsushi features import` puts it, if there]
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,

    /// The run folder, for checkpoints and statistics [default: the output's name and `.run`]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Go on with the run folder from its newest checkpoint
    #[arg(long)]
    pub resume: bool,

    #[command(flatten)]
    pub compute: ComputeArguments,

    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,

    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// Side in pixels of the picture with which speed is measured.
const MEASURED: u32 = 512;

impl Run for DistilArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let features = learning::features(self.features.clone())?;
        utsushi_imaging::check_place(&self.output, self.force)?;
        let loaded = load_model(self.model.as_deref())?;
        let (name, source) = one_style(&self, &loaded.model)?;
        let side = PreparedSet::open(&self.data)?.size() as usize;
        let config = DistilConfig {
            seed: self.seed,
            steps: self.steps,
            batch: self.batch,
            size: self.size.unwrap_or(side.min(128) / 32 * 32),
            ..DistilConfig::default()
        };
        config.validate()?;
        let device = self.compute.device.open()?;
        let model = SteeredModel::from_exported(loaded.model, &device, &loaded.origin)?;
        let painter = Painter::new(model.clone(), device.clone())?;
        let code = style::resolve(&source, &painter)?;
        let licence = match &source {
            StyleSource::Named(name)
            | StyleSource::Sampled {
                name: Some(name), ..
            } => {
                let mut styles = model.styles.iter();
                let own = styles.find(|style| is_called(&style.name, name));
                own.map(|style| style.licence.clone()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let options = DistilOptions {
            config,
            teacher: Teacher {
                networks: model.networks,
                code: code.values().to_vec(),
                code_length: model.config.code_length(),
                style: ExportedStyle {
                    name,
                    role: "style".to_owned(),
                    licence,
                },
                name: model_name(self.model.as_deref()),
                card: model.card,
            },
            set: self.data.clone(),
            run: run_folder(&self),
            resume: self.resume,
            features,
            out: self.output.clone(),
            force: self.force,
            device: device.clone(),
        };
        let stop = interrupt::stop_flag("saving a checkpoint and stopping after this step")?;
        let mut live = Live::new(options.config.steps);
        let distilled = distil(&options, &stop, &mut |progress| {
            learning::show(&mut live, progress)
        })?;
        live.finish();
        match distilled {
            Distilled::Finished {
                path,
                agreement,
                parameters,
            } => {
                let speed = speed(&path, &painter, &code, device)?;
                tell(&self, &agreement, parameters, speed)?;
                Ok(ExitCode::Done)
            }
            Distilled::Stopped { step } => {
                output::line(format!(
                    "stopped after {}; the same command with --resume goes on",
                    text::counted(step as usize, "step")
                ))?;
                Ok(ExitCode::Interrupted)
            }
        }
    }
}

/// The style to teach, and its name.
fn one_style(
    arguments: &DistilArguments,
    model: &ExportedModel,
) -> anyhow::Result<(String, StyleSource)> {
    if let Some(option) = arguments.style.parts_option() {
        let message = format!("{option} has no place here: a student knows one style");
        return Err(UsageError::new(message).into());
    }
    if arguments.style.save_style.is_some() {
        let message = "--save-style has no place here: the student is the style";
        return Err(UsageError::new(message).into());
    }
    if arguments.style.keep_colours.is_some() {
        let message = "--keep-colours has no place here: a student learns the style's colours";
        return Err(UsageError::new(message)
            .hint("give it to `utsushi transfer --model STUDENT`")
            .into());
    }
    if arguments.style.networks_alone {
        let message =
            "--networks-alone has no place here: a student learns from the networks alone";
        return Err(UsageError::new(message).into());
    }
    let styles = style::asked_for(&arguments.style, model)?;
    let [(name, source)] = &styles[..] else {
        let message = format!("{} styles were given; a student knows one", styles.len());
        return Err(UsageError::new(message).into());
    };
    let name = match &arguments.style.styles[..] {
        [] => name.clone(),
        references => {
            let stems = references
                .iter()
                .map(|reference| style::stem(&reference.path));
            stems.collect::<Vec<_>>().join(" and ")
        }
    };
    Ok((name, source.clone()))
}

fn run_folder(arguments: &DistilArguments) -> PathBuf {
    let beside = || {
        let mut name = arguments.output.clone().into_os_string();
        name.push(".run");
        name.into()
    };
    arguments.run.clone().unwrap_or_else(beside)
}

/// Measures the seconds that student and teacher take for one picture: the fastest of a few times.
fn speed(
    path: &Path,
    painter: &Painter,
    code: &StyleCode,
    device: Device,
) -> anyhow::Result<[f64; 2]> {
    let student = ExportedStudent::read(path).context("the student cannot be read back")?;
    let student = OneStylePainter::from_student(student, device, path)?;
    let picture = Picture::filled(MEASURED, MEASURED, [120, 90, 200]);
    let by_student = PaintRequest::new(&picture, Style::Only);
    let by_teacher = PaintRequest::new(&picture, code);
    let mut fastest = [f64::INFINITY; 2];
    for _ in 0..4 {
        let start = Instant::now();
        student.paint_one(&by_student, &mut ())?;
        fastest[0] = fastest[0].min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        painter.paint_one(&by_teacher, &mut ())?;
        fastest[1] = fastest[1].min(start.elapsed().as_secs_f64());
    }
    Ok(fastest)
}

fn tell(
    arguments: &DistilArguments,
    agreement: &Agreement,
    parameters: usize,
    [student, teacher]: [f64; 2],
) -> anyhow::Result<()> {
    let file = arguments.output.display();
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
    if arguments.json {
        let object = json!({
            "output": file.to_string(),
            "numbers": parameters,
            "held_out_pictures": agreement.pictures,
            "psnr": rounded(agreement.psnr),
            "psnr_unpainted": rounded(agreement.psnr_unpainted),
            "features": agreement.features.map(rounded),
            "features_unpainted": agreement.features_unpainted.map(rounded),
            "seconds_512": rounded(student),
            "teacher_seconds_512": rounded(teacher),
        });
        output::line(object.to_string())?;
        return Ok(());
    }
    let mut words = format!(
        "{file}: {:.2} million numbers\nagreement on {}: {:.2} dB (unpainted: {:.2} dB)",
        parameters as f64 / 1e6,
        text::counted(agreement.pictures, "held-out picture"),
        agreement.psnr,
        agreement.psnr_unpainted,
    );
    if let (Some(ours), Some(unpainted)) = (agreement.features, agreement.features_unpainted) {
        words.push_str(&format!(
            ", features differ by {ours:.3} (unpainted: {unpainted:.3})"
        ));
    }
    output::line(format!(
        "{words}\n{MEASURED}×{MEASURED} pixels: {student:.3} s, its teacher {teacher:.3} s\nnext: \
         utsushi transfer PHOTO --model {file} -o painted.png"
    ))?;
    Ok(())
}
