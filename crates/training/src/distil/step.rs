//! One step of a distillation: the teacher paints, the student paints, and is drawn towards the
//! teacher.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use utsushi_weights::{NamedTensors, apply, collect};

use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::Pictures;
use utsushi_kernels::average_pool2;
use utsushi_model::{Student, local_contrast, luminance};

use super::{DistilConfig, Teacher};
use crate::ema::update_average;
use crate::losses::reconstruction::{feature_difference, pixel_difference};
use crate::optimizer::{Adam, UpdateOptions};
use crate::schedule::{cosine_decay, ema_decay};
use crate::state::StateError;
use crate::stats::StepValues;

/// Number of taps of the feature network that are compared: those at 1/4, 1/8 and 1/16 of the side.
pub(super) const TAPS: usize = 3;

/// Weight of the features' difference, beside that of the pixels.
const FEATURES: f32 = 0.2;

/// Weight of the difference of local contrasts: in a mean over pixels, a line that is off by a
/// pixel hardly counts.
const LINES: f32 = 2.0;

/// Half-life of the student's moving average, in pictures.
const HALF_LIFE: f64 = 4000.0;

const STUDENT: &str = "student";
const AVERAGE: &str = "average";
const OPTIMIZER: &str = "optimizer";

/// The state of a distillation: a student, its teacher, and everything that the steps change.
pub(super) struct Distillation {
    pub(super) config: DistilConfig,
    pub(super) student: Student,
    /// Moving average of the student, which is what is published.
    pub(super) average: Student,
    optimizer: Adam,
    teacher: Teacher,
    pub(super) features: Option<FeatureNetwork>,
    device: Device,
    pub(super) step: u64,
}

impl Distillation {
    pub(super) fn new(
        config: DistilConfig,
        teacher: Teacher,
        features: Option<FeatureNetwork>,
        device: &Device,
    ) -> Self {
        let tracked = device.clone().autodiff();
        let student = Student::new(&config.student, config.seed, &tracked);
        Self {
            average: student.valid(),
            student,
            optimizer: Adam::default(),
            teacher,
            features,
            device: device.clone(),
            step: 0,
            config,
        }
    }

    /// Puts pictures on the device, `[count, size, size, 3]`.
    pub(super) fn shown(&self, pictures: &Pictures) -> Tensor<4> {
        let (count, size) = (pictures.len(), pictures.size);
        let data = TensorData::new(pictures.pixels.clone(), [count, size, size, 3]);
        Tensor::from_data(data, &self.device)
    }

    /// Paints pictures with the teacher.
    pub(super) fn taught(&self, pictures: Tensor<4>) -> Tensor<4> {
        let dim = self.teacher.code_length;
        let code = &self.teacher.code;
        let code = TensorData::new(code.clone(), [1, code.len() / dim, dim]);
        let code = Tensor::from_data(code, &self.device);
        self.teacher.networks.generator.forward(pictures, code)
    }

    /// Makes one training step. Nothing is read back from the device.
    pub(super) fn imitate(&mut self, pictures: &Pictures) -> StepValues {
        let mut values = StepValues::new(self.step);
        let shown = self.shown(pictures);
        let right = self.taught(shown.clone());
        let painted = self.student.forward(shown);
        let loss = self.loss(painted, right, &mut values);
        let gradients = loss.backward();
        let config = &self.config;
        let rate = config.rate * cosine_decay(self.step, 0, config.steps, 0.02);
        let options = UpdateOptions {
            beta1: 0.9,
            beta2: 0.99,
            clip_norm: 1.0,
        };
        let student = self.student.clone();
        let (student, length) = self
            .optimizer
            .update(student, &gradients, options, |_| rate);
        values.set("gradient", length);
        self.student = student;
        self.step += 1;
        let seen = self.step * config.batch as u64;
        let decay = ema_decay(config.batch, HALF_LIFE, seen);
        self.average = update_average(self.average.clone(), &self.student, decay);
        values
    }

    fn loss(&self, painted: Tensor<4>, right: Tensor<4>, values: &mut StepValues) -> Tensor<1> {
        let pixels = pixel_difference(painted.clone(), right.clone());
        values.set("pixels", pixels.clone());
        let contrast = |x: Tensor<4>| local_contrast(luminance(x));
        let fine = pixel_difference(contrast(painted.clone()), contrast(right.clone()));
        let half = |x: Tensor<4>| contrast(average_pool2(x));
        let coarse = pixel_difference(half(painted.clone()), half(right.clone()));
        let lines = fine + coarse;
        values.set("lines", lines.clone());
        let mut loss = pixels + lines * LINES;
        if let Some(network) = &self.features {
            let painted = network.forward_first(painted, TAPS).0;
            let right = network.forward_first(right, TAPS).0;
            let features = feature_difference(&painted, &right);
            values.set("features", features.clone());
            loss = loss + features * FEATURES;
        }
        loss
    }

    /// Collects everything that was trained as named tensors. The step number is kept beside them.
    pub(super) fn to_named(&self) -> NamedTensors {
        let mut state = NamedTensors::new();
        state.extend_under(STUDENT, collect(&self.student.valid()));
        state.extend_under(AVERAGE, collect(&self.average));
        state.extend_under(OPTIMIZER, self.optimizer.to_named());
        state
    }

    /// Restores a distillation from named tensors; the inverse of [`Distillation::to_named`].
    pub(super) fn restored(self, mut state: NamedTensors, step: u64) -> Result<Self, StateError> {
        let student = apply(self.student, &state.take_under(STUDENT), "")?;
        let average = apply(self.average, &state.take_under(AVERAGE), "")?;
        let optimizer = Adam::from_named(state.take_under(OPTIMIZER), &student)?;
        Ok(Self {
            student,
            average,
            optimizer,
            step,
            ..self
        })
    }
}
