//! Kernel values of all pairs of rows, in double precision.

use oddity_core::FrameView;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::panels::{GROUP, Group, PANEL, Panels};

/// The kernel matrix of rows with themselves, `n x n`, symmetric to the bits.
pub(super) fn gram(panels: &Panels) -> Vec<f64> {
    let n_rows = panels.n_rows();
    let group = |first: usize, n: usize| {
        panels.group_of(&(first..first + n).map(|row| row as u32).collect::<Vec<_>>())
    };
    let mut matrix = vec![0.0; n_rows * n_rows];
    let parts = matrix.par_chunks_mut(GROUP * n_rows.max(1)).enumerate();
    parts.for_each(|(at, out)| {
        let group = group(at * GROUP, out.len() / n_rows);
        pulp::Arch::new().dispatch(Values { panels, group: &group, out });
    });
    matrix
}

/// The kernel values of some rows with those of the panels, `n x n_panel_rows`, and `k(x, x)` of
/// each.
pub(super) fn kernel_values(panels: &Panels, rows: FrameView<'_>) -> (Vec<f64>, Vec<f64>) {
    let n_others = panels.n_rows();
    let mut values = vec![0.0; rows.n_rows() * n_others];
    let parts = values.par_chunks_mut(GROUP * n_others.max(1)).enumerate();
    let own = parts.map(|(at, out)| {
        let n = out.len() / n_others;
        let group = panels.group(rows.slice(at * GROUP..at * GROUP + n).values());
        pulp::Arch::new().dispatch(Values { panels, group: &group, out });
        panels.own(&group)[..n].to_vec()
    });
    let own = own.collect::<Vec<_>>().concat();
    (values, own)
}

/// Computes the kernel values of a group of rows.
struct Values<'a> {
    panels: &'a Panels,
    group: &'a Group,
    out: &'a mut [f64],
}

/// Panels that a group passes together.
const CHUNK: usize = 8 * PANEL;

impl WithSimd for Values<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n_rows = self.panels.n_rows();
        let mut buffer = vec![0.0; GROUP * CHUNK];
        for first in (0..self.panels.n_padded()).step_by(CHUNK) {
            let n_padded = (self.panels.n_padded() - first).min(CHUNK);
            let n = (n_rows - first).min(CHUNK);
            self.panels.kernel(simd, self.group, first, n_padded, &mut buffer[..GROUP * n_padded]);
            for (out, values) in
                self.out.chunks_exact_mut(n_rows).zip(buffer.chunks_exact(n_padded))
            {
                out[first..first + n].copy_from_slice(&values[..n]);
            }
        }
    }
}
