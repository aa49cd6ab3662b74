//! What makes scores of members compare, and one score of several.

use oddity_core::{ANY, Result, State};
use serde::{Deserialize, Serialize};

use crate::means::mean;

/// What is made of the members' scores of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their mean: less variance than one member.
    #[default]
    Mean,
    /// The one in the middle, of two the mean: members that are far off count no more than
    /// others.
    Median,
    /// The largest: one member that finds an anomaly is enough, and one that finds it wrongly
    /// too.
    Max,
    /// The smallest: all members must find it.
    Min,
}

impl Combine {
    /// Of at least one value, which are put in order.
    pub(super) fn of(self, values: &mut [f64]) -> f64 {
        values.sort_by(f64::total_cmp);
        let n = values.len();
        match self {
            Combine::Mean => values.iter().sum::<f64>() / n as f64,
            Combine::Median => (values[(n - 1) / 2] + values[n / 2]) / 2.0,
            Combine::Max => values[n - 1],
            Combine::Min => values[0],
        }
    }
}

/// What makes the scores of different members compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberScale {
    /// Each score less the mean of the member's scores of the training samples, divided by
    /// their population deviation; one of 0 counts as 1.
    #[default]
    ZScore,
    /// The share of the member's scores of the training samples that are less, those that are
    /// equal counting half. All scores above those of training are 1, and tie.
    Rank,
}

/// Where a score lies among those of the training samples.
pub(super) enum Place {
    ZScore {
        mean: f64,
        deviation: f64,
    },
    /// Ascending.
    Rank(Vec<f64>),
}

impl Place {
    pub(super) fn new(scale: MemberScale, mut scores: Vec<f64>) -> Place {
        match scale {
            MemberScale::ZScore => {
                let n = scores.len().max(1) as f64;
                let mean = mean(scores.iter().copied()).unwrap_or(0.0);
                let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
                let deviation = (squares / n).sqrt();
                let varies = 0.0 < deviation && deviation.is_finite();
                Place::ZScore { mean, deviation: if varies { deviation } else { 1.0 } }
            }
            MemberScale::Rank => {
                scores.sort_by(f64::total_cmp);
                Place::Rank(scores)
            }
        }
    }

    /// What [`Place::restore`] reads.
    pub(super) fn state(&self) -> State {
        let mut state = State::new();
        match self {
            Place::ZScore { mean, deviation } => {
                state.put_f64("mean", *mean);
                state.put_f64("deviation", *deviation);
            }
            Place::Rank(scores) => state.put_f64s("scores", &[scores.len()], scores),
        }
        state
    }

    pub(super) fn restore(scale: MemberScale, state: &State) -> Result<Place> {
        match scale {
            MemberScale::ZScore => {
                let (mean, deviation) = (state.f64("mean")?, state.f64("deviation")?);
                if deviation <= 0.0 {
                    return Err(state.wrong("deviation", "a number above 0"));
                }
                Ok(Place::ZScore { mean, deviation })
            }
            MemberScale::Rank => {
                let scores = state.f64s("scores", &[ANY])?;
                if !scores.is_sorted() {
                    return Err(state.wrong("scores", "numbers in ascending order"));
                }
                Ok(Place::Rank(scores.to_vec()))
            }
        }
    }

    pub(super) fn of(&self, score: f64) -> f64 {
        match self {
            Place::ZScore { mean, deviation } => (score - mean) / deviation,
            Place::Rank(scores) => {
                let n_less = scores.partition_point(|&other| other < score);
                let n_at_most = scores.partition_point(|&other| other <= score);
                (n_less + n_at_most) as f64 / (2 * scores.len().max(1)) as f64
            }
        }
    }
}
