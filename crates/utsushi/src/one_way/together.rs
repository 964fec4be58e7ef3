//! Pictures of one size for different people, painted with one network.

use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::Picture;

use super::{Network, OneWayPainter, finished};
use crate::window::Window;
use crate::{Order, PaintError, StyleError};

impl<N: Network> OneWayPainter<N> {
    /// Repaints pictures with a strength each; their styles are empty. Those of one size are
    /// handed to the network together as long as all of them have no more pixels than a square of
    /// `tile`; each comes out as [`OneWayPainter::paint`] alone would paint it.
    ///
    /// # Errors
    /// As [`OneWayPainter::paint`], each picture for itself; `stop` ends all of them.
    pub fn paint_together(
        &self,
        orders: &[Order<'_>],
        tile: u32,
        stop: &AtomicBool,
    ) -> Vec<Result<Picture, PaintError>> {
        let styleless = |order: &Order<'_>| order.style.values().is_empty();
        if orders.iter().all(styleless)
            && Order::fit_together(orders, tile)
            && let Some(painted) = self.in_one_pass(orders, tile as usize, stop)
        {
            return painted;
        }
        let alone = |order: &Order<'_>| match styleless(order) {
            true => self.paint(order.content, &order.options(tile), &mut |_| {}, stop),
            false => Err(StyleError::OneStyle.into()),
        };
        orders.iter().map(alone).collect()
    }

    /// Nothing if the pictures have to be painted in tiles, or if the network fails, so that each
    /// hears of it by itself.
    fn in_one_pass(
        &self,
        orders: &[Order<'_>],
        side: usize,
        stop: &AtomicBool,
    ) -> Option<Vec<Result<Picture, PaintError>>> {
        let canvases: Vec<_> = orders
            .iter()
            .map(|order| self.canvas(order.content))
            .collect();
        let (width, height) = (canvases[0].width(), canvases[0].height());
        if self
            .parts(&canvases[0], side)
            .iter()
            .any(|parts| parts.len() > 1)
        {
            return None;
        }
        if stop.load(Ordering::Relaxed) {
            return Some(vec![Err(PaintError::Stopped); orders.len()]);
        }
        let window = Window {
            left: 0,
            top: 0,
            width,
            height,
        };
        let mut pixels = Vec::new();
        for canvas in &canvases {
            canvas.read(window, &mut pixels);
        }
        let values = self.network.stylize_together(&pixels, width, height).ok()?;
        if values.len() != pixels.len() {
            return None;
        }
        let parts = values.chunks(width * height * 3);
        let painted = orders.iter().zip(&canvases).zip(parts);
        let painted = painted.map(|((order, canvas), values)| {
            let mut sheet = canvas.sheet();
            sheet.put(window, window, values)?;
            Ok(finished(
                order.content,
                sheet.into_picture(),
                order.strength,
            ))
        });
        Some(painted.collect())
    }
}
