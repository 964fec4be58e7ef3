//! Conditions, labels besides the style, and the steps that lead to them.

use burn::tensor::{Int, Tensor, TensorData};
use utsushi_model::{Condition, ConditionReader, Labels, ModelConfig};

use super::Painter;
use crate::noise::Noise;
use crate::spelling::nearest;
use crate::{StyleCode, StyleError};

/// Number of styles drawn for the mean of a value, for each style of the model.
const DRAWN: usize = 64;

impl Painter {
    /// The conditions that the model was trained with, labels besides the style, with their values.
    pub fn conditions(&self) -> &[Condition] {
        &self.model.config.conditions
    }

    /// Checks that the model knows a value of a condition.
    ///
    /// # Errors
    /// The model does not; the error lists the conditions or values that it knows.
    pub fn check_condition(&self, name: &str, value: &str) -> Result<(), StyleError> {
        self.place_of(name, value).map(|_| ())
    }

    /// Reads a condition in a style: the probability of each of its values; they add up to 1.
    ///
    /// # Errors
    /// The model has no conditions or does not know this one, or the style code has another length.
    pub fn read_condition(&self, style: &StyleCode, name: &str) -> Result<Vec<f32>, StyleError> {
        style.check_length(self.code_length())?;
        let (index, reader) = self.condition(name)?;
        let shares = reader.shares(style.to_tensor(&self.device), self.conditions());
        let own = shares
            .into_iter()
            .nth(index)
            .ok_or(StyleError::NoConditions)?;
        let data = own.into_data_as::<f32>();
        Ok(data.try_into_vec().expect("the data was read as f32"))
    }

    /// Computes the step that brings a style to a value of a condition: from the mean of what the
    /// mapping network draws for the values that the style shows, as
    /// [`read_condition`](Self::read_condition) tells, to the mean of what it draws for `value`,
    /// over noise and all styles to paint in. The step is short for a style that has the value
    /// already.
    ///
    /// # Errors
    /// As [`Painter::read_condition`], or the condition does not have the value.
    pub fn step_to_condition(
        &self,
        style: &StyleCode,
        name: &str,
        value: &str,
    ) -> Result<StyleCode, StyleError> {
        let place = self.place_of(name, value)?;
        let shares = self.read_condition(style, name)?;
        let (index, _) = self.condition(name)?;
        let first: usize = self.conditions()[..index]
            .iter()
            .map(|before| before.values.len())
            .sum();
        let mut step = vec![0.0f64; self.code_length()];
        for (other, share) in shares.iter().enumerate() {
            let mut amount = -f64::from(*share);
            if other == place {
                amount += 1.0;
            }
            let mean = self.mean_of_value(first + other)?;
            for (step, value) in step.iter_mut().zip(mean) {
                *step += amount * value;
            }
        }
        StyleCode::new(step.into_iter().map(|value| value as f32).collect())
    }

    /// Index of a value within its condition.
    fn place_of(&self, name: &str, value: &str) -> Result<usize, StyleError> {
        let (index, _) = self.condition(name)?;
        let values = &self.conditions()[index].values;
        let found = values.iter().position(|own| own == value);
        found.ok_or_else(|| StyleError::UnknownValue {
            label: format!("{name}={value}"),
            known: values.as_slice().into(),
            nearest: nearest(value, values.iter().map(String::as_str)).map(Box::from),
        })
    }

    /// Index of a condition, and the network that reads it.
    fn condition(&self, name: &str) -> Result<(usize, &ConditionReader), StyleError> {
        let known = self.conditions();
        let reader = self.model.networks.condition_reader.as_ref();
        let reader = reader.filter(|_| !known.is_empty());
        let reader = reader.ok_or(StyleError::NoConditions)?;
        let names = || known.iter().map(|condition| condition.name.as_str());
        match names().position(|own| own == name) {
            Some(index) => Ok((index, reader)),
            None => Err(StyleError::UnknownCondition {
                name: name.to_owned(),
                known: names().map(str::to_owned).collect(),
                nearest: nearest(name, names()).map(Box::from),
            }),
        }
    }

    /// The mean code that is drawn if one value holds and nothing else is known; `value` is counted
    /// through all conditions.
    fn mean_of_value(&self, value: usize) -> Result<Vec<f64>, StyleError> {
        let config = &self.model.config;
        let labels: Vec<i64> = self.targets().map(|(label, _)| label as i64).collect();
        let rows = labels.len() * DRAWN;
        if rows == 0 {
            return Err(StyleError::NoStyles);
        }
        let (dim, width) = (config.latent_dim, config.condition_values());
        // The same noise for every style and every value: what differs is what they differ in.
        let noise = Noise::new(0).normal(DRAWN * dim);
        let noise = TensorData::new(noise.repeat(labels.len()), [rows, dim]);
        let styles = labels.iter().flat_map(|&label| [label; DRAWN]).collect();
        let mut holding = vec![0.0f32; rows * width];
        for row in holding.chunks_mut(width) {
            row[value] = 1.0;
        }
        let labels = Labels {
            styles: Tensor::<1, Int>::from_data(
                TensorData::new::<i64, _>(styles, [rows]),
                &self.device,
            ),
            conditions: Some(Tensor::from_data(
                TensorData::new(holding, [rows, width]),
                &self.device,
            )),
        };
        let noise = Tensor::from_data(noise, &self.device);
        let codes = self.model.networks.mapping_network.forward(noise, labels);
        let length = ModelConfig::STAGES * config.code_length();
        let codes = codes.into_data_as::<f32>();
        let codes: Vec<f32> = codes.try_into_vec().expect("the data was read as f32");
        let mut mean = vec![0.0; length];
        for code in codes.chunks(length) {
            for (mean, &value) in mean.iter_mut().zip(code) {
                *mean += f64::from(value) / rows as f64;
            }
        }
        Ok(mean)
    }
}
