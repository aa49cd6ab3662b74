//! The areas under the curves of several buffers.

use std::ops::RangeInclusive;

use oddity_core::Scores;

use super::VolumeVersion;
use super::buffers::Buffers;
use super::existence::Existence;
use super::levels::Levels;
use crate::measure::error::check_parameter;
use crate::measure::{Events, MeasureError, Undefined};

/// The areas under the precision-recall and ROC curves of every buffer of a range.
///
/// ```
/// use oddity_core::Scores;
/// use oddity_eval::measure::{Events, Surface, VolumeVersion};
///
/// let events = Events::from_intervals(6, &[(2, 3)])?;
/// let scores = Scores::new(vec![0.1, 0.2, 0.9, 0.8, 0.3, 0.1])?;
/// let surface = Surface::new(&events, &scores, 0..=4, 250, VolumeVersion::Opt)?;
/// assert_eq!(surface.areas().len(), 5);
/// assert!((surface.areas()[0].pr - 1.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    areas: Vec<RangeAreas>,
}

/// The areas under both curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeAreas {
    /// Under precision against true-positive rate.
    pub pr: f64,
    /// Under true-positive rate against false-positive rate; without a normal sample there is
    /// none.
    pub roc: Option<f64>,
}

impl Surface {
    /// The areas at these buffers, with at least 2 thresholds.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of scores, [`MeasureError::Parameter`] without a
    /// buffer or a second threshold, [`MeasureError::Undefined`] without a sample or an event.
    pub fn new(
        events: &Events,
        scores: &Scores,
        buffers: RangeInclusive<usize>,
        n_thresholds: usize,
        version: VolumeVersion,
    ) -> Result<Surface, MeasureError> {
        let scores = scores.values();
        if scores.len() != events.n_samples() {
            return Err(MeasureError::Length { truth: events.n_samples(), output: scores.len() });
        }
        check_parameter("buffers", !buffers.is_empty(), "at least one buffer")?;
        check_parameter("thresholds", 2 <= n_thresholds, "at least 2")?;
        if scores.is_empty() {
            return Err(Undefined::NoSample.into());
        }
        if events.is_empty() {
            return Err(Undefined::NoAnomaly.into());
        }
        let n_levels = version.n_thresholds(n_thresholds, scores.len());
        let levels = Levels::new(scores, n_levels);
        // No sample is farther away from an event than the others are many.
        let reach = |buffer: usize| (buffer / 2).min(scores.len());
        let most = reach(*buffers.end());
        let mut points = Buffers::new(events, &levels, scores, most, version);
        let mut existence = Existence::new(events, &levels, scores, version);
        let anomalies = events.runs().iter().map(|run| run.len()).sum::<usize>();
        let in_events = points.true_positives(0);
        let curves = Curves { version, anomalies, levels: &levels, in_events: &in_events };
        let mut areas = Vec::new();
        let mut shares = Vec::new();
        let mut half = None;
        for buffer in buffers {
            if half != Some(reach(buffer)) {
                half = Some(reach(buffer));
                points.widen(reach(buffer));
                existence.widen(reach(buffer));
                shares = existence.shares();
            }
            areas.push(curves.areas(&points.true_positives(buffer), &shares));
        }
        Ok(Surface { areas })
    }

    /// The areas, a buffer each.
    pub fn areas(&self) -> &[RangeAreas] {
        &self.areas
    }

    /// The mean areas: the volume, if the buffers begin at 0.
    pub fn mean(&self) -> RangeAreas {
        let n_buffers = self.areas.len() as f64;
        let pr = self.areas.iter().map(|areas| areas.pr).sum::<f64>() / n_buffers;
        let roc = self.areas.iter().map(|areas| areas.roc).sum::<Option<f64>>();
        RangeAreas { pr, roc: roc.map(|sum| sum / n_buffers) }
    }
}

/// What all curves share.
struct Curves<'a> {
    version: VolumeVersion,
    anomalies: usize,
    levels: &'a Levels,
    /// Alarms in events, at each threshold.
    in_events: &'a [f64],
}

impl Curves<'_> {
    /// The areas, from the labels added over the alarms and the share of events found at each
    /// threshold.
    fn areas(&self, true_positives: &[f64], shares: &[f64]) -> RangeAreas {
        let n_alarms = self.levels.n_alarms();
        let n_samples = n_alarms.last().copied().unwrap_or(0);
        let anomalies = self.anomalies as f64;
        // At the last threshold every sample is an alarm: all labels.
        let beside_events = true_positives.last().map_or(0.0, |labels| labels - anomalies);
        let (mut pr, mut roc) = (0.0, 0.0);
        // False-positive rate, true-positive rate, precision.
        let mut before = (0.0, 0.0, 1.0);
        for level in 0..self.levels.len() {
            let tp = true_positives[level];
            let beside = match self.version.masks_positives() {
                true => tp - self.in_events[level],
                false => beside_events,
            };
            let positives = anomalies + beside / 2.0;
            let tpr = (tp / positives).min(1.0) * shares[level];
            let fpr = (n_alarms[level] as f64 - tp) / (n_samples as f64 - positives);
            let precision = tp / n_alarms[level] as f64;
            pr += self.version.pr_area(tpr - before.1, before.2, precision);
            roc += (fpr - before.0) * (tpr + before.1) / 2.0;
            before = (fpr, tpr, precision);
        }
        roc += (1.0 - before.0) * (1.0 + before.1) / 2.0;
        // The sums of many terms may leave the range by a rounding.
        let roc = (self.anomalies < n_samples).then_some(roc.clamp(0.0, 1.0));
        RangeAreas { pr: pr.clamp(0.0, 1.0), roc }
    }
}
