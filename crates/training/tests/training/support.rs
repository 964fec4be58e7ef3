//! A small drawn set and a small configuration.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use utsushi_dataset::{PrepareOptions, SetsFile, prepare};
use utsushi_imaging::{Picture, WriteOptions, write};
use utsushi_training::{InitialModel, TrainOptions, TrainingConfig, train};
use utsushi_weights::ExportedModel;

/// A folder that is removed at the end, with a prepared set and an untrained feature network.
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// Draws two styles (warm discs, cold squares) and prepares them at 32 px.
    pub fn drawn() -> Self {
        Self::with([("discs", true), ("squares", false)])
    }

    /// Styles of these names, warm discs or cold squares.
    pub fn with<const N: usize>(styles: [(&str, bool); N]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (style, warm) in styles {
            std::fs::create_dir_all(folder.path().join(style)).unwrap();
            for index in 0..8 {
                let path = folder.path().join(style).join(format!("{index}.png"));
                write(&path, &drawn(warm, index), &WriteOptions::default()).unwrap();
            }
            // Nothing is known of every fourth.
            let tone = |index: u32| ["light", "dark", "light", ""][index as usize % 4];
            let rows = (0..8).map(|index| format!("{index}.png,{}\n", tone(index)));
            let table = format!("file_name,tone\n{}", rows.collect::<String>());
            std::fs::write(folder.path().join(format!("{style}.csv")), table).unwrap();
        }
        let sets = folder.path().join("sets.toml");
        let source = |name: &str| {
            format!(
                "[[source]]\npath = \"{name}\"\nstyle = \"{name}\"\nlicence = \"CC0\"\n\
                 labels_from = \"{name}.csv\"\n"
            )
        };
        let sources = styles.map(|(style, _)| source(style)).concat();
        let text = format!("size = 32\nmin_size = 16\nduplicate_distance = 0\n{sources}");
        std::fs::write(&sets, text).unwrap();
        let sets = SetsFile::read(&sets).unwrap();
        let out = folder.path().join("set");
        let options = PrepareOptions::default();
        prepare(&sets, &options, &out, &mut |_| {}, &AtomicBool::new(false)).unwrap();
        let features = folder.path().join("features.safetensors");
        utsushi_backbone::write_untrained(&features, false).unwrap();
        Self { folder }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Options of a run in the folder.
    pub fn options(&self, run: &Path, config: TrainingConfig, resume: bool) -> TrainOptions {
        TrainOptions {
            config,
            set: self.path("set"),
            run: run.to_owned(),
            resume,
            features: Some(self.path("features.safetensors")),
            init: None,
            budget: None,
            skin: None,
            device: Device::flex(),
        }
    }
}

/// An exported model to start from.
pub fn initial(path: &Path) -> Option<InitialModel> {
    Some(InitialModel {
        model: ExportedModel::read(path).unwrap(),
        path: path.to_owned(),
    })
}

/// A drawn picture that no other index resembles.
fn drawn(warm: bool, index: u32) -> Picture {
    let side = 48u32;
    let mut rgb = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (x as i64 - 10 - 4 * i64::from(index), y as i64 - 24);
            let inside = if warm {
                dx * dx + dy * dy < 150
            } else {
                dx.abs().max(dy.abs()) < 11
            };
            let stripe = (x * (index + 1) / 7 + y / (index + 2)).is_multiple_of(2);
            let pixel: [u8; 3] = match (warm, inside, stripe) {
                (true, true, _) => [230, 120, 40],
                (true, false, true) => [250, 220, 180],
                (true, false, false) => [200, 60, 60],
                (false, true, _) => [40, 90, 220],
                (false, false, true) => [180, 220, 250],
                (false, false, false) => [20, 40, 90],
            };
            rgb.extend(pixel);
        }
    }
    Picture::new(side, side, rgb).unwrap()
}

/// Networks small enough for a step in some ten milliseconds.
pub fn small_config(steps: u64) -> TrainingConfig {
    let text = format!(
        "[run]\nsize = 32\nbatch = 4\nsteps = {steps}\nwarm_up_steps = 1\nramp_steps = 2\n\
         tick_steps = 2\nsheet_steps = 100\ncheckpoint_steps = 2\nfeature_size = 32\n\
         ema_half_life_pictures = 20.0\n\
         [model]\nnative_size = 32\nstyle_dim = 8\nlatent_dim = 4\n\
         trunk_channels = [8, 12, 16]\nstyle_channels = [8, 12, 16, 16]\nmapping_width = 16\n\
         [model.prior]\nsize = 32\nlatent_dim = 4\nchannels = [8, 8, 8, 8]\n\
         [prior]\ntrain = true\n\
         [discriminator]\nprojected_channels = 8\npixel_channels = [8, 12, 16]\n\
         [adversarial]\npenalty_interval = 2\nr2_gamma = 0.5\npixel = \"relativistic\"\n\
         [losses]\ncycle = 0.5\nclassification = 0.5\ndiversity_interval = 2\n"
    );
    toml::from_str(&text).unwrap()
}

/// Runs to its end on the workshop's set, starting from a model, in the folder `name`. Gives back
/// what was told, a line each.
pub fn train_from(workshop: &Workshop, config: TrainingConfig, model: &Path, name: &str) -> String {
    let mut options = workshop.options(&workshop.path(name), config, false);
    options.init = initial(model);
    let mut told = String::new();
    train(&options, &AtomicBool::new(false), &mut |progress| {
        told.extend(
            progress
                .message
                .iter()
                .map(|message| format!("{message}\n")),
        );
    })
    .unwrap();
    told
}
