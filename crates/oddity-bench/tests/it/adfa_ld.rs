//! The published study on the real traces, where they are.

use oddity_bench::results::ResultRow;
use oddity_bench::run::run;
use oddity_bench::suite::embedded;

use super::options;

/// Rows of the pipelines that match, or nothing where there is no real data.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn rows(only: &str) -> Option<Vec<ResultRow>> {
    if std::env::var_os("ODDITY_DATA_DIR").is_none() {
        eprintln!("skipped: ODDITY_DATA_DIR is not set");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path(), 2);
    options.only = Some(only.to_owned());
    let suite = embedded("adfa-ld").expect("the suite");
    let finished = run(&suite, &options, |_, _| ()).expect("a run");
    assert_eq!(finished.summary.failed, 0);
    Some(finished.results.rows)
}

/// Largest distance from the reference among the rows that have one.
fn largest_distance(rows: &[ResultRow]) -> f64 {
    let distance = |row: &ResultRow| Some((row.value? - row.reference?).abs());
    rows.iter().filter_map(distance).fold(0.0, f64::max)
}

#[test]
fn deterministic_classifiers_equal_the_reference_in_every_fold() {
    for pipeline in ["lda", "knn", "nb", "svm", "lr"] {
        let Some(rows) = rows(&format!("as-published/{pipeline}")) else { return };
        assert_eq!(rows.iter().filter(|row| row.reference.is_some()).count(), 12, "{pipeline}");
        let distance = largest_distance(&rows);
        assert!(distance < 1e-6, "{pipeline}: {distance}");
    }
}

#[test]
fn random_classifiers_lie_within_three_deviations_of_the_reference() {
    for (pipeline, mean, sd) in [
        ("cart", 0.8584, 0.0069),
        ("random-forest", 0.8877, 0.0068),
        ("random-forest-100", 0.8963, 0.0030),
    ] {
        let Some(rows) = rows(&format!("as-published/{pipeline}")) else { return };
        let over_seeds = rows.iter().find(|row| row.seed.is_none() && row.split == "mean");
        let value = over_seeds.and_then(|row| row.value).expect("a mean over seeds");
        assert!((value - mean).abs() <= 3.0 * sd, "{pipeline}: {value}, reference {mean}");
    }
}

#[test]
fn stide_equals_the_reference() {
    let Some(rows) = rows("one-class/stide-*") else { return };
    assert_eq!(rows.iter().filter(|row| row.reference.is_some()).count(), 6);
    // The reference has four digits, for two lengths three.
    assert!(largest_distance(&rows) < 6e-4, "{}", largest_distance(&rows));
}
