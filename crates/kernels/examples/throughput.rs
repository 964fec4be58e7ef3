//! Prints how fast the convolutions are, beside the framework's own, over the shapes of the
//! networks: `cargo run --release -p utsushi-kernels --example throughput`. With `--tsv`, only the
//! convolutions' own times, in milliseconds, for another program to read; with `--reduced`, in 16-bit
//! products where the processor has them.

use std::time::{Duration, Instant};

use burn::tensor::{Device, Distribution, Tensor, module, ops::ConvOptions};
use utsushi_kernels::{
    Conv2dOptions, Precision, RecyclingAllocator, conv2d, depthwise_conv2d, with_precision,
};

#[global_allocator]
static ALLOCATOR: RecyclingAllocator = RecyclingAllocator::new();

#[derive(Clone, Copy)]
struct Case {
    batch: usize,
    from: usize,
    to: usize,
    side: usize,
    kernel: usize,
    stride: usize,
    depthwise: bool,
}

const fn dense(batch: usize, from: usize, to: usize, side: usize, kernel: usize) -> Case {
    Case {
        batch,
        from,
        to,
        side,
        kernel,
        stride: 1,
        depthwise: false,
    }
}

const fn depthwise(channels: usize, side: usize, kernel: usize, stride: usize) -> Case {
    Case {
        batch: 16,
        from: channels,
        to: channels,
        side,
        kernel,
        stride,
        depthwise: true,
    }
}

const CASES: [Case; 19] = [
    dense(4, 64, 64, 128, 3),
    dense(4, 128, 128, 64, 3),
    dense(4, 256, 256, 32, 3),
    dense(4, 512, 512, 16, 3),
    dense(1, 32, 32, 512, 3),
    dense(4, 128, 256, 64, 1),
    dense(1, 64, 64, 256, 3),
    depthwise(96, 48, 3, 2),
    depthwise(144, 24, 3, 1),
    depthwise(240, 12, 5, 1),
    depthwise(672, 6, 5, 1),
    dense(16, 24, 144, 24, 1),
    dense(16, 112, 672, 6, 1),
    dense(16, 64, 128, 32, 3),
    dense(16, 128, 192, 16, 3),
    dense(16, 64, 64, 64, 3),
    dense(16, 3, 64, 64, 3),
    dense(16, 64, 3, 64, 3),
    Case {
        batch: 16,
        from: 64,
        to: 128,
        side: 64,
        kernel: 4,
        stride: 2,
        depthwise: false,
    },
];

/// The best of the runs that fit into a quarter of a second, at least three.
fn best(mut run: impl FnMut() -> Duration) -> f64 {
    let start = Instant::now();
    let mut best = f64::INFINITY;
    let mut runs = 0;
    while runs < 3 || start.elapsed() < Duration::from_millis(250) {
        best = best.min(run().as_secs_f64());
        runs += 1;
    }
    best
}

/// Seconds of the forward pass and of the backward passes to the input and to the weight.
fn measure(
    case: Case,
    forward: impl Fn(Tensor<4>, Tensor<4>) -> Tensor<4>,
    last: bool,
) -> [f64; 3] {
    let device = Device::flex();
    let Case {
        batch,
        from,
        to,
        side,
        kernel,
        depthwise,
        ..
    } = case;
    let spread = Distribution::Uniform(-1.0, 1.0);
    let picture = if last {
        [batch, side, side, from]
    } else {
        [batch, from, side, side]
    };
    let x = Tensor::<4>::random(picture, spread, &device);
    let inputs = if depthwise { 1 } else { from };
    let shape = if last {
        [kernel, kernel, inputs, to]
    } else {
        [to, inputs, kernel, kernel]
    };
    let weight = Tensor::<4>::random(shape, spread, &device);
    let plain = best(|| {
        let start = Instant::now();
        let y = forward(x.clone(), weight.clone());
        let time = start.elapsed();
        drop(y);
        time
    });
    let backward = |to_input: bool| {
        let tracked = device.clone().autodiff();
        let mut x = Tensor::<4>::from_data(x.to_data(), &tracked);
        let mut weight = Tensor::<4>::from_data(weight.to_data(), &tracked);
        if to_input {
            x = x.require_grad();
        } else {
            weight = weight.require_grad();
        }
        best(|| {
            let y = forward(x.clone(), weight.clone());
            let start = Instant::now();
            // Begins with a gradient of ones.
            let gradients = y.backward();
            let time = start.elapsed();
            drop(gradients);
            time
        })
    };
    [plain, backward(true), backward(false)]
}

fn main() {
    let given = |option: &str| std::env::args().any(|argument| argument == option);
    let table = given("--tsv");
    let precision = if given("--reduced") {
        Precision::Reduced
    } else {
        Precision::Full
    };
    if !table {
        explain();
    }
    with_precision(precision, || {
        for case in CASES {
            compare(case, table);
        }
    });
}

fn explain() {
    println!("GFLOP/s (two for a multiplication and an addition): forward, gradient of the input,");
    println!("gradient of the weight; then the same of the framework's own convolution");
}

fn compare(case: Case, table: bool) {
    let Case {
        batch,
        from,
        to,
        side,
        kernel,
        stride,
        depthwise,
    } = case;
    let options = Conv2dOptions::padded((kernel - 1) / 2).stride(stride);
    let out = options.output_size([side, side], [kernel, kernel])[0];
    let inputs = if depthwise { 1 } else { from };
    let operations = 2.0 * (batch * out * out * to * kernel * kernel * inputs) as f64;
    let ours = measure(
        case,
        |x, weight| {
            if depthwise {
                let weight = weight.reshape([kernel, kernel, to]);
                depthwise_conv2d(x, weight, None, options)
            } else {
                conv2d(x, weight, None, options)
            }
        },
        true,
    );
    if table {
        let kind = if depthwise { "depthwise" } else { "dense" };
        let [forward, input, weight] = ours.map(|seconds| seconds * 1e3);
        println!(
            "{kind}\t{batch}\t{from}\t{to}\t{side}\t{kernel}\t{stride}\t{forward:.4}\t{input:.4}\t{weight:.4}"
        );
        return;
    }
    let groups = if depthwise { from } else { 1 };
    let padding = (kernel - 1) / 2;
    let theirs = measure(
        case,
        |x, weight| {
            let options = ConvOptions::new([stride; 2], [padding; 2], [1, 1], groups);
            module::conv2d(x, weight, None, options)
        },
        false,
    );
    let kind = if depthwise { "depthwise" } else { "" };
    print!("{batch:3} x {from:3} -> {to:3} at {side:3}, {kernel}x{kernel}/{stride} {kind:9} ");
    for seconds in ours.iter().chain(&theirs) {
        print!(" {:7.1}", operations / seconds / 1e9);
    }
    let total: f64 = ours.iter().sum();
    println!(
        "   {:8.2} ms against {:8.2}",
        total * 1e3,
        theirs.iter().sum::<f64>() * 1e3
    );
}
