//! What every one-class detector must hold.

use super::state::check_state;
use super::{bell, is_baseline, uniform, with_threads};
use crate::{
    Causality, Columns, Detector, FittedDetector, Frame, Samples, Scores, Seed, Sequences,
    WindowsOwned,
};

const WIDTH: usize = 4;

/// Checks the contract of a detector of dense rows.
///
/// # Panics
///
/// With the name and the broken rule, if the detector does not hold the contract.
pub fn check_row_detector(name: &str, detector: &dyn Detector) {
    let mut next = uniform(5);
    let values: Vec<f64> = (0..200 * WIDTH).map(|_| bell(&mut next)).collect();
    let train = Frame::new(values, Columns::numbered("x", WIDTH)).expect("finite values");
    let mut values = train.values()[..50 * WIDTH].to_vec();
    values.extend([40.0; WIDTH]);
    let test = Frame::new(values, train.columns()).expect("finite values");
    let fitted = check(name, detector, &train.samples(), &test.samples());

    let narrow = Frame::new(vec![1.0; WIDTH - 1], Columns::numbered("x", WIDTH - 1));
    let narrow = fitted.score(&narrow.expect("finite values").samples());
    assert!(narrow.is_err(), "{name}: wrong width in score");
    let sequences: Sequences = [[1u16, 2]].into_iter().collect();
    assert!(fitted.score(&sequences.samples()).is_err(), "{name}: sequences in score");
    let constant = Frame::new(vec![1.0; 20 * WIDTH], train.columns()).expect("finite values");
    check_degenerate(name, detector, "constant columns", &constant.samples());
}

/// Checks the contract of a detector of windows over dense rows.
///
/// # Panics
///
/// With the name and the broken rule, if the detector does not hold the contract.
pub fn check_window_detector(name: &str, detector: &dyn Detector) {
    let mut next = uniform(7);
    let rows = |values: Vec<f64>| {
        let width = values.len() / 200;
        Frame::new(values, Columns::numbered("x", width)).expect("finite values")
    };
    // Two series; no window lies over both.
    let windows = |rows: Frame, size| {
        WindowsOwned::new(rows, vec![0, 120, 200], size, 1).expect("edges that ascend")
    };
    let normal = rows((0..200 * WIDTH).map(|_| bell(&mut next)).collect());
    let train = windows(normal.clone(), 6);
    // The planted rows are those of the last window, which others reach into.
    let mut values = normal.values().to_vec();
    values[194 * WIDTH..].fill(40.0);
    let test = windows(rows(values), 6).view().select(&(100..190).collect::<Vec<_>>());
    let fitted = check(name, detector, &train.samples(), &test.samples());

    let narrow = windows(rows(vec![1.0; 200 * (WIDTH - 1)]), 6);
    assert!(fitted.score(&narrow.samples()).is_err(), "{name}: wrong width in score");
    let sequences: Sequences = [[1u16, 2]].into_iter().collect();
    assert!(fitted.score(&sequences.samples()).is_err(), "{name}: sequences in score");
    let constant = windows(rows(vec![1.0; 200 * WIDTH]), 6);
    check_degenerate(name, detector, "constant columns", &constant.samples());
    let single = windows(normal, 1);
    check_degenerate(name, detector, "windows of one row", &single.samples());
}

/// Checks the contract of a detector of sequences.
///
/// # Panics
///
/// With the name and the broken rule, if the detector does not hold the contract.
pub fn check_sequence_detector(name: &str, detector: &dyn Detector) {
    let mut next = uniform(9);
    let mut normal = || -> Vec<u16> {
        let n_symbols = 30 + (40.0 * next()) as usize;
        let mut symbol = 0;
        (0..n_symbols)
            .map(|_| {
                symbol = if next() < 0.9 { (symbol + 1) % 8 } else { (10.0 * next()) as u16 };
                symbol
            })
            .collect()
    };
    let train: Sequences = (0..200).map(|_| normal()).collect();
    let planted: Vec<u16> = (0..300).map(|at| 11 + (at * at % 7) as u16).collect();
    let test: Sequences =
        train.view().iter().take(50).map(<[u16]>::to_vec).chain([planted]).collect();
    let fitted = check(name, detector, &train.samples(), &test.samples());

    let rows = Frame::new(vec![1.0], ["x"]).expect("finite values");
    assert!(fitted.score(&rows.samples()).is_err(), "{name}: rows in score");
    let constant: Sequences = (0..20).map(|_| vec![3u16; 40]).collect();
    check_degenerate(name, detector, "constant sequences", &constant.samples());
    let short: Sequences = [vec![], vec![1u16], vec![1, 2]].into_iter().collect();
    check_degenerate(name, detector, "short sequences", &short.samples());
}

/// The rules that hold for samples of any kind; the last test sample is the planted one.
fn check(
    name: &str,
    detector: &dyn Detector,
    train: &Samples<'_>,
    test: &Samples<'_>,
) -> Box<dyn FittedDetector> {
    let run = |n_threads| {
        with_threads(n_threads, || {
            let fitted = detector.fit(train, Seed(4));
            let fitted = fitted.unwrap_or_else(|error| panic!("{name}: fit: {error}"));
            let scores = fitted.score(test);
            let scores = scores.unwrap_or_else(|error| panic!("{name}: score: {error}"));
            (fitted, scores)
        })
    };
    let (fitted, scores) = run(1);
    assert_eq!(scores.len(), test.len(), "{name}: one score a sample");
    for n_threads in [1, 2, 3] {
        let again = run(n_threads).1;
        assert!(again == scores, "{name}: same seed, same bits, with {n_threads} threads");
    }
    let planted = scores.values()[scores.len() - 1];
    let mut sorted = scores.values().to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    // Baselines that ignore the sample cannot rank it.
    if !is_baseline(name) {
        assert!(median < planted, "{name}: planted outlier {planted}, median {median}");
    }
    if fitted.causality() == Causality::Pointwise {
        let some: Vec<usize> = (0..test.len()).rev().step_by(3).collect();
        let part = fitted.score(&test.select(&some).view());
        let part = part.unwrap_or_else(|error| panic!("{name}: score a subset: {error}"));
        for (at, &sample) in some.iter().enumerate() {
            let same = part.values()[at].to_bits() == scores.values()[sample].to_bits();
            assert!(same, "{name}: sample {sample} scored with others and without");
        }
    }
    check_state(name, detector, fitted.as_ref(), test, &scores);
    check_explanations(name, fitted.as_ref(), test);
    check_stream(name, fitted.as_ref(), test, &scores);
    let none = fitted.score(&test.select(&[]).view());
    assert!(none.is_ok_and(|none| none.is_empty()), "{name}: no samples, no scores");
    check_degenerate(name, detector, "no sample", &train.select(&[]).view());
    check_degenerate(name, detector, "one sample", &train.select(&[0]).view());
    fitted
}

/// Rows that come in parts have the scores and the columns' errors of all at once.
fn check_stream(name: &str, fitted: &dyn FittedDetector, test: &Samples<'_>, scores: &Scores) {
    let begun = fitted.stream().unwrap_or_else(|error| panic!("{name}: stream: {error}"));
    let (Some(mut stream), Samples::Rows(rows)) = (begun, test) else { return };
    let errors = fitted.column_errors(test);
    let errors = errors.unwrap_or_else(|error| panic!("{name}: errors of columns: {error}"));
    let (mut found, mut weights) = (Vec::new(), Vec::new());
    for (part, n_rows) in [1, 7, 16].into_iter().cycle().enumerate() {
        let first = found.len();
        if first == rows.n_rows() {
            break;
        }
        let rows = rows.slice(first..rows.n_rows().min(first + n_rows));
        // Asking for errors of columns changes no score.
        let scored = stream.score(rows, errors.is_some() || part % 2 == 0);
        let (scores, of_columns) = scored.unwrap_or_else(|error| panic!("{name}: {error}"));
        found.extend_from_slice(scores.values());
        weights.extend(of_columns.iter().flat_map(|frame| frame.view().values().to_vec()));
    }
    assert_eq!(found, scores.values(), "{name}: rows in parts score as all at once");
    let whole = errors.map(|errors| errors.view().values().to_vec()).unwrap_or_default();
    assert_eq!(weights, whole, "{name}: errors of columns of rows in parts");
}

/// Of each sample the heaviest parts, with weights that compare.
fn check_explanations(name: &str, fitted: &dyn FittedDetector, test: &Samples<'_>) {
    let explained = fitted.explain(test, 3);
    let explained = explained.unwrap_or_else(|error| panic!("{name}: explain: {error}"));
    let Some(explained) = explained else { return };
    assert_eq!(explained.len(), test.len(), "{name}: one explanation a sample");
    for explanation in &explained {
        let weights: Vec<f64> = explanation.parts.iter().map(|part| part.weight).collect();
        assert!(weights.len() <= 3, "{name}: more parts than asked for");
        assert!(weights.iter().all(|weight| weight.is_finite() && 0.0 < *weight), "{name}: weight");
        assert!(weights.is_sorted_by(|a, b| b <= a), "{name}: the heaviest part comes first");
    }
    let planted = explained.last().map_or(0, |explanation| explanation.parts.len());
    assert!(0 < planted, "{name}: nothing made the score of the planted outlier");
}

/// Inputs with nothing to learn give an error or a working model, never a panic.
fn check_degenerate(name: &str, detector: &dyn Detector, case: &str, train: &Samples<'_>) {
    if let Ok(fitted) = detector.fit(train, Seed(1))
        && let Ok(scores) = fitted.score(train)
    {
        assert_eq!(scores.len(), train.len(), "{name}: {case}: one score a sample");
    }
}
