//! k-means by Lloyd's iterations, with the bounds of Hamerly that spare most distances.

use oddity_core::{Error, Result, Seed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::centres::{Centres, squared_distances};
use super::seeding::k_means_plus_plus;
use crate::flattened::Flattened;

/// Rows that are looked at together.
const BLOCK: usize = 256;

/// Parts that the rows are cut into, each with its own sums.
const MOST_SHARDS: usize = 16;

/// How the centres are found. The defaults are those of scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KMeansParams {
    /// Clusters, at least 1; fewer where fewer rows differ. Default 8.
    pub n_clusters: usize,
    /// Iterations at most, at least 1. Default 300.
    pub max_iterations: usize,
    /// It ends when the centres have moved, in the sum of squares, by at most this share of the
    /// mean variance of the columns; with 0 when no row changes its cluster. Default 1e-4.
    pub tolerance: f64,
}

impl Default for KMeansParams {
    fn default() -> KMeansParams {
        KMeansParams { n_clusters: 8, max_iterations: 300, tolerance: 1e-4 }
    }
}

impl KMeansParams {
    pub(super) fn check(&self, step: &'static str) -> Result<()> {
        let &KMeansParams { n_clusters, max_iterations, tolerance } = self;
        let ok = (1..=1 << 20).contains(&n_clusters);
        Error::check_parameter(step, "n_clusters", n_clusters as f64, ok, "1 to 1048576")?;
        let (found, ok) = (max_iterations as f64, 1 <= max_iterations);
        Error::check_parameter(step, "max_iterations", found, ok, "at least 1")?;
        let ok = 0.0 <= tolerance && tolerance.is_finite();
        Error::check_parameter(step, "tolerance", tolerance, ok, "at least 0")
    }
}

/// Centres, each the mean of the rows nearest to it, and how many rows each has.
pub(super) fn k_means(
    step: &'static str,
    rows: &Flattened<'_>,
    params: &KMeansParams,
    seed: Seed,
) -> Result<(Centres, Vec<usize>)> {
    if rows.len() == 0 {
        return Err(Error::TooFewSamples { step, wanted: 1, found: 0 });
    }
    let limit = params.tolerance * mean_variance(rows);
    let mut lloyd = Lloyd::new(rows, k_means_plus_plus(rows, params.n_clusters, seed));
    for _ in 0..params.max_iterations {
        let (n_moved, shift) = lloyd.iterate();
        if n_moved == 0 || shift <= limit {
            break;
        }
    }
    if lloyd.centres.values.iter().any(|value| !value.is_finite()) {
        return Err(Error::Numeric { step, what: "the means leave the range of finite numbers" });
    }
    Ok(lloyd.finish())
}

/// Where the iterations stand.
struct Lloyd<'a, 'b> {
    rows: &'a Flattened<'b>,
    centres: Centres,
    /// Of each row its cluster, and bounds of its distances.
    of_rows: Vec<Place>,
    shard: usize,
    /// The sum of the rows of each cluster, and their number.
    sums: Vec<f64>,
    sizes: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Place {
    centre: u32,
    /// At least the distance to that centre.
    upper: f64,
    /// At most the distance to any other.
    lower: f64,
}

const NOWHERE: u32 = u32::MAX;

/// What the rows of a shard change.
struct Changes {
    n_moved: usize,
    sums: Vec<f64>,
    sizes: Vec<isize>,
}

impl<'a, 'b> Lloyd<'a, 'b> {
    fn new(rows: &'a Flattened<'b>, centres: Centres) -> Lloyd<'a, 'b> {
        let nowhere = Place { centre: NOWHERE, upper: f64::INFINITY, lower: 0.0 };
        let shard = rows.len().div_ceil(MOST_SHARDS).next_multiple_of(BLOCK);
        let (sums, sizes) = (vec![0.0; centres.values.len()], vec![0; centres.len()]);
        Lloyd { rows, centres, of_rows: vec![nowhere; rows.len()], shard, sums, sizes }
    }

    /// Gives the rows to their nearest centres and moves these; how many rows changed, and the
    /// sum of the squares of the moves.
    fn iterate(&mut self) -> (usize, f64) {
        let n_moved = self.assign();
        if n_moved == 0 {
            return (0, 0.0);
        }
        let before = self.centres.clone();
        self.move_centres();
        let mut moves = Vec::with_capacity(before.len());
        let mut shift = 0.0;
        for centre in 0..before.len() {
            let [squared] = squared_distances(self.centres.get(centre), [before.get(centre)]);
            shift += squared;
            moves.push(squared.sqrt());
        }
        self.loosen(&moves);
        (n_moved, shift)
    }

    /// Moves the bounds as far as the centres.
    fn loosen(&mut self, moves: &[f64]) {
        let mut order: Vec<usize> = (0..moves.len()).collect();
        order.sort_by(|&a, &b| moves[b].total_cmp(&moves[a]));
        let farthest = order[0];
        let second = order.get(1).map_or(0.0, |&centre| moves[centre]);
        self.of_rows.par_chunks_mut(1 << 14).for_each(|places| {
            for place in places {
                let centre = place.centre as usize;
                let others = if centre == farthest { second } else { moves[farthest] };
                place.upper += moves[centre];
                place.lower -= others;
            }
        });
    }

    /// Half the distance of each centre to the nearest other.
    fn half_gaps(&self) -> Vec<f64> {
        let gap = |centre: usize| {
            let others = (0..self.centres.len()).filter(|&other| other != centre);
            let squared = others.map(|other| {
                squared_distances(self.centres.get(centre), [self.centres.get(other)])[0]
            });
            squared.fold(f64::INFINITY, f64::min).sqrt() / 2.0
        };
        (0..self.centres.len()).into_par_iter().map(gap).collect()
    }

    fn assign(&mut self) -> usize {
        let gaps = self.half_gaps();
        let (rows, centres, shard) = (self.rows, &self.centres, self.shard);
        let shards = self.of_rows.par_chunks_mut(shard).enumerate().with_max_len(1);
        let changes: Vec<Changes> = shards
            .map(|(at, places)| {
                let mut changes = Changes {
                    n_moved: 0,
                    sums: vec![0.0; centres.values.len()],
                    sizes: vec![0; centres.len()],
                };
                for (block, places) in places.chunks_mut(BLOCK).enumerate() {
                    let first = at * shard + block * BLOCK;
                    assign_block(rows, first, places, centres, &gaps, &mut changes);
                }
                changes
            })
            .collect();
        let mut n_moved = 0;
        for change in changes {
            n_moved += change.n_moved;
            self.sums.iter_mut().zip(change.sums).for_each(|(sum, change)| *sum += change);
            for (size, change) in self.sizes.iter_mut().zip(change.sizes) {
                *size = size.saturating_add_signed(change);
            }
        }
        n_moved
    }

    /// Puts each centre at the mean of its rows; one without rows stays.
    fn move_centres(&mut self) {
        let width = self.centres.width;
        let sums = self.sums.chunks_exact(width).zip(&self.sizes);
        for (centre, (sums, &size)) in self.centres.values.chunks_exact_mut(width).zip(sums) {
            if 0 < size {
                centre.iter_mut().zip(sums).for_each(|(value, sum)| *value = sum / size as f64);
            }
        }
    }

    /// The centres, as means of sums that are taken anew, without what many changes have left of
    /// rounding; and how many rows are nearest to each.
    fn finish(mut self) -> (Centres, Vec<usize>) {
        let of_rows = &self.of_rows;
        let (rows, shard, n_values) = (self.rows, self.shard, self.sums.len());
        let width = self.centres.width;
        let parts: Vec<Vec<f64>> = of_rows
            .par_chunks(shard)
            .enumerate()
            .map(|(at, places)| {
                let mut sums = vec![0.0; n_values];
                for (row, place) in places.iter().enumerate() {
                    let sums = &mut sums[place.centre as usize * width..][..width];
                    add(sums, rows.row(at * shard + row), 1.0);
                }
                sums
            })
            .collect();
        self.sums.fill(0.0);
        parts.iter().for_each(|part| add(&mut self.sums, part, 1.0));
        self.move_centres();
        let mut sizes = vec![0; self.centres.len()];
        let shares = (0..rows.len()).into_par_iter().step_by(BLOCK).map(|first| {
            let rows: Vec<&[f64]> =
                (first..rows.len().min(first + BLOCK)).map(|row| rows.row(row)).collect();
            self.centres.nearest(&rows)
        });
        for nearest in shares.collect::<Vec<_>>().concat() {
            sizes[nearest.centre as usize] += 1;
        }
        (self.centres, sizes)
    }
}

/// Gives the rows of a block to their nearest centres, where the bounds leave that open.
fn assign_block(
    rows: &Flattened<'_>,
    first: usize,
    places: &mut [Place],
    centres: &Centres,
    gaps: &[f64],
    changes: &mut Changes,
) {
    // What rounding may be off, well above it.
    const SLACK: f64 = 1.0 + 1e-12;
    let is_open = |place: &Place| {
        let kept = place.centre != NOWHERE
            && place.upper * SLACK < gaps[place.centre as usize].max(place.lower);
        !kept
    };
    let open: Vec<usize> = (0..places.len()).filter(|&at| is_open(&places[at])).collect();
    let open_rows: Vec<&[f64]> = open.iter().map(|&at| rows.row(first + at)).collect();
    for (&at, nearest) in open.iter().zip(centres.nearest(&open_rows)) {
        let place = &mut places[at];
        let row = rows.row(first + at);
        if place.centre != nearest.centre {
            let width = centres.width;
            if place.centre != NOWHERE {
                let before = place.centre as usize;
                add(&mut changes.sums[before * width..][..width], row, -1.0);
                changes.sizes[before] -= 1;
            }
            let now = nearest.centre as usize;
            add(&mut changes.sums[now * width..][..width], row, 1.0);
            changes.sizes[now] += 1;
            changes.n_moved += 1;
        }
        *place = Place {
            centre: nearest.centre,
            upper: nearest.squared.sqrt(),
            lower: nearest.second.sqrt(),
        };
    }
}

fn add(sums: &mut [f64], row: &[f64], sign: f64) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += sign * value);
}

/// The mean over the columns of their variance.
fn mean_variance(rows: &Flattened<'_>) -> f64 {
    let shard = rows.len().div_ceil(MOST_SHARDS);
    let sum = |of: &(dyn Fn(&mut [f64], &[f64]) + Sync)| {
        let parts: Vec<Vec<f64>> = (0..rows.len())
            .into_par_iter()
            .step_by(shard)
            .map(|first| {
                let mut sums = vec![0.0; rows.width()];
                (first..rows.len().min(first + shard)).for_each(|row| of(&mut sums, rows.row(row)));
                sums
            })
            .collect();
        let mut sums = vec![0.0; rows.width()];
        parts.iter().for_each(|part| add(&mut sums, part, 1.0));
        sums.iter_mut().for_each(|sum| *sum /= rows.len() as f64);
        sums
    };
    let means = sum(&|sums, row| add(sums, row, 1.0));
    let variances = sum(&|sums, row| {
        for ((sum, value), mean) in sums.iter_mut().zip(row).zip(&means) {
            *sum += (value - mean) * (value - mean);
        }
    });
    variances.iter().sum::<f64>() / variances.len() as f64
}
