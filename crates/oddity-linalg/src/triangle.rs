//! The triangular factor of centred rows, from a stream of rows.

use crate::dense;
use crate::means::Means;
use crate::scatter::centre;
use crate::stream::Summary;

/// Number, means and the factor `R` of the centred rows of a run: `R' R` is the scatter,
/// never formed, so that small deviations are not lost in the squares of large ones.
#[derive(Clone, Debug)]
pub(crate) struct Triangle {
    pub(crate) n_rows: usize,
    pub(crate) means: Means,
    /// At most as many rows as columns, row-major.
    pub(crate) factor: Vec<f64>,
}

impl Triangle {
    /// Size of a factor in bytes.
    pub(crate) fn bytes(width: usize) -> usize {
        8 * width * width.min(crate::stream::SHARD)
    }

    pub(crate) fn of_shard(rows: &[f64], width: usize) -> Triangle {
        let (means, n_rows) = (Means::of(rows, width), rows.len() / width);
        let mut centred = vec![0.0; rows.len()];
        centre(&mut centred, rows, &means.rounded, &means.rest, width);
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
        let ways = self.means.merge(&later.means, share);
        stacked.extend(ways.into_iter().map(|way| way * weight.sqrt()));
        self.factor = dense::triangle(&stacked, self.means.rounded.len());
        self.n_rows += later.n_rows;
        self
    }
}
