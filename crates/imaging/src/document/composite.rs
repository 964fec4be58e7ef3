//! Compositing: merging a stack of layers into one picture.

use super::{Blend, Document, Entry, Group, Layer};
use crate::{Alpha, AnyPicture, DeepPicture, Picture};

/// Number of pixels that are merged at a time, so that nested groups take little memory.
const AT_A_TIME: usize = 1 << 20;

/// Rows of a document during merging: colours that are not multiplied by alpha, and alpha, 0…1.
struct Canvas {
    width: usize,
    /// Index of the first row, from the top of the document.
    top: usize,
    pixels: Vec<[f32; 4]>,
}

/// Merges a document into one picture, without alpha if it is opaque everywhere.
pub(super) fn merged(document: &Document) -> AnyPicture {
    let (width, height) = (document.width, document.height);
    // All casts from floats saturate.
    let merged = if document.is_deep() {
        let (rgb, alpha) = samples(document, |value| (value * 65_535.0 + 0.5) as u16);
        DeepPicture::new(width, height, rgb, Some(alpha)).map(AnyPicture::from)
    } else {
        let (rgb, alpha) = samples(document, |value| (value * 255.0 + 0.5) as u8);
        let picture = Picture::new(width, height, rgb);
        let picture = picture.and_then(|picture| picture.with_alpha(Alpha::Eight(alpha)));
        picture.map(AnyPicture::from)
    };
    merged.expect("of this size").without_opaque_alpha()
}

/// Merges a document to samples, `[height, width, 3]`, and alpha, `[height, width]`.
fn samples<T>(document: &Document, sample: impl Fn(f32) -> T + Copy) -> (Vec<T>, Vec<T>) {
    let (width, height) = (document.width as usize, document.height as usize);
    let rows = (AT_A_TIME / width).max(1);
    let (mut rgb, mut alpha) = (Vec::new(), Vec::new());
    for top in (0..height).step_by(rows) {
        let mut canvas = Canvas::new(width, top, rows.min(height - top));
        canvas.lay(&document.entries);
        for [red, green, blue, share] in canvas.pixels {
            rgb.extend([red, green, blue].map(sample));
            alpha.push(sample(share));
        }
    }
    (rgb, alpha)
}

impl Canvas {
    fn new(width: usize, top: usize, rows: usize) -> Self {
        Self {
            width,
            top,
            pixels: vec![[0.0; 4]; width * rows],
        }
    }

    fn rows(&self) -> usize {
        self.pixels.len() / self.width
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

    /// The rows of a layer within the canvas, counted from the layer's top.
    fn rows_of(&self, layer: &Layer) -> std::ops::Range<i64> {
        let above = self.top as i64 - i64::from(layer.top);
        let (_, height) = layer.picture.size();
        above.max(0)..i64::from(height).min(above + self.rows() as i64)
    }

    /// Whether anything of a stack is visible within the canvas.
    fn shows(&self, entries: &[Entry]) -> bool {
        entries.iter().any(|entry| match entry {
            Entry::Layer(layer) => layer.visible && !self.rows_of(layer).is_empty(),
            Entry::Group(group) => group.visible && self.shows(&group.entries),
        })
    }

    fn layer(&mut self, layer: &Layer) {
        let picture = &layer.picture;
        let columns = i64::from(picture.size().0);
        for row in self.rows_of(layer) {
            let down = row + i64::from(layer.top);
            for column in 0..columns {
                let across = column + i64::from(layer.left);
                if !(0..self.width as i64).contains(&across) {
                    continue;
                }
                let [red, green, blue, own] = picture
                    .at((row * columns + column) as usize)
                    .map(|sample| f32::from(sample) / 65_535.0);
                let mask = layer.mask.as_ref().map_or(255, |it| it.at(across, down));
                let share = own * f32::from(layer.opacity) / 255.0 * f32::from(mask) / 255.0;
                let place = (down as usize - self.top) * self.width + across as usize;
                over(
                    &mut self.pixels[place],
                    [red, green, blue],
                    share,
                    layer.blend,
                );
            }
        }
    }

    fn group(&mut self, group: &Group) {
        if !self.shows(&group.entries) {
            return;
        }
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
        let mut own = Self::new(self.width, self.top, self.rows());
        own.lay(&group.entries);
        for (pixel, [red, green, blue, alpha]) in self.pixels.iter_mut().zip(own.pixels) {
            let share = alpha * f32::from(group.opacity) / 255.0;
            over(pixel, [red, green, blue], share, blend);
        }
    }
}

/// Blends a colour over a pixel.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_laid_at_different_times_are_the_same() {
        // Too wide for all rows at once.
        let width = 1 << 19;
        let rgb = (0..width * 5 * 3u32).map(|value| ((value * 40_503) >> 8) as u8);
        let picture = Picture::new(width, 5, rgb.collect()).unwrap();
        let mut above = Layer::whole("above", Picture::filled(9, 4, [1, 200, 3]));
        (above.left, above.top) = (-4, 2);
        let group = Group {
            name: "group".into(),
            opacity: 128,
            visible: true,
            blend: Some(Blend::Normal),
            entries: vec![Entry::Layer(above)],
        };
        let mut document = Document::single(picture.clone());
        document.entries.push(Entry::Group(group));
        let merged = document.merged().into_eight();
        let row = width as usize * 3;
        assert_eq!(merged.rgb()[..2 * row], picture.rgb()[..2 * row]);
        for top in 2..5 {
            let (found, below) = (&merged.rgb()[top * row..], &picture.rgb()[top * row..]);
            for at in 0..15 {
                let (own, below) = ([1, 200, 3][at % 3], i32::from(below[at]));
                let half = f64::from(below) + f64::from(own - below) * 128.0 / 255.0;
                assert!((f64::from(found[at]) - half).abs() <= 0.51, "{top} {at}");
            }
            assert_eq!(found[15..row], below[15..row]);
        }
    }
}
