//! The loss of the multinomial model: a function a class, normalised together.

use std::ops::Range;

use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{BlockStructure, matmul as matmul_triangular};
use faer::{Accum, Mat, MatMut, MatRef, Par};
use oddity_core::FrameView;
use oddity_linalg::vectorized;

use super::objective::{Evaluation, Objective, weighted_squares};
use crate::linear::{Occurring, map_shards, softmax_rows, sum_in_order};

/// Rows whose scaled copies stay in the second-level cache.
const BLOCK_ROWS: usize = 256;

/// `-sum weight_i log p_i + |coefficients|^2 / 2`, where `p_i` is the softmax of the
/// sample's functions at its class.
pub(super) struct Multinomial<'a> {
    rows: FrameView<'a>,
    classes: &'a [u32],
    counts: &'a [usize],
    /// One a class, `c` included.
    weights: &'a [f64],
    intercept_penalty: f64,
}

impl<'a> Multinomial<'a> {
    pub(super) fn new(
        rows: FrameView<'a>,
        occurring: &'a Occurring,
        weights: &'a [f64],
        intercept_penalty: f64,
    ) -> Multinomial<'a> {
        let (classes, counts) = (&occurring.of_sample[..], &occurring.counts[..]);
        Multinomial { rows, classes, counts, weights, intercept_penalty }
    }

    fn width(&self) -> usize {
        self.rows.n_columns() + 1
    }

    fn n_classes(&self) -> usize {
        self.weights.len()
    }

    /// The part of a shard, without the penalty.
    fn evaluate_shard(&self, range: Range<usize>, at: &[f64], hessian: bool) -> Part {
        let (width, n_classes) = (self.width(), self.n_classes());
        let size = width * n_classes;
        let mut part = Part {
            value: 0.0,
            gradient: vec![0.0; size],
            hessian: hessian.then(|| Mat::zeros(size, size)),
        };
        let n_copies = if hessian { BLOCK_ROWS * width } else { 0 };
        let mut block = Block {
            p: vec![0.0; BLOCK_ROWS * n_classes],
            residual: vec![0.0; BLOCK_ROWS * n_classes],
            rows: vec![1.0; n_copies],
            scaled: vec![0.0; n_copies],
        };
        for start in range.clone().step_by(BLOCK_ROWS) {
            let range = start..range.end.min(start + BLOCK_ROWS);
            self.evaluate_block(range.clone(), at, &mut block, &mut part);
            if let Some(hessian) = &mut part.hessian {
                self.add_hessian(range, &mut block, hessian);
            }
        }
        part
    }

    /// Reads a block of rows once while it is in the cache: loss, residuals, gradient.
    fn evaluate_block(&self, range: Range<usize>, at: &[f64], block: &mut Block, part: &mut Part) {
        let (width, n_classes, n_rows) = (self.width(), self.n_classes(), range.len());
        let p = &mut block.p[..n_rows * n_classes];
        let residual = &mut block.residual[..n_rows * n_classes];
        for p in p.chunks_exact_mut(n_classes) {
            for (p, function) in p.iter_mut().zip(at.chunks_exact(width)) {
                *p = function[width - 1];
            }
        }
        let rows = self.rows.slice(range.clone()).values();
        let rows = MatRef::from_row_major_slice(rows, n_rows, width - 1);
        let functions = MatRef::from_row_major_slice(at, n_classes, width).subcols(0, width - 1);
        let z = MatMut::from_row_major_slice_mut(p, n_rows, n_classes);
        matmul(z, Accum::Add, rows, functions.transpose(), 1.0, Par::Seq);
        let classes = &self.classes[range];
        part.value += vectorized!(self.losses(classes, p, residual));
        let residuals = MatRef::from_row_major_slice(residual, n_rows, n_classes);
        let gradient = MatMut::from_row_major_slice_mut(&mut part.gradient, n_classes, width);
        matmul(
            gradient.subcols_mut(0, width - 1),
            Accum::Add,
            residuals.transpose(),
            rows,
            1.0,
            Par::Seq,
        );
        for residual in residual.chunks_exact(n_classes) {
            for (class, residual) in residual.iter().enumerate() {
                part.gradient[class * width + width - 1] += residual;
            }
        }
    }

    /// Turns decision values into probabilities, writes `weight (p - y)`, gives the loss.
    #[inline(always)]
    fn losses(&self, classes: &[u32], p: &mut [f64], residual: &mut [f64]) -> f64 {
        let n_classes = self.n_classes();
        let mut value = 0.0;
        // The loss needs a sample's own decision value, which the probability replaces.
        for ((p, residual), &class) in
            p.chunks_exact(n_classes).zip(residual.chunks_exact_mut(n_classes)).zip(classes)
        {
            residual[0] = p[class as usize];
        }
        softmax_rows(p, n_classes, |row, most, total| {
            let weight = self.weights[classes[row] as usize];
            value += weight * (total.ln() + most - residual[row * n_classes]);
        });
        for ((p, residual), &class) in
            p.chunks_exact(n_classes).zip(residual.chunks_exact_mut(n_classes)).zip(classes)
        {
            let weight = self.weights[class as usize];
            residual.iter_mut().zip(p).for_each(|(residual, p)| *residual = weight * p);
            residual[class as usize] -= weight;
        }
        value
    }

    /// Adds `sum weight (p_a [a = b] - p_a p_b) x x'` for every pair of classes.
    fn add_hessian(&self, range: Range<usize>, block: &mut Block, hessian: &mut Mat<f64>) {
        let (width, n_classes, n_rows) = (self.width(), self.n_classes(), range.len());
        let copies = block.rows.chunks_exact_mut(width).zip(block.scaled.chunks_exact_mut(width));
        for ((copy, _), row) in copies.zip(self.rows.slice(range.clone()).iter()) {
            copy[..width - 1].copy_from_slice(row);
        }
        let classes = &self.classes[range];
        for left in 0..n_classes {
            for right in 0..=left {
                vectorized!({
                    let p = block.p.chunks_exact(n_classes).zip(classes);
                    let rows = block.rows.chunks_exact(width);
                    let scaled = block.scaled.chunks_exact_mut(width);
                    for (((p, &class), row), scaled) in p.zip(rows).zip(scaled) {
                        let own = if left == right { 1.0 } else { 0.0 };
                        let factor = self.weights[class as usize] * p[left] * (own - p[right]);
                        scaled.iter_mut().zip(row).for_each(|(out, value)| *out = factor * value);
                    }
                });
                let rows = &block.rows[..n_rows * width];
                let rows = MatRef::from_row_major_slice(rows, n_rows, width).transpose();
                let scaled = &block.scaled[..n_rows * width];
                let scaled = MatRef::from_row_major_slice(scaled, n_rows, width);
                let out = hessian.submatrix_mut(left * width, right * width, width, width);
                if left == right {
                    matmul_triangular(
                        out,
                        BlockStructure::TriangularLower,
                        Accum::Add,
                        rows,
                        BlockStructure::Rectangular,
                        scaled,
                        BlockStructure::Rectangular,
                        1.0,
                        Par::Seq,
                    );
                } else {
                    matmul(out, Accum::Add, rows, scaled, 1.0, Par::Seq);
                }
            }
        }
    }
}

/// What a shard adds.
struct Part {
    value: f64,
    gradient: Vec<f64>,
    hessian: Option<Mat<f64>>,
}

/// Room for a block of rows.
struct Block {
    /// Decision values, then probabilities.
    p: Vec<f64>,
    residual: Vec<f64>,
    /// The rows, with a 1 after each.
    rows: Vec<f64>,
    /// The same, times the second derivatives of a pair of classes.
    scaled: Vec<f64>,
}

impl Objective for Multinomial<'_> {
    /// No column matters, and the intercepts are the logarithms of the shares, less their
    /// mean: a common shift changes nothing but an intercept's penalty.
    fn start(&self) -> Vec<f64> {
        let totals = self.counts.iter().zip(self.weights);
        let logs: Vec<f64> = totals.map(|(&n, weight)| (n as f64 * weight).ln()).collect();
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        let width = self.width();
        let mut start = vec![0.0; width * logs.len()];
        for (class, log) in logs.iter().enumerate() {
            start[class * width + width - 1] = log - mean;
        }
        start
    }

    fn evaluate(&self, at: &[f64], hessian: bool) -> Evaluation {
        let (width, n_classes) = (self.width(), self.n_classes());
        // More functions make a row more work: shards get fewer rows.
        let parts = map_shards(self.rows.n_rows(), width * n_classes, |range| {
            self.evaluate_shard(range, at, hessian)
        });
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
        let mut gradient = sum_in_order(gradients).unwrap_or_else(|| vec![0.0; at.len()]);
        for (index, (gradient, at)) in gradient.iter_mut().zip(at).enumerate() {
            let intercept = index % width + 1 == width;
            let penalty = if intercept { self.intercept_penalty } else { 1.0 };
            value += 0.5 * penalty * at * at;
            *gradient += penalty * at;
            if let Some(hessian) = &mut total {
                hessian[(index, index)] += penalty;
            }
        }
        if let (Some(hessian), true) = (&mut total, self.intercept_penalty == 0.0) {
            // A common shift of all intercepts changes nothing, which leaves the Hessian
            // singular. Curvature in that direction mends it and does not move the step:
            // the gradient has no component there.
            let curvature = self.total_weight() / (n_classes * n_classes) as f64;
            let place = |class: usize| class * width + width - 1;
            for left in 0..n_classes {
                for right in 0..=left {
                    hessian[(place(left), place(right))] += curvature;
                }
            }
        }
        Evaluation { value, gradient, hessian: total }
    }

    /// At equal probabilities, `sum weight x x' / n_classes` and the penalty, in the
    /// directions that sum to 0 over the classes.
    fn curvature(&self) -> Mat<f64> {
        let (width, n_classes) = (self.width(), self.n_classes());
        let parts = map_shards(self.rows.n_rows(), width, |range| {
            let mut gram = Mat::zeros(width, width);
            let mut scaled = vec![0.0; BLOCK_ROWS * width];
            for start in range.clone().step_by(BLOCK_ROWS) {
                let range = start..range.end.min(start + BLOCK_ROWS);
                let (rows, n_rows) = (self.rows.slice(range.clone()), range.len());
                let pairs = scaled.chunks_exact_mut(width).zip(rows.iter());
                for ((out, row), &class) in pairs.zip(&self.classes[range]) {
                    let root = (self.weights[class as usize] / n_classes as f64).sqrt();
                    out.iter_mut().zip(row).for_each(|(out, value)| *out = root * value);
                    out[width - 1] = root;
                }
                let scaled = &scaled[..n_rows * width];
                let scaled = MatRef::from_row_major_slice(scaled, n_rows, width);
                matmul_triangular(
                    gram.as_mut(),
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
            gram
        });
        let gram = parts.into_iter().reduce(|total, part| total + part);
        let mut gram = gram.unwrap_or_else(|| Mat::zeros(width, width));
        for column in 0..width {
            gram[(column, column)] +=
                if column + 1 == width { self.intercept_penalty } else { 1.0 };
        }
        gram
    }

    fn diagonal_curvature(&self) -> Vec<f64> {
        let n_classes = self.n_classes() as f64;
        let factors: Vec<f64> = self.weights.iter().map(|weight| weight / n_classes).collect();
        weighted_squares(self.rows, self.classes, &factors, self.intercept_penalty)
    }

    fn total_weight(&self) -> f64 {
        self.counts.iter().zip(self.weights).map(|(&n, weight)| n as f64 * weight).sum()
    }

    fn n_functions(&self) -> usize {
        self.n_classes()
    }

    fn n_samples(&self) -> usize {
        self.rows.n_rows()
    }
}
