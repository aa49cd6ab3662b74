//! Matrix factors by faer, on one thread, so that the bits do not depend on the number of
//! threads.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::qr::no_pivoting::factor as qr;
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{ColMut, Mat, Par};
use oddity_core::{Error, Result};

/// The lower Cholesky factor of a positive definite matrix, of which only the lower
/// triangle is read, or `None` where it is not positive definite.
pub(crate) fn cholesky(mut matrix: Mat<f64>) -> Option<Mat<f64>> {
    let scratch =
        llt::factor::cholesky_in_place_scratch::<f64>(matrix.nrows(), Par::Seq, Default::default());
    llt::factor::cholesky_in_place(
        matrix.as_mut(),
        Default::default(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .ok()?;
    // A factor of numbers that overflowed is of no use either.
    let finite = (0..matrix.nrows()).all(|at| matrix[(at, at)].is_finite());
    finite.then_some(matrix)
}

/// Solves `L L' x = b` in place, from the factor that [`cholesky`] gives.
pub(crate) fn solve_cholesky(factor: &Mat<f64>, right: &mut [f64]) {
    llt::solve::solve_in_place(
        factor.as_ref(),
        ColMut::from_slice_mut(right).as_mat_mut(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(llt::solve::solve_in_place_scratch::<f64>(
            factor.nrows(),
            1,
            Par::Seq,
        ))),
    );
}

/// The factor `R` of `A = Q R`, `min(rows, columns) x columns`.
pub(crate) fn qr_factor(mut matrix: Mat<f64>) -> Mat<f64> {
    let (n_rows, n_columns) = matrix.shape();
    let size = n_rows.min(n_columns);
    let block = qr::recommended_block_size::<f64>(n_rows, n_columns);
    let mut coefficients = Mat::zeros(block, size);
    let scratch =
        qr::qr_in_place_scratch::<f64>(n_rows, n_columns, block, Par::Seq, Default::default());
    qr::qr_in_place(
        matrix.as_mut(),
        coefficients.as_mut(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    Mat::from_fn(size, n_columns, |i, j| if i <= j { matrix[(i, j)] } else { 0.0 })
}

/// Singular values, descending, and the right singular vectors as columns.
pub(crate) fn singular(matrix: &Mat<f64>, step: &'static str) -> Result<(Vec<f64>, Mat<f64>)> {
    let (n_rows, n_columns) = matrix.shape();
    let size = n_rows.min(n_columns);
    let mut values = faer::diag::Diag::zeros(size);
    let mut right = Mat::zeros(n_columns, size);
    let scratch = svd_scratch::<f64>(
        n_rows,
        n_columns,
        ComputeSvdVectors::No,
        ComputeSvdVectors::Thin,
        Par::Seq,
        Default::default(),
    );
    svd(
        matrix.as_ref(),
        values.as_mut(),
        None,
        Some(right.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| Error::Numeric { step, what: "the singular values did not converge" })?;
    Ok(((0..size).map(|at| values[at]).collect(), right))
}
