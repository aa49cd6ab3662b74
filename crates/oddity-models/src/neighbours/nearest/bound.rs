//! A copy of the training rows in single precision, and how far its products may be off.

/// Rows a panel: their values of one column lie together.
pub(super) const PANEL: usize = 32;

/// The training rows, centred, scaled and rounded to `f32`, in panels of [`PANEL`].
///
/// With the centre as origin, `|q - t|² = |q|² - 2 s` with `s = q·t - |t|²/2`: the larger
/// `s`, the nearer the row. The sweep computes `s` in single precision, as `d` fused
/// multiply-adds that start from `-|t|²/2`. Its error is at most
/// `γ (|q||t| + |t|²/2) <= γ (|q|²/2 + |t|²)` with `γ = n u / (1 - n u)`, `u = 2⁻²⁴`
/// (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, §3.1,
/// doi:10.1137/1.9780898718027). `n = d + 16` instead of `d + 1` pays for rounding the
/// inputs, the start, the threshold and the distances in double precision.
///
/// The bound falls apart into the row's share `γ |t|²` and the query's share `γ |q|²/2`. The
/// row's share is added to the start of the sum, so that a product `p` says
/// `p - 2 γ |t|² - γ |q|²/2 <= s <= p + γ |q|²/2`.
pub(super) struct Panels {
    n_columns: usize,
    /// `n_panels x n_columns x PANEL`.
    rows: Vec<f32>,
    /// `-|t|²/2 + γ |t|²`; minus infinity where there is no row.
    starts: Vec<f32>,
    /// `2 γ |t|²`.
    spreads: Vec<f32>,
    scale: Scale,
}

/// Where the copy has its origin and unit.
struct Scale {
    centre: Vec<f64>,
    /// A power of two, so that scaling is exact.
    factor: f64,
    /// `γ`; `None` where single precision could leave its range, so that there is no bound.
    gamma: Option<f64>,
}

impl Panels {
    /// Copies rows, `n_rows x n_columns`, row-major.
    pub(super) fn new(values: &[f64], n_columns: usize) -> Panels {
        let scale = Scale::new(values, n_columns);
        // Without a bound every row is a candidate, whatever its product.
        let gamma = scale.gamma.unwrap_or(0.0);
        let n_panels = (values.len() / n_columns).div_ceil(PANEL);
        let mut rows = vec![0.0; n_panels * n_columns * PANEL];
        let mut starts = vec![f32::NEG_INFINITY; n_panels * PANEL];
        let mut spreads = vec![0.0; n_panels * PANEL];
        let tables = rows.chunks_exact_mut(n_columns * PANEL).zip(values.chunks(n_columns * PANEL));
        for (panel, (rows, values)) in tables.enumerate() {
            for (at, row) in values.chunks_exact(n_columns).enumerate() {
                let put = |column: usize, value| rows[column * PANEL + at] = value;
                let norm = scale.copy(row, put);
                starts[panel * PANEL + at] = ((gamma - 0.5) * norm) as f32;
                spreads[panel * PANEL + at] = (2.0 * gamma * norm) as f32;
            }
        }
        Panels { n_columns, rows, starts, spreads, scale }
    }

    /// Number of panels.
    pub(super) fn len(&self) -> usize {
        self.starts.len() / PANEL
    }

    /// The rows of a panel, `n_columns x PANEL`.
    pub(super) fn rows(&self, panel: usize) -> &[f32] {
        let size = self.n_columns * PANEL;
        &self.rows[panel * size..][..size]
    }

    /// Where the sums of a panel start.
    pub(super) fn starts(&self, panel: usize) -> &[f32] {
        &self.starts[panel * PANEL..][..PANEL]
    }

    /// What the product of a row may be above the least it can be, without the query's share.
    pub(super) fn spread(&self, row: usize) -> f32 {
        self.spreads[row]
    }

    /// Copies a query like the rows, by column, and says what its products mean.
    pub(super) fn pack_query(&self, row: &[f64], mut put: impl FnMut(usize, f32)) -> Bound {
        let norm = self.scale.copy(row, &mut put);
        // Beyond 1e30 products could overflow, though the rows' norms are at most `d`.
        match self.scale.gamma {
            Some(gamma) if norm < 1e30 => {
                Bound(Some(Reach { norm, gamma, factor: self.scale.factor }))
            }
            _ => {
                (0..row.len()).for_each(|column| put(column, 0.0));
                Bound(None)
            }
        }
    }
}

/// What the products of a query say about its distances; nothing where there is no bound.
#[derive(Clone, Copy)]
pub(super) struct Bound(Option<Reach>);

#[derive(Clone, Copy)]
struct Reach {
    /// `|q|²` in the unit of the copy.
    norm: f64,
    gamma: f64,
    factor: f64,
}

impl Bound {
    /// The least product of rows that can be as near as one with this product, less its
    /// spread.
    pub(super) fn of_product(&self, certain: f32) -> f32 {
        self.0.map_or(f32::MIN, |reach| reach.lower(f64::from(certain) - 0.5 * reach.share()))
    }

    /// The least product of rows that can be at this squared distance or nearer.
    pub(super) fn of_distance(&self, squared: f64) -> f32 {
        self.0.map_or(f32::MIN, |reach| {
            let squared = squared * reach.factor * reach.factor;
            // 2⁻²² of the distance pays for rounding it to single precision.
            reach.lower(0.5 * (reach.norm - squared) - squared * 2.4e-7)
        })
    }
}

impl Reach {
    fn share(&self) -> f64 {
        self.gamma * self.norm
    }

    /// Takes the query's share off, and a little for numbers too small for `f32`.
    fn lower(&self, product: f64) -> f32 {
        ((product - 0.5 * self.share() - 1e-30) as f32).max(f32::MIN)
    }
}

impl Scale {
    /// The mean as origin, and the largest deviation from it as unit.
    fn new(values: &[f64], n_columns: usize) -> Scale {
        let n_rows = (values.len() / n_columns) as f64;
        let mut centre = vec![0.0; n_columns];
        for row in values.chunks_exact(n_columns) {
            for (sum, value) in centre.iter_mut().zip(row) {
                *sum += value / n_rows;
            }
        }
        let mut most = 0.0f64;
        for row in values.chunks_exact(n_columns) {
            for (value, centre) in row.iter().zip(&centre) {
                most = most.max((value - centre).abs());
            }
        }
        let nu = (n_columns + 16) as f64 * f64::from(f32::EPSILON) / 2.0;
        // Outside these limits squares leave the range of `f64`, or come near it.
        let usable = nu < 0.1 && (most == 0.0 || (1e-90..1e90).contains(&most));
        if !usable {
            return Scale { centre: vec![0.0; n_columns], factor: 0.0, gamma: None };
        }
        let factor = if most == 0.0 { 1.0 } else { (-most.log2().ceil()).exp2() };
        Scale { centre, factor, gamma: Some(nu / (1.0 - nu)) }
    }

    /// Hands each value of the copy to `put`; returns the squared norm.
    fn copy(&self, row: &[f64], mut put: impl FnMut(usize, f32)) -> f64 {
        let mut norm = 0.0;
        for (column, (value, centre)) in row.iter().zip(&self.centre).enumerate() {
            let value = (value - centre) * self.factor;
            norm += value * value;
            put(column, value as f32);
        }
        norm
    }
}
