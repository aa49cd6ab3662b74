//! Where the components of a mixture start: the middles of clusters.

use oddity_core::Seed;
use serde::{Deserialize, Serialize};

use crate::draws::drawn_rows;
use crate::flattened::Flattened;

/// Where the components of a mixture start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// With the clusters of k-means, from middles drawn far from each other by the seed
    /// (k-means++).
    #[default]
    KMeans,
    /// With the samples nearest to each of these points, one a component.
    Means(Vec<Vec<f64>>),
}

/// Rows that k-means looks at, at most: drawn by the seed where there are more.
const MOST_ROWS: usize = 1 << 14;
/// Rounds of k-means at most, as in scikit-learn.
const MOST_ROUNDS: usize = 300;

/// The middles of `n_clusters` clusters by k-means.
///
/// D. Arthur and S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007, then
/// rounds of S. Lloyd, Least squares quantization in PCM, 1982, doi:10.1109/TIT.1982.1056489, until
/// no row changes its cluster.
pub(super) fn k_means(rows: &Flattened<'_>, n_clusters: usize, seed: Seed) -> Vec<f64> {
    let (n_rows, d) = (rows.len(), rows.width());
    let taken = drawn_rows(MOST_ROWS, n_rows, seed.derive(0));
    // A number from 0 to 1 for each middle.
    let uniform = |at: usize| seed.derive(1).derive(at as u64).uniform();
    let first = ((uniform(0) * taken.len() as f64) as usize).min(taken.len() - 1);
    let mut middles = rows.row(taken[first]).to_vec();
    let mut least = vec![f64::INFINITY; taken.len()];
    for at in 1..n_clusters {
        let last = &middles[(at - 1) * d..];
        for (least, &row) in least.iter_mut().zip(&taken) {
            *least = f64::min(*least, squared(rows.row(row), last));
        }
        let total: f64 = least.iter().sum();
        let mut left = uniform(at) * total;
        let far = least.iter().position(|&square| {
            left -= square;
            left < 0.0
        });
        middles.extend_from_slice(rows.row(taken[far.unwrap_or(taken.len() - 1)]));
    }
    let mut clusters = vec![usize::MAX; taken.len()];
    for _ in 0..MOST_ROUNDS {
        let now: Vec<usize> = taken.iter().map(|&row| nearest(rows.row(row), &middles)).collect();
        if now == clusters {
            break;
        }
        clusters = now;
        let (mut sums, mut counts) = (vec![0.0; n_clusters * d], vec![0.0; n_clusters]);
        for (&row, &cluster) in taken.iter().zip(&clusters) {
            counts[cluster] += 1.0;
            let sums = sums[cluster * d..][..d].iter_mut();
            sums.zip(rows.row(row)).for_each(|(sum, value)| *sum += value);
        }
        for (cluster, &count) in counts.iter().enumerate() {
            // A cluster without rows stays where it was.
            if 0.0 < count {
                let middle = middles[cluster * d..][..d].iter_mut();
                middle.zip(&sums[cluster * d..]).for_each(|(middle, sum)| *middle = sum / count);
            }
        }
    }
    middles
}

/// The point nearest to a row, the first of several.
pub(super) fn nearest(row: &[f64], points: &[f64]) -> usize {
    let mut best = (0, f64::INFINITY);
    for (at, point) in points.chunks_exact(row.len().max(1)).enumerate() {
        let square = squared(row, point);
        if square < best.1 {
            best = (at, square);
        }
    }
    best.0
}

fn squared(row: &[f64], point: &[f64]) -> f64 {
    row.iter().zip(point).map(|(a, b)| (a - b) * (a - b)).sum()
}
