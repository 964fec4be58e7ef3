//! One of several pictures that are painted together.

use utsushi_imaging::Picture;

use crate::{PaintOptions, StyleCode};

/// A picture, and how it is to be painted.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The picture.
    pub content: &'a Picture,
    /// The style to paint it in.
    pub style: &'a StyleCode,
    /// As [`PaintOptions::strength`].
    pub strength: f32,
    /// As [`PaintOptions::octaves`].
    pub octaves: Option<u32>,
}

impl Order<'_> {
    /// The options that say the same, to paint it alone.
    pub(crate) fn options(&self, tile: u32) -> PaintOptions {
        PaintOptions {
            strength: self.strength,
            octaves: self.octaves,
            tile,
        }
    }

    /// Whether pictures may run through networks together: there are several, all of one size, with
    /// no more pixels together than a square of `tile`, and each has to be painted and can be.
    pub(crate) fn fit_together(orders: &[Self], tile: u32) -> bool {
        let size = |order: &Self| (order.content.width(), order.content.height());
        let pixels: u64 = orders.iter().map(|order| order.content.pixels()).sum();
        orders.len() > 1
            && pixels <= u64::from(tile) * u64::from(tile)
            && orders.iter().all(|order| size(order) == size(&orders[0]))
            && orders
                .iter()
                .all(|order| order.strength != 0.0 && order.options(tile).validate().is_ok())
    }
}
