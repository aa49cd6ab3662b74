//! Eigenvalues and singular values by LAPACK, from the OpenBLAS of the system.
//!
//! LAPACK goes column by column, so that a column of its is a row here.

use ndarray_linalg::{JobSvd, Lapack, MatrixLayout, UPLO};
use oddity_core::{Error, Result};

/// Eigenvalues of a symmetric matrix, descending, and their vectors, one a row: `dsyev`.
pub(crate) fn eigen(matrix: &[f64], width: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let error = || Error::Numeric { step: "pca", what: "the eigenvalues did not converge" };
    let n = size(width)?;
    let mut vectors = matrix.to_vec();
    let layout = MatrixLayout::F { col: n, lda: n };
    let mut values = f64::eigh(true, layout, UPLO::Lower, &mut vectors).map_err(|_| error())?;
    // They come ascending.
    values.reverse();
    let vectors = vectors.rchunks_exact(width).flatten().copied().collect();
    Ok((values, vectors))
}

/// Singular values of a matrix of `width` columns, row-major, descending, and the right
/// singular vectors, one a row: `dgesdd`.
pub(crate) fn singular(matrix: &[f64], width: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let error = || Error::Numeric { step: "pca", what: "the singular values did not converge" };
    let (n_rows, n_columns) = (size(matrix.len() / width)?, size(width)?);
    // Read column by column the matrix is its transpose, whose left vectors are wanted.
    let layout = MatrixLayout::F { col: n_rows, lda: n_columns };
    let found = f64::svddc(layout, JobSvd::Some, &mut matrix.to_vec()).map_err(|_| error())?;
    Ok((found.s, found.u.ok_or_else(error)?))
}

/// A size as LAPACK takes it.
fn size(found: usize) -> Result<i32> {
    i32::try_from(found).map_err(|_| Error::Numeric {
        step: "pca",
        what: "LAPACK takes less than 2^31 rows and columns",
    })
}
