//! Factors of small dense matrices by faer, on one thread, so that the bits do not depend on
//! the number of threads.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::qr::no_pivoting::factor as qr;
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Mat, MatRef, Par};
use oddity_core::{Error, Result};

/// Eigenvalues of a symmetric matrix, descending, and their vectors, one a row.
pub(crate) fn eigen(matrix: &[f64], width: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut values, mut vectors) = (Diag::zeros(width), Mat::zeros(width, width));
    let scratch = self_adjoint_evd_scratch::<f64>(
        width,
        ComputeEigenvectors::Yes,
        Par::Seq,
        Default::default(),
    );
    self_adjoint_evd(
        MatRef::from_column_major_slice(matrix, width, width),
        values.as_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| Error::Numeric { step: "pca", what: "the eigenvalues did not converge" })?;
    let descending = (0..width).rev();
    let rows = descending.clone().flat_map(|at| (0..width).map(move |row| (row, at)));
    let vectors = rows.map(|(row, at)| vectors[(row, at)]).collect();
    Ok((descending.map(|at| values[at]).collect(), vectors))
}

/// Singular values of a matrix of `width` columns, row-major, descending, and the right
/// singular vectors, one a row.
pub(crate) fn singular(matrix: &[f64], width: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let matrix = MatRef::from_row_major_slice(matrix, matrix.len() / width, width);
    let size = matrix.nrows().min(width);
    let (mut values, mut right) = (Diag::zeros(size), Mat::zeros(width, size));
    let scratch = svd_scratch::<f64>(
        matrix.nrows(),
        width,
        ComputeSvdVectors::No,
        ComputeSvdVectors::Thin,
        Par::Seq,
        Default::default(),
    );
    svd(
        matrix,
        values.as_mut(),
        None,
        Some(right.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| Error::Numeric { step: "pca", what: "the singular values did not converge" })?;
    let vectors = (0..size).flat_map(|at| (0..width).map(move |row| (row, at)));
    let vectors = vectors.map(|(row, at)| right[(row, at)]).collect();
    Ok(((0..size).map(|at| values[at]).collect(), vectors))
}

/// The factor `R` of `A = Q R`: at most `width` rows, row-major.
pub(crate) fn triangle(matrix: &[f64], width: usize) -> Vec<f64> {
    let n_rows = matrix.len() / width;
    if n_rows <= width {
        return matrix.to_vec();
    }
    let (factors, _) = factored(matrix, width);
    let at = |index: usize| (index / width, index % width);
    let entry = |(i, j)| if i <= j { factors[(i, j)] } else { 0.0 };
    (0..width * width).map(at).map(entry).collect()
}

/// Columns of length 1, perpendicular to each other, that span the same space as those of a
/// matrix with at least as many rows as columns, row-major.
pub(crate) fn orthonormal(matrix: &[f64], width: usize) -> Vec<f64> {
    let n_rows = matrix.len() / width;
    let (factors, coefficients) = factored(matrix, width);
    let mut basis = Mat::from_fn(n_rows, width, |i, j| f64::from(u8::from(i == j)));
    let block = coefficients.nrows();
    let scratch =
        faer::linalg::householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<
            f64,
        >(n_rows, block, width);
    faer::linalg::householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
        factors.as_ref(),
        coefficients.as_ref(),
        faer::Conj::No,
        basis.as_mut(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
    let at = |index: usize| (index / width, index % width);
    (0..n_rows * width).map(at).map(|at| basis[at]).collect()
}

/// Reflections and `R` of a matrix with at least as many rows as columns, in one.
fn factored(matrix: &[f64], width: usize) -> (Mat<f64>, Mat<f64>) {
    let n_rows = matrix.len() / width;
    let mut factors = MatRef::from_row_major_slice(matrix, n_rows, width).to_owned();
    let block = qr::recommended_block_size::<f64>(n_rows, width);
    let mut coefficients = Mat::zeros(block, width);
    let scratch =
        qr::qr_in_place_scratch::<f64>(n_rows, width, block, Par::Seq, Default::default());
    qr::qr_in_place(
        factors.as_mut(),
        coefficients.as_mut(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    (factors, coefficients)
}
