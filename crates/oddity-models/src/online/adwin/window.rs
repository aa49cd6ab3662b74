//! The window of ADWIN: buckets of one, two, four and more numbers, with their sums.

use std::collections::VecDeque;

use oddity_core::{ANY, Result, State};

use super::AdwinParams;

/// Sizes of buckets, at most: their numbers are counted in 64 bits.
const MOST_LEVELS: usize = 63;

/// The last numbers of a stream, of which sums are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// The buckets of `2^level` numbers, the oldest first. Those of a higher level are older; no
    /// level is empty.
    levels: Vec<VecDeque<Bucket>>,
    width: u64,
    total: f64,
    /// The sum of squared distances to the mean.
    squares: f64,
}

/// Numbers that came one behind the other.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    total: f64,
    /// The sum of squared distances to the mean of the bucket.
    squares: f64,
}

impl Bucket {
    /// This bucket and the next, both of `size` numbers.
    fn with(self, next: Bucket, size: f64) -> Bucket {
        let distance = self.total / size - next.total / size;
        let between = size * 0.5 * distance * distance;
        Bucket { total: self.total + next.total, squares: self.squares + next.squares + between }
    }
}

impl Window {
    /// How many numbers there are.
    pub(super) fn width(&self) -> u64 {
        self.width
    }

    /// Their mean; 0 where there is none.
    pub(super) fn mean(&self) -> f64 {
        if self.width == 0 { 0.0 } else { self.total / self.width as f64 }
    }

    /// Takes a number in, with at most so many buckets a level, which are at least 2; false, with
    /// nothing changed, if the sums would not be finite.
    pub(super) fn push(&mut self, x: f64, max_buckets: usize) -> bool {
        let before = self.width as f64;
        let mut squares = self.squares;
        if 0.0 < before {
            let distance = x - self.total / before;
            squares += before * distance * distance / (before + 1.0);
        }
        let total = self.total + x;
        if !(total.is_finite() && squares.is_finite()) {
            return false;
        }
        (self.width, self.total, self.squares) = (self.width + 1, total, squares);
        self.put(Bucket { total: x, squares: 0.0 }, max_buckets);
        true
    }

    /// Puts a bucket of one number behind the others. Where a level has too many, its two oldest
    /// become one of the next.
    fn put(&mut self, mut bucket: Bucket, max_buckets: usize) {
        let mut size = 1.0;
        for buckets in &mut self.levels {
            buckets.push_back(bucket);
            if buckets.len() <= max_buckets {
                return;
            }
            let (Some(first), Some(second)) = (buckets.pop_front(), buckets.pop_front()) else {
                return;
            };
            bucket = first.with(second, size);
            size *= 2.0;
        }
        self.levels.push(VecDeque::from([bucket]));
    }

    /// Drops the oldest bucket.
    pub(super) fn drop_oldest(&mut self) {
        let Some(oldest) = self.levels.last_mut() else { return };
        let Some(bucket) = oldest.pop_front() else { return };
        let is_empty = oldest.is_empty();
        let size = 1u64 << (self.levels.len() - 1);
        if is_empty {
            self.levels.pop();
        }
        self.width -= size;
        self.total -= bucket.total;
        let (size, width) = (size as f64, self.width as f64);
        let distance = bucket.total / size - self.total / width;
        let between = size * width * distance * distance / (size + width);
        self.squares -= bucket.squares + between;
    }

    /// Whether there is a cut whose sides have means further apart than chance brings them.
    pub(super) fn has_cut(&self, params: &AdwinParams) -> bool {
        let least = params.min_window_length as u64;
        let width = self.width as f64;
        let variance = self.squares / width;
        let log = (2.0 * width.ln() / params.delta).ln();
        let (mut n_old, mut n_new) = (0u64, self.width);
        let (mut old, mut new) = (0f64, self.total);
        for (level, buckets) in self.levels.iter().enumerate().rev() {
            let size = 1u64 << level;
            for bucket in buckets {
                (n_old, n_new) = (n_old + size, n_new - size);
                (old, new) = (old + bucket.total, new - bucket.total);
                if n_new < least {
                    return false;
                }
                if n_old < least {
                    continue;
                }
                let share = 1.0 / (n_old - least + 1) as f64 + 1.0 / (n_new - least + 1) as f64;
                // Where a bucket was dropped, rounding may have left a variance below 0: the bound
                // is not a number then, and there is no cut.
                let bound = (2.0 * share * variance * log).sqrt() + 2.0 / 3.0 * log * share;
                if bound < (old / n_old as f64 - new / n_new as f64).abs() {
                    return true;
                }
            }
        }
        false
    }

    /// As entries of a state.
    pub(super) fn state(&self) -> State {
        let lengths: Vec<usize> = self.levels.iter().map(VecDeque::len).collect();
        let buckets = || self.levels.iter().flatten();
        let totals: Vec<f64> = buckets().map(|bucket| bucket.total).collect();
        let squares: Vec<f64> = buckets().map(|bucket| bucket.squares).collect();
        let mut state = State::new();
        state.put_counts("levels", &lengths);
        state.put_f64s("totals", &[totals.len()], &totals);
        state.put_f64s("squares", &[squares.len()], &squares);
        // Less than 0 by rounding only where a change was found, behind which no answer depends on
        // it.
        state.put_f64s("window", &[2], &[self.total, self.squares.max(0.0)]);
        state
    }

    /// A window as it was in a state.
    pub(super) fn resumed(state: &State, max_buckets: usize) -> Result<Window> {
        let lengths = state.counts("levels", ANY, max_buckets)?;
        let wrong = || state.wrong("levels", "how many buckets each level has");
        if MOST_LEVELS < lengths.len() || lengths.contains(&0) {
            return Err(wrong());
        }
        // At most 1,000 times 2^63: no overflow in 128 bits.
        let sizes = lengths.iter().enumerate();
        let width: u128 = sizes.map(|(level, &length)| (length as u128) << level).sum();
        let width = u64::try_from(width).map_err(|_| wrong())?;
        if u64::MAX / 2 < width {
            return Err(wrong());
        }
        let n_buckets: usize = lengths.iter().sum();
        let totals = state.f64s("totals", &[n_buckets])?;
        let of_buckets = state.f64s("squares", &[n_buckets])?;
        let sums = state.f64s("window", &[2])?;
        let (total, squares) = (sums[0], sums[1]);
        for (name, squares) in [("squares", of_buckets), ("window", &sums[1..])] {
            if squares.iter().any(|&square| square < 0.0) {
                return Err(state.wrong(name, "sums of squares"));
            }
        }
        let mut buckets =
            totals.iter().zip(of_buckets).map(|(&total, &squares)| Bucket { total, squares });
        let levels: Vec<VecDeque<Bucket>> =
            lengths.into_iter().map(|n| buckets.by_ref().take(n).collect()).collect();
        Ok(Window { levels, width, total, squares })
    }
}
