//! Noise of instruments, by whole-number arithmetic.

use oddity_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// A source of nearly normal draws: the sum of four uniform ones, so that no draw is further
/// than 3.47 standard deviations from the mean.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    rng: ChaCha8Rng,
    level: f64,
}

/// The standard deviation of the sum of four draws from 0 to 65,535: 65,536 / sqrt(3).
const DEVIATION: f64 = 37_837.226_876_7;

impl Noise {
    /// A source whose draws are `level` times as large as asked for.
    pub(super) fn new(seed: Seed, level: f64) -> Noise {
        Noise { rng: seed.rng(), level }
    }

    /// A draw with mean 0 and this standard deviation.
    pub(super) fn normal(&mut self, deviation: f64) -> f64 {
        let bits = self.rng.next_u64();
        let part = |shift: u32| (bits >> shift) & 0xffff;
        let sum = part(0) + part(16) + part(32) + part(48);
        (sum as f64 - 131_070.0) * (deviation * self.level / DEVIATION)
    }
}

/// The sine of so many turns, within 0.0011 of the true one, by a polynomial: the sine of the
/// standard library differs between platforms.
pub(super) fn sine(turns: f64) -> f64 {
    let turn = turns - turns.floor();
    let x = 2.0 * turn - 1.0;
    let parabola = -4.0 * x * (1.0 - x.abs());
    parabola * (0.775 + 0.225 * parabola.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_mean_and_deviation_asked_for() {
        let mut noise = Noise::new(Seed(1), 1.0);
        let draws: Vec<f64> = (0..100_000).map(|_| noise.normal(2.0)).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|draw| draw * draw).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.03 && (variance - 4.0).abs() < 0.06, "{mean} {variance}");
        assert!(draws.iter().all(|draw| draw.abs() < 2.0 * 3.47));
    }

    #[test]
    fn the_sine_is_close_to_the_true_one() {
        for step in -50..250 {
            let turns = f64::from(step) / 100.0;
            let truth = (turns * std::f64::consts::TAU).sin();
            assert!((sine(turns) - truth).abs() < 0.0012, "{turns}: {} {truth}", sine(turns));
        }
    }
}
