//! The forest on its way along a stream.

use std::collections::VecDeque;

use oddity_core::{OnlineDetector, Result, Seed, State};
use rayon::prelude::*;

use super::RobustRandomCutForestParams;
use super::tree::{Displacement, Rows, Tree};
use crate::online::rows::{check_row, finite};

pub(super) struct Stream {
    pub(super) params: RobustRandomCutForestParams,
    pub(super) seed: Seed,
    /// In slots: one more than a tree holds, since a row comes in before one leaves.
    pub(super) rows: Rows,
    /// The slots of the rows, the oldest first, and those without one.
    pub(super) slots: VecDeque<u32>,
    pub(super) free: Vec<u32>,
    pub(super) trees: Vec<Member>,
    pub(super) n_rows: u64,
}

/// A tree, with the leaf of each slot.
pub(super) struct Member {
    pub(super) tree: Tree,
    pub(super) leaves: Vec<u32>,
}

/// Whether a row keeps its trees busy for longer than threads take to meet.
fn is_wide(n_trees: usize, n_columns: usize) -> bool {
    1024 <= n_trees * n_columns
}

impl Stream {
    pub(super) fn new(params: RobustRandomCutForestParams, n_columns: usize, seed: Seed) -> Stream {
        let n_slots = params.size + 1;
        let member = |_| Member { tree: Tree::new(n_columns), leaves: vec![0; n_slots] };
        Stream {
            seed,
            rows: Rows { n_columns, values: vec![0.0; n_slots * n_columns] },
            slots: VecDeque::new(),
            free: (0..n_slots as u32).rev().collect(),
            trees: (0..params.n_trees).map(member).collect(),
            n_rows: 0,
            params,
        }
    }

    /// What is drawn for the next row in each tree.
    fn seeds(&self) -> impl Fn(usize) -> Seed + Send + Sync + use<> {
        let (seed, n_rows) = (self.seed, self.n_rows);
        move |tree| seed.derive(tree as u64).derive(n_rows)
    }

    fn displacements(&mut self, row: &[f64]) -> Result<Vec<Displacement>> {
        check_row(row, self.rows.n_columns, self.n_rows)?;
        let (rows, of_row) = (&self.rows, self.seeds());
        let displacement = |(tree, member): (usize, &mut Member)| {
            member.tree.displacement(rows, row, of_row(tree))
        };
        Ok(if is_wide(self.trees.len(), rows.n_columns) {
            self.trees.par_iter_mut().enumerate().map(displacement).collect()
        } else {
            self.trees.iter_mut().enumerate().map(displacement).collect()
        })
    }
}

impl OnlineDetector for Stream {
    fn score_one(&mut self, row: &[f64]) -> Result<f64> {
        let displacements = self.displacements(row)?;
        let sum: f64 = displacements.iter().map(|of_tree| of_tree.ratio).sum();
        finite(sum / displacements.len() as f64, self.n_rows)
    }

    fn learn_one(&mut self, row: &[f64]) -> Result<()> {
        check_row(row, self.rows.n_columns, self.n_rows)?;
        let Some(slot) = self.free.pop() else { unreachable!("a slot more than rows") };
        let width = self.rows.n_columns;
        self.rows.values[slot as usize * width..][..width].copy_from_slice(row);
        self.slots.push_back(slot);
        let oldest = (self.params.size < self.slots.len()).then(|| self.slots.pop_front());
        let oldest = oldest.flatten();
        let (rows, of_row) = (&self.rows, self.seeds());
        let learn = |(index, member): (usize, &mut Member)| {
            let Member { tree, leaves } = member;
            leaves[slot as usize] = tree.insert(rows, slot, of_row(index));
            if let Some(oldest) = oldest {
                tree.remove(rows, leaves[oldest as usize]);
            }
        };
        if is_wide(self.trees.len(), width) {
            self.trees.par_iter_mut().enumerate().for_each(learn);
        } else {
            self.trees.iter_mut().enumerate().for_each(learn);
        }
        self.free.extend(oldest);
        self.n_rows += 1;
        Ok(())
    }

    fn weigh_columns(&mut self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        let mut weights = vec![0.0; self.rows.n_columns];
        for Displacement { ratio, column } in self.displacements(row)? {
            if let Some(column) = column {
                weights[column as usize] += ratio / self.trees.len() as f64;
            }
        }
        Ok(Some(weights))
    }

    fn state(&self) -> Option<State> {
        Some(self.keep())
    }

    fn resume(&mut self, state: &State) -> Result<()> {
        *self = self.resumed(state)?;
        Ok(())
    }
}
