//! A copy of a sweep's pictures with the pixels beyond their borders written out.

use super::{Source, Tap};
use crate::parallel::{self, Shared};
use crate::scratch::Scratch;

/// A padded copy of pictures in which every tap of every output lies, with the first tap of the
/// first output at (0, 0).
pub(crate) struct Padded {
    data: Scratch,
    shape: [usize; 4],
}

impl Padded {
    pub(crate) fn new(source: Source, taps: &[Tap], grid: [usize; 2], step: usize) -> Self {
        let [batch, _, width, channels] = source.shape;
        let rows = || taps.iter().map(|tap| tap.row);
        let columns = || taps.iter().map(|tap| tap.column);
        let (top, bottom) = (rows().min().unwrap_or(0), rows().max().unwrap_or(0));
        let (left, right) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let padded_height = (grid[0] - 1) * step + (bottom - top) as usize + 1;
        let padded_width = (grid[1] - 1) * step + (right - left) as usize + 1;
        let picture = padded_height * padded_width * channels;
        let mut data = Scratch::take(batch * picture);
        let target = Shared::new(&mut data);
        let tasks = parallel::tasks_for(batch * picture * 8, batch);
        // The columns of the source that the padded picture shows, and where they come to lie.
        let first = left.clamp(0, width as isize) as usize;
        let last = (left + padded_width as isize).clamp(first as isize, width as isize) as usize;
        let before = ((first as isize - left) as usize).min(padded_width);
        parallel::for_each(tasks, |task| {
            let pictures = parallel::share(batch, tasks, task);
            // SAFETY: every task fills the pictures of its own share.
            let part = unsafe { target.part(pictures.start * picture..pictures.end * picture) };
            for (i, row) in part.chunks_exact_mut(padded_width * channels).enumerate() {
                let b = pictures.start + i / padded_height;
                let y = (i % padded_height) as isize + top;
                let Some((data, from)) = source.row(b, y) else {
                    row.fill(0.0);
                    continue;
                };
                let from = from * width;
                let (before_it, rest) = row.split_at_mut(before * channels);
                let (middle, after_it) = rest.split_at_mut((last - first) * channels);
                middle.copy_from_slice(&data[(from + first) * channels..(from + last) * channels]);
                for (part, x) in [
                    (before_it, left),
                    (after_it, left + (before + last - first) as isize),
                ] {
                    let columns = (x..).map(|x| source.column(x));
                    for (pixel, column) in part.chunks_exact_mut(channels).zip(columns) {
                        match column {
                            None => pixel.fill(0.0),
                            Some(column) => pixel
                                .copy_from_slice(&data[(from + column) * channels..][..channels]),
                        }
                    }
                }
            }
        });
        Self {
            data,
            shape: [batch, padded_height, padded_width, channels],
        }
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source::new(&self.data, self.shape)
    }
}
