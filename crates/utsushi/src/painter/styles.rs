//! Where style codes come from.

use std::cell::LazyCell;

use burn::tensor::{Int, Tensor, TensorData};
use utsushi_imaging::Picture;
use utsushi_model::Surface;

use super::Painter;
use super::large_faces::around_face;
use crate::faces::Face;
use crate::faces::skin::colour;
use crate::noise::Noise;
use crate::reference::{Framing, ReferencePart, figure, views};
use crate::spelling::nearest;
use crate::style_names::{STYLE_NAMES, meant, translated};
use crate::{BlendPath, PaintStyle, PartColours, StyleCode, StyleError};

/// Styles drawn to stand in for a mean.
const DRAWN: u64 = 64;

impl Painter {
    /// The style of a reference painting of any size.
    ///
    /// A large painting is looked at around its main face, and a figure on a large empty ground
    /// without the ground ([`Framing::Auto`]). It is brought to about the size the networks were
    /// trained at, since line and shading are styles at a scale. Only what can be seen of it
    /// counts: transparent surroundings are cut off, and holes are filled with the colours around
    /// them. A painting more than twice as long as wide is looked at in up to five squares, whose
    /// codes are averaged.
    ///
    /// # Errors
    /// [`StyleError::NotFinite`] when the model's weights are damaged.
    pub fn style_of(&self, reference: &Picture) -> Result<StyleCode, StyleError> {
        self.style_of_framed(reference, Framing::Auto)
    }

    /// [`Painter::style_of`], of all of the painting or of its face alone.
    ///
    /// Models are trained on pictures of faces: of a standing figure, the face alone tells skin,
    /// hair and eyes apart as they do, where the whole has more cloth than face.
    ///
    /// # Errors
    /// As [`Painter::style_of`].
    pub fn style_of_framed(
        &self,
        reference: &Picture,
        framing: Framing,
    ) -> Result<StyleCode, StyleError> {
        Ok(self.style_and_part(reference, framing)?.0)
    }

    /// [`Painter::style_of_framed`], without the colours of parts: what the networks read.
    pub(super) fn code_of(
        &self,
        picture: &Picture,
        framing: Framing,
    ) -> Result<StyleCode, StyleError> {
        let faces = LazyCell::new(|| self.faces_framed(picture, framing));
        Ok(self.code_and_part(picture, framing, &faces)?.0)
    }

    /// [`Painter::style_of_framed`], with the part that the style was read in.
    ///
    /// # Errors
    /// As [`Painter::style_of`].
    pub fn style_and_part(
        &self,
        reference: &Picture,
        framing: Framing,
    ) -> Result<(StyleCode, ReferencePart), StyleError> {
        let faces = LazyCell::new(|| self.faces_framed(reference, framing));
        let (code, part) = self.code_and_part(reference, framing, &faces)?;
        let colours = self.part_colours(reference, &faces);
        Ok((code.with_part_colours(colours), part))
    }

    /// The faces in a reference; where the face is all that counts, it is looked for closely.
    fn faces_framed(&self, reference: &Picture, framing: Framing) -> Vec<Face> {
        match framing {
            Framing::Face => (self.face_finder()).map_or_else(Vec::new, |it| it.find(reference)),
            _ => self.faces(reference),
        }
    }

    fn code_and_part(
        &self,
        reference: &Picture,
        framing: Framing,
        faces: &LazyCell<Vec<Face>, impl FnOnce() -> Vec<Face>>,
    ) -> Result<(StyleCode, ReferencePart), StyleError> {
        let seek_face = match framing {
            Framing::Whole => false,
            Framing::Face => true,
            Framing::Auto => self.is_large(reference),
        };
        let face = seek_face.then(|| around_face(reference, faces)).flatten();
        let seek_figure = framing == Framing::Auto && face.is_none();
        let figure = seek_figure.then(|| figure(reference)).flatten();
        let part = match (&face, &figure) {
            (Some(_), _) => ReferencePart::Face,
            (None, Some(_)) => ReferencePart::Figure,
            (None, None) if seek_face => ReferencePart::NoFace,
            (None, None) => ReferencePart::Whole,
        };
        let seen = face.or(figure);
        let mut codes = Vec::new();
        let native = self.model.config.native_size;
        for view in views(seen.as_ref().unwrap_or(reference), native) {
            let shape = [1, view.height() as usize, view.width() as usize, 3];
            let data = TensorData::new(view.to_floats(), shape);
            let painting = Tensor::from_data(data, &self.device);
            let code = self.model.networks.style_encoder.forward(painting);
            codes.push((read(code)?, 1.0));
        }
        Ok((StyleCode::blend(&codes)?, part))
    }

    /// The style of that name, as its most typical painting in training has it; `name:3` is the
    /// third most typical one ([`typical_styles`](Self::typical_styles)). Of a model that keeps no
    /// such codes, the mean over its paintings.
    ///
    /// # Errors
    /// A name the model does not know (the error lists those it does, and the nearest
    /// spelling), one whose pictures were content only, one without a code, or a number beyond
    /// those there are.
    pub fn named_style(&self, name: &str) -> Result<StyleCode, StyleError> {
        let Some((plain, number)) = name.rsplit_once(':') else {
            return match self.target(name)?.1.typical.first() {
                Some(code) => Ok(code.clone()),
                None => self.mean_of(name),
            };
        };
        let typical = &self.target(plain)?.1.typical;
        let choice = number.parse::<usize>().ok();
        match choice.and_then(|choice| typical.get(choice.checked_sub(1)?)) {
            Some(code) => Ok(code.clone()),
            None => Err(StyleError::NoTypical {
                name: plain.to_owned(),
                asked: number.to_owned(),
                count: typical.len(),
            }),
        }
    }

    /// The name of the style that can be painted in, where there is no other: what is meant where none is named.
    pub fn only_style(&self) -> Option<&str> {
        let mut targets = self.targets();
        let (_, first) = targets.next()?;
        targets.next().is_none().then_some(&first.name)
    }

    /// The typical styles of a name, the most typical first, with what each is asked for by; none
    /// where the model keeps none.
    ///
    /// # Errors
    /// As [`Painter::named_style`].
    pub fn typical_styles(&self, name: &str) -> Result<Vec<(String, StyleCode)>, StyleError> {
        let typical = self.target(name)?.1.typical.iter().zip(1..);
        let typical = typical.map(|(code, number)| (format!("{name}:{number}"), code.clone()));
        Ok(typical.collect())
    }

    /// What paintings of a style are like at the scale of pixels: its paintings are made so. All
    /// that the networks paint, in models that say nothing of it.
    pub fn surface(&self, style: &StyleCode) -> Surface {
        let told = self.model.surface.as_ref();
        let mut surface =
            told.map_or_else(Surface::default, |surface| surface.tell(style.values()));
        // What is seen in a painting is surer than what its code tells.
        if let Some(skin) = style.part_colours().and_then(PartColours::skin) {
            surface.skin = surface.skin.map(|_| colour(skin));
        }
        surface
    }

    /// The mean over the paintings of a style.
    fn mean_of(&self, name: &str) -> Result<StyleCode, StyleError> {
        match &self.target(name)?.1.mean {
            Some(mean) => StyleCode::new(mean.clone()),
            None => Err(StyleError::NoMean {
                name: name.to_owned(),
            }),
        }
    }

    /// A style that the mapping network draws from noise: of the given name, or of a name that the
    /// seed picks. [`made_up_style`](Self::made_up_style) stays nearer to what was learned.
    ///
    /// The seed alone decides the noise, on every machine.
    ///
    /// # Errors
    /// As [`Painter::named_style`]; a mean is not needed.
    pub fn sampled_style(&self, name: Option<&str>, seed: u64) -> Result<StyleCode, StyleError> {
        let mut noise = Noise::new(seed);
        // Drawn first, so that the noise is the same whether or not a name is given.
        let latent = noise.normal(self.model.config.latent_dim);
        let label = match name {
            Some(name) => self.target(name)?.0,
            None => self.picked(&mut noise)?,
        };
        let latent = TensorData::new(latent, [1, self.model.config.latent_dim]);
        let latent = Tensor::from_data(latent, &self.device);
        let label = Tensor::<1, Int>::from_data([label as i64], &self.device);
        read(self.model.networks.mapping_network.forward(latent, label))
    }

    /// The name of the style that [`Painter::sampled_style`] takes where it is given a seed alone.
    ///
    /// # Errors
    /// A model without a style to paint in.
    pub fn drawn_name(&self, seed: u64) -> Result<&str, StyleError> {
        let mut noise = Noise::new(seed);
        noise.normal(self.model.config.latent_dim);
        let label = self.picked(&mut noise)?;
        Ok(&self.model.styles[label].name)
    }

    /// The label that the noise picks.
    fn picked(&self, noise: &mut Noise) -> Result<usize, StyleError> {
        let targets: Vec<usize> = self.targets().map(|(label, _)| label).collect();
        match targets.len() {
            0 => Err(StyleError::NoStyles),
            count => Ok(targets[noise.index(count)]),
        }
    }

    /// The style in the middle of all that the model was trained to paint in, or of those of one
    /// name: what truncation leads to and mixing on the sphere turns around.
    ///
    /// Where the model has no mean codes, the mean of styles drawn from noise stands in.
    ///
    /// # Errors
    /// As [`Painter::sampled_style`].
    pub fn mean_style(&self, name: Option<&str>) -> Result<StyleCode, StyleError> {
        let names: Vec<&str> = match name {
            Some(name) => vec![name],
            None => self
                .targets()
                .map(|(_, style)| style.name.as_str())
                .collect(),
        };
        let mut codes = Vec::new();
        for name in names {
            match self.mean_of(name) {
                Err(StyleError::NoMean { .. }) => {
                    for seed in 0..DRAWN {
                        codes.push((self.sampled_style(Some(name), seed)?, 1.0 / DRAWN as f32));
                    }
                }
                mean => codes.push((mean?, 1.0)),
            }
        }
        if codes.is_empty() {
            Err(StyleError::NoStyles)
        } else {
            StyleCode::blend(&codes)
        }
    }

    /// Mixes codes along a path; the sphere is that around [`Painter::mean_style`].
    ///
    /// # Errors
    /// As [`StyleCode::blend`].
    pub fn blend(
        &self,
        codes: &[(StyleCode, f32)],
        path: BlendPath,
    ) -> Result<StyleCode, StyleError> {
        match path {
            BlendPath::Line => StyleCode::blend(codes),
            BlendPath::Sphere => StyleCode::blend_on_sphere(codes, &self.mean_style(None)?),
        }
    }

    /// [`Painter::blend`] with a weight of its own for each decoder stage, from the coarsest to the
    /// finest.
    ///
    /// # Errors
    /// As [`StyleCode::blend`], for any of the stages.
    pub fn blend_stages(
        &self,
        codes: &[(StyleCode, [f32; StyleCode::STAGES])],
        path: BlendPath,
    ) -> Result<StyleCode, StyleError> {
        match path {
            BlendPath::Line => StyleCode::blend_stages(codes),
            BlendPath::Sphere => StyleCode::blend_stages_on_sphere(codes, &self.mean_style(None)?),
        }
    }

    /// The styles that can be painted in, with their labels.
    pub(super) fn targets(&self) -> impl Iterator<Item = (usize, &PaintStyle)> {
        let styles = self.model.styles.iter().enumerate();
        styles.filter(|(_, style)| !style.content_only)
    }

    pub(super) fn target(&self, name: &str) -> Result<(usize, &PaintStyle), StyleError> {
        let called = |name: &str| self.targets().find(|(_, style)| style.name == name);
        let in_another_language = || called(translated(name)?);
        if let Some(found) = called(name).or_else(in_another_language) {
            return Ok(found);
        }
        let names = || self.targets().map(|(_, style)| style.name.as_str());
        let known = names().map(str::to_owned).collect();
        let is_there = |name: &str| self.model.styles.iter().any(|style| style.name == name);
        if is_there(name) || translated(name).is_some_and(is_there) {
            let name = name.to_owned();
            return Err(StyleError::ContentOnly { name, known });
        }
        let meant = meant(name).find(|meant| names().any(|name| name == *meant));
        let nearest = meant.or_else(|| {
            let chinese = STYLE_NAMES.iter().filter(|it| called(it.name).is_some());
            let near = nearest(name, names().chain(chinese.map(|it| it.chinese)));
            near.map(|near| translated(near).unwrap_or(near))
        });
        let (name, nearest) = (name.to_owned(), nearest.map(str::to_owned));
        Err(StyleError::Unknown {
            name,
            known,
            nearest,
        })
    }
}

/// A code back from the device.
fn read(code: Tensor<3>) -> Result<StyleCode, StyleError> {
    let data = code.into_data_as::<f32>();
    StyleCode::new(data.try_into_vec().expect("the data was read as f32"))
}
