//! What was measured, as it is written down.

mod chart;
mod field;
mod generated;
mod html;
mod licence;
mod write;

pub(crate) use field::margin_of_mean;
pub use field::{FIELDS, Field, Measures};
pub use generated::{ClosestPainting, GeneratedReport};
pub(crate) use licence::is_free;
pub use write::{check_target, write_report};

use serde::Serialize;
use utsushi_imaging::Picture;

use crate::Rendition;

/// Version of `report.json`.
pub(crate) const FORMAT: u32 = 1;

/// A report and the pictures that go with it.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The numbers.
    pub report: Report,
    /// Examples, a style each; without those that may not be shown.
    pub(crate) grids: Vec<ExampleGrid>,
    /// New paintings beside the training pictures nearest to them, likewise.
    pub(crate) new_paintings: Vec<ExampleGrid>,
}

/// Examples of one style.
#[derive(Clone, Debug)]
pub(crate) struct ExampleGrid {
    pub(crate) style: String,
    /// The content of each of them.
    pub(crate) columns: Vec<String>,
    /// As many pictures as columns.
    pub(crate) rows: Vec<Vec<Picture>>,
}

/// `report.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Version of this layout, 1.
    pub format: u32,
    /// Version of the program.
    pub program: String,
    /// The model's file, or what stands for it.
    pub model: String,
    /// Hash of the set's list of pictures.
    pub set: String,
    /// Side in pixels at which everything was painted and looked at.
    pub size: u32,
    /// The seed that pictures were chosen by.
    pub seed: u64,
    /// The network that distances and styles are told by.
    pub judge: JudgeReport,
    /// Hashes of the lists of pictures of further sets, whose styles training never saw.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unseen_sets: Vec<String>,
    /// Means over the styles, a method each: the unchanged content first, the model last. Styles
    /// that were left out of training do not count, unless there are no others.
    pub mean: Vec<MethodReport>,
    /// Means over the same styles of what is said of real paintings.
    pub mean_real: RealReport,
    /// Means over the styles that were left out of training, where there are others as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_unseen: Option<MeanReport>,
    /// Means over the styles of what is said of new paintings; nothing of a model that makes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_generated: Option<GeneratedReport>,
    /// Each style by itself.
    pub styles: Vec<StyleReport>,
    /// Styles that could not be measured, and why.
    pub left_out: Vec<(String, String)>,
    /// Remarks for readers of the numbers.
    pub remarks: Vec<String>,
}

/// Means over some styles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeanReport {
    /// One entry for each method, in the order of [`Report::mean`].
    pub methods: Vec<MethodReport>,
    /// Of what is said of real paintings.
    pub real: RealReport,
}

/// The network that distances and styles are told by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JudgeReport {
    /// The feature network's name.
    pub network: String,
    /// Numbers that describe a picture.
    pub dimensions: usize,
    /// Whether utsushi's discriminators are trained on this very network.
    pub is_of_training: bool,
}

/// One style.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StyleReport {
    /// The style's name.
    pub name: String,
    /// Whether it was left out of training.
    pub unseen: bool,
    /// Pictures repainted.
    pub pictures: usize,
    /// Held-out paintings that references were drawn from.
    pub references: usize,
    /// Real paintings against real paintings.
    pub real: RealReport,
    /// One entry for each method, in the order of [`Report::mean`].
    pub methods: Vec<MethodReport>,
    /// Paintings that the model makes from nothing but seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<GeneratedReport>,
}

/// Real paintings of a style, measured as outputs are: where the scales end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RealReport {
    /// Paintings measured: as many as pictures are repainted.
    pub paintings: usize,
    /// The number of held-out ones; the others are of the training split.
    pub held_out: usize,
    /// Paintings of the training split that they, and outputs, are held against.
    pub pool: usize,
    /// Their measures in colour.
    #[serde(flatten)]
    pub colour: RealMeasures,
    /// Their measures in grey.
    pub grey: RealMeasures,
}

/// The judge's measures of real paintings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RealMeasures {
    /// Fréchet distance, a dimension.
    pub frechet: f64,
    /// Kernel distance.
    pub kernel: f64,
    /// Half of its 95 % confidence interval.
    pub kernel_margin: f64,
    /// Share of the held-out paintings whose style the classifier tells; nothing where there is one style only.
    pub style_accuracy: Option<f64>,
    /// Mean distance between two of them.
    pub diversity: f64,
    /// Median distance of the held-out ones to the nearest of the pool.
    pub nearest_training: f64,
}

/// One method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodReport {
    /// `unchanged`, `reinhard`, the name of a folder of outputs, or `model`.
    pub name: String,
    /// The measures in colour.
    pub measures: Measures,
    /// The judge's measures in grey: of line, shading and texture alone.
    #[serde(serialize_with = "field::serialize_grey")]
    pub grey: Measures,
    /// The output that lies nearest to a training picture; not given of means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closest: Option<Closest>,
}

/// An output and the training picture nearest to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Closest {
    /// The content that was repainted.
    pub content: String,
    /// The training picture.
    pub training: String,
    /// Their distance.
    pub distance: f64,
}

impl RealReport {
    /// Their measures in colour or in grey.
    pub fn of(&self, rendition: Rendition) -> &RealMeasures {
        match rendition {
            Rendition::Colour => &self.colour,
            Rendition::Grey => &self.grey,
        }
    }
}

impl MethodReport {
    /// The measures in colour or in grey.
    pub fn of(&self, rendition: Rendition) -> &Measures {
        match rendition {
            Rendition::Colour => &self.measures,
            Rendition::Grey => &self.grey,
        }
    }
}

impl Report {
    /// The means of a method, by its name.
    pub fn method(&self, name: &str) -> Option<&Measures> {
        let found = self.mean.iter().find(|method| method.name == name);
        found.map(|method| &method.measures)
    }
}
