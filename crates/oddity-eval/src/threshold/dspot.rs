//! Peaks over threshold of the distance to a moving mean, for scores that drift.

use std::collections::VecDeque;

use oddity_core::{Error, Result, Scores};
use serde::{Deserialize, Serialize};

use super::{MovingCutoff, MovingThreshold, Spot, SpotParams};

/// DSPOT: SPOT of `score - mean of the last depth scores that were no alarm`.
///
/// The cutoff of a score is that mean and the cutoff of the distances; it moves at every score.
/// A distance above the first threshold that is no alarm is a peak, at which the tail is
/// fitted again. Calibrated on scores in the order of their time, of which the first `depth` only
/// begin the mean. Cost: n depth, and at each peak a fit over all peaks so far, about 200 passes:
/// it grows with the square of the peaks.
///
/// Source: Siffer et al. 2017, doi:10.1145/3097983.3098144, algorithm 2.
#[derive(Clone, Debug, PartialEq)]
pub struct Dspot {
    spot: Spot,
    depth: usize,
}

/// Parameters of [`Dspot`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DspotParams {
    /// The probability that a normal distance is above the cutoff, above 0 and below `1 - level`.
    pub q: f64,
    /// The share of distances below the first threshold, above 0 and below 1.
    pub level: f64,
    /// Scores that the mean is over, at least 1.
    pub depth: usize,
}

impl Default for DspotParams {
    /// As [`SpotParams`], with a depth of 10.
    fn default() -> DspotParams {
        let SpotParams { q, level } = SpotParams::default();
        DspotParams { q, level, depth: 10 }
    }
}

impl Dspot {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: DspotParams) -> Result<Dspot> {
        let DspotParams { q, level, depth } = params;
        Error::check_parameter("dspot", "depth", depth as f64, 0 < depth, "at least 1")?;
        Ok(Dspot { spot: Spot::new(SpotParams { q, level })?, depth })
    }

    /// The fewest scores it is calibrated on.
    pub fn least_scores(&self) -> usize {
        self.spot.least_scores().saturating_add(self.depth)
    }
}

impl MovingThreshold for Dspot {
    fn run(&self, calibration: &Scores, stream: &Scores) -> Result<MovingCutoff> {
        let (found, wanted) = (calibration.len(), self.least_scores());
        if found < wanted {
            return Err(Error::TooFewSamples { step: "dspot", found, wanted });
        }
        let scores = calibration.values();
        let windows = scores.windows(self.depth).zip(&scores[self.depth..]);
        let distances: Vec<f64> =
            windows.map(|(window, score)| score - mean(window.iter())).collect();
        let mut tail = self.spot.tail(&distances)?;
        let mut window: VecDeque<f64> = scores[found - self.depth..].iter().copied().collect();
        let mut moving = MovingCutoff::default();
        let mut cutoff = tail.cutoff();
        for &score in stream.values() {
            let mean = mean(window.iter());
            if moving.judge(score, mean + cutoff)? {
                continue;
            }
            let is_peak = tail.holds(score - mean);
            tail.add(score - mean);
            if is_peak {
                cutoff = tail.cutoff();
            }
            window.pop_front();
            window.push_back(score);
        }
        Ok(moving)
    }
}

fn mean<'a>(window: impl ExactSizeIterator<Item = &'a f64>) -> f64 {
    let n_scores = window.len() as f64;
    window.sum::<f64>() / n_scores
}
