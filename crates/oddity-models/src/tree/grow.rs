//! Growing a tree from ranked columns.

use oddity_core::Seed;
use rayon::prelude::*;

use super::criterion::Measure;
use super::nodes::Tree;
use super::ranks::{Code, Codes, Ranks};
use super::split::{Candidate, Evaluated, Node, Scratch};
use super::tally::{Lanes, Pair, Tally};

/// When a node is split and by how many columns.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    pub(super) measure: Measure,
    pub(super) max_depth: Option<usize>,
    pub(super) min_samples_split: usize,
    pub(super) min_samples_leaf: usize,
    /// Columns to look at for a split.
    pub(super) max_features: usize,
    /// Whether parts of one tree may grow on several threads. The tree is the same.
    pub(super) parallel: bool,
}

/// The training samples of one tree.
#[derive(Clone, Copy)]
pub(super) struct Sample<'a> {
    /// The class of each row.
    pub(super) classes: &'a [u32],
    /// How often each row was drawn; once, where there was no drawing.
    pub(super) times: Option<&'a [u32]>,
}

/// A tree and by how much the splits of each column lowered the impurity.
pub(super) struct Grown {
    pub(super) tree: Tree,
    pub(super) decreases: Vec<f64>,
}

/// The most classes that there is room for.
pub(super) const MAX_CLASSES: usize = 1023;

impl Growth {
    /// Grows a tree; the same seed gives the same tree, whatever the number of threads.
    pub(super) fn grow(&self, ranks: &Ranks, sample: Sample<'_>, seed: Seed) -> Grown {
        match self.measure.weights.len() {
            2 if ranks.n_rows() < Pair::LIMIT => self.grow_with::<Pair>(ranks, sample, seed),
            0..=3 => self.grow_with::<Lanes<4>>(ranks, sample, seed),
            4..=7 => self.grow_with::<Lanes<8>>(ranks, sample, seed),
            8..=31 => self.grow_with::<Lanes<32>>(ranks, sample, seed),
            32..=127 => self.grow_with::<Lanes<128>>(ranks, sample, seed),
            _ => self.grow_with::<Lanes<{ MAX_CLASSES + 1 }>>(ranks, sample, seed),
        }
    }

    fn grow_with<T: Tally>(&self, ranks: &Ranks, sample: Sample<'_>, seed: Seed) -> Grown {
        match ranks.codes() {
            Codes::Narrow(codes) => Grower { growth: self, ranks, codes }.root::<T>(sample, seed),
            Codes::Wide(codes) => Grower { growth: self, ranks, codes }.root::<T>(sample, seed),
        }
    }
}

/// Nodes with at least this many rows in both children grow them at the same time.
const FORK_ROWS: usize = 512;
/// How often a way down may fork: bounds the depth of the calls.
const MAX_FORKS: usize = 24;
/// Nodes with at least this many values look at several columns at the same time.
const SHARED_VALUES: usize = 1 << 17;

#[derive(Clone, Copy)]
struct Grower<'a, C> {
    growth: &'a Growth,
    ranks: &'a Ranks,
    codes: &'a [C],
}

/// The rows of a subtree with what each counts, both in node order: a node is a range.
struct Rows<'r, T: Tally> {
    rows: &'r mut [u32],
    units: &'r mut [T::Unit],
}

/// A node that is yet to be split.
#[derive(Clone, Copy)]
struct Pending<T> {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    /// The first so many columns of the list are not known to be constant.
    n_live: usize,
    total: T,
    seed: Seed,
}

/// Memory for a subtree.
struct Workspace<T: Tally> {
    scratch: Scratch<T>,
    right_rows: Vec<u32>,
    right_units: Vec<T::Unit>,
}

struct Subtree {
    tree: Tree,
    /// By how much each split lowered the impurity: column and decrease, in the order made.
    decreases: Vec<(u32, f64)>,
}

impl<C: Code> Grower<'_, C> {
    fn root<T: Tally>(&self, sample: Sample<'_>, seed: Seed) -> Grown {
        let times = |row: u32| sample.times.map_or(1, |times| times[row as usize]);
        let n_rows = self.ranks.n_rows() as u32;
        let mut rows: Vec<u32> = (0..n_rows).filter(|&row| 0 < times(row)).collect();
        let unit = |&row: &u32| T::unit(sample.classes[row as usize], times(row));
        let mut units: Vec<T::Unit> = rows.iter().map(unit).collect();
        let mut total = T::ZERO;
        units.iter().for_each(|&unit| total.add_unit(unit));
        let mut live: Vec<u32> = (0..self.ranks.n_columns() as u32).collect();
        let (end, n_live) = (rows.len(), live.len());
        let root = Pending { node: 0, start: 0, end, depth: 0, n_live, total, seed };
        let rows = Rows { rows: &mut rows, units: &mut units };
        let Subtree { tree, decreases } = self.subtree(root, rows, &mut live, 0);
        let mut sums = vec![0.0; self.ranks.n_columns()];
        for (column, decrease) in decreases {
            sums[column as usize] += decrease;
        }
        Grown { tree, decreases: sums }
    }

    fn subtree<T: Tally>(
        &self,
        root: Pending<T>,
        mut rows: Rows<'_, T>,
        live: &mut [u32],
        n_forks: usize,
    ) -> Subtree {
        let measure = &self.growth.measure;
        let mut grown = Subtree { tree: Tree::new(measure.weights.len()), decreases: Vec::new() };
        if self.is_leaf(&root.total, root.depth) {
            grown.tree.set_leaf(0, measure.shares(&root.total));
            return grown;
        }
        let mut work = Workspace {
            scratch: Scratch::new(),
            right_rows: vec![0; rows.rows.len()],
            right_units: rows.units.to_vec(),
        };
        let mut pending = vec![Pending { node: 0, ..root }];
        while let Some(parent) = pending.pop() {
            let range = parent.start..parent.end;
            let node = Node {
                rows: &rows.rows[range.clone()],
                units: &rows.units[range.clone()],
                total: parent.total,
                min_leaf: self.growth.min_samples_leaf,
            };
            let (best, n_live) = self.search(&node, &parent, live, &mut work.scratch);
            let Some((column, best)) = best else {
                grown.tree.set_leaf(parent.node, measure.shares(&parent.total));
                continue;
            };
            let codes = self.column(column);
            let (left_total, next) = work.partition(&mut rows, range, codes, best.rank);
            let threshold = self.ranks.threshold(column as usize, best.rank, next);
            let left = grown.tree.set_branch(parent.node, column as usize, threshold);
            grown.decreases.push((column, measure.decrease(&left_total, &parent.total)));

            let middle = parent.start + left_total.n_rows();
            let child = |side: usize, start, end, total| {
                let (depth, seed) = (parent.depth + 1, parent.seed.derive(u64::MAX - side as u64));
                Pending { node: left + side, start, end, depth, n_live, total, seed }
            };
            let right_total = parent.total.minus(&left_total);
            let children = [
                child(0, parent.start, middle, left_total),
                child(1, middle, parent.end, right_total),
            ];
            let forks = self.growth.parallel
                && n_forks < MAX_FORKS
                && children.iter().all(|child| FORK_ROWS <= child.end - child.start);
            if forks {
                let subtrees = self.fork(children, &mut rows, &live[..n_live], n_forks + 1);
                for (child, subtree) in children.iter().zip(subtrees) {
                    grown.tree.graft(child.node, &subtree.tree);
                    grown.decreases.extend(subtree.decreases);
                }
                continue;
            }
            for child in children.into_iter().rev() {
                if self.is_leaf(&child.total, child.depth) {
                    grown.tree.set_leaf(child.node, measure.shares(&child.total));
                } else {
                    pending.push(child);
                }
            }
        }
        grown
    }

    /// Grows both children at the same time.
    fn fork<T: Tally>(
        &self,
        [left, right]: [Pending<T>; 2],
        rows: &mut Rows<'_, T>,
        live: &[u32],
        n_forks: usize,
    ) -> [Subtree; 2] {
        let (start, middle, end) = (left.start, right.start, right.end);
        let (left_rows, right_rows) = rows.rows[start..end].split_at_mut(middle - start);
        let (left_units, right_units) = rows.units[start..end].split_at_mut(middle - start);
        let grow = |child: Pending<T>, rows: Rows<'_, T>| {
            let child = Pending { start: 0, end: rows.rows.len(), ..child };
            self.subtree(child, rows, &mut live.to_vec(), n_forks)
        };
        let (left, right) = rayon::join(
            || grow(left, Rows { rows: left_rows, units: left_units }),
            || grow(right, Rows { rows: right_rows, units: right_units }),
        );
        [left, right]
    }

    #[inline(always)]
    fn is_leaf<T: Tally>(&self, total: &T, depth: usize) -> bool {
        let n_rows = total.n_rows();
        total.is_pure()
            || n_rows < self.growth.min_samples_split
            || n_rows < 2 * self.growth.min_samples_leaf
            || self.growth.max_depth.is_some_and(|max_depth| max_depth <= depth)
    }

    #[inline(always)]
    fn column(&self, column: u32) -> &[C] {
        let n_rows = self.ranks.n_rows();
        &self.codes[column as usize * n_rows..(column as usize + 1) * n_rows]
    }

    /// Draws columns without replacement and keeps the first of the best splits. Columns
    /// found constant end up after the first `n_live`, the second value returned.
    ///
    /// A column counts as looked at also if it is constant, but at least one that is not
    /// is looked at, as in scikit-learn.
    #[inline(always)]
    fn search<T: Tally>(
        &self,
        node: &Node<'_, T>,
        parent: &Pending<T>,
        live: &mut [u32],
        scratch: &mut Scratch<T>,
    ) -> (Option<(u32, Candidate)>, usize) {
        let Growth { ref measure, max_features, .. } = *self.growth;
        let n_columns = self.ranks.n_columns();
        let shared = self.evaluate_all(node, &live[..parent.n_live]);
        scratch.enter(node);
        let mut n_live = parent.n_live;
        let (mut n_undrawn, mut n_constant_undrawn) = (n_live, n_columns - n_live);
        let (mut n_visited, mut n_constant) = (0, 0);
        let mut best: Option<(u32, Candidate)> = None;
        while 0 < n_undrawn && (n_visited < max_features || n_visited <= n_constant) {
            n_visited += 1;
            let at = draw(parent.seed.derive(n_visited as u64), n_constant_undrawn + n_undrawn);
            if at < n_constant_undrawn {
                n_constant_undrawn -= 1;
                n_constant += 1;
                continue;
            }
            n_undrawn -= 1;
            live.swap(at - n_constant_undrawn, n_undrawn);
            let column = live[n_undrawn];
            let evaluated = match &shared {
                Some(evaluated) => evaluated[column as usize],
                None => {
                    let floor = best.map_or(-1.0, |(_, best)| best.gain);
                    scratch.evaluate(node, self.column(column), measure, floor)
                }
            };
            match evaluated {
                Evaluated::Constant => {
                    n_constant += 1;
                    n_live -= 1;
                    live.swap(n_undrawn, n_live);
                }
                Evaluated::NoBetter => {}
                Evaluated::Split(candidate) => {
                    if best.is_none_or(|(_, best)| best.gain < candidate.gain) {
                        best = Some((column, candidate));
                    }
                }
            }
        }
        (best, n_live)
    }

    /// Evaluates all columns of a large node at the same time, by column, where all would
    /// be looked at anyway.
    fn evaluate_all<T: Tally>(&self, node: &Node<'_, T>, live: &[u32]) -> Option<Vec<Evaluated>> {
        let n_columns = self.ranks.n_columns();
        let all = n_columns <= self.growth.max_features;
        if !self.growth.parallel || !all || live.len() * node.rows.len() < SHARED_VALUES {
            return None;
        }
        let evaluate = |scratch: &mut Scratch<T>, &column: &u32| {
            scratch.enter(node);
            (column, scratch.evaluate(node, self.column(column), &self.growth.measure, -1.0))
        };
        let evaluated: Vec<_> = live.par_iter().map_init(Scratch::new, evaluate).collect();
        let mut by_column = vec![Evaluated::Constant; n_columns];
        for (column, evaluated) in evaluated {
            by_column[column as usize] = evaluated;
        }
        Some(by_column)
    }
}

impl<T: Tally> Workspace<T> {
    /// Moves the rows of a node with at most that rank before the others, keeping the order
    /// on both sides, and returns what the left counts and the least rank on the right.
    #[inline(always)]
    fn partition<C: Code>(
        &mut self,
        rows: &mut Rows<'_, T>,
        range: std::ops::Range<usize>,
        codes: &[C],
        rank: u32,
    ) -> (T, u32) {
        let (rows, units) = (&mut rows.rows[range.clone()], &mut rows.units[range]);
        let (mut n_left, mut n_right, mut next) = (0, 0, u32::MAX);
        for at in 0..rows.len() {
            let (row, unit) = (rows[at], units[at]);
            let code: u32 = codes[row as usize].into();
            rows[n_left] = row;
            units[n_left] = unit;
            self.right_rows[n_right] = row;
            self.right_units[n_right] = unit;
            let left = code <= rank;
            n_left += usize::from(left);
            n_right += usize::from(!left);
            next = if left { next } else { next.min(code) };
        }
        let mut total = T::ZERO;
        units[..n_left].iter().for_each(|&unit| total.add_unit(unit));
        rows[n_left..].copy_from_slice(&self.right_rows[..n_right]);
        units[n_left..].copy_from_slice(&self.right_units[..n_right]);
        (total, next)
    }
}

/// A number below `n`.
#[inline(always)]
pub(super) fn draw(seed: Seed, n: usize) -> usize {
    ((u128::from(seed.0) * n as u128) >> 64) as usize
}
