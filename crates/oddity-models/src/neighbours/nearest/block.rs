//! A block of queries on its way past the training rows, with the candidates of each.

use super::bound::{Bound, PANEL, Panels};
use super::distinct::Distinct;
use super::kernel::GROUP;
use super::{Nearest, Neighbour};

/// Queries, packed for the kernel, and for each what it may still be near to.
pub(super) struct Block<'a> {
    rows: &'a Distinct,
    panels: &'a Panels,
    /// The queries in groups of [`GROUP`], each `n_columns x GROUP`, filled up with zeros.
    packed: Vec<f32>,
    /// The threshold of each query: a row whose product is below it is not among the
    /// nearest. Infinite where there is no query.
    thresholds: Vec<[f32; GROUP]>,
    queries: Vec<Query<'a>>,
}

struct Query<'a> {
    row: &'a [f64],
    k: usize,
    bound: Bound,
    /// What products rows have for certain: the `k` largest, and those since they were found.
    certain: Vec<f32>,
    /// Rows that have reached the threshold, with their products.
    candidates: Vec<(u32, f32)>,
    /// The nearest of the candidates measured so far.
    nearest: Nearest,
}

/// Candidates of a query before they are measured, so that memory stays bounded where single
/// precision cannot tell the rows apart.
const MOST_CANDIDATES: usize = 1024;

/// Rows that wait to be compared, at least.
const LEAST_WAITING: usize = 4;

impl<'a> Block<'a> {
    pub(super) fn new(
        rows: &'a Distinct,
        panels: &'a Panels,
        queries: &[&'a [f64]],
        k: usize,
    ) -> Block<'a> {
        let n_groups = queries.len().div_ceil(GROUP);
        let size = rows.n_columns() * GROUP;
        let mut packed = vec![0.0; n_groups * size];
        let mut thresholds = vec![[f32::INFINITY; GROUP]; n_groups];
        let pack = |(at, row): (usize, &'a [f64])| {
            thresholds[at / GROUP][at % GROUP] = f32::MIN;
            let packed = &mut packed[at / GROUP * size + at % GROUP..];
            let bound = panels.pack_query(row, |column, value| packed[column * GROUP] = value);
            let (certain, nearest) = (Vec::with_capacity(2 * k + LEAST_WAITING), Nearest::new(k));
            Query { row, k, bound, certain, candidates: Vec::new(), nearest }
        };
        let queries = queries.iter().copied().enumerate().map(pack).collect();
        Block { rows, panels, packed, thresholds, queries }
    }

    pub(super) fn n_groups(&self) -> usize {
        self.thresholds.len()
    }

    /// The queries of a group, `n_columns x GROUP`.
    pub(super) fn group(&self, group: usize) -> &[f32] {
        let size = self.rows.n_columns() * GROUP;
        &self.packed[group * size..][..size]
    }

    pub(super) fn thresholds(&self, group: usize) -> &[f32; GROUP] {
        &self.thresholds[group]
    }

    /// Takes the products of a query with consecutive rows of a panel from row `first` on,
    /// of which at least one has reached the threshold.
    pub(super) fn take(&mut self, query: usize, panel: usize, first: usize, products: &[f32]) {
        let threshold = &mut self.thresholds[query / GROUP][query % GROUP];
        let query = &mut self.queries[query];
        for (at, &product) in products.iter().enumerate() {
            if *threshold <= product {
                let row = panel * PANEL + first + at;
                query.candidates.push((row as u32, product));
                query.raise(threshold, product - self.panels.spread(row));
                if query.candidates.len() == MOST_CANDIDATES {
                    query.measure(threshold, self.rows);
                }
            }
        }
    }

    /// The nearest rows of each query, nearest first.
    pub(super) fn into_nearest(mut self) -> Vec<Neighbour> {
        for (at, query) in self.queries.iter_mut().enumerate() {
            query.measure(&mut self.thresholds[at / GROUP][at % GROUP], self.rows);
        }
        self.queries.into_iter().flat_map(|query| query.nearest.into_rows()).collect()
    }
}

impl Query<'_> {
    /// Raises the threshold where `k` rows are certain to be nearer than it says. Not at every
    /// row: finding the `k`-th of many at once is cheaper than to keep them in order.
    fn raise(&mut self, threshold: &mut f32, certain: f32) {
        self.certain.push(certain);
        if self.certain.len() == self.k + self.k.max(LEAST_WAITING) {
            let descending = |a: &f32, b: &f32| b.total_cmp(a);
            let (_, &mut kth, _) = self.certain.select_nth_unstable_by(self.k - 1, descending);
            self.certain.truncate(self.k);
            *threshold = threshold.max(self.bound.of_product(kth));
        }
    }

    /// Computes the distances of the candidates and keeps the nearest.
    fn measure(&mut self, threshold: &mut f32, rows: &Distinct) {
        for (row, product) in self.candidates.drain(..) {
            if product < *threshold {
                continue;
            }
            let squared = squared_distance(self.row, rows.row(row as usize));
            let members = rows.members(row as usize);
            self.nearest.take(members.map(|row| Neighbour { squared, row }));
            let squared = self.nearest.worst();
            if squared.is_finite() {
                *threshold = threshold.max(self.bound.of_distance(squared));
            }
        }
    }
}

/// `Σ (a - b)²` in eight partial sums, whatever the machine, so that every machine gives the
/// same bits. Exact where all squares and sums are integers below 2⁵³, so that the ties of
/// integer data are ties.
#[inline]
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let (a_parts, a_tail) = a.as_chunks::<8>();
    let (b_parts, b_tail) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a_parts.iter().zip(b_parts) {
        for lane in 0..8 {
            sums[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
        }
    }
    for (sum, (a, b)) in sums.iter_mut().zip(a_tail.iter().zip(b_tail)) {
        *sum += (a - b) * (a - b);
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}
