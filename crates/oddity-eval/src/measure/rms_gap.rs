//! How far the root mean score of the anomalies is from that of the normal samples.

use oddity_core::{Labels, Scores};

use super::catalogue::Entry;
use super::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// `100 |a - b| / b`, with `a` and `b` the roots of the mean scores of the anomalies and of the
/// normal samples: in percent of the latter. Of scores that are squared errors, the roots are
/// root mean squared errors.
///
/// What the device traffic study reports. It says nothing about single samples, and it is the
/// same for anomalies with errors too small.
///
/// # Errors
///
/// [`MeasureError::Undefined`] unless there is an anomaly and a normal sample, or if a mean score
/// is below 0 or beyond the range of numbers, or that of the normal samples is 0 or too small to
/// divide by; [`MeasureError::Length`] for another number of scores.
pub fn rms_gap(labels: &Labels, scores: &Scores) -> Result<f64, MeasureError> {
    gap(labels.values(), scores.values())
}

fn gap(anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
    let (truth, output) = (anomalous.len(), scores.len());
    if truth != output {
        return Err(MeasureError::Length { truth, output });
    }
    let n_anomalies = anomalous.iter().filter(|&&is| is).count();
    match (n_anomalies, truth - n_anomalies) {
        (0, 0) => return Err(Undefined::NoSample.into()),
        (0, _) => return Err(Undefined::NoAnomaly.into()),
        (_, 0) => return Err(Undefined::NoNormal.into()),
        _ => {}
    }
    let root = |of: bool, n: usize| {
        let chosen = anomalous.iter().zip(scores).filter(|&(&anomalous, _)| anomalous == of);
        let sum: f64 = chosen.fold(0.0, |sum, (_, score)| sum + score);
        (sum / n as f64).sqrt()
    };
    let (a, b) = (root(true, n_anomalies), root(false, truth - n_anomalies));
    // A root of a mean below 0 is no number, and neither is a share of 0.
    let gap = 100.0 * (a - b).abs() / b;
    if gap.is_finite() { Ok(gap) } else { Err(Undefined::NoRoot.into()) }
}

/// Measure `rms_gap`: see the function [`rms_gap()`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RmsGap;

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "rms_gap",
    range: (0.0, f64::INFINITY),
    formula: "100 |a - b| / b, of the roots of the mean scores of anomalies (a) and normal samples (b)",
    undefined: "no anomaly or no normal sample, or a mean below 0 or infinite, or b = 0",
    cost: "n",
    source: "the device traffic study, of root mean squared errors",
    of_scores: Some(|_| Box::new(RmsGap)),
    ..Entry::PLAIN
}];

impl Measure<Scores> for RmsGap {
    fn id(&self) -> MeasureId {
        MeasureId::new("rms_gap")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        gap(&truth.anomalies()?, scores.values())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_equals_that_by_hand() {
        let labels = Labels::new(vec![true, false, true, false]);
        let scores = |values: [f64; 4]| Scores::new(values.to_vec()).expect("finite");
        // Roots 3 and 2, in either direction.
        let gap = |values| rms_gap(&labels, &scores(values)).expect("both kinds");
        assert_eq!(gap([17.0, 8.0, 1.0, 0.0]), 50.0);
        assert_eq!(gap([1.0, 8.0, 1.0, 0.0]), 50.0);
        let undefined =
            |values| rms_gap(&labels, &scores(values)).expect_err("no root").undefined();
        assert_eq!(undefined([1.0, 0.0, 1.0, 0.0]), Some(Undefined::NoRoot));
        assert_eq!(undefined([-1.0, 1.0, 0.0, 1.0]), Some(Undefined::NoRoot));
        // The sum of two scores is beyond the range of numbers, and the share of a tiny one.
        for huge in [[1e308, 1.0, 1e308, 1.0], [1.0, 1e308, 1.0, 1e308], [1e308; 4]] {
            assert_eq!(undefined(huge), Some(Undefined::NoRoot));
        }
        assert_eq!(undefined([1e307, 5e-324, 1e307, 5e-324]), Some(Undefined::NoRoot));
        let normal = Labels::new(vec![false; 4]);
        assert!(rms_gap(&normal, &scores([1.0; 4])).is_err());
    }
}
