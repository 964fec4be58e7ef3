//! The command `utsushi dataset prepare`.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::{Args, ValueEnum};
use utsushi::anatomy::{AnatomyFinder, Landmark};
use utsushi::faces::FaceFinder;
use utsushi_dataset::{
    Crop, DatasetError, DropReason, FaceCrop, FindFace, Notice, PixelBox, PrepareOptions,
    PrepareProgress, PrepareReport, Role, SetsFile, prepare, prepare_finding,
};
use utsushi_imaging::{Picture, probe};

use crate::args::ThreadsArgument;
use crate::commands::Run;
use crate::commands::learning;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Cut, sort and split pictures into a training set
///
/// Takes a folder, a zip or a tar of pictures, which is one style; a folder of such folders and
/// zips, one style each; or a sets file, which says more of each source.
///
/// Leaves out pictures that are unreadable, too small, blank or look-alikes and says why for each
/// in SET/report.jsonl. Can be stopped and started again; pictures never change between training
/// and validation.
///
///   utsushi dataset prepare my-pictures --crop face -o set
///   utsushi dataset prepare sets.toml -o set
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PrepareArguments {
    /// Pictures, or the sets file: sources, styles, crops, licences; see docs/dataset.md
    #[arg(value_name = "PICTURES|SETS.toml")]
    pub sets: PathBuf,

    /// The folder to make, or to go on with
    #[arg(short, long, value_name = "SET")]
    pub output: PathBuf,

    /// Folder that a sets file's paths start from [default: $UTSUSHI_DATA, else the sets file's]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,

    /// Side of the prepared pictures in pixels, 16 to 1024, in place of the sets file's
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(16..=1024))]
    pub size: Option<u32>,

    /// How every picture is cut, in place of what the sets file says
    #[arg(long, value_enum, value_name = "CROP")]
    pub crop: Option<CropArgument>,

    /// Bits, 0 to 15, in which the fingerprints of look-alikes may differ, in place of what the
    /// sets file says: 0 leaves out only what looks just the same
    ///
    /// Pictures of one artist or crops of one painting can be alike enough to be taken for each
    /// other; a smaller number keeps more of them.
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(0..=15))]
    pub duplicate_distance: Option<u32>,

    /// Take only the first N pictures of each source, for a quick trial
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,

    #[command(flatten)]
    pub threads: ThreadsArgument,

    /// Change a set that was prepared with other settings
    #[arg(long)]
    pub force: bool,
}

/// Environment variable with the folder of the sources, for calls without `--root`.
const ROOT_VARIABLE: &str = "UTSUSHI_DATA";

/// Range of angles in degrees by which eyes are levelled: smaller ones are within the error of
/// landmarks, and heads that lie on their side are not found well.
const TURNS: std::ops::RangeInclusive<f32> = 4.0..=45.0;

/// Confidence below which an eye is not used.
const LEAST_CONFIDENCE: f32 = 0.3;

/// The face finder for sets, with the built-in networks.
struct Faces {
    faces: FaceFinder,
    landmarks: AnatomyFinder,
}

impl Faces {
    fn builtin() -> anyhow::Result<Self> {
        // Small pictures one at a time each: a GPU has nothing to gain here.
        let device = Device::flex();
        Ok(Self {
            faces: FaceFinder::builtin(&device)?,
            landmarks: AnatomyFinder::builtin(&device)?,
        })
    }

    /// Angle by which the eyes of a face are turned clockwise, in radians; 0 if it is unknown.
    fn turn(&self, picture: &Picture, bounds: [f32; 4]) -> f32 {
        let found = self.landmarks.find_near(picture, &[bounds]).faces;
        let Some(face) = found.first() else {
            return 0.0;
        };
        let [left, right] = [Landmark::LeftEye, Landmark::RightEye].map(|eye| face.point(eye));
        if left.confidence.min(right.confidence) < LEAST_CONFIDENCE {
            return 0.0;
        }
        let turn = (right.y - left.y).atan2(right.x - left.x);
        if TURNS.contains(&turn.to_degrees().abs()) {
            turn
        } else {
            0.0
        }
    }
}

impl FindFace for Faces {
    fn crop(&self, picture: &Picture) -> Option<FaceCrop> {
        let face = self.faces.main_face(picture)?;
        let frame = face.frame().inside(picture.width(), picture.height());
        Some(FaceCrop {
            square: PixelBox {
                left: frame.left,
                top: frame.top,
                side: frame.side,
            },
            middle: face.centre(),
            turn: self.turn(picture, face.bounds()),
        })
    }

    fn version(&self) -> String {
        let [faces, landmarks] = [self.faces.version(), self.landmarks.version()];
        format!("{faces:016x} {landmarks:016x}")
    }
}

impl Run for PrepareArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let is_pictures = is_pictures(&self.sets);
        if let (true, Some(_)) = (is_pictures, &self.root) {
            return Err(UsageError::new("--root is for the paths in a sets file")
                .hint("leave it out: the pictures are named already")
                .into());
        }
        if !self.sets.exists() {
            let shown = self.sets.display();
            anyhow::bail!("{shown}: there is no such folder, archive or sets file");
        }
        let mut sets = if is_pictures {
            SetsFile::of_pictures(&self.sets)?
        } else {
            refuse_a_picture(&self.sets)?;
            SetsFile::read(&self.sets)?
        };
        if let Some(crop) = self.crop {
            let crop = match crop {
                CropArgument::None => Crop::None,
                CropArgument::Centre => Crop::Centre,
                CropArgument::Top => Crop::Top,
                CropArgument::Face => Crop::Face,
                CropArgument::Figure => Crop::Figure,
            };
            sets.sources
                .iter_mut()
                .for_each(|source| source.crop = crop);
        }
        if let Some(distance) = self.duplicate_distance {
            sets.duplicate_distance = distance;
            let sources = sets.sources.iter_mut();
            sources.for_each(|source| source.duplicate_distance = None);
        }
        let by_face = sets.sources.iter().any(|source| source.crop == Crop::Face);
        let options = PrepareOptions {
            root: if is_pictures {
                None
            } else {
                self.root.or_else(root_of_environment)
            },
            size: self.size,
            threads: self.threads.threads.into(),
            limit: self.limit.map(|limit| limit as usize),
            force: self.force,
            ..PrepareOptions::default()
        };
        let stop = interrupt::stop_flag("stopping after this picture")?;
        let faces = by_face.then(Faces::builtin).transpose()?;
        let mut live = Live::new(0);
        let mut progress = |now: &PrepareProgress| {
            let message = format!("{}, {} kept", now.style, text::count(now.kept));
            live.update(now.done as u64, now.total as u64, message);
        };
        let out = &self.output;
        let outcome = match &faces {
            Some(faces) => prepare_finding(&sets, &options, faces, out, &mut progress, &stop),
            None => prepare(&sets, &options, out, &mut progress, &stop),
        };
        live.finish();
        match outcome {
            Err(error @ DatasetError::Stopped { .. }) => {
                output::remark(error.to_string());
                Ok(ExitCode::Interrupted)
            }
            Err(error) => Err(error.into()),
            Ok(report) => {
                let report_file = self.output.join("report.jsonl");
                output::line(describe(&report))?;
                let why = report_file.display();
                if !report.dropped.is_empty() {
                    output::line(format!("\n{why} says why for each that was left out"))?;
                }
                if let Some(told) = told_of_look_alikes(&report) {
                    output::line(format!("\n{told}"))?;
                }
                if !report.without_face.is_empty() {
                    let faceless = text::counted(report.without_face.len(), "picture");
                    output::line(format!(
                        "\nno face was found in {faceless}: cut at the top instead, named in {why}"
                    ))?;
                }
                for notice in &report.notices {
                    output::remark(format!("note: {notice}"));
                }
                let is_painted = |name: &str| {
                    let mut own = sets.sources.iter().filter(|source| source.style == name);
                    own.any(|source| source.role == Role::Style)
                };
                let painted = report.styles.iter().filter(|it| is_painted(&it.style));
                learning::warn_of_few(painted.map(|it| (&it.style[..], it.train)));
                Ok(if report.notices.iter().any(Notice::is_missing_pictures) {
                    ExitCode::SomeSkipped
                } else {
                    ExitCode::Done
                })
            }
        }
    }
}

/// Says how to keep pictures that were left out as look-alikes, if there are any.
fn told_of_look_alikes(report: &PrepareReport) -> Option<String> {
    let alike = report.dropped.iter();
    let alike = alike.filter(|it| matches!(it.why, DropReason::NearDuplicate { .. }));
    let count = alike.count();
    (count > 0).then(|| {
        let (pictures, look) = match count {
            1 => ("1 picture was".to_owned(), "it looks"),
            _ => (format!("{} pictures were", text::count(count)), "they look"),
        };
        format!(
            "{pictures} left out because {look} like another one (near-duplicate): \
             --duplicate-distance 0 keeps all but those that look just the same, as \
             `duplicate_distance = 0` does in a sets file"
        )
    })
}

/// Whether a path is a folder or an archive of pictures, and not a sets file.
fn is_pictures(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let archive = [".zip", ".tar", ".tar.gz", ".tgz"]
        .iter()
        .any(|end| name.ends_with(end));
    archive || path.is_dir()
}

/// Refuses a single picture, which would be read as a sets file.
fn refuse_a_picture(path: &Path) -> Result<(), UsageError> {
    if std::fs::read(path).is_ok_and(|bytes| probe(&bytes).is_ok()) {
        Err(
            UsageError::new(format!("{}: this is a single picture", path.display()))
                .hint("name the folder that the pictures lie in"),
        )
    } else {
        Ok(())
    }
}

fn root_of_environment() -> Option<PathBuf> {
    std::env::var_os(ROOT_VARIABLE)
        .filter(|root| !root.is_empty())
        .map(PathBuf::from)
}

fn describe(report: &PrepareReport) -> String {
    let head = ["style", "looked at", "training", "held out", "left out"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for style in &report.styles {
        let dropped: usize = style.dropped.values().sum();
        let reasons = style.dropped.iter();
        let reasons: Vec<String> = reasons
            .map(|(why, count)| format!("{count} {why}"))
            .collect();
        rows.push(vec![
            style.style.clone(),
            text::count(style.seen),
            text::count(style.train),
            text::count(style.validation),
            text::count(dropped),
            reasons.join(", "),
        ]);
    }
    let kept: usize = report
        .styles
        .iter()
        .map(|style| style.train + style.validation)
        .sum();
    format!(
        "{}\n\n{} kept, {} of them cut now",
        text::table(&rows, &[1, 2, 3, 4]),
        text::counted(kept, "picture"),
        text::count(report.cut)
    )
}

/// Crops for the pictures of a set.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CropArgument {
    /// All of it, continued by its edges to a square
    None,
    /// The largest square in the middle
    Centre,
    /// The largest square at the top, for standing figures
    Top,
    /// The square around the face, or that at the top where none is found; the report names those
    Face,
    /// The square that a figure on an empty ground fills; that in the middle where there is none
    Figure,
}
