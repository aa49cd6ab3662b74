//! Random numbers one after the other, from a seed.

use oddity_core::Seed;

/// A stream of random numbers: the seeds that are derived from one, in order.
pub(crate) struct Draws {
    seed: Seed,
    n_drawn: u64,
}

impl Draws {
    pub(crate) fn new(seed: Seed) -> Draws {
        Draws { seed, n_drawn: 0 }
    }

    fn bits(&mut self) -> u64 {
        self.n_drawn += 1;
        self.seed.derive(self.n_drawn).0
    }

    /// A number from 0 to below 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        Seed(self.bits()).uniform()
    }

    /// A number from 0 to below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.bits()) * limit as u128) >> 64) as usize
    }

    /// A normal number of mean 0 and variance 1, by Box and Muller 1958,
    /// doi:10.1214/aoms/1177706645.
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// `n_wanted` different numbers below `limit`, in random order (Floyd's method would keep
    /// them in a set; a partial shuffle of few numbers is as good).
    ///
    /// # Panics
    ///
    /// If more are wanted than there are.
    pub(crate) fn distinct(&mut self, n_wanted: usize, limit: usize) -> Vec<usize> {
        assert!(n_wanted <= limit, "{n_wanted} of {limit} numbers");
        // What the shuffled numbers would be, where they are not those of their places.
        let mut moved = std::collections::HashMap::new();
        let drawn = (0..n_wanted).map(|place| {
            let other = place + self.below(limit - place);
            let here = moved.get(&place).copied().unwrap_or(place);
            moved.insert(other, here).unwrap_or(other)
        });
        drawn.collect()
    }
}

/// At most `n_wanted` of `n_rows` rows, at least one, drawn by the seed, ascending: all where there
/// are no more.
pub(crate) fn drawn_rows(n_wanted: usize, n_rows: usize, seed: Seed) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..n_rows).collect();
    if n_wanted < n_rows {
        rows.select_nth_unstable_by_key(n_wanted - 1, |&row| (seed.derive(row as u64), row));
        rows.truncate(n_wanted);
        rows.sort_unstable();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_numbers_are_distinct_and_all_as_likely() {
        let mut counts = [0u32; 10];
        let mut draws = Draws::new(Seed(3));
        for _ in 0..3000 {
            let mut drawn = draws.distinct(4, 10);
            drawn.iter().for_each(|&number| counts[number] += 1);
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), 4);
        }
        // 1200 each, with a deviation of 27.
        assert!(counts.iter().all(|count| count.abs_diff(1200) < 110), "{counts:?}");
        let mut all = draws.distinct(50, 50);
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn drawn_rows_are_distinct_and_ascend() {
        let rows = drawn_rows(10, 100, Seed(2));
        assert_eq!(rows.len(), 10);
        assert!(rows.is_sorted_by(|a, b| a < b) && rows[9] < 100, "{rows:?}");
        assert_ne!(rows, drawn_rows(10, 100, Seed(3)));
        assert_eq!(drawn_rows(10, 4, Seed(2)), [0, 1, 2, 3]);
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let mut draws = Draws::new(Seed(1));
        let numbers: Vec<f64> = (0..20_000).map(|_| draws.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 20_000.0;
        let variance = numbers.iter().map(|number| number * number).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
    }
}
