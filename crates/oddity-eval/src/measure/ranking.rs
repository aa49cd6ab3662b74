//! Scores in descending order, as counts at each threshold; equal scores are one threshold.

use oddity_core::Predicted;

use super::{MeasureError, Undefined};

/// The scores of anomalies and of normal samples, each sorted.
///
/// Two short sorts of integer keys and a merge take less than one sort of pairs, and the
/// counts at each threshold follow from the merge.
pub(crate) struct Ranking {
    anomalies: Vec<u64>,
    normals: Vec<u64>,
}

/// Counts at one threshold: samples whose score is at least this are alarms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) threshold: f64,
    pub(crate) true_positives: usize,
    pub(crate) false_positives: usize,
}

impl Ranking {
    /// Sorts the scores by truth.
    pub(crate) fn new(anomalous: &[bool], scores: &[f64]) -> Result<Ranking, MeasureError> {
        if anomalous.len() != scores.len() {
            return Err(MeasureError::Length { truth: anomalous.len(), output: scores.len() });
        }
        // Each key is written to both parts, and only one of them moves on: a branch would be
        // guessed wrong at every other sample where labels are mixed.
        let n_anomalies = anomalous.iter().filter(|&&is| is).count();
        let mut anomalies = vec![0; n_anomalies + 1];
        let mut normals = vec![0; scores.len() - n_anomalies + 1];
        let (mut anomaly, mut normal) = (0, 0);
        for (&is_anomaly, &score) in anomalous.iter().zip(scores) {
            anomalies[anomaly] = key(score);
            normals[normal] = key(score);
            anomaly += usize::from(is_anomaly);
            normal += usize::from(!is_anomaly);
        }
        anomalies.truncate(n_anomalies);
        normals.truncate(scores.len() - n_anomalies);
        anomalies.sort_unstable();
        normals.sort_unstable();
        Ok(Ranking { anomalies, normals })
    }

    /// Refuses samples without an anomaly.
    pub(crate) fn with_anomaly(self) -> Result<Ranking, MeasureError> {
        match self {
            Ranking { anomalies, normals } if anomalies.is_empty() && normals.is_empty() => {
                Err(Undefined::NoSample.into())
            }
            Ranking { anomalies, .. } if anomalies.is_empty() => Err(Undefined::NoAnomaly.into()),
            ranking => Ok(ranking),
        }
    }

    /// Refuses samples without an anomaly or without a normal one.
    pub(crate) fn with_both(self) -> Result<Ranking, MeasureError> {
        match self.with_anomaly()? {
            Ranking { normals, .. } if normals.is_empty() => Err(Undefined::NoNormal.into()),
            ranking => Ok(ranking),
        }
    }

    /// Number of anomalies.
    pub(crate) fn n_anomalies(&self) -> usize {
        self.anomalies.len()
    }

    /// Number of normal samples.
    pub(crate) fn n_normals(&self) -> usize {
        self.normals.len()
    }

    /// Over all pairs of an anomaly and a normal sample: 2 where the anomaly scores higher, 1
    /// where both score the same.
    pub(crate) fn doubled_wins(&self) -> u128 {
        let (mut n_below, mut n_up_to, mut wins) = (0, 0, 0);
        for &anomaly in &self.anomalies {
            let from = |start: usize| self.normals[start..].iter();
            n_below += from(n_below).take_while(|&&normal| normal < anomaly).count();
            n_up_to = n_up_to.max(n_below);
            n_up_to += from(n_up_to).take_while(|&&normal| normal <= anomaly).count();
            wins += (n_below + n_up_to) as u128;
        }
        wins
    }

    /// The counts at every distinct score, from the highest down.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let (mut anomalies, mut normals) = (&self.anomalies[..], &self.normals[..]);
        std::iter::from_fn(move || {
            let highest = match (anomalies.last(), normals.last()) {
                (Some(&a), Some(&b)) => a.max(b),
                (Some(&one), None) | (None, Some(&one)) => one,
                (None, None) => return None,
            };
            anomalies = without_last(anomalies, highest);
            normals = without_last(normals, highest);
            Some(Step {
                threshold: score(highest),
                true_positives: self.anomalies.len() - anomalies.len(),
                false_positives: self.normals.len() - normals.len(),
            })
        })
    }
}

/// The sorted keys without those at the end that equal `highest`.
fn without_last(keys: &[u64], highest: u64) -> &[u64] {
    let n_equal = keys.iter().rev().take_while(|&&key| key == highest).count();
    &keys[..keys.len() - n_equal]
}

const SIGN: u64 = 1 << 63;

/// An integer with the order of the score; both zeros are the same.
pub(super) fn key(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The score of a key.
fn score(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

/// How much each sample looks like class 1 of two.
pub(crate) fn anomaly_scores(predicted: &Predicted) -> Result<Vec<f64>, MeasureError> {
    if predicted.n_classes() != 2 {
        return Err(MeasureError::NotBinary { classes: predicted.n_classes() });
    }
    predicted.class_scores(1).ok_or(MeasureError::NoClassScores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_order_and_the_value() {
        let scores = [f64::MIN, -1.5, -1e-300, 0.0, 5e-324, 2.0, f64::MAX];
        assert!(scores.map(key).is_sorted());
        assert_eq!(scores.map(|value| score(key(value))), scores);
        assert_eq!(key(-0.0), key(0.0));
    }

    #[test]
    fn equal_scores_are_one_threshold() {
        let ranking = Ranking::new(&[true, false, false, true], &[0.5, 0.5, -0.0, 0.0]).unwrap();
        let steps: Vec<Step> = ranking.steps().collect();
        let expected = [(0.5, 1, 1), (0.0, 2, 2)].map(|(threshold, tp, fp)| Step {
            threshold,
            true_positives: tp,
            false_positives: fp,
        });
        assert_eq!(steps, expected);
    }
}
