//! The fall of the learning rates in a run with a time budget.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use utsushi_files::write_whole;

use crate::RunError;

/// The fall of a run's learning rates. When it begins, the number of remaining steps is fixed from
/// the pace so far, and fixed again when the pace changes. These numbers are recorded here, so that
/// a resumed run makes the same steps at the same rates, whatever the clock says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fall {
    /// The step after which the rates fall.
    pub from: u64,
    /// Number of steps of the whole run, as first fixed.
    pub steps: u64,
    /// Later changes of the number of steps, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<Bend>,
}

/// A change of the number of remaining steps while the rates fall.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bend {
    /// The step after which the change applies.
    pub from: u64,
    /// Share of the fall that is done by then, from 0 to 1.
    pub share: f32,
    /// New number of steps of the whole run.
    pub steps: u64,
}

impl Fall {
    /// A fall after the step `from`, in a run of so many steps.
    pub fn new(from: u64, steps: u64) -> Self {
        let again = Vec::new();
        Self { from, steps, again }
    }

    /// Number of steps of the whole run, as fixed last.
    pub fn last(&self) -> u64 {
        self.again.last().map_or(self.steps, |bend| bend.steps)
    }

    /// Share of the fall that is done at a step, from 0 to 1.
    pub fn share(&self, step: u64) -> f32 {
        let mut bends = self.again.iter().rev();
        let bend = bends.find(|bend| bend.from <= step);
        let (from, share, steps) = match bend {
            Some(bend) => (bend.from, bend.share, bend.steps),
            None => (self.from, 0.0, self.steps),
        };
        if step <= from {
            return share;
        }
        let way = (step - from) as f32 / steps.saturating_sub(from).max(1) as f32;
        share + (1.0 - share) * way.min(1.0)
    }

    /// This fall with another number of steps of the whole run after a step; it continues from
    /// where it is.
    #[must_use]
    pub fn bent(mut self, step: u64, steps: u64) -> Self {
        let share = self.share(step);
        self.again.push(Bend {
            from: step,
            share,
            steps,
        });
        self
    }
}

/// Reads the record; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Fall>, RunError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RunError::io(path, "read")(error)),
    };
    let fall = serde_json::from_slice(&text);
    fall.map(Some)
        .map_err(|error| RunError::io(path, "understand")(error.into()))
}

pub(super) fn write(path: &Path, fall: &Fall) -> Result<(), RunError> {
    let text = serde_json::to_vec(fall).expect("numbers can be written");
    write_whole(path, true, |writer| writer.write_all(&text)).map_err(RunError::io(path, "write"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_that_is_bent_goes_on_from_where_it_is() {
        let fall = Fall::new(10, 20);
        assert_eq!(
            [0, 10, 12, 20, 99].map(|step| fall.share(step)),
            [0.0, 0.0, 0.2, 1.0, 1.0]
        );
        // Half way down, two steps are left instead of five; later four more.
        let fall = fall.bent(15, 17).bent(16, 20);
        assert_eq!(
            [12, 15, 16, 18, 20].map(|step| fall.share(step)),
            [0.2, 0.5, 0.75, 0.875, 1.0]
        );
        assert_eq!((fall.steps, fall.last()), (20, 20));
        // To the end at once: nothing is left.
        assert_eq!(Fall::new(10, 20).bent(15, 15).share(15), 0.5);
    }

    #[test]
    fn files_of_a_straight_fall_are_read_and_written_as_before() {
        let text = r#"{"from":5,"steps":10}"#;
        let fall: Fall = serde_json::from_str(text).unwrap();
        assert_eq!(fall, Fall::new(5, 10));
        assert_eq!(serde_json::to_string(&fall).unwrap(), text);
        let bent = fall.bent(7, 9);
        let again = serde_json::to_string(&bent).unwrap();
        assert_eq!(serde_json::from_str::<Fall>(&again).unwrap(), bent);
    }
}
