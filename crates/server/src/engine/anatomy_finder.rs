//! A shared finder of parts and landmarks.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};
use utsushi::Device;
use utsushi::anatomy::{Anatomy, AnatomyReader};
use utsushi_imaging::Picture;

use super::WorkError;

/// A hash that identifies a picture.
type Fingerprint = [u8; 32];

/// Finds parts and landmarks of pictures. The last result is cached: somebody who moves a slider
/// asks for the parts of the same picture each time.
#[derive(Debug, Default)]
pub(super) struct SharedAnatomyFinder {
    /// The anatomy reader, made when it is first needed; `None` if its networks cannot be read.
    reader: OnceLock<Option<AnatomyReader>>,
    last: Mutex<Option<(Fingerprint, Arc<Anatomy>)>>,
}

impl SharedAnatomyFinder {
    /// Finds the parts of a picture and the landmarks of its faces.
    ///
    /// # Errors
    /// [`WorkError::Fault`] if the networks of the library cannot be read; the log says why.
    pub(super) fn find(&self, picture: &Picture) -> Result<Arc<Anatomy>, WorkError> {
        let fingerprint = fingerprint(picture);
        if let Some((last, anatomy)) = &*self.last()
            && *last == fingerprint
        {
            return Ok(Arc::clone(anatomy));
        }
        let anatomy = Arc::new(self.reader()?.read(picture));
        *self.last() = Some((fingerprint, Arc::clone(&anatomy)));
        Ok(anatomy)
    }

    /// Finds parts and landmarks of a line drawing; the result is not cached.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub(super) fn find_in_lines(&self, drawing: &Picture) -> Result<Anatomy, WorkError> {
        Ok(self.reader()?.read_lines(drawing))
    }

    fn reader(&self) -> Result<&AnatomyReader, WorkError> {
        let reader = self.reader.get_or_init(|| {
            let made = AnatomyReader::builtin(&Device::flex());
            made.inspect_err(|error| tracing::error!("parts and landmarks: {error}"))
                .ok()
        });
        reader.as_ref().ok_or(WorkError::Fault)
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<(Fingerprint, Arc<Anatomy>)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hashes size, pixels and alpha of a picture.
fn fingerprint(picture: &Picture) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(picture.width().to_le_bytes());
    hash.update(picture.height().to_le_bytes());
    hash.update(picture.rgb());
    if let Some(alpha) = picture.alpha() {
        for pixel in 0..picture.rgb().len() / 3 {
            hash.update(alpha.at(pixel).to_le_bytes());
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::Alpha;

    #[test]
    fn what_was_found_last_is_kept_for_the_same_picture_alone() {
        let finder = SharedAnatomyFinder::default();
        let picture = Picture::filled(48, 40, [90, 80, 70]);
        let first = finder.find(&picture).unwrap();
        assert!(Arc::ptr_eq(&first, &finder.find(&picture).unwrap()));
        let lying = Picture::filled(40, 48, [90, 80, 70]);
        let found = finder.find(&lying).unwrap();
        assert_eq!((found.parts.width(), found.parts.height()), (40, 48));
        let clear = Alpha::Eight(vec![0; 48 * 40]);
        let clear = picture.clone().with_alpha(clear).unwrap();
        assert_ne!(fingerprint(&picture), fingerprint(&clear));
        assert_ne!(fingerprint(&picture), fingerprint(&lying));
    }
}
