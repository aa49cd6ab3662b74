//! Measures: truth and output to one number, or the reason why there is none.
//!
//! A measure is a value that implements [`Measure`] for what it reads: [`Scores`],
//! [`Alarms`] or [`Predicted`]. The [`catalogue`] lists all of them and parses their ids.

pub mod catalogue;

mod accuracy;
mod balance;
mod confusion;
mod error;
mod event;
mod events;
mod f1_sweep;
mod id;
mod one_vs_rest;
mod precision_recall;
mod probability;
mod ranking;
mod rate;
mod report;
mod rms_gap;
mod roc;
mod threshold_sweep;
mod top;
mod truth;
mod volume;

pub use accuracy::Accuracy;
pub use balance::Balance;
pub use confusion::{BinaryCounts, ConfusionMatrix};
pub use error::{MeasureError, Undefined};
pub use event::{
    Affiliation, AffiliationEvent, AffiliationReport, RandomAffiliation, random_affiliation,
};
pub use event::{Bias, Cardinality, RangeBased, RangeReward};
pub use event::{DetectionDelay, FalseAlarmsPerDay, Found};
pub use event::{Etapr, EtaprAlarm, EtaprEvent, EtaprReport, EtaprVersion, Part};
pub use event::{F1PaK, Nab, NabProfile, PaKArea, PointAdjusted};
pub use events::{Events, EventsError};
pub use f1_sweep::{F1Oracle, F1Point, F1Sweep};
pub use id::{MeasureId, Parameter};
pub use one_vs_rest::RocAucOneVsRest;
pub use precision_recall::{AveragePrecision, PrCurve, average_precision};
pub use probability::{
    Bins, BrierScore, CalibrationBin, CalibrationCurve, ExpectedCalibrationError, LogLoss,
};
pub use rate::{Average, Rate, RateMeasure, ZeroDivision};
pub use report::{ClassificationReport, ReportRow};
pub use rms_gap::{RmsGap, rms_gap};
pub use roc::{RocAuc, RocCurve, roc_auc};
pub use threshold_sweep::{GMeanOracle, SweepPoint, ThresholdSweep};
pub use top::{PrecisionAtK, TprAtFpr};
pub use truth::Truth;
pub use volume::{RangeAreas, RangeAuc, RangeCurve, Surface, Volume, VolumeVersion};

use std::fmt;

use oddity_core::{Alarms, Predicted, Scores};
use serde::{Deserialize, Serialize};

/// A number that says how well an output fits the truth.
///
/// Object-safe, so that a runner can hold measures that it chose by id. `Output` is what
/// the measure reads: [`Scores`], [`Alarms`] or [`Predicted`].
pub trait Measure<Output: ?Sized>: Send + Sync {
    /// Name, version and parameters: everything that changes the number.
    fn id(&self) -> MeasureId;

    /// Which way is better.
    fn direction(&self) -> Direction;

    /// The value of the measure.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Undefined`] where the measure has no value on these samples (it is
    /// never replaced by 0, 0.5 or NaN), and the other variants for a truth and an output
    /// that do not fit each other.
    fn evaluate(&self, truth: &Truth<'_>, output: &Output) -> Result<f64, MeasureError>;

    /// The value from the confusion matrix, for a measure that is a function of it alone; nothing
    /// for any other. On resamples such a measure needs sums of counts, and no copy of samples.
    fn of_confusion(&self, matrix: &ConfusionMatrix) -> Option<Result<f64, MeasureError>> {
        let _read_by_few = matrix;
        None
    }

    /// Whether the measure chooses a threshold with the very labels that it is measured
    /// on. Its id then says `oracle`.
    fn is_oracle(&self) -> bool {
        false
    }
}

/// A measure of scores. `ScoreMeasure::parse(id)` finds one in the [`catalogue`].
pub type ScoreMeasure = dyn Measure<Scores>;

/// A measure of decisions. `AlarmMeasure::parse(id)` finds one in the [`catalogue`].
pub type AlarmMeasure = dyn Measure<Alarms>;

/// A measure of predicted classes. `ClassMeasure::parse(id)` finds one in the
/// [`catalogue`].
pub type ClassMeasure = dyn Measure<Predicted>;

/// Which way a measure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better, as for accuracy.
    HigherIsBetter,
    /// Less is better, as for a delay.
    LowerIsBetter,
}

impl Direction {
    /// Whether `value` is strictly better than `other`.
    pub fn is_better(self, value: f64, other: f64) -> bool {
        match self {
            Direction::HigherIsBetter => other < value,
            Direction::LowerIsBetter => value < other,
        }
    }
}

/// What a measure reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// [`Scores`], one a sample.
    Scores,
    /// [`Alarms`], one decision a sample.
    Alarms,
    /// [`Predicted`], a class a sample.
    Predicted,
}

impl fmt::Display for OutputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OutputKind::Scores => "scores",
            OutputKind::Alarms => "alarms",
            OutputKind::Predicted => "predicted classes",
        })
    }
}
