//! The support vector machine for classes: parameters, fit, votes and probabilities.

use oddity_core::{
    Classes, Classifier, Error, FittedClassifier, FrameView, Predicted, Result, Samples, Seed,
};
use serde::{Deserialize, Serialize};

use super::coupling::couple;
use super::machine::{Machines, Training};
use super::{Gamma, Kernel};
use crate::ClassWeight;
use crate::classes::expect_classes;

const STEP: &str = "svm";

/// Memory for rows of kernel matrices during a fit, in bytes: all rows of 23,000 samples.
const MEMORY: usize = 2 << 30;

/// Separates classes by the widest margin in the space of a kernel (C-SVC).
///
/// For two classes the decision value of a row is `f(x) = Σ y_i α_i k(x_i, x) - ρ` over the
/// support vectors `x_i`, where `α` minimises `½ αᵀ Q α - Σ α_i` with `0 <= α_i <= C_i`,
/// `Σ y_i α_i = 0` and `Q_ij = y_i y_j k(x_i, x_j)`. For more classes there is a machine for
/// each pair, and the class with most votes is predicted, the first among several.
///
/// Decision values are always there. With two class names they are `[-f, f]`, `f` for the
/// second class. Otherwise they are, as in scikit-learn, the number of votes plus
/// `s / (3 (|s| + 1))`, where `s` sums the decision values for the class; -1 for classes that
/// do not occur in training, which are never predicted. Probabilities cost five more fits a
/// pair: a logistic curve is fitted to held-out decision values (Platt), and the pairs are
/// coupled (Wu, Lin and Weng). As in scikit-learn the class predicted is the one with most
/// votes, which is not always the most probable one.
///
/// Rows are `n x d`, dense or sparse (written out); columns should have similar ranges. The
/// solver is that of libsvm: same steps, same stopping rule, kernel rows in single precision,
/// so that fits agree with scikit-learn's `SVC`, but for rounding. There is no shrinking. A
/// step costs `O(n)`, and the number of steps grows with `n` and `C`; a kernel row costs
/// `O(n d)`. Up to 2 GiB of kernel rows are kept, all of them below 23,000 rows. A prediction
/// costs `O(s d)` with `s` support vectors. The same bits come out for any number of threads.
///
/// Refused are fewer than two classes that occur, class weights of other classes, and rows whose
/// kernel values leave the range of numbers, in `fit` and in `predict`; with the radial basis function
/// a row to predict may lie anywhere.
///
/// # Example
///
/// ```
/// use oddity_core::{Classes, Classifier, Error, Frame, Seed};
/// use oddity_models::kernel::{Kernel, Svm, SvmParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 6.0, 7.0, 8.0], ["x"])?;
/// let classes = Classes::new(vec![0, 0, 0, 1, 1, 1], ["low", "high"])?;
/// let svm = Svm::new(SvmParams { kernel: Kernel::Linear, ..SvmParams::default() })?;
/// let fitted = svm.fit(&train.samples(), &classes, Seed(0))?;
/// let predicted = fitted.predict(&Frame::new(vec![2.5, 5.0], ["x"])?.samples())?;
/// assert_eq!(predicted.codes(), [0, 1]);
/// assert_eq!(predicted.class_scores(1), Some(vec![-0.75, 0.5]));
/// # Ok::<(), Error>(())
/// ```
///
/// # References
///
/// C. Cortes and V. Vapnik. Support-vector networks. Machine Learning 20, 1995.
/// doi:10.1007/BF00994018.
///
/// C.-C. Chang and C.-J. Lin. LIBSVM: a library for support vector machines. ACM TIST 2(3),
/// 2011. doi:10.1145/1961189.1961199.
#[derive(Clone, Debug, PartialEq)]
pub struct Svm {
    params: SvmParams,
}

/// Parameters of [`Svm`]. The defaults are those of scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SvmParams {
    /// What a training row on the wrong side costs, above 0. Default 1.
    pub c: f64,
    /// The kernel. Default the radial basis function with `gamma = "scale"`.
    pub kernel: Kernel,
    /// The violation of the optimality conditions at which the fit stops, above 0. Default
    /// 0.001.
    pub tolerance: f64,
    /// Most steps of the solver for each machine, at least 1. Default the larger of 10⁷ and
    /// `100 n`, as in libsvm; scikit-learn has no limit.
    pub max_iterations: Option<usize>,
    /// What `c` is multiplied with for each class. Default 1.
    pub class_weight: ClassWeight,
    /// Whether there are probabilities. Default false.
    pub probability: bool,
}

impl Default for SvmParams {
    fn default() -> SvmParams {
        SvmParams {
            c: 1.0,
            kernel: Kernel::Rbf { gamma: Gamma::Scale },
            tolerance: 1e-3,
            max_iterations: None,
            class_weight: ClassWeight::None,
            probability: false,
        }
    }
}

impl Svm {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: SvmParams) -> Result<Svm> {
        let positive = |parameter, value: f64| {
            let ok = value.is_finite() && 0.0 < value;
            Error::check_parameter(STEP, parameter, value, ok, "above 0")
        };
        positive("c", params.c)?;
        positive("tolerance", params.tolerance)?;
        let most = params.max_iterations.unwrap_or(usize::MAX);
        Error::check_parameter(STEP, "max_iterations", most as f64, 1 <= most, "at least 1")?;
        params.kernel.check(STEP)?;
        Ok(Svm { params })
    }

    /// Like [`Classifier::fit`], with a model that shows its support vectors.
    ///
    /// # Errors
    ///
    /// As [`Classifier::fit`], for class weights that do not fit the classes, and
    /// [`Error::Numeric`] if kernel values overflow.
    pub fn fit_svm(&self, train: &Samples<'_>, classes: &Classes, seed: Seed) -> Result<FittedSvm> {
        train.with_dense(|rows| self.fit_rows(rows, classes, seed, MEMORY))
    }

    pub(super) fn fit_rows(
        &self,
        rows: FrameView<'_>,
        classes: &Classes,
        seed: Seed,
        memory: usize,
    ) -> Result<FittedSvm> {
        expect_classes(STEP, rows.n_rows(), classes)?;
        let SvmParams { c, kernel, tolerance, max_iterations, probability, .. } = self.params;
        let weights = self.params.class_weight.weights(classes)?;
        let mut members = vec![Vec::new(); classes.n_classes()];
        for (row, &code) in classes.codes().iter().enumerate() {
            members[code as usize].push(row);
        }
        let occurring: Vec<u32> = (0..classes.n_classes() as u32)
            .filter(|&code| !members[code as usize].is_empty())
            .collect();
        members.retain(|members| !members.is_empty());
        let bounds: Vec<f64> = occurring.iter().map(|&code| c * weights[code as usize]).collect();
        let training = Training {
            step: STEP,
            rows,
            members: &members,
            bounds: &bounds,
            space: &kernel.on((0..rows.n_rows()).map(|row| rows.row(row)), rows.n_columns()),
            tolerance,
            max_iterations,
            folds: probability.then_some(seed),
            memory,
        };
        let machines = training.fit()?;
        let (n_classes, n_columns) = (classes.n_classes(), rows.n_columns());
        Ok(FittedSvm { machines, n_columns, n_classes, occurring })
    }
}

impl Classifier for Svm {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        Ok(Box::new(self.fit_svm(train, classes, seed)?))
    }
}

/// A fitted [`Svm`].
#[derive(Clone, Debug)]
pub struct FittedSvm {
    machines: Machines,
    n_columns: usize,
    n_classes: usize,
    /// The codes of the classes that occur in training.
    occurring: Vec<u32>,
}

impl FittedSvm {
    /// Number of support vectors of each class, by code.
    pub fn n_support_vectors(&self) -> Vec<usize> {
        let mut counts = vec![0; self.n_classes];
        for (&code, count) in self.occurring.iter().zip(self.machines.n_support()) {
            counts[code as usize] = count;
        }
        counts
    }

    /// The offset `ρ` of each pair of classes that occur, (0, 1), (0, 2), ..., (1, 2), ...,
    /// where positive decision values speak for the first class of the pair.
    pub fn offsets(&self) -> Vec<f64> {
        self.machines.pairs.iter().map(|pair| pair.rho).collect()
    }

    fn predict_rows(&self, rows: FrameView<'_>) -> Result<Predicted> {
        rows.expect_width(self.n_columns)?;
        let decisions = self.machines.decisions(rows);
        let n_values = rows.n_rows() * self.n_classes;
        let (mut codes, mut values) = (Vec::with_capacity(rows.n_rows()), vec![-1.0; n_values]);
        let n_pairs = self.machines.pairs.len();
        let out = values.chunks_exact_mut(self.n_classes);
        for (decisions, out) in decisions.chunks_exact(n_pairs).zip(out) {
            codes.push(self.vote(decisions, out));
        }
        let predicted = Predicted::new(codes, self.n_classes)?.with_decision(values)?;
        if self.machines.pairs.iter().any(|pair| pair.sigmoid.is_none()) {
            return Ok(predicted);
        }
        let mut probabilities = vec![0.0; n_values];
        let out = probabilities.chunks_exact_mut(self.n_classes);
        for (decisions, out) in decisions.chunks_exact(n_pairs).zip(out) {
            self.couple(decisions, out);
        }
        predicted.with_probabilities(probabilities)
    }

    /// The class that a row's pairs vote for, and its decision values into `out`.
    fn vote(&self, decisions: &[f64], out: &mut [f64]) -> u32 {
        let n_occurring = self.occurring.len();
        let (mut votes, mut sums) = (vec![0u32; n_occurring], vec![0.0; n_occurring]);
        for (pair, decision) in self.machines.pairs.iter().zip(decisions) {
            let [first, second] = pair.classes;
            votes[if 0.0 < *decision { first } else { second }] += 1;
            sums[first] += decision;
            sums[second] -= decision;
        }
        let mut best = 0;
        for (class, &code) in self.occurring.iter().enumerate() {
            let sum: f64 = sums[class];
            out[code as usize] = match self.n_classes {
                2 => sum,
                _ => f64::from(votes[class]) + sum / (3.0 * (sum.abs() + 1.0)),
            };
            if votes[best] < votes[class] {
                best = class;
            }
        }
        self.occurring[best]
    }

    /// The probabilities of a row's classes.
    fn couple(&self, decisions: &[f64], out: &mut [f64]) {
        // As in libsvm, no pair is certain.
        const LEAST: f64 = 1e-7;
        let n_occurring = self.occurring.len();
        let mut pairwise = vec![0.0; n_occurring * n_occurring];
        for (pair, &decision) in self.machines.pairs.iter().zip(decisions) {
            let Some(sigmoid) = pair.sigmoid else { continue };
            let [first, second] = pair.classes;
            let probability = sigmoid.probability(decision).clamp(LEAST, 1.0 - LEAST);
            pairwise[first * n_occurring + second] = probability;
            pairwise[second * n_occurring + first] = 1.0 - probability;
        }
        for (&code, probability) in self.occurring.iter().zip(couple(&pairwise, n_occurring)) {
            out[code as usize] = probability;
        }
    }
}

impl FittedClassifier for FittedSvm {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| self.predict_rows(rows))
    }

    fn converged(&self) -> Option<bool> {
        Some(self.machines.pairs.iter().all(|pair| pair.converged))
    }
}
