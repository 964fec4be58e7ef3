//! The gradient of a convolution's weight by Winograd's method: inputs and gradients of outputs as
//! products, one matrix product over all tiles for each of the 36, and back.

use std::ops::Range;

use super::products::transform_window;
use super::read::Corner;
use super::tiles::{Tiles, runs};
use super::transform::{Input, OutputGradient, WeightGradient, both};
use super::{PRODUCTS, TILE, WINDOW};
use crate::geometry::Geometry;
use crate::outer::outer;
use crate::pack::{Column, columns};
use crate::parallel::{self, Shared};
use crate::scratch::Scratch;
use crate::simd::{Isa, Kernel, Simd};
use crate::sweep::Source;

/// Floats of transformed pictures that are kept at once, to stay in the last-level cache.
const CHUNK: usize = 1 << 20;
/// Number of tiles over which a register tile sums before its sums go back to memory.
const RUN: usize = 96;

/// Sizes and buffers of one weight gradient.
struct Plan<'a> {
    geometry: &'a Geometry,
    tiles: Tiles,
    x: &'a [f32],
    dy: &'a [f32],
    zeros: &'a [f32],
    /// Distance in floats from one tile's inputs to the next tile's, and the same for outputs.
    strides: [usize; 2],
    /// Number of tiles in a chunk.
    chunk: usize,
    columns: Vec<Column>,
    /// Transformed inputs, `[36, chunk, strides[0]]`.
    inputs: Shared,
    /// Transformed gradients of outputs, `[36, chunk, strides[1]]`.
    outputs: Shared,
    /// Sums of outer products, `[36, strides[0], strides[1]]`.
    sums: Shared,
}

/// Computes a convolution's gradient with respect to its weight by Winograd's method; writes all of
/// `dw`, `[3, 3, channels_in, channels_out]`. The method must [pay](super::pays_for_convolution)
/// for the convolution.
///
/// Sums run over the tiles in their order, so that the bits are the same whatever the number of
/// threads.
pub(crate) fn weight_gradient(isa: Isa, g: &Geometry, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let lanes = isa.lanes();
    let tiles = Tiles::new(g.batch, [g.height_out, g.width_out]);
    let strides = [g.channels_in, g.channels_out].map(|n| n.next_multiple_of(lanes));
    let chunk =
        (CHUNK / (PRODUCTS * (strides[0] + strides[1]))).clamp(RUN / 2, tiles.count().max(RUN / 2));
    let mut inputs = Scratch::take(PRODUCTS * chunk * strides[0]);
    let mut outputs = Scratch::take(PRODUCTS * chunk * strides[1]);
    let mut sums = Scratch::take(PRODUCTS * strides[0] * strides[1]);
    let plan = Plan {
        geometry: g,
        tiles,
        x,
        dy,
        zeros: &vec![0.0; g.channels_in.max(g.channels_out)],
        strides,
        chunk,
        columns: columns(g.channels_out, lanes),
        inputs: Shared::new(&mut inputs),
        outputs: Shared::new(&mut outputs),
        sums: Shared::new(&mut sums),
    };
    for now in runs(0..tiles.count(), chunk) {
        let moved = now.len() * PRODUCTS * (strides[0] + strides[1]);
        let tasks = parallel::tasks_for(moved * 8, now.len());
        parallel::for_each(tasks, |task| {
            let part = parallel::share(now.len(), tasks, task);
            isa.run(ToProducts {
                plan: &plan,
                first: now.start,
                part,
            });
        });
        let operations = now.len() * PRODUCTS * strides[0] * strides[1];
        let tasks = parallel::tasks_for(operations, PRODUCTS);
        parallel::for_each(tasks, |task| {
            isa.run(Multiply {
                plan: &plan,
                products: parallel::share(PRODUCTS, tasks, task),
                count: now.len(),
                is_first: now.start == 0,
            });
        });
    }
    let target = Shared::new(dw);
    let tasks = parallel::tasks_for(PRODUCTS * strides[0] * strides[1] * 8, g.channels_in);
    parallel::for_each(tasks, |task| {
        isa.run(ToWeights {
            plan: &plan,
            rows: parallel::share(g.channels_in, tasks, task),
            target,
        });
    });
}

/// A task that transforms some tiles of a chunk.
struct ToProducts<'a> {
    plan: &'a Plan<'a>,
    /// Number of the chunk's first tile.
    first: usize,
    /// Range of tiles to transform, counted from the chunk's first.
    part: Range<usize>,
}

impl Kernel for ToProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let plan = self.plan;
        let padding = plan.geometry.options.padding;
        let x = Source::new(plan.x, plan.geometry.input_shape());
        let dy = Source::new(plan.dy, plan.geometry.output_shape());
        for index in self.part.clone() {
            let place = plan.tiles.place(self.first + index);
            let corner = Corner {
                picture: place.picture,
                row: place.row as isize,
                column: place.column as isize,
            };
            let input_corner = Corner {
                row: corner.row - padding.top as isize,
                column: corner.column - padding.left as isize,
                ..corner
            };
            // SAFETY: each tile has its own rows in the buffers.
            unsafe {
                let to = plan.inputs.at(index * plan.strides[0]);
                let step = plan.chunk * plan.strides[0];
                transform_window::<S, Input, WINDOW>(simd, x, input_corner, plan.zeros, to, step);
                let to = plan.outputs.at(index * plan.strides[1]);
                let step = plan.chunk * plan.strides[1];
                transform_window::<S, OutputGradient, TILE>(simd, dy, corner, plan.zeros, to, step);
            }
        }
    }
}

/// A task that adds a chunk's outer products to the sums of some of the 36 products.
struct Multiply<'a> {
    plan: &'a Plan<'a>,
    products: Range<usize>,
    count: usize,
    is_first: bool,
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let plan = self.plan;
        for product in self.products.clone() {
            for tiles in runs(0..self.count, RUN) {
                let add = !(self.is_first && tiles.start == 0);
                for &column in &plan.columns {
                    // SAFETY: rows and columns lie in the buffers, whose strides are whole vectors,
                    // and a product's sums belong to one task.
                    unsafe {
                        let all = 0..plan.strides[0];
                        match (column.vectors, S::MANY_REGISTERS) {
                            (1, true) => rows::<S, 8, 1>(simd, plan, product, &tiles, column, add),
                            (2, true) => rows::<S, 8, 2>(simd, plan, product, &tiles, column, add),
                            (_, true) => rows::<S, 8, 3>(simd, plan, product, &tiles, column, add),
                            (1, _) => {
                                multiply::<S, 4, 1>(simd, plan, product, all, &tiles, column, add)
                            }
                            (2, _) => {
                                multiply::<S, 4, 2>(simd, plan, product, all, &tiles, column, add)
                            }
                            (..) => {
                                multiply::<S, 4, 3>(simd, plan, product, all, &tiles, column, add)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Adds to all rows of a product's sums, `P` rows at a time. Vectors of four floats may leave four
/// rows over.
#[inline(always)]
unsafe fn rows<S: Simd, const P: usize, const N: usize>(
    simd: S,
    plan: &Plan,
    product: usize,
    tiles: &Range<usize>,
    column: Column,
    add: bool,
) {
    let all = plan.strides[0];
    let whole = all / P * P;
    // SAFETY: as for `multiply`; the stride is a multiple of the lanes, of which there are four
    // or a multiple of `P`.
    unsafe {
        multiply::<S, P, N>(simd, plan, product, 0..whole, tiles, column, add);
        if S::LANES < P {
            multiply::<S, 4, N>(simd, plan, product, whole..all, tiles, column, add);
        }
    }
}

/// Adds to the sums of some input channels, a multiple of `P` of them.
///
/// # Safety
/// Tiles, channels and column must lie within the plan's buffers, and nobody else may write the
/// product's sums.
#[inline(always)]
unsafe fn multiply<S: Simd, const P: usize, const N: usize>(
    simd: S,
    plan: &Plan,
    product: usize,
    channels: Range<usize>,
    tiles: &Range<usize>,
    column: Column,
    add: bool,
) {
    // SAFETY: the caller's promise; strides are whole vectors, and addresses after the last tile
    // are not read.
    unsafe {
        let [from, to] = plan.strides;
        let row = product * plan.chunk + tiles.start;
        let inputs = plan.inputs.at(row * from);
        let outputs = plan.outputs.at(row * to + column.first);
        debug_assert!(channels.end <= from && channels.len().is_multiple_of(P));
        for channel in channels.step_by(P) {
            let place = plan.sums.at((product * from + channel) * to + column.first);
            let mut sums = [[simd.splat(0.0); N]; P];
            if add {
                for (p, sums) in sums.iter_mut().enumerate() {
                    for (n, sum) in sums.iter_mut().enumerate() {
                        *sum = simd.load(place.add(p * to + n * S::LANES));
                    }
                }
            }
            let (mut x, mut y) = (inputs.add(channel), outputs);
            for _ in tiles.clone() {
                let mut wide = [simd.splat(0.0); N];
                for (n, wide) in wide.iter_mut().enumerate() {
                    *wide = simd.load(y.add(n * S::LANES));
                }
                outer::<S, P, N>(simd, x, &wide, &mut sums);
                x = x.wrapping_add(from);
                y = y.wrapping_add(to);
            }
            for (p, sums) in sums.iter().enumerate() {
                for (n, sum) in sums.iter().enumerate() {
                    simd.store(place.add(p * to + n * S::LANES), *sum);
                }
            }
        }
    }
}

/// A task that transforms sums of products to weights, for some channels of the input.
struct ToWeights<'a> {
    plan: &'a Plan<'a>,
    rows: Range<usize>,
    target: Shared,
}

impl Kernel for ToWeights<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let [from, to] = self.plan.strides;
        let g = self.plan.geometry;
        for row in self.rows.clone() {
            let mut channel = 0;
            while channel < g.channels_out {
                // SAFETY: tasks write different rows.
                unsafe {
                    let mask = simd.mask((g.channels_out - channel).min(S::LANES));
                    let mut x = [[simd.splat(0.0); WINDOW]; WINDOW];
                    for (product, x) in x.as_flattened_mut().iter_mut().enumerate() {
                        *x = simd.load(self.plan.sums.at((product * from + row) * to + channel));
                    }
                    let y = both::<S, WeightGradient, WINDOW, 3>(simd, &x);
                    for (tap, y) in y.as_flattened().iter().enumerate() {
                        let place = (tap * g.channels_in + row) * g.channels_out + channel;
                        simd.store_masked(self.target.at(place), *y, mask);
                    }
                }
                channel += S::LANES;
            }
        }
    }
}
