//! eTaPR, the measure of HAI, in its three official versions.

mod entries;
mod overlap;
mod report;

pub(in crate::measure) use entries::ENTRIES;
pub use report::{EtaprAlarm, EtaprEvent, EtaprReport};

use std::ops::Range;

use oddity_core::Alarms;
use serde::{Deserialize, Serialize};

use super::Part;
use crate::measure::{Direction, Events, Measure, MeasureError, MeasureId, Truth, Undefined};
use overlap::{Overlaps, Tail, Threshold};

/// Measures `etapr-2020`, `etapr-2021`, `etapr-22.6.1` (F1), and their parts `etap-..`
/// (precision) and `etar-..` (recall): enhanced time-series aware precision and recall.
///
/// An event counts where alarms cover enough of it, an alarm where enough of it lies in events
/// that count. With `O[i,j]` the samples that event `A_i` and alarm `P_j` share, plus the credit
/// of `P_j` in the tail of `A_i`, rows `i` with a sum below `theta_r |A_i|` and columns `j` with a
/// sum below `theta_p |P_j|` are emptied until nothing changes. An alarm weighs `sqrt(|P_j|)`.
/// With `d_i` and `c_j` 1 for what is left, 0 for the rest:
///
/// | version | `a_i`, clipped to 1 | `b_j` | recall, and precision likewise |
/// | --- | --- | --- | --- |
/// | 2020 | `sum_j O / |A_i|`, before emptying | `sum_i O / |P_j|`, before | `alpha mean(d) + (1 - alpha) mean(a)` |
/// | 2021 | `sum_j O^2 / (|A_i| |P_j|)`, before | `sum_i O^2 / (|A_i| |P_j|)`, before | harmonic mean of `mean(d)` and `mean(a)` |
/// | 22.6.1 | `sum_j O / |A_i|`, after | `sum_i O / |P_j|`, after | `mean((d + d a) / 2)` |
///
/// The sample `t` of a tail from `t0` to `t1` behind an event is worth
/// `1 / (1 + exp(-6 + 12 (t - t0) / (t1 - t0)))`. `t1 - t0` is `tail` samples in 2020,
/// `floor(delta (|A_i| - 1))` in the others; a tail of one sample is worth nothing. It ends
/// before the next event, but where it ends exactly on the first sample of the next one, it
/// keeps that sample, as in the reference.
///
/// Truth: events of n samples, alarms: n decisions. Without an event all are undefined. Without
/// an alarm the recall is 0; the references of 2020 and 2021 give 0 for the rest too, that of
/// 22.6.1 fails, and here precision and F1 are undefined. Cost n, of which only finding the runs
/// takes time: one sweep over events and alarms, where the reference compares each with each.
///
/// Source: Hwang, Yun, Kim and Min 2022, doi:10.1145/3477314.3507024, and the packages
/// eTaPR 1.12, 21.8.2 and 22.6.1 of github.com/saurf4ng/eTaPR. Two differences, both where
/// intervals touch or series meet: a tail that the next event leaves no room is worth nothing
/// (in the reference of 2020, each pruned alarm adds 1 to it), and no tail reaches into another
/// series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Etapr {
    /// Version, with its parameters.
    pub version: EtaprVersion,
    /// Which figure.
    pub part: Part,
}

/// A version of eTaPR with its parameters; the defaults in [`EtaprVersion::V2020_DEFAULT`] and
/// its like are those of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum EtaprVersion {
    /// `etapr-2020`, of HAICon 2020.
    #[serde(rename = "2020")]
    V2020 {
        /// The least share of an event that alarms must cover, from 0 to 1.
        rho: f64,
        /// The least share of an alarm that must lie in events, from 0 to 1.
        pi: f64,
        /// Weight of detection against portion, from 0 to 1.
        alpha: f64,
        /// Samples from the first to the last of a tail; 0 for no tail.
        tail: usize,
    },
    /// `etapr-2021`, of HAICon 2021.
    #[serde(rename = "2021")]
    V2021 {
        /// The least share of an alarm that must lie in events, from 0 to 1.
        theta_p: f64,
        /// The least share of an event that alarms must cover, from 0 to 1.
        theta_r: f64,
        /// Length of a tail as a share of its event's, from 0 to 1.
        delta: f64,
    },
    /// `etapr-22.6.1`, of today.
    #[serde(rename = "22.6.1")]
    V22 {
        /// The least share of an alarm that must lie in events, from 0 to 1.
        theta_p: f64,
        /// The least share of an event that alarms must cover, from 0 to 1.
        theta_r: f64,
        /// Length of a tail as a share of its event's, from 0 to 1.
        delta: f64,
    },
}

impl EtaprVersion {
    /// As HAICon 2020 scored.
    pub const V2020_DEFAULT: EtaprVersion =
        EtaprVersion::V2020 { rho: 0.1, pi: 0.7, alpha: 0.5, tail: 180 };

    /// As HAICon 2021 scored.
    pub const V2021_DEFAULT: EtaprVersion =
        EtaprVersion::V2021 { theta_p: 0.7, theta_r: 0.1, delta: 0.0 };

    /// As the package of today scores files. Through its functions for streams `theta_p` is 0.7.
    pub const V22_DEFAULT: EtaprVersion =
        EtaprVersion::V22 { theta_p: 0.5, theta_r: 0.1, delta: 0.0 };

    /// All parts: precision and recall, and what each event and alarm adds to them.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of decisions than samples, and
    /// [`MeasureError::Undefined`] without an event or without an alarm.
    pub fn report(self, events: &Events, alarms: &Alarms) -> Result<EtaprReport, MeasureError> {
        let truth = Truth::Events(events);
        truth.expect_len(alarms.values().len())?;
        if events.is_empty() {
            return Err(Undefined::NoAnomaly.into());
        }
        let runs = events.runs_of(alarms.values());
        if runs.is_empty() {
            return Err(Undefined::NoAlarm.into());
        }
        Ok(self.report_of_runs(events, &runs))
    }

    fn report_of_runs(self, events: &Events, alarms: &[Range<usize>]) -> EtaprReport {
        let mut overlaps = Overlaps::new(events, alarms, self.tail());
        let squares = matches!(self, EtaprVersion::V2021 { .. });
        let before = overlaps.shares(squares);
        let (event, alarm) = self.thresholds();
        overlaps.prune(event, alarm);
        let after = overlaps.shares(false);
        EtaprReport::new(self, events.runs(), alarms, (&before, &after), (event, alarm))
    }

    fn tail(self) -> Tail {
        match self {
            EtaprVersion::V2020 { tail, .. } => Tail::Samples(tail),
            EtaprVersion::V2021 { delta, .. } | EtaprVersion::V22 { delta, .. } => {
                Tail::Share(delta)
            }
        }
    }

    /// What an event and what an alarm must reach.
    fn thresholds(self) -> (Threshold, Threshold) {
        match self {
            EtaprVersion::V2020 { rho, pi, .. } => (Threshold::Exact(rho), Threshold::Exact(pi)),
            EtaprVersion::V2021 { theta_p, theta_r, .. }
            | EtaprVersion::V22 { theta_p, theta_r, .. } => {
                (Threshold::Rounded(theta_r), Threshold::Rounded(theta_p))
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            EtaprVersion::V2020 { .. } => "2020",
            EtaprVersion::V2021 { .. } => "2021",
            EtaprVersion::V22 { .. } => "22.6.1",
        }
    }

    /// What there is without an alarm.
    fn without_alarm(self, part: Part) -> Result<f64, MeasureError> {
        match (self, part) {
            (EtaprVersion::V22 { .. }, Part::F1 | Part::Precision) => {
                Err(Undefined::NoAlarm.into())
            }
            _ => Ok(0.0),
        }
    }
}

impl Measure<Alarms> for Etapr {
    fn id(&self) -> MeasureId {
        let prefix = match self.part {
            Part::F1 => "etapr",
            Part::Precision => "etap",
            Part::Recall => "etar",
        };
        let id = MeasureId::new(format!("{prefix}-{}", self.version.name()));
        match self.version {
            EtaprVersion::V2020 { rho, pi, alpha, tail } => {
                id.with("rho", rho).with("pi", pi).with("alpha", alpha).with("tail", tail)
            }
            EtaprVersion::V2021 { theta_p, theta_r, delta }
            | EtaprVersion::V22 { theta_p, theta_r, delta } => {
                id.with("theta_p", theta_p).with("theta_r", theta_r).with("delta", delta)
            }
        }
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        match self.version.report(&*truth.events()?, alarms) {
            Ok(report) => Ok(match self.part {
                Part::F1 => report.f1,
                Part::Precision => report.precision,
                Part::Recall => report.recall,
            }),
            Err(MeasureError::Undefined { reason: Undefined::NoAlarm }) => {
                self.version.without_alarm(self.part)
            }
            Err(error) => Err(error),
        }
    }
}
