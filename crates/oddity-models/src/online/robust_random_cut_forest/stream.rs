//! The forest on its way along a stream.

use std::collections::VecDeque;

use oddity_core::{OnlineDetector, Result, Seed, State};

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

    /// What is drawn for the next row in a tree.
    fn seed_of(&self, tree: usize) -> Seed {
        self.seed.derive(tree as u64).derive(self.n_rows)
    }

    fn displacements(&mut self, row: &[f64]) -> Result<Vec<Displacement>> {
        check_row(row, self.rows.n_columns, self.n_rows)?;
        let seeds: Vec<Seed> = (0..self.trees.len()).map(|tree| self.seed_of(tree)).collect();
        let trees = self.trees.iter_mut().zip(seeds);
        Ok(trees.map(|(member, seed)| member.tree.displacement(&self.rows, row, seed)).collect())
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
        for tree in 0..self.trees.len() {
            let seed = self.seed_of(tree);
            let Member { tree, leaves } = &mut self.trees[tree];
            leaves[slot as usize] = tree.insert(&self.rows, slot, seed);
            if let Some(oldest) = oldest.flatten() {
                tree.remove(&self.rows, leaves[oldest as usize]);
            }
        }
        self.free.extend(oldest.flatten());
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
