//! Requests that are checked, with all that they leave open decided.

use utsushi_imaging::Picture;

use super::layer::Layer;
use super::{Pipeline, octaves};
use crate::{PaintError, PaintRequest, Style, StyleError};

/// A request that can be painted.
pub(super) struct Prepared<'a> {
    pub(super) content: &'a Picture,
    /// The styles to paint in: of the whole, then of each region. None if nothing is left to paint.
    styles: Vec<Style>,
    /// How much each pixel belongs to each region, `[height, width]`, 0…1.
    masks: Vec<Vec<f32>>,
    /// The part of the painting in the mix with the picture's own colours: the strength where there
    /// is no style code to bring only part of the way, else 1.
    share: f32,
    octaves: u32,
    /// Passes that a layer takes at each size, the largest first.
    passes: Vec<usize>,
    tile: usize,
}

impl<'a> Prepared<'a> {
    /// Checks a request and looks for the face where nothing is said of octaves.
    pub(super) fn new(
        pipeline: &Pipeline<'_>,
        request: &PaintRequest<'a>,
    ) -> Result<Self, PaintError> {
        let (content, options) = (request.content, &request.options);
        options.validate()?;
        let masks = request
            .regions
            .iter()
            .map(|region| region.mask.at(content.width(), content.height()))
            .collect::<Result<_, _>>()?;
        let regions = request.regions.iter().map(|region| (&region.style).into());
        let mut styles: Vec<Style> = [request.style.clone()].into_iter().chain(regions).collect();
        let steering = pipeline.backend.steering();
        for style in &styles {
            match (style, steering) {
                (Style::Code(code), Some(steering)) => code.check_length(steering.code_length())?,
                (Style::Only, None) => {}
                (Style::Only, Some(_)) => return Err(StyleError::NotOneStyle.into()),
                (Style::Code(_), None) => return Err(StyleError::OneStyle.into()),
            }
        }
        let tile = options.tile as usize;
        if options.strength == 0.0 {
            return Ok(Self {
                content,
                styles: Vec::new(),
                masks,
                share: 0.0,
                octaves: 0,
                passes: Vec::new(),
                tile,
            });
        }
        let mut share = options.strength;
        let mut octaves = 0;
        if let Some(steering) = steering {
            share = 1.0;
            octaves = options.octaves.unwrap_or_else(|| steering.octaves(content));
            if options.strength != 1.0 {
                let own = steering.style_of_content(content)?;
                for style in &mut styles {
                    if let Style::Code(code) = style {
                        *code = own.towards(code, options.strength);
                    }
                }
            }
        }
        let sizes = octaves::sizes(content.width(), content.height(), octaves);
        let passes = sizes.iter().map(|&size| pipeline.passes(size, tile));
        Ok(Self {
            content,
            styles,
            masks,
            share,
            octaves,
            passes: passes.collect(),
            tile,
        })
    }

    /// Passes through the networks; one, of nothing, where nothing is left to paint.
    pub(super) fn passes(&self) -> usize {
        (self.styles.len() * self.passes.iter().sum::<usize>()).max(1)
    }

    /// The layers, from below; `request` is the request's number.
    pub(super) fn layers(&self, request: usize) -> impl Iterator<Item = Layer<'_>> {
        let masks = self.masks.iter().map(|mask| Some(&mask[..]));
        let masks = std::iter::once(None).chain(masks);
        self.styles
            .iter()
            .zip(masks)
            .map(move |(style, mask)| Layer {
                request,
                content: self.content,
                style,
                mask,
                octaves: self.octaves,
                whole: self.passes.iter().all(|&passes| passes == 1),
                tile: self.tile,
            })
    }

    /// The painting with the picture's alpha; where a strength below 1 could not be had from a style
    /// code, its colours are mixed with the picture's.
    pub(super) fn finished(&self, mut painted: Picture) -> Picture {
        let share = self.share;
        if share < 1.0 {
            for (new, &old) in painted.rgb_mut().iter_mut().zip(self.content.rgb()) {
                let mixed = f32::from(old) * (1.0 - share) + f32::from(*new) * share;
                *new = mixed.round() as u8;
            }
        }
        match self.content.alpha() {
            None => painted,
            Some(alpha) => painted
                .with_alpha(alpha.clone())
                .expect("the painting has the size of its picture"),
        }
    }
}
