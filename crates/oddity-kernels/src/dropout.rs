//! Dropout whose choices are a function of a key and a place, so that neither threads nor a
//! stored mask matter: the backward pass makes the same choices again.

use crate::simd::LANES;

/// What becomes of each number: kept, it is multiplied by `scale` and `shift` is added;
/// dropped, it is `dropped`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// Share of numbers that are dropped, at least 0 and less than 1.
    pub rate: f32,
    /// Of kept numbers.
    pub scale: f32,
    /// Added to kept numbers.
    pub shift: f32,
    /// In place of dropped numbers.
    pub dropped: f32,
}

impl Dropout {
    /// Dropped numbers are 0, kept ones grow, so that their mean stays (Srivastava et al. 2014,
    /// <https://jmlr.org/papers/v15/srivastava14a.html>).
    pub fn plain(rate: f32) -> Dropout {
        Dropout { rate, scale: 1.0 / (1.0 - rate), shift: 0.0, dropped: 0.0 }
    }

    /// Dropped numbers take SELU's lowest value, and all are moved so that mean 0 and variance
    /// 1 stay (Klambauer et al. 2017, arXiv 1706.02515).
    pub fn alpha(rate: f32) -> Dropout {
        let lowest = -f64::from(crate::activation::SELU_ALPHA * crate::activation::SELU_SCALE);
        let rate_64 = f64::from(rate);
        let scale = ((1.0 - rate_64) * (1.0 + rate_64 * lowest * lowest)).powf(-0.5);
        let shift = -scale * lowest * rate_64;
        Dropout {
            rate,
            scale: scale as f32,
            shift: shift as f32,
            dropped: (scale * lowest + shift) as f32,
        }
    }

    /// Applies it in place to numbers at the places `first`, `first + 1`, and so on.
    ///
    /// # Panics
    ///
    /// If `first` or the number of numbers is no multiple of 16.
    pub fn apply(self, key: u64, first: u64, values: &mut [f32]) {
        self.each(key, first, values, |value, kept| {
            if kept { value * self.scale + self.shift } else { self.dropped }
        });
    }

    /// Turns gradients of what [`apply`](Dropout::apply) made into those of what it read.
    ///
    /// # Panics
    ///
    /// As [`apply`](Dropout::apply).
    pub fn backward(self, key: u64, first: u64, gradients: &mut [f32]) {
        self.each(key, first, gradients, |value, kept| if kept { value * self.scale } else { 0.0 });
    }

    fn each(self, key: u64, first: u64, values: &mut [f32], f: impl Fn(f32, bool) -> f32) {
        // A number is kept where a number of 32 bits from its place is at least this.
        let least = (f64::from(self.rate) * 4_294_967_296.0) as u64;
        let (groups, rest) = values.as_chunks_mut::<LANES>();
        assert!(rest.is_empty() && first.is_multiple_of(LANES as u64), "whole vectors");
        for (group, values) in groups.iter_mut().enumerate() {
            // One draw serves two numbers.
            let at = (first / 2).wrapping_add((group * LANES / 2) as u64);
            for (pair, two) in values.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                let draw = mix(key.wrapping_add(at.wrapping_add(pair as u64).wrapping_mul(STEP)));
                two[0] = f(two[0], least <= draw & 0xffff_ffff);
                two[1] = f(two[1], least <= draw >> 32);
            }
        }
    }
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 1 << 16;

    #[test]
    fn drops_the_stated_share_and_keeps_the_mean() {
        let mut values = vec![1.0f32; N];
        Dropout::plain(0.2).apply(7, 0, &mut values);
        let dropped = values.iter().filter(|&&value| value == 0.0).count() as f64 / N as f64;
        assert!((dropped - 0.2).abs() < 0.006, "{dropped}");
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / N as f64;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
    }

    #[test]
    fn alpha_keeps_mean_and_variance() {
        // Sums of twelve draws: mean 0, variance 1.
        let draw = |i: u64| (mix(i.wrapping_mul(STEP)) >> 40) as f64 / 16_777_216.0;
        let normal = |i: u64| (0..12).map(|part| draw(i * 12 + part)).sum::<f64>() - 6.0;
        let mut values: Vec<f32> = (0..N as u64).map(|i| normal(i) as f32).collect();
        Dropout::alpha(0.3).apply(7, 0, &mut values);
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / N as f64;
        let square = values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>() / N as f64;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((square - mean * mean - 1.0).abs() < 0.03, "{square}");
    }

    #[test]
    fn choices_depend_on_the_place_alone_and_backward_makes_them_again() {
        let dropout = Dropout::plain(0.4);
        let mut whole = vec![1.0f32; 64];
        dropout.apply(3, 32, &mut whole);
        let mut parts = vec![1.0f32; 64];
        let (front, back) = parts.split_at_mut(16);
        dropout.apply(3, 48, back);
        dropout.apply(3, 32, front);
        assert_eq!(parts, whole);
        let mut gradient = vec![1.0f32; 64];
        dropout.backward(3, 32, &mut gradient);
        assert_eq!(gradient, whole);
    }
}
