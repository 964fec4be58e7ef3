//! Normally distributed random numbers.

use rand_chacha::rand_core::Rng;

/// Two independent standard normal numbers from two numbers of the generator (Box and Muller 1958).
///
/// Runs are resumed, and people keep the seeds of styles that they like: the numbers that a seed
/// gives must stay what they are, which is why they do not come from a library that may change how
/// it draws them.
pub fn normal_pair(random: &mut impl Rng) -> [f64; 2] {
    let mut uniform = || (f64::from(random.next_u32()) + 0.5) / 4_294_967_296.0;
    let radius = (-2.0 * uniform().ln()).sqrt();
    let angle = std::f64::consts::TAU * uniform();
    [radius * angle.cos(), radius * angle.sin()]
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn moments_are_those_of_a_normal_distribution() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let pairs: Vec<[f64; 2]> = (0..20_000).map(|_| normal_pair(&mut random)).collect();
        let mean = |of: fn(&[f64; 2]) -> f64| pairs.iter().map(of).sum::<f64>() / 2e4;
        for (power, expected) in [(1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0)] {
            let mean = pairs.iter().flatten().map(|x| x.powi(power)).sum::<f64>() / 4e4;
            assert!((mean - expected).abs() < 0.15, "{power}: {mean}");
        }
        assert!(mean(|[x, y]| x * y).abs() < 0.03);
    }

    #[test]
    fn a_seed_gives_the_same_numbers_in_every_version() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let drawn = normal_pair(&mut random);
        assert_eq!(drawn.map(|x| (x * 1e6).round()), [1_085_611.0, 1_659_405.0]);
    }
}
