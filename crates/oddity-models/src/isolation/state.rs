//! What isolation trees are kept as: the nodes of all behind each other.

use oddity_core::{ANY, Result, State};

use super::tree::{Node, Term, Tree};

/// Puts the trees into what the forest is kept as.
pub(super) fn put(trees: &[Tree], state: &mut State) {
    let n_nodes: Vec<usize> = trees.iter().map(|tree| tree.nodes.len()).collect();
    let n_terms: Vec<usize> = trees.iter().map(|tree| tree.terms.len()).collect();
    state.put_counts("n_nodes", &n_nodes);
    state.put_counts("n_terms", &n_terms);
    let nodes = || trees.iter().flat_map(|tree| tree.nodes.iter().enumerate());
    // The threshold of a leaf is infinite, which is no number that a state can have.
    let thresholds: Vec<f64> = nodes()
        .map(|(at, node)| if node.left as usize == at { 0.0 } else { node.threshold })
        .collect();
    state.put_f64s("thresholds", &[thresholds.len()], &thresholds);
    let of = |f: fn(&Node) -> u32| nodes().map(|(_, node)| f(node) as usize).collect::<Vec<_>>();
    state.put_counts("at", &of(|node| node.at));
    state.put_counts("left", &of(|node| node.left));
    let lengths: Vec<f64> = trees.iter().flat_map(|tree| tree.lengths.iter().copied()).collect();
    state.put_f64s("lengths", &[lengths.len()], &lengths);
    let terms = || trees.iter().flat_map(|tree| &tree.terms);
    let columns: Vec<usize> = terms().map(|term| term.column as usize).collect();
    state.put_counts("term_columns", &columns);
    let weights: Vec<f64> = terms().map(|term| term.weight).collect();
    state.put_f64s("term_weights", &[weights.len()], &weights);
}

/// The trees that were put, over rows of `width` values, with branches of `n_terms` columns.
pub(super) fn restore(
    state: &State,
    n_trees: usize,
    width: usize,
    n_terms: usize,
) -> Result<Vec<Tree>> {
    let thresholds = state.f64s("thresholds", &[ANY])?;
    let all = thresholds.len();
    let lengths = state.f64s("lengths", &[all])?;
    if lengths.iter().any(|&length| length < 0.0) {
        return Err(state.wrong("lengths", "lengths that are not negative"));
    }
    let columns = state.counts("term_columns", ANY, width - 1)?;
    let weights = state.f64s("term_weights", &[columns.len()])?;
    let term = |(&column, &weight): (&usize, &f64)| Term { column: column as u32, weight };
    let terms: Vec<Term> = columns.iter().zip(weights).map(term).collect();
    let at = state.counts("at", all, u32::MAX as usize)?;
    let left = state.counts("left", all, u32::MAX as usize)?;
    let n_nodes = state.counts("n_nodes", n_trees, all)?;
    let n_tree_terms = state.counts("n_terms", n_trees, terms.len())?;
    let sums_to = |counts: &[usize], all: usize| {
        counts.iter().try_fold(0usize, |sum, &count| sum.checked_add(count)) == Some(all)
    };
    if !sums_to(&n_nodes, all) || n_nodes.contains(&0) {
        return Err(state.wrong("n_nodes", "the nodes of each tree"));
    }
    if !sums_to(&n_tree_terms, terms.len()) {
        return Err(state.wrong("n_terms", "the terms of each tree"));
    }
    let (mut node, mut term, mut trees) = (0, 0, Vec::with_capacity(n_trees));
    for (n_nodes, n_tree_terms) in n_nodes.into_iter().zip(n_tree_terms) {
        let nodes = node..node + n_nodes;
        let terms = terms[term..term + n_tree_terms].to_vec();
        (node, term) = (nodes.end, term + n_tree_terms);
        let (at, left) = (&at[nodes.clone()], &left[nodes.clone()]);
        // What a branch looks at is there: a column, or so many terms.
        let n_looked_at =
            if n_terms == 1 { width } else { (terms.len() + 1).saturating_sub(n_terms) };
        let mut depths = vec![0; n_nodes];
        let mut made = Vec::with_capacity(n_nodes);
        for (node, &threshold) in thresholds[nodes.clone()].iter().enumerate() {
            let (at, left) = (at[node], left[node]);
            let is_leaf = left == node;
            // Ways that lead to later nodes alone come to an end.
            if !is_leaf && (left <= node || n_nodes <= left + 1) {
                return Err(state.wrong("left", "each node's children after it"));
            }
            if !is_leaf && n_looked_at <= at || is_leaf && at != 0 {
                return Err(state.wrong("at", "columns or terms that there are"));
            }
            if !is_leaf {
                for child in [left, left + 1] {
                    depths[child] = depths[child].max(depths[node] + 1);
                }
            }
            let threshold = if is_leaf { f64::INFINITY } else { threshold };
            made.push(Node { threshold, at: at as u32, left: left as u32 });
        }
        let depth = depths.into_iter().max().unwrap_or(0);
        trees.push(Tree { nodes: made, lengths: lengths[nodes].to_vec(), terms, depth });
    }
    Ok(trees)
}
