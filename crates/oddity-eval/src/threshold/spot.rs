//! Peaks over threshold: a cutoff from the tail of the scores.

use oddity_core::{Cutoff, Error, Result, Scores, Threshold};
use serde::{Deserialize, Serialize};

use super::{MovingCutoff, MovingThreshold, Pareto};

/// The score that is exceeded with probability q, extrapolated from the tail: SPOT's calibration.
///
/// With the scores in ascending order, the first threshold t is `s[floor(level n)]`. A
/// [`Pareto`] distribution is fitted to what the N scores above t exceed it by, and the
/// cutoff is `t + scale/shape ((q n / N)^(-shape) - 1)`: a score that none of the calibration
/// scores need reach. Scores of normal samples are wanted. Undefined where fewer than
/// [`Spot::LEAST_PEAKS`] scores lie above t, as with many equal scores. Cost: a sort, and about
/// 200 passes over the tail.
///
/// Source: Siffer et al. 2017, doi:10.1145/3097983.3098144; for the fit, and where it differs from
/// the authors' program, see [`Pareto::fit`].
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    params: SpotParams,
}

/// Parameters of [`Spot`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpotParams {
    /// The probability that a normal score is above the cutoff, above 0 and below `1 - level`.
    pub q: f64,
    /// The share of scores below the first threshold, above 0 and below 1.
    pub level: f64,
}

impl Default for SpotParams {
    /// `q = 0.001`, within the range of the paper's section 4, and its `level = 0.98`.
    fn default() -> SpotParams {
        SpotParams { q: 1e-3, level: 0.98 }
    }
}

/// The tail of the scores seen so far.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    q: f64,
    threshold: f64,
    excesses: Vec<f64>,
    n_scores: usize,
    /// The fit to these excesses, until there are more.
    pareto: Pareto,
}

impl Spot {
    /// The fewest scores above the first threshold that a tail is fitted to.
    pub const LEAST_PEAKS: usize = 10;

    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: SpotParams) -> Result<Spot> {
        let SpotParams { q, level } = params;
        Error::check_parameter(
            "spot",
            "level",
            level,
            0.0 < level && level < 1.0,
            "between 0 and 1",
        )?;
        Error::check_parameter(
            "spot",
            "q",
            q,
            0.0 < q && q < 1.0 - level,
            "between 0 and 1 - level",
        )?;
        Ok(Spot { params })
    }

    /// The parameters.
    pub fn params(&self) -> &SpotParams {
        &self.params
    }

    /// The fewest scores it is fitted on.
    pub fn least_scores(&self) -> usize {
        (Spot::LEAST_PEAKS as f64 / (1.0 - self.params.level) - 1e-6).ceil() as usize
    }

    /// The tail of calibration scores.
    pub(super) fn tail(&self, scores: &[f64]) -> Result<Tail> {
        let (found, wanted) = (scores.len(), self.least_scores());
        if found < wanted {
            return Err(Error::TooFewSamples { step: "spot", found, wanted });
        }
        let mut sorted = scores.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = (self.params.level * found as f64) as usize;
        let threshold = sorted[at.min(found - 1)];
        // In the order of the samples, as peaks of a stream come; an infinite one has no fit.
        let peaks = scores.iter().filter(|&&score| threshold < score);
        let excesses: Vec<f64> = peaks.map(|score| score - threshold).collect();
        let (found, wanted) = (excesses.len(), Spot::LEAST_PEAKS);
        let few = Error::TooFewSamples { step: "spot: scores above its level", found, wanted };
        let pareto = Pareto::fit(&excesses).filter(|_| wanted <= found).ok_or(few)?;
        let (q, n_scores) = (self.params.q, scores.len());
        Ok(Tail { q, threshold, excesses, n_scores, pareto })
    }
}

impl Tail {
    /// The score that is exceeded with probability q.
    pub(super) fn cutoff(&self) -> f64 {
        let probability = self.q * self.n_scores as f64 / self.excesses.len() as f64;
        self.threshold + self.pareto.exceeded_with(probability.min(1.0))
    }

    /// Whether a score lies in the tail.
    pub(super) fn holds(&self, score: f64) -> bool {
        self.threshold < score
    }

    /// Takes a score that is no alarm.
    pub(super) fn add(&mut self, score: f64) {
        self.n_scores += 1;
        if self.holds(score) {
            self.excesses.push(score - self.threshold);
            self.pareto = Pareto::fit(&self.excesses).unwrap_or(self.pareto);
        }
    }
}

impl Threshold for Spot {
    /// The score that is exceeded with probability q.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for fewer than [`Spot::least_scores`], or fewer than
    /// [`Spot::LEAST_PEAKS`] above the level; [`Error::ScoreNotFinite`] where the tail is so heavy
    /// that the cutoff is infinite.
    fn fit(&self, calibration: &Scores) -> Result<Cutoff> {
        Cutoff::new(self.tail(calibration.values())?.cutoff())
    }
}

/// SPOT on a stream: [`Spot`], whose tail takes each score that is no alarm.
///
/// A score above the first threshold that is no alarm is a peak: the tail is fitted again, and
/// the cutoff moves. The others count among the n, from the next peak on; an alarm changes
/// nothing. Cost: at each peak a fit over all peaks so far, about 200 passes: it grows with the
/// square of the peaks.
#[derive(Clone, Debug, PartialEq)]
pub struct SpotStreaming {
    spot: Spot,
}

impl SpotStreaming {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// As [`Spot::new`].
    pub fn new(params: SpotParams) -> Result<SpotStreaming> {
        Ok(SpotStreaming { spot: Spot::new(params)? })
    }
}

impl MovingThreshold for SpotStreaming {
    fn run(&self, calibration: &Scores, stream: &Scores) -> Result<MovingCutoff> {
        let mut tail = self.spot.tail(calibration.values())?;
        let mut moving = MovingCutoff::default();
        let mut cutoff = tail.cutoff();
        for &score in stream.values() {
            if !moving.judge(score, cutoff)? {
                let is_peak = tail.holds(score);
                tail.add(score);
                if is_peak {
                    cutoff = tail.cutoff();
                }
            }
        }
        Ok(moving)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dspot, DspotParams};
    use super::*;

    #[test]
    fn infinite_cutoffs_are_refused_on_streams_too() {
        // A tail over six decades below the largest number.
        let scores = (0..1000).map(|i| 10.0_f64.powf(0.308 * f64::from(i))).collect();
        let calibration = Scores::new(scores).unwrap();
        let stream = Scores::new(vec![1.0]).unwrap();
        let (q, level) = (1e-9, 0.98);
        let is_infinite = |error: Error| matches!(error, Error::ScoreNotFinite { value, .. } if value == f64::INFINITY);
        let params = SpotParams { q, level };
        let at_once = Spot::new(params.clone()).unwrap().fit(&calibration);
        assert!(is_infinite(at_once.unwrap_err()));
        let spot = SpotStreaming::new(params).unwrap().run(&calibration, &stream);
        assert!(is_infinite(spot.unwrap_err()));
        let dspot = Dspot::new(DspotParams { q, level, depth: 10 }).unwrap();
        assert!(is_infinite(dspot.run(&calibration, &stream).unwrap_err()));
    }
}
