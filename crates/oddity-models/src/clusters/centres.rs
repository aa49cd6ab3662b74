//! Centres, and how far a row is from them.

use oddity_core::{ANY, Frame, Result, State};
use oddity_linalg::vectorized;

use crate::flattened::Flattened;

/// Some points, `n x width`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Centres {
    pub(super) values: Vec<f64>,
    pub(super) width: usize,
    /// The same in panels of [`PANEL`] centres, `width x PANEL` each; what is no centre is
    /// infinitely far.
    panels: Vec<[f64; PANEL]>,
}

/// The nearest centre of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Nearest {
    pub(super) centre: u32,
    /// The squared distance to it.
    pub(super) squared: f64,
    /// The squared distance to the second nearest one; infinite where there is none.
    pub(super) second: f64,
}

/// Centres whose values of a column lie together.
pub(super) const PANEL: usize = 8;

/// Rows that are compared with a panel together, so that sums do not wait for each other.
pub(super) const ROWS: usize = 4;

impl Centres {
    /// Takes the points, row-major.
    pub(super) fn new(values: Vec<f64>, width: usize) -> Centres {
        let n_panels = (values.len() / width).div_ceil(PANEL);
        let mut panels = vec![[f64::INFINITY; PANEL]; n_panels * width];
        for (centre, row) in values.chunks_exact(width).enumerate() {
            let panel = &mut panels[centre / PANEL * width..][..width];
            for (panel, value) in panel.iter_mut().zip(row) {
                panel[centre % PANEL] = *value;
            }
        }
        Centres { values, width, panels }
    }

    /// The panels, in the order of the centres.
    #[inline(always)]
    pub(super) fn panels(&self) -> impl Iterator<Item = &[[f64; PANEL]]> {
        self.panels.chunks_exact(self.width)
    }

    /// Number of centres.
    pub(super) fn len(&self) -> usize {
        self.values.len() / self.width
    }

    pub(super) fn get(&self, centre: usize) -> &[f64] {
        &self.values[centre * self.width..][..self.width]
    }

    /// The centres named, in that order.
    pub(super) fn select(&self, centres: &[usize]) -> Centres {
        let values = centres.iter().flat_map(|&centre| self.get(centre).iter().copied());
        Centres::new(values.collect(), self.width)
    }

    /// The nearest centre of each row; of several as near the first.
    pub(super) fn nearest(&self, rows: &[&[f64]]) -> Vec<Nearest> {
        vectorized!(nearest(self, rows))
    }

    /// The parts of each sample's squared distance to its nearest centre.
    pub(super) fn column_parts(&self, samples: &Flattened<'_>) -> Result<Frame> {
        samples.column_weights_together(|rows, parts| {
            let samples =
                rows.iter().zip(self.nearest(rows)).zip(parts.chunks_exact_mut(self.width));
            for ((row, nearest), parts) in samples {
                let centre = self.get(nearest.centre as usize);
                for (part, (value, centre)) in parts.iter_mut().zip(row.iter().zip(centre)) {
                    *part = (value - centre) * (value - centre);
                }
            }
            Ok(())
        })
    }

    pub(super) fn put(&self, state: &mut State) {
        state.put_f64s("centres", &[self.len(), self.width], &self.values);
    }

    pub(super) fn restore(state: &State, width: usize) -> Result<Centres> {
        let values = state.f64s("centres", &[ANY, width])?.to_vec();
        // The number of a centre is kept in 32 bits.
        if values.is_empty() || (u32::MAX as usize) < values.len() / width {
            return Err(state.wrong("centres", "at least one"));
        }
        Ok(Centres::new(values, width))
    }
}

#[inline(always)]
fn nearest(centres: &Centres, rows: &[&[f64]]) -> Vec<Nearest> {
    let none = Nearest { centre: 0, squared: f64::INFINITY, second: f64::INFINITY };
    let mut all = vec![none; rows.len()];
    for (found, rows) in all.chunks_mut(ROWS).zip(rows.chunks(ROWS)) {
        let several = filled_up(rows);
        for (at, panel) in centres.panels().enumerate() {
            let squared = squared_distances(panel, several);
            for (nearest, squared) in found.iter_mut().zip(&squared) {
                nearest.join(at * PANEL, squared);
            }
        }
    }
    all
}

impl Nearest {
    /// Takes in the squared distances to the centres of a panel. Without branches but for one a
    /// panel: which centre is nearest is as good as random.
    #[inline(always)]
    fn join(&mut self, first: usize, squared: &[f64; PANEL]) {
        let least = |values: &[f64; PANEL]| {
            let fours: [f64; 4] = std::array::from_fn(|at| lesser(values[at], values[at + 4]));
            lesser(lesser(fours[0], fours[2]), lesser(fours[1], fours[3]))
        };
        let nearest = least(squared);
        let equal = squared.iter().enumerate();
        let equal = equal.fold(0u32, |set, (lane, &x)| set | u32::from(x == nearest) << lane);
        let lane = equal.trailing_zeros() as usize % PANEL;
        let mut others = *squared;
        others[lane] = f64::INFINITY;
        let second = least(&others);
        if nearest < self.squared {
            self.second = lesser(self.squared, second);
            (self.squared, self.centre) = (nearest, (first + lane) as u32);
        } else {
            self.second = lesser(self.second, nearest);
        }
    }
}

/// The lesser of two numbers, neither of which is NaN.
#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// At most [`ROWS`] rows, the first in the place of those that are missing.
#[inline(always)]
pub(super) fn filled_up<'a>(rows: &[&'a [f64]]) -> [&'a [f64]; ROWS] {
    std::array::from_fn(|at| rows.get(at).copied().unwrap_or(rows[0]))
}

/// `Σ (a - b)²` for some rows and the centres of a panel, each added up in the order of the
/// columns, whatever the machine.
#[inline(always)]
pub(super) fn squared_distances(
    panel: &[[f64; PANEL]],
    rows: [&[f64]; ROWS],
) -> [[f64; PANEL]; ROWS] {
    let rows = rows.map(|row| &row[..panel.len()]);
    let mut sums = [[0.0; PANEL]; ROWS];
    for (column, centres) in panel.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let value = row[column];
            for (sum, centre) in sums.iter_mut().zip(centres) {
                let off = value - centre;
                *sum += off * off;
            }
        }
    }
    sums
}

/// `Σ (a - b)²` of two rows.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_centre_is_that_of_the_least_distance() {
        let width = 11;
        let value = |at: usize| ((at * 7919) % 101) as f64 / 7.0;
        for n_centres in [1, 2, 3, 4, 5, 9] {
            let centres = Centres::new((0..n_centres * width).map(value).collect(), width);
            for row in 0..20 {
                let row: Vec<f64> = (0..width).map(|at| value(1000 + 31 * row + at)).collect();
                let squared = |centre| -> f64 {
                    let pairs = row.iter().zip(centres.get(centre));
                    pairs.map(|(a, b)| (a - b) * (a - b)).sum()
                };
                let mut all: Vec<(f64, usize)> =
                    (0..n_centres).map(|centre| (squared(centre), centre)).collect();
                all.sort_by(|a, b| a.0.total_cmp(&b.0));
                let found = centres.nearest(&[&row])[0];
                assert_eq!(found.centre as usize, all[0].1);
                assert!((found.squared - all[0].0).abs() <= 1e-12 * all[0].0);
                let second = all.get(1).map_or(f64::INFINITY, |second| second.0);
                assert!(found.second == second || (found.second / second - 1.0).abs() < 1e-12);
            }
        }
    }
}
