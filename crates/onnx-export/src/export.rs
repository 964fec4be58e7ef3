//! Export of a model as ONNX graphs.

use std::path::Path;

use serde_json::json;
use utsushi_model::{ModelConfig, PriorConfig};
use utsushi_weights::ExportedModel;

use crate::graph::{Graph, Value};
use crate::message::{Axis, Kind, model};
use crate::networks::{
    ContentFeatures, content_encoder, content_prior, decoder, mapping_network, style_encoder,
};
use crate::weights::{ExportError, Weights};

mod files;

pub use files::{OnnxFile, write_files};

/// Options of writing graphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// Whether weights and arithmetic have 16 bits. Pictures and codes keep 32 bits, and so do sums
    /// over a picture and the networks that make codes from them.
    pub half: bool,
}

/// One of the model's networks, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    ContentEncoder,
    StyleEncoder,
    MappingNetwork,
    Decoder,
    Transfer,
    ContentPrior,
}

const PARTS: [Part; 6] = [
    Part::ContentEncoder,
    Part::StyleEncoder,
    Part::MappingNetwork,
    Part::Decoder,
    Part::Transfer,
    Part::ContentPrior,
];

const BATCH: Axis = Axis::Named("batch");
const COLOURS: Axis = Axis::Fixed(3);

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::ContentEncoder => "content_encoder",
            Self::StyleEncoder => "style_encoder",
            Self::MappingNetwork => "mapping_network",
            Self::Decoder => "decoder",
            Self::Transfer => "transfer",
            Self::ContentPrior => "content_prior",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::ContentEncoder => "A picture to what it shows, without its style.",
            Self::StyleEncoder => "A painting to the codes of its style.",
            Self::MappingNetwork => "Noise and a style's number to style codes.",
            Self::Decoder => "What a picture shows, and style codes, to a painting.",
            Self::Transfer => "A picture and a painting to the picture in the painting's style.",
            Self::ContentPrior => "Noise and a style's number to what a new painting shows.",
        }
    }
}

/// Converts all networks of a model to ONNX files, with `styles.json` and `card.md` beside them;
/// `origin` stands for the model's name in errors.
///
/// Pictures are `[batch, 3, height, width]`, RGB, −1…1. `docs/onnx.md` has inputs and outputs.
///
/// # Errors
/// The configuration is unknown to this program, the tensors are not those of the networks, or
/// values are too large for 16 bits.
pub fn export(
    model: &ExportedModel,
    origin: &Path,
    options: ExportOptions,
) -> Result<Vec<OnnxFile>, ExportError> {
    let invalid = |reason: String| ExportError::Config {
        path: origin.to_owned(),
        reason,
    };
    let config: ModelConfig =
        serde_json::from_value(model.config.clone()).map_err(|error| invalid(error.to_string()))?;
    config
        .validate()
        .map_err(|error| invalid(error.to_string()))?;
    let weights = Weights {
        tensors: &model.tensors,
        origin,
    };
    let mut files = Vec::new();
    for network in PARTS {
        if network == Part::ContentPrior && config.prior.is_none() {
            continue;
        }
        let mut graph = Graph::new(weights, options.half);
        build(network, &mut graph, &config)?;
        let bytes = self::model(
            network.name(),
            network.description(),
            &graph.into_parts(),
            &metadata(network, model),
        );
        files.push(OnnxFile {
            name: format!("{}.onnx", network.name()),
            bytes,
        });
    }
    files.push(OnnxFile {
        name: "styles.json".to_owned(),
        bytes: styles(model).into_bytes(),
    });
    files.push(OnnxFile {
        name: "card.md".to_owned(),
        bytes: model.card.clone().into_bytes(),
    });
    Ok(files)
}

fn build(network: Part, graph: &mut Graph<'_>, config: &ModelConfig) -> Result<(), ExportError> {
    match network {
        Part::ContentEncoder => {
            let pictures = picture_input(graph, "picture", ["batch", "height", "width"]);
            let content = content_encoder(graph, config, &pictures)?;
            let [features, lines] = content_axes(config);
            let what = "what is where, at an eighth of the picture's sides";
            graph.output("content", &content.features, &features, what);
            if let Some(values) = &content.lines {
                let what = "where the picture has lines, at half of its sides";
                graph.output("lines", values, &lines, what);
            }
        }
        Part::StyleEncoder => {
            let paintings = picture_input(graph, "painting", ["batch", "height", "width"]);
            let codes = style_encoder(graph, config, &paintings)?;
            code_output(graph, config, &codes);
        }
        Part::MappingNetwork => {
            let [noise, labels] = noise_inputs(graph, config.latent_dim);
            let codes = mapping_network(graph, config, &noise, &labels)?;
            code_output(graph, config, &codes);
        }
        Part::Decoder => {
            let [features, lines] = content_axes(config);
            let what = "what the content encoder gives";
            let features = graph.input("content", Kind::Single, &features, what);
            let lines = config
                .line_skip
                .then(|| graph.input("lines", Kind::Single, &lines, what));
            let axes = code_axes("codes", config);
            let what = "one code for each picture, or one for all";
            let codes = graph.input("style", Kind::Single, &axes, what);
            let content = ContentFeatures {
                features: graph.working(&features),
                lines: lines.map(|lines| graph.working(&lines)),
            };
            let painted = decoder(graph, config, &content, &codes)?;
            picture_output(graph, &painted, ["height", "width"].map(Axis::Named));
        }
        Part::Transfer => {
            let pictures = picture_input(graph, "content", ["batch", "height", "width"]);
            let sides = ["codes", "style_height", "style_width"];
            let paintings = picture_input(graph, "style", sides);
            let content = content_encoder(graph, config, &pictures)?;
            let codes = style_encoder(graph, config, &paintings)?;
            let painted = decoder(graph, config, &content, &codes)?;
            picture_output(graph, &painted, ["height", "width"].map(Axis::Named));
        }
        Part::ContentPrior => {
            let default = PriorConfig::default();
            let prior = config.prior.as_ref().unwrap_or(&default);
            let [noise, labels] = noise_inputs(graph, prior.latent_dim);
            let sketches = content_prior(graph, config, prior, [&noise, &labels])?;
            picture_output(graph, &sketches, [Axis::Fixed(prior.size); 2]);
        }
    }
    Ok(())
}

fn noise_inputs(graph: &mut Graph<'_>, length: usize) -> [Value; 2] {
    let axes = [BATCH, Axis::Fixed(length)];
    let noise = graph.input("noise", Kind::Single, &axes, "normal numbers");
    let what = "a style's place in the list of styles, from 0";
    [noise, graph.input("label", Kind::Integer, &[BATCH], what)]
}

fn picture_input(
    graph: &mut Graph<'_>,
    name: &str,
    [batch, height, width]: [&'static str; 3],
) -> Value {
    let [batch, height, width] = [batch, height, width].map(Axis::Named);
    let what = "RGB, -1 to 1";
    let pictures = graph.input(name, Kind::Single, &[batch, COLOURS, height, width], what);
    graph.working(&pictures)
}

fn picture_output(graph: &mut Graph<'_>, painted: &Value, [height, width]: [Axis; 2]) {
    let axes = [BATCH, COLOURS, height, width];
    graph.output("picture", painted, &axes, "RGB, -1 to 1");
}

fn code_output(graph: &mut Graph<'_>, config: &ModelConfig, codes: &Value) {
    let what = "one code for each stage of the decoder, from coarse to fine";
    graph.output("style", codes, &code_axes("batch", config), what);
}

fn code_axes(batch: &'static str, config: &ModelConfig) -> [Axis; 3] {
    [
        Axis::Named(batch),
        Axis::Fixed(ModelConfig::STAGES),
        Axis::Fixed(config.code_length()),
    ]
}

/// The axes of the content's features and of its lines.
fn content_axes(config: &ModelConfig) -> [[Axis; 4]; 2] {
    let [fine, _, coarse] = config.trunk_channels;
    let axes = |channels, height, width| {
        let channels = Axis::Fixed(channels);
        [BATCH, channels, Axis::Named(height), Axis::Named(width)]
    };
    [
        axes(coarse, "height_8", "width_8"),
        axes(fine, "height_2", "width_2"),
    ]
}

/// Metadata of an ONNX file.
fn metadata(network: Part, model: &ExportedModel) -> [(&'static str, String); 5] {
    [
        ("format", "utsushi-onnx 1".to_owned()),
        ("network", network.name().to_owned()),
        ("config", model.config.to_string()),
        ("styles", json!(model.styles).to_string()),
        ("card", model.card.clone()),
    ]
}

/// The content of `styles.json`: the styles in the order of their labels, with their mean and
/// typical codes, all flattened.
fn styles(model: &ExportedModel) -> String {
    let styles = model.styles.iter().enumerate().map(|(index, style)| {
        json!({
            "name": style.name,
            "role": style.role,
            "licence": style.licence,
            "mean": model.style_mean(index),
            "typical": typical(model, index),
        })
    });
    let styles: Vec<_> = styles.collect();
    json!({ "config": model.config, "styles": styles }).to_string()
}

/// The typical codes of a style, the most typical first, for which the style's name stands; empty
/// in models without them.
fn typical(model: &ExportedModel, index: usize) -> Vec<&[f32]> {
    (0..)
        .map_while(|choice| model.style_gallery(index, choice))
        .collect()
}
