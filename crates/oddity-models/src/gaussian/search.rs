//! The search for the half of the samples whose covariance has the least determinant.

use oddity_core::{Columns, Error, Frame, FrameView, Result, Seed};
use rayon::prelude::*;

use super::covariance::Whitening;
use super::mixture::Sums;
use crate::flattened::Flattened;
use crate::means::column_means;
use crate::scored_in_blocks::BLOCK;

/// Random sets that the search starts from, over all parts.
const N_STARTS: usize = 500;
/// Sets that go on to the next stage, of each part.
const N_KEPT: usize = 10;
/// Samples of a part, and parts at most.
const PART: usize = 300;
const MOST_PARTS: usize = 5;
/// How often the ridge is raised, at most.
const MOST_RAISED: usize = 4;
/// Steps of a start before the best are kept, and of those that are kept at most.
const FIRST_STEPS: usize = 2;
const MOST_STEPS: usize = 30;

/// The samples, each column less its mean and over its deviation.
pub(super) struct Search<'a> {
    rows: &'a Flattened<'a>,
    /// The columns that vary, with what makes them standard.
    columns: Vec<Varying>,
    ridge: f64,
    step: &'static str,
}

struct Varying {
    column: usize,
    mean: f64,
    deviation: f64,
}

impl<'a> Search<'a> {
    /// Looks at the columns.
    ///
    /// # Errors
    ///
    /// [`Error::Numeric`] where none varies.
    pub(super) fn new(
        rows: &'a Flattened<'a>,
        ridge: f64,
        step: &'static str,
    ) -> Result<Search<'a>> {
        let (n, width) = (rows.len() as f64, rows.width());
        let means = column_means(rows.iter()).unwrap_or_else(|| vec![0.0; width]);
        let mut squares = vec![0.0; width];
        for row in rows.iter() {
            let columns = squares.iter_mut().zip(row).zip(&means);
            columns.for_each(|((sum, value), mean)| *sum += (value - mean) * (value - mean) / n);
        }
        let varying = |column: usize| {
            let (mean, deviation) = (means[column], squares[column].sqrt());
            // Values that differ by rounding alone do not vary.
            let varies = deviation.is_normal() && 1e-14 * mean.abs() < deviation;
            varies.then_some(Varying { column, mean, deviation })
        };
        let columns: Vec<Varying> = (0..width).filter_map(varying).collect();
        if columns.is_empty() && 2 <= rows.len() {
            return Err(Error::Numeric { step, what: "no column of the training samples varies" });
        }
        Ok(Search { rows, columns, ridge, step })
    }

    /// Columns that vary.
    pub(super) fn n_varying(&self) -> usize {
        self.columns.len()
    }

    /// Standardised samples as a table.
    fn table(&self, samples: impl Iterator<Item = usize>) -> Result<Frame> {
        let mut values = Vec::new();
        for sample in samples {
            let row = self.rows.row(sample);
            let columns = self.columns.iter();
            values.extend(columns.map(|c| (row[c.column] - c.mean) / c.deviation));
        }
        Frame::new(values, Columns::numbered("x", self.columns.len()))
    }

    /// The mean and covariance of the `half` samples that the search ends with.
    pub(super) fn best(&self, half: usize, seed: Seed) -> Result<Whitening> {
        let (n, d) = (self.rows.len(), self.columns.len());
        if n <= 2 * PART {
            let all = self.table(0..n)?;
            let starts = self.starts(all.view(), half, N_STARTS, seed)?;
            return self.finish(all.view(), half, starts);
        }
        let (n_parts, size) = parts(n, d);
        // Samples in an order of their own, of which the first are taken.
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&row| (seed.derive(0).derive(row as u64), row));
        let union = self.table(order[..n_parts * size].iter().copied())?;
        let of = |n_rows: usize| (n_rows * half).div_ceil(n).clamp(d + 1, n_rows);
        let mut kept = Vec::new();
        for part in 0..n_parts {
            let rows = union.view().slice(part * size..(part + 1) * size);
            let seed = seed.derive(1 + part as u64);
            kept.extend(self.starts(rows, of(size), N_STARTS / n_parts, seed)?);
        }
        let steps = |start: &Whitening| {
            self.concentrate(union.view(), of(n_parts * size), start.clone(), FIRST_STEPS)
        };
        let moved: Result<Vec<Whitening>> = kept.par_iter().map(steps).collect();
        let kept = least(moved?, N_KEPT);
        self.finish_all(half, kept)
    }

    /// The best of random sets of `d + 1` samples, after two steps.
    fn starts(
        &self,
        rows: FrameView<'_>,
        half: usize,
        n_starts: usize,
        seed: Seed,
    ) -> Result<Vec<Whitening>> {
        let d = self.columns.len();
        let start = |at: usize| {
            let seed = seed.derive(at as u64);
            let mut order: Vec<usize> = (0..rows.n_rows()).collect();
            order.select_nth_unstable_by_key(d, |&row| (seed.derive(row as u64), row));
            order.truncate(d + 1);
            order.sort_unstable();
            let start = self.covariance(rows, &order)?;
            self.concentrate(rows, half, start, FIRST_STEPS)
        };
        let all: Result<Vec<Whitening>> = (0..n_starts).into_par_iter().map(start).collect();
        Ok(least(all?, N_KEPT))
    }

    /// Steps until the determinant falls no further, over rows in memory.
    fn finish(
        &self,
        rows: FrameView<'_>,
        half: usize,
        starts: Vec<Whitening>,
    ) -> Result<Whitening> {
        let steps = |start: &Whitening| self.concentrate(rows, half, start.clone(), MOST_STEPS);
        let ends: Result<Vec<Whitening>> = starts.par_iter().map(steps).collect();
        self.first(least(ends?, 1))
    }

    /// Steps until the determinant falls no further, over all samples.
    fn finish_all(&self, half: usize, starts: Vec<Whitening>) -> Result<Whitening> {
        let mut ends = Vec::new();
        for mut at in starts {
            for step in 0..MOST_STEPS {
                let next = self.whitening(&self.closest(&self.distances(&at)?, half))?;
                let falls = next.ln_determinant < at.ln_determinant;
                let still = next.ln_determinant == at.ln_determinant;
                // The first step may come from a set of another size.
                if still || (!falls && 0 < step) {
                    break;
                }
                at = next;
            }
            ends.push(at);
        }
        self.first(least(ends, 1))
    }

    fn first(&self, sets: Vec<Whitening>) -> Result<Whitening> {
        let what = "no set of samples has a covariance";
        sets.into_iter().next().ok_or(Error::Numeric { step: self.step, what })
    }

    /// Takes the closest rows again and again, at most so many times; ends where the determinant
    /// falls no further.
    fn concentrate(
        &self,
        rows: FrameView<'_>,
        half: usize,
        start: Whitening,
        most_steps: usize,
    ) -> Result<Whitening> {
        let mut at = start;
        for step in 0..most_steps {
            let distances = at.map.squared_norms(rows)?;
            let next = self.covariance(rows, &self.closest(&distances, half))?;
            // The start may be a set of another size.
            let falls = next.ln_determinant < at.ln_determinant;
            if !falls && 0 < step {
                break;
            }
            at = next;
        }
        Ok(at)
    }

    /// The rows with the least distances, the first of equal ones, ascending.
    pub(super) fn closest(&self, distances: &[f64], half: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..distances.len()).collect();
        let by = |a: &usize, b: &usize| distances[*a].total_cmp(&distances[*b]).then(a.cmp(b));
        if half < order.len() {
            order.select_nth_unstable_by(half - 1, by);
            order.truncate(half);
        }
        order.sort_unstable();
        order
    }

    /// Mean and covariance of rows in memory.
    fn covariance(&self, rows: FrameView<'_>, taken: &[usize]) -> Result<Whitening> {
        let rows = rows.select(taken);
        let centre = rows.row(0).to_vec();
        let shares = vec![1.0; taken.len()];
        self.whitened(&Sums::of(rows.view(), &shares, &centre, true), &centre)
    }

    /// Mean and covariance of some of all samples, block by block in order.
    pub(super) fn whitening(&self, taken: &[usize]) -> Result<Whitening> {
        let d = self.columns.len();
        let centre = vec![0.0; d];
        let size = BLOCK.max(taken.len().div_ceil(16));
        let parts: Vec<Result<Sums>> = taken
            .par_chunks(size)
            .map(|taken| {
                let rows = self.table(taken.iter().copied())?;
                let shares = vec![1.0; taken.len()];
                Ok(Sums::of(rows.view(), &shares, &centre, true))
            })
            .collect();
        let none = Err(Error::TooFewSamples { step: self.step, wanted: 1, found: 0 });
        let sums = parts.into_iter().reduce(|all, part| Ok(all?.add(part?))).unwrap_or(none)?;
        self.whitened(&sums, &centre)
    }

    fn whitened(&self, sums: &Sums, centre: &[f64]) -> Result<Whitening> {
        let (d, n) = (centre.len(), sums.counts[0]);
        let way: Vec<f64> = sums.first.iter().map(|sum| sum / n).collect();
        let cell = |at: usize| {
            let (i, j) = (at / d, at % d);
            if j <= i { sums.second[at] / n - way[i] * way[j] } else { 0.0 }
        };
        let mut covariance: Vec<f64> = (0..d * d).map(cell).collect();
        let mean: Vec<f64> = centre.iter().zip(&way).map(|(centre, way)| centre + way).collect();
        let diagonal = || (0..d).map(|at| at * d + at);
        let most = diagonal().map(|at| covariance[at]).fold(0.0, f64::max);
        // Of samples in a plane what stands across it is rounding, which may exceed the ridge.
        let rounding = d as f64 * f64::EPSILON * most;
        let (mut ridge, mut added) = (self.ridge, 0.0);
        let mut n_raised = 0;
        loop {
            diagonal().for_each(|at| covariance[at] += ridge - added);
            match Whitening::new(mean.clone(), &covariance, self.step) {
                Err(_) if n_raised < MOST_RAISED => n_raised += 1,
                done => return done,
            }
            (ridge, added) = (rounding.max(10.0 * ridge), ridge);
        }
    }

    /// The squared distance of each sample.
    pub(super) fn distances(&self, whitening: &Whitening) -> Result<Vec<f64>> {
        let n = self.rows.len();
        let parts: Vec<Result<Vec<f64>>> = (0..n.div_ceil(BLOCK))
            .into_par_iter()
            .map(|at| {
                let rows = self.table(at * BLOCK..n.min((at + 1) * BLOCK))?;
                whitening.map.squared_norms(rows.view())
            })
            .collect();
        let mut distances = Vec::with_capacity(n);
        for part in parts {
            distances.extend(part?);
        }
        Ok(distances)
    }

    /// The mean and whitening, times `factor`, of samples that are not standardised: a row a
    /// column, of zeros where it does not vary.
    pub(super) fn original(&self, whitening: &Whitening, factor: f64) -> (Vec<f64>, Vec<f64>) {
        let d = self.columns.len();
        let mut mean = vec![0.0; self.rows.width()];
        let mut matrix = vec![0.0; mean.len() * d];
        for (at, own) in self.columns.iter().enumerate() {
            mean[own.column] = own.mean + whitening.map.centre()[at] * own.deviation;
            let row = matrix[own.column * d..][..d].iter_mut();
            let scaled = whitening.matrix[at * d..].iter().map(|w| w * factor / own.deviation);
            row.zip(scaled).for_each(|(to, from)| *to = from);
        }
        (mean, matrix)
    }
}

/// How many parts `n` samples of `d` columns make, and their size: each has room for a half that is
/// larger than there are columns.
fn parts(n: usize, d: usize) -> (usize, usize) {
    let n_parts = (n / PART.max(2 * (d + 1))).clamp(1, MOST_PARTS);
    (n_parts, PART.max(4 * d).min(n / n_parts))
}

/// The sets with the least determinants, the least first; the first of equal ones first.
fn least(mut sets: Vec<Whitening>, n_kept: usize) -> Vec<Whitening> {
    sets.sort_by(|a, b| a.ln_determinant.total_cmp(&b.ln_determinant));
    sets.truncate(n_kept);
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn a_part_has_more_samples_than_columns() {
        for n in 601..4_000 {
            for d in (1..n - 1).step_by(37).chain([n - 2]) {
                let (n_parts, size) = parts(n, d);
                assert!(d < size && n_parts * size <= n, "{n} samples of {d} columns");
            }
        }
        assert_eq!(parts(601, 5), (2, 300));
        assert_eq!(parts(2_000, 5), (5, 300));
        assert_eq!(parts(2_000, 400), (2, 1_000));
    }

    #[test]
    fn a_step_over_all_samples_leaves_the_best_half_as_it_is() {
        for seed in 0..4 {
            let mut draws = Draws::new(Seed(seed));
            let values: Vec<f64> = (0..3 * 2_000).map(|_| draws.normal()).collect();
            let frame = Frame::new(values, Columns::numbered("x", 3)).unwrap();
            let [best, next] = Flattened::with(&frame.samples(), |rows| {
                let (search, half) = (Search::new(rows, 0.0, "mcd")?, 1_002);
                let best = search.best(half, Seed(seed))?;
                let closest = search.closest(&search.distances(&best)?, half);
                Ok([best.ln_determinant, search.whitening(&closest)?.ln_determinant])
            })
            .unwrap();
            assert!((best - next).abs() < 1e-9, "{seed}: {best}, then {next}");
        }
    }
}
