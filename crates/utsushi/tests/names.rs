//! What public functions take, give and hold can be named by whoever depends on this crate alone.

use utsushi::{
    ColourProfile, ConfigError, Decoded, DeepPicture, ExportedModel, ExportedStudent,
    ExportedStyle, FilmError, LoadModelError, MismatchError, ModelFile, ModelFileError,
    NamedTensors, PainterNetworks, PartColours, SavedStyleError, SteeredModel, StudentNetwork,
    VideoLimits, WeightsFileError,
};

#[test]
fn types_of_fields_and_variants_have_names() {
    let _: fn(SteeredModel) -> PainterNetworks = |model| model.networks;
    let _: fn(&StudentNetwork) -> &ExportedStyle = StudentNetwork::style;
    let _: fn(Decoded) -> Option<ColourProfile> = |decoded| decoded.profile;
    let _: fn(&PartColours) -> NamedTensors = PartColours::to_tensors;
    let _: fn(ExportedModel) -> ModelFile = ModelFile::Steered;
    let _: fn(ModelFileError) -> LoadModelError = LoadModelError::File;
    let _: fn(ConfigError) -> LoadModelError = LoadModelError::Config;
    let _ = |error: WeightsFileError| SavedStyleError::from(error);
    let limits = utsushi::jobs::RunOptions::default().video;
    let _: VideoLimits = limits;
    let _: Option<(DeepPicture, ExportedStudent, FilmError, MismatchError)> = None;
}
