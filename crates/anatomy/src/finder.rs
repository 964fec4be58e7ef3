//! The anatomy finder, which finds parts and landmarks in pictures of any size.

mod near;
mod seen;
mod view;

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_imaging::{Picture, luma as luma_of};
use utsushi_model::KeptWeights;
use utsushi_weights::{WeightsFile, apply_taking};

use crate::network::POINTS_STRIDE;
use crate::{AnatomyError, AnatomyMaps, AnatomyNetwork, Landmark, Part, PartsMap, located};
use seen::{Ground, Seen, Shares, between, combined, mixed};
use view::View;

/// The weights that the crate comes with.
static WEIGHTS: &[u8] = include_bytes!("../assets/anatomy.safetensors");

/// Bounds of the longer side of the view of the whole picture, in pixels: smaller pictures are
/// enlarged to the first, and larger ones reduced to the second.
const WHOLE: [f64; 2] = [128.0, 256.0];

/// Side of a crop around a face, in pixels.
const CROP: usize = 192;

/// Size of the face in a crop, in pixels.
const FACE: f64 = 64.0;

/// Largest longer side, in pixels, of the grid on which probabilities of several views are
/// combined.
const LONGEST: u32 = 640;

/// Largest number of faces that are looked at closely.
const MOST_FACES: usize = 16;

/// Number of faces that go through the network together.
const TOGETHER: usize = 8;

/// Largest size of a face's box, in longer sides of the picture; larger boxes are ignored.
const LARGEST: f64 = 2.0;

/// Finds parts and landmarks in pictures. A clone shares the network; any number of threads may use
/// it at once.
#[derive(Clone, Debug)]
pub struct AnatomyFinder {
    network: Arc<AnatomyNetwork>,
    _kept: Arc<KeptWeights>,
    device: Device,
    version: u64,
}

/// The anatomy of a picture: the part that each pixel belongs to, and the landmarks of its faces.
#[derive(Clone, Debug, PartialEq)]
pub struct Anatomy {
    /// The part that each pixel belongs to.
    pub parts: PartsMap,
    /// The faces that were looked at, in the order in which they were given.
    pub faces: Vec<FacePoints>,
}

/// A face and the places of its landmarks.
#[derive(Clone, Debug, PartialEq)]
pub struct FacePoints {
    /// The face's box, as it was given: left, top, width and height in pixels.
    pub bounds: [f32; 4],
    /// Places of all landmarks, each at its [`index`](Landmark::index).
    pub points: [PointFound; Landmark::COUNT],
}

/// The place at which a landmark was found, and how surely.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PointFound {
    /// Distance from the picture's left border in pixels; the centre of the first pixel is at 0.5.
    pub x: f32,
    /// Distance from the picture's upper border in pixels; the centre of the first pixel is at 0.5.
    pub y: f32,
    /// Probability, 0…1, that the landmark is there.
    pub confidence: f32,
}

impl FacePoints {
    /// The place of a landmark.
    pub fn point(&self, landmark: Landmark) -> PointFound {
        self.points[landmark.index()]
    }
}

impl AnatomyFinder {
    /// The finder that the crate comes with, on a device without gradients.
    ///
    /// # Errors
    /// None with the crate's own weights; those of [`AnatomyFinder::read`] if the crate's file was
    /// replaced.
    pub fn builtin(device: &Device) -> Result<Self, AnatomyError> {
        let origin = Path::new("built-in network for parts and landmarks");
        Self::filled(WeightsFile::from_bytes(WEIGHTS, origin)?, origin, device)
    }

    /// Reads a finder's weights from a file that `train_anatomy` wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is damaged, or holds other weights.
    pub fn read(path: &Path, device: &Device) -> Result<Self, AnatomyError> {
        Self::filled(WeightsFile::read(path)?, path, device)
    }

    fn filled(mut file: WeightsFile, path: &Path, device: &Device) -> Result<Self, AnatomyError> {
        let version = file.tensors.fingerprint();
        let network = apply_taking(AnatomyNetwork::blank(device), &mut file.tensors, "");
        let network = network.map_err(|reason| AnatomyError::Weights {
            path: path.to_owned(),
            reason,
        })?;
        Ok(Self {
            _kept: Arc::new(KeptWeights::of(&network)),
            network: Arc::new(network),
            device: device.clone(),
            version,
        })
    }

    /// A hash of the weights: finders with different versions may find different things.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Finds the parts of a picture and the landmarks of its faces.
    ///
    /// `faces` are boxes, `[x, y, width, height]` in pixels, from the forehead to the chin and
    /// perhaps beyond the picture, the surest first. The first 16 are looked at closely; those that
    /// are empty, not finite, outside of the picture or much larger than it are passed over. Parts
    /// far from any face are found in a view of the whole picture, which is less exact.
    ///
    /// Pixels that are more than half transparent are background, and white to the network. The
    /// same picture and faces give the same answer. Besides the resulting map, this takes memory
    /// for some 640×640 pixels.
    pub fn find(&self, picture: &Picture, faces: &[[f32; 4]]) -> Anatomy {
        let ground = View::of_ground(picture);
        let small = shown(&ground.colours(picture), &ground);
        let whole = View::of_whole(&small);
        let agreed = |pictures| self.network.agreed(pictures);
        let parts = numbers(self.maps(&small, &[whole], agreed).parts);
        let whole = Seen::new(whole, &parts);
        let mut crops = Vec::new();
        let mut found = Vec::new();
        for face in self.looked_at(picture, faces, agreed) {
            crops.push(Seen::new(face.view.on(&ground), &face.parts));
            found.push(face.points);
        }
        let luma = small.rgb().as_chunks::<3>().0.iter();
        let luma = luma.map(|colour| luma_of(colour.map(|byte| f32::from(byte) / 127.5 - 1.0)));
        let field = Ground {
            width: ground.width,
            height: ground.height,
            luma: luma.collect(),
        };
        Anatomy {
            parts: likeliest(&combined(&field, &whole, &crops), &ground, picture),
            faces: found,
        }
    }

    /// Runs the network, as `forward`, on a crop around each face that is looked at.
    fn looked_at(
        &self,
        picture: &Picture,
        faces: &[[f32; 4]],
        forward: impl Fn(Tensor<4>) -> AnatomyMaps,
    ) -> Vec<LookedAt> {
        let usable = faces.iter().filter_map(|&bounds| {
            let view = View::of_face(bounds, picture)?;
            Some((bounds, view))
        });
        let (bounds, views): (Vec<[f32; 4]>, Vec<View>) = usable.take(MOST_FACES).unzip();
        let mut looked_at = Vec::new();
        for (bounds, views) in bounds.chunks(TOGETHER).zip(views.chunks(TOGETHER)) {
            let maps = self.maps(picture, views, &forward);
            let (parts, points) = (numbers(maps.parts), numbers(maps.landmarks));
            let parts = parts.chunks_exact(parts.len() / views.len());
            let points = points.chunks_exact(points.len() / views.len());
            let maps = parts.zip(points);
            for ((&bounds, view), (parts, points)) in bounds.iter().zip(views).zip(maps) {
                let points = FacePoints {
                    bounds,
                    points: view.points(points),
                };
                looked_at.push(LookedAt {
                    view: *view,
                    parts: parts.to_vec(),
                    points,
                });
            }
        }
        looked_at
    }

    /// Runs the network, as `forward`, on views of a picture that have the same size.
    fn maps(
        &self,
        picture: &Picture,
        views: &[View],
        forward: impl Fn(Tensor<4>) -> AnatomyMaps,
    ) -> AnatomyMaps {
        let values = views.iter().flat_map(|view| view.colours(picture));
        let shape = [views.len(), views[0].height, views[0].width, 3];
        let pictures = TensorData::new(values.collect::<Vec<f32>>(), shape);
        forward(Tensor::from_data(pictures, &self.device))
    }
}

/// A face and its surroundings, with the network's output for them.
struct LookedAt {
    view: View,
    /// Logits of the parts, `[height / 2, width / 2, part]` of the view.
    parts: Vec<f32>,
    points: FacePoints,
}

impl View {
    /// A view of the whole picture, on whose grid probabilities are combined.
    fn of_ground(picture: &Picture) -> Self {
        let sides = [picture.width(), picture.height()];
        let long = sides[0].max(sides[1]);
        let counts = sides.map(|side| {
            let side = u64::from(side) * u64::from(long.min(LONGEST));
            ((side + u64::from(long) / 2) / u64::from(long)).max(1) as usize
        });
        Self {
            origin: [0.0; 2],
            step: [0, 1].map(|axis| f64::from(sides[axis]) / counts[axis] as f64),
            width: counts[0],
            height: counts[1],
        }
    }

    /// A view with the whole picture in its middle, whose sides the network accepts.
    fn of_whole(picture: &Picture) -> Self {
        let sides = [picture.width(), picture.height()].map(f64::from);
        let long = sides[0].max(sides[1]);
        let step = long / long.clamp(WHOLE[0], WHOLE[1]);
        let counts = sides.map(|side| {
            let points = (side / step - 1e-6).ceil() as usize;
            points.max(1).next_multiple_of(AnatomyNetwork::ALIGNMENT)
        });
        Self {
            origin: [0, 1].map(|axis| (sides[axis] - step * counts[axis] as f64) / 2.0),
            step: [step; 2],
            width: counts[0],
            height: counts[1],
        }
    }

    /// A crop with the face in its middle; none if the box cannot be that of a face in the picture.
    fn of_face(bounds: [f32; 4], picture: &Picture) -> Option<Self> {
        let [x, y, width, height] = bounds.map(f64::from);
        let [wide, high] = [picture.width(), picture.height()].map(f64::from);
        let size = (width + height) / 2.0;
        // Comparisons with what is no number are false.
        let inside = x < wide && y < high && x + width > 0.0 && y + height > 0.0;
        let fits = width > 0.0 && height > 0.0 && size <= LARGEST * wide.max(high);
        let step = size / FACE;
        (inside && fits && step >= 1.0 / FACE).then(|| Self {
            origin: [x + width / 2.0, y + height / 2.0].map(|at| at - step * CROP as f64 / 2.0),
            step: [step; 2],
            width: CROP,
            height: CROP,
        })
    }

    /// This view in coordinates of another, `ground`, which shows the whole picture.
    fn on(&self, ground: &Self) -> Self {
        Self {
            origin: [0, 1].map(|axis| self.origin[axis] / ground.step[axis]),
            step: [0, 1].map(|axis| self.step[axis] / ground.step[axis]),
            ..*self
        }
    }

    /// Finds the landmarks, in the picture's pixels, from the landmarks' logits for this view.
    fn points(&self, maps: &[f32]) -> [PointFound; Landmark::COUNT] {
        std::array::from_fn(|index| {
            let map = maps.iter().skip(index).step_by(Landmark::COUNT).copied();
            let map: Vec<f32> = map.collect();
            let Some((place, confidence)) = located(&map, self.width / POINTS_STRIDE) else {
                return PointFound::default();
            };
            let at =
                |axis: usize| (self.origin[axis] + f64::from(place[axis]) * self.step[axis]) as f32;
            let point = PointFound {
                x: at(0),
                y: at(1),
                confidence,
            };
            let finite = [point.x, point.y, point.confidence]
                .iter()
                .all(|value| value.is_finite());
            if finite { point } else { PointFound::default() }
        })
    }
}

/// Converts the colours of a view to a picture.
fn shown(colours: &[f32], view: &View) -> Picture {
    Picture::from_floats(view.width as u32, view.height as u32, colours)
        .expect("a view has three finite colours a point")
}

fn numbers(maps: Tensor<4>) -> Vec<f32> {
    let data = maps.into_data_as::<f32>();
    data.try_into_vec().expect("the data was read as f32")
}

/// The most probable part of each pixel of a picture, from the probabilities on a view of the
/// whole.
fn likeliest(shares: &Shares, ground: &View, picture: &Picture) -> PartsMap {
    let (width, height) = (picture.width(), picture.height());
    let best: Vec<u8> = (0..ground.width * ground.height)
        .map(|at| largest(shares.each_ref().map(|plane| plane[at])))
        .collect();
    let place =
        |at: u32, axis: usize, end: usize| between((f64::from(at) + 0.5) / ground.step[axis], end);
    let across: Vec<_> = (0..width).map(|x| place(x, 0, ground.width)).collect();
    let mut parts = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        let (above, below, down) = place(y, 1, ground.height);
        let [above, below] = [above, below].map(|row| row * ground.width);
        for &(left, right, share) in &across {
            let corners = [above + left, above + right, below + left, below + right];
            let part = best[corners[0]];
            // Where all agree, whatever lies between them does too.
            if corners.iter().all(|&corner| best[corner] == part) {
                parts.push(part);
                continue;
            }
            parts.push(largest(shares.each_ref().map(|plane| {
                let [one, two, three, four] = corners.map(|corner| plane[corner]);
                mixed(mixed(one, two, share), mixed(three, four, share), down)
            })));
        }
    }
    on_what_is_seen(parts, picture)
}

/// Makes the map of a picture's parts; pixels that are more than half transparent become
/// background.
fn on_what_is_seen(mut parts: Vec<u8>, picture: &Picture) -> PartsMap {
    if let Some(alpha) = picture.alpha() {
        for (at, part) in parts.iter_mut().enumerate() {
            if alpha.at(at) <= u16::MAX / 2 {
                *part = Part::Background.index() as u8;
            }
        }
    }
    let map = PartsMap::new(picture.width(), picture.height(), parts);
    map.expect("one part a pixel, of those that there are")
}

/// Index of the largest value, and of the first if several are equal.
fn largest(values: [f32; Part::COUNT]) -> u8 {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best as u8
}

#[cfg(test)]
mod tests;
