//! A k-d tree for rows of few columns, where distances are cheap and most rows are far.

use super::block::squared_distance;
use super::distinct::Distinct;
use super::{Nearest, Neighbour};

/// Columns up to which the tree is faster than the sweep (20,000 and 125,000 rows).
pub(super) const MOST_COLUMNS: usize = 6;

/// Rows that are not split further.
const LEAF: usize = 16;

/// The rows, halved again and again at the median of the column that is widest among them
/// (Friedman, Bentley and Finkel 1977, doi:10.1145/355744.355745).
pub(super) struct Tree {
    /// The rows in the order of the leaves, by their place among the distinct ones.
    rows: Vec<u32>,
    values: Vec<f64>,
    n_columns: usize,
    /// The children of node `i` are `2 i + 1` and `2 i + 2`; each halves its rows.
    splits: Vec<Split>,
}

/// Rows of the left half have at most this value in the column, those of the right at least.
#[derive(Clone, Copy)]
struct Split {
    column: usize,
    value: f64,
}

impl Tree {
    pub(super) fn new(rows: &Distinct) -> Tree {
        let n_columns = rows.n_columns();
        let n_rows = rows.values().len() / n_columns;
        let mut order: Vec<u32> = (0..n_rows as u32).collect();
        let mut splits = Vec::new();
        halve(rows, &mut order, 0, &mut splits);
        let values = order.iter().flat_map(|&row| rows.row(row as usize).iter().copied());
        Tree { values: values.collect(), rows: order, n_columns, splits }
    }

    /// The nearest rows of a query.
    pub(super) fn search(&self, rows: &Distinct, query: &[f64], k: usize) -> Nearest {
        let mut walk =
            Walk { tree: self, rows, query, nearest: Nearest::new(k), beyond: [0.0; MOST_COLUMNS] };
        walk.visit(0, 0..self.rows.len(), 0.0);
        walk.nearest
    }
}

fn halve(rows: &Distinct, order: &mut [u32], node: usize, splits: &mut Vec<Split>) {
    if order.len() <= LEAF {
        return;
    }
    let value = |row: u32, column: usize| rows.row(row as usize)[column];
    let width = |column: usize| {
        let values = order.iter().map(|&row| value(row, column));
        let (least, most) = values
            .fold((f64::MAX, f64::MIN), |(least, most), value| (least.min(value), most.max(value)));
        most - least
    };
    let widths: Vec<f64> = (0..rows.n_columns()).map(width).collect();
    let widest = (0..widths.len()).max_by(|&a, &b| widths[a].total_cmp(&widths[b]));
    let column = widest.unwrap_or(0);
    let middle = order.len() / 2;
    order.select_nth_unstable_by(middle, |&a, &b| {
        value(a, column).total_cmp(&value(b, column)).then(a.cmp(&b))
    });
    if splits.len() <= node {
        splits.resize(node + 1, Split { column: 0, value: 0.0 });
    }
    splits[node] = Split { column, value: value(order[middle], column) };
    let (left, right) = order.split_at_mut(middle);
    halve(rows, left, 2 * node + 1, splits);
    halve(rows, right, 2 * node + 2, splits);
}

/// A query on its way through the tree.
struct Walk<'a> {
    tree: &'a Tree,
    rows: &'a Distinct,
    query: &'a [f64],
    nearest: Nearest,
    /// How far the query is outside the node, by column, squared.
    beyond: [f64; MOST_COLUMNS],
}

impl Walk<'_> {
    /// Looks at the rows of a node, none of which is nearer than `bound`, squared.
    fn visit(&mut self, node: usize, range: std::ops::Range<usize>, bound: f64) {
        if range.len() <= LEAF {
            let width = self.tree.n_columns;
            for at in range {
                let row = &self.tree.values[at * width..][..width];
                let squared = squared_distance(self.query, row);
                if squared <= self.nearest.worst() {
                    let members = self.rows.members(self.tree.rows[at] as usize);
                    self.nearest.take(members.map(|row| Neighbour { squared, row }));
                }
            }
            return;
        }
        let Split { column, value } = self.tree.splits[node];
        let middle = range.start + range.len() / 2;
        let (left, right) = (range.start..middle, middle..range.end);
        let off = self.query[column] - value;
        let (near, far) = if off < 0.0 {
            ((2 * node + 1, left), (2 * node + 2, right))
        } else {
            ((2 * node + 2, right), (2 * node + 1, left))
        };
        self.visit(near.0, near.1, bound);
        let before = self.beyond[column];
        let bound_of_far = bound - before + off * off;
        // Rounding is well below this share; what is no number bounds nothing.
        if self.nearest.worst() < bound_of_far * (1.0 - 1e-9) {
            return;
        }
        self.beyond[column] = off * off;
        self.visit(far.0, far.1, bound_of_far);
        self.beyond[column] = before;
    }
}
