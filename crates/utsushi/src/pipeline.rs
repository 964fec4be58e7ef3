//! The pipeline, through which all pictures are painted, whatever the backend.
//!
//! A request is checked and prepared ([`prepared`]), which makes one layer of its style and one of
//! each region's. A layer is painted at the picture's own size and at its octaves ([`octaves`]),
//! each framed so that the networks can take it ([`framed`]), in strips or tiles where it is large
//! ([`strips`], [`tiles`]). Layers of one size go through the networks together. Before that, faces
//! are lit as the style lights them ([`light`]). Textures and flat areas at the scale of pixels,
//! which networks cannot paint, are handled before and after them ([`surface`]), and skin is given
//! the colour that it has in the style ([`skin`]), speech bubbles stay paper ([`bubbles`]), and
//! pages in ink stay light ([`paper`]); or all of the painting is given the picture's own colours
//! ([`colours`]). The painted layers are laid over each other ([`canvas`]) and given the picture's
//! alpha.

mod bubbles;
mod canvas;
mod colours;
mod depth;
mod framed;
mod last_faces;
mod layer;
mod light;
pub(crate) mod octaves;
mod paper;
mod prepared;
mod skin;
mod spans;
mod strips;
mod surface;
mod tiles;
mod window;

pub(crate) use colours::in_colours_of;
pub(crate) use depth::Depth;
pub(crate) use framed::{FramedPicture, PaintedPicture};
pub(crate) use light::{
    LitContent, extent_of, is_cel, largest_around, neighbours, pieces, pieces_joined, sampled,
    two_tones,
};
pub(crate) use paper::is_painterly;
pub(crate) use skin::SkinMask;
pub(crate) use surface::{is_brushwork, smoothed};
pub(crate) use window::Window;

use std::borrow::Cow;

use crate::backend::{Backend, Capabilities};
use crate::{BackendError, Monitor, PaintError, PaintRequest, Progress, Style};
use canvas::Canvas;
use last_faces::LastFaces;
use layer::{Layer, groups};
use prepared::Prepared;
use utsushi_model::Surface;

/// Paints all requests, each as if it were painted alone.
pub(crate) fn paint<P: Depth>(
    backend: &dyn Backend,
    requests: &[PaintRequest<'_, P>],
    monitor: &mut dyn Monitor,
) -> Vec<Result<P, PaintError>> {
    let pipeline = Pipeline::new(backend);
    let mut last_faces = LastFaces::default();
    let prepared: Vec<Result<Prepared<'_, P>, PaintError>> = requests
        .iter()
        .map(|request| Prepared::new(&pipeline, request, &mut last_faces))
        .collect();
    let total = prepared.iter().flatten().map(Prepared::passes).sum();
    let mut passes = Passes::begin(monitor, total);
    let mut canvases: Vec<Result<Canvas<P>, PaintError>> = Vec::new();
    let mut layers = Vec::new();
    for (index, prepared) in prepared.iter().enumerate() {
        canvases.push(match prepared {
            Err(error) => Err(error.clone()),
            Ok(prepared) => {
                layers.extend(prepared.layers(index));
                Ok(Canvas::default())
            }
        });
    }
    for group in groups(&layers) {
        let wanted = group.iter().filter(|layer| canvases[layer.request].is_ok());
        let wanted: Vec<&Layer<'_, P>> = wanted.collect();
        for (layer, painted) in wanted.iter().zip(pipeline.paint(&wanted, &mut passes)) {
            let canvas = &mut canvases[layer.request];
            match (canvas.as_mut(), painted) {
                (Ok(canvas), Ok(painted)) => {
                    let surface = pipeline.surface(layer);
                    let painted = match layer.lit(&surface) {
                        Some(lit) => {
                            lit.completed(painted, 1.0, (layer.part_colours(), layer.keep_colours))
                        }
                        None => painted,
                    };
                    let painted = finished(painted, &surface, layer.skin);
                    let painted = match layer.bubbles {
                        Some(bubbles) if bubbles::keeps_bubbles(&surface) => {
                            bubbles.kept(painted, layer.content)
                        }
                        _ => painted,
                    };
                    let painted = if layer.on_paper && is_painterly(&surface) {
                        paper::on_paper(painted, layer.content)
                    } else {
                        painted
                    };
                    let painted = match layer.style {
                        Some(_) if layer.keep_colours => {
                            in_colours_of(layer.content, painted, &surface)
                        }
                        _ => painted,
                    };
                    canvas.add(layer, painted);
                }
                (_, Err(error)) => *canvas = Err(error),
                (Err(_), Ok(_)) => {}
            }
        }
    }
    let finished = prepared.into_iter().zip(canvases);
    let finished = finished.map(|(prepared, canvas)| match canvas?.into_painting() {
        Some(painted) => Ok(prepared?.finished(painted)),
        // Nothing was left to paint.
        None => {
            passes.step(1);
            Ok(prepared?.content.clone())
        }
    });
    finished.collect()
}

/// Adds to a painting what its style's surface asks for besides the networks, which see neither
/// faces nor grids; `skin` is the content's skin.
pub(crate) fn finished<P: Depth>(painting: P, surface: &Surface, skin: Option<&SkinMask>) -> P {
    let painting = match (skin, surface.skin) {
        (Some(mask), Some(colour)) => skin::in_skin_colour(painting, mask, colour),
        _ => painting,
    };
    surface::finished(painting, surface)
}

/// Paints a single request.
pub(crate) fn paint_one<P: Depth>(
    backend: &dyn Backend,
    request: &PaintRequest<'_, P>,
    monitor: &mut dyn Monitor,
) -> Result<P, PaintError> {
    let mut painted = paint(backend, std::slice::from_ref(request), monitor);
    painted.pop().expect("one request has one outcome")
}

/// A backend and its capabilities.
struct Pipeline<'a> {
    backend: &'a dyn Backend,
    capabilities: Capabilities,
}

impl<'a> Pipeline<'a> {
    fn new(backend: &'a dyn Backend) -> Self {
        Self {
            backend,
            capabilities: backend.capabilities(),
        }
    }

    /// Number of passes in which a picture of the given size is painted.
    fn passes(&self, [width, height]: [u32; 2], tile: usize) -> usize {
        let [width, height] = framed::sides([width, height], &self.capabilities);
        if self.backend.steering().is_some() {
            return strips::strips(width, height, tile).len();
        }
        let [columns, rows] = tiles::tiles([width, height], &self.capabilities, tile);
        columns.len() * rows.len()
    }

    /// Paints layers of one size, together if there are several.
    fn paint<P: Depth>(
        &self,
        group: &[&Layer<'_, P>],
        passes: &mut Passes<'_>,
    ) -> Vec<Result<P, PaintError>> {
        if group.len() > 1
            && let Some(painted) = self.together(group, passes)
        {
            return painted;
        }
        let alone = |layer: &&Layer<'_, P>| self.alone(layer, passes);
        group.iter().map(alone).collect()
    }

    /// Paints layers of one size in one pass for each octave. Returns `None` if that fails; each is
    /// then tried alone, so that the error is given to the layer that causes it.
    fn together<P: Depth>(
        &self,
        group: &[&Layer<'_, P>],
        passes: &mut Passes<'_>,
    ) -> Option<Vec<Result<P, PaintError>>> {
        if let Err(stopped) = passes.check() {
            return Some(vec![Err(stopped); group.len()]);
        }
        let styles: Vec<_> = group.iter().filter_map(|it| it.style.cloned()).collect();
        // From a list of sizes for each layer to a list of layers for each size.
        let mut sizes: Vec<Vec<FramedPicture<'_, P>>> = Vec::new();
        for layer in group {
            let pictures = self.at_each_size(layer);
            sizes.resize_with(pictures.len(), Vec::new);
            for (size, picture) in sizes.iter_mut().zip(pictures) {
                size.push(picture);
            }
        }
        let mut painted: Vec<Result<Vec<P>, PaintError>> = vec![Ok(Vec::new()); group.len()];
        for pictures in &sizes {
            let window = pictures[0].window();
            let mut values = Vec::new();
            for picture in pictures {
                picture.read(window, &mut values);
            }
            let values = self.forward(&values, window, &styles).ok()?;
            let parts = values.chunks(window.values());
            for ((all, picture), values) in painted.iter_mut().zip(pictures).zip(parts) {
                let mut output = picture.output();
                match (all.as_mut(), output.put(window, window, values)) {
                    (Ok(paintings), Ok(())) => paintings.push(output.into_picture()),
                    (Ok(_), Err(error)) => *all = Err(error),
                    (Err(_), _) => {}
                }
            }
        }
        passes.step(group.len() * sizes.len());
        let painted = painted.into_iter().zip(group);
        let joined = painted.map(|(paintings, layer)| Ok(joined(paintings?, layer.faces)));
        Some(joined.collect())
    }

    /// Paints one layer at each of its sizes, and joins the paintings.
    fn alone<P: Depth>(
        &self,
        layer: &Layer<'_, P>,
        passes: &mut Passes<'_>,
    ) -> Result<P, PaintError> {
        let Some(style) = layer.style else {
            return Ok(layer.content.clone().without_alpha());
        };
        let mut paintings = Vec::new();
        for picture in self.at_each_size(layer) {
            paintings.push(match self.backend.steering() {
                Some(steering) => self.in_strips(&picture, steering, (style, layer.tile), passes),
                None => self.in_tiles(&picture, (style, layer.tile), passes),
            }?);
        }
        Ok(joined(paintings, layer.faces))
    }

    /// Makes the framed pictures of a layer, at its own size and at its octaves, smoothed and lit
    /// as its style requires.
    fn at_each_size<'b, P: Depth>(&self, layer: &'b Layer<'_, P>) -> Vec<FramedPicture<'b, P>> {
        let surface = self.surface(layer);
        let picture = match layer.lit(&surface) {
            Some(lit) => Cow::Borrowed(&lit.content),
            None => layer.content.opaque(),
        };
        let pictures = octaves::halvings(picture, layer.octaves);
        let smoothness = surface.smoothness;
        let framed =
            |picture| FramedPicture::new(smoothed(picture, smoothness), &self.capabilities);
        pictures.into_iter().map(framed).collect()
    }

    /// The surface of a layer's style.
    fn surface<P>(&self, layer: &Layer<'_, P>) -> Surface {
        match layer.style {
            Some(style) if !layer.networks_alone => self.surface_of(style),
            _ => Surface::default(),
        }
    }

    fn surface_of(&self, style: &Style) -> Surface {
        match (style, self.backend.steering()) {
            (Style::Code(style), Some(steering)) => steering.surface(style),
            _ => Surface::default(),
        }
    }

    fn forward(
        &self,
        values: &[f32],
        window: Window,
        styles: &[Style],
    ) -> Result<Vec<f32>, PaintError> {
        let (width, height) = (window.width, window.height);
        let refused = |reason| PaintError::Network {
            width,
            height,
            reason,
        };
        let painted = self
            .backend
            .forward(window.pixels(values), styles)
            .map_err(refused)?;
        if painted.len() == values.len() {
            return Ok(painted);
        }
        let (found, expected) = (painted.len(), values.len());
        Err(refused(BackendError::new(format!(
            "it gives {found} values for {expected}"
        ))))
    }
}

/// Joins the paintings of all sizes into one.
fn joined<P: Depth>(paintings: Vec<P>, faces: Option<&[f32]>) -> P {
    octaves::joined(paintings, faces).expect("a picture has its own size")
}

/// A count of passes through the networks, reported to a monitor.
struct Passes<'a> {
    monitor: &'a mut dyn Monitor,
    done: usize,
    total: usize,
}

impl<'a> Passes<'a> {
    /// Starts the count and reports that nothing is done yet; without any passes, reports nothing.
    fn begin(monitor: &'a mut dyn Monitor, total: usize) -> Self {
        if total > 0 {
            monitor.progress(Progress { done: 0, total });
        }
        Self {
            monitor,
            done: 0,
            total,
        }
    }

    fn step(&mut self, passes: usize) {
        self.done += passes;
        let Self { done, total, .. } = *self;
        self.monitor.progress(Progress { done, total });
    }

    /// Checks whether the monitor wants to stop.
    ///
    /// # Errors
    /// [`PaintError::Stopped`] if it does.
    fn check(&self) -> Result<(), PaintError> {
        if self.monitor.cancelled() {
            return Err(PaintError::Stopped);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
