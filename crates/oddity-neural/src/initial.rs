//! Weights before training, as Keras draws them: kernels Glorot uniform, recurrent kernels
//! orthogonal, biases 0 with forget bias 1, gamma 1, beta 0.

use oddity_core::Seed;
use rand::Rng;

use crate::tensor::{Form, Tensor};

/// Rows of numbers of a tensor.
pub(crate) fn initial(tensor: &Tensor, seed: Seed) -> Vec<f32> {
    let (n_rows, n_columns) = tensor.shape();
    match (tensor.name, tensor.form) {
        ("recurrent_kernel", _) => orthogonal(n_rows, n_columns, seed),
        ("gamma", _) => vec![1.0; n_columns],
        ("bias", Form::GateRow { units }) => {
            (0..4 * units).map(|column| if column / units == 1 { 1.0 } else { 0.0 }).collect()
        }
        ("kernel", _) => glorot_uniform(n_rows, n_columns, seed),
        _ => vec![0.0; n_columns],
    }
}

/// Uniform within `sqrt(6 / (inputs + outputs))` of 0 (Glorot and Bengio 2010,
/// <https://proceedings.mlr.press/v9/glorot10a.html>); of an LSTM, all gates are its outputs.
fn glorot_uniform(n_rows: usize, n_columns: usize, seed: Seed) -> Vec<f32> {
    let limit = (6.0 / (n_rows + n_columns) as f64).sqrt();
    let mut rng = seed.rng();
    (0..n_rows * n_columns).map(|_| ((uniform(&mut rng) * 2.0 - 1.0) * limit) as f32).collect()
}

/// Orthonormal rows, of fewer rows than columns, from the QR decomposition of normal numbers
/// (Saxe, McClelland and Ganguli 2014, arXiv 1312.6120).
fn orthogonal(n_rows: usize, n_columns: usize, seed: Seed) -> Vec<f32> {
    let mut rng = seed.rng();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n_rows);
    while rows.len() < n_rows {
        let mut row: Vec<f64> = (0..n_columns).map(|_| normal(&mut rng)).collect();
        // Gram and Schmidt's way, twice: once leaves what rounding left of the others.
        for _ in 0..2 {
            for other in &rows {
                let along: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
            }
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        // By chance a draw lies among the others: then there is another.
        if 1e-6 < length {
            row.iter_mut().for_each(|a| *a /= length);
            rows.push(row);
        }
    }
    rows.into_iter().flatten().map(|a| a as f32).collect()
}

/// At least 0 and less than 1.
fn uniform(rng: &mut impl Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// Box and Muller's (1958, doi:10.1214/aoms/1177706645).
fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - uniform(rng)).ln()).sqrt();
    radius * (2.0 * std::f64::consts::PI * uniform(rng)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_orthonormal() {
        let (n, m) = (12, 48);
        let rows = orthogonal(n, m, Seed(3));
        for i in 0..n {
            for j in 0..n {
                let product: f32 = (0..m).map(|k| rows[i * m + k] * rows[j * m + k]).sum();
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((product - expected).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn uniform_kernels_fill_their_range() {
        let values = glorot_uniform(20, 30, Seed(3));
        let limit = (6.0f32 / 50.0).sqrt();
        let largest = values.iter().fold(0.0f32, |most, value| most.max(value.abs()));
        assert!(largest <= limit && 0.98 * limit < largest);
        let mean: f32 = values.iter().sum::<f32>() / 600.0;
        assert!(mean.abs() < 0.03);
    }
}
