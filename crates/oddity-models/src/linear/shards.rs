//! Fixed runs of rows that are worked on in parallel and summed in order, so that results
//! do not depend on the number of threads.

use std::ops::Range;

use rayon::prelude::*;

/// Below this many values a second thread costs more than it saves.
const LEAST_VALUES: usize = 1 << 15;
const MOST_SHARDS: usize = 16;

/// The shards of a table: a function of its shape alone.
fn shards(n_rows: usize, width: usize) -> impl IndexedParallelIterator<Item = Range<usize>> {
    let size = shard_size(n_rows, width);
    let n_shards = n_rows.div_ceil(size);
    (0..n_shards)
        .into_par_iter()
        .with_max_len(1)
        .map(move |shard| shard * size..n_rows.min((shard + 1) * size))
}

fn shard_size(n_rows: usize, width: usize) -> usize {
    let least = LEAST_VALUES / width.max(1);
    least.max(n_rows.div_ceil(MOST_SHARDS)).max(1).next_multiple_of(8)
}

/// What `f` makes of each shard, in the order of the rows.
pub(crate) fn map_shards<T: Send>(
    n_rows: usize,
    width: usize,
    f: impl Fn(Range<usize>) -> T + Sync + Send,
) -> Vec<T> {
    if n_rows <= shard_size(n_rows, width) {
        return if n_rows == 0 { Vec::new() } else { vec![f(0..n_rows)] };
    }
    shards(n_rows, width).map(f).collect()
}

/// Lets `f` write the output of each shard, `per_row` values a row, into its part of `out`.
pub(crate) fn fill_shards<T: Send>(
    out: &mut [T],
    per_row: usize,
    n_rows: usize,
    width: usize,
    f: impl Fn(Range<usize>, &mut [T]) + Sync + Send,
) {
    let size = shard_size(n_rows, width);
    if n_rows <= size {
        if 0 < n_rows {
            f(0..n_rows, out);
        }
        return;
    }
    out.par_chunks_mut(size * per_row)
        .zip(shards(n_rows, width))
        .with_max_len(1)
        .for_each(|(out, rows)| f(rows, out));
}

/// Adds vectors element by element, in order; `None` where there is none.
pub(crate) fn sum_in_order(parts: impl IntoIterator<Item = Vec<f64>>) -> Option<Vec<f64>> {
    parts.into_iter().reduce(|mut total, part| {
        total.iter_mut().zip(part).for_each(|(total, part)| *total += part);
        total
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_cover_every_row_once_in_order() {
        for (n_rows, width) in [(0, 3), (1, 1), (1338, 87), (6000, 90), (100_001, 7), (9, 99_999)] {
            let rows: Vec<usize> = map_shards(n_rows, width, |rows| rows).concat_rows();
            assert_eq!(rows, (0..n_rows).collect::<Vec<_>>());
            let mut out = vec![0; 2 * n_rows];
            fill_shards(&mut out, 2, n_rows, width, |rows, out| {
                assert_eq!(out.len(), 2 * rows.len());
                out.chunks_exact_mut(2).zip(rows).for_each(|(out, row)| out.fill(row));
            });
            assert!(out.chunks_exact(2).enumerate().all(|(row, out)| out == [row, row]));
        }
    }

    trait ConcatRows {
        fn concat_rows(self) -> Vec<usize>;
    }

    impl ConcatRows for Vec<Range<usize>> {
        fn concat_rows(self) -> Vec<usize> {
            self.into_iter().flatten().collect()
        }
    }
}
