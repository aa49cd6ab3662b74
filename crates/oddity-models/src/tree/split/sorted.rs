//! Best split by sorting: for nodes that are small against the number of ranks.

use super::super::criterion::Measure;
use super::super::tally::Tally;
use super::{Candidate, Node};

/// Sorts the samples by rank and looks at each change of rank.
#[inline(never)]
pub(super) fn best_split<T: Tally>(
    keys: &[u32],
    order: &mut Vec<u64>,
    node: &Node<'_, T>,
    measure: &Measure,
    floor: f64,
) -> Candidate {
    order.clear();
    order.extend(keys.iter().zip(0u64..).map(|(&key, at)| u64::from(key) << 32 | at));
    order.sort_unstable();
    let (mut left, mut best) = (T::ZERO, Candidate::above(floor));
    for same in order.chunk_by(|a, b| a >> 32 == b >> 32) {
        for &entry in same {
            left.add_unit(node.units[entry as u32 as usize]);
        }
        best.consider(node, measure, (same[0] >> 32) as u32, &left);
    }
    best
}
