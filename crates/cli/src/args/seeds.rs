//! Seeds, as they are written on the command line.

/// Largest number of seeds: more styles than anybody would look at are a typing error.
const MOST: u64 = 4096;

/// Parses a single seed.
pub fn seed(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let number = text.parse();
    number.map_err(|_| format!("`{text}` is not a whole number from 0 to 2⁶⁴ − 1"))
}

/// One or several seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds(pub Vec<u64>);

impl Seeds {
    /// Parses `7`, `1..16` (both included), or several of these separated by commas.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut seeds = Vec::new();
        for part in text.split(',') {
            let (first, last) = match part.split_once("..") {
                None => (seed(part)?, seed(part)?),
                Some((first, last)) => {
                    (seed(first)?, seed(last.strip_prefix('=').unwrap_or(last))?)
                }
            };
            if first > last {
                return Err(format!("`{part}` goes backwards; write `{last}..{first}`"));
            }
            if last - first >= MOST || seeds.len() as u64 + (last - first) >= MOST {
                return Err(format!("more than {MOST} seeds"));
            }
            seeds.extend(first..=last);
        }
        Ok(Self(seeds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_range_and_a_list() {
        let of = |text| Seeds::parse(text).map(|seeds| seeds.0);
        assert_eq!(of("7"), Ok(vec![7]));
        assert_eq!(of("1..4"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(of("1..=2, 9"), Ok(vec![1, 2, 9]));
        assert_eq!(of("18446744073709551615"), Ok(vec![u64::MAX]));
        for wrong in ["", "a", "-1", "4..1", "1..", "0..18446744073709551615"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
