//! The triangular factor of centred rows, from a stream of rows.

use crate::dense;
use crate::moments::means;
use crate::stream::Summary;

/// Number, means and the factor `R` of the centred rows of a run: `R' R` is the scatter,
/// never formed, so that small deviations are not lost in the squares of large ones.
#[derive(Clone, Debug)]
pub(crate) struct Triangle {
    pub(crate) n_rows: usize,
    pub(crate) means: Vec<f64>,
    /// At most as many rows as columns, row-major.
    pub(crate) factor: Vec<f64>,
}

impl Triangle {
    /// Size of a factor in bytes.
    pub(crate) fn bytes(width: usize) -> usize {
        8 * width * width.min(crate::stream::SHARD)
    }

    pub(crate) fn of_shard(rows: &[f64], width: usize) -> Triangle {
        let means = means(rows, width);
        let centred = rows.chunks_exact(width).flat_map(|row| row.iter().zip(&means));
        let centred: Vec<f64> = centred.map(|(value, mean)| value - mean).collect();
        let n_rows = rows.len() / width;
        Triangle { n_rows, factor: dense::triangle(&centred, width), means }
    }
}

impl Summary for Triangle {
    /// The factor of both factors and the row `d sqrt(n_a n_b / n)`, `d` the distance of the
    /// means, below each other: Ross et al. 2008, doi:10.1007/s11263-007-0075-7.
    fn merge(mut self, later: Triangle) -> Triangle {
        let (ours, theirs) = (self.n_rows as f64, later.n_rows as f64);
        let (share, weight) = (theirs / (ours + theirs), ours * (theirs / (ours + theirs)));
        let mut stacked = std::mem::take(&mut self.factor);
        stacked.extend(later.factor);
        for (mean, later) in self.means.iter_mut().zip(&later.means) {
            let distance = later - *mean;
            stacked.push(distance * weight.sqrt());
            *mean += distance * share;
        }
        self.factor = dense::triangle(&stacked, self.means.len());
        self.n_rows += later.n_rows;
        self
    }
}
