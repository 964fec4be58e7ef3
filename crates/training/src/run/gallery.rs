//! Typical codes of a style: codes of single paintings, since the mean of many different codes
//! belongs to no painting.

use utsushi_weights::GALLERY_CODES;

/// Chooses the indices of [`GALLERY_CODES`] codes that stand for all: first the medoid, the code
/// with the least distance to all others; then, among the half that is nearest to it, repeatedly
/// the code that is furthest from those chosen. If there are fewer codes, they are repeated.
pub(super) fn typical(codes: &[&[f32]]) -> Vec<usize> {
    if codes.is_empty() {
        return Vec::new();
    }
    let apart = |one: usize, other: usize| -> f32 {
        let pairs = codes[one].iter().zip(codes[other]);
        pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
    };
    let all = 0..codes.len();
    let spread = |one: usize| -> f32 { all.clone().map(|other| apart(one, other)).sum() };
    let medoid = all.clone().min_by(|a, b| spread(*a).total_cmp(&spread(*b)));
    let mut chosen = vec![medoid.unwrap_or(0)];
    let mut near: Vec<usize> = all.clone().collect();
    near.sort_by(|a, b| apart(chosen[0], *a).total_cmp(&apart(chosen[0], *b)));
    near.truncate((codes.len() / 2).max(GALLERY_CODES));
    while chosen.len() < GALLERY_CODES.min(near.len()) {
        let nearest = |one: usize| {
            let distances = chosen.iter().map(|other| apart(one, *other));
            distances.fold(f32::INFINITY, f32::min)
        };
        let left = near.iter().filter(|index| !chosen.contains(index));
        let next = left.max_by(|a, b| nearest(**a).total_cmp(&nearest(**b)));
        chosen.push(*next.expect("fewer are chosen than there are"));
    }
    chosen.iter().copied().cycle().take(GALLERY_CODES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_in_the_middle_and_the_others_are_unlike_it_but_no_outliers() {
        // Two clusters, a middle, and far outliers.
        let values: [f32; 14] = [
            0.0, 0.1, 0.2, 5.0, 5.1, 4.9, 5.2, 9.8, 9.9, 10.0, 100.0, -100.0, 200.0, -200.0,
        ];
        let codes: Vec<&[f32]> = values.iter().map(std::slice::from_ref).collect();
        let chosen = typical(&codes);
        assert_eq!(chosen.len(), GALLERY_CODES);
        assert!((4.9..=5.2).contains(&values[chosen[0]]), "{chosen:?}");
        assert!(
            chosen.iter().all(|index| values[*index].abs() < 50.0),
            "{chosen:?}"
        );
        let second = values[chosen[1]];
        assert!(!(1.0..9.0).contains(&second), "{second}");
        let mut sorted = chosen.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), GALLERY_CODES, "none twice");
    }

    #[test]
    fn few_codes_come_round_again() {
        let codes: [&[f32]; 2] = [&[1.0], &[2.0]];
        let chosen = typical(&codes);
        assert_eq!(chosen.len(), GALLERY_CODES);
        assert!(chosen.contains(&0) && chosen.contains(&1));
        assert!(typical(&[]).is_empty());
    }
}
