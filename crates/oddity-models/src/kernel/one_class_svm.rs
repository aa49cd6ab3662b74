//! The one-class support vector machine: parameters, fit and scores.

use oddity_core::{Detector, Error, FittedDetector, Result, Samples, Scores, Seed, State};
use serde::{Deserialize, Serialize};

use super::machine::Machines;
use super::panels::Panels;
use super::rows::Rows;
use super::smo::{Problem, Solution};
use super::{Gamma, Kernel};
use crate::flattened::{Flattened, Shape};

const STEP: &str = "one_class_svm";

/// Memory for rows of the kernel matrix during a fit, in bytes: all rows of 23,000 samples.
const MEMORY: usize = 2 << 30;

/// Scores a sample by how far it lies outside a surface around most training rows.
///
/// The score is `ρ - Σ α_i k(x_i, x)` over the support vectors `x_i`, the decision function with
/// the sign turned: above 0 outside the surface. `α` minimises `½ αᵀ K α` with `0 <= α_i <= 1` and
/// `Σ α_i = ν n`, and `ρ` is the value at the rows on the surface. At most a share `ν` of the
/// training rows lies outside, and at least that share are support vectors.
///
/// - Reads rows (sparse ones are written out) and windows, each flattened into one long row.
///   Columns should have similar ranges: standardise before.
/// - The solver is that of libsvm with its start (the first `ν n` rows at their bound), its steps,
///   its stopping rule and its kernel rows in single precision, so that scores agree with
///   scikit-learn's `OneClassSVM` but for rounding. There is no shrinking.
/// - Cost: a step `O(n)`, and a kernel row that is needed first `O(n d)`; the number of steps grows
///   with `ν n`. Up to 2 GiB of kernel rows are kept, all of them below 23,000 rows. A score costs
///   `O(s d)` with `s` support vectors, at least `ν n` of them.
/// - Pointwise: a score does not depend on the other samples. The same bits come out for any number
///   of threads, and no seed is used.
/// - As in scikit-learn `α` is scaled by `ν n` against the paper, and so are the scores.
/// - Errors: no sample, kernel values that leave the range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::kernel::{OneClassSvm, OneClassSvmParams};
///
/// let train = Frame::new(vec![-2.0, -1.0, 0.0, 1.0, 2.0], ["x"])?;
/// let svm = OneClassSvm::new(OneClassSvmParams { nu: 0.2, ..OneClassSvmParams::default() })?;
/// let fitted = svm.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![0.0, 6.0], ["x"])?.samples())?;
/// let rounded: Vec<f64> = scores.values().iter().map(|score| (score * 1e3).round()).collect();
/// assert_eq!(rounded, [0.0, 392.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// B. Schölkopf, J. C. Platt, J. Shawe-Taylor, A. J. Smola and R. C. Williamson. Estimating the
/// support of a high-dimensional distribution. Neural Computation 13(7), 2001.
/// doi:10.1162/089976601750264965.
///
/// C.-C. Chang and C.-J. Lin. LIBSVM: a library for support vector machines. ACM TIST 2(3), 2011.
/// doi:10.1145/1961189.1961199.
#[derive(Clone, Debug, PartialEq)]
pub struct OneClassSvm {
    params: OneClassSvmParams,
}

/// Parameters of [`OneClassSvm`]. The defaults are those of scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneClassSvmParams {
    /// The share `ν` of training rows that may lie outside, above 0 and at most 1. Default 0.5.
    pub nu: f64,
    /// The kernel. Default the radial basis function with `gamma = "scale"`.
    pub kernel: Kernel,
    /// The violation of the optimality conditions at which the fit stops, above 0. Default
    /// 0.001.
    pub tolerance: f64,
    /// Most steps of the solver, at least 1. Default the larger of 10⁷ and `100 n`, as in libsvm;
    /// scikit-learn has no limit.
    pub max_iterations: Option<usize>,
}

impl Default for OneClassSvmParams {
    fn default() -> OneClassSvmParams {
        OneClassSvmParams {
            nu: 0.5,
            kernel: Kernel::Rbf { gamma: Gamma::Scale },
            tolerance: 1e-3,
            max_iterations: None,
        }
    }
}

impl OneClassSvm {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: OneClassSvmParams) -> Result<OneClassSvm> {
        let OneClassSvmParams { nu, tolerance, .. } = params;
        let ok = 0.0 < nu && nu <= 1.0;
        Error::check_parameter(STEP, "nu", nu, ok, "above 0 and at most 1")?;
        let ok = tolerance.is_finite() && 0.0 < tolerance;
        Error::check_parameter(STEP, "tolerance", tolerance, ok, "above 0")?;
        let most = params.max_iterations.unwrap_or(usize::MAX);
        Error::check_parameter(STEP, "max_iterations", most as f64, 1 <= most, "at least 1")?;
        params.kernel.check(STEP)?;
        Ok(OneClassSvm { params })
    }

    fn fit_rows(&self, rows: &Flattened<'_>) -> Result<FittedOneClassSvm> {
        let (n_rows, width) = (rows.len(), rows.width());
        if n_rows == 0 {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let all = (0..n_rows).map(|row| rows.row(row));
        let panels = Panels::new(all.clone(), self.params.kernel.on(all, width), STEP)?;
        // Added up row by row, as scikit-learn does: what rounding leaves makes a row free.
        let mut left: f64 = (0..n_rows).map(|_| self.params.nu).sum();
        let mut start = vec![0.0; n_rows];
        for alpha in &mut start {
            *alpha = f64::min(left, 1.0).max(0.0);
            left -= *alpha;
        }
        let problem = Problem {
            signs: &vec![1.0; n_rows],
            bounds: &vec![1.0; n_rows],
            linear: 0.0,
            start: &start,
            tolerance: self.params.tolerance,
            max_iterations: self.params.max_iterations.unwrap_or((100 * n_rows).max(10_000_000)),
        };
        let Solution { alphas, rho, .. } = problem.solve(&mut Rows::new(&panels, MEMORY));
        let support: Vec<usize> = (0..n_rows).filter(|&row| 0.0 < alphas[row]).collect();
        let vectors = support.iter().map(|&row| rows.row(row));
        let vectors = Panels::new(vectors, panels.space.clone(), STEP)?;
        let coefficients = support.iter().map(|&row| alphas[row]).collect();
        let machine = Machines::single(vectors, coefficients, rho);
        Ok(FittedOneClassSvm { machine, shape: rows.shape() })
    }
}

impl Detector for OneClassSvm {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Flattened::with(train, |rows| self.fit_rows(rows))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let machine = Machines::single_of_state(state, self.params.kernel, shape.width())?;
        Ok(Box::new(FittedOneClassSvm { machine, shape }))
    }
}

/// A fitted [`OneClassSvm`].
struct FittedOneClassSvm {
    machine: Machines,
    shape: Shape,
}

impl FittedDetector for FittedOneClassSvm {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.score_blocks(samples, |rows| {
            let mut scores = self.machine.decisions(rows);
            scores.iter_mut().for_each(|score| *score = -*score);
            Ok(scores)
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        self.machine.put_single(&mut state);
        Some(state)
    }
}
