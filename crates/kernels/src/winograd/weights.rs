//! Weights transformed for Winograd's method.

use super::PRODUCTS;
use super::transform::{Weight, both};
use crate::pack::{Column, Packed};
use crate::parallel::{self, Shared};
use crate::scratch::Scratch;
use crate::simd::{Isa, Kernel, Simd};

/// Transformed weights of a 3×3 convolution, column after column, each `[36, rows, channels of the
/// column]`.
#[derive(Debug)]
pub(crate) struct Transformed {
    data: Scratch,
    rows: usize,
}

impl Transformed {
    /// Transforms weights that are packed tap by tap.
    pub(super) fn new(isa: Isa, packed: &Packed) -> Self {
        let rows = packed.depth / 9;
        let channels = packed.channels.div_ceil(isa.lanes()) * isa.lanes();
        let mut data = Scratch::take(PRODUCTS * rows * channels);
        let target = Shared::new(&mut data);
        let tasks = parallel::tasks_for(rows * channels * PRODUCTS * 4, rows);
        parallel::for_each(tasks, |task| {
            isa.run(Part {
                packed,
                rows: parallel::share(rows, tasks, task),
                all_rows: rows,
                target,
            });
        });
        Self { data, rows }
    }

    /// The transformed weights of a column of channels, `[36, rows, channels of the column]`.
    pub(super) fn column(&self, column: Column) -> *const f32 {
        self.data[column.first * PRODUCTS * self.rows..].as_ptr()
    }
}

struct Part<'a> {
    packed: &'a Packed,
    rows: std::ops::Range<usize>,
    all_rows: usize,
    target: Shared,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for &column in &self.packed.columns {
            let width = column.vectors * S::LANES;
            let from = self.packed.weights(column);
            let start = column.first * PRODUCTS * self.all_rows;
            for row in self.rows.clone() {
                for n in 0..column.vectors {
                    // SAFETY: the packed column holds nine matrices of `all_rows` rows of `width`
                    // floats, the target 36; tasks write different rows.
                    unsafe {
                        let place =
                            |index: usize| (index * self.all_rows + row) * width + n * S::LANES;
                        let mut x = [[simd.splat(0.0); 3]; 3];
                        for (tap, x) in x.as_flattened_mut().iter_mut().enumerate() {
                            *x = simd.load(from.add(place(tap)));
                        }
                        let products = both::<S, Weight, 3, 6>(simd, &x);
                        for (product, y) in products.as_flattened().iter().enumerate() {
                            simd.store(self.target.at(start + place(product)), *y);
                        }
                    }
                }
            }
        }
    }
}
