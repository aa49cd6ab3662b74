//! The training sequences of one class, cut into shards that threads count for themselves.

use std::borrow::Cow;

use oddity_core::{SequencesView, Symbol};

use super::Edge;

/// Symbols of a shard, about; fixed, so that no result depends on the number of threads.
const SHARD: usize = 1 << 16;

/// Runs of symbols whose windows are counted: the sequences, or their concatenation.
pub(super) struct Corpus<'a> {
    runs: Vec<Cow<'a, [Symbol]>>,
}

impl<'a> Corpus<'a> {
    pub(super) fn new(sequences: SequencesView<'a>, group: &[usize], edge: Edge) -> Corpus<'a> {
        let group = group.iter().map(|&sequence| sequences.get(sequence));
        let runs = match edge {
            Edge::Kept => group.map(Cow::Borrowed).collect(),
            Edge::AsPublished => {
                let mut all = group.collect::<Vec<_>>().concat();
                all.pop();
                vec![Cow::Owned(all)]
            }
        };
        Corpus { runs }
    }

    /// The runs in groups, a group a shard. A long run is cut into pieces that overlap, so
    /// that each window of `size` symbols lies in exactly one piece.
    pub(super) fn shards(&self, size: usize) -> Vec<Vec<&[Symbol]>> {
        let (mut shards, mut shard, mut n_symbols) = (Vec::new(), Vec::new(), 0);
        for run in &self.runs {
            let n_windows = (run.len() + 1).saturating_sub(size);
            for start in (0..n_windows).step_by(SHARD) {
                let end = n_windows.min(start + SHARD) + size - 1;
                shard.push(&run[start..end]);
                n_symbols += end - start;
                if SHARD <= n_symbols {
                    shards.push(std::mem::take(&mut shard));
                    n_symbols = 0;
                }
            }
        }
        shards.push(shard);
        shards
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::Sequences;

    use super::*;

    #[test]
    fn every_window_lies_in_one_shard_in_order() {
        let lengths = [3, 0, 200_000, 1, 70_000, 65_536, 65_537, 2];
        let sequences: Sequences = lengths
            .iter()
            .map(|&length| (0..length).map(|at| (at % 65_521) as Symbol).collect::<Vec<_>>())
            .collect();
        let group: Vec<usize> = (0..lengths.len()).collect();
        for edge in [Edge::Kept, Edge::AsPublished] {
            for size in [1, 3] {
                let corpus = Corpus::new(sequences.view(), &group, edge);
                let found: Vec<&[Symbol]> =
                    corpus.shards(size).concat().iter().flat_map(|run| run.windows(size)).collect();
                let expected: Vec<&[Symbol]> =
                    corpus.runs.iter().flat_map(|run| run.windows(size)).collect();
                assert!(found == expected, "{edge:?}, {size}");
            }
        }
    }

    #[test]
    fn as_published_windows_run_across_sequences_and_the_last_is_left_out() {
        let sequences: Sequences = [vec![1u16, 2], vec![3, 4]].into_iter().collect();
        let corpus = Corpus::new(sequences.view(), &[0, 1], Edge::AsPublished);
        assert_eq!(corpus.shards(2).concat().concat(), [1, 2, 3]);
        let corpus = Corpus::new(sequences.view(), &[0, 1], Edge::Kept);
        assert_eq!(corpus.shards(2).concat(), [[1, 2], [3, 4]]);
    }
}
