//! Activations and their derivatives, sixteen numbers at a time.
//!
//! Largest absolute errors over all finite `f32`, at every level (tests): sigmoid 2e-7, tanh
//! 4e-7, SELU 4e-7, and 0 for the others but for rounding. What is not a number stays so.

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// What a layer applies to each of its sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`.
    #[default]
    Linear,
    /// `max(0, x)`.
    Relu,
    /// `tanh(x)`.
    Tanh,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `clip(0.2 x + 0.5, 0, 1)`, the piecewise linear sigmoid of Keras 2.
    HardSigmoid,
    /// `s x` for positive `x`, else `s a (exp(x) - 1)`, with the constants [`SELU_SCALE`] and
    /// [`SELU_ALPHA`] (Klambauer et al. 2017, arXiv 1706.02515).
    Selu,
}

/// `s` of [`Activation::Selu`].
pub const SELU_SCALE: f32 = 1.050_701;
/// `a` of [`Activation::Selu`].
pub const SELU_ALPHA: f32 = 1.673_263_2;

dispatch! {
    /// Applies the activation to each number in place.
    ///
    /// # Panics
    ///
    /// If the number of numbers is no multiple of 16.
    pub fn activate(activation: Activation, values: &mut [f32]) = activate_body;

    /// Multiplies each gradient by the derivative of the activation where its output is `y`.
    ///
    /// # Panics
    ///
    /// If the lengths differ or are no multiple of 16.
    pub fn activate_backward(activation: Activation, y: &[f32], gradient: &mut [f32])
        = backward_body;
}

#[inline(always)]
fn activate_body<S: Simd>(s: S, activation: Activation, values: &mut [f32]) {
    let (groups, rest) = values.as_chunks_mut::<LANES>();
    assert!(rest.is_empty(), "whole vectors");
    // The choice stands outside the loop, so that each loop is compiled for one activation.
    macro_rules! each {
        ($f:expr) => {
            for group in groups {
                let value = s.load(group);
                s.store(group, $f(s, value));
            }
        };
    }
    match activation {
        Activation::Linear => {}
        Activation::Relu => each!(relu),
        Activation::Tanh => each!(tanh),
        Activation::Sigmoid => each!(sigmoid),
        Activation::HardSigmoid => each!(hard_sigmoid),
        Activation::Selu => each!(selu),
    }
}

#[inline(always)]
fn backward_body<S: Simd>(s: S, activation: Activation, y: &[f32], gradient: &mut [f32]) {
    assert_eq!(y.len(), gradient.len(), "one gradient an output");
    let (groups, rest) = gradient.as_chunks_mut::<LANES>();
    assert!(rest.is_empty(), "whole vectors");
    for (group, y) in groups.iter_mut().zip(y.as_chunks::<LANES>().0) {
        let slope = slope(s, activation, s.load(y));
        s.store(group, s.mul(s.load(group), slope));
    }
}

/// The activation of `x`. Where `activation` is a constant, so is the choice.
#[inline(always)]
pub(crate) fn apply<S: Simd>(s: S, activation: Activation, x: S::V) -> S::V {
    match activation {
        Activation::Linear => x,
        Activation::Relu => relu(s, x),
        Activation::Tanh => tanh(s, x),
        Activation::Sigmoid => sigmoid(s, x),
        Activation::HardSigmoid => hard_sigmoid(s, x),
        Activation::Selu => selu(s, x),
    }
}

/// The derivative, from the output `y`.
#[inline(always)]
pub(crate) fn slope<S: Simd>(s: S, activation: Activation, y: S::V) -> S::V {
    let (zero, one) = (s.splat(0.0), s.splat(1.0));
    match activation {
        Activation::Linear => one,
        Activation::Relu => s.if_positive(y, one, zero),
        Activation::Tanh => s.neg_mul_add(y, y, one),
        Activation::Sigmoid => s.neg_mul_add(y, y, y),
        Activation::HardSigmoid => {
            let below_one = s.if_positive(s.sub(one, y), s.splat(0.2), zero);
            s.if_positive(y, below_one, zero)
        }
        Activation::Selu => {
            let negative = s.add(y, s.splat(SELU_SCALE * SELU_ALPHA));
            s.if_positive(y, s.splat(SELU_SCALE), negative)
        }
    }
}

#[inline(always)]
fn relu<S: Simd>(s: S, x: S::V) -> S::V {
    s.max(s.splat(0.0), x)
}

#[inline(always)]
fn hard_sigmoid<S: Simd>(s: S, x: S::V) -> S::V {
    let line = s.mul_add(s.splat(0.2), x, s.splat(0.5));
    s.min(s.splat(1.0), s.max(s.splat(0.0), line))
}

#[inline(always)]
fn sigmoid<S: Simd>(s: S, x: S::V) -> S::V {
    let exp = exp2(s, s.mul(x, s.splat(-core::f32::consts::LOG2_E)));
    s.reciprocal(s.add(s.splat(1.0), exp))
}

#[inline(always)]
fn selu<S: Simd>(s: S, x: S::V) -> S::V {
    let exp = exp2(s, s.mul(x, s.splat(core::f32::consts::LOG2_E)));
    let negative =
        s.mul_add(s.splat(SELU_SCALE * SELU_ALPHA), exp, s.splat(-SELU_SCALE * SELU_ALPHA));
    s.if_positive(x, s.mul(s.splat(SELU_SCALE), x), negative)
}

/// `x p(x^2) / q(x^2)` on the interval outside which tanh is 1 in `f32`; the coefficients
/// are the ones that Eigen and XLA use.
#[inline(always)]
fn tanh<S: Simd>(s: S, x: S::V) -> S::V {
    const END: f32 = 7.905_311;
    // In this order what is not a number stays so.
    let x = s.max(s.splat(-END), s.min(s.splat(END), x));
    let square = s.mul(x, x);
    let p = [
        -2.760_768_5e-16,
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297_1e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ];
    let q = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];
    let odd = s.mul(polynomial(s, square, &p), x);
    s.mul(odd, s.reciprocal(polynomial(s, square, &q)))
}

/// `2^t`, at least `2^-126` and at most `2^126`.
#[inline(always)]
pub(crate) fn exp2<S: Simd>(s: S, t: S::V) -> S::V {
    let t = s.max(s.splat(-126.0), s.min(s.splat(126.0), t));
    let whole = s.round(t);
    // 2^r for r within a half of 0, by the minimax polynomial of degree 6.
    let p = [
        1.535_336_2e-4,
        1.339_887_4e-3,
        9.618_437e-3,
        5.550_332_5e-2,
        2.402_264_8e-1,
        core::f32::consts::LN_2,
        1.0,
    ];
    s.scale(polynomial(s, s.sub(t, whole), &p), whole)
}

/// The polynomial with these coefficients, the highest power's first.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(s: S, x: S::V, coefficients: &[f32; N]) -> S::V {
    let mut sum = s.splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = s.mul_add(sum, x, s.splat(coefficient));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    const ALL: [Activation; 6] = [
        Activation::Linear,
        Activation::Relu,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::HardSigmoid,
        Activation::Selu,
    ];

    fn exact(activation: Activation, x: f64) -> f64 {
        match activation {
            Activation::Linear => x,
            Activation::Relu => x.max(0.0),
            Activation::Tanh => x.tanh(),
            Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Activation::HardSigmoid => (0.2 * x + 0.5).clamp(0.0, 1.0),
            Activation::Selu if 0.0 < x => 1.050_700_987_355_480_5 * x,
            Activation::Selu => 1.050_700_987_355_480_5 * 1.673_263_242_354_377_2 * x.exp_m1(),
        }
    }

    /// Every 65,537th finite number, and those around 0 and the ends of intervals.
    fn inputs() -> Vec<f32> {
        let spread = (0..u32::MAX).step_by(if cfg!(miri) { 1 << 26 } else { 65_537 });
        let mut inputs: Vec<f32> =
            spread.map(f32::from_bits).filter(|value| value.is_finite()).collect();
        inputs.extend((-2000..2000).map(|i| i as f32 * 0.0057));
        inputs.extend([0.0, -0.0, 1e-30, -1e-30, 2.5, -2.5, f32::MAX, f32::MIN]);
        inputs.resize(inputs.len().next_multiple_of(LANES), 0.5);
        inputs
    }

    #[test]
    fn errors_stay_within_the_stated_bounds() {
        let inputs = inputs();
        for level in Level::all() {
            for activation in ALL {
                let mut outputs = inputs.clone();
                activate(level, activation, &mut outputs);
                let bound = match activation {
                    Activation::Sigmoid => 2e-7,
                    Activation::Tanh | Activation::Selu => 4e-7,
                    _ => 1e-7,
                };
                for (&x, &y) in inputs.iter().zip(&outputs) {
                    let expected = exact(activation, f64::from(x));
                    let scale = if activation == Activation::Sigmoid {
                        1.0
                    } else {
                        expected.abs().max(1.0)
                    };
                    let error = (f64::from(y) - expected).abs() / scale;
                    assert!(
                        error <= bound || (expected.abs() > f64::from(f32::MAX) && y.is_infinite()),
                        "{activation:?} at {x} on {}: {y}, wanted {expected}",
                        level.name(),
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_stays_so() {
        for level in Level::all() {
            for activation in ALL {
                let mut values = [f32::NAN; LANES];
                activate(level, activation, &mut values);
                assert!(
                    values.iter().all(|value| value.is_nan()),
                    "{activation:?} {}",
                    level.name()
                );
            }
        }
    }

    #[test]
    fn slopes_are_the_derivatives() {
        let inputs: Vec<f32> = (-80..80).map(|i| i as f32 * 0.0703 + 0.01).collect();
        for level in Level::all() {
            for activation in ALL {
                let mut y = inputs.clone();
                activate(level, activation, &mut y);
                let mut gradient = vec![1.0; y.len()];
                activate_backward(level, activation, &y, &mut gradient);
                for (&x, &slope) in inputs.iter().zip(&gradient) {
                    let x = f64::from(x);
                    let step = 1e-5;
                    let expected =
                        (exact(activation, x + step) - exact(activation, x - step)) / (2.0 * step);
                    assert!((f64::from(slope) - expected).abs() < 2e-6, "{activation:?} at {x}");
                }
            }
        }
    }
}
