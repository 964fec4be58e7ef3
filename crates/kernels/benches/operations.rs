//! Times of single operations and of their gradients at the shapes of the networks;
//! CONTRIBUTING.md says how to run it.

use std::hint::black_box;
use std::time::Duration;

use burn::tensor::{Device, Distribution, Tensor};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use utsushi_kernels::{
    Activation, Conv2dOptions, RecyclingAllocator, average_pool2, conv2d, depthwise_conv2d, gate,
    scaled_sum, style_norm, tanh, upsample2,
};

#[global_allocator]
static ALLOCATOR: RecyclingAllocator = RecyclingAllocator::new();

/// `[batch, channels in, channels out, side, side of the kernel, stride]`.
const DENSE: [[usize; 6]; 9] = [
    [1, 64, 64, 256, 3, 1],
    [16, 64, 64, 64, 3, 1],
    [16, 128, 192, 16, 3, 1],
    [16, 192, 192, 8, 3, 1],
    [16, 64, 128, 64, 4, 2],
    [16, 4, 64, 64, 3, 1],
    [16, 64, 3, 64, 3, 1],
    [16, 24, 144, 24, 1, 1],
    [16, 112, 672, 6, 1, 1],
];

/// `[channels, side, side of the kernel, stride]`, sixteen pictures.
const DEPTHWISE: [[usize; 4]; 4] = [
    [96, 48, 3, 2],
    [144, 24, 3, 1],
    [240, 12, 5, 1],
    [672, 6, 5, 1],
];

/// Shapes of what lies between convolutions.
const PICTURES: [[usize; 4]; 2] = [[1, 256, 256, 64], [16, 32, 32, 64]];

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

/// Times an operation of some inputs forwards, and its gradient for each input by itself.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    label: &str,
    operations: usize,
    inputs: &[Tensor<4>],
    run: impl Fn(&[Tensor<4>]) -> Tensor<4>,
) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(operations as u64));
    group.bench_function(BenchmarkId::new("forward", label), |bencher| {
        bencher.iter_with_large_drop(|| run(black_box(inputs)));
    });
    for which in 0..inputs.len() {
        let device = Device::flex().autodiff();
        let tracked: Vec<Tensor<4>> = inputs
            .iter()
            .enumerate()
            .map(|(index, input)| {
                let input = Tensor::from_data(input.to_data(), &device);
                if index == which {
                    input.require_grad()
                } else {
                    input
                }
            })
            .collect();
        // Backward passes begin with ones, which are made for every pass.
        group.bench_function(
            BenchmarkId::new(format!("gradient {which}"), label),
            |bencher| {
                bencher.iter_batched(|| run(&tracked), |y| y.backward(), BatchSize::PerIteration);
            },
        );
    }
    group.finish();
}

fn convolutions(criterion: &mut Criterion) {
    let device = Device::flex();
    for [batch, from, to, side, kernel, stride] in DENSE {
        let options = Conv2dOptions::padded((kernel - 1) / 2).stride(stride);
        let out = options.output_size([side, side], [kernel, kernel])[0];
        let inputs = [
            random([batch, side, side, from], &device),
            random([kernel, kernel, from, to], &device),
        ];
        measure(
            criterion,
            "convolution",
            &format!("{batch}x{side}x{side} {from}-{to} {kernel}x{kernel} by {stride}"),
            batch * out * out * kernel * kernel * from * to,
            &inputs,
            |inputs| conv2d(inputs[0].clone(), inputs[1].clone(), None, options),
        );
    }
    for [channels, side, kernel, stride] in DEPTHWISE {
        let options = Conv2dOptions::padded(kernel / 2).stride(stride);
        let out = options.output_size([side, side], [kernel, kernel])[0];
        let inputs = [
            random([16, side, side, channels], &device),
            random([1, kernel, kernel, channels], &device),
        ];
        measure(
            criterion,
            "depthwise",
            &format!("16x{side}x{side} {channels} {kernel}x{kernel} by {stride}"),
            16 * out * out * kernel * kernel * channels,
            &inputs,
            |inputs| {
                let weight = inputs[1].clone().reshape([kernel, kernel, channels]);
                depthwise_conv2d(inputs[0].clone(), weight, None, options)
            },
        );
    }
}

fn between(criterion: &mut Criterion) {
    let device = Device::flex();
    for shape in PICTURES {
        let size = shape.iter().product();
        let pair = [random(shape, &device), random(shape, &device)];
        let label = format!("{}x{}x{}x{}", shape[0], shape[1], shape[2], shape[3]);
        let mut one = |name, run: fn(Tensor<4>) -> Tensor<4>| {
            measure(criterion, name, &label, size, &pair[..1], |inputs| {
                run(inputs[0].clone())
            });
        };
        one("normalisation", |x| {
            style_norm(x, None, None, Activation::LeakyRelu(0.2), 1e-5)
        });
        one("pooling", average_pool2);
        one("doubling", upsample2);
        one("tangent", tanh);
        measure(criterion, "gate", &label, size, &pair, |inputs| {
            gate(inputs[0].clone(), inputs[1].clone())
        });
        measure(criterion, "join", &label, size, &pair, |inputs| {
            scaled_sum(inputs[0].clone(), inputs[1].clone(), 0.7)
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = convolutions, between
}
criterion_main!(benches);
