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
    let mut sums = lower(rows, &values, &mut squared);
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
        sums = lower(rows, candidates[best], &mut squared);
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

/// Lowers the squared distance of each row to that from a new centre, and adds them up by
/// shares of the rows.
fn lower(rows: &Flattened<'_>, centre: &[f64], squared: &mut [f64]) -> Vec<f64> {
    let centre = Centres::new(centre.to_vec(), centre.len());
    let shares = squared.par_chunks_mut(SHARE).enumerate();
    let sums = shares.map(|(share, squared)| {
        let mut sum = 0.0;
        let nearest = centre.nearest(&share_of(rows, share, squared.len()));
        for (squared, nearest) in squared.iter_mut().zip(nearest) {
            *squared = squared.min(nearest.squared);
            sum += *squared;
        }
        sum
    });
    sums.collect()
}

/// The rows of a share.
fn share_of<'a>(rows: &Flattened<'a>, share: usize, n_rows: usize) -> Vec<&'a [f64]> {
    (share * SHARE..share * SHARE + n_rows).map(|row| rows.row(row)).collect()
}

/// The sum of the squared distances that each candidate would leave.
fn left_by(rows: &Flattened<'_>, candidates: &[&[f64]], squared: &[f64]) -> Vec<f64> {
    let n_candidates = candidates.len();
    let candidates = Centres::new(candidates.concat(), rows.width());
    let shares = squared.par_chunks(SHARE).enumerate();
    let parts: Vec<Vec<f64>> = shares
        .map(|(share, squared)| {
            let rows = share_of(rows, share, squared.len());
            vectorized!(left_in_share(&candidates, &rows, squared))
        })
        .collect();
    (0..n_candidates).map(|at| parts.iter().map(|part| part[at]).sum()).collect()
}

#[inline(always)]
fn left_in_share(candidates: &Centres, rows: &[&[f64]], squared: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; candidates.len().next_multiple_of(PANEL)];
    for (rows, squared) in rows.chunks(ROWS).zip(squared.chunks(ROWS)) {
        let several = filled_up(rows);
        for (sums, panel) in sums.chunks_exact_mut(PANEL).zip(candidates.panels()) {
            for (new, &squared) in squared_distances(panel, several).iter().zip(squared) {
                for (sum, new) in sums.iter_mut().zip(new) {
                    *sum += new.min(squared);
                }
            }
        }
    }
    sums
}
