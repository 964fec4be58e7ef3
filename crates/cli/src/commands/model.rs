//! The command `utsushi model`.

mod gallery;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use utsushi::onnx::{FormOptions, OnnxNetwork};
use utsushi::{ModelFile, SavedStyle, SavedStyleError, style_names};
use utsushi_model::Condition;
use utsushi_weights::{ExportedModel, ExportedStudent};

use super::Run;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::ModelSource;
use crate::{output, text};

/// Show what is in a model: its styles, sizes, terms and card
///
/// A long card is shown up to how the model was trained; `--json` has all of it.
///
/// For a style that `--save-style` has written it shows what it was made of and painted with, for
/// an ONNX network how `utsushi transfer` gives it pictures; `--network` there takes the same
/// words.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// An exported model, `free`, a saved style, or an ONNX network [default: the built-in model]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Print one JSON object instead of text
    #[arg(long, conflicts_with = "gallery")]
    pub json: bool,

    /// Paint a sheet instead: a row a style, in its typical hands
    ///
    /// Below each painting stands what it is asked for by: `--style-name manga:3`.
    #[arg(long, value_name = "SHEET")]
    pub gallery: Option<PathBuf>,

    /// The picture to paint on the gallery [default: one that the model makes up]
    #[arg(long, value_name = "PICTURE", requires = "gallery")]
    pub content: Option<PathBuf>,

    /// Replace a gallery that exists
    #[arg(long, requires = "gallery")]
    pub force: bool,
}

/// Assumed width of a terminal in characters.
const WIDTH: usize = 80;

/// Largest number of lines that are shown of a longer card.
const LINES: usize = 48;

impl Run for ModelArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(path) = &self.file
            && let Some(style) = saved_style(path, self.gallery.is_some())?
        {
            output::line(of_style(path, &style, self.json))?;
            return Ok(ExitCode::Done);
        }
        let source = ModelSource::read(self.file.as_deref(), None)?;
        if let Some(sheet) = &self.gallery {
            return gallery::paint(&self, source, sheet);
        }
        let file = File {
            origin: source.origin.clone(),
            bytes: source.bytes(),
        };
        output::line(match (source.file, self.json) {
            (ModelFile::Steered(model), true) => as_json(&file, &model),
            (ModelFile::Steered(model), false) => as_text(&file, &model),
            (ModelFile::Student(student), json) => of_student(&file, &student, json),
            (ModelFile::Onnx(bytes), json) => of_network(&file, bytes, json)?,
            _ => anyhow::bail!("{}: a model of an unknown kind", file.origin.display()),
        })?;
        Ok(ExitCode::Done)
    }
}

/// Reads the saved style in a file, if it is one and not a model.
fn saved_style(path: &Path, gallery: bool) -> anyhow::Result<Option<SavedStyle>> {
    if !SavedStyle::is_file(path) {
        return Ok(None);
    }
    match SavedStyle::read(path) {
        Ok(_) if gallery => {
            let message = format!("{}: a gallery shows the styles of a model", path.display());
            let hint = "this is a style: utsushi transfer PICTURE --style FILE paints in it";
            Err(UsageError::new(message).hint(hint).into())
        }
        Ok(style) => Ok(Some(style)),
        // Read as a model.
        Err(SavedStyleError::NotAStyle { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn of_style(path: &Path, style: &SavedStyle, json: bool) -> String {
    let (origin, options) = (path.display(), style.options);
    let model = format!("{:016x}", style.model());
    if json {
        return json!({
            "origin": origin.to_string(),
            "model": model,
            "made_of": style.note,
            "strength": options.strength,
            "octaves": options.octaves,
            "keep_colours": options.keep_colours,
        })
        .to_string();
    }
    let octaves = options.octaves;
    let octaves = octaves.map_or("auto".to_owned(), |octaves| octaves.to_string());
    let colours = if options.keep_colours {
        " --keep-colours"
    } else {
        ""
    };
    format!(
        "{origin}: a style of the model {model}\nmade of: {}\npainted with: --strength {} \
         --octaves {octaves}{colours}\nto paint in it: utsushi transfer PICTURE --style {origin} \
         -o painted.png",
        style.note, options.strength,
    )
}

/// A model's file, or what stands for it in messages.
struct File {
    origin: PathBuf,
    bytes: u64,
}

fn of_student(file: &File, student: &ExportedStudent, json: bool) -> String {
    let File { origin, bytes } = file;
    if json {
        return json!({
            "origin": origin.display().to_string(),
            "bytes": bytes,
            "numbers": student.config.parameters(),
            "config": student.config,
            "style": student.style,
            "card": student.card,
        })
        .to_string();
    }
    format!(
        "{}: {}, {:.2} million numbers, a student that paints in the style `{}`\n\n{}",
        origin.display(),
        text::bytes(*bytes),
        student.config.parameters() as f64 / 1e6,
        student.style.name,
        student.card.trim_end()
    )
}

/// Describes an ONNX network of another program and the form in which it takes pictures.
fn of_network(file: &File, content: Vec<u8>, json: bool) -> anyhow::Result<String> {
    let network = OnnxNetwork::from_bytes(content, &file.origin, &FormOptions::default())?;
    let form = network.form();
    let origin = file.origin.display();
    if json {
        return Ok(json!({
            "origin": origin.to_string(),
            "bytes": file.bytes,
            "network": form.to_string(),
            "size": form.size,
        })
        .to_string());
    }
    let sides = match form.size {
        [None, None] => "any size".to_owned(),
        sides => {
            let side = |side: Option<usize>| side.map_or("any".to_owned(), |it| it.to_string());
            let [width, height] = sides.map(side);
            format!("{width}×{height} pixels at once")
        }
    };
    let size = text::bytes(file.bytes);
    Ok(format!(
        "{origin}: {size}, a network that paints in one way, {sides}\n{form}"
    ))
}

fn as_json(file: &File, model: &ExportedModel) -> String {
    json!({
        "origin": file.origin.display().to_string(),
        "bytes": file.bytes,
        "numbers": model.tensors.number_count(),
        "config": model.config,
        "styles": model.styles,
        "card": model.card,
    })
    .to_string()
}

/// Describes a model on a screen or two, with the beginning of a long card.
fn as_text(file: &File, model: &ExportedModel) -> String {
    let side = model.config["native_size"].as_u64().unwrap_or(0);
    format!(
        "{}: {}, {:.2} million numbers, trained at {side} px\n\n{}\n\n{}{}",
        file.origin.display(),
        text::bytes(file.bytes),
        model.tensors.number_count() as f64 / 1e6,
        styles(model),
        labels(&model.config),
        beginning(model.card.trim_end())
    )
}

/// Heading of the section of a card that lists the sets with their terms.
const SETS: &str = "\n## Sets\n";

/// A style's name with its Chinese one.
fn both(name: &str) -> String {
    match style_names::in_chinese(name) {
        Some(chinese) => format!("{name} {chinese}"),
        None => name.to_owned(),
    }
}

/// Names of the styles, with their terms if the card does not list them.
fn styles(model: &ExportedModel) -> String {
    if model.card.contains(SETS) {
        let names: Vec<String> = model.styles.iter().map(|style| both(&style.name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let names = text::columns(&names, WIDTH);
        let count = text::counted(model.styles.len(), "style");
        return format!("{count}, for --style-name:\n{names}");
    }
    let mut rows = vec![["style", "role", "terms"].map(str::to_owned).to_vec()];
    for style in &model.styles {
        let terms = match style.licence.as_str() {
            "" => "not stated",
            terms => terms,
        };
        rows.push(vec![
            both(&style.name),
            style.role.clone(),
            terms.to_owned(),
        ]);
    }
    text::table(&rows, &[])
}

/// The beginning of a card, up to the details of training, settings and earlier models, if the card
/// is long.
fn beginning(card: &str) -> String {
    let lines: Vec<&str> = card.lines().collect();
    if lines.len() <= LINES {
        return card.to_owned();
    }
    let headings = lines.iter().enumerate().skip(1);
    let mut headings =
        headings.filter(|(_, line)| line.starts_with("## ") && **line != SETS.trim());
    let end = headings.next().map_or(LINES, |(index, _)| index.min(LINES));
    format!(
        "{}\n\n{} more lines of its card, on how it was trained, are in `card` of --json",
        lines[..end].join("\n").trim_end(),
        text::count(lines.len() - end)
    )
}

/// Lists the labels that `utsushi edit --set` takes; empty for a model without any.
fn labels(config: &serde_json::Value) -> String {
    let conditions = config.get("conditions").cloned().unwrap_or_default();
    let conditions: Vec<Condition> = serde_json::from_value(conditions).unwrap_or_default();
    if conditions.is_empty() {
        return String::new();
    }
    let mut rows = vec![["label", "values"].map(str::to_owned).to_vec()];
    rows.extend(
        conditions
            .into_iter()
            .map(|it| vec![it.name, it.values.join(", ")]),
    );
    format!("{}\n\n", text::table(&rows, &[]))
}
