//! The integration tests of this crate, one module a subject, one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in its functions too")]

/// Affiliation precision and recall.
mod affiliation;
/// Ranges, point adjustment, NAB, events found.
mod alarm_measures;
/// Balanced measures and probabilities against scikit-learn and imbalanced-learn.
mod balance;
/// Intervals and paired differences.
mod bootstrap;
/// Detectors over many datasets.
mod critical_difference;
/// Folds, their seeds, failures and events.
mod cross_validation;
/// eTaPR in its versions.
mod etapr;
/// Streams of truth and alarms.
mod event_streams;
/// What holds for any scores, labels and splits.
mod properties;
/// Tests of ranks and intervals against SciPy.
mod scipy_comparisons;
/// Candidates, ranks, nested search.
mod search;
/// Many figures on the same resamples.
mod shared_resamples;
/// Confusion matrix, rates and report against scikit-learn.
mod sklearn_classes;
/// Curves and areas against scikit-learn.
mod sklearn_scores;
/// Splits, orders and draws against scikit-learn.
mod sklearn_splits;
/// Threshold rules against scipy, and their ids.
mod thresholds;
/// Ids, and what has no value.
mod undefined;
/// Volume under the surface against its three reference programs.
mod vus;
/// Scores that other suites of measures are tested with, where they are at hand.
mod vus_200;

/// Whether two numbers are equal to 1e-12, relative to the larger; infinities are equal.
fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}
