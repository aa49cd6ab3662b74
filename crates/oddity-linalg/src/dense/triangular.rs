//! Triangular factors and bases by faer.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::qr::no_pivoting::factor as qr;
use faer::{Mat, MatRef, Par};

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
