//! Where k-means starts: k-means++ of several candidates a centre.

use oddity_core::Seed;
use oddity_linalg::vectorized;
use rayon::prelude::*;

use super::centres::{Centres, PANEL, ROWS, filled_up, squared_distances};
use crate::draws::Draws;
use crate::flattened::Flattened;

/// Rows that are compared with the candidates by one thread, and summed by themselves.
const SHARE: usize = 2_048;

/// At most `n_clusters` different rows far from each other, by greedy k-means++: of several
/// candidates that are drawn in proportion to their squared distance from the centres there
/// are, the one that leaves the least sum of squared distances.
pub(super) fn k_means_plus_plus(rows: &Flattened<'_>, n_clusters: usize, seed: Seed) -> Centres {
    let mut draws = Draws::new(seed);
    let n_candidates = 2 + (n_clusters as f64).ln() as usize;
    let mut values = rows.row(draws.below(rows.len())).to_vec();
    let mut squared = vec![f64::INFINITY; rows.len()];
    let mut left = Left::default();
    left.take(rows, &[&values], &squared);
    let mut sums = left.lower(0, &mut squared);
    let mut n_centres = 1;
    while n_centres < n_clusters {
        let all: f64 = sums.iter().sum();
        // Every row is a centre, or the squares leave the range of numbers.
        if !(0.0 < all && all.is_finite()) {
            break;
        }
        let drawn: Vec<usize> =
            (0..n_candidates).map(|_| draw(&sums, &squared, all * draws.uniform())).collect();
        let candidates: Vec<&[f64]> = drawn.iter().map(|&row| rows.row(row)).collect();
        left.take(rows, &candidates, &squared);
        let sum = |at: usize| left.sums.iter().map(|share| share[at]).sum::<f64>();
        let of_all: Vec<f64> = (0..n_candidates).map(sum).collect();
        let best = (0..n_candidates).min_by(|&a, &b| of_all[a].total_cmp(&of_all[b])).unwrap_or(0);
        values.extend_from_slice(candidates[best]);
        sums = left.lower(best, &mut squared);
        n_centres += 1;
    }
    Centres::new(values, rows.width())
}

/// The row where the sum of the squared distances up to it passes `target`.
fn draw(sums: &[f64], squared: &[f64], mut target: f64) -> usize {
    let mut share = 0;
    while share + 1 < sums.len() && sums[share] <= target {
        target -= sums[share];
        share += 1;
    }
    let mut last = None;
    for (at, &value) in squared.iter().enumerate().skip(share * SHARE).take(SHARE) {
        if 0.0 < value {
            last = Some(at);
            if target < value {
                break;
            }
        }
        target -= value;
    }
    // Rounding may lead to a share without a row that is not a centre.
    last.or_else(|| squared.iter().position(|&value| 0.0 < value)).unwrap_or(0)
}

/// What candidates would leave of the squared distances, so that the rows are read once a centre.
#[derive(Default)]
struct Left {
    n_candidates: usize,
    /// Of each row and candidate, the lower squared distance.
    squared: Vec<f64>,
    /// Of each share of the rows and candidate, their sum.
    sums: Vec<Vec<f64>>,
}

impl Left {
    /// Compares all rows with candidates.
    fn take(&mut self, rows: &Flattened<'_>, candidates: &[&[f64]], squared: &[f64]) {
        let n = candidates.len();
        let candidates = Centres::new(candidates.concat(), rows.width());
        self.n_candidates = n;
        self.squared.resize(squared.len() * n, 0.0);
        let shares = squared.par_chunks(SHARE).zip(self.squared.par_chunks_mut(SHARE * n));
        let sums = shares.enumerate().map(|(share, (squared, left))| {
            let rows = (share * SHARE..).take(squared.len()).map(|row| rows.row(row));
            let rows: Vec<&[f64]> = rows.collect();
            vectorized!(left_in_share(&candidates, &rows, squared, left))
        });
        self.sums = sums.collect();
    }

    /// Lowers the squared distances to what a candidate leaves, and gives the sum of each share.
    fn lower(&self, candidate: usize, squared: &mut [f64]) -> Vec<f64> {
        let left = self.squared.par_chunks(self.n_candidates);
        let lower = |(squared, left): (&mut f64, &[f64])| *squared = left[candidate];
        squared.par_iter_mut().zip(left).with_min_len(SHARE).for_each(lower);
        self.sums.iter().map(|share| share[candidate]).collect()
    }
}

/// The sum of what each candidate leaves of the squared distances of some rows.
#[inline(always)]
fn left_in_share(
    candidates: &Centres,
    rows: &[&[f64]],
    squared: &[f64],
    left: &mut [f64],
) -> Vec<f64> {
    let n = candidates.len();
    let mut sums = vec![0.0; n.next_multiple_of(PANEL)];
    let groups = rows.chunks(ROWS).zip(squared.chunks(ROWS)).zip(left.chunks_mut(ROWS * n));
    for ((rows, squared), left) in groups {
        let several = filled_up(rows);
        for (at, panel) in candidates.panels().enumerate() {
            let first = at * PANEL;
            let n_of_panel = (n - first).min(PANEL);
            let new = squared_distances(panel, several);
            for ((mut new, &squared), left) in
                new.into_iter().zip(squared).zip(left.chunks_exact_mut(n))
            {
                for (sum, new) in sums[first..].iter_mut().zip(&mut new) {
                    *new = new.min(squared);
                    *sum += *new;
                }
                left[first..first + n_of_panel].copy_from_slice(&new[..n_of_panel]);
            }
        }
    }
    sums
}
