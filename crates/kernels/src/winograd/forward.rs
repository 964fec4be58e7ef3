//! Convolution by Winograd's method.

use std::ops::Range;

use super::products::transform_window;
use super::read::Corner;
use super::tiles::Tiles;
use super::transform::{Input, Output, both};
use super::weights::Transformed;
use super::{PRODUCTS, TILE, WINDOW};
use crate::finish::Finish;
use crate::pack::Column;
use crate::parallel;
use crate::scratch::Scratch;
use crate::simd::{Isa, Kernel, Simd};
use crate::sweep::Sweep;
use crate::sweep::tile::tile;

/// Number of tiles that are computed together: a multiple of every register tile's number of rows.
const BLOCK: usize = 24;

/// Computes every pixel of the grid by Winograd's method. `sweep` must be one for which the method
/// [pays](super::pays_for).
pub(crate) fn run(sweep: &Sweep, isa: Isa) {
    let tiles = Tiles::new(sweep.source.shape[0], sweep.grid);
    let own;
    let weights = match sweep.kept {
        Some(kept) => {
            // Not `get_or_init`: whoever waited there could not take part in making it.
            if kept.get().is_none() {
                let _ = kept.set(Transformed::new(isa, sweep.weights));
            }
            kept.get().expect("it was set here or before")
        }
        None => {
            own = Transformed::new(isa, sweep.weights);
            &own
        }
    };
    let blocks = tiles.count().div_ceil(BLOCK);
    let operations = tiles.count() * PRODUCTS * sweep.weights.depth / 9 * sweep.weights.channels;
    let wanted = parallel::tasks_for(operations, 64);
    let block_tasks = wanted.min(blocks);
    // Where there are few tiles, each is transformed by several tasks.
    let column_tasks = (wanted / block_tasks).clamp(1, sweep.weights.columns.len());
    let zeros = vec![0.0; sweep.source.shape[3]];
    parallel::for_each(block_tasks * column_tasks, |task| {
        isa.run(Part {
            sweep,
            tiles,
            weights,
            zeros: &zeros,
            blocks: parallel::share(blocks, block_tasks, task % block_tasks),
            columns: parallel::share(
                sweep.weights.columns.len(),
                column_tasks,
                task / block_tasks,
            ),
        });
    });
}

/// One task of a convolution by Winograd's method: some of the tiles and of the channels.
struct Part<'a> {
    sweep: &'a Sweep<'a>,
    tiles: Tiles,
    weights: &'a Transformed,
    zeros: &'a [f32],
    blocks: Range<usize>,
    columns: Range<usize>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let channels = self.sweep.source.shape[3];
        let stride = channels.next_multiple_of(S::LANES);
        let mut inputs = Scratch::take(PRODUCTS * BLOCK * stride);
        let columns = &self.sweep.weights.columns[self.columns.clone()];
        let widest = columns.iter().map(|column| column.vectors).max();
        let mut outputs = Scratch::take(PRODUCTS * BLOCK * widest.unwrap_or(0) * S::LANES);
        let table: Vec<*const f32> = (0..PRODUCTS * BLOCK)
            .map(|row| inputs[row * stride..].as_ptr())
            .collect();
        for block in self.blocks.clone() {
            let tiles = block * BLOCK..((block + 1) * BLOCK).min(self.tiles.count());
            let corner = self.sweep.taps[0];
            for (index, tile) in tiles.clone().enumerate() {
                let place = self.tiles.place(tile);
                let corner = Corner {
                    picture: place.picture,
                    row: place.row as isize + corner.row,
                    column: place.column as isize + corner.column,
                };
                // SAFETY: the buffer holds `BLOCK` rows of `stride` floats for every product.
                unsafe {
                    let to = inputs.as_mut_ptr().add(index * stride);
                    let source = self.sweep.source;
                    let step = BLOCK * stride;
                    transform_window::<S, Input, WINDOW>(
                        simd, source, corner, self.zeros, to, step,
                    );
                }
            }
            for &column in columns {
                // SAFETY: as above; the table's rows hold `channels` floats, and this task alone
                // writes these tiles' columns.
                unsafe {
                    let out = outputs.as_mut_ptr();
                    let (count, many) = (tiles.len(), S::MANY_REGISTERS);
                    match (column.vectors, many) {
                        (1, _) => self.multiply::<S, 12, 1>(simd, &table, column, count, out),
                        // As in `sweep/tile.rs`.
                        (2, _) if S::BY_LANE => {
                            self.multiply::<S, 8, 2>(simd, &table, column, count, out);
                        }
                        (_, _) if S::BY_LANE => {
                            self.multiply::<S, 6, 3>(simd, &table, column, count, out);
                        }
                        (2, true) => self.multiply::<S, 12, 2>(simd, &table, column, count, out),
                        (2, false) => self.multiply::<S, 6, 2>(simd, &table, column, count, out),
                        (_, true) => self.multiply::<S, 8, 3>(simd, &table, column, count, out),
                        (_, false) => self.multiply::<S, 4, 3>(simd, &table, column, count, out),
                    }
                    self.finish::<S>(simd, tiles.clone(), column, out);
                }
            }
        }
    }
}

impl Part<'_> {
    /// Computes the products of some tiles: `outputs[product][tile][channel of the column]`.
    ///
    /// # Safety
    /// The table's addresses must be good for all channels, in whole tiles of `P`; `outputs` for
    /// `BLOCK` rows of `N` vectors for every product.
    #[inline(always)]
    unsafe fn multiply<S: Simd, const P: usize, const N: usize>(
        &self,
        simd: S,
        table: &[*const f32],
        column: Column,
        count: usize,
        outputs: *mut f32,
    ) {
        // SAFETY: the caller's promise; the weights of a product are `channels` rows of the column.
        unsafe {
            let channels = self.sweep.source.shape[3];
            let width = N * S::LANES;
            let weights = self.weights.column(column);
            for product in 0..PRODUCTS {
                let weights = weights.add(product * channels * width);
                let mut first = 0;
                while first < count {
                    let row = product * BLOCK + first;
                    let sums = tile::<S, P, N>(simd, table.as_ptr().add(row), 1, channels, weights);
                    for (p, sums) in sums.iter().enumerate() {
                        for (n, sum) in sums.iter().enumerate() {
                            simd.store(outputs.add((row + p) * width + n * S::LANES), *sum);
                        }
                    }
                    first += P;
                }
            }
        }
    }

    /// Transforms products back to pixels, applies bias and activation, and stores them.
    ///
    /// # Safety
    /// `outputs` must hold the products of the tiles, whose pixels nobody else may write.
    #[inline(always)]
    unsafe fn finish<S: Simd>(
        &self,
        simd: S,
        tiles: Range<usize>,
        column: Column,
        outputs: *const f32,
    ) {
        // SAFETY: the caller's promise; a tile's extent and the mask end with the picture.
        unsafe {
            let finish = Finish::new(simd, self.sweep.activation);
            let target = &self.sweep.target;
            let channels = self.sweep.weights.channels;
            let width = column.vectors * S::LANES;
            let bias = self.sweep.bias[column.first..].as_ptr();
            for (index, tile) in tiles.enumerate() {
                let place = self.tiles.place(tile);
                let [rows, columns] = self.tiles.extent(place);
                let pixel = (place.picture * target.height + place.row + target.origin[0])
                    * target.width
                    + place.column
                    + target.origin[1];
                for n in 0..column.vectors {
                    let first = column.first + n * S::LANES;
                    let mask = simd.mask((channels - first).min(S::LANES));
                    let bias = simd.load(bias.add(n * S::LANES));
                    let from = outputs.add(index * width + n * S::LANES);
                    let mut x = [[simd.splat(0.0); WINDOW]; WINDOW];
                    for (product, x) in x.as_flattened_mut().iter_mut().enumerate() {
                        *x = simd.load(from.add(product * BLOCK * width));
                    }
                    let y = both::<S, Output, WINDOW, TILE>(simd, &x);
                    for row in 0..rows {
                        for column in 0..columns {
                            let y = finish.apply(simd.add(y[row][column], bias));
                            let pixel = pixel + row * target.width + column;
                            let to = target.data.at(pixel * channels + first);
                            simd.store_masked(to, y, mask);
                        }
                    }
                }
            }
        }
    }
}
