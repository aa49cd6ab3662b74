//! Eigenvalues and singular values by faer.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
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
