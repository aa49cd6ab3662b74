//! Groups of events: each event with half of the normal stretch on either side.

use std::ops::Range;

use oddity_core::Labels;
use serde::{Deserialize, Serialize};

use super::Groups;
use super::groups::check_edges;
use crate::measure::Events;
use crate::{Error, Result};

/// What becomes of a series without an event when the groups are events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuietSeries {
    /// It is refused.
    #[default]
    Refuse,
    /// It is one group.
    OneGroup,
    /// It is cut into groups of this many samples; the last one may be shorter.
    Blocks(usize),
}

impl Groups {
    /// Each event is a group, with the samples that are nearer to it than to another event of its
    /// series: contiguous anomalies, and half of the normal stretch on either side. The middle
    /// sample of an odd stretch goes to the later event, so that a normal sample stands before each
    /// event but one at the start of a series.
    ///
    /// These are the zones of the affiliation measures (Huet, Navarro and Rossi 2022,
    /// doi:10.1145/3534678.3539339). `edges` are the first sample of each series and the end,
    /// `[0, n]` for one series; a zone ends where its series does. Cost n.
    ///
    /// # Errors
    ///
    /// [`Error::QuietSeries`] for a series without an event under [`QuietSeries::Refuse`],
    /// [`oddity_core::Error::Parameter`] for blocks of 0 samples, [`oddity_core::Error::Offset`]
    /// for edges that do not ascend from 0, [`oddity_core::Error::Length`] if they do not end at
    /// the number of labels.
    pub fn events(labels: &Labels, edges: &[usize], quiet: QuietSeries) -> Result<Groups> {
        check_edges(edges)?;
        let (expected, found) = (edges.last().copied().unwrap_or_default(), labels.len());
        if expected != found {
            return Err(oddity_core::Error::Length { what: "labels", expected, found }.into());
        }
        if let QuietSeries::Blocks(length) = quiet {
            let ok = 0 < length;
            let found = length as f64;
            oddity_core::Error::check_parameter("events", "blocks", found, ok, "at least 1")?;
        }
        let mut zone_edges = vec![0];
        for (series, pair) in edges.windows(2).enumerate() {
            let (first, end) = (pair[0], pair[1]);
            let events = Events::from(&labels.values()[first..end]);
            let runs = events.runs();
            match (runs.is_empty(), quiet) {
                (true, QuietSeries::Refuse) if first < end => {
                    return Err(Error::QuietSeries { series });
                }
                (true, QuietSeries::Blocks(length)) => {
                    zone_edges.extend((first..end).step_by(length).skip(1));
                }
                _ => {}
            }
            let middle = |pair: &[Range<usize>]| first + (pair[0].end + pair[1].start) / 2;
            zone_edges.extend(runs.windows(2).map(middle));
            zone_edges.push(end);
        }
        Groups::from_edges(&zone_edges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        text.bytes().map(|byte| byte == b'1').collect()
    }

    #[test]
    fn every_sample_belongs_to_the_event_it_is_nearest_to() {
        let groups = Groups::events(&labels("0011000101100"), &[0, 13], QuietSeries::Refuse);
        assert_eq!(groups.unwrap().of_sample(), [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]);
    }

    #[test]
    fn a_zone_ends_with_its_series() {
        let groups = Groups::events(&labels("0100010"), &[0, 2, 2, 7], QuietSeries::Refuse);
        assert_eq!(groups.unwrap().of_sample(), [0, 0, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_series_without_an_event_is_treated_as_asked() {
        let (labels, edges) = (labels("0100000"), [0, 2, 7]);
        let refused = Groups::events(&labels, &edges, QuietSeries::Refuse);
        assert!(matches!(refused, Err(Error::QuietSeries { series: 1 })));
        let groups = |quiet| Groups::events(&labels, &edges, quiet).unwrap().of_sample().to_vec();
        assert_eq!(groups(QuietSeries::OneGroup), [0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(groups(QuietSeries::Blocks(2)), [0, 0, 1, 1, 2, 2, 3]);
        assert!(Groups::events(&labels, &edges, QuietSeries::Blocks(0)).is_err());
        assert!(Groups::events(&labels, &[0, 2], QuietSeries::OneGroup).is_err());
    }
}
