//! The loss of the classifier of conditions: a picture's labels are recognised in its style code.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use utsushi_model::Condition;

/// Small number that keeps a batch without any known label from dividing by zero.
const EPSILON: f32 = 1e-8;

/// The cross-entropy `−mean log p(value)` over all known labels of all pictures, with `p` the
/// softmax of the logits of the label's condition; 0 if no label is known.
///
/// # Shapes
/// - `logits` and `holding`: `[batch, values of all conditions]`; `holding` is 1 where a value is
///   known to hold
/// - output: `[1]`
pub fn condition_loss(
    logits: Tensor<2>,
    holding: Tensor<2>,
    conditions: &[Condition],
) -> Tensor<1> {
    let groups = groups(conditions).map(|(from, count)| {
        let own = logits.clone().narrow(1, from, count);
        log_softmax(own, 1)
    });
    let likely = Tensor::cat(groups.collect(), 1);
    let known = holding.clone().mean() + EPSILON;
    (likely * holding).mean().neg() / known
}

/// Share of the known labels whose logit is the largest of its condition, `[1]`.
pub(crate) fn conditions_told(
    logits: Tensor<2>,
    holding: Tensor<2>,
    conditions: &[Condition],
) -> Tensor<1> {
    let groups = groups(conditions).map(|(from, count)| {
        let own = logits.clone().narrow(1, from, count);
        own.clone().greater_equal(own.max_dim(1)).float()
    });
    let told = Tensor::cat(groups.collect(), 1);
    let known = holding.clone().mean() + EPSILON;
    (told * holding).mean() / known
}

/// Lists the first column and the number of columns of each condition.
fn groups(conditions: &[Condition]) -> impl Iterator<Item = (usize, usize)> {
    conditions.iter().scan(0, |from, condition| {
        let (start, count) = (*from, condition.values.len());
        *from += count;
        Some((start, count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn conditions() -> Vec<Condition> {
        let condition = |name: &str, values: &[&str]| Condition {
            name: name.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        vec![
            condition("age", &["young", "old"]),
            condition("role", &["knight", "mage", "villager"]),
        ]
    }

    #[test]
    fn undecided_costs_the_logarithm_of_the_values_and_what_is_not_known_nothing() {
        let device = Device::flex();
        let tensor = |rows: [[f32; 5]; 2]| Tensor::<2>::from_floats(rows, &device);
        let of = |logits: Tensor<2>, holding: Tensor<2>| {
            let told = conditions_told(logits.clone(), holding.clone(), &conditions());
            let loss = condition_loss(logits, holding, &conditions());
            (loss.into_scalar::<f32>(), told.into_scalar::<f32>())
        };
        // Two ages and one role are known.
        let holding = tensor([[0.0, 1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0, 0.0]]);
        let (even, _) = of(Tensor::zeros([2, 5], &device), holding.clone());
        let expected = (2.0 * 2f32.ln() + 3f32.ln()) / 3.0;
        assert!((even - expected).abs() < 1e-5, "{even}");
        // A logit counts within its own condition alone.
        let right = tensor([[40.0, 80.0, 0.0, 0.0, 30.0], [30.0, 0.0, 90.0, 0.0, 0.0]]);
        let (loss, told) = of(right.clone(), holding.clone());
        assert!(
            loss.abs() < 1e-5 && (told - 1.0).abs() < 1e-5,
            "{loss} {told}"
        );
        let wrong = tensor([[40.0, 80.0, 0.0, 0.0, 30.0], [0.0, 30.0, 90.0, 0.0, 0.0]]);
        let (loss, told) = of(wrong, holding);
        assert!((loss - 10.0).abs() < 1e-4, "{loss}");
        assert!((told - 2.0 / 3.0).abs() < 1e-5, "{told}");
        let nothing = of(right, Tensor::zeros([2, 5], &device));
        assert_eq!(nothing, (0.0, 0.0));
    }
}
