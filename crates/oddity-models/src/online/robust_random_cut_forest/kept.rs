//! What a forest is kept as: the rows, and the cuts of each tree from the root down.

use oddity_core::{ANY, Result, State};

use super::stream::Stream;
use super::tree::{Kind, Tree};

impl Stream {
    /// Rows from the oldest on; trees one behind the other, each branch before what is on its left
    /// and that before what is on its right. A branch has its column plus 1, a leaf 0.
    pub(super) fn keep(&self) -> State {
        let width = self.rows.n_columns;
        // The place of each slot among the rows.
        let mut places = vec![0; self.params.size + 1];
        let mut rows = Vec::with_capacity(self.slots.len() * width);
        for (place, &slot) in self.slots.iter().enumerate() {
            places[slot as usize] = place as u64;
            rows.extend_from_slice(self.rows.get(slot));
        }
        let (mut columns, mut cuts, mut leaves) = (Vec::new(), Vec::new(), Vec::new());
        for member in &self.trees {
            let mut open: Vec<u32> = member.tree.root.into_iter().collect();
            while let Some(node) = open.pop() {
                let (column, cut, leaf) = match member.tree.nodes[node as usize].kind {
                    Kind::Leaf { slot } => (0, 0.0, places[slot as usize]),
                    Kind::Branch { column, at, left, right } => {
                        open.extend([right, left]);
                        (u64::from(column) + 1, at, 0)
                    }
                };
                columns.push(column);
                cuts.push(cut);
                leaves.push(leaf);
            }
        }
        let n = columns.len();
        let mut state = State::new();
        state.put_u64s("n_rows", &[], &[self.n_rows]);
        state.put_f64s("rows", &[self.slots.len(), width], &rows);
        state.put_u64s("columns", &[n], &columns);
        state.put_f64s("cuts", &[n], &cuts);
        state.put_u64s("leaves", &[n], &leaves);
        state
    }

    /// A forest with the parameters and the seed of this one, at a state.
    pub(super) fn resumed(&self, state: &State) -> Result<Stream> {
        let width = self.rows.n_columns;
        let mut stream = Stream::new(self.params.clone(), width, self.seed);
        let rows = state.f64s("rows", &[ANY, width])?;
        let n_rows = rows.len() / width;
        if self.params.size < n_rows {
            return Err(state.wrong("rows", "no more rows than a tree holds"));
        }
        stream.n_rows = state.u64s("n_rows", &[])?[0];
        if stream.n_rows < n_rows as u64 || u64::MAX / 2 < stream.n_rows {
            return Err(state.wrong("n_rows", "at least as many as there are rows"));
        }
        stream.rows.values[..rows.len()].copy_from_slice(rows);
        stream.slots = (0..n_rows as u32).collect();
        stream.free.truncate(self.params.size + 1 - n_rows);
        // Of equal rows the last, and how many there are.
        let row = |at: usize| &rows[at * width..(at + 1) * width];
        let mut last: Vec<usize> = (0..n_rows).collect();
        let mut n_equal = vec![0; n_rows];
        let mut order = last.clone();
        order.sort_by(|&a, &b| row(a).partial_cmp(row(b)).unwrap_or(std::cmp::Ordering::Equal));
        for equal in order.chunk_by(|&a, &b| row(a) == row(b)) {
            let of_all = equal.iter().copied().max().unwrap_or(0);
            equal.iter().for_each(|&at| last[at] = of_all);
            n_equal[of_all] = equal.len() as u32;
        }
        let n_leaves = n_equal.iter().filter(|&&n| 0 < n).count();
        let n_nodes = (2 * n_leaves).saturating_sub(1);
        let n_all = n_nodes * self.params.n_trees;
        let columns = state.counts("columns", n_all, width)?;
        let cuts = state.f64s("cuts", &[n_all])?;
        let leaves = state.counts("leaves", n_all, n_rows.saturating_sub(1))?;
        let wrong = || state.wrong("columns", "a tree whose cuts lead each row to its leaf");
        for (index, member) in stream.trees.iter_mut().enumerate() {
            let tree = &mut member.tree;
            // From the end on, what is below a branch comes before it.
            let mut done: Vec<u32> = Vec::new();
            for at in (index * n_nodes..(index + 1) * n_nodes).rev() {
                let kind = match columns[at].checked_sub(1) {
                    None => Kind::Leaf { slot: leaves[at] as u32 },
                    Some(column) => {
                        let (Some(left), Some(right)) = (done.pop(), done.pop()) else {
                            return Err(wrong());
                        };
                        Kind::Branch { column: column as u32, at: cuts[at], left, right }
                    }
                };
                let n = match kind {
                    Kind::Leaf { slot } => n_equal[slot as usize],
                    Kind::Branch { .. } => 0,
                };
                done.push(tree.add_below(&stream.rows, n, kind));
            }
            tree.root = done.pop();
            if !done.is_empty() {
                return Err(wrong());
            }
            for at in 0..n_rows {
                let leaf = tree.leaf_of(row(at)).ok_or_else(wrong)?;
                if !leads_to(tree, leaf, last[at]) {
                    return Err(wrong());
                }
                member.leaves[at] = leaf;
            }
        }
        Ok(stream)
    }
}

/// Whether a leaf is that of the row at a place.
fn leads_to(tree: &Tree, leaf: u32, place: usize) -> bool {
    matches!(tree.nodes[leaf as usize].kind, Kind::Leaf { slot } if slot as usize == place)
}
