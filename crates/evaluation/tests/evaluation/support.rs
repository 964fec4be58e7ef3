//! A small drawn set, a tiny model and a judge that knows nothing of pictures.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use burn::tensor::Device;

use utsushi::Painter;
use utsushi_dataset::{PrepareOptions, PreparedSet, SetsFile, prepare};
use utsushi_evaluation::{
    EvaluateError, EvaluateOptions, Evaluation, EvaluationData, Gallery, Judge, Progress,
    evaluate_beside,
};
use utsushi_imaging::{Picture, WriteOptions, write};
use utsushi_test_fixtures::TinyModel;

/// A folder that is removed at the end, with a prepared set and what measures it.
pub struct Workshop {
    folder: tempfile::TempDir,
    painter: Painter,
    judge: Judge,
}

/// As much as a test has time for.
pub fn options() -> EvaluateOptions {
    EvaluateOptions {
        pictures: 8,
        real: 16,
        generated: 8,
        seed: 3,
        ..EvaluateOptions::default()
    }
}

impl Workshop {
    /// Two styles of 24 drawings at 32 px, half of them held out.
    pub fn drawn(licence: &str) -> Self {
        Self::drawn_with(0.5, licence)
    }

    /// With another share held out.
    pub fn drawn_with(validation: f64, licence: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let styles = [("discs", true, 24), ("squares", false, 24)];
        prepare_drawn(folder.path(), "set", &styles, validation, licence);
        let features = folder.path().join("features.safetensors");
        utsushi_backbone::write_untrained(&features, false).unwrap();
        let judge = Judge::load(&features, Device::flex()).unwrap();
        let painter = painter_of(folder.path(), &tiny_model());
        Self {
            folder,
            painter,
            judge,
        }
    }

    /// The same with a model that makes new paintings.
    pub fn making(licence: &str) -> Self {
        let mut workshop = Self::drawn(licence);
        workshop.painter = painter_of(workshop.folder.path(), &tiny_model().with_prior());
        workshop
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn set(&self) -> PreparedSet {
        PreparedSet::open(&self.path("set")).unwrap()
    }

    pub fn evaluate(
        &self,
        options: &EvaluateOptions,
        progress: &mut dyn FnMut(&Progress),
        stop: &AtomicBool,
    ) -> Result<Evaluation, EvaluateError> {
        self.evaluate_beside(&mut Gallery::default(), options, progress, stop)
    }

    pub fn evaluate_beside(
        &self,
        gallery: &mut Gallery,
        options: &EvaluateOptions,
        progress: &mut dyn FnMut(&Progress),
        stop: &AtomicBool,
    ) -> Result<Evaluation, EvaluateError> {
        let set = self.set();
        self.evaluate_data(gallery, &EvaluationData::new(&set), options, progress, stop)
    }

    /// The model on any data.
    pub fn evaluate_data(
        &self,
        gallery: &mut Gallery,
        data: &EvaluationData<'_>,
        options: &EvaluateOptions,
        progress: &mut dyn FnMut(&Progress),
        stop: &AtomicBool,
    ) -> Result<Evaluation, EvaluateError> {
        evaluate_beside(
            gallery,
            &self.painter,
            "tiny",
            &self.judge,
            data,
            options,
            progress,
            stop,
        )
    }
}

/// Draws some pictures a style, warm discs or cold squares, and prepares them as a set at 32 px.
pub fn prepare_drawn(
    folder: &Path,
    name: &str,
    styles: &[(&str, bool, u32)],
    validation: f64,
    licence: &str,
) -> PreparedSet {
    let mut text =
        format!("size = 32\nmin_size = 16\nduplicate_distance = 0\nvalidation = {validation:?}\n");
    for &(style, warm, count) in styles {
        std::fs::create_dir_all(folder.join(style)).unwrap();
        for index in 0..count {
            let path = folder.join(style).join(format!("{index}.png"));
            let options = WriteOptions {
                force: true,
                ..WriteOptions::default()
            };
            write(&path, &drawn(warm, index), &options).unwrap();
        }
        text += &format!(
            "[[source]]\npath = \"{style}\"\nstyle = \"{style}\"\nlicence = \"{licence}\"\n"
        );
    }
    let sets = folder.join(format!("{name}.toml"));
    std::fs::write(&sets, text).unwrap();
    let sets = SetsFile::read(&sets).unwrap();
    let (out, options) = (folder.join(name), PrepareOptions::default());
    prepare(&sets, &options, &out, &mut |_| {}, &AtomicBool::new(false)).unwrap();
    PreparedSet::open(&out).unwrap()
}

/// A tiny model of the two styles.
fn tiny_model() -> TinyModel {
    TinyModel::new(&["discs", "squares"])
}

fn painter_of(folder: &Path, tiny: &TinyModel) -> Painter {
    let path = folder.join("model.safetensors");
    tiny.exported().write(&path, true).unwrap();
    Painter::load(&path, Device::flex()).unwrap()
}

/// A drawn picture that no other index resembles.
fn drawn(warm: bool, index: u32) -> Picture {
    let side = 48u32;
    let mut rgb = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let across = 8 + i64::from(index % 6) * 6;
            let down = 10 + i64::from(index / 6) * 9;
            let (dx, dy) = (i64::from(x) - across, i64::from(y) - down);
            let inside = if warm {
                dx * dx + dy * dy < 60
            } else {
                dx.abs().max(dy.abs()) < 7
            };
            let stripe = (x * (index % 7 + 1) / 7 + y / (index % 5 + 2)).is_multiple_of(2);
            // Colours of their own, so that references differ.
            let own = (index * 37 % 60) as u8;
            let pixel: [u8; 3] = match (warm, inside, stripe) {
                (true, true, _) => [230 - own, 120, 40],
                (true, false, true) => [250, 220 - own, 150],
                (true, false, false) => [200, 60, 60 + own],
                (false, true, _) => [40 + own, 90, 220],
                (false, false, true) => [150, 220 - own, 250],
                (false, false, false) => [20, 40 + own, 90],
            };
            rgb.extend(pixel);
        }
    }
    Picture::new(side, side, rgb).unwrap()
}
