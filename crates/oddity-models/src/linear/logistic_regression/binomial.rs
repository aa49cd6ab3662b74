//! The loss of one logistic function: one class against the others.

use std::ops::Range;

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, Mat, MatRef, Par};
use oddity_core::FrameView;
use oddity_linalg::vectorized;

use super::objective::{Evaluation, Objective, weighted_squares};
use crate::exponential::exp_of_negative;
use crate::linear::vector::{add_scaled, dot};
use crate::linear::{Occurring, map_shards, sum_in_order};

/// Rows whose scaled copy stays in the second-level cache.
const BLOCK_ROWS: usize = 256;

/// `sum weight_i log(1 + e^(-s_i z_i)) + |coefficients|^2 / 2`, with `s_i` 1 for the class
/// and -1 for the others.
pub(super) struct Binomial<'a> {
    pub(super) rows: FrameView<'a>,
    /// Position of each sample's class among those that occur.
    pub(super) classes: &'a [u32],
    /// Samples of each class.
    pub(super) counts: &'a [usize],
    /// One a class, `c` included.
    pub(super) weights: &'a [f64],
    pub(super) intercept_penalty: f64,
    /// The class.
    pub(super) positive: u32,
}

impl<'a> Binomial<'a> {
    pub(super) fn new(
        rows: FrameView<'a>,
        occurring: &'a Occurring,
        weights: &'a [f64],
        intercept_penalty: f64,
        positive: u32,
    ) -> Binomial<'a> {
        let (classes, counts) = (&occurring.of_sample[..], &occurring.counts[..]);
        Binomial { rows, classes, counts, weights, intercept_penalty, positive }
    }

    fn width(&self) -> usize {
        self.rows.n_columns() + 1
    }

    /// The part of a shard, without the penalty.
    fn evaluate_shard(&self, range: Range<usize>, at: &[f64], hessian: bool) -> Part {
        let width = self.width();
        let mut part = Part {
            value: 0.0,
            gradient: vec![0.0; width],
            hessian: hessian.then(|| Mat::zeros(width, width)),
        };
        let mut block = Block::new(if hessian { width } else { 0 });
        for start in range.clone().step_by(BLOCK_ROWS) {
            let range = start..range.end.min(start + BLOCK_ROWS);
            let n_rows = range.len();
            vectorized!(self.evaluate_block(range, at, &mut block, &mut part));
            if let Some(hessian) = &mut part.hessian {
                let scaled = &block.scaled[..n_rows * width];
                let scaled = MatRef::from_row_major_slice(scaled, n_rows, width);
                matmul(
                    hessian.as_mut(),
                    BlockStructure::TriangularLower,
                    Accum::Add,
                    scaled.transpose(),
                    BlockStructure::Rectangular,
                    scaled,
                    BlockStructure::Rectangular,
                    1.0,
                    Par::Seq,
                );
            }
        }
        part
    }

    /// Reads a block of rows once while it is in the cache: loss, gradient, scaled copy.
    #[inline(always)]
    fn evaluate_block(&self, range: Range<usize>, at: &[f64], block: &mut Block, part: &mut Part) {
        let (coefficients, intercept) = at.split_at(self.width() - 1);
        let rows = self.rows.slice(range.clone());
        let n_rows = range.len();
        let (z, weight, sign) =
            (&mut block.z[..n_rows], &mut block.weight[..n_rows], &mut block.sign[..n_rows]);
        for (z, row) in z.iter_mut().zip(rows.iter()) {
            *z = dot(row, coefficients) + intercept[0];
        }
        for ((weight, sign), &class) in weight.iter_mut().zip(&mut *sign).zip(&self.classes[range])
        {
            *weight = self.weights[class as usize];
            *sign = if class == self.positive { 1.0 } else { -1.0 };
        }
        let mut linear = 0.0;
        let roots = &mut block.root[..n_rows];
        let odds = &mut block.odds[..n_rows];
        let slots = z.iter_mut().zip(&*weight).zip(&*sign).zip(roots.iter_mut()).zip(&mut *odds);
        for ((((z, weight), sign), root), odds) in slots {
            let margin = sign * *z;
            let small = exp_of_negative(-margin.abs());
            let inverse = 1.0 / (1.0 + small);
            let wrong = if 0.0 < margin { small } else { 1.0 };
            *odds = small;
            linear += if 0.0 < margin { 0.0 } else { -margin * weight };
            *z = -sign * weight * wrong * inverse;
            *root = (weight * small).sqrt() * inverse;
        }
        part.value += linear + logarithms(odds, weight);
        let (gradient, gradient_intercept) = part.gradient.split_at_mut(coefficients.len());
        for (residual, row) in z.iter().zip(rows.iter()) {
            add_scaled(gradient, *residual, row);
            gradient_intercept[0] += residual;
        }
        if part.hessian.is_some() {
            let scaled = block.scaled.chunks_exact_mut(self.width());
            for ((scaled, root), row) in scaled.zip(&*roots).zip(rows.iter()) {
                scaled.iter_mut().zip(row).for_each(|(scaled, value)| *scaled = root * value);
                scaled[row.len()] = *root;
            }
        }
    }
}

/// `sum weight log(1 + odds)`, with one logarithm for each run of equal weights: a product
/// of 32 factors between 1 and 2 loses no more than their sum would.
#[inline(always)]
fn logarithms(odds: &[f64], weights: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (odds, weights) in odds.chunks(32).zip(weights.chunks(32)) {
        if weights.iter().all(|weight| *weight == weights[0]) {
            let product: f64 = odds.iter().map(|odds| 1.0 + odds).product();
            sum += weights[0] * product.ln();
        } else {
            let terms = odds.iter().zip(weights).map(|(odds, weight)| weight * odds.ln_1p());
            sum += terms.sum::<f64>();
        }
    }
    sum
}

/// What a shard adds.
struct Part {
    value: f64,
    gradient: Vec<f64>,
    hessian: Option<Mat<f64>>,
}

/// Room for a block of rows.
struct Block {
    /// Decision values, then residuals.
    z: Vec<f64>,
    weight: Vec<f64>,
    sign: Vec<f64>,
    odds: Vec<f64>,
    /// Roots of the second derivatives.
    root: Vec<f64>,
    /// The rows, times those roots.
    scaled: Vec<f64>,
}

impl Block {
    fn new(width: usize) -> Block {
        let column = || vec![0.0; BLOCK_ROWS];
        Block {
            z: column(),
            weight: column(),
            sign: column(),
            odds: column(),
            root: column(),
            scaled: vec![0.0; BLOCK_ROWS * width],
        }
    }
}

impl Objective for Binomial<'_> {
    /// No column matters, and the intercept is the logarithm of the odds.
    fn start(&self) -> Vec<f64> {
        let totals = self.counts.iter().zip(self.weights).map(|(&n, weight)| n as f64 * weight);
        let (mut inside, mut outside) = (0.0, 0.0);
        for (class, total) in (0u32..).zip(totals) {
            *(if class == self.positive { &mut inside } else { &mut outside }) += total;
        }
        let mut start = vec![0.0; self.width()];
        start[self.width() - 1] = (inside / outside).ln();
        start
    }

    fn evaluate(&self, at: &[f64], hessian: bool) -> Evaluation {
        let width = self.width();
        let parts =
            map_shards(self.rows.n_rows(), width, |range| self.evaluate_shard(range, at, hessian));
        let mut value = 0.0;
        let (mut gradients, mut total) = (Vec::new(), None::<Mat<f64>>);
        for part in parts {
            value += part.value;
            gradients.push(part.gradient);
            total = match (total, part.hessian) {
                (Some(total), Some(hessian)) => Some(total + hessian),
                (total, hessian) => total.or(hessian),
            };
        }
        let mut gradient = sum_in_order(gradients).unwrap_or_else(|| vec![0.0; width]);
        for (column, (gradient, at)) in gradient.iter_mut().zip(at).enumerate() {
            let penalty = if column + 1 == width { self.intercept_penalty } else { 1.0 };
            value += 0.5 * penalty * at * at;
            *gradient += penalty * at;
            if let Some(hessian) = &mut total {
                hessian[(column, column)] += penalty;
            }
        }
        Evaluation { value, gradient, hessian: total }
    }

    fn curvature(&self) -> Mat<f64> {
        self.evaluate(&self.start(), true).hessian.unwrap_or_else(|| Mat::zeros(1, 1))
    }

    fn diagonal_curvature(&self) -> Vec<f64> {
        // At the start every row has the same probability.
        let share = 1.0 / (1.0 + (-self.start()[self.width() - 1]).exp());
        let factors: Vec<f64> =
            self.weights.iter().map(|weight| weight * share * (1.0 - share)).collect();
        weighted_squares(self.rows, self.classes, &factors, self.intercept_penalty)
    }

    fn total_weight(&self) -> f64 {
        self.counts.iter().zip(self.weights).map(|(&n, weight)| n as f64 * weight).sum()
    }

    fn n_functions(&self) -> usize {
        1
    }

    fn n_samples(&self) -> usize {
        self.rows.n_rows()
    }
}
