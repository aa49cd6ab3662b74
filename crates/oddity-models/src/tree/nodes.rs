//! A grown tree: flat nodes, and the way of a row to its leaf.

/// A fitted classification tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Number of the leaf at each node, where it is one.
    leaves: Vec<u32>,
    /// Class shares of each leaf, `n_leaves x n_classes`, row-major.
    shares: Vec<f64>,
    n_classes: usize,
}

/// A branch goes to `left` or the node after it; a leaf goes to itself, whatever the row,
/// so that rows can be followed side by side without asking which have arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    threshold: f64,
    column: u32,
    left: u32,
}

/// What a node of a [`Tree`] does, for those who look at trees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Branch<'a> {
    /// Sends rows on.
    Split {
        /// The column looked at.
        column: usize,
        /// Rows of at most this value go to the left.
        threshold: f64,
        /// Where rows of at most the threshold go.
        left: usize,
        /// Where the others go.
        right: usize,
    },
    /// Ends the way, with the share of each class.
    Leaf(&'a [f64]),
}

const NO_LEAF: u32 = u32::MAX;

/// Rows that walk through a tree side by side, so that one's wait for memory is another's
/// step.
const ABREAST: usize = 16;

impl Tree {
    /// A tree with one leaf yet to be made, its root.
    pub(super) fn new(n_classes: usize) -> Tree {
        let mut tree =
            Tree { nodes: Vec::new(), leaves: Vec::new(), shares: Vec::new(), n_classes };
        tree.reserve_node();
        tree
    }

    fn reserve_node(&mut self) {
        self.nodes.push(Node { threshold: f64::INFINITY, column: 0, left: 0 });
        self.leaves.push(NO_LEAF);
    }

    /// Makes a leaf of a node that is nothing yet.
    pub(super) fn set_leaf(&mut self, node: usize, shares: impl Iterator<Item = f64>) {
        self.leaves[node] = self.n_leaves() as u32;
        self.shares.extend(shares);
        self.nodes[node].left = node as u32;
    }

    /// Makes a branch of a node that is nothing yet, and returns the left of its two new
    /// children, which follow each other.
    pub(super) fn set_branch(&mut self, node: usize, column: usize, threshold: f64) -> usize {
        let left = self.nodes.len();
        self.nodes[node] = Node { threshold, column: column as u32, left: left as u32 };
        self.reserve_node();
        self.reserve_node();
        left
    }

    /// Puts another tree in the place of a node that is nothing yet.
    pub(super) fn graft(&mut self, node: usize, other: &Tree) {
        let (start, first_leaf) = (self.nodes.len(), self.n_leaves() as u32);
        let place = |at: u32| if at == 0 { node as u32 } else { start as u32 + at - 1 };
        let moved = |inner: &Node| Node { left: place(inner.left), ..*inner };
        let leaf = |&leaf: &u32| if leaf == NO_LEAF { NO_LEAF } else { first_leaf + leaf };
        self.nodes[node] = moved(&other.nodes[0]);
        self.leaves[node] = leaf(&other.leaves[0]);
        self.nodes.extend(other.nodes[1..].iter().map(moved));
        self.leaves.extend(other.leaves[1..].iter().map(leaf));
        self.shares.extend_from_slice(&other.shares);
    }

    /// Number of nodes, branches and leaves.
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Number of leaves.
    pub fn n_leaves(&self) -> usize {
        self.shares.len() / self.n_classes
    }

    /// Number of splits on the longest way from the root, node 0, to a leaf.
    pub fn depth(&self) -> usize {
        let mut depths = vec![0; self.nodes.len()];
        let mut deepest = 0;
        let mut pending = vec![0];
        while let Some(node) = pending.pop() {
            deepest = deepest.max(depths[node]);
            if let Branch::Split { left, right, .. } = self.branch(node) {
                depths[left] = depths[node] + 1;
                depths[right] = depths[node] + 1;
                pending.extend([left, right]);
            }
        }
        deepest
    }

    /// What a node does; the root is node 0.
    ///
    /// # Panics
    ///
    /// If there is no such node.
    pub fn branch(&self, node: usize) -> Branch<'_> {
        let Node { threshold, column, left } = self.nodes[node];
        let (column, left) = (column as usize, left as usize);
        match self.leaf(node) {
            Some(leaf) => Branch::Leaf(self.leaf_shares(leaf)),
            None => Branch::Split { column, threshold, left, right: left + 1 },
        }
    }

    fn leaf(&self, node: usize) -> Option<usize> {
        let leaf = self.leaves[node];
        (leaf != NO_LEAF).then_some(leaf as usize)
    }

    fn leaf_shares(&self, leaf: usize) -> &[f64] {
        &self.shares[leaf * self.n_classes..(leaf + 1) * self.n_classes]
    }

    /// Adds the class shares of each row's leaf to `sums`, `n_rows x n_classes`; `rows` are
    /// row-major.
    pub(super) fn add_shares(&self, rows: &[f64], width: usize, sums: &mut [f64]) {
        let groups = rows.chunks(ABREAST * width).zip(sums.chunks_mut(ABREAST * self.n_classes));
        for (rows, sums) in groups {
            let arrived = self.walk(rows, width);
            for (&node, sums) in arrived.iter().zip(sums.chunks_exact_mut(self.n_classes)) {
                let shares = self.leaf_shares(self.leaves[node as usize] as usize);
                for (sum, share) in sums.iter_mut().zip(shares) {
                    *sum += share;
                }
            }
        }
    }

    /// The leaves where at most [`ABREAST`] rows arrive.
    #[inline(always)]
    fn walk(&self, rows: &[f64], width: usize) -> [u32; ABREAST] {
        let nodes = &self.nodes[..];
        let mut at = [0u32; ABREAST];
        loop {
            let mut moved = 0;
            for (at, row) in at.iter_mut().zip(rows.chunks_exact(width)) {
                let node = &nodes[*at as usize];
                let next = node.left + u32::from(node.threshold < row[node.column as usize]);
                moved |= next ^ *at;
                *at = next;
            }
            if moved == 0 {
                return at;
            }
        }
    }
}
