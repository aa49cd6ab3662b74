//! The sweep: products of a block of queries with all training rows, kept only where the
//! bound says that the row may be among the nearest.

use pulp::{Simd, WithSimd};

use super::block::Block;
use super::bound::{PANEL, Panels};

/// Queries a group: with 16 lanes, 12 queries times two vectors of rows fill 24 of the 32
/// registers with sums.
pub(super) const GROUP: usize = 12;

/// Runs all training rows past a block of queries.
pub(super) struct Sweep<'a, 'b> {
    pub(super) panels: &'a Panels,
    pub(super) block: &'a mut Block<'b>,
}

impl WithSimd for Sweep<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // 16 registers hold half as many sums as 32.
        if S::F32_LANES == 8 {
            sweep::<S, 6>(simd, self.panels, self.block);
        } else {
            sweep::<S, 12>(simd, self.panels, self.block);
        }
    }
}

/// Panels outside, groups inside: a panel stays in the first-level cache while the groups
/// pass, and the block's groups stay in the second level.
#[inline(always)]
fn sweep<S: Simd, const G: usize>(simd: S, panels: &Panels, block: &mut Block<'_>) {
    for panel in 0..panels.len() {
        let (rows, _) = S::as_simd_f32s(panels.rows(panel));
        let (starts, _) = S::as_simd_f32s(panels.starts(panel));
        for group in 0..block.n_groups() {
            for part in 0..GROUP / G {
                for (at, start) in starts.chunks_exact(2).enumerate() {
                    let start = [start[0], start[1]];
                    let queries = block.group(group);
                    let sums = products::<S, G>(simd, start, &rows[2 * at..], queries, part * G);
                    let thresholds = &block.thresholds(group)[part * G..][..G];
                    let mut reached = 0u32;
                    for query in 0..G {
                        let most = simd.max_f32s(sums[query][0], sums[query][1]);
                        let hit = thresholds[query] <= simd.reduce_max_f32s(most);
                        reached |= u32::from(hit) << query;
                    }
                    if reached != 0 {
                        let first = at * 2 * S::F32_LANES;
                        for (query, sums) in sums.iter().enumerate() {
                            if reached >> query & 1 == 1 {
                                let sums: &[f32] = pulp::bytemuck::cast_slice(sums.as_slice());
                                block.take(group * GROUP + part * G + query, panel, first, sums);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `start + row · query` for `G` queries and two vectors of rows.
#[inline(always)]
fn products<S: Simd, const G: usize>(
    simd: S,
    start: [S::f32s; 2],
    rows: &[S::f32s],
    queries: &[f32],
    first: usize,
) -> [[S::f32s; 2]; G] {
    let mut sums = [start; G];
    // The rows' vectors of one column lie together: `PANEL / lanes` of them.
    for (row, query) in rows.chunks(PANEL / S::F32_LANES).zip(queries.chunks_exact(GROUP)) {
        let (row, query) = (&row[..2], &query[first..][..G]);
        for (sum, &value) in sums.iter_mut().zip(query) {
            let value = simd.splat_f32s(value);
            sum[0] = simd.mul_add_f32s(value, row[0], sum[0]);
            sum[1] = simd.mul_add_f32s(value, row[1], sum[1]);
        }
    }
    sums
}
