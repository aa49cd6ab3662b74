//! Affiliation precision and recall.

mod integral;
mod random;

pub use random::{RandomAffiliation, random_affiliation};

use std::ops::Range;

use oddity_core::Alarms;

use super::Part;
use super::part::f1;
use crate::measure::catalogue::Entry;
use crate::measure::{Direction, Events, Measure, MeasureError, MeasureId, Truth, Undefined};
use integral::Zone;

/// Measures `affiliation_precision`, `affiliation_recall` and `f1_affiliation`: how near alarms
/// are to the events, and events to the alarms, against a random point.
///
/// Sample `i` is the interval from `i` to `i + 1`. Each event `J` owns the zone `E` half-way to its
/// neighbours, and to the ends of its series. With `I` the alarms inside `E`:
///
/// - precision of `J`: mean over the points `x` of `I` of the probability that a uniform point of
///   `E` is at least as far from `J` as `x` is. Mean over the events with an alarm in their zone.
/// - recall of `J`: mean over the points `y` of `J` of the probability that a uniform point of `E`
///   is at least as far from `y` as `I` is; 0 without an alarm in the zone. Mean over all events.
///
/// The integrals are in closed form. Random alarms score about 0.66 to 0.70 in F1:
/// [`random_affiliation`] gives their value on the events at hand, to be read beside.
///
/// Truth: events of n samples, alarms: n decisions. Undefined without an event; precision and F1
/// also without an alarm in a zone. Alarms in a series without an event lie in no zone and do not
/// count. Cost n, of which only finding the runs takes time.
///
/// Source: Huet, Navarro and Rossi 2022, doi:10.1145/3534678.3539339, and their code
/// github.com/ahstat/affiliation-metrics-py, whose range is here the series, and which refuses
/// events that touch and compares each alarm with each event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Affiliation {
    /// Which figure.
    pub part: Part,
}

/// Affiliation precision and recall, of all events and of each.
#[derive(Clone, Debug, PartialEq)]
pub struct AffiliationReport {
    /// Mean of the events' precisions; none without an alarm in a zone.
    pub precision: Option<f64>,
    /// Mean of the events' recalls.
    pub recall: f64,
    /// The events, in order.
    pub events: Vec<AffiliationEvent>,
}

/// Affiliation precision and recall of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct AffiliationEvent {
    /// Its samples.
    pub samples: Range<usize>,
    /// Where its zone begins and ends, in samples; half-way may be half a sample.
    pub zone: (f64, f64),
    /// How near the zone's alarms are to the event; none without an alarm.
    pub precision: Option<f64>,
    /// How near the event's points are to the zone's alarms; 0 without an alarm.
    pub recall: f64,
}

impl AffiliationReport {
    /// Harmonic mean of precision and recall; none without an alarm in a zone.
    pub fn f1(&self) -> Option<f64> {
        self.precision.map(|precision| f1(precision, self.recall))
    }

    /// The values of all events.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of decisions than samples, and
    /// [`MeasureError::Undefined`] without an event.
    pub fn new(events: &Events, alarms: &Alarms) -> Result<AffiliationReport, MeasureError> {
        Truth::Events(events).expect_len(alarms.values().len())?;
        AffiliationReport::of_runs(events, &events.runs_of(alarms.values()))
    }

    fn of_runs(
        events: &Events,
        alarms: &[Range<usize>],
    ) -> Result<AffiliationReport, MeasureError> {
        if events.is_empty() {
            return Err(Undefined::NoAnomaly.into());
        }
        let runs = events.runs();
        let mut series = events.series().peekable();
        let mut first = 0;
        let mut found = Vec::with_capacity(runs.len());
        for (event, run) in runs.iter().enumerate() {
            while series.next_if(|series| series.end <= run.start).is_some() {}
            let series = series.peek().cloned().unwrap_or(0..events.n_samples());
            let before = event.checked_sub(1).map(|before| runs[before].end);
            let before = before.filter(|&before| series.start < before);
            let behind = runs.get(event + 1).map(|behind| behind.start);
            let behind = behind.filter(|&behind| behind < series.end);
            let middle = |a: usize, b: usize| (a + b) as f64 / 2.0;
            let zone = Zone {
                start: before.map_or(series.start as f64, |before| middle(before, run.start)),
                end: behind.map_or(series.end as f64, |behind| middle(run.end, behind)),
                event: (run.start as f64, run.end as f64),
            };
            while alarms.get(first).is_some_and(|alarm| alarm.end as f64 <= zone.start) {
                first += 1;
            }
            let near = alarms[first..].iter().map(|alarm| (alarm.start as f64, alarm.end as f64));
            let near = near.take_while(|alarm| alarm.0 < zone.end);
            let near = near.map(|alarm| (alarm.0.max(zone.start), alarm.1.min(zone.end)));
            found.push(AffiliationEvent {
                samples: run.clone(),
                zone: (zone.start, zone.end),
                precision: zone.precision(near.clone()),
                recall: zone.recall(near),
            });
        }
        let precisions = || found.iter().filter_map(|event| event.precision);
        let n_precisions = precisions().count();
        Ok(AffiliationReport {
            precision: (0 < n_precisions).then(|| precisions().sum::<f64>() / n_precisions as f64),
            recall: found.iter().map(|event| event.recall).sum::<f64>() / found.len() as f64,
            events: found,
        })
    }
}

/// One figure.
macro_rules! affiliation {
    ($id:literal, $part:ident, $formula:literal, $undefined:literal) => {
        Entry {
            id: $id,
            formula: $formula,
            undefined: $undefined,
            cost: "n",
            source: "Huet, Navarro and Rossi 2022, doi:10.1145/3534678.3539339",
            warning: Some("random alarms score about 0.5 in precision and 0.66 to 0.70 in F1"),
            of_alarms: Some(|_| Box::new(Affiliation { part: Part::$part })),
            ..Entry::PLAIN
        }
    };
}

pub(in crate::measure) const ENTRIES: &[Entry] = &[
    affiliation!(
        "affiliation_precision",
        Precision,
        "mean probability that a random point of an event's zone is as far from it as its alarms",
        "no anomaly, or no alarm in an event's zone"
    ),
    affiliation!(
        "affiliation_recall",
        Recall,
        "mean probability that a random point of an event's zone is as far from the event's points as its alarms",
        "no anomaly"
    ),
    affiliation!(
        "f1_affiliation",
        F1,
        "harmonic mean of affiliation_precision and affiliation_recall",
        "no anomaly, or no alarm in an event's zone"
    ),
];

impl Measure<Alarms> for Affiliation {
    fn id(&self) -> MeasureId {
        MeasureId::new(match self.part {
            Part::F1 => "f1_affiliation",
            Part::Precision => "affiliation_precision",
            Part::Recall => "affiliation_recall",
        })
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        let report = AffiliationReport::new(&*truth.events()?, alarms)?;
        let value = match self.part {
            Part::F1 => report.f1(),
            Part::Precision => report.precision,
            Part::Recall => Some(report.recall),
        };
        value.ok_or_else(|| Undefined::NoAlarm.into())
    }
}
