//! `linfa-logistic` as a classifier.

use linfa::traits::Fit;
use linfa_logistic::{
    FittedLogisticRegression, LogisticRegression, MultiFittedLogisticRegression,
    MultiLogisticRegression,
};
use ndarray::{Array2, Axis, stack};
use oddity_core::{Classes, Classifier, Error, FittedClassifier, Result, Samples, Seed};
use serde::{Deserialize, Serialize};

use super::adapter::{self, Model, Training, Values, foreign};

const STEP: &str = "linfa/logistic_regression";

/// Logistic regression with an L2 penalty, by linfa's L-BFGS: binary for two classes that
/// occur, else multinomial.
#[derive(Clone, Debug)]
pub struct LinfaLogisticRegression {
    params: LinfaLogisticRegressionParams,
}

/// Parameters of [`LinfaLogisticRegression`]. The defaults are linfa's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinfaLogisticRegressionParams {
    /// Weight of half the squared norm of the coefficients beside the summed loss, at least
    /// 0: one over scikit-learn's `C`. Default 1.
    pub alpha: f64,
    /// Whether there is an intercept, which is not penalised. Default true.
    pub intercept: bool,
    /// Iterations at most. linfa does not say whether they were enough. Default 100.
    pub max_iterations: u64,
    /// Norm of the gradient at which the solver stops, above 0. Default 1e-4.
    pub gradient_tolerance: f64,
}

impl Default for LinfaLogisticRegressionParams {
    fn default() -> LinfaLogisticRegressionParams {
        LinfaLogisticRegressionParams {
            alpha: 1.0,
            intercept: true,
            max_iterations: 100,
            gradient_tolerance: 1e-4,
        }
    }
}

impl LinfaLogisticRegression {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: LinfaLogisticRegressionParams) -> Result<LinfaLogisticRegression> {
        let LinfaLogisticRegressionParams { alpha, gradient_tolerance: tolerance, .. } = params;
        let (finite, positive) = ("finite and at least 0", "finite and above 0");
        let alpha_ok = alpha.is_finite() && 0.0 <= alpha;
        Error::check_parameter(STEP, "alpha", alpha, alpha_ok, finite)?;
        let tolerance_ok = tolerance.is_finite() && 0.0 < tolerance;
        Error::check_parameter(STEP, "gradient_tolerance", tolerance, tolerance_ok, positive)?;
        Ok(LinfaLogisticRegression { params })
    }

    fn fit_training(&self, training: &Training) -> Result<Fitted> {
        let LinfaLogisticRegressionParams { alpha, intercept, max_iterations, gradient_tolerance } =
            self.params;
        if training.n_occurring == 2 {
            let model = LogisticRegression::default()
                .alpha(alpha)
                .with_intercept(intercept)
                .max_iterations(max_iterations)
                .gradient_tolerance(gradient_tolerance);
            return Ok(Fitted::Binary(model.fit(&training.dataset()).map_err(foreign(STEP))?));
        }
        let model = MultiLogisticRegression::default()
            .alpha(alpha)
            .with_intercept(intercept)
            .max_iterations(max_iterations)
            .gradient_tolerance(gradient_tolerance);
        Ok(Fitted::Multinomial(model.fit(&training.dataset()).map_err(foreign(STEP))?))
    }
}

impl Classifier for LinfaLogisticRegression {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        adapter::fit(STEP, train, classes, |training| self.fit_training(&training))
    }
}

enum Fitted {
    Binary(FittedLogisticRegression<f64, usize>),
    Multinomial(MultiFittedLogisticRegression<f64, usize>),
}

impl Model for Fitted {
    fn values(&self, records: Array2<f64>) -> Result<Values> {
        let probabilities = match self {
            // Classes are numbered in ascending order, as their columns are.
            Fitted::Multinomial(model) => model.predict_probabilities(&records),
            Fitted::Binary(model) => {
                let positive = model.predict_probabilities(&records);
                let negative = positive.mapv(|probability| 1.0 - probability);
                let columns = if model.labels().pos.class == 0 {
                    [positive.view(), negative.view()]
                } else {
                    [negative.view(), positive.view()]
                };
                stack(Axis(1), &columns).map_err(foreign(STEP))?
            }
        };
        Ok(Values::Probabilities(probabilities))
    }
}
