//! The discrete Fourier transform of series of any length.

use std::f64::consts::PI;

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

impl Complex {
    /// `e^(i angle)`.
    fn turn(angle: f64) -> Complex {
        Complex { re: angle.cos(), im: angle.sin() }
    }

    fn times(self, other: Complex) -> Complex {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }

    fn plus(self, other: Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }

    fn minus(self, other: Complex) -> Complex {
        Complex { re: self.re - other.re, im: self.im - other.im }
    }

    fn conjugate(self) -> Complex {
        Complex { re: self.re, im: -self.im }
    }

    /// The absolute value.
    pub(super) fn size(self) -> f64 {
        (self.re * self.re + self.im * self.im).sqrt()
    }
}

/// The transform of series of one length: `X_k = Σ_t x_t e^(-2πi kt/n)`.
///
/// Lengths that are no power of two go through one that is, by Bluestein's convolution with
/// `e^(πi t²/n)`: L. Bluestein, A linear filtering approach to the computation of discrete Fourier
/// transform, 1970, doi:10.1109/TAU.1970.1162132. Cost: `n log n`.
pub(super) struct Fourier {
    n: usize,
    /// `e^(-2πi k/size)` of the power of two, half of them.
    turns: Vec<Complex>,
    /// `e^(-πi t²/n)`, and the transform of what is convolved with; empty where `n` is a power of
    /// two.
    chirp: Vec<Complex>,
    filter: Vec<Complex>,
}

impl Fourier {
    /// For series of `n` values, at least 1.
    pub(super) fn new(n: usize) -> Fourier {
        let size = if n.is_power_of_two() { n } else { (2 * n).next_power_of_two() };
        let turn = |k: usize| Complex::turn(-2.0 * PI * k as f64 / size as f64);
        let turns = (0..size / 2).map(turn).collect();
        let mut fourier = Fourier { n, turns, chirp: Vec::new(), filter: Vec::new() };
        if size != n {
            // The square modulo `2 n`: beyond it the angle would lose digits.
            let square = |t: usize| (t as u128 * t as u128 % (2 * n as u128)) as f64;
            let chirp: Vec<Complex> =
                (0..n).map(|t| Complex::turn(-PI * square(t) / n as f64)).collect();
            let mut filter = vec![Complex::default(); size];
            for (t, value) in chirp.iter().enumerate() {
                filter[t] = value.conjugate();
                filter[(size - t) % size] = value.conjugate();
            }
            fourier.in_place(&mut filter);
            (fourier.chirp, fourier.filter) = (chirp, filter);
        }
        fourier
    }

    /// The transform of a series.
    pub(super) fn forward(&self, series: &[Complex]) -> Vec<Complex> {
        let mut values = series.to_vec();
        if self.chirp.is_empty() {
            self.in_place(&mut values);
            return values;
        }
        values.iter_mut().zip(&self.chirp).for_each(|(value, chirp)| *value = value.times(*chirp));
        values.resize(self.filter.len(), Complex::default());
        self.in_place(&mut values);
        // The way back is the way there of the conjugate.
        let pairs = values.iter_mut().zip(&self.filter);
        pairs.for_each(|(value, filter)| *value = value.times(*filter).conjugate());
        self.in_place(&mut values);
        values.truncate(self.n);
        let size = self.filter.len() as f64;
        for (value, chirp) in values.iter_mut().zip(&self.chirp) {
            let back = Complex { re: value.re / size, im: -value.im / size };
            *value = back.times(*chirp);
        }
        values
    }

    /// The series that has this transform.
    pub(super) fn inverse(&self, transform: &[Complex]) -> Vec<Complex> {
        let conjugates: Vec<Complex> = transform.iter().map(|value| value.conjugate()).collect();
        let mut values = self.forward(&conjugates);
        let n = self.n as f64;
        values.iter_mut().for_each(|v| *v = Complex { re: v.re / n, im: -v.im / n });
        values
    }

    /// The transform of a power of two, by halves (Cooley and Tukey 1965,
    /// doi:10.1090/S0025-5718-1965-0178586-1).
    fn in_place(&self, values: &mut [Complex]) {
        let size = values.len();
        if size < 2 {
            return;
        }
        let shift = usize::BITS - size.trailing_zeros();
        for at in 0..size {
            let other = at.reverse_bits() >> shift;
            if at < other {
                values.swap(at, other);
            }
        }
        let mut half = 1;
        while half < size {
            let step = size / (2 * half);
            for run in values.chunks_exact_mut(2 * half) {
                let (low, high) = run.split_at_mut(half);
                let turns = self.turns.iter().step_by(step);
                for ((low, high), turn) in low.iter_mut().zip(high).zip(turns) {
                    let turned = high.times(*turn);
                    (*low, *high) = (low.plus(turned), low.minus(turned));
                }
            }
            half *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_equal_their_sums_and_come_back() {
        for n in [1, 2, 3, 5, 8, 12, 31, 64, 100] {
            let value = |t: usize| Complex { re: ((t * 7) % 11) as f64, im: ((t * 5) % 3) as f64 };
            let series: Vec<Complex> = (0..n).map(value).collect();
            let fourier = Fourier::new(n);
            let found = fourier.forward(&series);
            for (k, found) in found.iter().enumerate() {
                let turn = |t: usize| Complex::turn(-2.0 * PI * ((k * t) % n) as f64 / n as f64);
                let wanted = (0..n)
                    .map(|t| series[t].times(turn(t)))
                    .fold(Complex::default(), Complex::plus);
                assert!(found.minus(wanted).size() < 1e-10, "{n}: {found:?}, wanted {wanted:?}");
            }
            for (back, wanted) in fourier.inverse(&found).iter().zip(&series) {
                assert!(back.minus(*wanted).size() < 1e-11, "{n}");
            }
        }
    }
}
