//! Detectors over the datasets of a table, as the report shows them, or why it does not.

use oddity_eval::compare::{
    ClusterBy, CriticalDifference, CriticalDifferenceParams, ResultRow, ResultTable,
};
use oddity_eval::measure::Direction;

use crate::report as model;

/// Fewer say little: with five datasets the smallest p value of a pair is 1/16.
pub(super) const LEAST_DATASETS: usize = 5;
pub(super) const LEAST_DETECTORS: usize = 3;

/// Compares the detectors of a table, or says why that cannot be done.
///
/// `cluster_by` says whether a source or a dataset is one observation; at least five are needed,
/// and three detectors.
pub fn comparison(
    title: &str,
    table: &ResultTable,
    direction: Direction,
    cluster_by: ClusterBy,
) -> model::Comparison {
    let refused = |reason: String| model::Comparison {
        title: title.to_owned(),
        refused: Some(reason),
        ..model::Comparison::default()
    };
    let is_complete = |row: &&ResultRow| row.values.iter().all(Option::is_some);
    let mut observations: Vec<&str> = table
        .rows
        .iter()
        .filter(is_complete)
        .map(|row| match cluster_by {
            ClusterBy::Source => row.source.as_str(),
            ClusterBy::Dataset => row.dataset.as_str(),
        })
        .collect();
    observations.sort_unstable();
    observations.dedup();
    let what = match cluster_by {
        ClusterBy::Source => "sources of data",
        ClusterBy::Dataset => "datasets",
    };
    let (n, k) = (observations.len(), table.detectors.len());
    if n < LEAST_DATASETS {
        return refused(format!(
            "found {n} {what} with a value of every detector, wanted at least {LEAST_DATASETS}"
        ));
    }
    if k < LEAST_DETECTORS {
        return refused(format!("found {k} detectors, wanted at least {LEAST_DETECTORS}"));
    }
    let params = CriticalDifferenceParams { cluster_by, ..CriticalDifferenceParams::default() };
    let found = match CriticalDifference::new(table, direction, params) {
        Ok(found) => found,
        Err(error) => return refused(error.to_string()),
    };
    let left_out = found.left_out.into_iter().map(|left_out| {
        (left_out.dataset, format!("no value of {}", left_out.detectors.join(", ")))
    });
    model::Comparison {
        title: title.to_owned(),
        note: note(cluster_by, found.any_difference),
        refused: None,
        detectors: found.detectors,
        mean_ranks: found.mean_ranks,
        groups: found.groups.iter().map(|group| (group.first, group.last)).collect(),
        adjusted_p_values: found.adjusted_p_values,
        friedman_p_value: Some(found.friedman.p_value),
        alpha: found.params.alpha,
        n_datasets: found.n_datasets,
        n_clusters: found.n_clusters,
        left_out: left_out.collect(),
    }
}

fn note(cluster_by: ClusterBy, any_difference: bool) -> String {
    let mut note = "Detectors are ranked on each dataset, 1 for the best. Pairs are told apart by \
                    Wilcoxon's signed-rank test with Holm's correction for all pairs, if \
                    Friedman's test finds any difference."
        .to_owned();
    note.push_str(match cluster_by {
        ClusterBy::Source => " Datasets of one source count as one observation.",
        ClusterBy::Dataset => {
            " Each dataset counts as one observation. Those of one source are alike: a \
             difference found here is one on such data."
        }
    });
    if !any_difference {
        note.push_str(" Friedman's test finds no difference here, so that no pair is told apart.");
    }
    note
}
