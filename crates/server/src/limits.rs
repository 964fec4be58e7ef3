//! Limits of requests.

use std::time::Duration;

use utsushi_imaging::DecodeLimits;

/// Bounds of requests. All are held against a request before anything is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes in the body of a request.
    pub body_bytes: usize,
    /// Most bytes of all bodies that are held at a time. Further requests are told to come back.
    pub held_bytes: usize,
    /// Most pixels of one picture.
    pub pixels: u64,
    /// Most references in one request.
    pub references: usize,
    /// Most pictures that a morph passes through.
    pub pictures: usize,
    /// Most frames of a morph.
    pub frames: usize,
    /// Most new paintings on a sheet.
    pub paintings: usize,
    /// Most pixels of all frames of a morph together, of all paintings of a sheet, or of all layers of a
    /// document.
    pub film_pixels: u64,
    /// The time limit for a body to arrive.
    pub upload_time: Duration,
    /// The time after which a client that takes none of an answer is cut off.
    pub stall_time: Duration,
    /// The time limit for waiting and painting together.
    pub work_time: Duration,
    /// The time after which a job that nobody asks for is dropped, finished or not.
    pub job_time: Duration,
    /// Most connections at a time.
    pub connections: usize,
}

impl Default for Limits {
    /// Bodies of 32 MiB, 256 MiB of them at a time; 24 megapixels; eight references; morphs of
    /// eight pictures, 240 frames and 64 megapixels; 16 paintings on a sheet; 30 seconds to upload
    /// and to stall, ten minutes to paint; jobs for two minutes; 1024 connections.
    fn default() -> Self {
        Self {
            body_bytes: 32 << 20,
            held_bytes: 256 << 20,
            pixels: 24_000_000,
            references: 8,
            pictures: 8,
            frames: 240,
            paintings: 16,
            film_pixels: 64_000_000,
            upload_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(30),
            work_time: Duration::from_secs(600),
            job_time: Duration::from_secs(120),
            connections: 1024,
        }
    }
}

impl Limits {
    /// The part of them that decoders look at. Pixels come out of a decoder with up to eight
    /// bytes each.
    pub(crate) fn decoding(&self) -> DecodeLimits {
        DecodeLimits {
            max_pixels: self.pixels,
            max_bytes: self.pixels.saturating_mul(8).max(self.body_bytes as u64),
        }
    }

    /// The same for the layers of a document, which take up to twenty bytes a pixel while they are
    /// unpacked.
    pub(crate) fn decoding_layers(&self) -> DecodeLimits {
        DecodeLimits {
            max_pixels: self.pixels,
            max_bytes: self.film_pixels.max(self.pixels).saturating_mul(20),
        }
    }
}
