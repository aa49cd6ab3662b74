//! How a network is trained, as configuration.

use oddity_core::{Error, Result, Seed};
use serde::{Deserialize, Serialize};

use crate::precision::Precision;
use crate::trainer::Step;
use crate::update::Adam;

/// How a network is trained. The numbers of Adam are those of Keras; training computes in single
/// precision, in which numbers must lie within their ranges too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingParams {
    /// Times that every training sample is shown.
    pub epochs: usize,
    /// Samples between two steps of the optimiser. For every 16 of them, above 32 for every 32,
    /// training takes memory for a gradient of all parameters and for what each layer makes.
    pub batch_size: usize,
    /// What training makes small.
    pub loss: Loss,
    /// Of Adam (arXiv 1412.6980), in the first epoch.
    pub learning_rate: f64,
    /// How the learning rate changes from epoch to epoch.
    pub schedule: Schedule,
    /// Adam's memory of gradients.
    pub beta_1: f64,
    /// Adam's memory of their squares.
    pub beta_2: f64,
    /// Added to the root of Adam's second moment.
    pub epsilon: f64,
    /// Gradients longer than this, those of all parameters together, are shortened to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
    /// Share of the training samples that is held out, to choose the epoch whose weights stay.
    pub validation: f64,
    /// Which samples those are.
    pub validation_split: ValidationSplit,
    /// Epochs without a smaller validation loss after which training ends; without validation,
    /// the training loss counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// Whether the weights of the best epoch stay, not those of the last.
    pub restore_best: bool,
    /// Whether the samples are shown in another order each epoch.
    pub shuffle: bool,
    /// In which numbers the network multiplies, in training and to score.
    #[serde(skip_serializing_if = "Precision::is_default")]
    pub precision: Precision,
}

impl Default for TrainingParams {
    fn default() -> TrainingParams {
        TrainingParams {
            epochs: 100,
            batch_size: 32,
            loss: Loss::default(),
            learning_rate: 1e-3,
            schedule: Schedule::default(),
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            clip_norm: None,
            validation: 0.1,
            validation_split: ValidationSplit::default(),
            patience: None,
            restore_best: true,
            shuffle: true,
            precision: Precision::default(),
        }
    }
}

/// What training makes small: a mean over samples, steps and columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// `(y - t)^2`.
    #[default]
    MeanSquaredError,
    /// `|y - t|`.
    MeanAbsoluteError,
    /// `(y - t)^2 / 2` within `delta`, a line beyond (doi:10.1214/aoms/1177703732).
    Huber {
        /// Where the square turns into a line.
        delta: f64,
    },
}

/// Which training samples are held out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidationSplit {
    /// The last ones, taken before any shuffle, as Keras does.
    #[default]
    Last,
    /// Drawn from the seed. Windows that overlap then lie on both sides.
    Random,
    /// Whole series, drawn from the seed, until at least the share is held out; at least one
    /// series is left to train on. Windows have the series of their table, sequences are a series
    /// each; single rows are one series, which cannot be split.
    Series,
}

/// The learning rate of an epoch, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Always the same.
    #[default]
    Constant,
    /// Multiplied by the factor after each epoch.
    Exponential {
        /// More than 0 and at most 1.
        factor: f64,
    },
    /// Half a wave of the cosine, from the full rate to 0 behind the last epoch (Loshchilov
    /// and Hutter 2017, arXiv 1608.03983, without restarts).
    Cosine,
    /// Multiplied by the factor after so many epochs without a smaller loss.
    Plateau {
        /// More than 0 and less than 1.
        factor: f64,
        /// At least 1.
        patience: usize,
    },
}

impl TrainingParams {
    pub(crate) fn check(&self, step: &'static str) -> Result<()> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(step, name, found, ok, wanted);
        // Training computes in single precision: there a number may be 0, 1 or infinite.
        let positive = |value: f64| 0.0 < value as f32 && (value as f32).is_finite();
        let share = |value: f64| 0.0 <= value && (value as f32) < 1.0;
        check("epochs", self.epochs as f64, 1 <= self.epochs, "at least 1")?;
        check("batch_size", self.batch_size as f64, 1 <= self.batch_size, "at least 1")?;
        let (above, below) = (
            "more than 0 in single precision, and finite",
            "at least 0, and less than 1 in single precision",
        );
        check("learning_rate", self.learning_rate, positive(self.learning_rate), above)?;
        check("beta_1", self.beta_1, share(self.beta_1), below)?;
        check("beta_2", self.beta_2, share(self.beta_2), below)?;
        check("epsilon", self.epsilon, positive(self.epsilon), above)?;
        let ok = (0.0..1.0).contains(&self.validation);
        check("validation", self.validation, ok, "at least 0 and less than 1")?;
        if let Some(norm) = self.clip_norm {
            check("clip_norm", norm, positive(norm), above)?;
        }
        if let Some(patience) = self.patience {
            check("patience", patience as f64, 1 <= patience, "at least 1")?;
        }
        if let Loss::Huber { delta } = self.loss {
            check("delta", delta, positive(delta), above)?;
        }
        match self.schedule {
            Schedule::Constant | Schedule::Cosine => Ok(()),
            Schedule::Exponential { factor } => {
                let ok = 0.0 < factor && factor <= 1.0;
                check("factor", factor, ok, "more than 0, at most 1")
            }
            Schedule::Plateau { factor, patience } => {
                let ok = 0.0 < factor && factor < 1.0 && 1 <= patience;
                check(
                    "factor",
                    factor,
                    ok,
                    "more than 0 and less than 1, and a patience of at least 1",
                )
            }
        }
    }

    /// What a step of the native trainer depends on.
    pub(crate) fn step(&self, learning_rate: f64, seed: Seed) -> Step {
        let (loss, adam, clip_norm) = (self.loss.kernel(), self.adam(), self.clip_norm);
        Step { loss, adam, learning_rate, clip_norm, seed }
    }

    pub(crate) fn adam(&self) -> Adam {
        Adam { beta_1: self.beta_1, beta_2: self.beta_2, epsilon: self.epsilon }
    }
}

impl Loss {
    pub(crate) fn kernel(self) -> oddity_kernels::loss::Loss {
        use oddity_kernels::loss::Loss as Kernel;
        match self {
            Loss::MeanSquaredError => Kernel::MeanSquaredError,
            Loss::MeanAbsoluteError => Kernel::MeanAbsoluteError,
            Loss::Huber { delta } => Kernel::Huber { delta: delta as f32 },
        }
    }

    /// Of one number.
    pub(crate) fn of(self, error: f64) -> f64 {
        match self {
            Loss::MeanSquaredError => error * error,
            Loss::MeanAbsoluteError => error.abs(),
            Loss::Huber { delta } if error.abs() <= delta => error * error / 2.0,
            Loss::Huber { delta } => delta * (error.abs() - delta / 2.0),
        }
    }
}
