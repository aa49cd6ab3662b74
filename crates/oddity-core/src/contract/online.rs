//! What every online detector must hold.

use super::state::{altered, lacking};
use super::{bell, uniform};
use crate::{Error, OnlineDetector, State};

const WIDTH: usize = 4;
/// Rows before the state is taken, and after.
const N_ROWS: [usize; 2] = [300, 60];

/// Checks the contract of an online detector of rows of four columns; `begin` gives one before
/// the first row, always the same.
///
/// Same rows, same bits; finite scores, that of a planted row above the median; a row of another
/// width, or with a value that is not finite, is refused and changes nothing; a score changes
/// nothing; resumed from its state a detector goes on to the same bits, and a state that was
/// altered is refused or goes on, without a panic.
///
/// # Panics
///
/// With the name and the broken rule, if the detector does not hold the contract.
pub fn check_online_detector(name: &str, begin: &dyn Fn() -> Box<dyn OnlineDetector>) {
    let mut next = uniform(21);
    let n_rows = N_ROWS[0] + N_ROWS[1];
    let rows: Vec<[f64; WIDTH]> =
        (0..n_rows).map(|_| [(); WIDTH].map(|()| bell(&mut next))).collect();
    let (before, after) = rows.split_at(N_ROWS[0]);
    let mut detector = begin();
    check_refusals(name, &mut *detector);
    let first = run(name, &mut *detector, before);
    assert_eq!(run(name, &mut *begin(), before), first, "{name}: same rows, same bits");

    check_refusals(name, &mut *detector);
    let planted = score(name, &mut *detector, &[40.0; WIDTH]);
    let mut seen = first[N_ROWS[0] / 2..].to_vec();
    seen.sort_by(|a, b| f64::from_bits(*a).total_cmp(&f64::from_bits(*b)));
    let median = f64::from_bits(seen[seen.len() / 2]);
    assert!(median < planted, "{name}: planted outlier {planted}, median {median}");
    let weights = detector.weigh_columns(&[40.0; WIDTH]);
    if let Some(weights) = weights.unwrap_or_else(|error| panic!("{name}: weigh: {error}")) {
        assert_eq!(weights.len(), WIDTH, "{name}: one weight a column");
        let are_weights = weights.iter().all(|weight| 0.0 <= *weight && weight.is_finite());
        assert!(are_weights, "{name}: weights {weights:?}");
        assert!(weights.iter().any(|weight| 0.0 < *weight), "{name}: nothing made the score");
    }

    let kept = detector.state();
    let went_on = run(name, &mut *detector, after);
    let Some(kept) = kept else { return };
    let mut resumed = begin();
    resumed.resume(&kept).unwrap_or_else(|error| panic!("{name}: resume: {error}"));
    assert!(resumed.state().as_ref() == Some(&kept), "{name}: another state after resume");
    assert_eq!(run(name, &mut *resumed, after), went_on, "{name}: other scores after resume");
    check_altered(name, begin, &kept, after);
}

/// Prequential scores, as bits.
fn run(name: &str, detector: &mut dyn OnlineDetector, rows: &[[f64; WIDTH]]) -> Vec<u64> {
    let observe = |row: &[f64; WIDTH]| {
        let first = score(name, detector, row);
        let again = score(name, detector, row);
        assert_eq!(first.to_bits(), again.to_bits(), "{name}: a score changed the detector");
        detector.learn_one(row).unwrap_or_else(|error| panic!("{name}: learn: {error}"));
        first.to_bits()
    };
    rows.iter().map(observe).collect()
}

fn score(name: &str, detector: &mut dyn OnlineDetector, row: &[f64]) -> f64 {
    let score = detector.score_one(row).unwrap_or_else(|error| panic!("{name}: score: {error}"));
    assert!(score.is_finite(), "{name}: score {score}");
    score
}

/// Bad rows are refused in scoring and in learning, and change nothing.
fn check_refusals(name: &str, detector: &mut dyn OnlineDetector) {
    let kept = detector.state();
    let narrow = [1.0; WIDTH - 1];
    let mut holes = [0.5; WIDTH];
    for value in [f64::NAN, f64::INFINITY] {
        holes[2] = value;
        for refused in [detector.score_one(&holes).err(), detector.learn_one(&holes).err()] {
            let ok = matches!(refused, Some(Error::NotFinite { column: 2, .. }));
            assert!(ok, "{name}: {value} gave {refused:?}");
        }
    }
    for refused in [detector.score_one(&narrow).err(), detector.learn_one(&narrow).err()] {
        let ok = matches!(refused, Some(Error::Width { expected: WIDTH, found: 3 }));
        assert!(ok, "{name}: a narrow row gave {refused:?}");
    }
    assert!(detector.state() == kept, "{name}: a refused row changed the detector");
}

fn check_altered(
    name: &str,
    begin: &dyn Fn() -> Box<dyn OnlineDetector>,
    kept: &State,
    rows: &[[f64; WIDTH]],
) {
    for (entry, lacking) in lacking(kept) {
        let mut detector = begin();
        let fresh = detector.state();
        assert!(detector.resume(&lacking).is_err(), "{name}: resumed without {entry}");
        assert!(detector.state() == fresh, "{name}: a refused state changed the detector");
    }
    for (entry, altered) in altered(kept) {
        let mut detector = begin();
        // Refused, or another detector, whose scores are finite or refused: nothing else.
        if detector.resume(&altered).is_ok() {
            for row in rows {
                if let Ok(score) = detector.score_one(row) {
                    assert!(score.is_finite(), "{name}: {entry} altered gave {score}");
                }
                let _ = detector.learn_one(row);
            }
        }
    }
}
