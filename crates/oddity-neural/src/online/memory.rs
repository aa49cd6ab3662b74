//! The last events, with the running mean and deviation of each column.

use std::collections::VecDeque;

/// The last events of a stream.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    /// The oldest first.
    events: VecDeque<Vec<f64>>,
    /// Events whose mean and deviation are taken.
    size: usize,
    /// Events that are kept, which may be more.
    kept: usize,
    /// Of the last `size` events; 0 where there is none.
    means: Vec<f64>,
    /// 1 where a column does not vary.
    deviations: Vec<f64>,
}

impl Memory {
    /// An empty memory of `size` events of so many columns, of which at least `kept` are kept.
    pub(super) fn new(n_columns: usize, size: usize, kept: usize) -> Memory {
        Memory {
            events: VecDeque::new(),
            size,
            kept: kept.max(size),
            means: vec![0.0; n_columns],
            deviations: vec![1.0; n_columns],
        }
    }

    /// The memory behind `n_events` events, of which these are the last ones; none if they are not
    /// as many as are kept, or not finite numbers of so many columns.
    pub(super) fn behind(
        n_columns: usize,
        size: usize,
        kept: usize,
        n_events: u64,
        last: Vec<Vec<f64>>,
    ) -> Option<Memory> {
        let is_event =
            |event: &Vec<f64>| event.len() == n_columns && event.iter().all(|x| x.is_finite());
        let n_kept = n_events.min(kept.max(size) as u64);
        if last.len() as u64 != n_kept || !last.iter().all(is_event) {
            return None;
        }
        let mut memory = Memory::new(n_columns, size, kept);
        memory.events = last.into();
        if !memory.events.is_empty() {
            memory.update();
        }
        Some(memory)
    }

    /// Whether mean and deviation are those of as many events as asked for.
    pub(super) fn is_full(&self) -> bool {
        self.size <= self.events.len()
    }

    /// Takes an event in, and drops the oldest one.
    pub(super) fn push(&mut self, event: Vec<f64>) {
        if self.events.len() == self.kept {
            self.events.pop_front();
        }
        self.events.push_back(event);
        self.update();
    }

    /// The kept events, the oldest first.
    pub(super) fn events(&self) -> impl DoubleEndedIterator<Item = &[f64]> + ExactSizeIterator {
        self.events.iter().map(Vec::as_slice)
    }

    /// The largest distance of a column to its mean, in deviations.
    pub(super) fn distance(&self, event: &[f64]) -> f64 {
        let columns = event.iter().zip(&self.means).zip(&self.deviations);
        columns.fold(0.0, |most, ((x, mean), deviation)| ((x - mean) / deviation).abs().max(most))
    }

    /// Writes an event, centred and scaled.
    pub(super) fn scale(&self, event: &[f64], to: &mut [f32]) {
        let columns = event.iter().zip(&self.means).zip(&self.deviations);
        for (to, ((x, mean), deviation)) in to.iter_mut().zip(columns) {
            *to = ((x - mean) / deviation) as f32;
        }
    }

    /// Takes mean and deviation anew, in two passes: Welford's updates, run backwards for events
    /// that leave, would let a column that no longer varies keep a deviation of rounding errors.
    fn update(&mut self) {
        let n = self.events.len().min(self.size);
        let last = || self.events.iter().skip(self.events.len() - n);
        self.means.fill(0.0);
        for event in last() {
            self.means.iter_mut().zip(event).for_each(|(sum, x)| *sum += x);
        }
        self.means.iter_mut().for_each(|sum| *sum /= n as f64);
        self.deviations.fill(0.0);
        for event in last() {
            for ((sum, x), mean) in self.deviations.iter_mut().zip(event).zip(&self.means) {
                *sum += (x - mean) * (x - mean);
            }
        }
        for (sum, mean) in self.deviations.iter_mut().zip(&self.means) {
            let variance = *sum / n as f64;
            // Equal values leave what their mean is rounded by (Chan, Golub and LeVeque 1983).
            let rounding = n as f64 * mean * f64::EPSILON;
            let varies = rounding * rounding < variance && variance.is_finite();
            *sum = if varies { variance.sqrt() } else { 1.0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_deviation_are_those_of_the_last_events() {
        let mut memory = Memory::new(2, 3, 5);
        assert_eq!((memory.distance(&[2.0, -3.0]), memory.is_full()), (3.0, false));
        for x in [9.0, 1.0, 4.0, 7.0] {
            memory.push(vec![x, 0.1]);
        }
        assert!(memory.is_full());
        assert_eq!((memory.means[0], memory.deviations[0]), (4.0, 6.0f64.sqrt()));
        // A column that does not vary is centred alone.
        assert_eq!(memory.deviations[1], 1.0);
        assert_eq!(memory.events().len(), 4);
        memory.push(vec![0.0, 0.1]);
        memory.push(vec![0.0, 0.1]);
        assert_eq!(memory.events().len(), 5);
        let mut scaled = [0.0; 2];
        memory.scale(&[memory.means[0] + 2.0 * memory.deviations[0], 0.6], &mut scaled);
        assert!((scaled[0] - 2.0).abs() < 1e-6 && (scaled[1] - 0.5).abs() < 1e-6);
    }
}
