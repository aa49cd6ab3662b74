//! Factors of small dense matrices: by faer on one thread, so that the bits do not depend on
//! the number of threads; eigenvalues and singular values by LAPACK with the feature `blas`.
//!
//! Triangular factors are those of shards, which have threads already: those of OpenBLAS would
//! only stand in each other's way.

#[cfg(feature = "blas")]
mod lapack;
#[cfg(any(not(feature = "blas"), test))]
mod spectral;
mod triangular;

#[cfg(feature = "blas")]
pub(crate) use lapack::{eigen, singular};
#[cfg(not(feature = "blas"))]
pub(crate) use spectral::{eigen, singular};
pub(crate) use triangular::{orthonormal, triangle};

#[cfg(test)]
mod tests {
    use super::*;

    /// `n_rows x width`, without structure.
    fn matrix(n_rows: usize, width: usize) -> Vec<f64> {
        (0..n_rows * width).map(|at| ((at * at + 7 * at) % 101) as f64 / 50.0 - 1.0).collect()
    }

    /// `A' A`, row-major.
    fn squared(matrix: &[f64], width: usize) -> Vec<f64> {
        let product = |i: usize, j: usize| -> f64 {
            matrix.chunks_exact(width).map(|row| row[i] * row[j]).sum()
        };
        (0..width * width).map(|at| product(at / width, at % width)).collect()
    }

    /// The vectors are perpendicular, and `A' A` is the sum of `value vector vector'`.
    fn check(squared: &[f64], width: usize, values: &[f64], vectors: &[f64]) {
        assert_eq!(vectors.len(), values.len() * width);
        assert!(values.is_sorted_by(|a, b| b <= a));
        let most = values[0];
        let rows: Vec<&[f64]> = vectors.chunks_exact(width).collect();
        for (i, a) in rows.iter().enumerate() {
            for (j, b) in rows.iter().enumerate() {
                let (found, wanted) = (dot(a, b), f64::from(u8::from(i == j)));
                assert!((found - wanted).abs() < 1e-13, "vectors {i} and {j}: {found}");
            }
        }
        for (at, wanted) in squared.iter().enumerate() {
            let part = |(value, row): (&f64, &&[f64])| value * row[at / width] * row[at % width];
            let found: f64 = values.iter().zip(&rows).map(part).sum();
            assert!((found - wanted).abs() < 1e-13 * most, "{at}: {found}, wanted {wanted}");
        }
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn eigenvalues_and_vectors_make_the_matrix_again() {
        for width in [1, 2, 7, 40] {
            let squared = squared(&matrix(width + 5, width), width);
            for eigen in [eigen, spectral::eigen] {
                let (values, vectors) = eigen(&squared, width).expect("a finite matrix");
                check(&squared, width, &values, &vectors);
            }
        }
    }

    #[test]
    fn singular_values_and_vectors_make_the_matrix_again() {
        for (n_rows, width) in [(1, 1), (3, 5), (5, 3), (30, 20)] {
            let matrix = matrix(n_rows, width);
            for singular in [singular, spectral::singular] {
                let (values, vectors) = singular(&matrix, width).expect("a finite matrix");
                let values: Vec<f64> = values.iter().map(|value| value * value).collect();
                check(&squared(&matrix, width), width, &values, &vectors);
            }
        }
    }

    #[test]
    fn the_triangle_has_the_squares_of_the_matrix() {
        let matrix = matrix(30, 7);
        let triangle = triangle(&matrix, 7);
        assert_eq!(triangle.len(), 49);
        for (at, (found, wanted)) in
            squared(&triangle, 7).iter().zip(squared(&matrix, 7)).enumerate()
        {
            assert!((found - wanted).abs() < 1e-12, "{at}: {found}, wanted {wanted}");
        }
    }
}
