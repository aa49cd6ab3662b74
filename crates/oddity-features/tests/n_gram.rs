//! n-grams against a plain count, and the same bits for any number of threads.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Classes, Csr, Frame, SamplesOwned, Sequences, SupervisedTransformer as _};
use oddity_core::{Error, Transformer as _};
use oddity_features::{ClassNGram, Edge, NGram, NGramParams, Value};
use proptest::prelude::*;

fn class_n_gram(params: &NGramParams, traces: &Sequences, classes: &Classes) -> Csr {
    let step = ClassNGram::new(params.clone()).unwrap();
    let fitted = step.fit(&traces.samples(), classes).unwrap();
    match fitted.transform(&traces.samples()).unwrap() {
        SamplesOwned::Sparse(rows) => rows,
        other => panic!("{other:?}"),
    }
}

fn name(window: &[u16]) -> String {
    window.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
}

/// The same by lists and text, as the published notebook does it.
fn plain(params: &NGramParams, traces: &[Vec<u16>], classes: &[u32], n_classes: u32) -> Frame {
    let windows = |trace: &[u16], size: usize| -> Vec<String> {
        let end = trace.len().saturating_sub(usize::from(params.edge == Edge::AsPublished));
        trace[..end].windows(size).map(name).collect()
    };
    let mut names: Vec<String> = Vec::new();
    for &size in &params.sizes {
        let mut union: Vec<String> = Vec::new();
        for class in 0..n_classes {
            let group = traces.iter().zip(classes).filter(|(_, of)| **of == class);
            let found: Vec<String> = match params.edge {
                Edge::Kept => group.flat_map(|(trace, _)| windows(trace, size)).collect(),
                Edge::AsPublished => {
                    windows(&group.flat_map(|(trace, _)| trace.clone()).collect::<Vec<_>>(), size)
                }
            };
            let mut counted: Vec<(String, usize)> = Vec::new();
            for window in found {
                match counted.iter_mut().find(|(known, _)| *known == window) {
                    Some((_, count)) => *count += 1,
                    None => counted.push((window, 1)),
                }
            }
            let n_kept = (params.top_share * counted.len() as f64).ceil() as usize;
            counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            for (window, _) in counted.into_iter().take(n_kept) {
                if !union.contains(&window) {
                    union.push(window);
                }
            }
        }
        union.truncate(params.columns_per_size.unwrap_or(usize::MAX));
        names.extend(union);
    }
    let mut values = Vec::new();
    for trace in traces {
        for name in &names {
            let all = windows(trace, name.split(' ').count());
            let count = all.iter().filter(|window| *window == name).count() as f64;
            values.push(match params.values {
                Value::Counts => count,
                Value::Binary => count.min(1.0),
                Value::Frequencies => count / all.len().max(1) as f64,
            });
        }
    }
    Frame::new(values, oddity_core::Columns::new(names)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn columns_and_counts_equal_a_plain_count(
        traces in prop::collection::vec(
            (prop::collection::vec(prop_oneof![0..4u16, Just(65_535)], 0..30), 0..3u32), 1..12,
        ),
        sizes in prop::sample::subsequence(vec![1usize, 2, 3, 4, 5, 7], 1..4),
        top_share in prop_oneof![Just(0.3), Just(1.0), 0.05..1.0],
        columns_per_size in prop_oneof![Just(None), (1..6usize).prop_map(Some)],
        edge in prop_oneof![Just(Edge::Kept), Just(Edge::AsPublished)],
        values in prop_oneof![Just(Value::Counts), Just(Value::Binary), Just(Value::Frequencies)],
    ) {
        let params = NGramParams { sizes, top_share, columns_per_size, edge, values };
        let (traces, codes): (Vec<Vec<u16>>, Vec<u32>) = traces.into_iter().unzip();
        let expected = plain(&params, &traces, &codes, 3);
        prop_assume!(expected.n_columns() != 0);
        let classes = Classes::new(codes, ["a", "b", "c"]).unwrap();
        let sequences: Sequences = traces.iter().collect();
        let found = class_n_gram(&params, &sequences, &classes).view().to_dense();
        prop_assert_eq!(found, expected);

        let one = vec![0; traces.len()];
        let expected = plain(&params, &traces, &one, 1);
        let found = NGram::new(params).unwrap().fit(&sequences.samples()).unwrap();
        let found = found.transform(&sequences.samples()).unwrap().into_dense().unwrap();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn one_thread_and_several_give_the_same_bits() {
    // Long enough for several shards, in both ways of laying windows.
    let traces: Sequences = (0..700u32)
        .map(|trace| {
            let calls = (0..900).map(|at: u32| (at * at + trace * at) % 97 + trace % 5);
            calls.map(|call| call as u16).collect::<Vec<_>>()
        })
        .collect();
    let codes = (0..700).map(|trace| trace % 2).collect();
    let classes = Classes::new(codes, ["a", "b"]).unwrap();
    for edge in [Edge::Kept, Edge::AsPublished] {
        let params = NGramParams { edge, ..NGramParams::default() };
        let run = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| class_n_gram(&params, &traces, &classes))
        };
        let one = run(1);
        assert!(one == run(2) && one == run(5), "{edge:?}");
    }
}

#[test]
fn windows_unseen_in_fit_are_not_counted() {
    let train: Sequences = [[1u16, 2, 1, 2]].into_iter().collect();
    let test: Sequences = [vec![1u16, 2, 9, 9], vec![], vec![65_535]].into_iter().collect();
    let params = NGramParams { sizes: vec![2], top_share: 1.0, ..NGramParams::default() };
    let fitted = NGram::new(params).unwrap().fit(&train.samples()).unwrap();
    let rows = fitted.transform(&test.samples()).unwrap().into_dense().unwrap();
    assert_eq!(rows.columns().iter().collect::<Vec<_>>(), ["1 2", "2 1"]);
    assert_eq!(rows.values(), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn what_has_no_window_is_refused() {
    let fit = |traces: &[&[u16]]| {
        let params = NGramParams { sizes: vec![3], ..NGramParams::default() };
        let traces: Sequences = traces.iter().collect();
        NGram::new(params).unwrap().fit(&traces.samples()).err()
    };
    assert!(matches!(fit(&[]), Some(Error::TooFewSamples { found: 0, .. })));
    assert!(matches!(fit(&[&[], &[1], &[1, 2]]), Some(Error::Numeric { .. })));
    assert!(fit(&[&[], &[1, 2, 3]]).is_none());
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let default = NGramParams::default;
    for params in [
        NGramParams { sizes: vec![], ..default() },
        NGramParams { sizes: vec![0], ..default() },
        NGramParams { sizes: vec![2, 1, 2], ..default() },
        NGramParams { top_share: 0.0, ..default() },
        NGramParams { top_share: 1.1, ..default() },
        NGramParams { top_share: f64::NAN, ..default() },
        NGramParams { columns_per_size: Some(0), ..default() },
    ] {
        assert!(matches!(NGram::new(params.clone()), Err(Error::Parameter { .. })), "{params:?}");
        assert!(matches!(ClassNGram::new(params), Err(Error::Parameter { .. })));
    }
}
