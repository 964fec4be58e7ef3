//! Pictures of one size for different people, painted in one pass.

use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Tensor;
use utsushi_imaging::Picture;

use super::Painter;
use super::painting::with_alpha_of;
use crate::brush::Brush;
use crate::canvas::{Canvas, opaque};
use crate::octaves;
use crate::strips::strips;
use crate::window::Window;
use crate::{Order, PaintError, PaintOptions};

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
        let look = |order: &Order<'_>| {
            let given = order.octaves;
            given.unwrap_or_else(|| self.octaves(order.content))
        };
        let octaves: Vec<u32> = orders.iter().map(look).collect();
        let alike = octaves.windows(2).all(|pair| pair[0] == pair[1]);
        if alike
            && Order::fit_together(orders, tile)
            && let Some(painted) = self.in_one_pass(orders, octaves[0], tile as usize, stop)
        {
            return painted;
        }
        let alone = |(order, octaves): (&Order<'_>, u32)| {
            // Found above; those that are out of range stay what they are.
            let options = PaintOptions {
                octaves: Some(octaves),
                ..order.options(tile)
            };
            self.paint(order.content, order.style, &options, &mut |_| {}, stop)
        };
        orders.iter().zip(octaves).map(alone).collect()
    }

    /// Nothing if one of the pictures has to be looked at alone: it is framed beyond a tile, or
    /// its style does not fit.
    fn in_one_pass(
        &self,
        orders: &[Order<'_>],
        octaves: u32,
        side: usize,
        stop: &AtomicBool,
    ) -> Option<Vec<Result<Picture, PaintError>>> {
        let mut codes = Vec::new();
        for order in orders {
            order.style.check_length(self.code_length()).ok()?;
            let code = self.aimed(order.content, order.style, order.strength);
            let code = code.ok()?;
            codes.push(code.to_tensor(&self.device));
        }
        if stop.load(Ordering::Relaxed) {
            return Some(vec![Err(PaintError::Stopped); orders.len()]);
        }
        let brush = Brush {
            generator: self.generator(),
            device: &self.device,
            style: Tensor::cat(codes, 0),
        };
        // A list of sizes for each picture, to a list of pictures for each size.
        let mut sizes: Vec<Vec<Canvas<'_>>> = Vec::new();
        for order in orders {
            let halvings = octaves::halvings(opaque(order.content), octaves);
            sizes.resize_with(halvings.len(), Vec::new);
            for (canvases, picture) in sizes.iter_mut().zip(halvings) {
                canvases.push(Canvas::new(picture));
            }
        }
        let mut painted = vec![Ok(Vec::new()); orders.len()];
        for canvases in sizes {
            if strips(canvases[0].width(), canvases[0].height(), side).len() > 1 {
                return None;
            }
            for (all, one) in painted.iter_mut().zip(at_once(&brush, &canvases)) {
                match (all.as_mut(), one) {
                    (Ok(paintings), Ok(painting)) => paintings.push(painting),
                    (Ok(_), Err(error)) => *all = Err(error),
                    (Err(_), _) => {}
                }
            }
        }
        let finished = orders.iter().zip(painted).map(|(order, paintings)| {
            let painting = octaves::joined(paintings?).expect("a picture has its own size");
            Ok(with_alpha_of(order.content, painting))
        });
        Some(finished.collect())
    }
}

/// Canvases of one size in one pass.
fn at_once(brush: &Brush<'_>, canvases: &[Canvas<'_>]) -> Vec<Result<Picture, PaintError>> {
    let (width, height) = (canvases[0].width(), canvases[0].height());
    let window = Window {
        left: 0,
        top: 0,
        width,
        height,
    };
    let values = brush.paint_whole(canvases, window);
    let parts = values.chunks(width * height * 3);
    let finished = canvases.iter().zip(parts).map(|(canvas, values)| {
        let mut sheet = canvas.sheet();
        sheet.put(window, window, values)?;
        Ok(sheet.into_picture())
    });
    finished.collect()
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
                octaves: None,
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
            octaves: None,
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
            octaves: None,
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
