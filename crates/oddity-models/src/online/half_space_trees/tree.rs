//! One tree, with the rows that passed each node.

use oddity_core::Seed;

/// A tree in the order of a heap: the children of node `i` are `2 i + 1` and `2 i + 2`.
pub(super) struct Tree {
    /// Of each inner node the column that it halves, and where.
    pub(super) columns: Vec<u32>,
    pub(super) splits: Vec<f64>,
    /// Rows of the last full window that passed each node.
    pub(super) reference: Vec<u32>,
    /// Those of the window that is being filled.
    pub(super) latest: Vec<u32>,
}

impl Tree {
    pub(super) fn random(height: usize, n_columns: usize, seed: Seed) -> Tree {
        let seeds = [0, 1].map(|part| seed.derive(part));
        // The range of a column contains 0 to 1, and has a random centre there.
        let range = |column: usize| {
            let centre = seeds[0].derive(column as u64).uniform();
            let reach = 2.0 * centre.max(1.0 - centre);
            (centre - reach, centre + reach)
        };
        let n_inner = (1 << height) - 1;
        let (mut columns, mut splits) = (vec![0; n_inner], vec![0.0; n_inner]);
        let mut open = vec![(0, (0..n_columns).map(range).collect::<Vec<_>>())];
        while let Some((node, ranges)) = open.pop() {
            let drawn = seeds[1].derive(node as u64).uniform() * n_columns as f64;
            let column = (drawn as usize).min(n_columns - 1);
            let (low, high) = ranges[column];
            let split = low.midpoint(high);
            (columns[node], splits[node]) = (column as u32, split);
            for (child, half) in [(2 * node + 1, (low, split)), (2 * node + 2, (split, high))] {
                if child < n_inner {
                    let mut ranges = ranges.clone();
                    ranges[column] = half;
                    open.push((child, ranges));
                }
            }
        }
        let masses = || vec![0; 2 * n_inner + 1];
        Tree { columns, splits, reference: masses(), latest: masses() }
    }

    /// The child that a row goes on to; none of a leaf.
    pub(super) fn child(&self, node: usize, row: &[f64]) -> Option<usize> {
        let column = *self.columns.get(node)? as usize;
        Some(2 * node + if row[column] < self.splits[node] { 1 } else { 2 })
    }

    pub(super) fn learn(&mut self, row: &[f64]) {
        let mut next = Some(0);
        while let Some(node) = next {
            self.latest[node] += 1;
            next = self.child(node, row);
        }
    }

    /// Shows each node on the way of a row, with its depth, down to one of fewer rows than
    /// `least`.
    pub(super) fn walk(&self, row: &[f64], least: f64, mut visit: impl FnMut(usize, i32)) {
        let (mut next, mut depth) = (Some(0), 0);
        while let Some(node) = next {
            visit(node, depth);
            if f64::from(self.reference[node]) < least {
                return;
            }
            next = self.child(node, row);
            depth += 1;
        }
    }
}
