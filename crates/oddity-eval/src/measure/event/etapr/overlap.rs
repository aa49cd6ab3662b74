//! What events and alarms share, found in one sweep, and what is left of it after pruning.

use std::ops::Range;

use crate::measure::Events;

/// How long the tail behind an event is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tail {
    /// So many samples from its first to its last; 0 for none.
    Samples(usize),
    /// This share of the samples from the event's first to its last, rounded down.
    Share(f64),
}

/// A share of its length that an event or an alarm must reach.
#[derive(Clone, Copy, Debug)]
pub(super) enum Threshold {
    /// The quotient as a real number: the reference of 2020 computes in decimals, where 1 of 10
    /// samples is less than the number next to 0.1 that a float can be.
    Exact(f64),
    /// The quotient as it is rounded to a float.
    Rounded(f64),
}

/// The pairs of an event and an alarm that share samples.
///
/// Events with their tails and alarms are both in order and do not overlap among themselves
/// (tails by one sample at most), so the pairs of one event follow each other, and so do those
/// of one alarm.
#[derive(Debug)]
pub(super) struct Overlaps {
    pairs: Vec<Pair>,
    by_event: Lines,
    by_alarm: Lines,
}

#[derive(Debug)]
struct Pair {
    event: usize,
    alarm: usize,
    /// Samples shared, and what those in the tail are worth.
    credit: f64,
    is_left: bool,
}

/// The pairs of each event, or of each alarm.
#[derive(Debug)]
struct Lines {
    pairs: Vec<Range<usize>>,
    lengths: Vec<f64>,
}

/// What the pairs of each event and of each alarm add up to.
#[derive(Debug)]
pub(super) struct Shares {
    pub(super) events: Vec<Share>,
    pub(super) alarms: Vec<Share>,
}

/// What the pairs of an event or an alarm add up to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) credit: f64,
    pub(super) length: f64,
}

impl Share {
    /// The credit as a share of the length.
    pub(super) fn value(self) -> f64 {
        self.credit / self.length
    }
}

impl Threshold {
    pub(super) fn is_reached(self, by: Share) -> bool {
        match self {
            // Rounded once, so that its sign is exact.
            Threshold::Exact(share) => 0.0 <= share.mul_add(-by.length, by.credit),
            Threshold::Rounded(share) => share <= by.value(),
        }
    }
}

impl Overlaps {
    /// `alarms` are the runs of alarms, cut at the edges of series.
    pub(super) fn new(events: &Events, alarms: &[Range<usize>], tail: Tail) -> Overlaps {
        let runs = events.runs();
        let mut pairs = Vec::with_capacity(runs.len() + alarms.len());
        let mut series = events.series().peekable();
        let mut first = 0;
        for (event, run) in runs.iter().enumerate() {
            while series.next_if(|series| series.end <= run.start).is_some() {}
            let end = series.peek().map_or(events.n_samples(), |series| series.end);
            let next = runs.get(event + 1).map(|next| next.start).filter(|&next| next < end);
            let tail = tail_of(run, next, tail);
            while alarms.get(first).is_some_and(|alarm| alarm.end <= run.start) {
                first += 1;
            }
            let reach = tail.as_ref().map_or(run.end, |tail| tail.end).min(end);
            let near = alarms[first..].iter().take_while(|alarm| alarm.start < reach);
            for (alarm, near) in (first..).zip(near) {
                let shared = near.end.min(run.end).saturating_sub(near.start.max(run.start));
                let behind = tail.as_ref().map_or(0.0, |tail| worth(tail, near));
                pairs.push(Pair { event, alarm, credit: shared as f64 + behind, is_left: true });
            }
        }
        let by_event = Lines::new(runs, pairs.iter().map(|pair| pair.event));
        let by_alarm = Lines::new(alarms, pairs.iter().map(|pair| pair.alarm));
        Overlaps { pairs, by_event, by_alarm }
    }

    /// Empties events and alarms that do not reach their thresholds, until all that are left do.
    ///
    /// What is left does not depend on the order. Only what lost a pair is looked at again: an
    /// alarm has others than its event's pairs only at the event's ends, so an event loses pairs
    /// in a few rounds at most, and the whole takes time in the number of pairs.
    pub(super) fn prune(&mut self, event: Threshold, alarm: Threshold) {
        let mut events: Vec<usize> = (0..self.by_event.pairs.len()).collect();
        let mut alarms: Vec<usize> = (0..self.by_alarm.pairs.len()).collect();
        let mut is_first = true;
        loop {
            let touched =
                self.empty(&events, event, |overlaps| &overlaps.by_event, |pair| pair.alarm);
            if !is_first {
                alarms = touched;
            }
            events = self.empty(&alarms, alarm, |overlaps| &overlaps.by_alarm, |pair| pair.event);
            is_first = false;
            if events.is_empty() {
                return;
            }
        }
    }

    /// Empties those of the lines that do not reach the threshold; returns the crossing lines
    /// that lost a pair, in order.
    fn empty(
        &mut self,
        lines: &[usize],
        threshold: Threshold,
        of: fn(&Overlaps) -> &Lines,
        crossing: fn(&Pair) -> usize,
    ) -> Vec<usize> {
        let mut touched: Vec<usize> = Vec::new();
        for &line in lines {
            let (pairs, length) = (of(self).pairs[line].clone(), of(self).lengths[line]);
            let left = || self.pairs[pairs.clone()].iter().filter(|pair| pair.is_left);
            let credit: f64 = left().map(|pair| pair.credit).sum();
            if left().next().is_none() || threshold.is_reached(Share { credit, length }) {
                continue;
            }
            for pair in self.pairs[pairs].iter_mut().filter(|pair| pair.is_left) {
                pair.is_left = false;
                // Lines and their pairs are in order, so equal ones follow each other.
                if touched.last() != Some(&crossing(pair)) {
                    touched.push(crossing(pair));
                }
            }
        }
        touched
    }

    /// The sums of what is left; of `squares`, credits count by their square over the length of
    /// the other side.
    pub(super) fn shares(&self, squares: bool) -> Shares {
        let share = |lines: &Lines, others: &Lines, other: fn(&Pair) -> usize| {
            let credit = |pair: &Pair| {
                if squares {
                    pair.credit * pair.credit / others.lengths[other(pair)]
                } else {
                    pair.credit
                }
            };
            let sum = |pairs: &Range<usize>| -> f64 {
                self.pairs[pairs.clone()].iter().filter(|pair| pair.is_left).map(credit).sum()
            };
            let with_length = |(pairs, &length)| Share { credit: sum(pairs), length };
            lines.pairs.iter().zip(&lines.lengths).map(with_length).collect()
        };
        Shares {
            events: share(&self.by_event, &self.by_alarm, |pair| pair.alarm),
            alarms: share(&self.by_alarm, &self.by_event, |pair| pair.event),
        }
    }
}

impl Lines {
    /// `of_pairs`: for each pair the line it is in, in order.
    fn new(runs: &[Range<usize>], of_pairs: impl Iterator<Item = usize>) -> Lines {
        let mut pairs = vec![0..0; runs.len()];
        for (pair, line) in of_pairs.enumerate() {
            if pairs[line].is_empty() {
                pairs[line].start = pair;
            }
            pairs[line].end = pair + 1;
        }
        Lines { pairs, lengths: runs.iter().map(|run| run.len() as f64).collect() }
    }
}

/// The tail behind an event, before the first sample `next` of the one behind it; none where it
/// would be one sample.
fn tail_of(run: &Range<usize>, next: Option<usize>, tail: Tail) -> Option<Range<usize>> {
    let length = match tail {
        Tail::Samples(samples) => samples,
        Tail::Share(share) => (share * (run.len() - 1) as f64) as usize,
    };
    let mut last = run.end.saturating_add(length);
    if let Some(next) = next.filter(|&next| next < last) {
        last = next - 1;
    }
    (run.end < last).then(|| run.end..last.saturating_add(1))
}

/// What the samples that an alarm shares with a tail are worth.
fn worth(tail: &Range<usize>, alarm: &Range<usize>) -> f64 {
    let length = (tail.len() - 1) as f64;
    let shared = tail.start.max(alarm.start)..tail.end.min(alarm.end);
    let one = |sample: usize| {
        let position = -6.0 + (sample - tail.start) as f64 * 12.0 / length;
        1.0 / (1.0 + position.exp())
    };
    shared.map(one).sum()
}
