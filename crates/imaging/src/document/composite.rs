//! A pile of layers as it looks.

use super::{Blend, Document, Entry, Group, Layer};
use crate::{Alpha, Picture};

/// Colours that are not multiplied by alpha, and alpha, 0…1.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 4]>,
}

/// The document as it looks: without alpha where nothing is seen through.
pub(super) fn merged(document: &Document) -> Picture {
    let mut canvas = Canvas::new(document.width as usize, document.height as usize);
    canvas.lay(&document.entries);
    let byte = |value: f32| (value * 255.0 + 0.5) as u8;
    let rgb = canvas.pixels.iter().flat_map(|pixel| {
        let [red, green, blue, _] = pixel.map(byte);
        [red, green, blue]
    });
    let rgb = rgb.collect();
    let picture = Picture::new(document.width, document.height, rgb).expect("of this size");
    let alpha: Vec<u8> = canvas.pixels.iter().map(|pixel| byte(pixel[3])).collect();
    if alpha.iter().all(|&value| value == u8::MAX) {
        picture
    } else {
        picture
            .with_alpha(Alpha::Eight(alpha))
            .expect("of this size")
    }
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![[0.0; 4]; width * height],
        }
    }

    fn lay(&mut self, entries: &[Entry]) {
        for entry in entries {
            match entry {
                Entry::Layer(layer) if layer.visible => self.layer(layer),
                Entry::Group(group) if group.visible => self.group(group),
                _ => {}
            }
        }
    }

    fn layer(&mut self, layer: &Layer) {
        let picture = &layer.picture;
        let colours = picture.rgb().as_chunks::<3>().0;
        let (columns, rows) = (i64::from(picture.width()), i64::from(picture.height()));
        for row in 0..rows {
            let down = row + i64::from(layer.top);
            if !(0..self.height as i64).contains(&down) {
                continue;
            }
            for column in 0..columns {
                let across = column + i64::from(layer.left);
                if !(0..self.width as i64).contains(&across) {
                    continue;
                }
                let index = (row * columns + column) as usize;
                let own = match picture.alpha() {
                    Some(alpha) => f32::from(alpha.at(index)) / 65_535.0,
                    None => 1.0,
                };
                let mask = layer.mask.as_ref().map_or(255, |it| it.at(across, down));
                let share = own * f32::from(layer.opacity) / 255.0 * f32::from(mask) / 255.0;
                let colour = colours[index].map(|byte| f32::from(byte) / 255.0);
                let place = down as usize * self.width + across as usize;
                over(&mut self.pixels[place], colour, share, layer.blend);
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let Some(blend) = group.blend else {
            // At full opacity its layers are simply in the pile; else what they change is faded.
            let before = (group.opacity < u8::MAX).then(|| self.pixels.clone());
            self.lay(&group.entries);
            let share = f32::from(group.opacity) / 255.0;
            for (pixel, before) in self.pixels.iter_mut().zip(before.iter().flatten()) {
                for (value, before) in pixel.iter_mut().zip(before) {
                    *value = before + (*value - before) * share;
                }
            }
            return;
        };
        let mut own = Self::new(self.width, self.height);
        own.lay(&group.entries);
        for (pixel, [red, green, blue, alpha]) in self.pixels.iter_mut().zip(own.pixels) {
            let share = alpha * f32::from(group.opacity) / 255.0;
            over(pixel, [red, green, blue], share, blend);
        }
    }
}

/// Lays a colour over a pixel.
fn over(pixel: &mut [f32; 4], colour: [f32; 3], share: f32, blend: Blend) {
    if share <= 0.0 {
        return;
    }
    let [red, green, blue, alpha] = *pixel;
    let below = [red, green, blue];
    let mixed = blend.mixed(below, colour);
    let whole = share + alpha * (1.0 - share);
    for at in 0..3 {
        // Where nothing is below, there is nothing to mix with.
        let own = colour[at] * (1.0 - alpha) + mixed[at] * alpha;
        pixel[at] = ((own * share + below[at] * alpha * (1.0 - share)) / whole).clamp(0.0, 1.0);
    }
    pixel[3] = whole.min(1.0);
}
