//! One column of a table, with what the products of its windows need.

use oddity_core::FrameView;
use rayon::prelude::*;

/// The windows of `size` rows that start at each row of a column, whether they are asked for or
/// not: products move along diagonals of the matrix of all pairs.
pub(super) struct Track {
    /// The values, less an origin.
    pub(super) values: Vec<f64>,
    /// The mean of each window.
    pub(super) means: Vec<f64>,
    /// One over the norm of each window less its mean; 0 where all its values are equal.
    pub(super) inverses: Vec<f64>,
    /// Half the difference between the value that enters a window and the one that leaves.
    pub(super) differences: Vec<f64>,
    /// The sum of both, each less the mean of its window.
    pub(super) sums: Vec<f64>,
    /// Whether all values of a window are equal.
    pub(super) is_constant: Vec<bool>,
}

impl Track {
    /// The windows of a column; `origin` is subtracted from the values, which changes no
    /// distance and keeps the sums small.
    pub(super) fn new(frame: FrameView<'_>, column: usize, size: usize, origin: f64) -> Track {
        let values: Vec<f64> = frame.iter().map(|row| row[column] - origin).collect();
        let n_windows = (values.len() + 1).saturating_sub(size);
        let of_window = |start: usize| {
            let window = &values[start..start + size];
            let mean = window.iter().sum::<f64>() / size as f64;
            // What rounding left in the mean.
            let mean = mean + window.iter().map(|value| value - mean).sum::<f64>() / size as f64;
            let squares: f64 = window.iter().map(|value| (value - mean) * (value - mean)).sum();
            let is_constant = window.iter().all(|value| *value == window[0]);
            let inverse = if is_constant || squares <= 0.0 { 0.0 } else { 1.0 / squares.sqrt() };
            (mean, inverse, inverse == 0.0)
        };
        let windows: Vec<(f64, f64, bool)> =
            (0..n_windows).into_par_iter().with_min_len(256).map(of_window).collect();
        let means: Vec<f64> = windows.iter().map(|window| window.0).collect();
        let steps = |step: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (0..n_windows).map(|start| if start == 0 { 0.0 } else { step(start) }).collect()
        };
        let differences = steps(&|start| (values[start + size - 1] - values[start - 1]) / 2.0);
        let sums = steps(&|start| {
            (values[start + size - 1] - means[start]) + (values[start - 1] - means[start - 1])
        });
        let inverses = windows.iter().map(|window| window.1).collect();
        let is_constant = windows.iter().map(|window| window.2).collect();
        Track { values, means, inverses, differences, sums, is_constant }
    }

    /// Number of windows.
    pub(super) fn len(&self) -> usize {
        self.means.len()
    }

    /// `Σ (a_k - mean a) b_k` of a window of this track and one of another.
    pub(super) fn product(&self, window: usize, other: &Track, at: usize, size: usize) -> f64 {
        let (mean, values) = (self.means[window], &self.values[window..window + size]);
        values.iter().zip(&other.values[at..]).map(|(a, b)| (a - mean) * b).sum()
    }
}

/// Numbers with `fill` before and behind, so that a run of lanes may lie beyond both ends.
pub(super) fn padded(values: &[f64], fill: f64, before: usize, behind: usize) -> Vec<f64> {
    let mut padded = vec![fill; before + values.len() + behind];
    padded[before..before + values.len()].copy_from_slice(values);
    padded
}
