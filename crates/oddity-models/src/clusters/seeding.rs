//! Where k-means starts: k-means++ of several candidates a centre.

use oddity_core::Seed;
use oddity_linalg::vectorized;
use rayon::prelude::*;

use super::centres::{Centres, squared_distances};
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
    let mut sums = lower(rows, &[&values], &mut squared);
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
        let left = left_by(rows, &candidates, &squared);
        let best = (0..drawn.len()).min_by(|&a, &b| left[a].total_cmp(&left[b])).unwrap_or(0);
        values.extend_from_slice(candidates[best]);
        sums = lower(rows, &candidates[best..=best], &mut squared);
        n_centres += 1;
    }
    Centres { values, width: rows.width() }
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

/// Lowers the squared distance of each row to that from a new centre, and adds them up by
/// shares of the rows.
fn lower(rows: &Flattened<'_>, centre: &[&[f64]], squared: &mut [f64]) -> Vec<f64> {
    let shares = squared.par_chunks_mut(SHARE).enumerate();
    let sums =
        shares.map(|(share, squared)| vectorized!(lower_share(rows, centre, share, squared)));
    sums.collect()
}

#[inline(always)]
fn lower_share(rows: &Flattened<'_>, centre: &[&[f64]], share: usize, squared: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for (at, squared) in squared.iter_mut().enumerate() {
        let [new] = squared_distances(rows.row(share * SHARE + at), [centre[0]]);
        *squared = squared.min(new);
        sum += *squared;
    }
    sum
}

/// The sum of the squared distances that each candidate would leave.
fn left_by(rows: &Flattened<'_>, candidates: &[&[f64]], squared: &[f64]) -> Vec<f64> {
    let shares = squared.par_chunks(SHARE).enumerate();
    let parts: Vec<Vec<f64>> = shares
        .map(|(share, squared)| vectorized!(left_in_share(rows, candidates, share, squared)))
        .collect();
    (0..candidates.len()).map(|at| parts.iter().map(|part| part[at]).sum()).collect()
}

#[inline(always)]
fn left_in_share(
    rows: &Flattened<'_>,
    candidates: &[&[f64]],
    share: usize,
    squared: &[f64],
) -> Vec<f64> {
    let mut sums = vec![0.0; candidates.len()];
    for (at, &squared) in squared.iter().enumerate() {
        let row = rows.row(share * SHARE + at);
        for (sums, candidates) in sums.chunks_mut(2).zip(candidates.chunks(2)) {
            let both = [candidates[0], candidates[candidates.len() - 1]];
            for (sum, new) in sums.iter_mut().zip(squared_distances(row, both)) {
                *sum += new.min(squared);
            }
        }
    }
    sums
}
