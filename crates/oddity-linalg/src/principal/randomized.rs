//! The first components by random projection: Halko, Martinsson and Tropp 2011,
//! doi:10.1137/090771806, as iterations of a subspace of the columns.

use oddity_core::{Error, FrameView, Result, Seed};

use super::RandomizedParams;
use super::fit::Spectrum;
use crate::dense;
use crate::moments::panel_rows;
use crate::scatter::{centre, panel_width};
use crate::stream::{Stream, Summary};
use crate::tile::{HEIGHT, OuterProducts, WIDTH};
use crate::vectorized;
use crate::{ColumnMoments, Moments};

/// Sums of matrices of one shape.
struct Sum(Vec<f64>);

impl Summary for Sum {
    fn merge(mut self, later: Sum) -> Sum {
        self.0.iter_mut().zip(later.0).for_each(|(sum, later)| *sum += later);
        self
    }
}

/// The first `count` components.
pub(super) fn fit(
    rows: FrameView<'_>,
    count: usize,
    params: &RandomizedParams,
) -> Result<Spectrum> {
    let (n_rows, width) = (rows.n_rows(), rows.n_columns());
    let mut moments = ColumnMoments::new(width);
    moments.update(rows)?;
    let moments = moments.finish();
    let freedom = (n_rows - 1) as f64;
    let total_variance = moments.squares().iter().sum::<f64>() / freedom;
    let size = (count.saturating_add(params.oversamples)).min(n_rows).min(width);
    let mut basis = dense::orthonormal(&normal(width * size, Seed(params.seed)), size);
    for _ in 0..params.iterations {
        let turned = scatter_times(rows, &moments, &basis, size);
        check(&turned)?;
        basis = dense::orthonormal(&turned, size);
    }
    // The covariance within the subspace, whose eigenvectors lead back to directions.
    let turned = scatter_times(rows, &moments, &basis, size);
    check(&turned)?;
    let product = |i: usize, j: usize| -> f64 {
        (0..width).map(|row| basis[row * size + i] * turned[row * size + j]).sum()
    };
    let within = |at: usize| (product(at / size, at % size) + product(at % size, at / size)) / 2.0;
    let within: Vec<f64> = (0..size * size).map(|at| within(at) / freedom).collect();
    let (mut variances, vectors) = dense::eigen(&within, size)?;
    variances.truncate(count);
    variances.iter_mut().for_each(|variance| *variance = variance.max(0.0));
    let direction = |component: usize, column: usize| -> f64 {
        let vector = &vectors[component * size..][..size];
        basis[column * size..][..size].iter().zip(vector).map(|(a, b)| a * b).sum()
    };
    let at = |index: usize| direction(index / width, index % width);
    let directions = (0..count * width).map(at).collect();
    let means = moments.means().to_vec();
    Ok(Spectrum { n_rows, means, variances, directions, total_variance })
}

/// `X' X B` for the centred rows `X` and `B` of `width x size`, row-major.
fn scatter_times(rows: FrameView<'_>, moments: &Moments, basis: &[f64], size: usize) -> Vec<f64> {
    let (width, wide) = (rows.n_columns(), size.next_multiple_of(WIDTH));
    let mut right = vec![0.0; width * wide];
    for (out, line) in right.chunks_exact_mut(wide).zip(basis.chunks_exact(size)) {
        out[..size].copy_from_slice(line);
    }
    let (n_left, padded) = (width.next_multiple_of(HEIGHT), panel_width(width));
    let zeros = vec![0.0; width];
    let of_shard = |rows: &[f64]| {
        let mut out = vec![0.0; n_left * wide];
        let (mut panel, mut turned, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for rows in rows.chunks(panel_rows(width) * width) {
            let n_rows = rows.len() / width;
            let high = n_rows.next_multiple_of(HEIGHT);
            panel.resize(n_rows * padded, 0.0);
            vectorized!(centre(&mut panel, rows, moments.means(), &zeros, padded));
            turned.clear();
            turned.resize(width * high, 0.0);
            for (at, row) in panel.chunks_exact(padded).enumerate() {
                let lines = turned.chunks_exact_mut(high);
                lines.zip(row).for_each(|(line, &value)| line[at] = value);
            }
            places.clear();
            places.resize(high * wide, 0.0);
            let products = OuterProducts {
                left: &turned,
                left_stride: high,
                right: &right,
                right_stride: wide,
                out: &mut places,
                n_left: high,
                n_right: wide,
                lower: false,
            };
            products.add();
            let products = OuterProducts {
                left: &panel,
                left_stride: padded,
                right: &places,
                right_stride: wide,
                out: &mut out,
                n_left,
                n_right: wide,
                lower: false,
            };
            products.add();
        }
        Sum(out)
    };
    let mut stream = Stream::new(width);
    stream.update(rows.values(), 8 * n_left * wide, of_shard);
    let sum = stream.finish(of_shard).map_or_else(Vec::new, |Sum(out)| out);
    let lines = sum.chunks_exact(wide).take(width);
    lines.flat_map(|line| line[..size].iter().copied()).collect()
}

/// Normal values: Box and Muller's transform.
fn normal(n_values: usize, seed: Seed) -> Vec<f64> {
    let uniform = |index: u64| ((seed.derive(index).0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
    let value = |at: usize| {
        let radius = (-2.0 * uniform(2 * at as u64).ln()).sqrt();
        radius * (std::f64::consts::TAU * uniform(2 * at as u64 + 1)).cos()
    };
    (0..n_values).map(value).collect()
}

fn check(values: &[f64]) -> Result<()> {
    if values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    Err(Error::Numeric { step: "pca", what: "a product is beyond the range of numbers" })
}
