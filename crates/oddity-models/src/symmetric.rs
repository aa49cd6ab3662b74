//! Eigenvalues of symmetric matrices.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, MatRef, Par};
use oddity_core::{Error, Result};

/// Eigenvalues of a symmetric matrix, `n x n`, descending, and their vectors, one a row.
///
/// # Errors
///
/// [`Error::Numeric`] where the iteration does not converge.
pub(crate) fn eigen(matrix: &[f64], n: usize, step: &'static str) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut values, mut vectors) = (Diag::zeros(n), Mat::zeros(n, n));
    let scratch =
        self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, Par::Seq, Default::default());
    self_adjoint_evd(
        MatRef::from_column_major_slice(matrix, n, n),
        values.as_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| Error::Numeric { step, what: "the eigenvalues did not converge" })?;
    let descending = (0..n).rev();
    let rows = descending.clone().flat_map(|at| (0..n).map(move |row| (row, at)));
    let vectors = rows.map(|(row, at)| vectors[(row, at)]).collect();
    Ok((descending.map(|at| values[at]).collect(), vectors))
}
