//! Kernel values of groups of rows against many rows: a register-blocked product in double
//! precision, and the exponential of what comes out.

use oddity_core::{ANY, Error, Result, State};
use pulp::{Simd, WithSimd};

use super::function::{Kernel, LARGEST_NORM, Space};

/// Rows a panel: their values of one column lie together.
pub(super) const PANEL: usize = 16;

/// Rows a group: with 8 lanes, 12 rows times two vectors fill 24 of the 32 registers with
/// sums.
pub(super) const GROUP: usize = 12;

/// Rows in panels of [`PANEL`], ready to be multiplied with groups.
///
/// A product is the sum over the columns in their order, by fused multiply-adds, whatever the
/// place of a row in its panel or group and whatever the machine. So a kernel value has the
/// same bits wherever it is computed, and `k(x, x)` is exactly 1 for the radial basis
/// function.
#[derive(Clone, Debug)]
pub(super) struct Panels {
    pub(super) space: Space,
    n_rows: usize,
    /// `n_panels x n_columns x PANEL`, filled up with zeros.
    values: Vec<f64>,
    /// `|x|²` of each row.
    norms: Vec<f64>,
}

/// Up to [`GROUP`] rows, `n_columns x GROUP`, filled up with zeros.
pub(super) struct Group {
    values: Vec<f64>,
    /// `|x|²` of each row; infinite where that leaves the range, with the row as zeros.
    norms: [f64; GROUP],
}

impl Panels {
    /// Copies rows, relative to the origin of the kernel's space.
    ///
    /// # Errors
    ///
    /// [`Error::Numeric`] if kernel values could leave the range of numbers.
    pub(super) fn new<'a>(
        rows: impl ExactSizeIterator<Item = &'a [f64]>,
        space: Space,
        step: &'static str,
    ) -> Result<Panels> {
        let (n_rows, n_columns) = (rows.len(), space.centre.len());
        let size = n_columns * PANEL;
        let mut values = vec![0.0; n_rows.div_ceil(PANEL) * size];
        for (at, row) in rows.enumerate() {
            let panel = &mut values[at / PANEL * size..][..size];
            for (column, (value, centre)) in row.iter().zip(&space.centre).enumerate() {
                panel[column * PANEL + at % PANEL] = value - centre;
            }
        }
        let mut norms = vec![0.0; n_rows.next_multiple_of(PANEL)];
        for (norms, values) in norms.as_chunks_mut().0.iter_mut().zip(chunks(&values, size)) {
            *norms = pulp::Arch::new().dispatch(Norms::<PANEL>(values));
        }
        if norms.iter().all(|&norm| space.form.fits(norm)) {
            return Ok(Panels { space, n_rows, values, norms });
        }
        Err(Error::Numeric { step, what: "kernel values of the training rows overflow" })
    }

    /// Puts the rows, relative to the origin, and the kernel's numbers into a state.
    pub(super) fn put(&self, state: &mut State) {
        let n_columns = self.space.centre.len();
        let value = |row: usize, column: usize| {
            self.values[(row / PANEL * n_columns + column) * PANEL + row % PANEL]
        };
        let rows = (0..self.n_rows).flat_map(|row| (0..n_columns).map(move |at| (row, at)));
        let rows: Vec<f64> = rows.map(|(row, column)| value(row, column)).collect();
        state.put_f64s("rows", &[self.n_rows, n_columns], &rows);
        state.put_f64s("origin", &[n_columns], &self.space.centre);
        state.put_f64("gamma", self.space.form.gamma());
    }

    /// The rows of `n_columns` that a state holds, for a kernel whose factor it holds too.
    ///
    /// # Errors
    ///
    /// [`Error::State`] where they are not there, or kernel values could leave the range of
    /// numbers.
    pub(super) fn of_state(state: &State, kernel: Kernel, n_columns: usize) -> Result<Panels> {
        // It has a number for each column, so that there is memory for them.
        let centre = state.f64s("origin", &[n_columns])?.to_vec();
        let rows = state.f64s("rows", &[ANY, n_columns])?;
        let form = kernel.with_gamma(state.f64("gamma")?);
        if n_columns == 0 || (kernel != Kernel::Linear && form.gamma() <= 0.0) {
            return Err(state.wrong("gamma", "a factor above 0, and columns"));
        }
        let still = Space { form, centre: vec![0.0; n_columns] };
        let panels = Panels::new(rows.chunks_exact(n_columns), still, "restore");
        let mut panels =
            panels.map_err(|_| state.wrong("rows", "rows within the kernel's range"))?;
        panels.space.centre = centre;
        Ok(panels)
    }

    /// `k(x, x)` of each of some rows, whose squared norms their groups have.
    pub(super) fn own(&self, group: &Group) -> [f64; GROUP] {
        group.norms.map(|norm| self.space.form.own(norm))
    }

    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of rows with those that fill up the last panel.
    pub(super) fn n_padded(&self) -> usize {
        self.norms.len()
    }

    /// `k(x, x)` of each row.
    pub(super) fn diagonal(&self) -> Vec<f64> {
        self.norms.iter().map(|&norm| self.space.form.own(norm)).collect()
    }

    /// A group of these rows.
    pub(super) fn group_of(&self, rows: &[u32]) -> Group {
        let n_columns = self.space.centre.len();
        let mut values = vec![0.0; n_columns * GROUP];
        for (at, &row) in rows.iter().enumerate() {
            let (panel, lane) = (row as usize / PANEL, row as usize % PANEL);
            let panel = &self.values[panel * n_columns * PANEL..];
            for column in 0..n_columns {
                values[column * GROUP + at] = panel[column * PANEL + lane];
            }
        }
        Group::finish(values)
    }

    /// A group of other rows, `n x n_columns`.
    pub(super) fn group(&self, rows: &[f64]) -> Group {
        let n_columns = self.space.centre.len();
        let mut values = vec![0.0; n_columns * GROUP];
        for (at, row) in rows.chunks_exact(n_columns.max(1)).enumerate() {
            for (column, (value, centre)) in row.iter().zip(&self.space.centre).enumerate() {
                values[column * GROUP + at] = value - centre;
            }
        }
        Group::finish(values)
    }

    /// The kernel values of a group with `n_rows` rows from `first` on, both multiples of
    /// [`PANEL`]: `GROUP x n_rows` into `out`.
    #[inline(always)]
    pub(super) fn kernel<S: Simd>(
        &self,
        simd: S,
        group: &Group,
        first: usize,
        n_rows: usize,
        out: &mut [f64],
    ) {
        // 16 registers hold half as many sums as 32.
        if S::F64_LANES == 8 {
            self.products::<S, 12>(simd, group, first, n_rows, out);
        } else {
            self.products::<S, 6>(simd, group, first, n_rows, out);
        }
        let (form, norms) = (self.space.form, &self.norms[first..first + n_rows]);
        for (out, norm) in out.chunks_exact_mut(n_rows.max(1)).zip(group.norms) {
            form.finish(out, norm, norms);
        }
    }

    #[inline(always)]
    fn products<S: Simd, const G: usize>(
        &self,
        simd: S,
        group: &Group,
        first: usize,
        n_rows: usize,
        out: &mut [f64],
    ) {
        let size = self.space.centre.len() * PANEL;
        for panel in 0..n_rows / PANEL {
            let (rows, _) = S::as_simd_f64s(&self.values[(first / PANEL + panel) * size..][..size]);
            for part in 0..GROUP / G {
                for at in 0..PANEL / S::F64_LANES / 2 {
                    let rows = rows.get(2 * at..).unwrap_or_default();
                    let sums = products::<S, G>(simd, rows, &group.values, part * G);
                    let first = panel * PANEL + at * 2 * S::F64_LANES;
                    for (row, sums) in sums.iter().enumerate() {
                        let sums: &[f64] = pulp::bytemuck::cast_slice(sums.as_slice());
                        out[(part * G + row) * n_rows + first..][..sums.len()]
                            .copy_from_slice(sums);
                    }
                }
            }
        }
    }
}

impl Group {
    fn finish(mut values: Vec<f64>) -> Group {
        let mut norms = pulp::Arch::new().dispatch(Norms::<GROUP>(&values));
        for (at, norm) in norms.iter_mut().enumerate() {
            if LARGEST_NORM < *norm || norm.is_nan() {
                *norm = f64::INFINITY;
                values.iter_mut().skip(at).step_by(GROUP).for_each(|value| *value = 0.0);
            }
        }
        Group { values, norms }
    }
}

/// Products of `G` rows of a group, from `first` on, with two vectors of rows.
#[inline(always)]
fn products<S: Simd, const G: usize>(
    simd: S,
    rows: &[S::f64s],
    group: &[f64],
    first: usize,
) -> [[S::f64s; 2]; G] {
    let mut sums = [[simd.splat_f64s(0.0); 2]; G];
    // The rows' vectors of one column lie together: `PANEL / lanes` of them.
    for (row, group) in rows.chunks(PANEL / S::F64_LANES).zip(group.chunks_exact(GROUP)) {
        let (row, group) = (&row[..2], &group[first..][..G]);
        for (sum, &value) in sums.iter_mut().zip(group) {
            let value = simd.splat_f64s(value);
            sum[0] = simd.mul_add_f64s(value, row[0], sum[0]);
            sum[1] = simd.mul_add_f64s(value, row[1], sum[1]);
        }
    }
    sums
}

/// The squared norms of `N` rows whose values of one column lie together, summed like the
/// products.
struct Norms<'a, const N: usize>(&'a [f64]);

impl<const N: usize> WithSimd for Norms<'_, N> {
    type Output = [f64; N];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [f64; N] {
        let mut norms = [0.0; N];
        for values in self.0.as_chunks::<N>().0 {
            for (norm, value) in norms.iter_mut().zip(values) {
                *norm = value.mul_add(*value, *norm);
            }
        }
        norms
    }
}

/// The panels; none where there are no columns.
fn chunks(values: &[f64], size: usize) -> impl Iterator<Item = &[f64]> {
    values.chunks_exact(size.max(1))
}
