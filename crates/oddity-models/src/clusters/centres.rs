//! Centres, and how far a row is from them.

use oddity_core::{ANY, Result, State};
use oddity_linalg::vectorized;

/// Some points, `n x width`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Centres {
    pub(super) values: Vec<f64>,
    pub(super) width: usize,
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

/// Centres that a row is compared with together.
const TOGETHER: usize = 4;

impl Centres {
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
        Centres { values: values.collect(), width: self.width }
    }

    /// The nearest centre of each row; of several as near the first.
    pub(super) fn nearest(&self, rows: &[&[f64]]) -> Vec<Nearest> {
        vectorized!(nearest(self, rows))
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
        Ok(Centres { values, width })
    }
}

#[inline(always)]
fn nearest(centres: &Centres, rows: &[&[f64]]) -> Vec<Nearest> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let mut nearest = Nearest { centre: 0, squared: f64::INFINITY, second: f64::INFINITY };
        let parts = centres.values.chunks(TOGETHER * centres.width);
        for (part, several) in parts.enumerate() {
            let mut with = several.chunks_exact(centres.width);
            let n_several = with.len();
            let first = &several[..centres.width];
            let several: [&[f64]; TOGETHER] = std::array::from_fn(|_| with.next().unwrap_or(first));
            let squared = squared_distances(row, several);
            for (at, &squared) in squared[..n_several].iter().enumerate() {
                if squared < nearest.squared {
                    nearest.second = nearest.squared;
                    nearest.squared = squared;
                    nearest.centre = (part * TOGETHER + at) as u32;
                } else if squared < nearest.second {
                    nearest.second = squared;
                }
            }
        }
        found.push(nearest);
    }
    found
}

/// `Σ (a - b)²` for several `b`, each in eight partial sums, whatever the machine.
#[inline(always)]
pub(super) fn squared_distances<const N: usize>(a: &[f64], b: [&[f64]; N]) -> [f64; N] {
    let (a_parts, a_tail) = a.as_chunks::<8>();
    let b = b.map(|b| b[..a.len()].as_chunks::<8>());
    let mut sums = [[0.0; 8]; N];
    for (at, a) in a_parts.iter().enumerate() {
        for (sums, (b, _)) in sums.iter_mut().zip(&b) {
            let b = &b[at];
            for lane in 0..8 {
                sums[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
            }
        }
    }
    for (sums, (_, b_tail)) in sums.iter_mut().zip(&b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a_tail.iter().zip(*b_tail)) {
            *sum += (a - b) * (a - b);
        }
    }
    sums.map(|[a, b, c, d, e, f, g, h]| ((a + b) + (c + d)) + ((e + f) + (g + h)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_centre_is_that_of_the_least_distance() {
        let width = 11;
        let value = |at: usize| ((at * 7919) % 101) as f64 / 7.0;
        for n_centres in [1, 2, 3, 4, 5, 9] {
            let centres = Centres { values: (0..n_centres * width).map(value).collect(), width };
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
