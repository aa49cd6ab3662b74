//! The share of events that, each with its buffer, hold an alarm of each threshold.

use std::ops::Range;

use super::VolumeVersion;
use super::levels::Levels;
use crate::measure::Events;

/// The highest score of each event with its buffer, as the half buffer grows from 0.
pub(super) struct Existence<'a> {
    version: VolumeVersion,
    levels: &'a Levels,
    scores: &'a [f64],
    events: Vec<Event>,
    half: usize,
}

/// An event with what is known of it at the current half buffer.
struct Event {
    run: Range<usize>,
    series: Range<usize>,
    /// Start of the next event of the series.
    next: Option<usize>,
    /// The highest score in the event or its buffer.
    highest: f64,
}

impl<'a> Existence<'a> {
    pub(super) fn new(
        events: &Events,
        levels: &'a Levels,
        scores: &'a [f64],
        version: VolumeVersion,
    ) -> Existence<'a> {
        let mut all_series = events.series();
        let mut series = all_series.next().unwrap_or(0..0);
        let runs = events.runs();
        let event = |(at, run): (usize, &Range<usize>)| {
            while series.end <= run.start {
                series = all_series.next().unwrap_or(run.clone());
            }
            let next = runs.get(at + 1).map(|next| next.start).filter(|&next| next < series.end);
            let highest = scores[run.clone()].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Event { run: run.clone(), series: series.clone(), next, highest }
        };
        let events = runs.iter().enumerate().map(event).collect();
        Existence { version, levels, scores, events, half: 0 }
    }

    /// Widens the half buffer, which may only grow.
    pub(super) fn widen(&mut self, half: usize) {
        for distance in self.half + 1..=half {
            let behind = distance - self.version.lag_behind();
            for event in &mut self.events {
                let ahead = event.run.start.checked_sub(distance);
                let ahead = ahead.filter(|&sample| event.series.start <= sample);
                let behind = Some(event.run.end - 1 + behind);
                let behind = behind.filter(|&sample| sample < event.series.end);
                for sample in ahead.into_iter().chain(behind) {
                    event.highest = event.highest.max(self.scores[sample]);
                }
            }
        }
        self.half = half;
    }

    /// The share of events found at each threshold.
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut found = vec![0_usize; self.levels.len()];
        let (mut n_events, mut highest) = (0, f64::NEG_INFINITY);
        for event in &self.events {
            highest = highest.max(self.highest_of(event));
            let gap = event.next.map(|next| next - event.run.end);
            if !gap.is_some_and(|gap| self.version.merges(gap, self.half)) {
                found[self.levels.first(highest)] += 1;
                n_events += 1;
                highest = f64::NEG_INFINITY;
            }
        }
        let mut sum = 0;
        let share = |found: &usize| {
            sum += found;
            sum as f64 / n_events as f64
        };
        found.iter().map(share).collect()
    }

    fn highest_of(&self, event: &Event) -> f64 {
        // TimeEval takes the end of the buffer, which is the sample behind it, for its last
        // sample. That sample counts where the buffer of the next event holds it.
        let behind = event.run.end + self.half;
        let is_held = event.next.is_some_and(|next| next <= behind + self.half);
        let is_read = self.version == VolumeVersion::TimeEval && 0 < self.half;
        match is_read && is_held && behind < event.series.end {
            true => event.highest.max(self.scores[behind]),
            false => event.highest,
        }
    }
}
