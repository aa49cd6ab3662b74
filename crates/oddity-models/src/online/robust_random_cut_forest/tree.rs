//! A random cut tree: insertion, removal, and the displacement of a row that is not in it.

use oddity_core::Seed;

/// The rows that leaves name, in slots of equal width.
pub(super) struct Rows {
    pub(super) n_columns: usize,
    pub(super) values: Vec<f64>,
}

impl Rows {
    pub(super) fn get(&self, slot: u32) -> &[f64] {
        &self.values[slot as usize * self.n_columns..][..self.n_columns]
    }
}

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Rows equal to that in the slot.
    Leaf { slot: u32 },
    /// Rows with at most `at` in the column lie on the left.
    Branch { column: u32, at: f64, left: u32, right: u32 },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    parent: u32,
    /// Rows below, equal ones each by itself.
    n: u32,
    pub(super) kind: Kind,
}

/// Nodes by number, those that were taken out to be used again.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    free: Vec<u32>,
    pub(super) root: Option<u32>,
    /// The box around the rows below each branch, `[node][least, most][column]`.
    boxes: Vec<f64>,
    n_columns: usize,
    /// The nodes on the way down that was gone last.
    way: Vec<u32>,
    /// Room for a box, and for the extents of one.
    around: Vec<f64>,
    extents: Vec<f64>,
}

/// Where a row belongs.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// With equal ones in this leaf.
    Leaf(u32),
    /// Beside this node, behind a cut; on its left or on its right.
    Beside { node: u32, column: u32, at: f64, is_left: bool },
}

/// The largest displacement of a row, and the column of the cut above it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Displacement {
    pub(super) ratio: f64,
    pub(super) column: Option<u32>,
}

impl Tree {
    pub(super) fn new(n_columns: usize) -> Tree {
        Tree { n_columns, ..Tree::default() }
    }

    /// The displacement of a row as if it were put in.
    pub(super) fn displacement(&mut self, rows: &Rows, row: &[f64], seed: Seed) -> Displacement {
        let Some(root) = self.root else { return Displacement::default() };
        let (mut below, mut size, mut most) = match self.place(root, rows, row, seed) {
            Place::Leaf(leaf) => (leaf, self.node(leaf).n + 1, Displacement::default()),
            Place::Beside { node, column, .. } => {
                let n = self.node(node).n;
                (node, n + 1, Displacement { ratio: f64::from(n), column: Some(column) })
            }
        };
        loop {
            let parent = self.node(below).parent;
            if parent == NONE {
                return most;
            }
            let Kind::Branch { column, left, right, .. } = self.node(parent).kind else {
                unreachable!("a parent is a branch");
            };
            let sibling = self.node(if left == below { right } else { left }).n;
            let ratio = f64::from(sibling) / f64::from(size);
            if most.ratio < ratio {
                most = Displacement { ratio, column: Some(column) };
            }
            size += sibling;
            below = parent;
        }
    }

    /// Puts in the row of a slot, and returns its leaf.
    pub(super) fn insert(&mut self, rows: &Rows, slot: u32, seed: Seed) -> u32 {
        let row = rows.get(slot);
        let Some(root) = self.root else {
            let leaf = self.add(Node { parent: NONE, n: 1, kind: Kind::Leaf { slot } });
            self.root = Some(leaf);
            return leaf;
        };
        let leaf = match self.place(root, rows, row, seed) {
            Place::Leaf(leaf) => {
                // The slot of the row that leaves last.
                self.nodes[leaf as usize].kind = Kind::Leaf { slot };
                self.nodes[leaf as usize].n += 1;
                leaf
            }
            Place::Beside { node, column, at, is_left } => {
                let Node { parent, n, .. } = self.node(node);
                let leaf = self.add(Node { parent: NONE, n: 1, kind: Kind::Leaf { slot } });
                let (left, right) = if is_left { (leaf, node) } else { (node, leaf) };
                let kind = Kind::Branch { column, at, left, right };
                let branch = self.add(Node { parent, n: n + 1, kind });
                self.nodes[leaf as usize].parent = branch;
                self.nodes[node as usize].parent = branch;
                self.replace_child(parent, node, branch);
                self.enclose(branch, rows);
                leaf
            }
        };
        // All above count one more, and reach as far as the row.
        let way = std::mem::take(&mut self.way);
        for &above in &way {
            self.nodes[above as usize].n += 1;
            let (least, most) = self.bounds_mut(above);
            least.iter_mut().zip(row).for_each(|(y, &x)| *y = if x < *y { x } else { *y });
            most.iter_mut().zip(row).for_each(|(y, &x)| *y = if *y < x { x } else { *y });
        }
        self.way = way;
        leaf
    }

    /// Takes a row out of its leaf.
    pub(super) fn remove(&mut self, rows: &Rows, leaf: u32) {
        let Node { parent, n, kind } = self.node(leaf);
        let Kind::Leaf { slot } = kind else { unreachable!("rows lie in leaves") };
        if n == 1 {
            self.free.push(leaf);
            if parent == NONE {
                self.root = None;
                return;
            }
            let Node { parent: above, kind: Kind::Branch { left, right, .. }, .. } =
                self.node(parent)
            else {
                unreachable!("a parent is a branch");
            };
            let sibling = if left == leaf { right } else { left };
            self.nodes[sibling as usize].parent = above;
            self.replace_child(above, parent, sibling);
            self.free.push(parent);
            self.shrink(above, rows, rows.get(slot));
            return;
        }
        self.nodes[leaf as usize].n -= 1;
        let mut above = parent;
        while above != NONE {
            self.nodes[above as usize].n -= 1;
            above = self.node(above).parent;
        }
    }

    /// One row less below this branch and all above.
    fn shrink(&mut self, mut branch: u32, rows: &Rows, row: &[f64]) {
        let mut inside = false;
        while branch != NONE {
            self.nodes[branch as usize].n -= 1;
            if !inside {
                let (least, most) = self.bounds(branch, rows);
                // Strictly inside a box, it is so in all around that.
                let columns = row.iter().zip(least).zip(most);
                inside = columns.into_iter().all(|((x, least), most)| least < x && x < most);
                // One that stays as it was leaves all around it as they were.
                inside = inside || !self.enclose(branch, rows);
            }
            branch = self.node(branch).parent;
        }
    }

    /// Goes down to where a row belongs, past the nodes in `way`: at each the box is stretched to
    /// the row and cut; a cut that leaves the row alone on one side ends the way.
    fn place(&mut self, root: u32, rows: &Rows, row: &[f64], seed: Seed) -> Place {
        self.way.clear();
        if let Some(leaf) = self.equal(root, rows, row) {
            return Place::Leaf(leaf);
        }
        let mut node = root;
        loop {
            let uniform = seed.derive(self.way.len() as u64).uniform();
            let mut extents = std::mem::take(&mut self.extents);
            let cut = cut(self.bounds(node, rows), row, uniform, &mut extents);
            self.extents = extents;
            if let Some((column, at, is_left)) = cut {
                return Place::Beside { node, column, at, is_left };
            }
            let Some(child) = self.child(node, row) else {
                // A leaf of another row is always separated; of an equal one it is not.
                return Place::Leaf(node);
            };
            self.way.push(node);
            node = child;
        }
    }

    /// The leaf of rows that are equal, with the way to it.
    fn equal(&mut self, root: u32, rows: &Rows, row: &[f64]) -> Option<u32> {
        let mut node = root;
        while let Some(child) = self.child(node, row) {
            self.way.push(node);
            node = child;
        }
        match self.node(node).kind {
            Kind::Leaf { slot } if rows.get(slot) == row => Some(node),
            _ => {
                self.way.clear();
                None
            }
        }
    }

    /// The leaf that a row's cuts lead to.
    pub(super) fn leaf_of(&self, row: &[f64]) -> Option<u32> {
        let mut node = self.root?;
        while let Some(child) = self.child(node, row) {
            node = child;
        }
        Some(node)
    }

    fn child(&self, node: u32, row: &[f64]) -> Option<u32> {
        match self.node(node).kind {
            Kind::Leaf { .. } => None,
            Kind::Branch { column, at, left, right } => {
                Some(if row[column as usize] <= at { left } else { right })
            }
        }
    }

    fn node(&self, node: u32) -> Node {
        self.nodes[node as usize]
    }

    fn add(&mut self, node: Node) -> u32 {
        if let Some(free) = self.free.pop() {
            self.nodes[free as usize] = node;
            return free;
        }
        self.nodes.push(node);
        self.boxes.resize(self.nodes.len() * 2 * self.n_columns, 0.0);
        self.nodes.len() as u32 - 1
    }

    /// Adds nodes as a state has them, children before their branch; returns the number.
    pub(super) fn add_below(&mut self, rows: &Rows, n_equal: u32, kind: Kind) -> u32 {
        let n = match kind {
            Kind::Leaf { .. } => n_equal,
            Kind::Branch { left, right, .. } => self.node(left).n + self.node(right).n,
        };
        let node = self.add(Node { parent: NONE, n, kind });
        if let Kind::Branch { left, right, .. } = kind {
            self.nodes[left as usize].parent = node;
            self.nodes[right as usize].parent = node;
            self.enclose(node, rows);
        }
        node
    }

    fn replace_child(&mut self, parent: u32, child: u32, by: u32) {
        if parent == NONE {
            self.root = Some(by);
        } else if let Kind::Branch { left, right, .. } = &mut self.nodes[parent as usize].kind {
            *(if *left == child { left } else { right }) = by;
        }
    }

    /// Takes the box of a branch anew from those of its children; whether it changed.
    fn enclose(&mut self, branch: u32, rows: &Rows) -> bool {
        let Kind::Branch { left, right, .. } = self.node(branch).kind else { return false };
        let mut around = std::mem::take(&mut self.around);
        around.clear();
        let (left, right) = (self.bounds(left, rows), self.bounds(right, rows));
        around.extend(left.0.iter().zip(right.0).map(|(&a, &b)| if a < b { a } else { b }));
        around.extend(left.1.iter().zip(right.1).map(|(&a, &b)| if a < b { b } else { a }));
        let width = self.n_columns;
        let before = &mut self.boxes[branch as usize * 2 * width..][..2 * width];
        let changed = *before != around[..];
        before.copy_from_slice(&around);
        self.around = around;
        changed
    }

    fn bounds<'a>(&'a self, node: u32, rows: &'a Rows) -> (&'a [f64], &'a [f64]) {
        match self.node(node).kind {
            Kind::Leaf { slot } => (rows.get(slot), rows.get(slot)),
            Kind::Branch { .. } => {
                let width = self.n_columns;
                self.boxes[node as usize * 2 * width..][..2 * width].split_at(width)
            }
        }
    }

    fn bounds_mut(&mut self, branch: u32) -> (&mut [f64], &mut [f64]) {
        let width = self.n_columns;
        self.boxes[branch as usize * 2 * width..][..2 * width].split_at_mut(width)
    }
}

/// Sums side by side, since one alone would wait for itself.
const N_SUMS: usize = 8;

/// Cuts the box that is stretched to a row at a random place: column and place, if that leaves the
/// row alone, and whether it is on the left then. `extents` is room for those of all columns.
fn cut(
    (least, most): (&[f64], &[f64]),
    row: &[f64],
    uniform: f64,
    extents: &mut Vec<f64>,
) -> Option<(u32, f64, bool)> {
    extents.clear();
    extents.extend(least.iter().zip(most).zip(row).map(|((&least, &most), &x)| {
        let low = if x < least { x } else { least };
        let high = if most < x { x } else { most };
        high - low
    }));
    let mut sums = [0.0; N_SUMS];
    for extents in extents.chunks(N_SUMS) {
        sums.iter_mut().zip(extents).for_each(|(sum, extent)| *sum += extent);
    }
    let total: f64 = sums.iter().sum();
    let mut rest = uniform * total;
    let mut chosen = None;
    for (column, &extent) in extents.iter().enumerate() {
        if 0.0 < extent {
            chosen = Some((column, rest));
            if rest < extent {
                break;
            }
        }
        rest -= extent;
    }
    let (column, rest) = chosen?;
    let (least, most, x) = (least[column], most[column], row[column]);
    let (low, high) = (least.min(x), most.max(x));
    // The cut is below the top, so that both sides hold a row. Where extents leave the range of
    // numbers it is in the middle.
    let at = low + rest;
    let at = if low <= at && at < high { at } else { low };
    let at = if total.is_finite() { at } else { low.midpoint(high) };
    if x <= at && at < least {
        return Some((column as u32, at, true));
    }
    (most <= at && at < x).then_some((column as u32, at, false))
}
