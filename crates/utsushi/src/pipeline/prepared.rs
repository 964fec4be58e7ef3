//! Prepared requests: checked, with everything that they leave open decided.

use std::cell::OnceCell;
use std::sync::Arc;

use utsushi_anatomy::Anatomy;
use utsushi_imaging::Filter;

use super::bubbles::{Bubbles, keeps_bubbles};
use super::last_faces::LastFaces;
use super::layer::Layer;
use super::octaves::Sizing;
use super::paper::is_on_paper;
use super::{Depth, Pipeline, SkinMask, extent_of, is_painterly, octaves};
use crate::backend::Extent;
use crate::{PaintError, PaintRequest, RegionStyle, Style, StyleError};

/// A request that was checked and can be painted.
pub(super) struct Prepared<'a, P> {
    pub(super) content: &'a P,
    /// The picture at twice its size, if that is painted.
    enlarged: Option<Arc<P>>,
    /// The style of the whole picture; `None` if nothing is left to paint.
    whole: Option<Style>,
    /// Regions in other styles, or kept as they are, from the lowest up; empty if nothing is left
    /// to paint.
    regions: Vec<Region>,
    /// Share of the painting in the mix with the picture's own colours: the strength, unless it is
    /// above 1 and style codes are extrapolated.
    share: f32,
    /// Mask of the picture's skin; `None` if no style says which colour skin has.
    skin: Option<Arc<SkinMask>>,
    /// The picture's speech bubbles; `None` if no style keeps them.
    bubbles: Option<Arc<Bubbles>>,
    /// Whether the picture is drawn in ink on paper; false if no style depends on it.
    on_paper: bool,
    /// The parts of the picture; `None` if no style is lit evenly.
    anatomy: Option<Arc<Anatomy>>,
    keep_colours: bool,
    networks_alone: bool,
    octaves: u32,
    /// Degree to which each pixel belongs to a face, if the picture is enlarged.
    faces: Option<Vec<f32>>,
    /// Number of passes that a layer takes at each size, the largest first.
    passes: Vec<usize>,
    tile: usize,
}

/// A region of the picture, prepared for painting.
struct Region {
    /// The style of the region; `None` keeps the picture as it is.
    style: Option<Style>,
    /// Share of each pixel that belongs to the region, `[height, width]`, 0…1.
    mask: Vec<f32>,
}

impl<'a, P: Depth> Prepared<'a, P> {
    /// Checks a request, and decides what it leaves open, such as the octaves.
    pub(super) fn new(
        pipeline: &Pipeline<'_>,
        request: &PaintRequest<'a, P>,
        last_faces: &mut LastFaces<'a, P>,
    ) -> Result<Self, PaintError> {
        let (content, options) = (request.content, &request.options);
        options.validate()?;
        let steering = pipeline.backend.steering();
        let checked = |style: &Style| match (style, steering) {
            (Style::Code(code), Some(steering)) => code.check_length(steering.code_length()),
            (Style::Only, None) => Ok(()),
            (Style::Only, Some(_)) => Err(StyleError::NotOneStyle),
            (Style::Code(_), None) => Err(StyleError::OneStyle),
        };
        checked(&request.style)?;
        let mut regions = Vec::new();
        for region in request.regions {
            let (width, height) = (content.width(), content.height());
            regions.push(match &region.style {
                RegionStyle::Keep => Region {
                    style: None,
                    mask: region.mask.kept_at(width, height)?,
                },
                RegionStyle::Code(code) => {
                    let (style, mask) = (code.into(), region.mask.at(width, height)?);
                    checked(&style)?;
                    let style = Some(style);
                    Region { style, mask }
                }
            });
        }
        let mut prepared = Self {
            content,
            enlarged: None,
            whole: None,
            regions: Vec::new(),
            share: options.strength,
            skin: None,
            bubbles: None,
            on_paper: false,
            anatomy: None,
            keep_colours: options.keep_colours,
            networks_alone: options.networks_alone,
            octaves: 0,
            faces: None,
            passes: Vec::new(),
            tile: options.tile as usize,
        };
        if options.strength == 0.0 {
            return Ok(prepared);
        }
        let mut whole = request.style.clone();
        if let Some(steering) = steering {
            prepared.share = options.strength.min(1.0);
            // In its own colours, a picture's skin is right.
            let has_skin =
                |style: &Style| !options.keep_colours && pipeline.surface_of(style).skin.is_some();
            let styles = || {
                let of_regions = regions.iter().filter_map(|region| region.style.as_ref());
                of_regions.chain([&request.style])
            };
            let has_skin = styles().any(has_skin) && !options.networks_alone;
            let extents = styles()
                .filter(|_| !options.networks_alone)
                .filter_map(|style| extent_of(&pipeline.surface_of(style), style.part_colours()));
            let extent = extents.max().map(|extent| match extent {
                _ if options.keep_colours => Extent::Faces,
                extent => extent,
            });
            let asks = |style: &Style| is_painterly(&pipeline.surface_of(style));
            let shown = content.eight();
            prepared.on_paper =
                !options.networks_alone && styles().any(asks) && is_on_paper(&shown);
            let has_octaves = options.octaves.is_none() && steering.may_have_octaves(&shown);
            let faces = if has_skin || extent.is_some() || has_octaves {
                last_faces.of(content, steering).faces()
            } else {
                &[]
            };
            let sizing = options.octaves.map_or_else(
                || steering.sizing(&shown, faces, &pipeline.surface_of(&request.style)),
                Sizing::Octaves,
            );
            let sizing = sizing.of_whole(regions.is_empty() && !options.networks_alone);
            prepared.octaves = sizing.octaves();
            let enlarges = matches!(sizing, Sizing::Enlarged(_));
            if enlarges {
                let (picture, found) = last_faces.enlarged(content, steering);
                let size = [picture.width(), picture.height()];
                prepared.faces = Some(octaves::in_faces(found.faces(), size));
                prepared.enlarged = Some(picture);
            }
            if has_skin || extent.is_some() {
                let found = if enlarges {
                    last_faces.enlarged(content, steering).1
                } else {
                    last_faces.of(content, steering)
                };
                let shown = prepared.shown();
                let skin = has_skin.then(|| found.skin(shown)).flatten();
                let keeps = |style: &Style| keeps_bubbles(&pipeline.surface_of(style));
                let has_bubbles = extent.is_some() && styles().any(keeps);
                let bubbles = has_bubbles.then(|| found.bubbles(shown)).flatten();
                prepared.anatomy = extent.and_then(|extent| found.anatomy(shown, steering, extent));
                prepared.skin = skin;
                prepared.bubbles = bubbles;
            }
            // Beyond the style, away from the picture's own.
            if options.strength > 1.0 {
                let own = match request.own_style {
                    Some(own) => own.clone(),
                    None => steering.style_of_content(&content.eight())?,
                };
                own.check_length(steering.code_length())?;
                let styles = regions.iter_mut().filter_map(|it| it.style.as_mut());
                for style in styles.chain([&mut whole]) {
                    if let Style::Code(code) = style {
                        *code = own.towards(code, options.strength);
                    }
                }
            }
        }
        let shown = prepared.shown();
        let sizes = octaves::sizes(shown.width(), shown.height(), prepared.octaves);
        let passes = sizes.iter().map(|&size| {
            let tile = prepared.tile;
            pipeline.passes(size, tile)
        });
        prepared.passes = passes.collect();
        prepared.whole = Some(whole);
        prepared.regions = regions;
        Ok(prepared)
    }

    /// Number of passes through the networks; 1 if nothing is left to paint.
    pub(super) fn passes(&self) -> usize {
        let painted = self.layers(0).filter(|layer| layer.style.is_some());
        (painted.count() * self.passes.iter().sum::<usize>()).max(1)
    }

    /// Iterates over the layers, from the lowest up; `request` is the request's index.
    pub(super) fn layers(&self, request: usize) -> impl Iterator<Item = Layer<'_, P>> {
        let whole = self.whole.iter().map(|style| (Some(style), None));
        let regions = self.regions.iter().map(|region| {
            let mask = Some(&region.mask[..]);
            (region.style.as_ref(), mask)
        });
        let layers = whole.chain(regions);
        layers.map(move |(style, mask)| Layer {
            request,
            content: self.shown(),
            style,
            share: self.share,
            mask,
            skin: self.skin.as_deref(),
            bubbles: self.bubbles.as_deref(),
            on_paper: self.on_paper,
            anatomy: self.anatomy.as_deref(),
            lit: OnceCell::new(),
            keep_colours: self.keep_colours,
            networks_alone: self.networks_alone,
            octaves: self.octaves,
            faces: self.faces.as_deref(),
            whole: self.passes.iter().all(|&passes| passes == 1),
            tile: self.tile,
        })
    }

    /// The picture at the size at which it is painted.
    fn shown(&self) -> &P {
        self.enlarged.as_deref().unwrap_or(self.content)
    }

    /// Gives the painting the picture's size and alpha.
    pub(super) fn finished(&self, painted: P) -> P {
        let (width, height) = (self.content.width(), self.content.height());
        let painted = match self.enlarged {
            Some(_) => painted.resized(width, height, Filter::CatmullRom),
            None => painted,
        };
        painted.with_alpha_of(self.content)
    }
}
