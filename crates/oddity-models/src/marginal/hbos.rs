//! HBOS: the product of the histograms of the columns.

use oddity_core::{Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::flattened::{Flattened, Shape};

const STEP: &str = "hbos";

/// Rows that one thread counts at a time.
const SHARE: usize = 4_096;

/// Parameters of [`Hbos`]. The defaults are those of PyOD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HbosParams {
    /// Bars of each histogram, all as wide, at least 2. Default 10.
    pub n_bins: usize,
    /// What is added to every density, so that an empty bar does not outweigh all others;
    /// above 0, at most 1. Default 0.1.
    pub alpha: f64,
    /// How far outside the histogram a value may lie to belong to its last bar, in widths of a
    /// bar, from 0 to 1. Default 0.5.
    pub tolerance: f64,
}

impl Default for HbosParams {
    fn default() -> HbosParams {
        HbosParams { n_bins: 10, alpha: 0.1, tolerance: 0.5 }
    }
}

/// Scores a sample by how low the bars of its values are in the histograms of the columns.
///
/// The score of a row is `-Σ_j log2(h_j(x_j) + alpha)`: `h_j` is the histogram of the training
/// values of column `j`, as a density, with `n_bins` bars of one width from the least value to
/// the largest. A value outside by more than `tolerance` bars counts as one in the lowest bar.
/// Densities are those of the columns' own units, and `alpha` is added to them: bring columns
/// to one scale before.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each.
/// - Cost: fit `n d`, score `d` a row.
/// - Pointwise: a score does not depend on the other samples.
/// - Differs from the paper, as PyOD does, by densities in place of bars whose highest is 1.
///   There are no bars of different widths.
/// - Differs from PyOD's `HBOS` where a value lies on the edge of two bars, as whole numbers
///   often do: PyOD counts it in the upper bar and scores it by the lower one; here it is
///   scored by the bar that counts it.
/// - [`column_errors`](FittedDetector::column_errors) gives how far the logarithm of a bar is
///   below that of the column's highest one.
/// - Errors: no sample.
///
/// Goldstein and Dengel 2012, "Histogram-based outlier score (HBOS): a fast unsupervised anomaly
/// detection algorithm", KI-2012 poster and demo track.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::marginal::{Hbos, HbosParams};
///
/// let train = Frame::new(vec![0.0, 0.5, 0.5, 2.0], ["x"])?;
/// let params = HbosParams { n_bins: 2, alpha: 0.25, ..HbosParams::default() };
/// let fitted = Hbos::new(params)?.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![0.3, 1.5, 2.4, 9.0], ["x"])?.samples())?;
/// // Densities 3/4 and 1/4; 9 is far outside.
/// assert_eq!(scores.values(), [0.0, 1.0, 1.0, 1.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hbos {
    params: HbosParams,
}

impl Hbos {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a parameter outside its range.
    pub fn new(params: HbosParams) -> Result<Hbos> {
        let HbosParams { n_bins, alpha, tolerance } = params;
        let ok = (2..=1 << 20).contains(&n_bins);
        Error::check_parameter(STEP, "n_bins", n_bins as f64, ok, "2 to 1048576")?;
        let ok = 0.0 < alpha && alpha <= 1.0;
        Error::check_parameter(STEP, "alpha", alpha, ok, "above 0, at most 1")?;
        let ok = (0.0..=1.0).contains(&tolerance);
        Error::check_parameter(STEP, "tolerance", tolerance, ok, "0 to 1")?;
        Ok(Hbos { params })
    }
}

impl Detector for Hbos {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let HbosParams { n_bins, alpha, tolerance } = self.params;
        Flattened::with(train, |rows| {
            if rows.len() == 0 {
                return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
            }
            let bars: Vec<Bars> =
                ranges(rows).into_iter().map(|range| Bars::new(range, n_bins)).collect();
            let counts = counts(rows, &bars, n_bins);
            let n_rows = rows.len() as f64;
            let height = |(at, &count): (usize, &u64)| {
                (count as f64 / (n_rows * bars[at / n_bins].width) + alpha).log2()
            };
            let heights = counts.iter().enumerate().map(height).collect();
            Ok(Box::new(Fitted::new(rows.shape(), tolerance, bars, n_bins, heights)) as Box<_>)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let HbosParams { n_bins, tolerance, .. } = self.params;
        let shape = Shape::restore(state)?;
        let width = shape.width();
        let (first, last) = (state.f64s("first", &[width])?, state.f64s("last", &[width])?);
        if first.iter().zip(last).any(|(first, last)| last <= first) {
            return Err(state.wrong("last", "ends above the beginnings"));
        }
        let heights = state.f64s("heights", &[width, n_bins])?.to_vec();
        let bars = |(&first, &last): (&f64, &f64)| Bars::between(first, last, n_bins);
        let bars = first.iter().zip(last).map(bars).collect();
        Ok(Box::new(Fitted::new(shape, tolerance, bars, n_bins, heights)))
    }
}

/// Where the bars of a column lie.
#[derive(Clone, Copy, Debug)]
struct Bars {
    first: f64,
    last: f64,
    width: f64,
    /// Bars a unit.
    density: f64,
}

impl Bars {
    /// From the least to the largest value; around the one that there is.
    fn new((least, most): (f64, f64), n_bins: usize) -> Bars {
        if least < most {
            return Bars::between(least, most, n_bins);
        }
        // Half a unit is lost on large numbers.
        let half = 0.5f64.max(least.abs() * f64::EPSILON * n_bins as f64);
        Bars::between((least - half).max(f64::MIN), (most + half).min(f64::MAX), n_bins)
    }

    fn between(first: f64, last: f64, n_bins: usize) -> Bars {
        let width = (last - first) / n_bins as f64;
        Bars { first, last, width, density: n_bins as f64 / (last - first) }
    }

    /// The lower edge of a bar, by the formula of NumPy.
    #[inline(always)]
    fn edge(&self, bar: usize) -> f64 {
        bar as f64 * self.width + self.first
    }

    /// The bar of a value between the first and the last edge; the bars end before their upper
    /// edge but the last.
    #[inline(always)]
    fn bar(&self, value: f64, n_bins: usize) -> usize {
        // Rounded towards zero, and never out of the list.
        let bar = (((value - self.first) * self.density) as usize).min(n_bins - 1);
        // The product may be off by a bar where the value is next to an edge.
        if value < self.edge(bar) {
            bar.saturating_sub(1)
        } else if bar + 1 < n_bins && self.edge(bar + 1) <= value {
            bar + 1
        } else {
            bar
        }
    }
}

/// The least and the largest value of each column.
fn ranges(rows: &Flattened<'_>) -> Vec<(f64, f64)> {
    let none = || vec![(f64::MAX, f64::MIN); rows.width()];
    let widen = |mut all: Vec<(f64, f64)>, part: Vec<(f64, f64)>| {
        for (all, part) in all.iter_mut().zip(part) {
            *all = (all.0.min(part.0), all.1.max(part.1));
        }
        all
    };
    let shares = (0..rows.len()).into_par_iter().step_by(SHARE).map(|first| {
        let mut ranges = none();
        for row in first..rows.len().min(first + SHARE) {
            for (range, &value) in ranges.iter_mut().zip(rows.row(row)) {
                *range = (range.0.min(value), range.1.max(value));
            }
        }
        ranges
    });
    shares.reduce(none, widen)
}

/// How many values are in each bar, `width x n_bins`.
fn counts(rows: &Flattened<'_>, bars: &[Bars], n_bins: usize) -> Vec<u64> {
    let none = || vec![0u64; bars.len() * n_bins];
    let firsts = (0..rows.len()).into_par_iter().step_by(SHARE);
    let counted = firsts.fold(none, |mut counts, first| {
        for row in first..rows.len().min(first + SHARE) {
            let counts = counts.chunks_exact_mut(n_bins);
            for ((counts, bars), &value) in counts.zip(bars).zip(rows.row(row)) {
                counts[bars.bar(value, n_bins)] += 1;
            }
        }
        counts
    });
    counted.reduce(none, |mut all, part| {
        all.iter_mut().zip(part).for_each(|(all, part)| *all += part);
        all
    })
}

struct Fitted {
    shape: Shape,
    tolerance: f64,
    bars: Vec<Bars>,
    n_bins: usize,
    /// The logarithm of each bar's density, `width x n_bins`.
    heights: Vec<f64>,
    /// The lowest and the highest of each column.
    extremes: Vec<(f64, f64)>,
}

impl Fitted {
    fn new(
        shape: Shape,
        tolerance: f64,
        bars: Vec<Bars>,
        n_bins: usize,
        heights: Vec<f64>,
    ) -> Fitted {
        let extremes = heights.chunks_exact(n_bins).map(|heights| {
            heights.iter().fold((f64::MAX, f64::MIN), |(low, high), height| {
                (low.min(*height), high.max(*height))
            })
        });
        Fitted { shape, tolerance, extremes: extremes.collect(), bars, n_bins, heights }
    }

    #[inline(always)]
    fn height(&self, column: usize, value: f64) -> f64 {
        let (bars, n_bins) = (&self.bars[column], self.n_bins);
        let bar = if value < bars.first {
            if bars.width * self.tolerance < bars.first - value {
                return self.extremes[column].0;
            }
            0
        } else if bars.last < value {
            if bars.width * self.tolerance < value - bars.last {
                return self.extremes[column].0;
            }
            n_bins - 1
        } else {
            bars.bar(value, n_bins)
        };
        self.heights[column * n_bins + bar]
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.with(samples, |rows| {
            rows.scores(|row| {
                let heights =
                    row.iter().enumerate().map(|(column, &value)| self.height(column, value));
                -heights.sum::<f64>()
            })
        })
    }

    /// How far below the highest bar of its column a value's bar is, in powers of 2.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        self.shape.with(samples, |rows| {
            let below = rows.column_weights(|row, weights| {
                for (column, (weight, &value)) in weights.iter_mut().zip(row).enumerate() {
                    *weight = self.extremes[column].1 - self.height(column, value);
                }
            })?;
            Ok(Some(below))
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        let of = |f: fn(&Bars) -> f64| self.bars.iter().map(f).collect::<Vec<_>>();
        let width = self.bars.len();
        state.put_f64s("first", &[width], &of(|bars| bars.first));
        state.put_f64s("last", &[width], &of(|bars| bars.last));
        state.put_f64s("heights", &[width, self.n_bins], &self.heights);
        Some(state)
    }
}
