//! The mean of every column in each class.

use oddity_core::FrameView;
use oddity_linalg::vectorized;

use super::shards::{map_shards, sum_in_order};
use super::{Occurring, vector::add_scaled};

/// The mean of every column in each class that occurs, `n_classes x n_columns`.
///
/// Rows are summed as differences from the first row of their class, so that a column that
/// is constant in a class has exactly that constant as its mean, and deviations of 0.
pub(crate) fn class_means(rows: FrameView<'_>, occurring: &Occurring) -> Vec<f64> {
    let (n_classes, width) = (occurring.len(), rows.n_columns());
    let mut first = vec![0.0; n_classes * width];
    let mut seen = vec![false; n_classes];
    for (row, &class) in rows.iter().zip(&occurring.of_sample) {
        let class = class as usize;
        if !seen[class] {
            seen[class] = true;
            first[class * width..][..width].copy_from_slice(row);
            if seen.iter().all(|&seen| seen) {
                break;
            }
        }
    }
    let sums = map_shards(rows.n_rows(), width, |range| {
        vectorized!({
            let mut sums = vec![0.0; n_classes * width];
            let classes = &occurring.of_sample[range.clone()];
            for (row, &class) in rows.slice(range).iter().zip(classes) {
                let at = class as usize * width;
                let sums = &mut sums[at..at + width];
                let first = &first[at..at + width];
                let values = row.iter().zip(first);
                sums.iter_mut().zip(values).for_each(|(sum, (value, first))| *sum += value - first);
            }
            sums
        })
    });
    let mut means = first;
    if let Some(sums) = sum_in_order(sums) {
        for (class, &count) in occurring.counts.iter().enumerate() {
            let range = class * width..(class + 1) * width;
            add_scaled(&mut means[range.clone()], 1.0 / count as f64, &sums[range]);
        }
    }
    means
}
