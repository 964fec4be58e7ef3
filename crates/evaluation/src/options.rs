//! How much is measured.

use std::path::PathBuf;

use crate::EvaluateError;

/// Settings for [`plan`](crate::plan()) and [`evaluate`](crate::evaluate).
#[derive(Clone, Debug)]
pub struct EvaluateOptions {
    /// Side in pixels at which pictures are repainted and looked at, 16…1024; nothing for the
    /// side the model was trained at.
    pub size: Option<u32>,
    /// Pictures repainted in each style, at least 2; fewer where the set has fewer.
    pub pictures: usize,
    /// Real paintings of each style's training split that outputs are held against, at least 2;
    /// 0 for all.
    pub real: usize,
    /// New paintings to make in each style, where the model makes any; 0 for none.
    pub generated: usize,
    /// Whether to look at faces too: how far landmarks and parts are kept.
    pub faces: bool,
    /// Decides which pictures are chosen and which styles and paintings are made up.
    pub seed: u64,
    /// A folder with another program's outputs, to be measured too.
    pub outputs: Option<PathBuf>,
    /// Whether the report's pages may be shown to anybody: only pictures whose terms allow it.
    pub public: bool,
}

impl Default for EvaluateOptions {
    /// 64 pictures and 64 new paintings a style against 512 paintings, at the model's own size.
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
    /// Pictures looked at.
    pub done: usize,
    /// Pictures in all.
    pub total: usize,
    /// The current subject, in words.
    pub what: String,
}
