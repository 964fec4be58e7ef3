//! Sample sheets: the same held-out pictures in the same held-out styles each time.

use std::collections::BTreeMap;

use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_dataset::{DatasetError, Pictures, PreparedSet, fixed_training, fixed_validation};
use utsushi_imaging::{Picture, SheetCell, SheetOptions, contact_sheet, legible};
use utsushi_model::{ModelConfig, PainterNetworks};

use crate::random::{Stream, standard_normal, stream};
use crate::resize::resize_bilinear;

/// The pictures that every sheet of a run shows.
#[derive(Debug)]
pub struct Sheet {
    contents: Vec<Picture>,
    references: Vec<Picture>,
    captions: Vec<String>,
    /// Name of the style of each content.
    content_captions: Vec<String>,
    content_values: Tensor<4>,
    reference_values: Tensor<4>,
    /// Noise for the last column, whose style is drawn and not read, `[contents, latent_dim]`.
    latents: Tensor<2>,
    labels: Vec<i64>,
    /// Noise for new paintings, for the content prior and for the mapping network, `[rows * styles,
    /// latent_dim]` each; none without a prior.
    new_paintings: Option<[Tensor<2>; 2]>,
}

/// Smallest number of contents on a sheet: one alone may be an exception. If fewer are held out,
/// training pictures are added.
const CONTENTS: usize = 4;

/// Number of rows of new paintings, if the model has a content prior.
const NEW_ROWS: usize = 2;

impl Sheet {
    /// Chooses the pictures of a sheet: down the side held-out pictures, the same number of each
    /// style, with training pictures added if they are fewer than four; along the top one of each
    /// target style, held-out if there is one. `labels` gives each target style's number in the set
    /// its label in the networks.
    ///
    /// # Errors
    /// A picture of the set cannot be read.
    pub fn new(
        set: &PreparedSet,
        size: usize,
        seed: u64,
        labels: &BTreeMap<usize, i64>,
        config: &ModelConfig,
        device: &Device,
    ) -> Result<Self, DatasetError> {
        let of_each = CONTENTS.div_ceil(set.styles().len().max(1));
        let mut chosen = fixed_validation(set, of_each, seed);
        // A style whose name the sheet cannot write has the same number along the top and the side.
        let called = |name: &str| {
            let number = set.style_index(name).map_or(0, |index| index + 1);
            legible(name, "style", number)
        };
        let mut content_captions: Vec<String> =
            chosen.iter().map(|entry| called(&entry.style)).collect();
        for entry in fixed_training(set, CONTENTS.saturating_sub(chosen.len()), seed) {
            content_captions.push(format!("{}, trained on", called(&entry.style)));
            chosen.push(entry);
        }
        let contents = set.load(&chosen, size)?;
        let label = |name: &str| labels.get(&set.style_index(name)?).copied();
        let others = fixed_validation(set, 1, seed + 1);
        let mut others: Vec<_> = others
            .into_iter()
            .filter(|entry| label(&entry.style).is_some())
            .collect();
        let mut captions: Vec<String> = others.iter().map(|entry| called(&entry.style)).collect();
        for style in labels
            .keys()
            .filter(|style| set.validation(**style).is_empty())
        {
            let first = set.train(*style).first();
            if let Some(entry) = first.map(|index| &set.entries()[*index]) {
                captions.push(format!("{}, trained on", called(&entry.style)));
                others.push(entry);
            }
        }
        let references = set.load(&others, size)?;
        let rows = contents.len();
        let draw = |key: u64, rows: usize, dim: usize| {
            let noise = standard_normal(&mut stream(seed, Stream::Sheets, key), rows * dim);
            Tensor::from_data(TensorData::new(noise, [rows, dim]), device)
        };
        let new = NEW_ROWS * references.len();
        let new_paintings = config.prior.as_ref().map(|prior| {
            [
                draw(1, new, prior.latent_dim),
                draw(2, new, config.latent_dim),
            ]
        });
        Ok(Self {
            new_paintings,
            captions,
            content_captions,
            content_values: values(&contents, device),
            reference_values: values(&references, device),
            latents: draw(0, rows, config.latent_dim),
            labels: others
                .iter()
                .filter_map(|entry| label(&entry.style))
                .collect(),
            contents: pictures(&contents),
            references: pictures(&references),
        })
    }

    /// Paints the sheet: every content in every reference's style and, in the last column, in a
    /// style drawn from noise. Below, if the model makes new paintings, there are rows of sketches,
    /// and under each sketch its painting in a drawn style of the column.
    pub fn paint(&self, painter: &PainterNetworks) -> Picture {
        let codes = painter.style_encoder.forward(self.reference_values.clone());
        let [styles, stages, dim] = codes.dims();
        let rows = self.contents.len();
        let mut columns = Vec::new();
        for style in 0..styles {
            let code = codes.clone().slice([style..style + 1, 0..stages, 0..dim]);
            let code = code.expand([rows, stages, dim]);
            columns.push(painter.generator.forward(self.content_values.clone(), code));
        }
        if styles > 0 {
            let drawn: Vec<i64> = (0..rows).map(|row| self.labels[row % styles]).collect();
            let device = self.content_values.device();
            let labels = Tensor::from_data(TensorData::new(drawn, [rows]), &device);
            let codes = painter
                .mapping_network
                .forward(self.latents.clone(), labels);
            columns.push(
                painter
                    .generator
                    .forward(self.content_values.clone(), codes),
            );
        }
        let columns: Vec<_> = columns.into_iter().map(split).collect();
        self.arrange(&columns, &self.new_paintings(painter))
    }

    /// Paints rows of sketches and rows of their paintings in turn, one of each style.
    fn new_paintings(&self, painter: &PainterNetworks) -> Vec<Vec<Picture>> {
        let (Some(prior), Some([sketch_noise, style_noise])) =
            (&painter.content_prior, &self.new_paintings)
        else {
            return Vec::new();
        };
        let styles = self.references.len();
        let mut rows = Vec::new();
        for row in 0..NEW_ROWS {
            let of_row = |noise: &Tensor<2>| noise.clone().narrow(0, row * styles, styles);
            let device = sketch_noise.device();
            let labels = TensorData::new(self.labels.clone(), [styles]);
            let labels = Tensor::<1, Int>::from_data(labels, &device);
            let sketches = prior.forward(of_row(sketch_noise), labels.clone());
            let codes = painter.mapping_network.forward(of_row(style_noise), labels);
            rows.push(split(sketches.clone()));
            let sketches = resize_bilinear(sketches, self.content_values.dims()[1]);
            rows.push(split(painter.generator.forward(sketches, codes)));
        }
        rows
    }

    fn arrange(&self, columns: &[Vec<Picture>], new_rows: &[Vec<Picture>]) -> Picture {
        let cell = self.contents.first().map_or(64, Picture::width);
        let mut cells = vec![SheetCell::default()];
        cells.extend(self.references.iter().map(SheetCell::from));
        if columns.len() > self.references.len() {
            cells.push(SheetCell::default());
        }
        for (row, content) in self.contents.iter().enumerate() {
            cells.push(SheetCell::from(content));
            cells.extend(
                columns
                    .iter()
                    .filter_map(|column| column.get(row))
                    .map(SheetCell::from),
            );
        }
        for row in new_rows {
            let used = cells.len();
            cells.push(SheetCell::default());
            cells.extend(row.iter().map(SheetCell::from));
            cells.resize(used + columns.len() + 1, SheetCell::default());
        }
        let mut captions = vec![String::new()];
        captions.extend(self.captions.iter().cloned());
        captions.push("drawn".to_owned());
        captions.truncate(columns.len() + 1);
        let mut rows = vec!["styles".to_owned()];
        rows.extend(self.content_captions.iter().cloned());
        let new = ["new sketch", "new painting"].iter().cycle();
        rows.extend(new.take(new_rows.len()).map(ToString::to_string));
        let options = SheetOptions {
            columns: columns.len() as u32 + 1,
            cell_width: cell,
            cell_height: cell,
            column_captions: captions,
            row_captions: rows,
            ..SheetOptions::default()
        };
        contact_sheet(&options, &cells)
    }
}

fn values(pictures: &Pictures, device: &Device) -> Tensor<4> {
    let shape = [pictures.len(), pictures.size, pictures.size, 3];
    Tensor::from_data(TensorData::new(pictures.pixels.clone(), shape), device)
}

fn pictures(pictures: &Pictures) -> Vec<Picture> {
    to_pictures(&pictures.pixels, pictures.size)
}

fn split(painted: Tensor<4>) -> Vec<Picture> {
    let [_, _, width, _] = painted.dims();
    let values = painted
        .into_data()
        .try_to_vec::<f32>()
        .expect("pictures are f32");
    to_pictures(&values, width)
}

/// Converts a batch to square pictures; one that has values which are not finite (of a network that
/// has diverged) is black.
fn to_pictures(values: &[f32], size: usize) -> Vec<Picture> {
    let side = size as u32;
    let black = || Picture::filled(side, side, [0; 3]);
    values
        .chunks(size * size * 3)
        .map(|chunk| Picture::from_floats(side, side, chunk).unwrap_or_else(|_| black()))
        .collect()
}
