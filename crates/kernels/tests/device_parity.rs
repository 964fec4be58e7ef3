//! Every operation, with its gradients, on the first Vulkan device against the CPU.
//!
//! Compiled with the feature `vulkan` only; says so and passes where no device is found. Mesa's
//! software driver is one, so that no GPU is needed.

#![cfg(all(feature = "vulkan", feature = "autodiff"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use burn::tensor::{Device, DeviceType, Tensor};
use utsushi_kernels::{
    Activation, AdamOptions, Border, Conv2dOptions, Padding, adam_step, average_pool2, conv2d,
    depthwise_conv2d, gate, inner_products, leaky_relu, lerp, matmul, mix_rows, scaled_sum,
    style_norm, sum, tanh, upsample2,
};

/// How far apart numbers may be that both devices worked out in 32-bit floats, as a share of the
/// largest.
const TOLERANCE: f32 = 2e-5;

/// Numbers from −1 to 1 that look random, the same for the same seed.
fn floats(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// Inputs of an operation on one device.
struct Inputs(Vec<(Tensor<1>, Vec<usize>)>);

impl Inputs {
    fn new(shapes: &[&[usize]], device: &Device) -> Self {
        let leaf = |(index, shape): (usize, &&[usize])| {
            let numbers = floats(shape.iter().product(), 1 + index as u32);
            let leaf = Tensor::<1>::from_floats(numbers.as_slice(), device);
            let leaf = if device.is_autodiff() {
                leaf.require_grad()
            } else {
                leaf
            };
            (leaf, shape.to_vec())
        };
        Self(shapes.iter().enumerate().map(leaf).collect())
    }

    fn get<const D: usize>(&self, index: usize) -> Tensor<D> {
        let (leaf, shape) = &self.0[index];
        let shape: [usize; D] = shape.as_slice().try_into().unwrap();
        leaf.clone().reshape(shape)
    }
}

/// Output and gradients on a device, the output weighted by some fixed numbers.
fn run<const D: usize>(
    shapes: &[&[usize]],
    operation: &impl Fn(&Inputs) -> Tensor<D>,
    device: &Device,
) -> Vec<Vec<f32>> {
    let device = device.clone().autodiff();
    let inputs = Inputs::new(shapes, &device);
    let y = operation(&inputs);
    let count = y.dims().iter().product::<usize>();
    let weights = Tensor::<1>::from_floats(floats(count, 99).as_slice(), &device);
    let loss = sum(y.clone().reshape([count as i64]) * weights);
    let gradients = loss.backward();
    let mut results = vec![values(y)];
    for (leaf, _) in &inputs.0 {
        results.push(leaf.grad(&gradients).map(values).unwrap_or_default());
    }
    results
}

fn assert_close(what: &str, found: &[f32], wanted: &[f32]) {
    assert!(!wanted.is_empty(), "{what}: nothing to compare");
    assert_eq!(found.len(), wanted.len(), "{what}: count of numbers");
    let largest = wanted.iter().fold(1.0f32, |most, x| most.max(x.abs()));
    for (index, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        // Written so that a value that is no number fails.
        let close = (found - wanted).abs() <= TOLERANCE * largest;
        assert!(
            close,
            "{what}, number {index}: {found}, on the CPU {wanted}"
        );
    }
}

/// Says that a test is skipped and why. Where the environment variable `UTSUSHI_REQUIRE` names what
/// is missing, as continuous integration does, the test fails instead.
fn skip(missing: &str, why: &str) {
    let required = std::env::var("UTSUSHI_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name.trim() == missing),
        "UTSUSHI_REQUIRE asks for {missing}, but {why}"
    );
    eprintln!("skipped: {why}");
}

/// The device to compare with the CPU.
struct Other(Device);

impl Other {
    fn find() -> Option<Self> {
        let found = Device::enumerate(DeviceType::Vulkan).into_vec();
        if found.is_empty() {
            skip("vulkan", "there is no Vulkan device");
        }
        found.into_iter().next().map(Self)
    }

    fn compare<const D: usize>(
        &self,
        what: &str,
        shapes: &[&[usize]],
        operation: impl Fn(&Inputs) -> Tensor<D>,
    ) {
        eprintln!("{what}");
        let wanted = run(shapes, &operation, &Device::flex());
        let found = run(shapes, &operation, &self.0);
        for (index, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            assert_close(&format!("{what}, result {index}"), found, wanted);
        }
    }
}

fn options(padding: [usize; 4], stride: usize, activation: Activation) -> Conv2dOptions {
    let [top, left, bottom, right] = padding;
    Conv2dOptions {
        stride,
        padding: Padding {
            top,
            left,
            bottom,
            right,
        },
        border: Border::Zeros,
        activation,
    }
}

/// One test, so that the device is not asked by several threads at once.
#[test]
fn a_vulkan_device_computes_what_the_cpu_computes() {
    let Some(other) = Other::find() else { return };
    let convolutions: [([usize; 4], [usize; 4], Conv2dOptions); 5] = [
        (
            [2, 7, 5, 3],
            [3, 3, 3, 20],
            options([1; 4], 1, Activation::Identity),
        ),
        (
            [2, 6, 6, 20],
            [1, 1, 20, 33],
            options([0; 4], 1, Activation::Relu6),
        ),
        (
            [1, 8, 8, 16],
            [4, 4, 16, 8],
            options([1; 4], 2, Activation::LeakyRelu(0.2)),
        ),
        (
            [2, 5, 5, 17],
            [3, 3, 17, 1],
            options([0, 1, 1, 0], 2, Activation::Identity),
        ),
        (
            [2, 6, 9, 20],
            [3, 3, 20, 12],
            options([1; 4], 1, Activation::LeakyRelu(0.2)).border(Border::Nearest),
        ),
    ];
    for (x, weight, options) in convolutions {
        let what = format!("convolution of {x:?} by {weight:?}");
        other.compare(&what, &[&x, &weight, &[weight[3]]], |inputs| {
            conv2d(inputs.get(0), inputs.get(1), Some(inputs.get(2)), options)
        });
    }
    // One channel is what the brightness of a picture has.
    for (x, kernel, stride) in [([2, 9, 8, 5], 3, 2), ([1, 9, 12, 1], 5, 1)] {
        let (channels, padding) = (x[3], kernel / 2);
        let options = Conv2dOptions::padded(padding).stride(stride);
        let what = format!("depthwise convolution of {x:?}");
        other.compare(
            &what,
            &[&x, &[kernel, kernel, channels], &[channels]],
            |inputs| depthwise_conv2d(inputs.get(0), inputs.get(1), Some(inputs.get(2)), options),
        );
    }
    let rows: &[usize] = &[2, 20];
    other.compare("normalisation", &[&[2, 5, 7, 20], rows, rows], |inputs| {
        let (gain, bias) = (Some(inputs.get(1)), Some(inputs.get(2)));
        style_norm(inputs.get(0), gain, bias, Activation::LeakyRelu(0.2), 1e-5)
    });
    let odd: &[usize] = &[2, 5, 7, 3];
    other.compare("pooling", &[odd], |inputs| average_pool2(inputs.get(0)));
    other.compare("doubling", &[odd], |inputs| upsample2(inputs.get(0)));
    other.compare("leaky ReLU", &[odd], |inputs| {
        leaky_relu(inputs.get::<4>(0), 0.2)
    });
    other.compare("join", &[odd, odd], |inputs| {
        scaled_sum(inputs.get::<4>(0), inputs.get(1), 0.7)
    });
    other.compare("gate", &[odd, odd], |inputs| {
        gate(inputs.get::<4>(0), inputs.get(1))
    });
    other.compare("tangent", &[odd], |inputs| tanh(inputs.get::<4>(0)));
    other.compare("sum", &[odd], |inputs| sum(inputs.get::<4>(0)));
    other.compare("product of matrices", &[&[5, 70], &[70, 33]], |inputs| {
        matmul(inputs.get(0), inputs.get(1))
    });
    other.compare("inner products", &[&[2, 5, 7], &[2, 7]], |inputs| {
        inner_products(inputs.get(0), inputs.get(1))
    });
    other.compare("mixed rows", &[&[3, 6, 5]], |inputs| {
        let x = inputs.get::<3>(0);
        let device = x.device().inner();
        let shares = Tensor::<1>::from_floats(floats(24, 7).as_slice(), &device);
        mix_rows(shares.reshape([4, 6]), x)
    });
    updates(&other);
}

/// What is done to parameters, without gradients.
fn updates(other: &Other) {
    let options = AdamOptions {
        rate: 0.01,
        beta1: 0.5,
        beta2: 0.99,
        epsilon: 1e-8,
        updates: 3,
    };
    let [found, wanted] = [&other.0, &Device::flex()].map(|device| {
        let shape: &[usize] = &[6, 7];
        let inputs = Inputs::new(&[shape; 4], device);
        let get = |index| inputs.get::<2>(index);
        // An average of squares is not negative.
        let second = get(3).powi_scalar(2);
        let (parameter, first, second) = adam_step(get(0), get(1), get(2), second, &options);
        let mixed = lerp(get(0), get(1), 0.3);
        [parameter, first, second, mixed].map(values)
    });
    for (index, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        assert_close(&format!("update, result {index}"), found, wanted);
    }
}
