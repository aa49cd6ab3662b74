//! The training rows nearest to a row, exactly: a single-precision sweep excludes almost all
//! pairs, and distances in double precision order the rest.

mod block;
mod bound;
mod distinct;
mod kernel;

use oddity_core::FrameView;
use rayon::prelude::*;

use block::Block;
use bound::Panels;
use distinct::Distinct;
use kernel::{GROUP, Sweep};

/// Training rows, ready for questions about the nearest.
pub(crate) struct NearestRows {
    rows: Distinct,
    panels: Panels,
}

/// A training row among the nearest to a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Neighbour {
    /// Squared Euclidean distance.
    pub(crate) squared: f64,
    /// Index of the training row.
    pub(crate) row: u32,
}

impl Neighbour {
    /// Nearer, or as near with a lower index.
    fn is_before(&self, other: &Neighbour) -> bool {
        self.squared < other.squared || self.squared == other.squared && self.row < other.row
    }
}

/// Groups of queries that pass a panel of training rows together, at most: their values
/// stay in the second-level cache.
const GROUPS_PER_BLOCK: usize = 48;

impl NearestRows {
    /// Keeps the rows.
    pub(crate) fn new(rows: FrameView<'_>) -> NearestRows {
        let rows = Distinct::new(rows);
        let panels = Panels::new(rows.values(), rows.n_columns());
        NearestRows { rows, panels }
    }

    /// The `k` nearest training rows of each query, nearest first; among equal distances the
    /// lowest index first. `n_queries x k`, if there are `k` training rows.
    pub(crate) fn search(&self, queries: FrameView<'_>, k: usize) -> Vec<Neighbour> {
        let n_groups = queries.n_rows().div_ceil(GROUP);
        // Small blocks where there are few queries, so that every thread has several. Each
        // query's answer is the same in any block.
        let shares = 4 * rayon::current_num_threads();
        let block = GROUP * (n_groups / shares).clamp(1, GROUPS_PER_BLOCK);
        let arch = pulp::Arch::new();
        let starts: Vec<usize> = (0..queries.n_rows()).step_by(block).collect();
        let answers = starts.into_par_iter().map(|start| {
            let end = queries.n_rows().min(start + block);
            let mut block = Block::new(&self.rows, &self.panels, queries.slice(start..end), k);
            arch.dispatch(Sweep { panels: &self.panels, block: &mut block });
            block.into_nearest()
        });
        answers.collect::<Vec<_>>().concat()
    }
}

#[cfg(test)]
mod tests;
