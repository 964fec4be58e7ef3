//! Options of an evaluation, and its progress.

use std::path::PathBuf;

use crate::EvaluateError;

/// Options of [`plan`](crate::plan()) and [`evaluate`](crate::evaluate).
#[derive(Clone, Debug)]
pub struct EvaluateOptions {
    /// Side in pixels at which pictures are repainted and measured, 16…1024; by default the side
    /// that the model was trained at.
    pub size: Option<u32>,
    /// Number of pictures repainted in each style, at least 2; fewer if the set has fewer.
    pub pictures: usize,
    /// Number of real training paintings of each style with which outputs are compared, at least 2;
    /// 0 for all.
    pub real: usize,
    /// Number of new paintings in each style, if the model makes any; 0 for none.
    pub generated: usize,
    /// Whether faces are measured, too: how far landmarks and parts are kept.
    pub faces: bool,
    /// Seed that determines which pictures are chosen, and which styles and paintings are drawn.
    pub seed: u64,
    /// A folder with another program's outputs, which are then measured, too.
    pub outputs: Option<PathBuf>,
    /// Whether the report's pages are for the public: they then have only pictures whose terms
    /// allow it.
    pub public: bool,
}

impl Default for EvaluateOptions {
    /// Options for 64 pictures and 64 new paintings of each style, compared with 512 paintings, at
    /// the model's own size.
    fn default() -> Self {
        Self {
            size: None,
            pictures: 64,
            real: 512,
            generated: 64,
            faces: true,
            seed: 0,
            outputs: None,
            public: false,
        }
    }
}

impl EvaluateOptions {
    pub(crate) fn validate(&self) -> Result<(), EvaluateError> {
        let refuse = |option, message| Err(EvaluateError::Option { option, message });
        if let Some(size) = self.size
            && !(16..=1024).contains(&size)
        {
            return refuse("size", format!("{size} is not from 16 to 1024 pixels"));
        }
        if self.pictures < 2 {
            let pictures = self.pictures;
            return refuse(
                "pictures",
                format!("{pictures} a style are too few; a spread needs 2 at least"),
            );
        }
        if self.generated == 1 {
            return refuse(
                "generated",
                "1 new painting is too few; a spread needs 2 at least".to_owned(),
            );
        }
        if self.real == 1 {
            return refuse(
                "real",
                "1 painting is too few; a spread needs 2 at least".to_owned(),
            );
        }
        Ok(())
    }
}

/// Progress of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Number of pictures processed.
    pub done: usize,
    /// Number of pictures in all.
    pub total: usize,
    /// Purpose for which the pictures are being processed, in words.
    pub what: String,
}
