//! Resizing of pictures.

use fast_image_resize::images::{Image, TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U16x3, U16x4};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::{Alpha, DeepPicture, Picture};

/// A filter for resizing: the weights of the source pixels. When a picture is reduced, every filter
/// widens with the ratio, so that all source pixels count and nothing aliases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// The plain mean of the pixels that a new one covers: soft, never overshoots.
    Box,
    /// Triangular weights: soft, never overshoots.
    Bilinear,
    /// Cubic weights: sharp, overshoots a little.
    CatmullRom,
    /// Windowed sinc: the sharpest, and the default.
    #[default]
    Lanczos3,
}

/// Catmull-Rom weights of four samples in a row for a place between the middle two, `t` of the way
/// from the second to the third, 0…1: [`Filter::CatmullRom`] without a change of size (Catmull and
/// Rom 1974).
pub fn catmull_rom(t: f32) -> [f32; 4] {
    let (squared, cubed) = (t * t, t * t * t);
    [
        -0.5 * t + squared - 0.5 * cubed,
        1.0 - 2.5 * squared + 1.5 * cubed,
        0.5 * t + 2.0 * squared - 1.5 * cubed,
        -0.5 * squared + 0.5 * cubed,
    ]
}

/// Resizes a picture to `width` × `height`, regardless of its aspect ratio, with
/// [`Filter::Lanczos3`]. A side of zero becomes one.
///
/// It works on sRGB values as they are, like most tools that prepare pictures for networks. Colours
/// are weighted by alpha, so that those of transparent pixels do not show at edges; where the
/// result is fully transparent, the hidden colours are resized separately and kept.
pub fn resize(picture: &Picture, width: u32, height: u32) -> Picture {
    resize_with(picture, width, height, Filter::default())
}

/// Resizes a picture as [`resize`] does, with a filter of choice.
pub fn resize_with(picture: &Picture, width: u32, height: u32, filter: Filter) -> Picture {
    let (width, height) = (width.max(1), height.max(1));
    if (width, height) == (picture.width(), picture.height()) {
        return picture.clone();
    }
    match picture.alpha() {
        None => opaque(picture, width, height, filter),
        Some(alpha) if alpha.is_opaque() => {
            let pixels = width as usize * height as usize;
            let whole = match alpha {
                Alpha::Eight(_) => Alpha::Eight(vec![u8::MAX; pixels]),
                Alpha::Sixteen(_) => Alpha::Sixteen(vec![u16::MAX; pixels]),
            };
            with_alpha(opaque(picture, width, height, filter), whole)
        }
        Some(alpha) => veiled(picture, alpha, width, height, filter),
    }
}

/// Resizes a picture of 16 bits a channel as [`resize_with`] does.
pub fn resize_deep(picture: &DeepPicture, width: u32, height: u32, filter: Filter) -> DeepPicture {
    let (width, height) = (width.max(1), height.max(1));
    if (width, height) == (picture.width(), picture.height()) {
        return picture.clone();
    }
    let (rgb, alpha) = match picture.alpha() {
        None => (opaque_deep(picture, width, height, filter), None),
        Some(alpha) if alpha.iter().all(|&value| value == u16::MAX) => {
            let whole = vec![u16::MAX; width as usize * height as usize];
            (opaque_deep(picture, width, height, filter), Some(whole))
        }
        Some(alpha) => {
            let colours = picture.rgb().as_chunks::<3>().0.iter().zip(alpha);
            let pixels: Vec<U16x4> = colours
                .map(|(&[red, green, blue], &alpha)| U16x4::new([red, green, blue, alpha]))
                .collect();
            let size = (picture.width(), picture.height());
            let weighed = weighed(&pixels, size, (width, height), filter);
            let weights: Vec<u16> = weighed.iter().map(|pixel| pixel[3]).collect();
            let hidden = weights
                .contains(&0)
                .then(|| opaque_deep(picture, width, height, filter));
            let mut rgb = Vec::with_capacity(weights.len() * 3);
            for (index, pixel) in weighed.iter().enumerate() {
                match &hidden {
                    Some(hidden) if pixel[3] == 0 => {
                        rgb.extend_from_slice(&hidden[index * 3..index * 3 + 3]);
                    }
                    _ => rgb.extend_from_slice(&pixel[..3]),
                }
            }
            (rgb, Some(weights))
        }
    };
    DeepPicture::new(width, height, rgb, alpha).expect("made at this size")
}

/// The largest size with the same aspect ratio that fits into `width` × `height`; at least 1×1.
pub fn fit_within(size: (u32, u32), width: u32, height: u32) -> (u32, u32) {
    let (from_width, from_height) = (f64::from(size.0.max(1)), f64::from(size.1.max(1)));
    let scale = (f64::from(width) / from_width).min(f64::from(height) / from_height);
    let side = |from: f64, most: u32| ((from * scale).round() as u32).clamp(1, most.max(1));
    (side(from_width, width), side(from_height, height))
}

/// Resizes the colours of a picture, regardless of alpha.
fn opaque(picture: &Picture, width: u32, height: u32, filter: Filter) -> Picture {
    let source =
        TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.rgb())
            .expect("a picture has three bytes a pixel");
    let mut target = Image::new(width, height, PixelType::U8x3);
    let mut view = target
        .typed_image_mut::<U8x3>()
        .expect("made with this pixel type");
    run(filter, |resizer, options| {
        resizer.resize_typed(&source, &mut view, options)
    });
    Picture::new(width, height, target.into_vec()).expect("made at this size")
}

/// Resizes a picture with alpha: colours are weighted by alpha, in 16 bits, since 8 lose the
/// colours of faint pixels.
fn veiled(picture: &Picture, alpha: &Alpha, width: u32, height: u32, filter: Filter) -> Picture {
    let pixels: Vec<U16x4> = picture
        .rgb()
        .as_chunks::<3>()
        .0
        .iter()
        .enumerate()
        .map(|(index, colour)| {
            let [red, green, blue] = colour.map(|byte| u16::from(byte) * 257);
            U16x4::new([red, green, blue, alpha.at(index)])
        })
        .collect();
    let size = (picture.width(), picture.height());
    let weighed = weighed(&pixels, size, (width, height), filter);
    let weights: Vec<u16> = weighed.iter().map(|pixel| pixel[3]).collect();
    // Where nothing is left to weigh, the colours that lie hidden there go on by themselves.
    let hidden = weights
        .contains(&0)
        .then(|| opaque(picture, width, height, filter));
    let mut rgb = Vec::with_capacity(weights.len() * 3);
    for (index, pixel) in weighed.iter().enumerate() {
        match &hidden {
            Some(hidden) if pixel[3] == 0 => {
                rgb.extend_from_slice(&hidden.rgb()[index * 3..index * 3 + 3]);
            }
            _ => rgb.extend(
                pixel[..3]
                    .iter()
                    .map(|&v| crate::picture::sixteen_to_eight(v)),
            ),
        }
    }
    let resized = Picture::new(width, height, rgb).expect("made at this size");
    with_alpha(resized, alpha.like(weights))
}

/// Resizes colours weighted by alpha; returns colours and alpha.
fn weighed(
    pixels: &[U16x4],
    (from_width, from_height): (u32, u32),
    (width, height): (u32, u32),
    filter: Filter,
) -> Vec<[u16; 4]> {
    let source = TypedImageRef::new(from_width, from_height, pixels).expect("one element a pixel");
    let mut target = TypedImage::<U16x4>::new(width, height);
    run(filter, |resizer, options| {
        resizer.resize_typed(&source, &mut target, options)
    });
    target.pixels().iter().map(|pixel| pixel.0).collect()
}

/// Resizes the colours of a picture of 16 bits, regardless of alpha.
fn opaque_deep(picture: &DeepPicture, width: u32, height: u32, filter: Filter) -> Vec<u16> {
    let colours = picture.rgb().as_chunks::<3>().0.iter();
    let pixels: Vec<U16x3> = colours.map(|&colour| U16x3::new(colour)).collect();
    let source = TypedImageRef::new(picture.width(), picture.height(), &pixels)
        .expect("one element a pixel");
    let mut target = TypedImage::<U16x3>::new(width, height);
    run(filter, |resizer, options| {
        resizer.resize_typed(&source, &mut target, options)
    });
    target.pixels().iter().flat_map(|pixel| pixel.0).collect()
}

fn with_alpha(picture: Picture, alpha: Alpha) -> Picture {
    picture.with_alpha(alpha).expect("made at this size")
}

fn run<E: std::fmt::Debug>(
    filter: Filter,
    resize: impl FnOnce(&mut Resizer, &ResizeOptions) -> Result<(), E>,
) {
    let filter = match filter {
        Filter::Box => FilterType::Box,
        Filter::Bilinear => FilterType::Bilinear,
        Filter::CatmullRom => FilterType::CatmullRom,
        Filter::Lanczos3 => FilterType::Lanczos3,
    };
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    resize(&mut Resizer::new(), &options).expect("the whole of a picture is a valid part of it");
}
