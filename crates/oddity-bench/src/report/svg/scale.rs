//! Scales: from values to pixels, and the round values at which an axis is marked.

/// A linear map from values to pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) from: (f64, f64),
    pub(crate) to: (f64, f64),
}

impl Scale {
    /// The pixel of a value; values beyond the ends are drawn at the ends.
    pub(crate) fn map(&self, value: f64) -> f64 {
        let share = (value - self.from.0) / (self.from.1 - self.from.0);
        self.to.0 + share.clamp(0.0, 1.0) * (self.to.1 - self.to.0)
    }
}

/// Round values along an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) values: Vec<f64>,
    pub(crate) labels: Vec<String>,
}

/// A range that has a length, around these values; (0, 1) around nothing.
pub(crate) fn range_of(values: impl Iterator<Item = f64>) -> (f64, f64) {
    // Beyond this the width of a range could overflow.
    const MOST: f64 = 1e300;
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        let value = value.clamp(-MOST, MOST);
        range = (range.0.min(value), range.1.max(value));
    }
    with_length(if range.0 <= range.1 { range } else { (0.0, 1.0) })
}

/// The range itself, or one around it where it has no length or is not finite.
pub(crate) fn with_length((low, high): (f64, f64)) -> (f64, f64) {
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    let least = low.abs().max(high.abs()) * 1e-9;
    if low < high && least < high - low {
        (low, high)
    } else {
        let half = if low == 0.0 { 0.5 } else { low.abs() * 0.5 };
        (low - half, low + half)
    }
}

/// Widens a range to the round values around it.
pub(crate) fn widen((low, high): (f64, f64), n_ticks: usize) -> (f64, f64) {
    let step = step(low, high, n_ticks);
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// About `n_ticks` round values within a range.
pub(crate) fn ticks((low, high): (f64, f64), n_ticks: usize) -> Ticks {
    let step = step(low, high, n_ticks);
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let n_values = (last - first).clamp(0.0, 100.0) as usize + 1;
    // Adding 0 makes a zero of a negative zero.
    let values: Vec<f64> = (0..n_values).map(|at| (first + at as f64) * step + 0.0).collect();
    let size = low.abs().max(high.abs());
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let label = |value: &f64| {
        let text = if 1e6 <= size || 6 < decimals {
            format!("{value:.1e}")
        } else {
            format!("{value:.decimals$}")
        };
        text.replace('-', "\u{2212}")
    };
    Ticks { labels: values.iter().map(label).collect(), values }
}

/// Round values along a logarithmic axis, whose range is of logarithms to base 10: powers of ten,
/// with round values between where there is room.
pub(crate) fn log_ticks((low, high): (f64, f64), label: impl Fn(f64) -> String) -> Ticks {
    let digits: &[f64] = match high - low {
        narrow if narrow < 0.9 => &[1.0, 1.4, 2.0, 3.0, 5.0, 7.0],
        middle if middle < 1.6 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let stride = ((high - low) / 6.0).ceil().max(1.0);
    let (first, last) = (low.floor() as i32, high.ceil() as i32);
    let mut ticks = Ticks { values: Vec::new(), labels: Vec::new() };
    for power in (first..=last).step_by(stride as usize) {
        for digit in digits {
            let value = f64::from(power) + digit.log10();
            if low <= value && value <= high {
                ticks.values.push(value);
                ticks.labels.push(label(digit * 10_f64.powi(power)));
            }
        }
    }
    ticks
}

/// The round step (1, 2 or 5 times a power of ten) that gives about `n_ticks` steps.
fn step(low: f64, high: f64, n_ticks: usize) -> f64 {
    let raw = (high - low) / n_ticks.max(1) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let digit = raw / power;
    let round = if digit < 1.5 {
        1.0
    } else if digit < 3.5 {
        2.0
    } else if digit < 7.5 {
        5.0
    } else {
        10.0
    };
    round * power
}

#[cfg(test)]
mod tests {
    use super::{Scale, log_ticks, range_of, ticks, widen};

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks((0.0, 1.0), 5).labels, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(ticks((0.0, 50.0), 5).labels, ["0", "10", "20", "30", "40", "50"]);
        assert_eq!(
            ticks((-0.1, 0.1), 4).labels,
            ["\u{2212}0.10", "\u{2212}0.05", "0.00", "0.05", "0.10"]
        );
        assert_eq!(ticks((0.0, 3e7), 3).labels, ["0.0e0", "1.0e7", "2.0e7", "3.0e7"]);
    }

    #[test]
    fn logarithmic_axes_have_ticks_at_round_values() {
        let labels = |low, high| log_ticks((low, high), |value| format!("{value:.2}")).labels;
        assert_eq!(labels(-1.1, 1.2), ["0.10", "1.00", "10.00"]);
        assert_eq!(labels(-0.1, 1.1), ["1.00", "2.00", "5.00", "10.00"]);
        assert_eq!(labels(-1.4, -1.1), ["0.05", "0.07"]);
    }

    #[test]
    fn ranges_always_have_a_length() {
        assert_eq!(range_of([].into_iter()), (0.0, 1.0));
        assert_eq!(range_of([f64::NAN, 2.0].into_iter()), (1.0, 3.0));
        assert_eq!(range_of([f64::INFINITY].into_iter()), (0.0, 1.0));
        let (low, high) = range_of([f64::MAX, f64::MIN].into_iter());
        assert!((high - low).is_finite());
        assert_eq!(widen((0.13, 0.98), 5), (0.0, 1.0));
    }

    #[test]
    fn values_beyond_the_ends_stay_inside() {
        let scale = Scale { from: (0.0, 1.0), to: (10.0, 110.0) };
        assert_eq!([-1.0, 0.5, 2.0].map(|value| scale.map(value)), [10.0, 60.0, 110.0]);
    }
}
