//! Reports: the measured values, as they are written down.

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

/// Version of the layout of `report.json`.
pub(crate) const FORMAT: u32 = 1;

/// A report with the pictures that belong to it.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The numbers.
    pub report: Report,
    /// Grids of examples, one for each style, without pictures that may not be shown.
    pub(crate) grids: Vec<ExampleGrid>,
    /// Grids of new paintings beside the nearest training pictures, without pictures that may not
    /// be shown.
    pub(crate) new_paintings: Vec<ExampleGrid>,
}

/// Examples of one style.
#[derive(Clone, Debug)]
pub(crate) struct ExampleGrid {
    pub(crate) style: String,
    /// Name of each column's content.
    pub(crate) columns: Vec<String>,
    /// Rows of pictures, one for each column.
    pub(crate) rows: Vec<Vec<Picture>>,
}

/// The content of `report.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Version of this layout, 1.
    pub format: u32,
    /// Version of the program.
    pub program: String,
    /// The model's file, or a description of the model.
    pub model: String,
    /// Hash of the first set's list of pictures.
    pub set: String,
    /// Side in pixels at which everything was painted and measured.
    pub size: u32,
    /// Seed by which pictures were chosen.
    pub seed: u64,
    /// The feature network by which distances and styles were measured.
    pub judge: JudgeReport,
    /// Hashes of the lists of pictures of further sets, whose styles training never saw.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unseen_sets: Vec<String>,
    /// Means over the styles for each method: the unchanged content first, the model last. Styles
    /// that were left out of training do not count, unless there are no others.
    pub mean: Vec<MethodReport>,
    /// Means, over the same styles, of the measures of real paintings.
    pub mean_real: RealReport,
    /// Means over the styles that were left out of training, if there are others as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_unseen: Option<MeanReport>,
    /// Means over the styles of the measures of new paintings; `None` for a model that makes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_generated: Option<GeneratedReport>,
    /// The measures of each style.
    pub styles: Vec<StyleReport>,
    /// Names of styles that could not be measured, with the reasons.
    pub left_out: Vec<(String, String)>,
    /// Remarks to be considered when reading the numbers.
    pub remarks: Vec<String>,
}

/// Means over several styles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeanReport {
    /// One entry for each method, in the order of [`Report::mean`].
    pub methods: Vec<MethodReport>,
    /// Means of the measures of real paintings.
    pub real: RealReport,
}

/// The feature network by which distances and styles were measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JudgeReport {
    /// The feature network's name.
    pub network: String,
    /// Length of the vector that describes a picture.
    pub dimensions: usize,
    /// Whether utsushi's discriminators look through this very network.
    pub is_of_training: bool,
}

/// The measures of one style.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StyleReport {
    /// The style's name.
    pub name: String,
    /// Whether the style was left out of training.
    pub unseen: bool,
    /// Number of pictures repainted.
    pub pictures: usize,
    /// Number of held-out paintings that were used as references.
    pub references: usize,
    /// Measures of real paintings, compared with other real paintings.
    pub real: RealReport,
    /// One entry for each method, in the order of [`Report::mean`].
    pub methods: Vec<MethodReport>,
    /// Measures of new paintings that the model makes from seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<GeneratedReport>,
}

/// Real paintings of a style, measured as outputs are: they mark the ends of the scales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RealReport {
    /// Number of paintings measured: as many as pictures are repainted.
    pub paintings: usize,
    /// Number of held-out paintings among them; the others are training paintings.
    pub held_out: usize,
    /// Number of training paintings with which they, and outputs, are compared.
    pub pool: usize,
    /// The paintings' measures in colour.
    #[serde(flatten)]
    pub colour: RealMeasures,
    /// The paintings' measures in grey.
    pub grey: RealMeasures,
}

/// The judge's measures of real paintings, in one rendition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RealMeasures {
    /// Fréchet distance to other real paintings, divided by the number of dimensions.
    pub frechet: f64,
    /// Kernel distance to other real paintings.
    pub kernel: f64,
    /// Half the width of the kernel distance's 95 % confidence interval.
    pub kernel_margin: f64,
    /// Share of the held-out paintings whose style the classifier recognises; `None` if there is
    /// only one style.
    pub style_accuracy: Option<f64>,
    /// Mean distance between two of the paintings.
    pub diversity: f64,
    /// Median distance of the held-out paintings to the nearest training painting.
    pub nearest_training: f64,
}

/// The measures of one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodReport {
    /// Name of the method: `unchanged`, `reinhard`, the name of a folder of outputs, or `model`.
    pub name: String,
    /// The method's measures in colour.
    pub measures: Measures,
    /// The judge's measures in grey, which depend on line, shading and texture alone.
    #[serde(serialize_with = "field::serialize_grey")]
    pub grey: Measures,
    /// The output that is nearest to a training picture; absent in means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closest: Option<Closest>,
}

/// An output and the training picture nearest to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Closest {
    /// Name of the content that was repainted.
    pub content: String,
    /// Name of the training picture.
    pub training: String,
    /// Distance between the two.
    pub distance: f64,
}

impl RealReport {
    /// The paintings' measures in a rendition.
    pub fn of(&self, rendition: Rendition) -> &RealMeasures {
        match rendition {
            Rendition::Colour => &self.colour,
            Rendition::Grey => &self.grey,
        }
    }
}

impl MethodReport {
    /// The method's measures in a rendition.
    pub fn of(&self, rendition: Rendition) -> &Measures {
        match rendition {
            Rendition::Colour => &self.measures,
            Rendition::Grey => &self.grey,
        }
    }
}

impl Report {
    /// The means of a method in colour, by its name.
    pub fn method(&self, name: &str) -> Option<&Measures> {
        let found = self.mean.iter().find(|method| method.name == name);
        found.map(|method| &method.measures)
    }
}
