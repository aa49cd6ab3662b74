//! The sweep against distances of all pairs.

use oddity_core::{Columns, Frame};
use proptest::prelude::*;

use super::*;

/// All pairs, sorted by distance and index.
fn all_pairs(train: &Frame, queries: &Frame, k: usize) -> Vec<Neighbour> {
    let mut nearest = Vec::new();
    for query in queries.view().iter() {
        let distance = |row: &[f64]| {
            let padded = |row: &[f64]| -> Vec<f64> {
                row.iter().copied().chain([0.0; 8]).take(row.len().next_multiple_of(8)).collect()
            };
            let (query, row) = (padded(query), padded(row));
            let mut sums = [0.0; 8];
            for (at, (a, b)) in query.iter().zip(&row).enumerate() {
                sums[at % 8] += (a - b) * (a - b);
            }
            ((sums[0] + sums[1]) + (sums[2] + sums[3]))
                + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
        };
        let mut all: Vec<Neighbour> = (0..train.n_rows())
            .map(|row| Neighbour { squared: distance(train.row(row)), row: row as u32 })
            .collect();
        all.sort_by(|a, b| a.squared.total_cmp(&b.squared).then(a.row.cmp(&b.row)));
        nearest.extend_from_slice(&all[..k]);
    }
    nearest
}

fn rows_of(frame: &Frame) -> Vec<&[f64]> {
    frame.view().iter().collect()
}

#[track_caller]
fn check(train: Vec<f64>, queries: Vec<f64>, width: usize, k: usize) {
    let train = Frame::new(train, Columns::numbered("x", width)).unwrap();
    let queries = Frame::new(queries, train.columns()).unwrap();
    let found = NearestRows::new(train.view().iter()).search(&rows_of(&queries), k);
    assert_eq!(found, all_pairs(&train, &queries, k));
}

/// Numbers between -1 and 1, the same in every run.
fn noise(n_values: usize) -> Vec<f64> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n_values).map(|_| next()).collect()
}

#[test]
fn rows_without_structure() {
    for (n_rows, width) in [(1, 1), (31, 3), (32, 8), (500, 17), (1500, 90)] {
        let values = noise(n_rows * width);
        check(values.clone(), values, width, 1.max(n_rows / 50));
    }
}

#[test]
fn distances_that_descend_with_the_index_make_every_row_a_candidate() {
    let train: Vec<f64> = (0..5000).rev().map(|row| f64::from(row) * 0.5).collect();
    check(train, vec![-1.0, 0.1, 3000.0], 1, 7);
}

#[test]
fn a_cluster_that_single_precision_cannot_tell_apart() {
    let mut train: Vec<f64> = noise(3000 * 4).iter().map(|value| 1e3 + value * 1e-9).collect();
    train.extend([-1e3; 4]);
    let queries = train[..40].to_vec();
    check(train, queries, 4, 5);
}

#[test]
fn values_that_leave_the_range_of_single_precision() {
    for scale in [1e-300, 1e-170, 1e-60, 1e-30, 1e30, 1e60, 1e170, 1.7e308] {
        let train: Vec<f64> = noise(300 * 5).iter().map(|value| value * scale).collect();
        let mut queries = train[..50].to_vec();
        queries.extend([1.0; 5]);
        queries.extend([f64::MAX, f64::MIN, 0.0, 1e200, 1e-200]);
        check(train, queries, 5, 3);
    }
}

#[test]
fn zero_and_minus_zero_are_the_same_row() {
    check(vec![0.0, -0.0, 1.0, 0.0], vec![0.0, -0.0], 1, 3);
}

proptest! {
    /// Small integers: rows that repeat and distances that tie at every place.
    #[test]
    fn ties_go_to_the_lowest_index(
        train in prop::collection::vec(0..3i8, 12 * 4..400 * 4),
        queries in prop::collection::vec(0..3i8, 30 * 4),
        k in 1..12usize,
    ) {
        let values = |values: &[i8]| values.iter().copied().map(f64::from).collect::<Vec<_>>();
        let whole = train.len() / 4 * 4;
        check(values(&train[..whole]), values(&queries), 4, k);
    }

    /// Values of very different sizes.
    #[test]
    fn any_finite_values(
        train in prop::collection::vec(prop::num::f64::NORMAL, 3 * 40),
        queries in prop::collection::vec(prop::num::f64::ANY, 3 * 5),
    ) {
        let queries = queries.iter().map(|value| if value.is_finite() { *value } else { 0.5 });
        check(train, queries.collect(), 3, 5);
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let values = noise(2000 * 12);
    let train = Frame::new(values, Columns::numbered("x", 12)).unwrap();
    let search = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| NearestRows::new(train.view().iter()).search(&rows_of(&train), 4))
    };
    assert_eq!(search(1), search(3));
}

#[test]
fn others_leave_out_the_row_itself() {
    let train = Frame::new(vec![0.0, 1.0, 0.0, 0.0, 5.0, 0.0], ["x"]).unwrap();
    let found = NearestRows::new(train.view().iter()).search_others(2);
    let found: Vec<(f64, u32)> = found.iter().map(|other| (other.squared, other.row)).collect();
    // Row 5 is one of four equal ones, of which the first three come before it.
    let expected = [
        [(0.0, 2), (0.0, 3)],
        [(1.0, 0), (1.0, 2)],
        [(0.0, 0), (0.0, 3)],
        [(0.0, 0), (0.0, 2)],
        [(16.0, 1), (25.0, 0)],
        [(0.0, 0), (0.0, 2)],
    ];
    assert_eq!(found, expected.concat());
}
