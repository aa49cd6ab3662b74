//! Events: runs of anomalous samples, in one series or several.

use std::ops::Range;

use oddity_core::Labels;

/// Anomalies as events: runs of neighbouring samples, in order, of which none overlap.
///
/// Samples may come from several series one behind the other; no run crosses an edge between
/// two of them, and neither does anything that a measure lays around a run.
///
/// ```
/// use oddity_core::Labels;
/// use oddity_eval::measure::Events;
///
/// let labels = Labels::new(vec![false, true, true, false, true]);
/// assert_eq!(Events::from(&labels).runs(), [1..3, 4..5]);
/// let two_series = Events::in_series(labels.values(), &[2])?;
/// assert_eq!(two_series.runs(), [1..2, 2..3, 4..5]);
/// # Ok::<(), oddity_eval::measure::EventsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    n_samples: usize,
    /// First samples of all series but the first, ascending.
    edges: Vec<usize>,
    runs: Vec<Range<usize>>,
}

/// Why intervals are no events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventsError {
    /// An interval ends before it starts.
    #[error("event {event}: starts at {start} and ends at {end}")]
    Backward {
        /// Which interval, from 0.
        event: usize,
        /// Its first sample.
        start: usize,
        /// Its last sample.
        end: usize,
    },
    /// An interval reaches past the last sample.
    #[error("event {event}: ends at {end}, of {n_samples} samples")]
    Outside {
        /// Which interval, from 0.
        event: usize,
        /// Its last sample.
        end: usize,
        /// Samples there are.
        n_samples: usize,
    },
    /// Two intervals share a sample, or are not in order.
    #[error("event {event}: starts at {start}, and the one before it ends at {end}")]
    Overlap {
        /// The later interval, from 0.
        event: usize,
        /// Its first sample.
        start: usize,
        /// The last sample of the one before.
        end: usize,
    },
    /// An edge is not between the samples.
    #[error("an edge between series at {edge} is out of order or outside")]
    Edge {
        /// The edge: the first sample of a series.
        edge: usize,
    },
}

impl Events {
    /// Events from their first and last samples, both included, in one series.
    ///
    /// Neighbouring events stay two.
    ///
    /// # Errors
    ///
    /// [`EventsError`] for an interval that is backward, outside, or not behind the one before.
    pub fn from_intervals(
        n_samples: usize,
        intervals: &[(usize, usize)],
    ) -> Result<Events, EventsError> {
        let mut runs: Vec<Range<usize>> = Vec::with_capacity(intervals.len());
        for (event, &(start, end)) in intervals.iter().enumerate() {
            if end < start {
                return Err(EventsError::Backward { event, start, end });
            }
            if n_samples <= end {
                return Err(EventsError::Outside { event, end, n_samples });
            }
            if let Some(before) = runs.last().filter(|before| start < before.end) {
                return Err(EventsError::Overlap { event, start, end: before.end - 1 });
            }
            runs.push(start..end + 1);
        }
        Ok(Events { n_samples, edges: Vec::new(), runs })
    }

    /// The runs of `true` in several series: `edges` are the first samples of all series but the
    /// first, ascending.
    ///
    /// # Errors
    ///
    /// [`EventsError::Edge`] for an edge out of order or outside.
    pub fn in_series(anomalous: &[bool], edges: &[usize]) -> Result<Events, EventsError> {
        let n_samples = anomalous.len();
        check(edges, n_samples)?;
        let edges = edges.to_vec();
        Ok(Events { n_samples, runs: runs(anomalous, &edges), edges })
    }

    /// The same events in more series, cut at these edges besides those there are; an event that
    /// lies in two becomes two.
    ///
    /// # Errors
    ///
    /// [`EventsError::Edge`] for an edge out of order or outside.
    pub fn cut_at(&self, edges: &[usize]) -> Result<Events, EventsError> {
        check(edges, self.n_samples)?;
        let mut edges = [&self.edges[..], edges].concat();
        edges.sort_unstable();
        edges.dedup();
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            let mut start = run.start;
            let inside = &edges[edges.partition_point(|&edge| edge <= start)..];
            for &edge in inside.iter().take_while(|&&edge| edge < run.end) {
                runs.push(start..edge);
                start = edge;
            }
            runs.push(start..run.end);
        }
        Ok(Events { n_samples: self.n_samples, edges, runs })
    }

    /// The events, as half-open ranges of samples, in order.
    pub fn runs(&self) -> &[Range<usize>] {
        &self.runs
    }

    /// Number of samples, anomalous or not.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// First samples of all series but the first.
    pub fn edges(&self) -> &[usize] {
        &self.edges
    }

    /// The series, as half-open ranges of samples, in order; one where there is no sample.
    pub fn series(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.edges.iter().copied());
        let ends = self.edges.iter().copied().chain([self.n_samples]);
        starts.zip(ends).map(|(start, end)| start..end)
    }

    /// The runs of `true` among decisions on the same samples, cut at the same edges.
    ///
    /// # Panics
    ///
    /// If there is another number of decisions.
    pub fn runs_of(&self, alarms: &[bool]) -> Vec<Range<usize>> {
        assert_eq!(alarms.len(), self.n_samples, "one decision a sample");
        runs(alarms, &self.edges)
    }

    /// Whether each sample lies in an event.
    pub fn anomalies(&self) -> Vec<bool> {
        let mut anomalous = vec![false; self.n_samples];
        for run in &self.runs {
            anomalous[run.clone()].fill(true);
        }
        anomalous
    }
}

impl From<&Labels> for Events {
    /// The runs of anomalies in one series.
    fn from(labels: &Labels) -> Events {
        Events::from(labels.values())
    }
}

impl From<&[bool]> for Events {
    /// The runs of `true` in one series.
    fn from(anomalous: &[bool]) -> Events {
        Events { n_samples: anomalous.len(), edges: Vec::new(), runs: runs(anomalous, &[]) }
    }
}

/// Refuses edges that do not ascend between the samples.
fn check(edges: &[usize], n_samples: usize) -> Result<(), EventsError> {
    let mut before = 0;
    for &edge in edges {
        if edge <= before || n_samples <= edge {
            return Err(EventsError::Edge { edge });
        }
        before = edge;
    }
    Ok(())
}

/// The runs of `true`, cut at the edges.
fn runs(flags: &[bool], edges: &[usize]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for end in edges.iter().copied().chain([flags.len()]) {
        let mut at = start;
        while let Some(from) = flags[at..end].iter().position(|&flag| flag) {
            let from = at + from;
            let length = flags[from..end].iter().position(|&flag| !flag);
            let to = length.map_or(end, |length| from + length);
            runs.push(from..to);
            at = to;
        }
        start = end;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn intervals_that_are_no_events_are_refused() {
        let refused = |intervals: &[(usize, usize)]| Events::from_intervals(10, intervals);
        let backward = EventsError::Backward { event: 0, start: 3, end: 2 };
        assert_eq!(refused(&[(3, 2)]), Err(backward));
        let outside = EventsError::Outside { event: 1, end: 10, n_samples: 10 };
        assert_eq!(refused(&[(0, 0), (9, 10)]), Err(outside));
        let overlap = EventsError::Overlap { event: 1, start: 4, end: 4 };
        assert_eq!(refused(&[(1, 4), (4, 5)]), Err(overlap));
        assert_eq!(refused(&[(1, 4), (5, 5)]).unwrap().runs(), [1..5, 5..6]);
        let cut = Events::from_intervals(9, &[(0, 1), (3, 7)]).unwrap().cut_at(&[1, 5, 6]).unwrap();
        assert_eq!(cut.runs(), [0..1, 1..2, 3..5, 5..6, 6..8]);
        let cut = cut.cut_at(&[4, 5]).unwrap();
        assert_eq!(cut.edges(), [1, 4, 5, 6]);
        assert_eq!(cut.runs(), [0..1, 1..2, 3..4, 4..5, 5..6, 6..8]);
        for edges in [&[0][..], &[4], &[2, 2], &[3, 1]] {
            let refused = Events::in_series(&[false; 4], edges);
            assert!(matches!(refused, Err(EventsError::Edge { .. })), "{edges:?}");
        }
    }

    proptest! {
        #[test]
        fn runs_cover_what_is_anomalous(
            flags in prop::collection::vec(any::<bool>(), 1..60),
            edge in 0..60usize,
        ) {
            let edges: Vec<usize> = (0 < edge && edge < flags.len()).then_some(edge).into_iter().collect();
            let events = Events::in_series(&flags, &edges).unwrap();
            prop_assert_eq!(events.anomalies(), flags.clone());
            prop_assert_eq!(events.runs_of(&flags), events.runs());
            for run in events.runs() {
                prop_assert!(run.start < run.end);
                prop_assert!(!edges.iter().any(|edge| run.start < *edge && *edge < run.end));
            }
            for two in events.runs().windows(2) {
                prop_assert!(two[0].end < two[1].start || edges.contains(&two[1].start));
            }
            let n_samples: usize = events.series().map(|series| series.len()).sum();
            prop_assert_eq!(n_samples, flags.len());
        }
    }
}
