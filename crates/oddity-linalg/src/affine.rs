//! Rows less a centre, times a matrix: products whose rows do not depend on each other.

use oddity_core::{FrameView, Result};
use rayon::prelude::*;

use crate::product::{Block, Panels, SHARD};
use crate::tile::HEIGHT;
use crate::vectorized;

/// The map `x -> (x - centre) M` of rows with `d` columns to rows with `k`.
///
/// Each sum runs over the columns in their order, so that a row's result does not depend on the
/// rows beside it, nor on the number of threads. Cost: `n d k`.
///
/// # Example
///
/// ```
/// use oddity_core::Frame;
/// use oddity_linalg::Affine;
///
/// let map = Affine::new(vec![1.0, 2.0], 1, &[3.0, 4.0]);
/// let rows = Frame::new(vec![2.0, 2.0, 1.0, 3.0], ["x", "y"])?;
/// assert_eq!(map.apply(rows.view())?, [3.0, 4.0]);
/// assert_eq!(map.squared_norms(rows.view())?, [9.0, 16.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    centre: Vec<f64>,
    n_outputs: usize,
    panels: Panels,
}

impl Affine {
    /// The map with this centre and matrix, `d x n_outputs`, row-major.
    ///
    /// # Panics
    ///
    /// If the matrix has another length.
    pub fn new(centre: Vec<f64>, n_outputs: usize, matrix: &[f64]) -> Affine {
        assert_eq!(matrix.len(), centre.len() * n_outputs, "one row of the matrix a column");
        let panels =
            Panels::pack(centre.len(), n_outputs, |row, column| matrix[row * n_outputs + column]);
        Affine { centre, n_outputs, panels }
    }

    /// Columns of the rows that are mapped.
    pub fn width(&self) -> usize {
        self.centre.len()
    }

    /// Columns of what comes out.
    pub fn n_outputs(&self) -> usize {
        self.n_outputs
    }

    /// What is subtracted from each row.
    pub fn centre(&self) -> &[f64] {
        &self.centre
    }

    /// `(x - centre) M` of each row, `n x n_outputs`, row-major.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn apply(&self, rows: FrameView<'_>) -> Result<Vec<f64>> {
        rows.expect_width(self.width())?;
        let mut out = vec![0.0; rows.n_rows() * self.n_outputs];
        if self.n_outputs == 0 || self.width() == 0 {
            return Ok(out);
        }
        let map = |block: &mut Block, rows: &[f64], out: &mut [f64]| self.map(block, rows, out);
        self.panels.map_rows(rows.values(), &mut out, map);
        Ok(out)
    }

    /// `|(x - centre) M|^2` of each row.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn squared_norms(&self, rows: FrameView<'_>) -> Result<Vec<f64>> {
        rows.expect_width(self.width())?;
        let mut norms = vec![0.0; rows.n_rows()];
        if self.n_outputs == 0 || self.width() == 0 {
            return Ok(norms);
        }
        let shards = norms.par_chunks_mut(SHARD);
        shards.zip(rows.values().par_chunks(SHARD * self.width())).for_each(|(norms, rows)| {
            let mut block = self.panels.block();
            let mut out = vec![0.0; HEIGHT * self.n_outputs];
            for (norms, rows) in norms.chunks_mut(HEIGHT).zip(rows.chunks(HEIGHT * self.width())) {
                let out = &mut out[..norms.len() * self.n_outputs];
                self.map(&mut block, rows, out);
                for (norm, out) in norms.iter_mut().zip(out.chunks_exact(self.n_outputs)) {
                    *norm = vectorized!(squared(out));
                }
            }
        });
        Ok(norms)
    }

    /// Maps up to [`HEIGHT`] rows.
    fn map(&self, block: &mut Block, rows: &[f64], out: &mut [f64]) {
        vectorized!(block.fill_centred(rows, &self.centre));
        self.panels.times(block, out);
    }
}

/// The sum of squares, in eight partial sums whatever the machine.
#[inline(always)]
fn squared(values: &[f64]) -> f64 {
    let (chunks, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for values in chunks {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value * value);
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| value * value).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use oddity_core::{Columns, Frame};

    use super::*;

    #[test]
    fn maps_equal_plain_sums_and_do_not_depend_on_other_rows() {
        for (n_rows, width, n_outputs) in [(1, 1, 1), (30, 9, 17), (2_000, 5, 3)] {
            let number = |at: usize| ((at * 37) % 19) as f64 - 7.0;
            let matrix: Vec<f64> = (0..width * n_outputs).map(number).collect();
            let centre: Vec<f64> = (0..width).map(|at| at as f64).collect();
            let values = (0..n_rows * width).map(|at| number(at + 5)).collect();
            let rows = Frame::new(values, Columns::numbered("x", width)).unwrap();
            let map = Affine::new(centre.clone(), n_outputs, &matrix);
            let (out, norms) =
                (map.apply(rows.view()).unwrap(), map.squared_norms(rows.view()).unwrap());
            for row in (0..n_rows).step_by(7) {
                let centred: Vec<f64> =
                    rows.row(row).iter().zip(&centre).map(|(value, mean)| value - mean).collect();
                let sum = |k: usize| -> f64 {
                    (0..width).map(|j| centred[j] * matrix[j * n_outputs + k]).sum()
                };
                let wanted: Vec<f64> = (0..n_outputs).map(sum).collect();
                assert_eq!(&out[row * n_outputs..][..n_outputs], wanted);
                assert_eq!(norms[row], wanted.iter().map(|value| value * value).sum::<f64>());
                let alone = map.apply(rows.view().slice(row..row + 1)).unwrap();
                assert_eq!(alone, wanted);
            }
        }
    }
}
