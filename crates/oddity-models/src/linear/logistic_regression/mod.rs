//! Logistic regression with an L2 penalty, solved to its optimum.

mod binomial;
mod lbfgs;
mod multinomial;
mod newton;
mod objective;
mod warm_start;

use oddity_core::{
    Classes, Classifier, Error, FittedClassifier, FrameView, Predicted, Result, Samples, Seed,
};
use serde::{Deserialize, Serialize};

use super::Occurring;
use super::decision::{LinearDecision, Link};
use crate::ClassWeight;
use binomial::Binomial;
use multinomial::Multinomial;
use objective::{Objective, Optimum, Stop};

const STEP: &str = "logistic_regression";

/// Classifies by logistic regression with an L2 penalty.
///
/// For two classes, coefficients `β` and intercept `b` minimise
///
/// ```text
/// c Σ w_i ln(1 + e^(-s_i (β · x_i + b))) + |β|² / 2
/// ```
///
/// over the training rows `x_i`, with `s_i` 1 for the second class and -1 for the first, and `w_i`
/// the weight of the class. The probability of the second class is `1 / (1 + e^-(β · x + b))`. For more
/// classes each has a function `β_k · x + b_k`, the probabilities are their softmax, and
/// `-c Σ w_i ln p_i + Σ_k |β_k|² / 2` is minimised, with `p_i` the probability of the row's class;
/// [`MultiClass`] names others.
///
/// - Reads rows `n x d`, dense or sparse (written out). The penalty is on columns as they are:
///   standardise before.
/// - The optimum itself is found, to `tolerance`: by Newton's method where there are few columns,
///   else by L-BFGS, and of many rows by way of a part of them. The same bits come out for any number
///   of threads.
/// - Cost: with `k` functions, a step of Newton's method `n d² k² / 2 + (k d)³`, one of L-BFGS `n d k`,
///   and once `n d² + d³`. Memory for `d²` numbers for each of up to 16 runs of rows; from 4,096
///   columns on L-BFGS takes the diagonal of the Hessian alone, and memory for `d` numbers each.
/// - Errors: fewer than two classes that occur, class weights of other classes, a loss that leaves the
///   range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{Classes, Classifier, Frame, Seed};
/// use oddity_models::linear::{LogisticRegression, LogisticRegressionParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 7.0, 8.0, 9.0], ["x"])?;
/// let classes = Classes::new(vec![0, 0, 0, 1, 1, 1], ["low", "high"])?;
/// let fitted = LogisticRegression::new(LogisticRegressionParams::default())?
///     .fit(&train.samples(), &classes, Seed(0))?;
/// let predicted = fitted.predict(&Frame::new(vec![3.0, 6.0], ["x"])?.samples())?;
/// assert_eq!(predicted.codes(), [0, 1]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// D. R. Cox. The regression analysis of binary sequences. JRSS B 20(2), 1958.
/// doi:10.1111/j.2517-6161.1958.tb00292.x.
///
/// D. C. Liu and J. Nocedal. On the limited memory BFGS method for large scale optimization.
/// Mathematical Programming 45, 1989. doi:10.1007/BF01589116.
pub struct LogisticRegression {
    params: LogisticRegressionParams,
}

/// Parameters of [`LogisticRegression`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticRegressionParams {
    /// Weight of the loss against the penalty; smaller is more regular. Default 1, as in
    /// scikit-learn.
    pub c: f64,
    /// Whether the penalty holds the intercept too, as liblinear's does (with its
    /// `intercept_scaling` of 1). Default false.
    pub penalize_intercept: bool,
    /// What is fitted to more than two classes. Default [`MultiClass::Auto`].
    pub multi_class: MultiClass,
    /// How much a sample of each class counts. Default [`ClassWeight::None`].
    pub class_weight: ClassWeight,
    /// The fit has converged when no component of the gradient, of the mean loss and its
    /// penalty, exceeds this, in units of the column's root mean square. Default 1e-8.
    pub tolerance: f64,
    /// Most iterations. Default 1,000: Newton's method takes about 10, L-BFGS 20 to 200.
    pub max_iterations: usize,
}

impl Default for LogisticRegressionParams {
    fn default() -> Self {
        LogisticRegressionParams {
            c: 1.0,
            penalize_intercept: false,
            multi_class: MultiClass::Auto,
            class_weight: ClassWeight::None,
            tolerance: 1e-8,
            max_iterations: 1000,
        }
    }
}

/// What is fitted to the classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiClass {
    /// One logistic function for two classes, the multinomial model for more.
    #[default]
    Auto,
    /// The multinomial model (softmax), also for two classes, where its penalty on two
    /// functions amounts to twice the `c` of one.
    Multinomial,
    /// A logistic function for each class against all others; for two classes, one.
    OneVsRest,
}

impl LogisticRegression {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] unless `c` and `tolerance` are positive and finite and
    /// `max_iterations` is at least 1. Class weights are checked against the classes in
    /// `fit`.
    pub fn new(params: LogisticRegressionParams) -> Result<LogisticRegression> {
        let LogisticRegressionParams { c, tolerance, max_iterations, .. } = params;
        let positive = |value: f64| value.is_finite() && 0.0 < value;
        Error::check_parameter(STEP, "c", c, positive(c), "above 0")?;
        Error::check_parameter(STEP, "tolerance", tolerance, positive(tolerance), "above 0")?;
        let (found, ok) = (max_iterations as f64, 1 <= max_iterations);
        Error::check_parameter(STEP, "max_iterations", found, ok, "at least 1")?;
        Ok(LogisticRegression { params })
    }

    fn fit_rows(&self, rows: FrameView<'_>, classes: &Classes) -> Result<FittedLogisticRegression> {
        let occurring = Occurring::new(classes, rows.n_rows(), STEP)?;
        let weights = self.params.class_weight.weights(classes)?;
        let factor = |&code: &u32| self.params.c * weights[code as usize];
        let weights: Vec<f64> = occurring.codes.iter().map(factor).collect();
        let stop =
            Stop { tolerance: self.params.tolerance, max_iterations: self.params.max_iterations };
        let penalty = f64::from(u8::from(self.params.penalize_intercept));
        let n_classes = occurring.len();
        let (optima, link) = match self.params.multi_class {
            MultiClass::Auto if n_classes == 2 => (1..2, Link::Logistic),
            MultiClass::OneVsRest if n_classes == 2 => (1..2, Link::Logistic),
            MultiClass::OneVsRest => (0..n_classes as u32, Link::OneVsRest),
            MultiClass::Auto | MultiClass::Multinomial => (0..0, Link::Softmax),
        };
        let optima: Vec<Optimum> = if link == Link::Softmax {
            vec![Multinomial::new(rows, &occurring, &weights, penalty).minimize(&stop)?]
        } else {
            let of_class = |class| {
                warm_start::minimize(
                    &Binomial::new(rows, &occurring, &weights, penalty, class),
                    &stop,
                )
            };
            optima.map(of_class).collect::<Result<_>>()?
        };
        let n_columns = rows.n_columns();
        let (mut coefficients, mut intercepts) = (Vec::new(), Vec::new());
        for function in optima.iter().flat_map(|optimum| optimum.at.chunks_exact(n_columns + 1)) {
            coefficients.extend_from_slice(&function[..n_columns]);
            intercepts.push(function[n_columns]);
        }
        let (codes, n_names) = (occurring.codes, occurring.n_names);
        let decision = LinearDecision { coefficients, intercepts, n_columns, link, codes, n_names };
        Ok(FittedLogisticRegression {
            decision,
            converged: optima.iter().all(|optimum| optimum.converged),
        })
    }
}

impl Classifier for LogisticRegression {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        train.with_dense(|rows| {
            Ok(Box::new(self.fit_rows(rows, classes)?) as Box<dyn FittedClassifier>)
        })
    }
}

struct FittedLogisticRegression {
    decision: LinearDecision,
    converged: bool,
}

impl FittedClassifier for FittedLogisticRegression {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| self.decision.predict(rows))
    }

    fn converged(&self) -> Option<bool> {
        Some(self.converged)
    }
}
