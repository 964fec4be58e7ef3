//! Sources of style codes in a painter: references, names, seeds, means and mixes.

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

/// Number of styles drawn for a mean that the model does not have.
const DRAWN: u64 = 64;

impl Painter {
    /// Reads the style of a reference painting of any size.
    ///
    /// A large painting is read around its main face, and a figure on a large empty ground without
    /// the ground ([`Framing::Auto`]). The painting is brought to about the size the networks were
    /// trained at, since line and shading are styles at a scale. Only its visible pixels count:
    /// transparent surroundings are cut off, and holes are filled with the colours around them. A
    /// painting more than twice as long as wide is read in up to five squares, whose codes are
    /// averaged.
    ///
    /// # Errors
    /// [`StyleError::NotFinite`] if the model's weights are damaged.
    pub fn style_of(&self, reference: &Picture) -> Result<StyleCode, StyleError> {
        self.style_of_framed(reference, Framing::Auto)
    }

    /// Reads the style of a reference painting as [`Painter::style_of`] does, with a choice of the
    /// part that counts.
    ///
    /// Models are trained on pictures of faces: in a standing figure, the face alone distinguishes
    /// skin, hair and eyes as these pictures do, while the whole figure has more cloth than face.
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

    /// Reads the style of a painting as [`Painter::style_of_framed`] does, but only the networks'
    /// code, without the colours of parts.
    pub(super) fn code_of(
        &self,
        picture: &Picture,
        framing: Framing,
    ) -> Result<StyleCode, StyleError> {
        let faces = LazyCell::new(|| self.faces_framed(picture, framing));
        Ok(self.code_and_part(picture, framing, &faces)?.0)
    }

    /// Reads the style of a reference painting as [`Painter::style_of_framed`] does, and returns
    /// the part that it was read in, too.
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

    /// Finds the faces in a reference; more thoroughly if only the face counts.
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

    /// The style with this name, as the code of its most typical painting in training; `name:3` is
    /// the third most typical one ([`typical_styles`](Self::typical_styles)). For models without
    /// typical codes, it is the mean over the style's paintings.
    ///
    /// # Errors
    /// The model does not know the name (the error lists those it knows, and the nearest spelling),
    /// or the style was content only, has no code, or has fewer typical codes.
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

    /// The name of the only style that can be painted in, which is meant if none is named; `None`
    /// if there are several.
    pub fn only_style(&self) -> Option<&str> {
        let mut targets = self.targets();
        let (_, first) = targets.next()?;
        targets.next().is_none().then_some(&first.name)
    }

    /// The typical codes of a style, the most typical first, each with the name by which it is
    /// asked for; empty if the model has none.
    ///
    /// # Errors
    /// As [`Painter::named_style`].
    pub fn typical_styles(&self, name: &str) -> Result<Vec<(String, StyleCode)>, StyleError> {
        let typical = self.target(name)?.1.typical.iter().zip(1..);
        let typical = typical.map(|(code, number)| (format!("{name}:{number}"), code.clone()));
        Ok(typical.collect())
    }

    /// Predicts the surface of a style, the look of its paintings at the scale of single pixels.
    /// For models without surfaces, it is one that asks for nothing besides the networks.
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

    /// The mean code of a style's paintings.
    fn mean_of(&self, name: &str) -> Result<StyleCode, StyleError> {
        match &self.target(name)?.1.mean {
            Some(mean) => StyleCode::new(mean.clone()),
            None => Err(StyleError::NoMean {
                name: name.to_owned(),
            }),
        }
    }

    /// Draws a style with the mapping network from noise: of the given name, or of a name that the
    /// seed picks. [`made_up_style`](Self::made_up_style) stays nearer to what was learned.
    ///
    /// The noise depends on the seed alone, on every machine.
    ///
    /// # Errors
    /// As [`Painter::named_style`], except that no mean is needed.
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

    /// The name of the style that [`Painter::sampled_style`] picks for a seed.
    ///
    /// # Errors
    /// The model has no style to paint in.
    pub fn drawn_name(&self, seed: u64) -> Result<&str, StyleError> {
        let mut noise = Noise::new(seed);
        noise.normal(self.model.config.latent_dim);
        let label = self.picked(&mut noise)?;
        Ok(&self.model.styles[label].name)
    }

    /// The label of the style that the noise picks.
    fn picked(&self, noise: &mut Noise) -> Result<usize, StyleError> {
        let targets: Vec<usize> = self.targets().map(|(label, _)| label).collect();
        match targets.len() {
            0 => Err(StyleError::NoStyles),
            count => Ok(targets[noise.index(count)]),
        }
    }

    /// The mean of all styles that the model was trained to paint in, or of a single one: the
    /// centre of truncation and of mixing on the sphere.
    ///
    /// For models without mean codes, it is the mean of styles drawn from noise.
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

    /// Mixes style codes along a path; the sphere is the one around [`Painter::mean_style`].
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

    /// Mixes style codes as [`Painter::blend`] does, with separate weights for each decoder stage,
    /// from the coarsest to the finest.
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

    /// Iterates over the styles that can be painted in, with their labels.
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

/// Reads a style code back from the device.
fn read(code: Tensor<3>) -> Result<StyleCode, StyleError> {
    let data = code.into_data_as::<f32>();
    StyleCode::new(data.try_into_vec().expect("the data was read as f32"))
}
