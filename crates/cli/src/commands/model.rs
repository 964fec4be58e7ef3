//! `utsushi model`

use std::path::Path;

use serde_json::json;
use utsushi::onnx::{FormOptions, OnnxNetwork, is_network};
use utsushi_model::Condition;
use utsushi_weights::ExportedStudent;

use crate::args::ModelArguments;
use crate::built_in::{LoadedModel, load_model, load_student};
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(arguments: &ModelArguments) -> anyhow::Result<ExitCode> {
    if let Some(file) = arguments.file.as_deref().filter(|file| is_network(file)) {
        return network(file, arguments.json);
    }
    if let Some(file) = arguments.file.as_deref()
        && let Some(student) = load_student(file)
    {
        output::line(of_student(arguments, file, &student?))?;
        return Ok(ExitCode::Done);
    }
    let loaded = load_model(arguments.file.as_deref())?;
    let shown = if arguments.json {
        as_json(&loaded)
    } else {
        as_text(&loaded)
    };
    output::line(shown)?;
    Ok(ExitCode::Done)
}

fn of_student(arguments: &ModelArguments, file: &Path, student: &ExportedStudent) -> String {
    let bytes = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    if arguments.json {
        return json!({
            "origin": file.display().to_string(),
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
        file.display(),
        text::bytes(bytes),
        student.config.parameters() as f64 / 1e6,
        student.style.name,
        student.card.trim_end()
    )
}

/// How an ONNX network of another program is taken to want its pictures.
fn network(file: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let network = OnnxNetwork::load(file, &FormOptions::default())?;
    let form = network.form();
    let bytes = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    let origin = file.display();
    output::line(match json {
        true => json!({
            "origin": origin.to_string(),
            "bytes": bytes,
            "network": form.to_string(),
            "size": form.size,
        })
        .to_string(),
        false => {
            let sides = match form.size {
                [None, None] => "any size".to_owned(),
                sides => {
                    let [width, height] =
                        sides.map(|side| side.map_or("any".to_owned(), |side| side.to_string()));
                    format!("{width}×{height} pixels at once")
                }
            };
            let size = text::bytes(bytes);
            format!("{origin}: {size}, a network that paints in one way, {sides}\n{form}")
        }
    })?;
    Ok(ExitCode::Done)
}

fn as_json(loaded: &LoadedModel) -> String {
    let model = &loaded.model;
    json!({
        "origin": loaded.origin.display().to_string(),
        "bytes": loaded.bytes,
        "numbers": model.tensors.number_count(),
        "config": model.config,
        "styles": model.styles,
        "card": model.card,
    })
    .to_string()
}

fn as_text(loaded: &LoadedModel) -> String {
    let model = &loaded.model;
    let side = model.config["native_size"].as_u64().unwrap_or(0);
    let mut rows = vec![["style", "role", "terms"].map(str::to_owned).to_vec()];
    for style in &model.styles {
        let terms = match style.licence.as_str() {
            "" => "not stated",
            terms => terms,
        };
        rows.push(vec![
            style.name.clone(),
            style.role.clone(),
            terms.to_owned(),
        ]);
    }
    format!(
        "{}: {}, {:.2} million numbers, trained at {side} px\n\n{}\n\n{}{}",
        loaded.origin.display(),
        text::bytes(loaded.bytes),
        model.tensors.number_count() as f64 / 1e6,
        text::table(&rows, &[]),
        labels(&model.config),
        model.card.trim_end()
    )
}

/// The labels that `utsushi edit --set` takes; nothing for a model without any.
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
