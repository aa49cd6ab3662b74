//! `linfa-svm` as a classifier.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_svm::Svm;
use ndarray::{Array1, Array2};
use oddity_core::{Classes, Classifier, Error, FittedClassifier, Result, Samples, Seed};
use serde::{Deserialize, Serialize};

use super::adapter::{self, Model, Training, Values, foreign};

const STEP: &str = "linfa/svm";

/// A support vector machine of linfa, with decision values and without probabilities: one
/// machine for two classes, else one for each class against the others.
///
/// linfa keeps the whole kernel matrix: `8 n²` bytes, so that fit refuses more than 20,000
/// rows.
#[derive(Clone, Debug)]
pub struct LinfaSvm {
    params: LinfaSvmParams,
}

/// Parameters of [`LinfaSvm`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinfaSvmParams {
    /// Cost of a training row on the wrong side, above 0. Default 1.
    pub c: f64,
    /// The kernel. Default Gaussian, as in scikit-learn; linfa's own is linear.
    pub kernel: Kernel,
    /// `γ` of the Gaussian kernel, above 0: one over linfa's `eps`. Default one over the number
    /// of columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gamma: Option<f64>,
    /// Violation of the optimality conditions at which the solver stops, above 0. Default
    /// 1e-3, as in scikit-learn; linfa's own is 1e-7.
    pub tolerance: f64,
    /// Whether the solver leaves out variables that look settled. Default false.
    pub shrinking: bool,
}

impl Default for LinfaSvmParams {
    fn default() -> LinfaSvmParams {
        let kernel = Kernel::Gaussian;
        LinfaSvmParams { c: 1.0, kernel, gamma: None, tolerance: 1e-3, shrinking: false }
    }
}

/// The kernel of a support vector machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kernel {
    /// `x · y`.
    Linear,
    /// `exp(-γ |x - y|²)`.
    Gaussian,
}

const MOST_ROWS: usize = 20_000;

impl LinfaSvm {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one that is not finite and above 0.
    pub fn new(params: LinfaSvmParams) -> Result<LinfaSvm> {
        let gamma = params.gamma.unwrap_or(1.0);
        for (name, found) in [("c", params.c), ("gamma", gamma), ("tolerance", params.tolerance)] {
            let ok = found.is_finite() && 0.0 < found;
            Error::check_parameter(STEP, name, found, ok, "finite and above 0")?;
        }
        Ok(LinfaSvm { params })
    }

    fn fit_training(&self, training: &Training) -> Result<Fitted> {
        let (n_rows, n_columns) = training.records.dim();
        if MOST_ROWS < n_rows {
            return Err(Error::Numeric { step: STEP, what: "a kernel matrix of over 20,000 rows" });
        }
        let eps = self.params.gamma.map_or(n_columns as f64, |gamma| 1.0 / gamma);
        let machine = |class: usize| {
            let mut params = Svm::<f64, bool>::params()
                .pos_neg_weights(self.params.c, self.params.c)
                .eps(self.params.tolerance)
                .shrinking(self.params.shrinking);
            params = match self.params.kernel {
                Kernel::Linear => params.linear_kernel(),
                Kernel::Gaussian => params.gaussian_kernel(eps),
            };
            let targets: Array1<bool> = training.targets.mapv(|target| target == class);
            let dataset = DatasetBase::new(training.records.view(), targets.view());
            params.fit(&dataset).map_err(foreign(STEP))
        };
        let classes = if training.n_occurring == 2 { 1..2 } else { 0..training.n_occurring };
        Ok(Fitted(classes.map(machine).collect::<Result<_>>()?))
    }
}

impl Classifier for LinfaSvm {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        adapter::fit(STEP, train, classes, |training| self.fit_training(&training))
    }
}

/// One machine for the second of two classes, else one a class.
struct Fitted(Vec<Svm<f64, bool>>);

impl Model for Fitted {
    fn values(&self, records: Array2<f64>) -> Result<Values> {
        let decide = |machine: &Svm<f64, bool>, row: usize| {
            machine.weighted_sum(&records.row(row)) - machine.rho
        };
        let n_rows = records.nrows();
        let values = match &self.0[..] {
            [machine] => Array2::from_shape_fn((n_rows, 2), |(row, class)| {
                let value = decide(machine, row);
                if class == 1 { value } else { -value }
            }),
            machines => Array2::from_shape_fn((n_rows, machines.len()), |(row, class)| {
                decide(&machines[class], row)
            }),
        };
        Ok(Values::Decision(values))
    }
}
