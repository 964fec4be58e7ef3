//! Reasons why a picture is left out of a prepared set.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason why a picture was left out. Written to `report.jsonl` as `{"reason": …, …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum DropReason {
    /// The file or zip member cannot be read, or is not a picture.
    Unreadable {
        /// The reader's or decoder's error.
        detail: String,
    },
    /// A zip member that no honest archive has: its name leaves the archive, or it is a link.
    Refused {
        /// The fault of the member.
        detail: String,
    },
    /// The file is larger than the limit for one picture, whatever its header claims.
    TooLarge {
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// After the crop, the shorter side is below the sets file's `min_size`.
    TooSmall {
        /// Width after the crop, in pixels.
        width: u32,
        /// Height after the crop, in pixels.
        height: u32,
        /// The shortest side allowed, in pixels.
        min_size: u32,
    },
    /// There is nothing to see: almost the same brightness everywhere.
    Blank {
        /// Standard deviation of the brightness in hundredths of a level of 0…255.
        deviation_hundredths: u32,
    },
    /// A file with the same bytes is already in the style.
    Duplicate {
        /// The member that is kept instead.
        of: String,
    },
    /// The picture looks like one that is already in the style.
    NearDuplicate {
        /// The member that is kept instead.
        of: String,
        /// Number of differing bits of the two fingerprints, of 128.
        distance: u32,
    },
}

impl DropReason {
    /// The reason's short name, as in the report: `too-small`, `near-duplicate`…
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Refused { .. } => "refused",
            Self::TooLarge { .. } => "too-large",
            Self::TooSmall { .. } => "too-small",
            Self::Blank { .. } => "blank",
            Self::Duplicate { .. } => "duplicate",
            Self::NearDuplicate { .. } => "near-duplicate",
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { detail } => write!(formatter, "unreadable: {detail}"),
            Self::Refused { detail } => write!(formatter, "refused: {detail}"),
            Self::TooLarge { limit_bytes } => {
                write!(formatter, "too large: more than {limit_bytes} bytes")
            }
            Self::TooSmall {
                width,
                height,
                min_size,
            } => write!(
                formatter,
                "too small: {width}×{height} pixels after the crop, the shorter side must be at \
                 least {min_size}"
            ),
            Self::Blank {
                deviation_hundredths,
            } => write!(
                formatter,
                "blank: its brightness varies by only {:.2} of 255",
                f64::from(*deviation_hundredths) / 100.0
            ),
            Self::Duplicate { of } => write!(formatter, "the same file as `{of}`"),
            Self::NearDuplicate { of, distance } => {
                write!(
                    formatter,
                    "looks like `{of}` ({distance} of 128 bits differ)"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_tag_in_the_report() {
        let reasons = [
            DropReason::Unreadable { detail: "x".into() },
            DropReason::Refused { detail: "x".into() },
            DropReason::TooLarge { limit_bytes: 1 },
            DropReason::TooSmall {
                width: 1,
                height: 2,
                min_size: 3,
            },
            DropReason::Blank {
                deviation_hundredths: 12,
            },
            DropReason::Duplicate { of: "a".into() },
            DropReason::NearDuplicate {
                of: "a".into(),
                distance: 2,
            },
        ];
        for reason in reasons {
            let value = serde_json::to_value(&reason).unwrap();
            assert_eq!(value["reason"], reason.name());
            assert_eq!(serde_json::from_value::<DropReason>(value).unwrap(), reason);
        }
    }
}
