use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Rendition;

/// A measure of a method's outputs in one style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Fréchet distance to real paintings, divided by the number of dimensions.
    Frechet,
    /// Share of the way from the unchanged content to real paintings, by the Fréchet distance.
    FrechetShare,
    /// Kernel distance to real paintings.
    Kernel,
    /// Half the width of the kernel distance's 95 % confidence interval.
    KernelMargin,
    /// Share of the way from the unchanged content to real paintings, by the kernel distance.
    KernelShare,
    /// Share of the outputs that the classifier takes for the style.
    StyleAccuracy,
    /// Correlation of the edges of output and content.
    EdgeAgreement,
    /// Correlation of the edges of output and another content, for comparison with `EdgeAgreement`.
    EdgeAgreementByChance,
    /// Shift of the drawing between content and output, as a share of the side.
    Drift,
    /// Share of the outputs whose content is recognised in a line-up.
    Identity,
    /// Share of the contents whose face shows eyes and mouth clearly.
    Faces,
    /// Mean distance between the landmarks of contents with clear faces and of their outputs, in
    /// widths of the face; for unchanged contents, between them and slightly moved copies.
    LandmarkDistance,
    /// Agreement of the parts of contents with clear faces with those of the outputs; for unchanged
    /// contents, with those of slightly moved copies.
    PartAgreement,
    /// Share of the outputs of contents with clear faces whose face lacks an eye or the mouth.
    Impossible,
    /// Mean distance between outputs of one content after different references.
    Diversity,
    /// Mean distance between outputs of one content in styles drawn from seeds.
    SampleDiversity,
    /// Share of the outputs that are nearer to their own reference than to another of the style, by
    /// the judge's descriptions.
    ReferenceNearer,
    /// Ratio of the distance to the own reference to the mean distance to the others, by the
    /// judge's descriptions.
    ReferenceRatio,
    /// Share of the outputs whose style code is nearer to their own reference's than to another's.
    CodeNearer,
    /// Ratio of the distance to the own reference's style code to that to another's.
    CodeRatio,
    /// Share of the outputs whose palette is nearer to their own reference's than to another's.
    PaletteNearer,
    /// Ratio of the distance to the own reference's palette to that to another's.
    PaletteRatio,
    /// Median distance of the outputs to the nearest training picture.
    NearestTraining,
    /// Ratio of the outputs' median distance to the nearest training picture to that of held-out
    /// paintings.
    NearestRatio,
}

/// All fields, in the order of reports.
pub const FIELDS: [Field; 24] = [
    Field::Frechet,
    Field::FrechetShare,
    Field::Kernel,
    Field::KernelMargin,
    Field::KernelShare,
    Field::StyleAccuracy,
    Field::EdgeAgreement,
    Field::EdgeAgreementByChance,
    Field::Drift,
    Field::Identity,
    Field::Faces,
    Field::LandmarkDistance,
    Field::PartAgreement,
    Field::Impossible,
    Field::Diversity,
    Field::SampleDiversity,
    Field::ReferenceNearer,
    Field::ReferenceRatio,
    Field::CodeNearer,
    Field::CodeRatio,
    Field::PaletteNearer,
    Field::PaletteRatio,
    Field::NearestTraining,
    Field::NearestRatio,
];

impl Field {
    /// The measure's key in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Frechet => "frechet",
            Self::FrechetShare => "frechet_share",
            Self::Kernel => "kernel",
            Self::KernelMargin => "kernel_margin",
            Self::KernelShare => "kernel_share",
            Self::StyleAccuracy => "style_accuracy",
            Self::EdgeAgreement => "edge_agreement",
            Self::EdgeAgreementByChance => "edge_agreement_by_chance",
            Self::Drift => "drift",
            Self::Identity => "identity",
            Self::Faces => "faces",
            Self::LandmarkDistance => "landmark_distance",
            Self::PartAgreement => "part_agreement",
            Self::Impossible => "impossible",
            Self::Diversity => "diversity",
            Self::SampleDiversity => "sample_diversity",
            Self::ReferenceNearer => "reference_nearer",
            Self::ReferenceRatio => "reference_ratio",
            Self::CodeNearer => "code_nearer",
            Self::CodeRatio => "code_ratio",
            Self::PaletteNearer => "palette_nearer",
            Self::PaletteRatio => "palette_ratio",
            Self::NearestTraining => "nearest_training",
            Self::NearestRatio => "nearest_ratio",
        }
    }

    /// The measure's key where both renditions are listed together: in grey it begins with `grey_`.
    pub fn key_in(self, rendition: Rendition) -> String {
        match rendition {
            Rendition::Colour => self.key().to_owned(),
            Rendition::Grey => format!("grey_{}", self.key()),
        }
    }

    /// The measure's name for readers where both renditions are listed together.
    pub fn title_in(self, rendition: Rendition) -> String {
        match rendition {
            Rendition::Colour => self.title().to_owned(),
            Rendition::Grey => format!("{}, in grey", self.title()),
        }
    }

    /// Whether the measure uses the judge's descriptions, and so exists in colour and in grey.
    pub fn is_by_judge(self) -> bool {
        !matches!(
            self,
            Self::EdgeAgreement
                | Self::EdgeAgreementByChance
                | Self::Drift
                | Self::Identity
                | Self::Faces
                | Self::LandmarkDistance
                | Self::PartAgreement
                | Self::Impossible
                | Self::CodeNearer
                | Self::CodeRatio
                | Self::PaletteNearer
                | Self::PaletteRatio
        )
    }

    /// The measure's name for readers.
    pub fn title(self) -> &'static str {
        match self {
            Self::Frechet => "Fréchet distance",
            Self::FrechetShare => "way to the style, Fréchet",
            Self::Kernel => "kernel distance",
            Self::KernelMargin => "± (95 %)",
            Self::KernelShare => "way to the style, kernel",
            Self::StyleAccuracy => "taken for the style",
            Self::EdgeAgreement => "edges kept",
            Self::EdgeAgreementByChance => "edges by chance",
            Self::Drift => "drawing moved by",
            Self::Identity => "content known again",
            Self::Faces => "pictures with a clear face",
            Self::LandmarkDistance => "landmarks moved by",
            Self::PartAgreement => "parts kept",
            Self::Impossible => "impossible faces",
            Self::Diversity => "diversity, references",
            Self::SampleDiversity => "diversity, samples",
            Self::ReferenceNearer => "own reference nearer",
            Self::ReferenceRatio => "own / other",
            Self::CodeNearer => "own reference nearer, code",
            Self::CodeRatio => "own / other, code",
            Self::PaletteNearer => "own reference nearer, palette",
            Self::PaletteRatio => "own / other, palette",
            Self::NearestTraining => "nearest training picture",
            Self::NearestRatio => "… over held-out paintings'",
        }
    }
}

/// Measured values by field. A value that would be meaningless is absent, such as diversity under a
/// single reference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    values: [Option<f64>; FIELDS.len()],
}

impl Measures {
    /// The value of a field, if there is one.
    pub fn get(&self, field: Field) -> Option<f64> {
        self.values[field as usize]
    }

    /// Sets the value of a field; one that is not finite counts as absent.
    pub(crate) fn set(&mut self, field: Field, value: Option<f64>) {
        self.values[field as usize] = value.filter(|value| value.is_finite());
    }

    /// Mean of each field over those that have it. Confidence intervals shrink as those of a mean
    /// of independent estimates.
    pub(crate) fn mean(all: &[&Self]) -> Self {
        let mut mean = Self::default();
        for field in FIELDS {
            let values: Vec<f64> = all.iter().filter_map(|own| own.get(field)).collect();
            let value = match field {
                Field::KernelMargin => margin_of_mean(&values),
                _ => crate::samples::mean(&values),
            };
            mean.set(field, value);
        }
        mean
    }
}

/// The confidence margin of the mean of independent estimates with these margins.
pub(crate) fn margin_of_mean(margins: &[f64]) -> Option<f64> {
    let squares: f64 = margins.iter().map(|margin| margin * margin).sum();
    (!margins.is_empty()).then(|| squares.sqrt() / margins.len() as f64)
}

impl Serialize for Measures {
    /// Serialises the values as a map; absent ones are null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        map(self, |_| true, serializer)
    }
}

/// Serialises the measures in grey as a map, without those that are the same in colour.
pub(super) fn serialize_grey<S: Serializer>(
    measures: &Measures,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    map(measures, Field::is_by_judge, serializer)
}

fn map<S: Serializer>(
    measures: &Measures,
    of: fn(Field) -> bool,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for field in FIELDS.into_iter().filter(|&field| of(field)) {
        map.serialize_entry(field.key(), &measures.get(field))?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_at_their_own_places() {
        for (index, field) in FIELDS.into_iter().enumerate() {
            assert_eq!(field as usize, index);
        }
    }

    #[test]
    fn means_pass_over_what_is_absent() {
        let (mut a, mut b) = (Measures::default(), Measures::default());
        a.set(Field::Kernel, Some(1.0));
        b.set(Field::Kernel, Some(3.0));
        a.set(Field::KernelMargin, Some(3.0));
        b.set(Field::KernelMargin, Some(4.0));
        a.set(Field::Diversity, Some(5.0));
        a.set(Field::Drift, Some(f64::NAN));
        let mean = Measures::mean(&[&a, &b]);
        assert_eq!(mean.get(Field::Kernel), Some(2.0));
        assert_eq!(mean.get(Field::KernelMargin), Some(2.5));
        assert_eq!(mean.get(Field::Diversity), Some(5.0));
        assert_eq!(mean.get(Field::Drift), None);
        let json = serde_json::to_string(&mean).unwrap();
        assert!(json.contains("\"kernel\":2.0") && json.contains("\"drift\":null"));
    }

    #[test]
    fn grey_has_what_the_judge_tells_alone() {
        let mut json = Vec::new();
        let measures = Measures::default();
        serialize_grey(&measures, &mut serde_json::Serializer::new(&mut json)).unwrap();
        let map: serde_json::Map<_, _> = serde_json::from_slice(&json).unwrap();
        assert_eq!(map.len(), 12);
        assert!(map.contains_key("style_accuracy") && map.contains_key("reference_nearer"));
        assert!(!map.contains_key("drift") && !map.contains_key("palette_nearer"));
        let key = Field::StyleAccuracy.key_in(Rendition::Grey);
        assert_eq!(key, "grey_style_accuracy");
    }
}
