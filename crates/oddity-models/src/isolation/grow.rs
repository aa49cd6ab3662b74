//! Growing an isolation tree on a few rows.

use oddity_core::Seed;

use super::tree::{Term, Tree, weighted_sum};
use crate::draws::Draws;
use crate::flattened::Flattened;

/// Mean length of the ways by which a random tree parts `n` rows, by the approximation of the
/// paper: `2 (ln(n - 1) + 0.5772) - 2 (n - 1) / n`.
pub(super) fn mean_length(n: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let n = n as f64;
            2.0 * ((n - 1.0).ln() + EULER) - 2.0 * (n - 1.0) / n
        }
    }
}

/// A tree on `n_drawn` of the rows, whose branches look at `n_terms` columns each.
pub(super) fn grow(rows: &Flattened<'_>, n_drawn: usize, n_terms: usize, seed: Seed) -> Tree {
    let mut draws = Draws::new(seed);
    let drawn = draws.distinct(n_drawn, rows.len());
    let mut rows: Vec<&[f64]> = drawn.into_iter().map(|row| rows.row(row)).collect();
    let width = rows[0].len();
    let most = (n_drawn.max(2) as f64).log2().ceil() as usize;
    let mut growth = Growth { draws, columns: (0..width as u32).collect(), n_terms };
    let mut tree = Tree::new();
    // Leaf, its depth, its rows.
    let mut pending = vec![(0, 0, 0..n_drawn)];
    while let Some((leaf, depth, range)) = pending.pop() {
        let rows = &mut rows[range.clone()];
        let split = if depth < most && 1 < rows.len() { growth.split(rows) } else { None };
        let Some((terms, threshold)) = split else {
            tree.set_length(leaf, depth as f64 + mean_length(rows.len()));
            continue;
        };
        let goes_left = |row: &&[f64]| match terms[..] {
            [Term { column, .. }] => row[column as usize] <= threshold,
            // As in the walk, where a sum that is no number goes to the left.
            _ => {
                let below = threshold < weighted_sum(&terms, row);
                !below
            }
        };
        let middle = range.start + partition(rows, goes_left);
        let left = tree.split(leaf, depth, &terms, threshold);
        pending.push((left + 1, depth + 1, middle..range.end));
        pending.push((left, depth + 1, range.start..middle));
    }
    tree
}

struct Growth {
    draws: Draws,
    /// The columns, in the order of the last draws.
    columns: Vec<u32>,
    n_terms: usize,
}

impl Growth {
    /// The columns of a random split of some rows with their weights, and where it lies; none
    /// where the rows are all the same.
    fn split(&mut self, rows: &[&[f64]]) -> Option<(Vec<Term>, f64)> {
        let (mut terms, mut threshold) = (Vec::with_capacity(self.n_terms), 0.0);
        for place in 0..self.columns.len() {
            let other = place + self.draws.below(self.columns.len() - place);
            self.columns.swap(place, other);
            let column = self.columns[place];
            let values = rows.iter().map(|row| row[column as usize]);
            let (least, most) = values.fold((f64::MAX, f64::MIN), |(least, most), value| {
                (least.min(value), most.max(value))
            });
            if least == most {
                continue;
            }
            let share = self.draws.uniform();
            // Never the largest value itself, so that both sides have rows.
            let point = Some((1.0 - share) * least + share * most);
            let point = point.filter(|point| (least..most).contains(point)).unwrap_or(least);
            if self.n_terms == 1 {
                return Some((vec![Term { column, weight: 1.0 }], point));
            }
            let weight = self.draws.normal();
            terms.push(Term { column, weight });
            threshold += weight * point;
            if terms.len() == self.n_terms {
                break;
            }
        }
        if terms.is_empty() {
            return None;
        }
        // Fewer columns vary: the others count nothing.
        terms.resize(self.n_terms, Term { column: terms[0].column, weight: 0.0 });
        terms.sort_by_key(|term| term.column);
        // A plane that far out of the range of numbers parts nothing.
        threshold.is_finite().then_some((terms, threshold))
    }
}

/// Moves those that hold `first` to the front and returns how many there are.
fn partition<T: Copy>(items: &mut [T], first: impl Fn(&T) -> bool) -> usize {
    let mut n_first = 0;
    for at in 0..items.len() {
        if first(&items[at]) {
            items.swap(n_first, at);
            n_first += 1;
        }
    }
    n_first
}
