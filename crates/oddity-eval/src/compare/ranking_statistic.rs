//! Areas and the best F1 of a resample from one sort of the scores: groups carry weights.

use oddity_core::{Labels, Scores};

use super::ranked::{Ranked, Wanted};
use super::statistic::Statistic;
use super::{Draw, Groups};
use crate::Result;
use crate::measure::{MeasureError, MeasureId};

/// ROC AUC, average precision or the best F1 of resamples.
///
/// A resample is the same scores with other weights: how often the group of each was drawn. The
/// scores are sorted once; then each resample takes one pass over them, in which normal samples
/// of a group between the same two anomalies count as one entry. The numbers are those of the
/// measures on the samples of the draw, to the bit. Cost n log n once, then n a resample at most.
pub struct RankingStatistic {
    measure: RankingMeasure,
    ranked: Ranked,
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

impl RankingMeasure {
    /// The one with this id, if it is one of these.
    pub(crate) fn of(id: &MeasureId) -> Option<RankingMeasure> {
        match id.to_string().as_str() {
            "roc_auc" => Some(RankingMeasure::RocAuc),
            "average_precision" => Some(RankingMeasure::AveragePrecision),
            "f1_oracle" => Some(RankingMeasure::F1Oracle),
            _ => None,
        }
    }
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
        Ok(RankingStatistic { measure, ranked: Ranked::new(labels, scores, groups)? })
    }
}

impl Statistic for RankingStatistic {
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError> {
        self.ranked.sums(Wanted::default().and(self.measure), draw)?.number(self.measure)
    }
}
