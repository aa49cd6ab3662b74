//! Adam (Kingma and Ba 2015, arXiv 1412.6980), sixteen weights at a time.

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// The numbers of one step, the same for all weights:
/// `m = beta_1 m + (1 - beta_1) g`, `v = beta_2 v + (1 - beta_2) g^2`,
/// `w = w - rate m / (sqrt(v) root + epsilon)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// Of the first moment.
    pub beta_1: f32,
    /// Of the second moment.
    pub beta_2: f32,
    /// The learning rate, with the corrections that belong to it.
    pub rate: f32,
    /// The correction of the second moment's root.
    pub root: f32,
    /// Added to the root.
    pub epsilon: f32,
    /// Each gradient is multiplied by it first: below 1 where gradients are clipped.
    pub gradient_scale: f32,
}

/// Weights with their gradients and moments.
#[derive(Debug)]
pub struct Weights<'a> {
    /// The weights.
    pub values: &'a mut [f32],
    /// Their gradients.
    pub gradients: &'a [f32],
    /// First moments.
    pub m: &'a mut [f32],
    /// Second moments.
    pub v: &'a mut [f32],
}

dispatch! {
    /// One step for all weights.
    ///
    /// # Panics
    ///
    /// If the lengths differ or are no multiple of 16.
    pub fn step(step: AdamStep, weights: Weights<'_>) = step_body;

    /// Adds `from` to `to`.
    ///
    /// # Panics
    ///
    /// If the lengths differ or are no multiple of 16.
    pub fn add(from: &[f32], to: &mut [f32]) = add_body;

    /// Adds each column of rows of `width` numbers to `sums`.
    ///
    /// # Panics
    ///
    /// If `width`, the number of sums, is no multiple of 16, or there are no whole rows.
    pub fn add_rows(rows: &[f32], sums: &mut [f32]) = add_rows_body;

    /// The sum of squares, in `f64`.
    pub fn sum_of_squares(values: &[f32]) -> f64 = sum_of_squares_body;
}

#[inline(always)]
fn step_body<S: Simd>(s: S, step: AdamStep, weights: Weights<'_>) {
    let Weights { values, gradients, m, v } = weights;
    let len = values.len();
    assert!(len.is_multiple_of(LANES), "whole vectors");
    assert!([gradients.len(), m.len(), v.len()] == [len; 3], "one of each a weight");
    let [beta_1, beta_2] = [step.beta_1, step.beta_2].map(|beta| s.splat(beta));
    let [rest_1, rest_2] = [1.0 - step.beta_1, 1.0 - step.beta_2].map(|rest| s.splat(rest));
    let [rate, root] = [step.rate, step.root].map(|value| s.splat(value));
    let [epsilon, scale] = [step.epsilon, step.gradient_scale].map(|value| s.splat(value));
    let values = values.as_chunks_mut::<LANES>().0.iter_mut();
    let moments = m.as_chunks_mut::<LANES>().0.iter_mut().zip(v.as_chunks_mut::<LANES>().0);
    let gradients = gradients.as_chunks::<LANES>().0;
    for ((value, gradient), (m, v)) in values.zip(gradients).zip(moments) {
        let gradient = s.mul(scale, s.load(gradient));
        let first = s.mul_add(beta_1, s.load(m), s.mul(rest_1, gradient));
        let second = s.mul_add(beta_2, s.load(v), s.mul(s.mul(rest_2, gradient), gradient));
        let below = s.mul_add(s.sqrt(second), root, epsilon);
        s.store(value, s.sub(s.load(value), s.div(s.mul(rate, first), below)));
        s.store(m, first);
        s.store(v, second);
    }
}

#[inline(always)]
fn add_body<S: Simd>(s: S, from: &[f32], to: &mut [f32]) {
    assert_eq!(from.len(), to.len(), "as many numbers");
    let (to, rest) = to.as_chunks_mut::<LANES>();
    assert!(rest.is_empty(), "whole vectors");
    for (to, from) in to.iter_mut().zip(from.as_chunks::<LANES>().0) {
        let sum = s.add(s.load(to), s.load(from));
        s.store(to, sum);
    }
}

#[inline(always)]
fn add_rows_body<S: Simd>(s: S, rows: &[f32], sums: &mut [f32]) {
    let width = sums.len();
    let (sums, rest) = sums.as_chunks_mut::<LANES>();
    assert!(rest.is_empty() && !sums.is_empty(), "whole vectors");
    assert!(rows.len().is_multiple_of(width), "whole rows");
    let rows = rows.as_chunks::<LANES>().0;
    let groups = sums.len();
    for (group, to) in sums.iter_mut().enumerate() {
        let mut sum = s.load(to);
        for row in rows.iter().skip(group).step_by(groups) {
            sum = s.add(sum, s.load(row));
        }
        s.store(to, sum);
    }
}

#[inline(always)]
fn sum_of_squares_body<S: Simd>(_: S, values: &[f32]) -> f64 {
    let mut sums = [0.0f64; LANES];
    let (groups, rest) = values.as_chunks::<LANES>();
    for group in groups {
        for (sum, &value) in sums.iter_mut().zip(group) {
            *sum += f64::from(value) * f64::from(value);
        }
    }
    let rest: f64 = rest.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn equals_the_formula_in_f64() {
        let step = AdamStep {
            beta_1: 0.9,
            beta_2: 0.999,
            rate: 0.002,
            root: 1.5,
            epsilon: 1e-7,
            gradient_scale: 0.5,
        };
        let series = |factor: f32| (0..48).map(|i| (i as f32 * factor).sin()).collect::<Vec<_>>();
        for level in Level::all() {
            let (mut w, g, mut m) = (series(0.3), series(0.7), series(1.1));
            let mut v: Vec<f32> = series(1.7).iter().map(|v| v * v).collect();
            let before = (w.clone(), m.clone(), v.clone());
            super::step(
                level,
                step,
                Weights { values: &mut w, gradients: &g, m: &mut m, v: &mut v },
            );
            for i in 0..w.len() {
                let g = 0.5 * f64::from(g[i]);
                let first = 0.9 * f64::from(before.1[i]) + 0.1 * g;
                let second = 0.999 * f64::from(before.2[i]) + 0.001 * g * g;
                let value = f64::from(before.0[i]) - 0.002 * first / (second.sqrt() * 1.5 + 1e-7);
                assert!((f64::from(m[i]) - first).abs() < 1e-6);
                assert!((f64::from(v[i]) - second).abs() < 1e-6);
                assert!((f64::from(w[i]) - value).abs() < 1e-6, "{i}");
            }
        }
    }

    #[test]
    fn sums_are_exact_where_f64_is() {
        let values: Vec<f32> = (0..37).map(|i| i as f32).collect();
        for level in Level::all() {
            assert_eq!(sum_of_squares(level, &values), 16_206.0);
            let mut to = vec![1.0; 32];
            add(level, &values[..32], &mut to);
            assert_eq!(to[31], 32.0);
            let mut sums = vec![0.5; 16];
            add_rows(level, &values[..32], &mut sums);
            assert_eq!(sums[15], 15.0 + 31.0 + 0.5);
        }
    }
}
