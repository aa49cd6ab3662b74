//! Which detectors differ over many datasets: what a critical-difference diagram shows.

use serde::{Deserialize, Serialize};

use super::{
    ClusterBy, Friedman, LeftOut, ResultTable, WilcoxonParams, Zeros, friedman, holm, wilcoxon,
};
use crate::measure::Direction;
use crate::{Error, Result};

/// How detectors are compared over datasets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CriticalDifferenceParams {
    /// The chance of a false difference among all pairs, 0.05 by default.
    pub alpha: f64,
    /// What counts as one observation: by default a source.
    pub cluster_by: ClusterBy,
    /// What the test of two detectors reads: by default values.
    pub pairs: PairedBy,
    /// What equal results of two detectors do in their test; by default Pratt's way, as in the
    /// diagrams of Ismail Fawaz et al.
    pub zeros: Zeros,
}

impl Default for CriticalDifferenceParams {
    fn default() -> CriticalDifferenceParams {
        CriticalDifferenceParams {
            alpha: 0.05,
            cluster_by: ClusterBy::Source,
            pairs: PairedBy::Value,
            zeros: Zeros::Pratt,
        }
    }
}

/// What the test of two detectors reads of each source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairedBy {
    /// The mean difference of their values. It does not depend on which other detectors are in
    /// the table, as differences of ranks do (Benavoli, Corani and Mangili 2016, Journal of
    /// Machine Learning Research 17).
    #[default]
    Value,
    /// The mean difference of their ranks: for a measure without a bound, of which one dataset
    /// would outweigh a source.
    Rank,
}

/// Detectors in the order of their mean ranks, and which of them data tells apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriticalDifference {
    /// The detectors, the best first. All lists here are in this order.
    pub detectors: Vec<String>,
    /// The mean over sources of the mean rank over the source's datasets; 1 is the best.
    pub mean_ranks: Vec<f64>,
    /// Detectors that are not told apart: the bars of the diagram, none inside another.
    pub groups: Vec<NotDistinguished>,
    /// The p value of each pair's Wilcoxon test; 1 on the diagonal.
    pub p_values: Vec<Vec<f64>>,
    /// The same, after Holm's correction for all pairs.
    pub adjusted_p_values: Vec<Vec<f64>>,
    /// Friedman's test over the sources; its list of mean ranks is of the sources' ranks.
    pub friedman: Friedman,
    /// Whether Friedman's test finds any difference; where not, no pair counts as different.
    pub any_difference: bool,
    /// How it was done.
    pub params: CriticalDifferenceParams,
    /// Which way the measure is better.
    pub direction: Direction,
    /// Datasets with a value of every detector.
    pub n_datasets: usize,
    /// Observations of the tests: sources, or datasets.
    pub n_clusters: usize,
    /// The names of the sources (or datasets), ascending.
    pub clusters: Vec<String>,
    /// Datasets left out for all, since some detector has no value.
    pub left_out: Vec<LeftOut>,
}

/// Detectors next to each other in rank of which no two are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotDistinguished {
    /// The best of them, as a position in the list of detectors.
    pub first: usize,
    /// The worst of them.
    pub last: usize,
}

impl CriticalDifference {
    /// Compares the detectors of a table.
    ///
    /// 1. A dataset on which some detector has no value is left out for all, and listed.
    /// 2. On each dataset the detectors are ranked. The ranks, not the values, are averaged within
    ///    a source: how high a value can be differs from series to series, and an easy one would
    ///    outweigh the rest. A source then counts once, with seventy series or with one, for its
    ///    series are alike and would otherwise be counted as independent findings.
    /// 3. Friedman's test of the sources' mean ranks. Unless its p value is at most alpha, no
    ///    pair counts as different.
    /// 4. Wilcoxon's signed-rank test of each pair, over the sources' mean differences
    ///    ([`PairedBy`]), with Holm's correction. Two detectors that never differ have p value 1.
    /// 5. Groups: the longest stretches of detectors adjacent in mean rank of which no two
    ///    differ. A pair that does not differ, but has one between them that does, shares no bar;
    ///    the matrix tells.
    ///
    /// With one dataset a source this is the procedure of Demsar 2006 (Journal of Machine Learning
    /// Research 7, <https://jmlr.org/papers/v7/demsar06a.html>) with the pairwise tests of Benavoli
    /// et al., as drawn by Ismail Fawaz et al. 2019, doi:10.1007/s10618-019-00619-1. Cost
    /// n k log k for the ranks and k^2 n log n for the pairs.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewDatasets`] for fewer than 2 sources with all values,
    /// [`Error::TooFewDetectors`] for fewer than 2, [`Error::AllTied`] if no source ranks any
    /// detector before another, [`oddity_core::Error::Width`] for a row of another length,
    /// [`oddity_core::Error::NotFinite`] for a value that is NaN or infinite,
    /// [`oddity_core::Error::Parameter`] for an alpha outside (0, 1).
    pub fn new(
        table: &ResultTable,
        direction: Direction,
        params: CriticalDifferenceParams,
    ) -> Result<CriticalDifference> {
        let CriticalDifferenceParams { alpha, cluster_by, pairs, zeros } = params;
        let ok = 0.0 < alpha && alpha < 1.0;
        let step = "critical difference";
        oddity_core::Error::check_parameter(step, "alpha", alpha, ok, "between 0 and 1")?;
        let (clusters, left_out) = table.clusters(cluster_by, direction)?;
        if clusters.len() < 2 {
            return Err(Error::TooFewDatasets { found: clusters.len(), wanted: 2 });
        }
        // Within a source, sums rank as means do.
        let as_numbers = |sums: &Vec<u64>| sums.iter().map(|&sum| sum as f64).collect();
        let rows: Vec<Vec<f64>> =
            clusters.iter().map(|cluster| as_numbers(&cluster.doubled_ranks)).collect();
        let friedman = friedman(&rows, Direction::LowerIsBetter)?;
        let k = table.detectors.len();
        let mut sums = vec![0.0; k];
        for cluster in &clusters {
            sums.iter_mut().zip(cluster.mean_ranks()).for_each(|(sum, rank)| *sum += rank);
        }
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|&a, &b| sums[a].total_cmp(&sums[b]));
        let both: Vec<(usize, usize)> =
            (0..k).flat_map(|a| (a + 1..k).map(move |b| (a, b))).collect();
        let test = WilcoxonParams { zeros, ..WilcoxonParams::default() };
        let p_value = |&(a, b): &(usize, usize)| {
            let (a, b) = (order[a], order[b]);
            let differences: Vec<f64> = match pairs {
                PairedBy::Value => clusters.iter().map(|c| c.value_difference(a, b)).collect(),
                PairedBy::Rank => clusters.iter().map(|c| c.rank_difference(a, b)).collect(),
            };
            Ok(wilcoxon(&differences, test)?.p_value)
        };
        let raw = both.iter().map(p_value).collect::<Result<Vec<f64>>>()?;
        let p_values = matrix(k, &both, &raw);
        let adjusted_p_values = matrix(k, &both, &holm(&raw)?);
        let any_difference = friedman.p_value <= alpha;
        let found = CriticalDifference {
            detectors: order.iter().map(|&at| table.detectors[at].clone()).collect(),
            mean_ranks: order.iter().map(|&at| sums[at] / clusters.len() as f64).collect(),
            groups: Vec::new(),
            p_values,
            adjusted_p_values,
            friedman: Friedman {
                mean_ranks: order.iter().map(|&at| friedman.mean_ranks[at]).collect(),
                ..friedman
            },
            any_difference,
            params,
            direction,
            n_datasets: clusters.iter().map(|cluster| cluster.n_datasets).sum(),
            n_clusters: clusters.len(),
            clusters: clusters.into_iter().map(|cluster| cluster.name).collect(),
            left_out,
        };
        let groups = groups(k, |a, b| found.differ(a, b));
        Ok(CriticalDifference { groups, ..found })
    }

    /// Whether two detectors, by position, are told apart.
    ///
    /// # Panics
    ///
    /// If there is no such detector.
    pub fn differ(&self, a: usize, b: usize) -> bool {
        self.any_difference && self.adjusted_p_values[a][b] <= self.params.alpha
    }
}

fn matrix(k: usize, both: &[(usize, usize)], values: &[f64]) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![1.0; k]; k];
    for (&(a, b), &value) in both.iter().zip(values) {
        matrix[a][b] = value;
        matrix[b][a] = value;
    }
    matrix
}

/// The longest stretches of at least two positions of which no two differ.
fn groups(k: usize, differ: impl Fn(usize, usize) -> bool) -> Vec<NotDistinguished> {
    let mut groups: Vec<NotDistinguished> = Vec::new();
    for first in 0..k {
        let fits = |&last: &usize| !(first..last).any(|inside| differ(inside, last));
        let last = (first + 1..k).take_while(fits).last().unwrap_or(first);
        if first < last && groups.last().is_none_or(|before| before.last < last) {
            groups.push(NotDistinguished { first, last });
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_stretches_without_a_difference_and_none_is_inside_another() {
        let of = |k, different: &[(usize, usize)]| {
            let differ = |a: usize, b: usize| different.contains(&(a, b));
            groups(k, differ).iter().map(|group| (group.first, group.last)).collect::<Vec<_>>()
        };
        assert_eq!(of(3, &[]), [(0, 2)]);
        assert_eq!(of(4, &[(0, 2), (0, 3), (1, 3)]), [(0, 1), (1, 2), (2, 3)]);
        assert_eq!(of(4, &[(0, 3)]), [(0, 2), (1, 3)]);
        // 0 and 2 do not differ, but 1 between them differs from 2.
        assert_eq!(of(3, &[(1, 2)]), [(0, 1)]);
        assert_eq!(of(2, &[(0, 1)]), []);
    }
}
