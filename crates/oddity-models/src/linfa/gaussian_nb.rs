//! `linfa-bayes` as a classifier.

use linfa::traits::Fit;
use linfa_bayes::{GaussianNb, NaiveBayes};
use ndarray::{Array2, Axis};
use oddity_core::{Classes, Classifier, Error, FittedClassifier, Result, Samples, Seed};
use serde::{Deserialize, Serialize};

use super::adapter::{self, Model, Training, Values, foreign};

const STEP: &str = "linfa/gaussian_nb";

/// Gaussian naive Bayes of linfa.
///
/// Probabilities are made of linfa's joint log-likelihoods, less the largest of each record:
/// linfa's own divide by a sum that underflows to 0 far from all classes.
#[derive(Clone, Debug)]
pub struct LinfaGaussianNb {
    params: LinfaGaussianNbParams,
}

/// Parameters of [`LinfaGaussianNb`]. The default is linfa's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinfaGaussianNbParams {
    /// Share of the largest column's variance that is added to all variances, at least 0.
    /// Default 1e-9.
    pub var_smoothing: f64,
}

impl Default for LinfaGaussianNbParams {
    fn default() -> LinfaGaussianNbParams {
        LinfaGaussianNbParams { var_smoothing: 1e-9 }
    }
}

impl LinfaGaussianNb {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a smoothing below 0 or not finite.
    pub fn new(params: LinfaGaussianNbParams) -> Result<LinfaGaussianNb> {
        let smoothing = params.var_smoothing;
        let ok = smoothing.is_finite() && 0.0 <= smoothing;
        Error::check_parameter(STEP, "var_smoothing", smoothing, ok, "finite and at least 0")?;
        Ok(LinfaGaussianNb { params })
    }

    fn fit_training(&self, training: &Training) -> Result<Fitted> {
        let variances = training.records.var_axis(Axis(0), 0.0);
        if variances.iter().all(|&variance| variance == 0.0) {
            return Err(Error::Numeric { step: STEP, what: "no column varies" });
        }
        let model = GaussianNb::params().var_smoothing(self.params.var_smoothing);
        let model = model.fit(&training.dataset()).map_err(foreign(STEP))?;
        Ok(Fitted { model, n_occurring: training.n_occurring })
    }
}

impl Classifier for LinfaGaussianNb {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        adapter::fit(STEP, train, classes, |training| self.fit_training(&training))
    }
}

struct Fitted {
    model: GaussianNb<f64, usize>,
    n_occurring: usize,
}

impl Model for Fitted {
    fn values(&self, records: Array2<f64>) -> Result<Values> {
        let mut values = Array2::zeros((records.nrows(), self.n_occurring));
        for (&class, likelihoods) in self.model.joint_log_likelihood(records.view()) {
            values.column_mut(class).assign(&likelihoods);
        }
        for mut row in values.rows_mut() {
            let largest = row.fold(f64::NEG_INFINITY, |most, &value| most.max(value));
            row.mapv_inplace(|value| (value - largest).exp());
            let sum = row.sum();
            row.mapv_inplace(|value| value / sum);
        }
        Ok(Values::Probabilities(values))
    }
}
