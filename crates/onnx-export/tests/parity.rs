//! Exported graphs against the networks they were made from, in a runtime that is Rust alone.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use burn::tensor::{Device, Int, Tensor, TensorData};
use rten::{Model, Value};
use utsushi_weights::{ExportedModel, ExportedStyle, STYLE_GALLERY, STYLE_MEANS};

use utsushi_model::{ModelConfig, Normaliser, PainterNetworks, PriorConfig};
use utsushi_onnx_export::{ExportOptions, OnnxFile, export, write_files};

fn config() -> ModelConfig {
    ModelConfig {
        native_size: 32,
        styles: 3,
        style_dim: 6,
        latent_dim: 5,
        trunk_channels: [8, 10, 12],
        style_channels: [6, 8, 10, 12],
        mapping_width: 9,
        line_style: true,
        noise: true,
        ..ModelConfig::default()
    }
}

/// Networks whose biases are not all zero, so that a forgotten one shows.
fn networks(config: &ModelConfig) -> PainterNetworks {
    use burn::module::{Module, ModuleMapper, Param};
    struct Stir;
    impl ModuleMapper for Stir {
        fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
            parameter.map(|values| {
                let shape = values.dims();
                let count: usize = shape.iter().product();
                let more = (0..count).map(|i| 0.1 * (i as f32 * 1.7).sin()).collect();
                values + Tensor::from_data(TensorData::new(more, shape), &Device::flex())
            })
        }
    }
    PainterNetworks::new(config, 4, &Device::flex()).map(&mut Stir)
}

fn model(config: &ModelConfig, networks: &PainterNetworks) -> ExportedModel {
    let style = |name: &str| ExportedStyle {
        name: name.to_owned(),
        role: "style".to_owned(),
        licence: "CC0".to_owned(),
    };
    let styles = vec![style("ink"), style("oil"), style("cel")];
    let mut model = ExportedModel::from_networks(config, networks, styles, "# Card\n".to_owned());
    let means = (0..3 * 4 * 6).map(|i| i as f32).collect();
    model.tensors.insert(STYLE_MEANS, [3, 4, 6], means);
    let typical = (0..3 * 2 * 4 * 6).map(|i| 0.5 + i as f32).collect();
    model.tensors.insert(STYLE_GALLERY, [3, 2, 4, 6], typical);
    model
}

fn export_of(config: &ModelConfig) -> (PainterNetworks, Vec<OnnxFile>) {
    let networks = networks(config);
    let model = model(config, &networks);
    let files = export(&model, Path::new("m"), ExportOptions::default()).unwrap();
    (networks, files)
}

fn pictures(batch: usize, height: usize, width: usize, phase: f32) -> Tensor<4> {
    let count = batch * height * width * 3;
    let values = (0..count)
        .map(|i| (i as f32 * 0.37 + phase).sin())
        .collect();
    let data = TensorData::new(values, [batch, height, width, 3]);
    Tensor::from_data(data, &Device::flex())
}

/// Shape and values.
type Plain = (Vec<usize>, Vec<f32>);

/// A picture in ONNX's order.
fn first(tensor: Tensor<4>) -> Plain {
    plain(tensor.permute([0, 3, 1, 2]))
}

fn plain<const D: usize>(tensor: Tensor<D>) -> Plain {
    let shape = tensor.dims().to_vec();
    (shape, tensor.into_data().try_to_vec().unwrap())
}

/// Runs a graph and holds its outputs against what is expected, in order.
fn check(files: &[OnnxFile], name: &str, inputs: Vec<(&str, Value)>, expected: &[(&str, Plain)]) {
    let file = files
        .iter()
        .find(|file| file.name == format!("{name}.onnx"));
    let model = Model::load(file.unwrap().bytes.clone()).unwrap();
    let inputs = inputs
        .into_iter()
        .map(|(name, value)| (model.node_id(name).unwrap(), value.into()))
        .collect();
    let ids: Vec<_> = expected
        .iter()
        .map(|(name, _)| model.node_id(name).unwrap())
        .collect();
    let outputs = model.run(inputs, &ids, None).unwrap();
    for (output, (part, (shape, values))) in outputs.into_iter().zip(expected) {
        let (found_shape, found) = read(output, shape.len());
        assert_eq!(&found_shape, shape, "{name}: {part}");
        let pairs = found.iter().zip(values);
        let off = pairs.map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
        assert!(off < 1e-3, "{name}: {part} is off by {off}");
    }
}

fn read(value: Value, axes: usize) -> Plain {
    if axes == 3 {
        let (shape, values) = value.into_shape_vec::<f32, 3>().unwrap();
        return (shape.to_vec(), values);
    }
    let (shape, values) = value.into_shape_vec::<f32, 4>().unwrap();
    (shape.to_vec(), values)
}

fn floats((shape, values): Plain) -> Value {
    Value::from_shape(shape, values).unwrap()
}

#[test]
fn every_graph_gives_what_its_network_gives() {
    let plain_config = config();
    let without_lines = ModelConfig {
        line_skip: false,
        prior: Some(PriorConfig {
            size: 64,
            latent_dim: 3,
            channels: [8, 7, 6, 4],
        }),
        ..config()
    };
    let slots = ModelConfig {
        style_slots: 3,
        slot_dim: 5,
        ..config()
    };
    for config in [plain_config, without_lines, slots] {
        let (networks, files) = export_of(&config);
        // Two pictures with a style each, and three that share one.
        for (batch, paintings, height, width) in [(2, 2, 40, 64), (3, 1, 32, 48)] {
            let content = pictures(batch, height, width, 0.0);
            let style = pictures(paintings, 48, 32, 1.0);
            let encoder = &networks.generator.encoder;
            let shown = encoder.forward(content.clone(), &mut Normaliser::painting());
            let codes = networks.style_encoder.forward(style.clone());
            let norm = &mut Normaliser::painting();
            let painted = networks
                .generator
                .decoder
                .forward(&shown, codes.clone(), norm);

            let mut parts = vec![("content", first(shown.features))];
            parts.extend(shown.lines.map(|lines| ("lines", first(lines))));
            let picture = vec![("picture", floats(first(content.clone())))];
            check(&files, "content_encoder", picture, &parts);
            let painting = vec![("painting", floats(first(style.clone())))];
            let code = ("style", plain(codes));
            check(
                &files,
                "style_encoder",
                painting,
                std::slice::from_ref(&code),
            );
            let mut inputs: Vec<_> = parts
                .into_iter()
                .map(|(name, part)| (name, floats(part)))
                .collect();
            inputs.push(("style", floats(code.1)));
            let expected = [("picture", first(painted))];
            check(&files, "decoder", inputs, &expected);
            let both = vec![
                ("content", floats(first(content))),
                ("style", floats(first(style))),
            ];
            check(&files, "transfer", both, &expected);
        }
        let noise = Tensor::<2>::from_data([[0.3, -1.0, 2.0, 0.1, 0.0], [1.0; 5]], &Device::flex());
        let labels = Tensor::<1, Int>::from_data([2, 0], &Device::flex());
        let codes = networks.mapping_network.forward(noise.clone(), labels);
        let inputs = vec![
            ("noise", floats(plain(noise))),
            ("label", Value::from_shape([2], vec![2i32, 0]).unwrap()),
        ];
        check(
            &files,
            "mapping_network",
            inputs,
            &[("style", plain(codes))],
        );
        let Some(prior) = &networks.content_prior else {
            assert!(files.iter().all(|file| file.name != "content_prior.onnx"));
            continue;
        };
        let noise = Tensor::<2>::from_data([[0.3, -1.0, 2.0], [1.0; 3]], &Device::flex());
        let labels = Tensor::<1, Int>::from_data([2, 0], &Device::flex());
        let sketches = prior.forward(noise.clone(), labels);
        let inputs = vec![
            ("noise", floats(plain(noise))),
            ("label", Value::from_shape([2], vec![2i32, 0]).unwrap()),
        ];
        let expected = [("picture", first(sketches))];
        check(&files, "content_prior", inputs, &expected);
    }
}

#[test]
fn what_a_reader_needs_lies_beside_and_inside() {
    let (_, files) = export_of(&config());
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names[4..], ["transfer.onnx", "styles.json", "card.md"]);
    let styles: serde_json::Value = serde_json::from_slice(&files[5].bytes).unwrap();
    assert_eq!(styles["styles"][1]["name"], "oil");
    assert_eq!(styles["styles"][1]["mean"][0], 24.0);
    let typical = styles["styles"][1]["typical"].as_array().unwrap();
    assert_eq!(typical.len(), 2);
    for (code, first) in typical.iter().zip([48.5, 72.5]) {
        assert_eq!(code.as_array().unwrap().len(), 4 * 6);
        assert_eq!(code[0], first);
    }
    assert_eq!(styles["config"]["native_size"], 32);
    for file in &files[..5] {
        let described = rten_onnx::onnx::ModelProto::parse_buf(&file.bytes).unwrap();
        assert_eq!(described.opset_import[0].version, Some(17));
        let metadata = described.metadata_props.iter();
        let keys: Vec<_> = metadata.map(|it| it.key.as_deref().unwrap()).collect();
        assert_eq!(keys, ["format", "network", "config", "styles", "card"]);
        let card = described.metadata_props[4].value.as_deref();
        assert_eq!(card, Some("# Card\n"));
    }
}

#[test]
fn sixteen_bits_take_half_the_room_and_refuse_what_they_do_not_hold() {
    let config = config();
    let networks = networks(&config);
    let mut model = model(&config, &networks);
    let size = |half| {
        let files = export(&model, Path::new("m"), ExportOptions { half }).unwrap();
        let graph = rten_onnx::onnx::ModelProto::parse_buf(&files[3].bytes).unwrap();
        let tensors = graph.graph.unwrap().initializer;
        let bytes =
            |it: &rten_onnx::onnx::TensorProto| it.raw_data.as_ref().unwrap().borrow().len();
        tensors.iter().map(bytes).sum::<usize>() as f64
    };
    assert!(size(true) < 0.6 * size(false));
    let name = "networks.generator.decoder.output.bias";
    model.tensors.insert(name, [12], vec![1e6; 12]);
    let error = export(&model, Path::new("m"), ExportOptions { half: true }).unwrap_err();
    assert!(
        error.to_string().contains("generator.decoder.output.bias"),
        "{error}"
    );
    model.tensors.insert(name, [11], vec![0.0; 11]);
    let error = export(&model, Path::new("m"), ExportOptions::default()).unwrap_err();
    assert!(error.to_string().contains("[12], but has [11]"), "{error}");
    model.config["trunk_channels"] = serde_json::json!([0, 1, 2]);
    let error = export(&model, Path::new("m"), ExportOptions::default()).unwrap_err();
    assert!(error.to_string().contains("trunk_channels"), "{error}");
}

#[test]
fn nothing_is_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new/onnx");
    let file = |name: &str, text: &str| OnnxFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    write_files(&[file("a", "1"), file("b", "2")], &target, false).unwrap();
    let more = [file("c", "3"), file("b", "4")];
    let error = write_files(&more, &target, false).unwrap_err().to_string();
    assert!(error.contains("exists already"), "{error}");
    assert!(!target.join("c").exists(), "nothing is written then");
    write_files(&more, &target, true).unwrap();
    assert_eq!(std::fs::read(target.join("b")).unwrap(), b"4");
}
