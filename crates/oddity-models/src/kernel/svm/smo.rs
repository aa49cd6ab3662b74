//! Sequential minimal optimisation over a kernel matrix in memory.
//!
//! The dual problem in `beta_i = alpha_i y_i`: maximise `sum y_i beta_i - beta' K beta / 2`
//! with `sum beta_i = 0` and each `beta_i` between its bounds. The solver keeps the
//! gradient `f_i = y_i - sum_j beta_j K_ij`; at the optimum no sample that may grow has a
//! larger `f` than one that may shrink. Each step moves the pair that gains most to second
//! order (Fan, Chen and Lin 2005, working set selection 2, as in LIBSVM).

use crate::vectorized::vectorized;

/// Values that one vector register works on.
pub(super) const LANES: usize = 8;
/// What a direction's curvature is taken to be where it is 0 or below.
const LEAST_CURVATURE: f64 = 1e-12;

/// The state of the dual problem; every vector is filled up to a multiple of [`LANES`] with
/// samples that can neither grow nor shrink.
#[derive(Clone, Debug)]
pub(super) struct Dual {
    pub(super) gradient: Vec<f64>,
    pub(super) beta: Vec<f64>,
    pub(super) least: Vec<f64>,
    pub(super) most: Vec<f64>,
    /// 0 where the sample may grow, else minus infinity.
    up: Vec<f64>,
    /// 0 where the sample may shrink, else infinity.
    down: Vec<f64>,
    pub(super) diagonal: Vec<f64>,
}

impl Dual {
    /// Starts at 0: `signs` are 1 and -1, `limits` the largest `alpha` of each sample.
    pub(super) fn new(signs: &[f64], limits: &[f64], diagonal: Vec<f64>) -> Dual {
        let bound = |side: f64| -> Vec<f64> {
            let pairs = signs.iter().zip(limits);
            pairs.map(|(sign, limit)| if *sign == side { sign * limit } else { 0.0 }).collect()
        };
        let (least, most) = (bound(-1.0), bound(1.0));
        Dual::resume(signs.to_vec(), vec![0.0; signs.len()], least, most, diagonal)
    }

    /// Takes up a state.
    pub(super) fn resume(
        gradient: Vec<f64>,
        beta: Vec<f64>,
        least: Vec<f64>,
        most: Vec<f64>,
        diagonal: Vec<f64>,
    ) -> Dual {
        let size = beta.len().next_multiple_of(LANES);
        let pad = |mut values: Vec<f64>, with: f64| {
            values.resize(size, with);
            values
        };
        let (up, down) = (vec![f64::NEG_INFINITY; size], vec![f64::INFINITY; size]);
        let n_samples = beta.len();
        let mut dual = Dual {
            gradient: pad(gradient, 0.0),
            beta: pad(beta, 0.0),
            least: pad(least, 0.0),
            most: pad(most, 0.0),
            up,
            down,
            diagonal: pad(diagonal, 1.0),
        };
        (0..n_samples).for_each(|at| dual.mark(at));
        dual
    }

    /// Notes whether a sample may grow or shrink.
    pub(super) fn mark(&mut self, at: usize) {
        self.up[at] = if self.beta[at] < self.most[at] { 0.0 } else { f64::NEG_INFINITY };
        self.down[at] = if self.least[at] < self.beta[at] { 0.0 } else { f64::INFINITY };
    }

    /// Whether a sample may grow, and whether it may shrink.
    pub(super) fn may_move(&self, at: usize) -> (bool, bool) {
        (self.up[at] == 0.0, self.down[at] == 0.0)
    }

    /// How far the state is from the optimum: the stopping rule of LIBSVM.
    pub(super) fn violation(&self) -> f64 {
        let (largest, _, smallest) = scan(self);
        largest - smallest
    }

    /// The constant of the decision function: the mean gradient of the samples strictly
    /// between their bounds, or the middle of what the others allow.
    pub(super) fn intercept(&self) -> f64 {
        let free = (0..self.beta.len()).filter(|&at| self.may_move(at) == (true, true));
        let (n_free, sum) = free.fold((0, 0.0), |(n, sum), at| (n + 1, sum + self.gradient[at]));
        if 0 < n_free {
            return sum / f64::from(n_free);
        }
        let (largest, _, smallest) = scan(self);
        (largest + smallest) / 2.0
    }
}

/// Moves pairs until the violation is below `tolerance` or the steps are used up; gives the
/// number of steps. `matrix` holds a row of `stride` kernel values a sample.
pub(super) fn solve(
    dual: &mut Dual,
    matrix: &[f32],
    stride: usize,
    tolerance: f64,
    most_steps: usize,
) -> usize {
    vectorized!(run(dual, matrix, stride, tolerance, most_steps))
}

#[inline(always)]
fn run(dual: &mut Dual, matrix: &[f32], stride: usize, tolerance: f64, most_steps: usize) -> usize {
    let size = dual.beta.len();
    let line = |at: usize| &matrix[at * stride..at * stride + size];
    let (mut largest, mut first, mut smallest) = scan(dual);
    for step in 0..most_steps {
        let violation = largest - smallest;
        // Where no sample can move, both are infinite and their difference is no number.
        if violation < tolerance || !violation.is_finite() {
            return step;
        }
        let row = line(first);
        let second = best_partner(dual, row, largest, dual.diagonal[first]);
        let other = line(second);
        let curvature = dual.diagonal[first] + dual.diagonal[second] - 2.0 * f64::from(row[second]);
        let curvature = if 0.0 < curvature { curvature } else { LEAST_CURVATURE };
        let free = (dual.gradient[first] - dual.gradient[second]) / curvature;
        let (grow, shrink) =
            (dual.most[first] - dual.beta[first], dual.beta[second] - dual.least[second]);
        let length = free.min(grow).min(shrink);
        // Set to the bound itself, so that it is recognised as reached.
        dual.beta[first] =
            if length == grow { dual.most[first] } else { dual.beta[first] + length };
        dual.beta[second] =
            if length == shrink { dual.least[second] } else { dual.beta[second] - length };
        dual.mark(first);
        dual.mark(second);
        (largest, first, smallest) = update(dual, row, other, length);
    }
    most_steps
}

/// The largest gradient among the samples that may grow, where it is, and the smallest
/// among those that may shrink.
#[inline(always)]
fn scan(dual: &Dual) -> (f64, usize, f64) {
    let mut extremes = Extremes::new();
    let runs = dual.gradient.chunks_exact(LANES);
    let masks = dual.up.chunks_exact(LANES).zip(dual.down.chunks_exact(LANES));
    for (run, (gradient, (up, down))) in runs.zip(masks).enumerate() {
        extremes.take(run, gradient, up, down);
    }
    extremes.finish()
}

/// Moves the gradient along a step and scans it in the same pass.
#[inline(always)]
fn update(dual: &mut Dual, row: &[f32], other: &[f32], length: f64) -> (f64, usize, f64) {
    let mut extremes = Extremes::new();
    let lines = row.chunks_exact(LANES).zip(other.chunks_exact(LANES));
    let masks = dual.up.chunks_exact(LANES).zip(dual.down.chunks_exact(LANES));
    let runs = dual.gradient.chunks_exact_mut(LANES).zip(lines).zip(masks);
    for (run, ((gradient, (row, other)), (up, down))) in runs.enumerate() {
        for lane in 0..LANES {
            gradient[lane] -= length * (f64::from(row[lane]) - f64::from(other[lane]));
        }
        extremes.take(run, gradient, up, down);
    }
    extremes.finish()
}

/// The extremes of each lane.
struct Extremes {
    largest: [f64; LANES],
    run: [f64; LANES],
    smallest: [f64; LANES],
}

impl Extremes {
    #[inline(always)]
    fn new() -> Extremes {
        Extremes {
            largest: [f64::NEG_INFINITY; LANES],
            run: [0.0; LANES],
            smallest: [f64::INFINITY; LANES],
        }
    }

    #[inline(always)]
    fn take(&mut self, run: usize, gradient: &[f64], up: &[f64], down: &[f64]) {
        let run = run as f64;
        for lane in 0..LANES {
            let high = gradient[lane] + up[lane];
            let better = self.largest[lane] < high;
            self.largest[lane] = if better { high } else { self.largest[lane] };
            self.run[lane] = if better { run } else { self.run[lane] };
            let low = gradient[lane] + down[lane];
            self.smallest[lane] = if low < self.smallest[lane] { low } else { self.smallest[lane] };
        }
    }

    #[inline(always)]
    fn finish(&self) -> (f64, usize, f64) {
        let (largest, at) = best_lane(&self.largest, &self.run);
        (largest, at, self.smallest.iter().copied().fold(f64::INFINITY, f64::min))
    }
}

/// The largest value of all lanes and its position.
#[inline(always)]
fn best_lane(values: &[f64; LANES], runs: &[f64; LANES]) -> (f64, usize) {
    let best =
        (1..LANES).fold(0, |best, lane| if values[best] < values[lane] { lane } else { best });
    (values[best], runs[best] as usize * LANES + best)
}

/// The sample that may shrink whose pairing with the first gains most to second order.
#[inline(always)]
fn best_partner(dual: &Dual, row: &[f32], largest: f64, diagonal: f64) -> usize {
    let mut gains = [f64::NEG_INFINITY; LANES];
    let mut at = [0.0; LANES];
    let runs = dual.gradient.chunks_exact(LANES).zip(dual.down.chunks_exact(LANES));
    let lines = row.chunks_exact(LANES).zip(dual.diagonal.chunks_exact(LANES));
    for (run, ((gradient, down), (row, own))) in runs.zip(lines).enumerate() {
        let run = run as f64;
        for lane in 0..LANES {
            let distance = largest - (gradient[lane] + down[lane]);
            let curvature = diagonal + own[lane] - 2.0 * f64::from(row[lane]);
            let curvature = if LEAST_CURVATURE < curvature { curvature } else { LEAST_CURVATURE };
            let gain = distance * distance / curvature;
            let gain = if 0.0 < distance { gain } else { f64::NEG_INFINITY };
            let better = gains[lane] < gain;
            gains[lane] = if better { gain } else { gains[lane] };
            at[lane] = if better { run } else { at[lane] };
        }
    }
    best_lane(&gains, &at).1
}
