//! Sequential minimal optimisation: the dual problem of a machine for two classes.

use pulp::{Simd, WithSimd};

use super::rows::Rows;

/// The dual problem
/// `min ½ αᵀ Q α + p Σ α_i`, `0 <= α_i <= C_i`, `Σ y_i α_i = s`, `Q_ij = y_i y_j k(x_i, x_j)`,
/// where `s` is what the start has.
///
/// Each step moves two of the `α`, chosen by second-order information, until the largest
/// violation of the optimality conditions is below the tolerance. Steps, stopping rule and
/// order of the floating-point operations are those of libsvm:
///
/// - R.-E. Fan, P.-H. Chen and C.-J. Lin. Working set selection using second order
///   information for training support vector machines. JMLR 6, 2005.
/// - C.-C. Chang and C.-J. Lin. LIBSVM: a library for support vector machines. ACM TIST 2(3),
///   2011. doi:10.1145/1961189.1961199.
pub(super) struct Problem<'a> {
    /// `y_i`, 1 or -1.
    pub(super) signs: &'a [f64],
    /// `C_i`; a row with 0 is left out.
    pub(super) bounds: &'a [f64],
    /// `p`: -1 for a machine of two classes, 0 for one of a single class.
    pub(super) linear: f64,
    /// `α_i` to start from, inside their bounds; zeros where it is empty.
    pub(super) start: &'a [f64],
    /// The violation that is small enough.
    pub(super) tolerance: f64,
    /// Steps at most.
    pub(super) max_iterations: usize,
}

/// What solves a [`Problem`].
pub(super) struct Solution {
    /// `α_i`.
    pub(super) alphas: Vec<f64>,
    /// The offset `ρ` of the decision value `Σ y_i α_i k(x_i, x) - ρ`.
    pub(super) rho: f64,
    /// The decision value of each row, also of those left out.
    pub(super) decisions: Vec<f64>,
    /// Whether the tolerance was reached.
    pub(super) converged: bool,
}

/// The least curvature that a step divides by.
const LEAST_CURVATURE: f64 = 1e-12;

impl Problem<'_> {
    /// Solves the problem over the rows of a kernel matrix.
    pub(super) fn solve(&self, rows: &mut Rows<'_>) -> Solution {
        let mut state = State::new(self, rows);
        let diagonal = rows.panels().diagonal();
        let arch = pulp::Arch::new();
        let mut converged = false;
        for _ in 0..self.max_iterations {
            let Some((i, most)) = state.first() else {
                converged = true;
                break;
            };
            if most + state.most_low < self.tolerance {
                converged = true;
                break;
            }
            rows.fetch(i, |row| state.urgency(row));
            let second = Second { state: &state, row: rows.row(i), diagonal: &diagonal, i, most };
            let Some(j) = arch.dispatch(second) else {
                converged = true;
                break;
            };
            rows.fetch(j, |row| state.urgency(row));
            let (row_i, row_j) = (rows.row(i), rows.row(j));
            let steps = self.step(&mut state, i, j, &diagonal, f64::from(row_i[j]));
            arch.dispatch(Update { state: &mut state, rows: [row_i, row_j], steps });
        }
        let rho = self.rho(&state);
        let decision = |(gradient, sign): (&f64, &f64)| gradient - self.linear * sign - rho;
        let decisions = state.gradients.iter().zip(self.signs).map(decision).collect();
        state.alphas.truncate(self.signs.len());
        Solution { alphas: state.alphas, rho, decisions, converged }
    }

    /// Moves `α_i` and `α_j` to the best place on their line; returns how far the products
    /// `y α` moved.
    fn step(
        &self,
        state: &mut State,
        i: usize,
        j: usize,
        diagonal: &[f64],
        kernel: f64,
    ) -> [f64; 2] {
        let (sign_i, sign_j) = (self.signs[i], self.signs[j]);
        let (bound_i, bound_j) = (self.bounds[i], self.bounds[j]);
        let (old_i, old_j) = (state.alphas[i], state.alphas[j]);
        let (mut new_i, mut new_j);
        let curvature = (diagonal[i] + diagonal[j]) - 2.0 * kernel;
        let curvature = if 0.0 < curvature { curvature } else { LEAST_CURVATURE };
        let (gradient_i, gradient_j) = (sign_i * state.gradients[i], sign_j * state.gradients[j]);
        if sign_i != sign_j {
            let delta = (-gradient_i - gradient_j) / curvature;
            let difference = old_i - old_j;
            (new_i, new_j) = (old_i + delta, old_j + delta);
            if 0.0 < difference {
                if new_j < 0.0 {
                    (new_i, new_j) = (difference, 0.0);
                }
            } else if new_i < 0.0 {
                (new_i, new_j) = (0.0, -difference);
            }
            if bound_i - bound_j < difference {
                if bound_i < new_i {
                    (new_i, new_j) = (bound_i, bound_i - difference);
                }
            } else if bound_j < new_j {
                (new_i, new_j) = (bound_j + difference, bound_j);
            }
        } else {
            let delta = (gradient_i - gradient_j) / curvature;
            let sum = old_i + old_j;
            (new_i, new_j) = (old_i - delta, old_j + delta);
            if bound_i < sum {
                if bound_i < new_i {
                    (new_i, new_j) = (bound_i, sum - bound_i);
                }
            } else if new_j < 0.0 {
                (new_i, new_j) = (sum, 0.0);
            }
            if bound_j < sum {
                if bound_j < new_j {
                    (new_i, new_j) = (sum - bound_j, bound_j);
                }
            } else if new_i < 0.0 {
                (new_i, new_j) = (0.0, sum);
            }
        }
        state.alphas[i] = new_i;
        state.alphas[j] = new_j;
        state.set_freedom(i, sign_i, bound_i);
        state.set_freedom(j, sign_j, bound_j);
        [sign_i * (new_i - old_i), sign_j * (new_j - old_j)]
    }

    /// The mean of `y ∇` over the free rows, else the middle of what the others allow.
    fn rho(&self, state: &State) -> f64 {
        let (mut sum, mut n_free) = (0.0, 0usize);
        let (mut lower, mut upper) = (f64::NEG_INFINITY, f64::INFINITY);
        let rows = self.signs.iter().zip(self.bounds).zip(&state.alphas).zip(&state.gradients);
        for (((&sign, &bound), &alpha), &gradient) in rows {
            if bound == 0.0 {
                continue;
            }
            if bound <= alpha {
                if sign < 0.0 {
                    upper = f64::min(upper, gradient);
                } else {
                    lower = f64::max(lower, gradient);
                }
            } else if alpha <= 0.0 {
                if 0.0 < sign {
                    upper = f64::min(upper, gradient);
                } else {
                    lower = f64::max(lower, gradient);
                }
            } else {
                n_free += 1;
                sum += gradient;
            }
        }
        match (lower.is_finite(), upper.is_finite()) {
            _ if 0 < n_free => sum / n_free as f64,
            (true, false) => lower,
            (false, true) => upper,
            _ => (upper + lower) / 2.0,
        }
    }
}

/// Rows a block: a block's extremes are kept, so that their places are looked up in one
/// block.
const BLOCK: usize = 256;
const LANES: usize = super::panels::PANEL;

/// Where the solver is. All vectors are filled up to whole panels with rows that cannot move.
struct State {
    alphas: Vec<f64>,
    /// `y_i ∇_i`, the gradient times the sign.
    gradients: Vec<f64>,
    /// 0 where `y α` can grow, else minus infinity.
    up: Vec<f64>,
    /// 0 where `y α` can shrink, else minus infinity.
    low: Vec<f64>,
    /// The largest `-y ∇` of each block among rows that can grow.
    most_up: Vec<f64>,
    /// The largest `y ∇` among rows that can shrink.
    most_low: f64,
}

impl State {
    fn new(problem: &Problem<'_>, rows: &mut Rows<'_>) -> State {
        let n_padded = rows.panels().n_padded();
        let n_blocks = n_padded.div_ceil(BLOCK);
        let mut state = State {
            alphas: vec![0.0; n_padded],
            gradients: problem.signs.iter().map(|sign| problem.linear * sign).collect(),
            up: vec![f64::NEG_INFINITY; n_padded],
            low: vec![f64::NEG_INFINITY; n_padded],
            most_up: vec![f64::NEG_INFINITY; n_blocks],
            most_low: f64::NEG_INFINITY,
        };
        state.gradients.resize(n_padded, 0.0);
        state.alphas[..problem.start.len()].copy_from_slice(problem.start);
        state.add_start(problem, rows);
        for (row, (&sign, &bound)) in problem.signs.iter().zip(problem.bounds).enumerate() {
            state.set_freedom(row, sign, bound);
        }
        let still = vec![0f32; n_padded];
        Update { state: &mut state, rows: [&still, &still], steps: [0.0; 2] }.run();
        state
    }

    /// Adds `Q α` of the start to the gradient, row by row in their order.
    fn add_start(&mut self, problem: &Problem<'_>, rows: &mut Rows<'_>) {
        let arch = pulp::Arch::new();
        let n_started = problem.start.iter().rposition(|&alpha| 0.0 < alpha).map_or(0, |at| at + 1);
        for (row, (&alpha, sign)) in problem.start.iter().zip(problem.signs).enumerate() {
            if 0.0 < alpha {
                // The next rows are asked for next.
                let next = |other| {
                    if row <= other && other < n_started {
                        -(other as f64)
                    } else {
                        f64::NEG_INFINITY
                    }
                };
                rows.fetch(row, next);
                let (gradients, row) = (&mut self.gradients[..], rows.row(row));
                arch.dispatch(Add { gradients, row, factor: alpha * sign });
            }
        }
    }

    fn set_freedom(&mut self, row: usize, sign: f64, bound: f64) {
        let free = |free| if free { 0.0 } else { f64::NEG_INFINITY };
        let (grows, shrinks) = (free(self.alphas[row] < bound), free(0.0 < self.alphas[row]));
        let (up, low) = if 0.0 < sign { (grows, shrinks) } else { (shrinks, grows) };
        self.up[row] = up;
        self.low[row] = low;
    }

    /// How much a row violates optimality; minus infinity if it is left out.
    fn urgency(&self, row: usize) -> f64 {
        (self.up[row] - self.gradients[row]).max(self.low[row] + self.gradients[row])
    }

    /// The row that violates most among those that can grow, the last of several.
    fn first(&self) -> Option<(usize, f64)> {
        let most = self.most_up.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most == f64::NEG_INFINITY {
            return None;
        }
        let block = self.most_up.iter().rposition(|&up| up == most)?;
        let end = self.gradients.len().min((block + 1) * BLOCK);
        let found = (block * BLOCK..end).rfind(|&row| self.up[row] - self.gradients[row] == most);
        found.map(|row| (row, most))
    }
}

/// Adds two rows of the kernel matrix to the gradient, and looks up its extremes on the way.
struct Update<'a> {
    state: &'a mut State,
    rows: [&'a [f32]; 2],
    steps: [f64; 2],
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.run();
    }
}

impl Update<'_> {
    #[inline(always)]
    fn run(self) {
        let Update { state, rows: [row_i, row_j], steps: [step_i, step_j] } = self;
        let mut most_low = [f64::NEG_INFINITY; LANES];
        for (block, most) in state.most_up.iter_mut().enumerate() {
            let range = block * BLOCK..state.gradients.len().min((block + 1) * BLOCK);
            let gradients = state.gradients[range.clone()].as_chunks_mut::<LANES>().0;
            let up = state.up[range.clone()].as_chunks::<LANES>().0;
            let low = state.low[range.clone()].as_chunks::<LANES>().0;
            let row_i = row_i[range.clone()].as_chunks::<LANES>().0;
            let row_j = row_j[range].as_chunks::<LANES>().0;
            let mut most_up = [f64::NEG_INFINITY; LANES];
            let chunks = gradients.iter_mut().zip(up).zip(low).zip(row_i).zip(row_j);
            for ((((gradients, up), low), row_i), row_j) in chunks {
                for lane in 0..LANES {
                    let change = f64::from(row_i[lane]) * step_i + f64::from(row_j[lane]) * step_j;
                    let gradient = gradients[lane] + change;
                    gradients[lane] = gradient;
                    let (up, low) = (up[lane] - gradient, low[lane] + gradient);
                    most_up[lane] = if most_up[lane] < up { up } else { most_up[lane] };
                    most_low[lane] = if most_low[lane] < low { low } else { most_low[lane] };
                }
            }
            *most = most_up.into_iter().fold(f64::NEG_INFINITY, f64::max);
        }
        state.most_low = most_low.into_iter().fold(f64::NEG_INFINITY, f64::max);
    }
}

/// Adds a multiple of a row of the kernel matrix to the gradient.
struct Add<'a> {
    gradients: &'a mut [f64],
    row: &'a [f32],
    factor: f64,
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (gradient, kernel) in self.gradients.iter_mut().zip(self.row) {
            *gradient += f64::from(*kernel) * self.factor;
        }
    }
}

/// Chooses the row that gains most together with row `i`, the last of several.
struct Second<'a> {
    state: &'a State,
    row: &'a [f32],
    diagonal: &'a [f64],
    i: usize,
    most: f64,
}

impl WithSimd for Second<'_> {
    type Output = Option<usize>;

    /// The gain is `b² / a` with the violation `b` and the curvature `a`. Gains are compared
    /// by products, `b² a' <= b'² a`, which are much faster than quotients.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Option<usize> {
        let Second { state, row, diagonal, i, most } = self;
        let own = diagonal[i];
        let mut best = [0.0, 1.0];
        let mut best_block = None;
        for block in 0..state.most_up.len() {
            let range = block * BLOCK..state.gradients.len().min((block + 1) * BLOCK);
            let gradients = state.gradients[range.clone()].as_chunks::<LANES>().0;
            let low = state.low[range.clone()].as_chunks::<LANES>().0;
            let diagonal = diagonal[range.clone()].as_chunks::<LANES>().0;
            let row = row[range].as_chunks::<LANES>().0;
            let (mut squares, mut curvatures) = ([0.0; LANES], [1.0; LANES]);
            for (((gradients, low), diagonal), row) in
                gradients.iter().zip(low).zip(diagonal).zip(row)
            {
                for lane in 0..LANES {
                    let violation = (most + gradients[lane]) + low[lane];
                    let violation = if 0.0 < violation { violation } else { 0.0 };
                    let curvature = curvature(own, diagonal[lane], row[lane]);
                    let square = violation * violation;
                    let better = squares[lane] * curvature < square * curvatures[lane];
                    squares[lane] = if better { square } else { squares[lane] };
                    curvatures[lane] = if better { curvature } else { curvatures[lane] };
                }
            }
            let mut gain = [0.0, 1.0];
            for lane in 0..LANES {
                if gain[0] * curvatures[lane] < squares[lane] * gain[1] {
                    gain = [squares[lane], curvatures[lane]];
                }
            }
            if 0.0 < gain[0] && best[0] * gain[1] <= gain[0] * best[1] {
                best = gain;
                best_block = Some(block);
            }
        }
        let block = best_block?;
        let end = state.gradients.len().min((block + 1) * BLOCK);
        (block * BLOCK..end).rfind(|&at| {
            let violation = (most + state.gradients[at]) + state.low[at];
            let curvature = curvature(own, diagonal[at], row[at]);
            0.0 < violation && best[0] * curvature <= violation * violation * best[1]
        })
    }
}

#[inline(always)]
fn curvature(own: f64, other: f64, kernel: f32) -> f64 {
    let curvature = (own + other) - 2.0 * f64::from(kernel);
    if 0.0 < curvature { curvature } else { LEAST_CURVATURE }
}
