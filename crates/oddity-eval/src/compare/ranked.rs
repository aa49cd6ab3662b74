//! Scores sorted once with their groups, and what a ranking adds up to when groups carry weights.

use oddity_core::{Labels, Scores};

use super::draw::Entry;
use super::statistic::{expect_len, expect_same_samples};
use super::{Draw, Groups, RankingMeasure};
use crate::Result;
use crate::measure::{MeasureError, Undefined};

/// Scores in their order, each with its group.
pub(crate) struct Ranked {
    n_samples: usize,
    /// Anomalies and normal samples of each group.
    of_group: Vec<(u32, u32)>,
    /// The thresholds that an anomaly reaches, from the highest down.
    thresholds: Vec<Threshold>,
    anomalies: Vec<Entry>,
    normals: Vec<Entry>,
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

/// Which sums are wanted: the others cost nothing, and stay 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    roc_auc: bool,
    average_precision: bool,
    f1_oracle: bool,
}

impl Wanted {
    /// With this measure too.
    pub(crate) fn and(mut self, measure: RankingMeasure) -> Wanted {
        match measure {
            RankingMeasure::RocAuc => self.roc_auc = true,
            RankingMeasure::AveragePrecision => self.average_precision = true,
            RankingMeasure::F1Oracle => self.f1_oracle = true,
        }
        self
    }
}

/// What one pass over the scores of a resample adds up to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums {
    n_anomalies: u64,
    n_normals: u64,
    /// Over pairs of an anomaly and a normal sample: 2 where the anomaly is above, 1 where equal.
    doubled_wins: u128,
    /// Over the anomalies, the precision at the score of each.
    precisions: f64,
    best_f1: f64,
}

impl Sums {
    /// A measure that was wanted.
    pub(crate) fn number(self, measure: RankingMeasure) -> Result<f64, MeasureError> {
        let Sums { n_anomalies, n_normals, .. } = self;
        match (n_anomalies, n_normals, measure) {
            (0, 0, _) => Err(Undefined::NoSample.into()),
            (0, ..) => Err(Undefined::NoAnomaly.into()),
            (_, 0, RankingMeasure::RocAuc) => Err(Undefined::NoNormal.into()),
            // The same operations as in the measures, for the same bits.
            (_, _, RankingMeasure::RocAuc) => {
                let pairs = u128::from(n_anomalies) * u128::from(n_normals);
                Ok(self.doubled_wins as f64 / (2 * pairs) as f64)
            }
            (_, _, RankingMeasure::AveragePrecision) => Ok(self.precisions / n_anomalies as f64),
            (_, _, RankingMeasure::F1Oracle) => Ok(self.best_f1),
        }
    }
}

impl Ranked {
    /// Sorts the scores.
    pub(crate) fn new(labels: &Labels, scores: &Scores, groups: &Groups) -> Result<Ranked> {
        expect_same_samples(labels, scores.len(), groups)?;
        let mut of_group = vec![(0, 0); groups.n_groups()];
        // Scores, groups, and whether an anomaly, from the highest score down. Adding 0 makes the
        // two zeros one.
        let mut ranked: Vec<(f64, u32, bool)> = Vec::with_capacity(scores.len());
        let samples = scores.values().iter().zip(groups.of_sample()).zip(labels.values());
        for ((&score, &group), &anomalous) in samples {
            ranked.push((score + 0.0, group, anomalous));
            let (anomalies, normals) = &mut of_group[group as usize];
            *anomalies += u32::from(anomalous);
            *normals += u32::from(!anomalous);
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
        Ok(Ranked { n_samples: scores.len(), of_group, thresholds, anomalies, normals })
    }

    /// The sums of a resample, in one pass.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for a draw from groups of other samples.
    pub(crate) fn sums(&self, wanted: Wanted, draw: &Draw<'_>) -> Result<Sums, MeasureError> {
        expect_len(self.n_samples, draw.groups().n_samples())?;
        let weights = draw.multiplicities();
        expect_len(self.of_group.len(), weights.len())?;
        let (mut n_anomalies, mut n_normals) = (0, 0);
        for (&weight, &(anomalies, normals)) in weights.iter().zip(&self.of_group) {
            n_anomalies += u64::from(weight) * u64::from(anomalies);
            n_normals += u64::from(weight) * u64::from(normals);
        }
        let (mut doubled_wins, mut precisions, mut best_f1, mut found) = (0_u128, 0.0, 0.0, 0_u64);
        self.walk(weights, |step| {
            found += step.anomalies;
            let false_alarms = step.normals_above + step.normals_equal;
            let n_alarms = found + false_alarms;
            if wanted.roc_auc {
                let wins = 2 * (n_normals - false_alarms) + step.normals_equal;
                doubled_wins += u128::from(step.anomalies) * u128::from(wins);
            }
            if wanted.average_precision {
                precisions += step.anomalies as f64 * (found as f64 / n_alarms as f64);
            }
            if wanted.f1_oracle {
                let whole = n_alarms + n_anomalies;
                best_f1 = f64::max(best_f1, (2 * found) as f64 / whole as f64);
            }
        });
        Ok(Sums { n_anomalies, n_normals, doubled_wins, precisions, best_f1 })
    }

    /// Weights at each threshold that a drawn anomaly reaches, from the highest down.
    fn walk(&self, weights: &[u32], mut step: impl FnMut(Step)) {
        let (mut normal, mut anomaly, mut normals_above) = (0, 0, 0);
        for threshold in &self.thresholds {
            let above = &self.normals[normal..threshold.end_of_normals_above];
            normals_above += Entry::n_drawn(above, weights);
            let equal = threshold.end_of_normals_above..threshold.end_of_normals_equal;
            let normals_equal = Entry::n_drawn(&self.normals[equal], weights);
            let of_threshold = &self.anomalies[anomaly..threshold.end_of_anomalies];
            let anomalies = Entry::n_drawn(of_threshold, weights);
            (normal, anomaly) = (threshold.end_of_normals_equal, threshold.end_of_anomalies);
            if 0 < anomalies {
                step(Step { anomalies, normals_above, normals_equal });
            }
            normals_above += normals_equal;
        }
    }
}

/// Appends the groups as entries, each group once, and empties the list.
fn append(entries: &mut Vec<Entry>, groups: &mut Vec<u32>) {
    groups.sort_unstable();
    let entry = |same: &[u32]| Entry { group: same[0], n_samples: same.len() as u32 };
    entries.extend(groups.chunk_by(|a, b| a == b).map(entry));
    groups.clear();
}
