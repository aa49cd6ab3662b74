//! The training rows nearest to a row, exactly: a single-precision sweep excludes almost all
//! pairs, and distances in double precision order the rest; a tree where columns are few.

mod block;
mod bound;
mod distinct;
mod kernel;
mod tree;

use oddity_core::{ANY, Result, State};
use rayon::prelude::*;

use block::Block;
use bound::Panels;
use distinct::Distinct;
use kernel::{GROUP, Sweep};
use tree::Tree;

/// Training rows, ready for questions about the nearest.
pub(crate) struct NearestRows {
    rows: Distinct,
    index: Index,
}

/// What spares most pairs.
enum Index {
    Sweep(Panels),
    Tree(Tree),
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

/// The nearest rows of a query so far, nearest first.
struct Nearest {
    rows: Vec<Neighbour>,
    k: usize,
}

impl Nearest {
    fn new(k: usize) -> Nearest {
        Nearest { rows: Vec::with_capacity(k + 1), k }
    }

    /// The squared distance beyond which no row is among the nearest.
    fn worst(&self) -> f64 {
        if self.rows.len() < self.k { f64::INFINITY } else { self.rows[self.k - 1].squared }
    }

    /// Takes rows at one distance, in the order of their indices, where they are among the
    /// nearest.
    fn take(&mut self, rows: impl Iterator<Item = Neighbour>) {
        for new in rows {
            if self.rows.len() == self.k && !new.is_before(&self.rows[self.k - 1]) {
                break;
            }
            let place = self.rows.partition_point(|other| other.is_before(&new));
            self.rows.insert(place, new);
            self.rows.truncate(self.k);
        }
    }

    fn into_rows(self) -> Vec<Neighbour> {
        self.rows
    }
}

/// Groups of queries that pass a panel of training rows together, at most: their values
/// stay in the second-level cache.
const GROUPS_PER_BLOCK: usize = 48;

impl NearestRows {
    /// Keeps the rows, at least one, all of one width.
    pub(crate) fn new<'a>(rows: impl ExactSizeIterator<Item = &'a [f64]>) -> NearestRows {
        let rows = Distinct::new(rows);
        let index = if rows.n_columns() <= tree::MOST_COLUMNS {
            Index::Tree(Tree::new(&rows))
        } else {
            Index::Sweep(Panels::new(rows.values(), rows.n_columns()))
        };
        NearestRows { rows, index }
    }

    /// Number of training rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.rows.n_rows()
    }

    /// The values of a training row.
    pub(crate) fn row(&self, row: u32) -> &[f64] {
        self.rows.of_training(row as usize)
    }

    /// Adds the mean over some neighbours of each column's part of the squared distance.
    pub(crate) fn add_parts(&self, row: &[f64], neighbours: &[Neighbour], parts: &mut [f64]) {
        for neighbour in neighbours {
            for (part, (a, b)) in parts.iter_mut().zip(row.iter().zip(self.row(neighbour.row))) {
                *part += (a - b) * (a - b) / neighbours.len() as f64;
            }
        }
    }

    /// Puts the training rows into what a model is kept as.
    pub(crate) fn put(&self, state: &mut State) {
        let rows = (0..self.n_rows()).flat_map(|row| self.row(row as u32)).copied();
        let shape = [self.n_rows(), self.rows.n_columns()];
        state.put_f64s("rows", &shape, &rows.collect::<Vec<_>>());
    }

    /// The rows that were put, at least `n_least` of that width.
    pub(crate) fn restore(state: &State, width: usize, n_least: usize) -> Result<NearestRows> {
        let values = state.f64s("rows", &[ANY, width])?;
        let n_rows = values.len() / width;
        if n_rows < n_least.max(1) || (u32::MAX as usize) <= n_rows {
            return Err(state.wrong("rows", "as many rows as neighbours are looked for"));
        }
        Ok(NearestRows::new(values.chunks_exact(width)))
    }

    /// The `k` nearest training rows of each query, nearest first; among equal distances the
    /// lowest index first. `n_queries x k`, if there are `k` training rows.
    pub(crate) fn search(&self, queries: &[&[f64]], k: usize) -> Vec<Neighbour> {
        match &self.index {
            Index::Sweep(panels) => self.sweep(panels, queries, k),
            Index::Tree(tree) => {
                let found = queries.par_iter().with_min_len(64);
                let found = found.map(|query| tree.search(&self.rows, query, k).into_rows());
                found.collect::<Vec<_>>().concat()
            }
        }
    }

    fn sweep(&self, panels: &Panels, queries: &[&[f64]], k: usize) -> Vec<Neighbour> {
        let n_groups = queries.len().div_ceil(GROUP);
        // Small blocks where there are few queries, so that every thread has several. Each
        // query's answer is the same in any block.
        let shares = 4 * rayon::current_num_threads();
        let block = GROUP * (n_groups / shares).clamp(1, GROUPS_PER_BLOCK);
        let arch = pulp::Arch::new();
        let answers = queries.par_chunks(block).map(|queries| {
            let mut block = Block::new(&self.rows, panels, queries, k);
            arch.dispatch(Sweep { panels, block: &mut block });
            block.into_nearest()
        });
        answers.collect::<Vec<_>>().concat()
    }

    /// The `k` training rows nearest to each training row besides itself, `n_rows x k`, if there
    /// are more than `k`.
    pub(crate) fn search_others(&self, k: usize) -> Vec<Neighbour> {
        let rows: Vec<&[f64]> = (0..self.n_rows()).map(|row| self.row(row as u32)).collect();
        let with_itself = self.search(&rows, k + 1);
        let others = with_itself.chunks_exact(k + 1).enumerate().flat_map(|(row, found)| {
            // Among many equal rows it may not be there itself: then the last is one too many.
            let itself = found.iter().position(|neighbour| neighbour.row as usize == row);
            let itself = itself.unwrap_or(k);
            found[..itself].iter().chain(&found[itself + 1..]).copied()
        });
        others.collect()
    }
}

#[cfg(test)]
mod tests;
