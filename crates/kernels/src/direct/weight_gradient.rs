//! The gradient of a convolution with respect to its weight: for every tap, the sum over all
//! output pixels of the outer product of the tap's input with the output's gradient.

mod plan;
mod tile;

use crate::geometry::Geometry;
use crate::parallel::{self, Shared};
use crate::reduced;
use crate::scratch::Scratch;
use crate::simd::{Isa, Kernel, Simd};
use crate::winograd;
use plan::{Plan, Row};

/// Computes a convolution's gradient with respect to its weight; writes all of `dw`,
/// `[kernel_height, kernel_width, channels_in, channels_out]`.
///
/// Sums are cut the same way whatever the number of threads, so that the result has the same bits
/// on every machine.
pub(crate) fn weight_gradient(
    isa: Isa,
    geometry: &Geometry,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
) {
    if geometry.output_shape().contains(&0) || geometry.channels_in == 0 {
        dw.fill(0.0);
        return;
    }
    if let Some(unit) = reduced::unit_for_weight_gradient(geometry) {
        return reduced::weight_gradient(unit, geometry, x, dy, dw);
    }
    if winograd::pays_for_convolution(geometry) {
        return winograd::weight_gradient(isa, geometry, x, dy, dw);
    }
    let plan = Plan::new(isa.lanes(), geometry, x, dy);
    let size = dw.len();
    let direct = plan.parts == 1 && !plan.swapped;
    let mut scratch = Scratch::take(if direct { 0 } else { plan.parts * size });
    let sums = Shared::new(if direct { &mut *dw } else { &mut scratch });
    let tasks = plan.parts * plan.groups;
    parallel::for_each(tasks, |task| {
        isa.run(Part {
            plan: &plan,
            task,
            size,
            sums,
        })
    });
    if !direct {
        reduce(&plan, &scratch, dw);
    }
}

/// Adds the parts' sums in their order, and transposes each tap's matrix if it was computed
/// transposed.
fn reduce(plan: &Plan, parts: &[f32], dw: &mut [f32]) {
    let size = dw.len();
    let tasks = parallel::tasks_for(size * plan.parts * 8, plan.taps.len());
    let target = Shared::new(dw);
    let matrix = size / plan.taps.len();
    parallel::for_each(tasks, |task| {
        let taps = parallel::share(plan.taps.len(), tasks, task);
        let range = taps.start * matrix..taps.end * matrix;
        // SAFETY: every task writes its own taps.
        let out = unsafe { target.part(range.clone()) };
        let mut total = Scratch::take(if plan.swapped { range.len() } else { 0 });
        let sum = if plan.swapped { &mut *total } else { &mut *out };
        sum.copy_from_slice(&parts[range.clone()]);
        for part in 1..plan.parts {
            for (a, b) in sum.iter_mut().zip(&parts[part * size..][range.clone()]) {
                *a += b;
            }
        }
        if plan.swapped {
            let (rows, columns) = (plan.scalar.channels, plan.vector.channels);
            for (from, to) in total.chunks_exact(matrix).zip(out.chunks_exact_mut(matrix)) {
                for (column, to) in to.chunks_exact_mut(rows).enumerate() {
                    for (row, to) in to.iter_mut().enumerate() {
                        *to = from[row * columns + column];
                    }
                }
            }
        }
    });
}

/// A task of a weight gradient: some of the pixels, and some of the rows of the result.
struct Part<'a> {
    plan: &'a Plan<'a>,
    task: usize,
    size: usize,
    sums: Shared,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let plan = self.plan;
        let part = self.task % plan.parts;
        let items = parallel::share(plan.items(), plan.groups, self.task / plan.parts);
        let units = parallel::share(plan.units, plan.parts, part);
        let width = plan.vector.channels;
        let first = plan.result_row(items.start) * width;
        let last = plan.result_row(items.end) * width;
        // SAFETY: tasks of one part write different rows, those of different parts different
        // copies.
        unsafe {
            self.sums
                .part(part * self.size + first..part * self.size + last)
        }
        .fill(0.0);
        let mut rows: Vec<Row> = Vec::new();
        let mut start = units.start;
        while start < units.end {
            let end = (start + plan.chunk).min(units.end);
            let mut tap_of_rows = usize::MAX;
            for item in items.clone() {
                let (tap, channels) = plan.item(item);
                if tap != tap_of_rows {
                    plan.rows(tap, start..end, &mut rows);
                    tap_of_rows = tap;
                }
                for &column in &plan.columns {
                    let target = part * self.size + plan.result_row(item) * width + column.first;
                    // SAFETY: rows and channels lie within the pictures; the result's rows belong
                    // to this task.
                    unsafe {
                        tile::run::<S>(
                            simd,
                            plan,
                            &rows,
                            channels.clone(),
                            column,
                            self.sums.at(target),
                        )
                    }
                }
            }
            start = end;
        }
    }
}
