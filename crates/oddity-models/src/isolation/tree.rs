//! An isolation tree: flat nodes, and the way of a row to its leaf.

/// Rows that walk through a tree side by side, so that one's wait for memory is another's
/// step.
const ABREAST: usize = 16;

/// A tree of random splits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    /// The root first, children after their parent, a right one after its left one.
    pub(super) nodes: Vec<Node>,
    /// What a row is told that ends at each node: the splits on its way, and those that the
    /// training rows there would have taken to part.
    pub(super) lengths: Vec<f64>,
    /// The columns that each branch looks at and how much they count, `n_terms` a branch; none
    /// where a branch looks at one column.
    pub(super) terms: Vec<Term>,
    /// Splits on the longest way.
    pub(super) depth: usize,
}

/// A branch goes to `left` or the node after it; a leaf goes to itself, whatever the row, so
/// that rows can be followed side by side without asking which have arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) threshold: f64,
    /// The column, or the first of the terms.
    pub(super) at: u32,
    pub(super) left: u32,
}

/// A column, and what it counts in a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) column: u32,
    pub(super) weight: f64,
}

impl Tree {
    /// A tree with one leaf, its root, whose length is yet to be told.
    pub(super) fn new() -> Tree {
        let mut tree = Tree { nodes: Vec::new(), lengths: Vec::new(), terms: Vec::new(), depth: 0 };
        tree.add_leaf();
        tree
    }

    fn add_leaf(&mut self) {
        let left = self.nodes.len() as u32;
        self.nodes.push(Node { threshold: f64::INFINITY, at: 0, left });
        self.lengths.push(0.0);
    }

    pub(super) fn set_length(&mut self, leaf: usize, length: f64) {
        self.lengths[leaf] = length;
    }

    /// Makes a branch of a leaf, and returns the left of its two children.
    pub(super) fn split(
        &mut self,
        leaf: usize,
        depth: usize,
        terms: &[Term],
        threshold: f64,
    ) -> usize {
        let left = self.nodes.len();
        let at = match terms {
            [term] => term.column,
            several => {
                self.terms.extend_from_slice(several);
                (self.terms.len() - several.len()) as u32
            }
        };
        self.nodes[leaf] = Node { threshold, at, left: left as u32 };
        self.add_leaf();
        self.add_leaf();
        self.depth = self.depth.max(depth + 1);
        left
    }

    /// Adds the length of each row's way to its sum.
    pub(super) fn add_lengths(&self, rows: &[&[f64]], n_terms: usize, sums: &mut [f64]) {
        for (rows, sums) in rows.chunks(ABREAST).zip(sums.chunks_mut(ABREAST)) {
            let mut at = [0u32; ABREAST];
            for _ in 0..self.depth {
                for (at, row) in at.iter_mut().zip(rows) {
                    *at = self.step(*at, row, n_terms);
                }
            }
            for (sum, &leaf) in sums.iter_mut().zip(&at) {
                *sum += self.lengths[leaf as usize];
            }
        }
    }

    #[inline(always)]
    fn step(&self, at: u32, row: &[f64], n_terms: usize) -> u32 {
        let node = &self.nodes[at as usize];
        let value = if n_terms == 1 {
            row[node.at as usize]
        } else if node.left == at {
            0.0
        } else {
            weighted_sum(self.terms_of(node, n_terms), row)
        };
        node.left + u32::from(node.threshold < value)
    }

    fn terms_of(&self, node: &Node, n_terms: usize) -> &[Term] {
        &self.terms[node.at as usize..][..n_terms]
    }

    /// Hands over what each branch on a row's way looks at, and returns the number of branches.
    pub(super) fn visit(&self, row: &[f64], n_terms: usize, mut f: impl FnMut(&[Term])) -> usize {
        let (mut at, mut n_branches) = (0u32, 0);
        loop {
            let node = &self.nodes[at as usize];
            if node.left == at {
                return n_branches;
            }
            match n_terms {
                1 => f(&[Term { column: node.at, weight: 1.0 }]),
                _ => f(self.terms_of(node, n_terms)),
            }
            n_branches += 1;
            at = self.step(at, row, n_terms);
        }
    }
}

/// `Σ w_j x_j` in order.
#[inline(always)]
pub(super) fn weighted_sum(terms: &[Term], row: &[f64]) -> f64 {
    terms.iter().map(|term| term.weight * row[term.column as usize]).sum()
}
