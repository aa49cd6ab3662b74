//! Areas and the best F1 of a resample from one sort of the scores: groups carry weights.

use std::ops::Range;

use oddity_core::{Labels, Scores};

use super::statistic::{Statistic, expect_len, expect_same_samples};
use super::{Draw, Groups};
use crate::Result;
use crate::measure::{MeasureError, Undefined};

/// ROC AUC, average precision or the best F1 of resamples.
///
/// A resample is the same scores with other weights: how often the group of each was drawn. The
/// scores are sorted once; then each resample takes one pass over them, in which normal samples
/// of a group between the same two anomalies count as one entry. The numbers are those of the
/// measures on the samples of the draw, to the bit. Cost n log n once, then n a resample at most.
pub struct RankingStatistic {
    measure: RankingMeasure,
    n_samples: usize,
    /// Anomalies and normal samples of each group.
    of_group: Vec<(u64, u64)>,
    /// The thresholds that an anomaly reaches, from the highest down.
    thresholds: Vec<Threshold>,
    anomalies: Vec<Entry>,
    normals: Vec<Entry>,
}

/// Which number is taken of the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankingMeasure {
    /// [`roc_auc`](crate::measure::roc_auc).
    RocAuc,
    /// [`average_precision`](crate::measure::average_precision).
    AveragePrecision,
    /// [`F1Oracle`](crate::measure::F1Oracle).
    F1Oracle,
}

/// Samples of one group.
#[derive(Clone, Copy)]
struct Entry {
    group: u32,
    n_samples: u32,
}

/// Ends of the entries that belong to a threshold, each list beginning where the last ended.
#[derive(Clone, Copy)]
struct Threshold {
    end_of_normals_above: usize,
    end_of_normals_equal: usize,
    end_of_anomalies: usize,
}

/// Weights at a threshold.
struct Step {
    /// Anomalies with this score.
    anomalies: u64,
    /// Normal samples with a higher score.
    normals_above: u64,
    /// Normal samples with this score.
    normals_equal: u64,
}

impl RankingStatistic {
    /// Sorts the scores.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] if scores, labels and groups are not of the same samples.
    pub fn new(
        measure: RankingMeasure,
        labels: &Labels,
        scores: &Scores,
        groups: &Groups,
    ) -> Result<RankingStatistic> {
        expect_same_samples(labels, scores.len(), groups)?;
        let mut of_group = vec![(0, 0); groups.n_groups()];
        // Scores, groups, and whether an anomaly, from the highest score down. Adding 0 makes the
        // two zeros one.
        let mut ranked: Vec<(f64, u32, bool)> = Vec::with_capacity(scores.len());
        let samples = scores.values().iter().zip(groups.of_sample()).zip(labels.values());
        for ((&score, &group), &anomalous) in samples {
            ranked.push((score + 0.0, group, anomalous));
            let (anomalies, normals) = &mut of_group[group as usize];
            *anomalies += u64::from(anomalous);
            *normals += u64::from(!anomalous);
        }
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let (mut anomalies, mut normals) = (Vec::new(), Vec::new());
        let mut thresholds = Vec::new();
        let mut above = Vec::new();
        for equal in ranked.chunk_by(|a, b| a.0 == b.0) {
            let of = |kind: bool| equal.iter().filter(move |entry| entry.2 == kind);
            if of(true).next().is_none() {
                above.extend(of(false).map(|entry| entry.1));
                continue;
            }
            append(&mut normals, &mut above);
            let end_of_normals_above = normals.len();
            append(&mut normals, &mut of(false).map(|entry| entry.1).collect());
            append(&mut anomalies, &mut of(true).map(|entry| entry.1).collect());
            thresholds.push(Threshold {
                end_of_normals_above,
                end_of_normals_equal: normals.len(),
                end_of_anomalies: anomalies.len(),
            });
        }
        let n_samples = scores.len();
        Ok(RankingStatistic { measure, n_samples, of_group, thresholds, anomalies, normals })
    }

    /// Weights at each threshold that a drawn anomaly reaches, from the highest down.
    fn walk(&self, weights: &[u32], mut step: impl FnMut(Step)) {
        let sum = |entries: &[Entry], range: Range<usize>| {
            let weighted = |entry: &Entry| {
                u64::from(weights[entry.group as usize]) * u64::from(entry.n_samples)
            };
            entries[range].iter().map(weighted).sum::<u64>()
        };
        let (mut normal, mut anomaly, mut normals_above) = (0, 0, 0);
        for threshold in &self.thresholds {
            normals_above += sum(&self.normals, normal..threshold.end_of_normals_above);
            let equal = threshold.end_of_normals_above..threshold.end_of_normals_equal;
            let normals_equal = sum(&self.normals, equal);
            let anomalies = sum(&self.anomalies, anomaly..threshold.end_of_anomalies);
            (normal, anomaly) = (threshold.end_of_normals_equal, threshold.end_of_anomalies);
            if 0 < anomalies {
                step(Step { anomalies, normals_above, normals_equal });
            }
            normals_above += normals_equal;
        }
    }
}

impl Statistic for RankingStatistic {
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError> {
        expect_len(self.n_samples, draw.groups().n_samples())?;
        let weights = draw.multiplicities();
        expect_len(self.of_group.len(), weights.len())?;
        let (mut n_anomalies, mut n_normals) = (0, 0);
        for (&weight, (anomalies, normals)) in weights.iter().zip(&self.of_group) {
            n_anomalies += u64::from(weight) * anomalies;
            n_normals += u64::from(weight) * normals;
        }
        match (n_anomalies, n_normals, self.measure) {
            (0, 0, _) => return Err(Undefined::NoSample.into()),
            (0, ..) => return Err(Undefined::NoAnomaly.into()),
            (_, 0, RankingMeasure::RocAuc) => return Err(Undefined::NoNormal.into()),
            _ => {}
        }
        // The same operations as in the measures, for the same bits.
        Ok(match self.measure {
            RankingMeasure::RocAuc => {
                let mut doubled_wins = 0;
                self.walk(weights, |step| {
                    let below = n_normals - step.normals_above - step.normals_equal;
                    let wins = 2 * below + step.normals_equal;
                    doubled_wins += u128::from(step.anomalies) * u128::from(wins);
                });
                let pairs = u128::from(n_anomalies) * u128::from(n_normals);
                doubled_wins as f64 / (2 * pairs) as f64
            }
            RankingMeasure::AveragePrecision => {
                let (mut sum, mut found) = (0.0, 0);
                self.walk(weights, |step| {
                    found += step.anomalies;
                    let n_alarms = found + step.normals_above + step.normals_equal;
                    sum += step.anomalies as f64 * (found as f64 / n_alarms as f64);
                });
                sum / n_anomalies as f64
            }
            RankingMeasure::F1Oracle => {
                let (mut best, mut found) = (0.0, 0);
                self.walk(weights, |step| {
                    found += step.anomalies;
                    let whole = found + step.normals_above + step.normals_equal + n_anomalies;
                    best = f64::max(best, (2 * found) as f64 / whole as f64);
                });
                best
            }
        })
    }
}

/// Appends the groups as entries, each group once, and empties the list.
fn append(entries: &mut Vec<Entry>, groups: &mut Vec<u32>) {
    groups.sort_unstable();
    let entry = |same: &[u32]| Entry { group: same[0], n_samples: same.len() as u32 };
    entries.extend(groups.chunk_by(|a, b| a == b).map(entry));
    groups.clear();
}
