//! Pictures of one size for different people, painted in one pass.

use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Tensor;
use utsushi_imaging::Picture;

use super::Painter;
use super::painting::with_alpha_of;
use crate::brush::Brush;
use crate::canvas::Canvas;
use crate::strips::strips;
use crate::window::Window;
use crate::{PaintError, PaintOptions, StyleCode};

/// A picture, and how it is to be painted.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The picture.
    pub content: &'a Picture,
    /// The style to paint it in.
    pub style: &'a StyleCode,
    /// As [`PaintOptions::strength`].
    pub strength: f32,
}

impl Painter {
    /// Repaints pictures in a style and strength each. Those of one size run through the networks
    /// together as long as all of them have no more pixels than a square of `tile`; each comes
    /// out as [`Painter::paint`] alone would paint it.
    ///
    /// # Errors
    /// As [`Painter::paint`], each picture for itself; `stop` ends all of them.
    pub fn paint_together(
        &self,
        orders: &[Order<'_>],
        tile: u32,
        stop: &AtomicBool,
    ) -> Vec<Result<Picture, PaintError>> {
        let size = |order: &Order<'_>| (order.content.width(), order.content.height());
        let options = |strength| PaintOptions { strength, tile };
        let pixels: u64 = orders.iter().map(|order| order.content.pixels()).sum();
        let fits = pixels <= u64::from(tile) * u64::from(tile);
        let alike = orders
            .windows(2)
            .all(|pair| size(&pair[0]) == size(&pair[1]));
        let plain = orders
            .iter()
            .all(|order| order.strength != 0.0 && options(order.strength).validate().is_ok());
        if orders.len() > 1
            && fits
            && alike
            && plain
            && let Some(painted) = self.in_one_pass(orders, tile as usize, stop)
        {
            return painted;
        }
        let alone = |order: &Order<'_>| {
            let options = options(order.strength);
            self.paint(order.content, order.style, &options, &mut |_| {}, stop)
        };
        orders.iter().map(alone).collect()
    }

    /// Nothing if one of the pictures has to be looked at alone: it is framed beyond a tile, or
    /// its style does not fit.
    fn in_one_pass(
        &self,
        orders: &[Order<'_>],
        side: usize,
        stop: &AtomicBool,
    ) -> Option<Vec<Result<Picture, PaintError>>> {
        let mut codes = Vec::new();
        for order in orders {
            order.style.check_length(self.code_length()).ok()?;
            let code = match order.strength {
                1.0 => order.style.clone(),
                strength => {
                    let own = self.style_of(order.content).ok()?;
                    own.towards(order.style, strength)
                }
            };
            codes.push(code.to_tensor(&self.device));
        }
        let canvases: Vec<_> = orders
            .iter()
            .map(|order| Canvas::of(order.content))
            .collect();
        let (width, height) = (canvases[0].width(), canvases[0].height());
        if strips(width, height, side).len() > 1 {
            return None;
        }
        let window = Window {
            left: 0,
            top: 0,
            width,
            height,
        };
        if stop.load(Ordering::Relaxed) {
            return Some(vec![Err(PaintError::Stopped); orders.len()]);
        }
        let brush = Brush {
            generator: self.generator(),
            device: &self.device,
            style: Tensor::cat(codes, 0),
        };
        let values = brush.paint_whole(&canvases, window);
        let parts = values.chunks(width * height * 3);
        let painted = orders.iter().zip(&canvases).zip(parts);
        let finished = painted.map(|((order, canvas), values)| {
            let mut sheet = canvas.sheet();
            sheet.put(window, window, values)?;
            Ok(with_alpha_of(order.content, sheet.into_picture()))
        });
        Some(finished.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{drawing, paint, painter};
    use utsushi_imaging::Alpha;

    #[test]
    fn each_comes_out_as_it_would_alone() {
        let painter = painter();
        let styles = [1, 2, 3].map(|seed| painter.sampled_style(None, seed).unwrap());
        let hole = Alpha::Eight(
            (0..52 * 40)
                .map(|i| if i % 52 < 20 { 0 } else { 255 })
                .collect(),
        );
        let mut turned = drawing(52, 40);
        turned.rgb_mut().reverse();
        let pictures = [
            drawing(52, 40),
            turned,
            drawing(52, 40).with_alpha(hole).unwrap(),
        ];
        for strengths in [[1.0, 1.0, 1.0], [0.3, 1.0, 0.7], [0.0, 1.0, 2.0]] {
            let order = |index: usize| Order {
                content: &pictures[index],
                style: &styles[index],
                strength: strengths[index],
            };
            let orders = [0, 1, 2].map(order);
            let together = painter.paint_together(&orders, 1024, &AtomicBool::new(false));
            assert_eq!(together.len(), 3);
            for (order, painted) in orders.iter().zip(together) {
                let alone = paint(&painter, order.content, order.style, order.strength);
                assert_eq!(painted, alone, "{strengths:?}");
            }
        }
    }

    /// Networks of the usual width, whose sums are cut into parts for several threads.
    #[test]
    fn wide_networks_paint_the_same_in_company() {
        let config = utsushi_model::ModelConfig {
            styles: 3,
            ..Default::default()
        };
        let device = burn::tensor::Device::flex();
        let mut model = crate::testing::model();
        model.networks = utsushi_model::PainterNetworks::new(&config, 3, &device);
        model.config = config;
        for style in &mut model.styles {
            style.mean = None;
        }
        let painter = Painter::new(model, device).unwrap();
        let style = painter.sampled_style(None, 1).unwrap();
        let content = drawing(200, 136);
        let alone = paint(&painter, &content, &style, 1.0).unwrap();
        let order = Order {
            content: &content,
            style: &style,
            strength: 1.0,
        };
        for painted in painter.paint_together(&[order; 3], 1024, &AtomicBool::new(false)) {
            assert_eq!(painted.as_ref(), Ok(&alone));
        }
    }

    #[test]
    fn sizes_that_differ_and_a_stop() {
        let painter = painter();
        let style = painter.named_style("oil").unwrap();
        let pictures = [drawing(40, 40), drawing(48, 40)];
        let orders = [0, 1].map(|index: usize| Order {
            content: &pictures[index],
            style: &style,
            strength: 1.0,
        });
        let painted = painter.paint_together(&orders, 1024, &AtomicBool::new(false));
        assert_eq!(painted[1].as_ref().unwrap().width(), 48);
        let twice = [orders[0], orders[0]];
        let stopped = painter.paint_together(&twice, 1024, &AtomicBool::new(true));
        assert_eq!(stopped, vec![Err(PaintError::Stopped); 2]);
        assert!(
            painter
                .paint_together(&[], 1024, &AtomicBool::new(false))
                .is_empty()
        );
    }
}
