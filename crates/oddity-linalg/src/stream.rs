//! A stream of rows in fixed shards, merged pairwise in a tree.

use rayon::prelude::*;

/// Rows of a shard; fixed, so that no result depends on how a stream is cut or on the number
/// of threads.
pub(crate) const SHARD: usize = 2_048;

/// Memory that the summaries of shards worked on at the same time may take, in bytes.
const BATCH_BYTES: usize = 1 << 26;

/// What is known of a run of rows.
pub(crate) trait Summary: Send {
    /// Of this run and the one behind it.
    fn merge(self, later: Self) -> Self;
}

/// Summaries of the shards seen so far, with the rows that do not fill a shard yet.
#[derive(Clone, Debug)]
pub(crate) struct Stream<S> {
    width: usize,
    /// Rows behind the last full shard.
    carry: Vec<f64>,
    n_rows: usize,
    /// Summaries of ever fewer shards, a power of two each, with its exponent.
    tree: Vec<(u32, S)>,
}

impl<S: Summary> Stream<S> {
    pub(crate) fn new(width: usize) -> Stream<S> {
        Stream { width, carry: Vec::new(), n_rows: 0, tree: Vec::new() }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Takes more rows; `bytes` is the size of a summary.
    pub(crate) fn update(
        &mut self,
        mut rows: &[f64],
        bytes: usize,
        summarize: impl Fn(&[f64]) -> S + Sync,
    ) {
        let full = SHARD * self.width;
        if full == 0 {
            return;
        }
        self.n_rows += rows.len() / self.width;
        if !self.carry.is_empty() {
            let (head, rest) = rows.split_at(rows.len().min(full - self.carry.len()));
            self.carry.extend_from_slice(head);
            rows = rest;
            if self.carry.len() < full {
                return;
            }
            let summary = summarize(&self.carry);
            self.push(summary);
            self.carry.clear();
        }
        let (whole, rest) = rows.split_at(rows.len() / full * full);
        let n_shards = (BATCH_BYTES / bytes.max(1)).clamp(1, 1_024);
        for batch in whole.chunks(n_shards * full) {
            let summaries: Vec<S> = batch.par_chunks(full).map(&summarize).collect();
            summaries.into_iter().for_each(|summary| self.push(summary));
        }
        self.carry.extend_from_slice(rest);
    }

    /// The summary of all rows; `None` where there was none.
    pub(crate) fn finish(mut self, summarize: impl Fn(&[f64]) -> S) -> Option<S> {
        let last = (!self.carry.is_empty()).then(|| summarize(&self.carry));
        let later = self.tree.drain(..).map(|(_, summary)| summary).chain(last);
        let summaries: Vec<S> = later.collect();
        summaries.into_iter().rev().reduce(|later, earlier| earlier.merge(later))
    }

    /// Adds a shard, and merges runs of the same number of shards.
    fn push(&mut self, mut summary: S) {
        let mut level = 0;
        while self.tree.last().is_some_and(|(last, _)| *last == level) {
            let Some((_, earlier)) = self.tree.pop() else { break };
            summary = earlier.merge(summary);
            level += 1;
        }
        self.tree.push((level, summary));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows themselves: what comes out must be what went in, in order.
    impl Summary for Vec<f64> {
        fn merge(mut self, later: Self) -> Self {
            self.extend(later);
            self
        }
    }

    #[test]
    fn rows_stay_in_order_however_the_stream_is_cut() {
        for n_rows in [0, 1, SHARD - 1, SHARD, 3 * SHARD + 5, 9 * SHARD + 1] {
            let rows: Vec<f64> = (0..2 * n_rows).map(|value| value as f64).collect();
            for cut in [1, 777, SHARD, 5_000, 1 << 20] {
                let mut stream = Stream::new(2);
                rows.chunks(2 * cut).for_each(|part| stream.update(part, 1, <[f64]>::to_vec));
                assert_eq!(stream.n_rows(), n_rows);
                assert_eq!(stream.finish(<[f64]>::to_vec).unwrap_or_default(), rows);
            }
        }
    }
}
