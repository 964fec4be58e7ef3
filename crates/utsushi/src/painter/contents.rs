//! Contents that are read once and painted many times.

use std::borrow::Cow;
use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};
use utsushi_imaging::Picture;
use utsushi_model::Normaliser;

use super::Painter;
use crate::backend::Backend;
use crate::content_code::{ContentCode, SizedContent};
use crate::pipeline::{
    Depth, FramedPicture, LitContent, SkinMask, extent_of, finished, octaves, smoothed,
};
use crate::{PaintError, StyleCode};

impl Painter {
    /// Reads the content of a picture as a whole: memory grows with the picture, which should have
    /// no more pixels than [`PaintOptions::tile`](crate::PaintOptions::tile) squared. Alpha and the
    /// colours of transparent pixels are not used. `octaves` is
    /// [`PaintOptions::octaves`](crate::PaintOptions::octaves). The content is read for painting in
    /// `style`, which decides how much of the picture's texture is content and whether skin
    /// matters; it may be painted in other styles, too.
    pub fn content_of(&self, picture: &Picture, style: &StyleCode, octaves: u32) -> ContentCode {
        let surface = self.surface(style);
        let smoothness = surface.smoothness;
        let extent = extent_of(&surface, style.part_colours());
        let faces = if surface.skin.is_some() || extent.is_some() {
            self.faces(picture)
        } else {
            Vec::new()
        };
        let opaque = Depth::opaque(picture);
        let skin = surface.skin.and_then(|_| SkinMask::of(&*opaque, &faces));
        let anatomy = extent.and_then(|extent| self.anatomy_with(picture, &faces, extent));
        let lit = LitContent::of(picture, anatomy.as_ref(), &surface, style.part_colours());
        let opaque = match &lit {
            Some(lit) => Cow::Borrowed(&lit.content),
            None => opaque,
        };
        let pictures = octaves::halvings(opaque, octaves.min(octaves::MOST));
        let sizes = pictures.into_iter().map(|picture| {
            let framed = FramedPicture::new(smoothed(picture, smoothness), &self.capabilities());
            let window = framed.window();
            let mut values = Vec::new();
            framed.read(window, &mut values);
            let data = TensorData::new(values, [1, window.height, window.width, 3]);
            let pictures = Tensor::from_data(data, &self.device);
            SizedContent {
                content: (self.generator().encoder).forward(pictures, &mut Normaliser::painting()),
                output: framed.output(),
                window,
            }
        });
        ContentCode {
            sizes: sizes.collect(),
            skin,
            lit: lit.map(|lit| (Arc::new(lit), 1.0)).into_iter().collect(),
        }
    }

    /// Paints a content in a style, without alpha. For the content of one picture this gives what
    /// [`Painter::paint`] gives for a picture that is painted whole, with that number of octaves
    /// and without speech bubbles.
    ///
    /// # Errors
    /// The style code has another length, or the networks' output is not finite.
    pub fn paint_content(
        &self,
        content: &ContentCode,
        style: &StyleCode,
    ) -> Result<Picture, PaintError> {
        style.check_length(self.code_length())?;
        let mut paintings = Vec::new();
        for size in &content.sizes {
            let painted = self.generator().decoder.forward(
                &size.content,
                self.conditioning(style),
                &mut Normaliser::painting(),
            );
            let values = painted.into_data_as::<f32>();
            let values: Vec<f32> = values.try_into_vec().expect("the data was read as f32");
            let mut output = size.output.clone();
            output.put(size.window, size.window, &values)?;
            paintings.push(output.into_picture());
        }
        let painting = octaves::joined(paintings, None).expect("a picture has its own size");
        let lit = content.lit.iter();
        let painting = lit.fold(painting, |painting, (lit, weight)| {
            lit.completed(painting, *weight, (style.part_colours(), false))
        });
        let surface = self.surface(style);
        Ok(finished(painting, &surface, content.skin.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{drawing, paint, painter};

    #[test]
    fn a_content_is_painted_as_its_picture_is() {
        let painter = painter();
        let style = painter.named_style("cel").unwrap();
        for (width, height) in [(40, 32), (33, 71), (5, 9)] {
            let picture = drawing(width, height);
            let at_once = paint(&painter, &picture, &style, 1.0).unwrap();
            let content = painter.content_of(&picture, &style, 0);
            assert_eq!(painter.paint_content(&content, &style).unwrap(), at_once);
        }
    }
}
