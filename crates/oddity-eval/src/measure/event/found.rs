//! Events found, alarms that hit, delays and false alarms: what an operator counts.

use oddity_core::Alarms;

use super::touching::{n_covered, n_samples, touching};
use crate::measure::catalogue::{Entry, ParameterEntry, Values};
use crate::measure::error::check_parameter;
use crate::measure::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measures `attacks_found`, `event_recall`, `event_precision` and `f1_event`: an event is found
/// where one of its samples is an alarm.
///
/// Truth: events of n samples, alarms: n decisions. Cost n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// `attacks_found`: the number of events found. Undefined without an event.
    Attacks,
    /// `event_recall`: the share of events found. Undefined without an event.
    Recall,
    /// `event_precision`: the share of runs of alarms that share a sample with an event. Undefined
    /// without an alarm. An alarm without end hits every event; `f1_event` does not reward that.
    Precision,
    /// `f1_event`: the harmonic mean of the share of events found and the share of alarms, sample
    /// by sample, that are anomalies; 0 where no event is found. Undefined without an event.
    ///
    /// Source: Garg et al. 2021, doi:10.1109/TNNLS.2021.3105827, where it is the composite F-score.
    F1,
}

/// Measure `detection_delay(step=..)`: mean time from the first sample of an event to its first
/// alarm, over the events found.
///
/// An alarm that began before the event has no delay. Events that are not found do not count: read
/// it beside `event_recall`. Undefined where no event is found. Cost n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectionDelay {
    /// Time from one sample to the next, from 1e-9 to 1e9, in the unit of the delay; 1 gives
    /// samples.
    pub step: f64,
}

/// Measure `false_alarms_per_day(step=..)`: runs of alarms that share no sample with an event, for
/// each day of data.
///
/// Undefined without a sample. Cost n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FalseAlarmsPerDay {
    /// Seconds from one sample to the next, from 1e-9 to 1e9.
    pub step: f64,
}

const SECONDS_A_DAY: f64 = 86_400.0;

impl Measure<Alarms> for Found {
    fn id(&self) -> MeasureId {
        MeasureId::new(match self {
            Found::Attacks => "attacks_found",
            Found::Recall => "event_recall",
            Found::Precision => "event_precision",
            Found::F1 => "f1_event",
        })
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        let events = truth.events()?;
        let (events, alarms) = (events.runs(), events.runs_of(alarms.values()));
        if *self == Found::Precision {
            if alarms.is_empty() {
                return Err(Undefined::NoAlarm.into());
            }
            let n_hits = touching(&alarms, events).iter().filter(|met| !met.is_empty()).count();
            return Ok(n_hits as f64 / alarms.len() as f64);
        }
        if events.is_empty() {
            return Err(Undefined::NoAnomaly.into());
        }
        let covered = n_covered(events, &alarms);
        let n_found = covered.iter().filter(|&&covered| 0 < covered).count() as f64;
        let recall = n_found / events.len() as f64;
        Ok(match self {
            Found::Attacks => n_found,
            Found::F1 if 0.0 < n_found => {
                let precision = covered.iter().sum::<usize>() as f64 / n_samples(&alarms) as f64;
                2.0 * precision * recall / (precision + recall)
            }
            _ => recall,
        })
    }
}

impl Measure<Alarms> for DetectionDelay {
    fn id(&self) -> MeasureId {
        MeasureId::new("detection_delay").with("step", self.step)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        check_step(self.step)?;
        let events = truth.events()?;
        let (events, alarms) = (events.runs(), events.runs_of(alarms.values()));
        if events.is_empty() {
            return Err(Undefined::NoAnomaly.into());
        }
        let met = touching(events, &alarms);
        let delays = events.iter().zip(met).filter_map(|(event, met)| {
            alarms[met].first().map(|alarm| alarm.start.saturating_sub(event.start))
        });
        let (n_found, sum) =
            delays.fold((0_usize, 0_usize), |(n, sum), delay| (n + 1, sum + delay));
        if n_found == 0 {
            return Err(Undefined::NoEventFound.into());
        }
        Ok(sum as f64 / n_found as f64 * self.step)
    }
}

impl Measure<Alarms> for FalseAlarmsPerDay {
    fn id(&self) -> MeasureId {
        MeasureId::new("false_alarms_per_day").with("step", self.step)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        check_step(self.step)?;
        let events = truth.events()?;
        if events.n_samples() == 0 {
            return Err(Undefined::NoSample.into());
        }
        let alarms = events.runs_of(alarms.values());
        let met = touching(&alarms, events.runs());
        let n_false = met.iter().filter(|met| met.is_empty()).count() as f64;
        Ok(n_false / (events.n_samples() as f64 * self.step / SECONDS_A_DAY))
    }
}

/// Steps from a nanosecond to three decades: far from where a quotient overflows.
const LEAST_STEP: f64 = 1e-9;
const MOST_STEP: f64 = 1e9;
const STEP: Values = Values::Number { least: LEAST_STEP, most: MOST_STEP };

fn check_step(step: f64) -> Result<(), MeasureError> {
    let ok = (LEAST_STEP..=MOST_STEP).contains(&step);
    check_parameter("step", ok, "a number from 1e-9 to 1e9")
}

pub(in crate::measure) const ENTRIES: &[Entry] = &[
    Entry {
        id: "f1_event",
        formula: "harmonic mean of event_recall and tp / (tp + fp) of samples; 0 where no event is found",
        undefined: "no anomaly",
        cost: "n",
        source: "Garg et al. 2021, doi:10.1109/TNNLS.2021.3105827",
        of_alarms: Some(|_| Box::new(Found::F1)),
        ..Entry::PLAIN
    },
    Entry {
        id: "event_recall",
        formula: "events with an alarm / events",
        undefined: "no anomaly",
        cost: "n",
        source: "by definition",
        of_alarms: Some(|_| Box::new(Found::Recall)),
        ..Entry::PLAIN
    },
    Entry {
        id: "event_precision",
        formula: "runs of alarms with an anomaly / runs of alarms",
        undefined: "no alarm",
        cost: "n",
        source: "by definition",
        of_alarms: Some(|_| Box::new(Found::Precision)),
        ..Entry::PLAIN
    },
    Entry {
        id: "attacks_found",
        range: (0.0, f64::INFINITY),
        formula: "events with an alarm",
        undefined: "no anomaly",
        cost: "n",
        source: "by definition",
        of_alarms: Some(|_| Box::new(Found::Attacks)),
        ..Entry::PLAIN
    },
    Entry {
        id: "detection_delay",
        direction: Direction::LowerIsBetter,
        range: (0.0, f64::INFINITY),
        formula: "step x mean over events with an alarm of samples from the event's first to its first alarm",
        parameters: &[ParameterEntry {
            key: "step",
            meaning: "time from one sample to the next, in the unit of the delay",
            values: STEP,
            default: "1",
        }],
        undefined: "no event with an alarm",
        cost: "n",
        source: "by definition",
        of_alarms: Some(|given| Box::new(DetectionDelay { step: given.number("step") })),
        ..Entry::PLAIN
    },
    Entry {
        id: "false_alarms_per_day",
        direction: Direction::LowerIsBetter,
        range: (0.0, f64::INFINITY),
        formula: "runs of alarms without an anomaly / (n x step / 86400)",
        parameters: &[ParameterEntry {
            key: "step",
            meaning: "seconds from one sample to the next",
            values: STEP,
            default: "1",
        }],
        undefined: "no sample",
        cost: "n",
        source: "by definition",
        of_alarms: Some(|given| Box::new(FalseAlarmsPerDay { step: given.number("step") })),
        ..Entry::PLAIN
    },
];
