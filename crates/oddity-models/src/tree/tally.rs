//! Counts of samples by class, small enough to be kept in one bin a rank.

use super::criterion::{Criterion, Measure, x_ln_x};

/// Numbers of samples: distinct rows, and how often each class was drawn.
pub(super) trait Tally: Copy + Send + Sync + 'static {
    /// One row with its class and how often it was drawn.
    type Unit: Copy + Send + Sync + 'static;

    const ZERO: Self;

    /// One row that was drawn `times` times.
    fn unit(class: u32, times: u32) -> Self::Unit;
    fn add_unit(&mut self, unit: Self::Unit);
    fn add(&mut self, other: &Self);
    fn minus(&self, other: &Self) -> Self;
    /// Number of distinct rows.
    fn n_rows(&self) -> usize;
    /// How often rows of the class were drawn.
    fn count(&self, class: usize) -> u32;
    /// Whether at most one class was drawn.
    fn is_pure(&self) -> bool;

    /// How good it is to split `left` off from `total`: not negative, higher is better,
    /// and comparable between the splits of one node only.
    fn gain(measure: &Measure, left: &Self, total: &Self) -> f64;

    /// Whether this is a [`Pair`], for which the methods below are.
    const IS_PAIR: bool = false;

    /// The unit as 10 bits each of rows, draws and draws of class 1, where the tally of the
    /// node fits into that.
    fn narrow(_: Self::Unit) -> u32 {
        0
    }

    /// Whether the counts of the node fit into a narrow sum.
    fn is_narrow(&self) -> bool {
        false
    }
}

/// Two classes in one word: 21 bits of rows, 21 bits of draws, 22 bits of draws of class 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair(u64);

const PART: u32 = 21;
const MASK: u64 = (1 << PART) - 1;

impl Pair {
    /// The largest number of draws that fits.
    pub(super) const LIMIT: usize = MASK as usize;

    #[inline(always)]
    fn drawn(self) -> u32 {
        (self.0 >> PART & MASK) as u32
    }

    #[inline(always)]
    fn positive(self) -> u32 {
        (self.0 >> (2 * PART)) as u32
    }
}

/// The counts of a [`Pair`] and their weight in all.
struct Parts {
    zeros: f64,
    ones: f64,
    weight: f64,
}

impl Parts {
    #[inline(always)]
    fn of(pair: &Pair, measure: &Measure) -> Parts {
        let ones = f64::from(pair.positive() as i32);
        let zeros = f64::from((pair.drawn() - pair.positive()) as i32);
        Parts { zeros, ones, weight: measure.weights[0] * zeros + measure.weights[1] * ones }
    }
}

impl Tally for Pair {
    type Unit = u64;

    const ZERO: Pair = Pair(0);

    #[inline(always)]
    fn unit(class: u32, times: u32) -> u64 {
        1 | u64::from(times) << PART | u64::from(times * class) << (2 * PART)
    }

    #[inline(always)]
    fn add_unit(&mut self, unit: u64) {
        self.0 = self.0.wrapping_add(unit);
    }

    #[inline(always)]
    fn add(&mut self, other: &Pair) {
        self.0 = self.0.wrapping_add(other.0);
    }

    #[inline(always)]
    fn minus(&self, other: &Pair) -> Pair {
        Pair(self.0.wrapping_sub(other.0))
    }

    #[inline(always)]
    fn n_rows(&self) -> usize {
        (self.0 & MASK) as usize
    }

    #[inline(always)]
    fn count(&self, class: usize) -> u32 {
        if class == 0 { self.drawn() - self.positive() } else { self.positive() }
    }

    #[inline(always)]
    fn is_pure(&self) -> bool {
        self.positive() == 0 || self.positive() == self.drawn()
    }

    /// For Gini, the decrease is `2 d^2 / (w w_l w_r)` with `d = a_l w - a w_l`, where `a`
    /// is the weight of class 1: `w_0 w_1 (n_1l n_0 - n_1 n_0l)` in counts. What is the
    /// same for all splits of the node is left out, so that without class weights equal
    /// splits have equal gains, bit for bit.
    #[inline(always)]
    fn gain(measure: &Measure, left: &Pair, total: &Pair) -> f64 {
        let (left, total) = (Parts::of(left, measure), Parts::of(total, measure));
        let right_weight = total.weight - left.weight;
        match measure.criterion {
            Criterion::Gini => {
                let d = left.ones * total.zeros - total.ones * left.zeros;
                d * d / (left.weight * right_weight)
            }
            Criterion::Entropy => {
                let (w0, w1) = (measure.weights[0], measure.weights[1]);
                let split = |zeros: f64, ones: f64| x_ln_x(w0 * zeros) + x_ln_x(w1 * ones);
                let children = split(left.zeros, left.ones)
                    + split(total.zeros - left.zeros, total.ones - left.ones);
                let gain = children
                    - x_ln_x(left.weight)
                    - x_ln_x(right_weight)
                    - split(total.zeros, total.ones)
                    + x_ln_x(total.weight);
                // Rounding must not make a split that changes nothing look refused.
                gain.max(0.0)
            }
        }
    }

    const IS_PAIR: bool = true;

    #[inline(always)]
    fn narrow(unit: u64) -> u32 {
        let unit = Pair(unit);
        1 | unit.drawn() << 10 | unit.positive() << 20
    }

    #[inline(always)]
    fn is_narrow(&self) -> bool {
        self.drawn() < 1024
    }
}

/// Rows in lane 0 and the draws of class `c` in lane `c + 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lanes<const N: usize>([u32; N]);

impl<const N: usize> Tally for Lanes<N> {
    type Unit = (u32, u32);

    const ZERO: Lanes<N> = Lanes([0; N]);

    #[inline(always)]
    fn unit(class: u32, times: u32) -> (u32, u32) {
        (class, times)
    }

    #[inline(always)]
    fn add_unit(&mut self, (class, times): (u32, u32)) {
        self.0[0] += 1;
        self.0[class as usize + 1] += times;
    }

    #[inline(always)]
    fn add(&mut self, other: &Lanes<N>) {
        for (sum, part) in self.0.iter_mut().zip(&other.0) {
            *sum = sum.wrapping_add(*part);
        }
    }

    #[inline(always)]
    fn minus(&self, other: &Lanes<N>) -> Lanes<N> {
        let mut rest = *self;
        for (rest, part) in rest.0.iter_mut().zip(&other.0) {
            *rest = rest.wrapping_sub(*part);
        }
        rest
    }

    #[inline(always)]
    fn n_rows(&self) -> usize {
        self.0[0] as usize
    }

    #[inline(always)]
    fn count(&self, class: usize) -> u32 {
        self.0[class + 1]
    }

    #[inline(always)]
    fn is_pure(&self) -> bool {
        self.0[1..].iter().filter(|&&count| 0 < count).count() <= 1
    }

    #[inline(always)]
    fn gain(measure: &Measure, left: &Lanes<N>, total: &Lanes<N>) -> f64 {
        let entropy = measure.criterion == Criterion::Entropy;
        let part = |weight: f64| if entropy { x_ln_x(weight) } else { weight * weight };
        let (mut left_weight, mut right_weight) = (0.0, 0.0);
        let (mut left_parts, mut right_parts, mut parts) = (0.0, 0.0, 0.0);
        for ((&weight, &l), &t) in measure.weights.iter().zip(&left.0[1..]).zip(&total.0[1..]) {
            let (l, r) = (weight * f64::from(l), weight * f64::from(t - l));
            left_weight += l;
            right_weight += r;
            left_parts += part(l);
            right_parts += part(r);
            parts += if entropy { part(l + r) } else { 0.0 };
        }
        if entropy {
            let children = left_parts - x_ln_x(left_weight) + right_parts - x_ln_x(right_weight);
            // Rounding must not make a split that changes nothing look refused.
            (children - parts + x_ln_x(left_weight + right_weight)).max(0.0)
        } else {
            left_parts / left_weight + right_parts / right_weight
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally<T: Tally>(zeros: &[u32], ones: &[u32]) -> T {
        let mut sum = T::ZERO;
        for (class, times) in [(0, zeros), (1, ones)] {
            times.iter().for_each(|&times| sum.add_unit(T::unit(class, times)));
        }
        sum
    }

    #[test]
    fn both_tallies_rank_splits_alike() {
        for criterion in [Criterion::Gini, Criterion::Entropy] {
            let measure = Measure { criterion, weights: vec![0.7, 1.9] };
            let total = [&[1, 2, 1, 3][..], &[2, 1, 5]];
            let better = [&[1, 2, 1][..], &[2]];
            let worse = [&[1, 2][..], &[2, 1]];
            let decrease = |left: [&[u32]; 2]| {
                measure.decrease::<Pair>(&tally(left[0], left[1]), &tally(total[0], total[1]))
            };
            let pair = |left: [&[u32]; 2]| {
                Pair::gain(&measure, &tally(left[0], left[1]), &tally(total[0], total[1]))
            };
            let lanes = |left: [&[u32]; 2]| {
                Lanes::<4>::gain(&measure, &tally(left[0], left[1]), &tally(total[0], total[1]))
            };
            assert!(decrease(worse) < decrease(better));
            assert!(pair(worse) < pair(better));
            assert!(lanes(worse) < lanes(better));
        }
    }

    #[test]
    fn a_narrow_sum_keeps_the_counts() {
        let units = [Pair::unit(0, 3), Pair::unit(1, 2), Pair::unit(1, 1)];
        let sum: u32 = units.into_iter().map(Pair::narrow).sum();
        assert_eq!([sum & 1023, sum >> 10 & 1023, sum >> 20], [3, 6, 3]);
        let wide: Pair = tally(&[3], &[2, 1]);
        assert_eq!((wide.n_rows(), wide.count(0), wide.count(1)), (3, 3, 3));
    }
}
