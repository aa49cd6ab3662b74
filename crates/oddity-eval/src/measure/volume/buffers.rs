//! Samples beside events, counted by distance and by the first threshold that they reach.

use std::ops::Range;

use super::VolumeVersion;
use super::levels::Levels;
use crate::measure::Events;

/// Counts of samples by threshold, as the half buffer grows from 0.
pub(super) struct Buffers {
    version: VolumeVersion,
    n_levels: usize,
    /// Samples before an event and within reach of no other, a row of levels for each distance.
    ahead: Vec<f64>,
    /// The same behind an event.
    behind: Vec<f64>,
    /// Samples that weigh 1: those in events, and those within reach of two.
    full: Vec<f64>,
    /// Samples that a second event reaches, by the half buffer where it does, ascending.
    shared: Vec<Shared>,
    n_shared: usize,
    half: usize,
}

/// A sample that a second event reaches.
#[derive(Clone, Copy)]
struct Shared {
    half: usize,
    level: usize,
    /// Its place among those of one event, unless both reach it at once.
    alone: Option<(Side, usize)>,
}

#[derive(Clone, Copy)]
enum Side {
    Ahead,
    Behind,
}

/// How far a sample is from the events around it in its series.
struct Around {
    /// Last samples of the two events before, the nearer first.
    lasts: [Option<usize>; 2],
    /// First samples of the two events behind it, the nearer first.
    starts: [Option<usize>; 2],
}

impl Buffers {
    /// Counts samples within `most` of an event.
    pub(super) fn new(
        events: &Events,
        levels: &Levels,
        scores: &[f64],
        most: usize,
        version: VolumeVersion,
    ) -> Buffers {
        let n_levels = levels.len();
        let table = vec![0.0; (most + 1) * n_levels];
        let mut buffers = Buffers {
            version,
            n_levels,
            ahead: table.clone(),
            behind: table,
            full: vec![0.0; n_levels],
            shared: Vec::new(),
            n_shared: 0,
            half: 0,
        };
        for run in events.runs() {
            scores[run.clone()].iter().for_each(|&score| buffers.full[levels.first(score)] += 1.0);
        }
        for (gap, around) in gaps(events) {
            // Those within reach of the event before, and of the event behind.
            let near_last = around.lasts[0].map_or(gap.start, |_| gap.end.min(gap.start + most));
            let near_start =
                around.starts[0].map_or(gap.end, |_| gap.end.saturating_sub(most).max(near_last));
            for sample in (gap.start..near_last).chain(near_start..gap.end) {
                buffers.add(sample, levels.first(scores[sample]), &around, most);
            }
        }
        buffers.shared.sort_unstable_by_key(|shared| shared.half);
        buffers
    }

    fn add(&mut self, sample: usize, level: usize, around: &Around, most: usize) {
        let behind = |last: usize| sample - last + self.version.lag_behind();
        let lasts = around.lasts.map(|last| last.map_or(usize::MAX, behind));
        let starts = around.starts.map(|start| start.map_or(usize::MAX, |start| start - sample));
        let (side, first, second) = match lasts[0] <= starts[0] {
            true => (Side::Behind, lasts[0], lasts[1].min(starts[0])),
            false => (Side::Ahead, starts[0], starts[1].min(lasts[0])),
        };
        if most < first {
            return;
        }
        let distance = match side {
            Side::Behind => first - self.version.lag_behind(),
            Side::Ahead => first,
        };
        let is_shared = self.version.adds_buffers() && second <= most;
        let alone = (!is_shared || first < second).then_some((side, distance));
        if let Some((side, distance)) = alone {
            *self.count(side, distance, level) += 1.0;
        }
        if is_shared {
            self.shared.push(Shared { half: second, level, alone });
        }
    }

    fn count(&mut self, side: Side, distance: usize, level: usize) -> &mut f64 {
        let at = distance * self.n_levels + level;
        match side {
            Side::Ahead => &mut self.ahead[at],
            Side::Behind => &mut self.behind[at],
        }
    }

    /// Widens the half buffer, which may only grow.
    pub(super) fn widen(&mut self, half: usize) {
        self.half = half;
        while let Some(&shared) = self.shared.get(self.n_shared).filter(|next| next.half <= half) {
            self.n_shared += 1;
            self.full[shared.level] += 1.0;
            if let Some((side, distance)) = shared.alone {
                *self.count(side, distance, shared.level) -= 1.0;
            }
        }
    }

    /// The labels added over the alarms of each threshold, for a buffer of this half.
    pub(super) fn true_positives(&self, buffer: usize) -> Vec<f64> {
        let mut sums = self.full.clone();
        for distance in 1..=self.half {
            let weight = self.version.weight(distance, buffer);
            let row = distance * self.n_levels..(distance + 1) * self.n_levels;
            add_row(&mut sums, weight, &self.ahead[row.clone()]);
            if distance + self.version.lag_behind() <= self.half {
                add_row(&mut sums, weight, &self.behind[row]);
            }
        }
        let mut sum = 0.0;
        for level in &mut sums {
            sum += *level;
            *level = sum;
        }
        sums
    }
}

fn add_row(sums: &mut [f64], weight: f64, row: &[f64]) {
    for (sum, count) in sums.iter_mut().zip(row) {
        *sum += weight * count;
    }
}

/// The runs of normal samples of each series that has an event, with the events around each.
fn gaps(events: &Events) -> Vec<(Range<usize>, Around)> {
    let mut rest = events.runs();
    let mut gaps = Vec::with_capacity(rest.len() + 1);
    for series in events.series() {
        let n_own = rest.partition_point(|run| run.start < series.end);
        let (own, others) = rest.split_at(n_own);
        rest = others;
        if own.is_empty() {
            continue;
        }
        for next in 0..=own.len() {
            let before = |back: usize| next.checked_sub(back).map(|event| &own[event]);
            let start = before(1).map_or(series.start, |run| run.end);
            let end = own.get(next).map_or(series.end, |run| run.start);
            let lasts = [1, 2].map(|back| before(back).map(|run| run.end - 1));
            let starts = [0, 1].map(|on| own.get(next + on).map(|run| run.start));
            gaps.push((start..end, Around { lasts, starts }));
        }
    }
    gaps
}
