//! What the highest scores hold: precision at k, and recall at a false-positive rate.

use oddity_core::{Predicted, Scores};

use super::catalogue::{Entry, ParameterEntry, Values};
use super::error::check_parameter;
use super::ranking::{Ranking, anomaly_scores};
use super::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measure `precision_at_k(k=..)`: the share of anomalies among the `k` highest scores.
///
/// Where scores are equal at the border, the share that a random order of these gives on
/// average: no order of the samples changes the value. Undefined for fewer than `k` samples or
/// without an anomaly; a `k` of 0 is refused. Cost n log n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrecisionAtK {
    /// How many of the highest scores, at least 1.
    pub k: usize,
}

/// Measure `tpr_at_fpr(fpr=..)`: the largest share of anomalies that a threshold finds whose
/// alarms are at most the share `fpr` of the normal samples.
///
/// A point of the ROC curve that a threshold reaches: nothing is interpolated. 0 where the
/// highest normal score alone is too many. Undefined without an anomaly or a normal sample.
/// Cost n log n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TprAtFpr {
    /// The largest share of normal samples that may be alarms, from 0 to 1.
    pub fpr: f64,
}

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        id: "precision_at_k",
        formula: "anomalies among the k highest scores / k, mean over the orders of equal scores",
        parameters: &[ParameterEntry {
            key: "k",
            meaning: "how many of the highest scores",
            values: Values::Count { least: 1, most: usize::MAX },
            default: "100",
        }],
        undefined: "no anomaly, or fewer than k samples",
        cost: "n log n",
        source: "Manning, Raghavan and Schuetze 2008, doi:10.1017/CBO9780511809071",
        of_scores: Some(|given| Box::new(PrecisionAtK { k: given.count("k") })),
        of_predicted: Some(|given| Box::new(PrecisionAtK { k: given.count("k") })),
        ..Entry::PLAIN
    },
    Entry {
        id: "tpr_at_fpr",
        formula: "largest tp / (tp + fn) over the thresholds where fp / (tn + fp) is at most fpr",
        parameters: &[ParameterEntry {
            key: "fpr",
            meaning: "the largest share of normal samples that may be alarms",
            values: Values::Number { least: 0.0, most: 1.0 },
            default: "0.05",
        }],
        undefined: "no anomaly or no normal sample",
        cost: "n log n",
        source: "by definition, of the ROC curve",
        of_scores: Some(|given| Box::new(TprAtFpr { fpr: given.number("fpr") })),
        of_predicted: Some(|given| Box::new(TprAtFpr { fpr: given.number("fpr") })),
        ..Entry::PLAIN
    },
];

impl PrecisionAtK {
    fn of(self, anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
        check_parameter("k", 0 < self.k, "at least 1")?;
        let ranking = Ranking::new(anomalous, scores)?.with_anomaly()?;
        let (wanted, found) = (self.k, scores.len());
        if found < wanted {
            return Err(Undefined::TooFewSamples { found, wanted }.into());
        }
        let (mut n_above, mut anomalies_above) = (0, 0);
        for step in ranking.steps() {
            let n_alarms = step.true_positives + step.false_positives;
            if n_alarms < wanted {
                (n_above, anomalies_above) = (n_alarms, step.true_positives);
                continue;
            }
            let share = (wanted - n_above) as f64 / (n_alarms - n_above) as f64;
            let among_equal = (step.true_positives - anomalies_above) as f64;
            return Ok((anomalies_above as f64 + among_equal * share) / wanted as f64);
        }
        Err(Undefined::NoSample.into())
    }
}

impl TprAtFpr {
    fn of(self, anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
        let ranking = Ranking::new(anomalous, scores)?.with_both()?;
        let (anomalies, normals) = (ranking.n_anomalies() as f64, ranking.n_normals() as f64);
        let allowed = ranking
            .steps()
            .take_while(|step| step.false_positives as f64 / normals <= self.fpr)
            .last();
        Ok(allowed.map_or(0.0, |step| step.true_positives as f64 / anomalies))
    }
}

impl Measure<Scores> for PrecisionAtK {
    fn id(&self) -> MeasureId {
        MeasureId::new("precision_at_k").with("k", self.k)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        self.of(&truth.anomalies()?, scores.values())
    }
}

impl Measure<Predicted> for PrecisionAtK {
    fn id(&self) -> MeasureId {
        Measure::<Scores>::id(self)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        self.of(&truth.anomalies()?, &anomaly_scores(predicted)?)
    }
}

impl Measure<Scores> for TprAtFpr {
    fn id(&self) -> MeasureId {
        MeasureId::new("tpr_at_fpr").with("fpr", self.fpr)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        self.of(&truth.anomalies()?, scores.values())
    }
}

impl Measure<Predicted> for TprAtFpr {
    fn id(&self) -> MeasureId {
        Measure::<Scores>::id(self)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        self.of(&truth.anomalies()?, &anomaly_scores(predicted)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANOMALOUS: [bool; 6] = [true, false, true, false, true, false];
    const SCORES: [f64; 6] = [9.0, 8.0, 7.0, 7.0, 7.0, 1.0];

    #[test]
    fn equal_scores_at_the_border_count_by_their_share() {
        let at = |k| PrecisionAtK { k }.of(&ANOMALOUS, &SCORES);
        assert_eq!(at(1), Ok(1.0));
        assert_eq!(at(2), Ok(0.5));
        // One of three equal ones, of which two are anomalies.
        assert_eq!(at(3), Ok((1.0 + 2.0 / 3.0) / 3.0));
        assert_eq!(at(6), Ok(0.5));
        assert!(matches!(at(0), Err(MeasureError::Parameter { parameter: "k", .. })));
        let few = Undefined::TooFewSamples { found: 6, wanted: 7 };
        assert_eq!(at(7), Err(few.into()));
        assert_eq!(PrecisionAtK { k: 1 }.of(&[false], &[1.0]), Err(Undefined::NoAnomaly.into()));
    }

    #[test]
    fn thresholds_that_raise_too_many_false_alarms_do_not_count() {
        let at = |fpr| TprAtFpr { fpr }.of(&ANOMALOUS, &SCORES);
        assert_eq!(at(0.0), Ok(1.0 / 3.0));
        assert_eq!(at(0.5), Ok(1.0 / 3.0));
        assert_eq!(at(2.0 / 3.0), Ok(1.0));
        assert_eq!(TprAtFpr { fpr: 0.1 }.of(&[true, false], &[0.0, 1.0]), Ok(0.0));
        assert_eq!(TprAtFpr { fpr: 0.1 }.of(&[true], &[1.0]), Err(Undefined::NoNormal.into()));
    }
}
