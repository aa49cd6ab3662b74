//! How good probabilities are: Brier score, log loss, calibration.

use oddity_core::{Labels, Predicted};
use serde::{Deserialize, Serialize};

use super::catalogue::{Entry, ParameterEntry, Values};
use super::error::check_parameter;
use super::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};
use crate::threshold::quantile_of_sorted;

/// Measure `brier_score`: the mean of `(p - y)^2`, with the probability `p` of class 1 of two.
///
/// From 0 to 1, less is better. Of predicted probabilities only: scores of a detector from 0 to 1
/// are none. Undefined without samples. Cost n. Source: Brier 1950,
/// doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; as in scikit-learn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrierScore;

/// Measure `log_loss`: the mean of `-ln p` over samples, with the probability `p` of the true class.
///
/// Less is better. Of two classes or more. Each `p` is clipped at `2^-52` and `1 - 2^-52`, as
/// scikit-learn clips it; there is no other correction. Undefined without samples. Cost n.
/// Source: Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogLoss;

/// Measure `expected_calibration_error(bins=..)`: `sum n_b / n |y_b - p_b|` over bins of equal
/// width, with the share of anomalies `y_b` and the mean probability `p_b` of each.
///
/// Of the probability of class 1 of two, not of the confidence in the class chosen. From 0 to 1,
/// less is better; a model that gives all samples the share of anomalies has 0. Undefined
/// without samples. Cost n. Source: Naeini, Cooper and Hauskrecht 2015, AAAI,
/// doi:10.1609/aaai.v29i1.9602.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedCalibrationError {
    /// How many bins, at least 1.
    pub bins: usize,
}

/// The share of anomalies against the probability that was given, bin by bin, as scikit-learn's
/// `calibration_curve` has it; bins without a sample are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationCurve {
    /// The bins that hold a sample, ascending.
    pub bins: Vec<CalibrationBin>,
}

/// The samples whose probability lies in a bin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// How many they are.
    pub n_samples: usize,
    /// The mean of their probabilities.
    pub probability: f64,
    /// The share of anomalies among them.
    pub anomalies: f64,
}

/// How probabilities are put into bins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bins {
    /// Of equal width.
    #[default]
    Uniform,
    /// Between quantiles of the probabilities, so that about as many are in each.
    Quantile,
}

impl CalibrationCurve {
    /// The curve of the probabilities of an anomaly.
    ///
    /// A probability on the border of two bins belongs to the lower one.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of probabilities,
    /// [`MeasureError::NotProbability`] for one outside 0 to 1, [`MeasureError::Parameter`] without
    /// bins, [`MeasureError::Undefined`] without samples.
    pub fn new(
        labels: &Labels,
        probabilities: &[f64],
        n_bins: usize,
        bins: Bins,
    ) -> Result<CalibrationCurve, MeasureError> {
        CalibrationCurve::of(labels.values(), probabilities, n_bins, bins)
    }

    fn of(
        anomalous: &[bool],
        probabilities: &[f64],
        n_bins: usize,
        bins: Bins,
    ) -> Result<CalibrationCurve, MeasureError> {
        let (truth, output) = (anomalous.len(), probabilities.len());
        if truth != output {
            return Err(MeasureError::Length { truth, output });
        }
        check(probabilities)?;
        check_parameter("bins", 0 < n_bins, "at least 1")?;
        if truth == 0 {
            return Err(Undefined::NoSample.into());
        }
        let share = |edge: usize| edge as f64 * (1.0 / n_bins as f64);
        let edges: Vec<f64> = match bins {
            Bins::Uniform => (1..n_bins).map(share).collect(),
            Bins::Quantile => {
                let mut sorted = probabilities.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                // Through percent, as numpy's rounding has it.
                let quantile = |edge| quantile_of_sorted(&sorted, share(edge) * 100.0 / 100.0);
                (1..n_bins).map(quantile).collect()
            }
        };
        let mut sums = vec![(0_usize, 0.0, 0_usize); n_bins];
        for (&is_anomaly, &probability) in anomalous.iter().zip(probabilities) {
            let bin = &mut sums[edges.partition_point(|&edge| edge < probability)];
            *bin = (bin.0 + 1, bin.1 + probability, bin.2 + usize::from(is_anomaly));
        }
        let bin = |&(n_samples, sum, n_anomalies): &(usize, f64, usize)| {
            let mean = |sum: f64| sum / n_samples as f64;
            let (probability, anomalies) = (mean(sum), mean(n_anomalies as f64));
            (0 < n_samples).then_some(CalibrationBin { n_samples, probability, anomalies })
        };
        Ok(CalibrationCurve { bins: sums.iter().filter_map(bin).collect() })
    }
}

/// Refuses what is no probability.
fn check(probabilities: &[f64]) -> Result<(), MeasureError> {
    let is_outside = |&probability: &f64| !(0.0..=1.0).contains(&probability);
    match probabilities.iter().position(is_outside) {
        Some(at) => Err(MeasureError::NotProbability { at }),
        None => Ok(()),
    }
}

/// The probabilities of all classes, of as many samples as the truth.
fn probabilities_of<'a>(
    truth: &Truth<'_>,
    predicted: &'a Predicted,
) -> Result<&'a [f64], MeasureError> {
    truth.expect_len(predicted.len())?;
    let probabilities = predicted.probabilities().ok_or(MeasureError::NoProbabilities)?;
    check(probabilities)?;
    match predicted.is_empty() {
        true => Err(Undefined::NoSample.into()),
        false => Ok(probabilities),
    }
}

/// The probability of class 1 of two, of each sample.
fn of_anomaly(truth: &Truth<'_>, predicted: &Predicted) -> Result<Vec<f64>, MeasureError> {
    if predicted.n_classes() != 2 {
        return Err(MeasureError::NotBinary { classes: predicted.n_classes() });
    }
    Ok(probabilities_of(truth, predicted)?.chunks_exact(2).map(|pair| pair[1]).collect())
}

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        id: "brier_score",
        direction: Direction::LowerIsBetter,
        formula: "mean of (p - y)^2",
        undefined: "no sample",
        cost: "n",
        source: "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
        of_predicted: Some(|_| Box::new(BrierScore)),
        ..Entry::PLAIN
    },
    Entry {
        id: "log_loss",
        direction: Direction::LowerIsBetter,
        range: (0.0, f64::INFINITY),
        formula: "mean of -ln p of the true class, p clipped at 2^-52 and 1 - 2^-52",
        undefined: "no sample",
        cost: "n",
        source: "Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x; as in scikit-learn",
        of_predicted: Some(|_| Box::new(LogLoss)),
        ..Entry::PLAIN
    },
    Entry {
        id: "expected_calibration_error",
        direction: Direction::LowerIsBetter,
        formula: "sum n_b / n |share of anomalies - mean probability| over bins of equal width",
        parameters: &[ParameterEntry {
            key: "bins",
            meaning: "how many bins of equal width",
            values: Values::Count { least: 1, most: 1_000_000 },
            default: "10",
        }],
        undefined: "no sample",
        cost: "n log bins",
        source: "Naeini, Cooper and Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602",
        of_predicted: Some(|given| {
            Box::new(ExpectedCalibrationError { bins: given.count("bins") })
        }),
        ..Entry::PLAIN
    },
];

impl Measure<Predicted> for BrierScore {
    fn id(&self) -> MeasureId {
        MeasureId::new("brier_score")
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        let anomalous = truth.anomalies()?;
        let probabilities = of_anomaly(truth, predicted)?;
        let squares = anomalous.iter().zip(&probabilities);
        let sum: f64 = squares.map(|(&is, p)| (p - f64::from(u8::from(is))).powi(2)).sum();
        Ok(sum / probabilities.len() as f64)
    }
}

impl Measure<Predicted> for LogLoss {
    fn id(&self) -> MeasureId {
        MeasureId::new("log_loss")
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        let (true_classes, n_classes) = (truth.class_names().len(), predicted.n_classes());
        if n_classes != true_classes {
            let (truth, predicted) = (true_classes, n_classes);
            return Err(MeasureError::ClassCount { truth, predicted });
        }
        let probabilities = probabilities_of(truth, predicted)?.chunks_exact(n_classes);
        let codes = truth.codes();
        let loss = |(&code, row): (&u32, &[f64])| {
            -row[code as usize].clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()
        };
        Ok(codes.iter().zip(probabilities).map(loss).sum::<f64>() / codes.len() as f64)
    }
}

impl Measure<Predicted> for ExpectedCalibrationError {
    fn id(&self) -> MeasureId {
        MeasureId::new("expected_calibration_error").with("bins", self.bins)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        let (anomalous, probabilities) = (truth.anomalies()?, of_anomaly(truth, predicted)?);
        let curve = CalibrationCurve::of(&anomalous, &probabilities, self.bins, Bins::Uniform)?;
        let gap =
            |bin: &CalibrationBin| bin.n_samples as f64 * (bin.anomalies - bin.probability).abs();
        Ok(curve.bins.iter().map(gap).sum::<f64>() / probabilities.len() as f64)
    }
}
