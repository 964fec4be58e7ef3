//! Writes what this program's networks make of some pictures, for other runtimes to be held
//! against: `reference MODEL OUT.safetensors`. Tensors are in ONNX's order, in 32 bits; names are
//! `NETWORK.CASE.in.NAME` and `NETWORK.CASE.out.NAME`, as the exported graphs have them.

use std::error::Error;
use std::path::Path;

use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_weights::{ExportedModel, Precision, WeightsFile};

use utsushi_model::{ContentFeatures, Normaliser};

/// Batch, height and width of the pictures of each case, and of the paintings.
const CASES: [([usize; 3], [usize; 3]); 3] = [
    ([1, 128, 128], [1, 128, 128]),
    ([2, 64, 104], [2, 96, 128]),
    ([3, 40, 32], [1, 64, 64]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [model, out] = arguments.as_slice() else {
        return Err("reference MODEL OUT.safetensors".into());
    };
    let device = Device::flex();
    let origin = Path::new(model);
    let (config, networks) = ExportedModel::read(origin)?.take_networks(&device, origin)?;
    let mut file = WeightsFile::default();
    for (case, (content, style)) in CASES.into_iter().enumerate() {
        let mut keep = |network: &str, name: &str, tensor: Vec<f32>, shape: Vec<usize>| {
            let name = format!("{network}.{case}.{name}");
            file.tensors.insert(name, shape, tensor);
        };
        let (pictures, paintings) = (drawing(content, 0.0), drawing(style, 2.0));
        let (pixels, shape) = channels_first(pictures.clone())?;
        keep(
            "content_encoder",
            "in.picture",
            pixels.clone(),
            shape.clone(),
        );
        keep("transfer", "in.content", pixels, shape);
        let (pixels, shape) = channels_first(paintings.clone())?;
        keep(
            "style_encoder",
            "in.painting",
            pixels.clone(),
            shape.clone(),
        );
        keep("transfer", "in.style", pixels, shape);
        let codes = networks.style_encoder.forward(paintings);
        let (values, shape) = plain(codes.clone())?;
        keep("style_encoder", "out.style", values.clone(), shape.clone());
        keep("decoder", "in.style", values, shape);
        let encoder = &networks.generator.encoder;
        let shown = encoder.forward(pictures, &mut Normaliser::painting());
        let mut parts = vec![("content", shown.features.clone())];
        parts.extend(shown.lines.clone().map(|lines| ("lines", lines)));
        for (name, part) in parts {
            let (values, shape) = channels_first(part)?;
            keep(
                "content_encoder",
                &format!("out.{name}"),
                values.clone(),
                shape.clone(),
            );
            keep("decoder", &format!("in.{name}"), values, shape);
        }
        let painted = paint(&networks.generator.decoder, &shown, codes);
        let (values, shape) = channels_first(painted)?;
        keep("decoder", "out.picture", values.clone(), shape.clone());
        keep("transfer", "out.picture", values, shape);
        let rows = content[0] + 1;
        let noise: Vec<f32> = (0..rows * config.latent_dim)
            .map(|i| 1.7 * (i as f32 * 1.3).sin())
            .collect();
        let labels: Vec<i64> = (0..rows).map(|row| (row % config.styles) as i64).collect();
        let counted = labels.iter().map(|&label| label as f32).collect();
        keep("mapping_network", "in.label", counted, vec![rows]);
        let shape = vec![rows, config.latent_dim];
        keep("mapping_network", "in.noise", noise.clone(), shape.clone());
        let noise = Tensor::from_data(TensorData::new(noise, shape), &device);
        let labels = Tensor::<1, Int>::from_data(labels.as_slice(), &device);
        let (values, shape) = plain(networks.mapping_network.forward(noise, labels))?;
        keep("mapping_network", "out.style", values, shape);
    }
    file.write(Path::new(out), Precision::Single, true)?;
    Ok(())
}

fn paint(
    decoder: &utsushi_model::Decoder,
    content: &ContentFeatures,
    codes: Tensor<3>,
) -> Tensor<4> {
    decoder.forward(content, codes, &mut Normaliser::painting())
}

/// Pictures with gradients and edges, different everywhere.
fn drawing([batch, height, width]: [usize; 3], phase: f32) -> Tensor<4> {
    let mut values = Vec::new();
    for picture in 0..batch {
        for row in 0..height {
            for column in 0..width {
                let edge = ((row / 9 + column / 13 + picture) % 3) as f32 / 2.0 - 0.5;
                for channel in 0..3 {
                    let place = row as f32 * 0.11 + column as f32 * 0.07 + channel as f32 + phase;
                    values.push((0.5 * place.sin() + edge).clamp(-1.0, 1.0));
                }
            }
        }
    }
    Tensor::from_data(
        TensorData::new(values, [batch, height, width, 3]),
        &Device::flex(),
    )
}

type Plain = Result<(Vec<f32>, Vec<usize>), Box<dyn Error>>;

fn channels_first(tensor: Tensor<4>) -> Plain {
    plain(tensor.permute([0, 3, 1, 2]))
}

fn plain<const D: usize>(tensor: Tensor<D>) -> Plain {
    let shape = tensor.dims().to_vec();
    let values = tensor.into_data_as::<f32>().try_into_vec();
    Ok((values.map_err(|error| format!("{error:?}"))?, shape))
}
