//! Why a measure has no value: undefined on these samples, or truth and output do not fit.

/// Why a measure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// The definition divides by 0 on these samples. A result of its own, not a failure.
    #[error("undefined: {reason}")]
    Undefined {
        /// What is missing among the samples.
        reason: Undefined,
    },
    /// Truth and output are of different length.
    #[error("found {output} outputs for {truth} truths")]
    Length {
        /// Samples of the truth.
        truth: usize,
        /// Samples of the output.
        output: usize,
    },
    /// A parameter with which the measure has no meaning.
    #[error("parameter {parameter}: wanted {wanted}")]
    Parameter {
        /// Name of the parameter.
        parameter: &'static str,
        /// What is wanted.
        wanted: &'static str,
    },
    /// The measure is about two classes.
    #[error("found {classes} classes, wanted 2: choose an average over classes")]
    NotBinary {
        /// Classes given.
        classes: usize,
    },
    /// Truth and prediction know different numbers of classes.
    #[error("found {predicted} predicted classes for {truth} true classes")]
    ClassCount {
        /// Classes of the truth.
        truth: usize,
        /// Classes of the prediction.
        predicted: usize,
    },
    /// The measure needs probabilities or decision values, and the classifier gave none.
    #[error("the prediction has neither probabilities nor decision values")]
    NoClassScores,
    /// The measure needs probabilities, and the classifier gave none.
    #[error("the prediction has no probabilities")]
    NoProbabilities,
    /// What should be a probability is below 0 or above 1.
    #[error("probability {at} is not between 0 and 1")]
    NotProbability {
        /// Which of them, in order.
        at: usize,
    },
}

impl MeasureError {
    /// The reason, if the measure is undefined on these samples.
    pub fn undefined(&self) -> Option<Undefined> {
        match self {
            MeasureError::Undefined { reason } => Some(*reason),
            _ => None,
        }
    }
}

/// Refuses a parameter unless it is `ok`.
pub(super) fn check_parameter(
    parameter: &'static str,
    ok: bool,
    wanted: &'static str,
) -> Result<(), MeasureError> {
    if ok { Ok(()) } else { Err(MeasureError::Parameter { parameter, wanted }) }
}

impl From<Undefined> for MeasureError {
    fn from(reason: Undefined) -> MeasureError {
        MeasureError::Undefined { reason }
    }
}

/// What is missing among the samples, so that a measure is undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// There is no sample.
    #[error("no sample")]
    NoSample,
    /// There are fewer samples than the measure is about.
    #[error("{found} samples, wanted at least {wanted}")]
    TooFewSamples {
        /// Samples there are.
        found: usize,
        /// The fewest it is defined for.
        wanted: usize,
    },
    /// No sample is an anomaly.
    #[error("no anomaly")]
    NoAnomaly,
    /// Every sample is an anomaly.
    #[error("no normal sample")]
    NoNormal,
    /// No sample is an alarm.
    #[error("no alarm")]
    NoAlarm,
    /// No event has an alarm.
    #[error("no event found")]
    NoEventFound,
    /// No sample is an anomaly and none an alarm.
    #[error("neither an anomaly nor an alarm")]
    NeitherAnomalyNorAlarm,
    /// No sample is of this class.
    #[error("no sample of class {class}")]
    ClassAbsent {
        /// Code of the class.
        class: u32,
    },
    /// The mean score of the anomalies or of the normal samples has no root to compare, or that
    /// of the normal samples is 0 or too small to divide by.
    #[error(
        "a mean score is below 0 or beyond the range of numbers, or that of the normal samples is 0"
    )]
    NoRoot,
    /// No sample was predicted to be of this class.
    #[error("class {class} is never predicted")]
    ClassNotPredicted {
        /// Code of the class.
        class: u32,
    },
    /// Every sample is predicted to be of this class.
    #[error("no prediction outside class {class}")]
    OnlyPrediction {
        /// Code of the class.
        class: u32,
    },
    /// Every sample is of this class.
    #[error("no sample outside class {class}")]
    OnlyClass {
        /// Code of the class.
        class: u32,
    },
}
