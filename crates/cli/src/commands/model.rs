//! `utsushi model`

use serde_json::json;

use crate::args::ModelArguments;
use crate::built_in::{LoadedModel, load_model};
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(arguments: &ModelArguments) -> anyhow::Result<ExitCode> {
    let loaded = load_model(arguments.file.as_deref())?;
    let shown = if arguments.json {
        as_json(&loaded)
    } else {
        as_text(&loaded)
    };
    output::line(shown)?;
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
        "{}: {}, {:.2} million numbers, trained at {side} px\n\n{}\n\n{}",
        loaded.origin.display(),
        text::bytes(loaded.bytes),
        model.tensors.number_count() as f64 / 1e6,
        text::table(&rows, &[]),
        model.card.trim_end()
    )
}
