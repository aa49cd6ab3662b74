//! A mixture of normal distributions: densities, and sums over samples.

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, MatMut, MatRef, Par};
use oddity_core::{FrameView, Result};
use oddity_linalg::vectorized;
use serde::{Deserialize, Serialize};

use super::covariance::Whitening;

/// What the covariances of a mixture may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CovarianceType {
    /// Any, each component its own.
    #[default]
    Full,
    /// Any, the same for all components.
    Tied,
    /// Columns do not depend on each other within a component.
    Diag,
    /// All columns have one variance within a component, and do not depend on each other.
    Spherical,
}

/// Covariances, by type.
pub(super) enum Shapes {
    /// One a component, also where it is tied.
    Whitened(Vec<Whitening>),
    /// The variance of each column, `n_components x d`.
    Variances(Vec<f64>),
}

/// A mixture with all its numbers.
pub(super) struct Mixture {
    pub(super) weights: Vec<f64>,
    /// `n_components x d`.
    pub(super) means: Vec<f64>,
    pub(super) shapes: Shapes,
}

impl Mixture {
    pub(super) fn width(&self) -> usize {
        self.means.len() / self.weights.len()
    }

    /// `ln (w_k N(x; μ_k, Σ_k))` of each row and component, `n x n_components`.
    pub(super) fn ln_parts(&self, rows: FrameView<'_>) -> Result<Vec<f64>> {
        let (d, n_components) = (self.width(), self.weights.len());
        rows.expect_width(d)?;
        let mut parts = vec![0.0; rows.n_rows() * n_components];
        let constant = d as f64 * (2.0 * std::f64::consts::PI).ln();
        for (component, weight) in self.weights.iter().enumerate() {
            let (squares, ln_determinant) = match &self.shapes {
                Shapes::Whitened(all) => {
                    let own = &all[component];
                    (own.map.squared_norms(rows)?, own.ln_determinant)
                }
                Shapes::Variances(all) => {
                    let variances = &all[component * d..][..d];
                    let means = &self.means[component * d..][..d];
                    let inverses: Vec<f64> = variances.iter().map(|v| 1.0 / v).collect();
                    let square = |row| vectorized!(square(row, means, &inverses));
                    let ln_determinant = variances.iter().map(|v| v.ln()).sum();
                    (rows.iter().map(square).collect(), ln_determinant)
                }
            };
            let own = weight.ln() - 0.5 * (constant + ln_determinant);
            let cells = parts.iter_mut().skip(component).step_by(n_components);
            cells.zip(squares).for_each(|(part, square)| *part = own - 0.5 * square);
        }
        Ok(parts)
    }
}

/// `Σ (x - m)² f`, in eight partial sums whatever the machine.
#[inline(always)]
fn square(row: &[f64], means: &[f64], factors: &[f64]) -> f64 {
    let (row, row_end) = row.as_chunks::<8>();
    let (means, means_end) = means.as_chunks::<8>();
    let (factors, factors_end) = factors.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for ((row, means), factors) in row.iter().zip(means).zip(factors) {
        for lane in 0..8 {
            let off = row[lane] - means[lane];
            sums[lane] += off * off * factors[lane];
        }
    }
    let mut sum: f64 = sums.iter().sum();
    for ((value, mean), factor) in row_end.iter().zip(means_end).zip(factors_end) {
        sum += (value - mean) * (value - mean) * factor;
    }
    sum
}

/// `ln Σ e^x` of each component's part of a row.
pub(super) fn ln_sum(parts: &[f64]) -> f64 {
    let most = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    most + parts.iter().map(|part| (part - most).exp()).sum::<f64>().ln()
}

/// Sums over samples, weighted by how much of each belongs to each component, around points near
/// the components' means.
pub(super) struct Sums {
    /// The sum of `ln` densities.
    pub(super) ln_likelihood: f64,
    pub(super) counts: Vec<f64>,
    /// `Σ r (x - c)`, `n_components x d`.
    pub(super) first: Vec<f64>,
    /// `Σ r (x - c)(x - c)ᵀ`, `d x d` a component, lower triangles, or its diagonal alone.
    pub(super) second: Vec<f64>,
}

impl Sums {
    /// Of rows with `shares`, `n x n_components`, around `centres`.
    pub(super) fn of(rows: FrameView<'_>, shares: &[f64], centres: &[f64], whole: bool) -> Sums {
        let d = rows.n_columns();
        let n_components = centres.len() / d;
        let size = if whole { d * d } else { d };
        let mut sums = Sums {
            ln_likelihood: 0.0,
            counts: vec![0.0; n_components],
            first: vec![0.0; n_components * d],
            second: vec![0.0; n_components * size],
        };
        let mut scaled = vec![0.0; if whole { rows.values().len() } else { 0 }];
        for component in 0..n_components {
            let centre = &centres[component * d..][..d];
            let first = &mut sums.first[component * d..][..d];
            let second = &mut sums.second[component * size..][..size];
            let mut n_scaled = 0;
            for (row, shares) in rows.iter().zip(shares.chunks_exact(n_components)) {
                let share = shares[component];
                if share <= 0.0 {
                    continue;
                }
                sums.counts[component] += share;
                if whole {
                    let scaled = &mut scaled[n_scaled * d..][..d];
                    vectorized!(add_scaled(row, centre, share, first, scaled));
                    n_scaled += 1;
                } else {
                    vectorized!(add_squares(row, centre, share, first, second));
                }
            }
            if whole {
                let scaled = MatRef::from_row_major_slice(&scaled[..n_scaled * d], n_scaled, d);
                matmul(
                    MatMut::from_row_major_slice_mut(second, d, d),
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
        sums
    }

    /// Adds the sums of other rows.
    pub(super) fn add(mut self, other: Sums) -> Sums {
        self.ln_likelihood += other.ln_likelihood;
        for (to, from) in [
            (&mut self.counts, other.counts),
            (&mut self.first, other.first),
            (&mut self.second, other.second),
        ] {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        }
        self
    }
}

#[inline(always)]
fn add_scaled(row: &[f64], centre: &[f64], share: f64, first: &mut [f64], scaled: &mut [f64]) {
    let root = share.sqrt();
    let out = first.iter_mut().zip(scaled);
    for ((value, centre), (first, scaled)) in row.iter().zip(centre).zip(out) {
        let off = value - centre;
        *first += share * off;
        *scaled = root * off;
    }
}

#[inline(always)]
fn add_squares(row: &[f64], centre: &[f64], share: f64, first: &mut [f64], second: &mut [f64]) {
    let out = first.iter_mut().zip(second);
    for ((value, centre), (first, second)) in row.iter().zip(centre).zip(out) {
        let off = value - centre;
        *first += share * off;
        *second += share * off * off;
    }
}
