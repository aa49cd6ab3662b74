//! Several seeds of one detector as one statistic.

use super::draw::below;
use super::{Draw, Statistic};
use crate::measure::MeasureError;

/// The mean of a detector's statistics, one a seed, of the same resample.
pub(crate) struct Repetitions<'a> {
    /// A statistic a seed.
    pub(crate) statistics: &'a [&'a dyn Statistic],
    /// Whether each resample draws the seeds with replacement too.
    pub(crate) resample: bool,
    /// Tells the draws of two detectors apart.
    pub(crate) stream: u64,
}

impl Statistic for Repetitions<'_> {
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError> {
        let n = self.statistics.len();
        let mut weights = vec![1; n];
        if let (true, Some(seed)) = (self.resample, draw.seed()) {
            let mut source = seed.derive(self.stream).rng();
            weights.fill(0);
            (0..n).for_each(|_| weights[below(&mut source, n)] += 1);
        }
        let mut sum = 0.0;
        for (statistic, weight) in self.statistics.iter().zip(weights) {
            if 0 < weight {
                sum += f64::from(weight) * statistic.evaluate(draw)?;
            }
        }
        Ok(sum / n as f64)
    }
}
