//! Adam (Kingma and Ba 2015, arXiv 1412.6980), sixteen weights at a time.

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// The numbers of one step, the same for all weights:
/// `m = beta_1 m + (1 - beta_1) g`, `v = beta_2 v + (1 - beta_2) g^2`,
/// `w = w - rate m / (sqrt(v) + epsilon)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// Of the first moment.
    pub beta_1: f32,
    /// Of the second moment.
    pub beta_2: f32,
    /// The learning rate, with the corrections that belong to it.
    pub rate: f32,
    /// Added to the second moment's root.
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
}

#[inline(always)]
fn step_body<S: Simd>(s: S, step: AdamStep, weights: Weights<'_>) {
    let Weights { values, gradients, m, v } = weights;
    let len = values.len();
    assert!(len.is_multiple_of(LANES), "whole vectors");
    assert!([gradients.len(), m.len(), v.len()] == [len; 3], "one of each a weight");
    let [beta_1, beta_2] = [step.beta_1, step.beta_2].map(|beta| s.splat(beta));
    let [rest_1, rest_2] = [1.0 - step.beta_1, 1.0 - step.beta_2].map(|rest| s.splat(rest));
    let [rate, epsilon, scale] =
        [step.rate, step.epsilon, step.gradient_scale].map(|value| s.splat(value));
    let values = values.as_chunks_mut::<LANES>().0.iter_mut();
    let moments = m.as_chunks_mut::<LANES>().0.iter_mut().zip(v.as_chunks_mut::<LANES>().0);
    let gradients = gradients.as_chunks::<LANES>().0;
    for ((value, gradient), (m, v)) in values.zip(gradients).zip(moments) {
        let gradient = s.mul(scale, s.load(gradient));
        let first = s.mul_add(beta_1, s.load(m), s.mul(rest_1, gradient));
        let second = s.mul_add(beta_2, s.load(v), s.mul(s.mul(rest_2, gradient), gradient));
        let below = s.add(s.sqrt(second), epsilon);
        s.store(value, s.sub(s.load(value), s.div(s.mul(rate, first), below)));
        s.store(m, first);
        s.store(v, second);
    }
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
                let value = f64::from(before.0[i]) - 0.002 * first / (second.sqrt() + 1e-7);
                assert!((f64::from(m[i]) - first).abs() < 1e-6);
                assert!((f64::from(v[i]) - second).abs() < 1e-6);
                assert!((f64::from(w[i]) - value).abs() < 1e-6, "{i}");
            }
        }
    }
}
