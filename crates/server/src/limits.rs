//! Limits of requests.

use std::time::Duration;

use utsushi_imaging::DecodeLimits;

/// Limits of requests. All are checked before anything is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest size in bytes of a request's body.
    pub body_bytes: usize,
    /// Largest number of bytes of all bodies in memory at a time. Further requests are asked to
    /// come back.
    pub held_bytes: usize,
    /// Largest number of pixels of one picture.
    pub pixels: u64,
    /// Largest number of references in one request.
    pub references: usize,
    /// Largest number of pictures of a morph.
    pub pictures: usize,
    /// Largest number of frames of a morph.
    pub frames: usize,
    /// Largest number of new paintings on a sheet.
    pub paintings: usize,
    /// Largest number of pixels of all frames of a morph together, of all paintings of a sheet, or
    /// of all layers of a document.
    pub film_pixels: u64,
    /// Time limit for a body to arrive.
    pub upload_time: Duration,
    /// Time after which a client that takes nothing of an answer is disconnected.
    pub stall_time: Duration,
    /// Time limit for waiting and painting together.
    pub work_time: Duration,
    /// Time after which a job that nobody asks for is dropped, finished or not.
    pub job_time: Duration,
    /// Largest number of connections at a time.
    pub connections: usize,
}

impl Default for Limits {
    /// Limits for bodies of 32 MiB, 256 MiB of them at a time; 24 megapixels; eight references;
    /// morphs of eight pictures, 240 frames and 64 megapixels; 16 paintings on a sheet; 30 seconds
    /// to upload and to stall, ten minutes to paint; jobs for two minutes; 1024 connections.
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
    /// The limits for decoders. Decoders use up to eight bytes for each pixel.
    pub(crate) fn decoding(&self) -> DecodeLimits {
        DecodeLimits {
            max_pixels: self.pixels,
            max_bytes: self.pixels.saturating_mul(8).max(self.body_bytes as u64),
        }
    }

    /// The limits for decoding the layers of a document, which take up to twenty bytes a pixel
    /// during decompression.
    pub(crate) fn decoding_layers(&self) -> DecodeLimits {
        DecodeLimits {
            max_pixels: self.pixels,
            max_bytes: self.film_pixels.max(self.pixels).saturating_mul(20),
        }
    }
}
