//! The machines of all pairs of classes: their fit side by side, and their decision values.

use oddity_core::{FrameView, Result, Seed, State};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::function::{Kernel, Space};
use super::panels::{GROUP, Group, PANEL, Panels};
use super::platt::Sigmoid;
use super::rows::Rows;
use super::smo::{Problem, Solution};

/// How machines are fitted.
pub(super) struct Training<'a> {
    pub(super) step: &'static str,
    pub(super) rows: FrameView<'a>,
    /// The training rows of each class.
    pub(super) members: &'a [Vec<usize>],
    /// `C` of each class.
    pub(super) bounds: &'a [f64],
    pub(super) space: &'a Space,
    pub(super) tolerance: f64,
    pub(super) max_iterations: Option<usize>,
    /// Where the folds come from, if probabilities are wanted.
    pub(super) folds: Option<Seed>,
    /// Memory for rows of kernel matrices, in bytes.
    pub(super) memory: usize,
}

/// One machine a pair of classes, over the support vectors of all of them.
#[derive(Clone, Debug)]
pub(super) struct Machines {
    support: Panels,
    /// Where the support vectors of each class start, and the end.
    starts: Vec<usize>,
    pub(super) pairs: Vec<Pair>,
}

/// The machine of two classes: positive decision values speak for the first one.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) classes: [usize; 2],
    /// `y α` of the support vectors of both classes.
    coefficients: [Vec<f64>; 2],
    pub(super) rho: f64,
    pub(super) sigmoid: Option<Sigmoid>,
    pub(super) converged: bool,
}

/// Parts that the cross-validation for probabilities leaves out in turn, as in libsvm.
const N_FOLDS: usize = 5;

impl Training<'_> {
    /// Fits a machine for each pair of classes.
    pub(super) fn fit(&self) -> Result<Machines> {
        let n_classes = self.members.len();
        let pairs: Vec<[usize; 2]> =
            (0..n_classes).flat_map(|a| (a + 1..n_classes).map(move |b| [a, b])).collect();
        let memory = self.memory / pairs.len().min(rayon::current_num_threads()).max(1);
        let fit = |&classes: &[usize; 2]| self.fit_pair(classes, memory);
        let mut pairs: Vec<Pair> = pairs.par_iter().map(fit).collect::<Result<_>>()?;
        let mut support = Vec::new();
        let mut starts = vec![0];
        for (class, members) in self.members.iter().enumerate() {
            let mut parts: Vec<&mut Vec<f64>> = Vec::new();
            for pair in &mut pairs {
                for (side, coefficients) in pair.coefficients.iter_mut().enumerate() {
                    if pair.classes[side] == class {
                        parts.push(coefficients);
                    }
                }
            }
            let supports: Vec<usize> =
                (0..members.len()).filter(|&at| parts.iter().any(|part| part[at] != 0.0)).collect();
            for part in &mut parts {
                **part = supports.iter().map(|&at| part[at]).collect();
            }
            support.extend(supports.iter().map(|&at| members[at]));
            starts.push(support.len());
        }
        let rows = support.iter().map(|&row| self.rows.row(row));
        let support = Panels::new(rows, self.space.clone(), self.step)?;
        Ok(Machines { support, starts, pairs })
    }

    fn fit_pair(&self, classes: [usize; 2], memory: usize) -> Result<Pair> {
        let [first, second] = classes.map(|class| &self.members[class]);
        let members: Vec<&[f64]> =
            first.iter().chain(second).map(|&row| self.rows.row(row)).collect();
        let side = |row: usize| usize::from(first.len() <= row);
        let n_rows = members.len();
        let signs: Vec<f64> = (0..n_rows).map(|row| [1.0, -1.0][side(row)]).collect();
        let bounds: Vec<f64> = (0..n_rows).map(|row| self.bounds[classes[side(row)]]).collect();
        let panels = Panels::new(members.into_iter(), self.space.clone(), self.step)?;
        let mut rows = Rows::new(&panels, memory);
        let max_iterations = self.max_iterations.unwrap_or((100 * n_rows).max(10_000_000));
        let mut solve = |bounds: &[f64]| {
            let tolerance = self.tolerance;
            let (signs, linear, start) = (&signs, -1.0, &[]);
            Problem { signs, bounds, linear, start, tolerance, max_iterations }.solve(&mut rows)
        };
        let Solution { alphas, rho, mut converged, .. } = solve(&bounds);
        let sigmoid = self.folds.map(|seed| {
            let seed = seed.derive(classes[0] as u64).derive(classes[1] as u64);
            let mut order: Vec<usize> = (0..n_rows).collect();
            order.sort_by_key(|&row| (seed.derive(row as u64), row));
            let mut decisions = vec![0.0; n_rows];
            for fold in 0..N_FOLDS {
                let held_out = &order[fold * n_rows / N_FOLDS..(fold + 1) * n_rows / N_FOLDS];
                let mut bounds = bounds.clone();
                held_out.iter().for_each(|&row| bounds[row] = 0.0);
                let left =
                    |sign: f64| (0..n_rows).any(|row| 0.0 < bounds[row] && signs[row] == sign);
                match (left(1.0), left(-1.0)) {
                    (true, true) => {
                        let solution = solve(&bounds);
                        converged &= solution.converged;
                        held_out.iter().for_each(|&row| decisions[row] = solution.decisions[row]);
                    }
                    (true, false) => held_out.iter().for_each(|&row| decisions[row] = 1.0),
                    (false, true) => held_out.iter().for_each(|&row| decisions[row] = -1.0),
                    (false, false) => {}
                }
            }
            Sigmoid::fit(&decisions, &signs)
        });
        let mut coefficients: Vec<f64> =
            alphas.iter().zip(&signs).map(|(alpha, sign)| alpha * sign).collect();
        let others = coefficients.split_off(first.len());
        Ok(Pair { classes, coefficients: [coefficients, others], rho, sigmoid, converged })
    }
}

/// Support vectors whose kernel values are in the first-level cache together.
const CHUNK: usize = 16 * PANEL;
/// Groups of rows that support vectors pass together.
const GROUPS: usize = 4;

impl Machines {
    /// One machine over all its support vectors, `coefficients` each, less `rho`.
    pub(super) fn single(support: Panels, coefficients: Vec<f64>, rho: f64) -> Machines {
        let n_support = coefficients.len();
        let coefficients = [coefficients, Vec::new()];
        let pair = Pair { classes: [0, 1], coefficients, rho, sigmoid: None, converged: true };
        Machines { support, starts: vec![0, n_support, n_support], pairs: vec![pair] }
    }

    /// Puts a machine made by [`Machines::single`] into a state.
    pub(super) fn put_single(&self, state: &mut State) {
        self.support.put(state);
        for pair in &self.pairs {
            let coefficients = &pair.coefficients[0];
            state.put_f64s("coefficients", &[coefficients.len()], coefficients);
            state.put_f64("rho", pair.rho);
        }
    }

    /// The machine that [`Machines::put_single`] put into a state.
    ///
    /// # Errors
    ///
    /// As [`Panels::of_state`], and for coefficients of other rows.
    pub(super) fn single_of_state(
        state: &State,
        kernel: Kernel,
        n_columns: usize,
    ) -> Result<Machines> {
        let support = Panels::of_state(state, kernel, n_columns)?;
        let coefficients = state.f64s("coefficients", &[support.n_rows()])?.to_vec();
        Ok(Machines::single(support, coefficients, state.f64("rho")?))
    }

    /// Number of support vectors of each class.
    pub(super) fn n_support(&self) -> Vec<usize> {
        self.starts.windows(2).map(|ends| ends[1] - ends[0]).collect()
    }

    /// The decision values of rows, `n x n_pairs`.
    pub(super) fn decisions(&self, rows: FrameView<'_>) -> Vec<f64> {
        let n_pairs = self.pairs.len();
        let mut decisions = vec![0.0; rows.n_rows() * n_pairs];
        let n_groups = rows.n_rows().div_ceil(GROUP);
        // Small shares where there are few rows, so that every thread has some.
        let share = GROUP * (n_groups / (2 * rayon::current_num_threads())).clamp(1, GROUPS);
        let arch = pulp::Arch::new();
        decisions.par_chunks_mut(share * n_pairs).enumerate().for_each(|(at, out)| {
            let rows = rows.slice(at * share..at * share + out.len() / n_pairs);
            arch.dispatch(Decide { machines: self, rows, out });
        });
        decisions
    }
}

/// Computes the decision values of some rows.
struct Decide<'a, 'b> {
    machines: &'a Machines,
    rows: FrameView<'a>,
    out: &'b mut [f64],
}

impl WithSimd for Decide<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Decide { machines: Machines { support, starts, pairs }, rows, out } = self;
        let group = |start: usize| -> Group {
            let end = rows.n_rows().min(start + GROUP);
            support.group(rows.slice(start..end).values())
        };
        let groups: Vec<Group> = (0..rows.n_rows()).step_by(GROUP).map(group).collect();
        let n_pairs = pairs.len();
        let mut buffer = vec![0.0; GROUP * CHUNK];
        for first in (0..support.n_padded()).step_by(CHUNK) {
            let n_support = (support.n_padded() - first).min(CHUNK);
            for (group, out) in groups.iter().zip(out.chunks_mut(GROUP * n_pairs)) {
                support.kernel(simd, group, first, n_support, &mut buffer[..GROUP * n_support]);
                for (out, kernel) in
                    out.chunks_exact_mut(n_pairs).zip(buffer.chunks_exact(n_support))
                {
                    for (out, pair) in out.iter_mut().zip(pairs) {
                        for (&class, coefficients) in pair.classes.iter().zip(&pair.coefficients) {
                            let start = starts[class].max(first);
                            let end = starts[class + 1].min(first + n_support);
                            if start < end {
                                let coefficients = &coefficients[start - starts[class]..];
                                *out += dot(&kernel[start - first..end - first], coefficients);
                            }
                        }
                    }
                }
            }
        }
        for out in out.chunks_exact_mut(n_pairs) {
            for (out, pair) in out.iter_mut().zip(pairs) {
                *out -= pair.rho;
            }
        }
    }
}

/// `Σ a_i b_i` over the length of `a`, in sixteen partial sums whatever the machine.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 16;
    let b = &b[..a.len()];
    let ((a, a_tail), (b, b_tail)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    for (sum, (a, b)) in sums.iter_mut().zip(a_tail.iter().zip(b_tail)) {
        *sum += a * b;
    }
    sums.iter().sum()
}
