//! Losses of reconstructions and predictions, with their gradients.

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// How far an output `y` is from its target `t`, a number at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// `(y - t)^2`.
    MeanSquaredError,
    /// `|y - t|`, whose derivative at 0 is taken as 0.
    MeanAbsoluteError,
    /// `(y - t)^2 / 2` within `delta` of the target, else `delta (|y - t| - delta / 2)`
    /// (Huber 1964, doi:10.1214/aoms/1177703732).
    Huber {
        /// Where the square turns into a line.
        delta: f32,
    },
}

dispatch! {
    /// The sum of the losses of the first `n` numbers of each row of `width`, and, in place of
    /// the outputs, `scale` times each number's derivative; 0 for the numbers after `n`.
    ///
    /// # Panics
    ///
    /// If the lengths differ, `width` is no multiple of 16, or `width` is less than `n`.
    pub fn loss(
        loss: Loss,
        n: usize,
        width: usize,
        scale: f32,
        targets: &[f32],
        outputs: &mut [f32],
    ) -> f64 = loss_body;

    /// The cross entropy of each row's softmax with its class, in natural units. `logits`
    /// holds rows of `width` numbers, of which the first `n` are meant; they turn into `scale`
    /// times their derivative, and a row without a class into zeros, with loss 0.
    ///
    /// # Panics
    ///
    /// If the lengths do not fit each other, or a class is not below `n`.
    pub fn cross_entropy(
        n: usize,
        width: usize,
        scale: f32,
        classes: &[Option<u32>],
        logits: &mut [f32],
        losses: &mut [f32],
    ) = cross_entropy_body;
}

#[inline(always)]
fn loss_body<S: Simd>(
    s: S,
    loss: Loss,
    n: usize,
    width: usize,
    scale: f32,
    targets: &[f32],
    outputs: &mut [f32],
) -> f64 {
    assert_eq!(targets.len(), outputs.len(), "a target an output");
    assert!(0 < width && width.is_multiple_of(LANES), "whole vectors a row");
    assert!(n <= width && outputs.len().is_multiple_of(width), "whole rows");
    macro_rules! rows {
        ($f:expr) => {{
            let mut total = 0.0;
            let rows = outputs.chunks_exact_mut(width).zip(targets.chunks_exact(width));
            for (outputs, targets) in rows {
                let mut sum = s.splat(0.0);
                let groups = outputs.as_chunks_mut::<LANES>().0.iter_mut();
                for (group, (y, t)) in groups.zip(targets.as_chunks::<LANES>().0).enumerate() {
                    let error = s.sub(s.load(y), s.load(t));
                    let meant = n.saturating_sub(group * LANES);
                    let error = if meant < LANES { s.first(error, meant) } else { error };
                    let (value, slope) = $f(error);
                    sum = s.add(sum, value);
                    s.store(y, s.mul(slope, s.splat(scale)));
                }
                let mut lanes = [0.0; LANES];
                s.store(&mut lanes, sum);
                total += lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>();
            }
            total
        }};
    }
    let [one, minus_one, zero] = [1.0, -1.0, 0.0].map(|value| s.splat(value));
    let sign = |error| {
        // What is not a number stays so: it must not pass as a small loss.
        let negative = s.if_positive(s.sub(zero, error), minus_one, s.mul(error, zero));
        s.if_positive(error, one, negative)
    };
    match loss {
        Loss::MeanSquaredError => {
            rows!(|error| (s.mul(error, error), s.add(error, error)))
        }
        Loss::MeanAbsoluteError => rows!(|error| {
            let sign = sign(error);
            (s.mul(error, sign), sign)
        }),
        Loss::Huber { delta } => {
            let (delta, half) = (s.splat(delta), s.splat(0.5));
            rows!(|error| {
                let sign = sign(error);
                let size = s.mul(error, sign);
                let within = s.mul(half, s.mul(error, error));
                let beyond = s.mul(delta, s.neg_mul_add(half, delta, size));
                let outside = s.sub(size, delta);
                (
                    s.if_positive(outside, beyond, within),
                    s.if_positive(outside, s.mul(delta, sign), error),
                )
            })
        }
    }
}

#[inline(always)]
fn cross_entropy_body<S: Simd>(
    s: S,
    n: usize,
    width: usize,
    scale: f32,
    classes: &[Option<u32>],
    logits: &mut [f32],
    losses: &mut [f32],
) {
    assert!(0 < n && n <= width && width.is_multiple_of(LANES), "whole vectors a row");
    assert_eq!(logits.len(), classes.len() * width, "a class a row");
    assert_eq!(losses.len(), classes.len(), "a loss a row");
    let rows = logits.chunks_exact_mut(width).zip(classes).zip(losses);
    for ((row, &class), loss) in rows {
        let Some(class) = class else {
            row.fill(0.0);
            *loss = 0.0;
            continue;
        };
        let class = class as usize;
        assert!(class < n, "a class below their number");
        // What is taken away from each changes nothing but what can overflow.
        let largest =
            row[..n].iter().fold(f32::NEG_INFINITY, |most, &x| if x < most { most } else { x });
        let of_class = row[class] - largest;
        let mut sum = 0.0f64;
        for (group, values) in row.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let shifted = s.sub(s.load(values), s.splat(largest));
            let exp =
                crate::activation::exp2(s, s.mul(shifted, s.splat(core::f32::consts::LOG2_E)));
            s.store(values, s.first(exp, n.saturating_sub(group * LANES).min(LANES)));
            sum += values.iter().map(|&value| f64::from(value)).sum::<f64>();
        }
        *loss = (sum.ln() - f64::from(of_class)) as f32;
        let factor = s.splat((f64::from(scale) / sum) as f32);
        for values in row.as_chunks_mut::<LANES>().0 {
            let part = s.mul(s.load(values), factor);
            s.store(values, part);
        }
        row[class] -= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    const LOSSES: [Loss; 4] = [
        Loss::MeanSquaredError,
        Loss::MeanAbsoluteError,
        Loss::Huber { delta: 0.4 },
        Loss::Huber { delta: 100.0 },
    ];

    fn exact(loss: Loss, error: f64) -> f64 {
        match loss {
            Loss::MeanSquaredError => error * error,
            Loss::MeanAbsoluteError => error.abs(),
            Loss::Huber { delta } if error.abs() <= f64::from(delta) => error * error / 2.0,
            Loss::Huber { delta } => f64::from(delta) * (error.abs() - f64::from(delta) / 2.0),
        }
    }

    #[test]
    fn losses_and_gradients_equal_their_formulas() {
        let (n, width) = (19, 32);
        let y: Vec<f32> = (0..3 * width).map(|i| (i as f32 * 0.7).sin()).collect();
        let t: Vec<f32> = (0..3 * width).map(|i| (i as f32 * 0.3).cos()).collect();
        let error = |i: usize| f64::from(y[i]) - f64::from(t[i]);
        for level in Level::all() {
            for kind in LOSSES {
                let mut gradient = y.clone();
                let total = loss(level, kind, n, width, 0.25, &t, &mut gradient);
                let mut expected = 0.0;
                for (i, &found) in gradient.iter().enumerate() {
                    let meant = i % width < n;
                    let step = 1e-6;
                    let slope = (exact(kind, error(i) + step) - exact(kind, error(i) - step))
                        / (2.0 * step);
                    let wanted = if meant { 0.25 * slope } else { 0.0 };
                    assert!((f64::from(found) - wanted).abs() < 1e-5, "{kind:?} {i}");
                    expected += if meant { exact(kind, error(i)) } else { 0.0 };
                }
                assert!((total - expected).abs() < 1e-4, "{kind:?} {total} {expected}");
            }
        }
    }

    #[test]
    fn what_is_no_number_makes_the_loss_no_number() {
        for level in Level::all() {
            for kind in LOSSES {
                let mut y = [0.5; 16];
                y[3] = f32::NAN;
                assert!(loss(level, kind, 16, 16, 1.0, &[0.25; 16], &mut y).is_nan(), "{kind:?}");
            }
        }
    }

    #[test]
    fn cross_entropy_equals_its_formula() {
        let (n, width) = (21, 32);
        let logits: Vec<f32> = (0..3 * width).map(|i| (i as f32 * 1.3).sin() * 6.0).collect();
        let classes = [Some(4), None, Some(20)];
        for level in Level::all() {
            let (mut gradient, mut losses) = (logits.clone(), [9.0; 3]);
            cross_entropy(level, n, width, 0.5, &classes, &mut gradient, &mut losses);
            for (row, class) in classes.iter().enumerate() {
                let row_logits = &logits[row * width..][..n];
                let row_gradient = &gradient[row * width..][..width];
                let Some(class) = class.map(|class| class as usize) else {
                    assert!(losses[row] == 0.0 && row_gradient.iter().all(|&g| g == 0.0));
                    continue;
                };
                let sum: f64 = row_logits.iter().map(|&x| f64::from(x).exp()).sum();
                let expected = sum.ln() - f64::from(row_logits[class]);
                assert!((f64::from(losses[row]) - expected).abs() < 1e-5);
                for i in 0..width {
                    let mut wanted =
                        if i < n { 0.5 * f64::from(row_logits[i]).exp() / sum } else { 0.0 };
                    wanted -= if i == class { 0.5 } else { 0.0 };
                    assert!((f64::from(row_gradient[i]) - wanted).abs() < 1e-6);
                }
            }
        }
    }
}
