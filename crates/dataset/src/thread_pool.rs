//! Thread pools for reading and cutting pictures.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::DatasetError;

/// A pool of so many threads, or of as many as there are processors if 0.
pub(crate) fn thread_pool(threads: usize) -> Result<ThreadPool, DatasetError> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| DatasetError::Option {
        option: "threads",
        message: format!("{threads}: {error}; try fewer"),
    })
}
