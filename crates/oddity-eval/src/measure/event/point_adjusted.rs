//! Point-adjusted precision, recall and F1, PA%K, and the area over K.

use oddity_core::Alarms;

use super::Part;
use super::touching::{n_covered, n_samples};
use crate::measure::catalogue::{Entry, ParameterEntry, Values};
use crate::measure::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measures `precision_point_adjusted`, `recall_point_adjusted` and `f1_point_adjusted`: rates of
/// samples, after all samples of an event count as alarms of which one is.
///
/// Random alarms reach high values where events are long: an F1 of 0.90 to 0.96 on the spacecraft
/// data MSL and SMAP (Kim et al. 2022). Offered to compare with published figures only.
///
/// Truth: events of n samples, alarms: n decisions. Undefined as the plain rates: precision
/// without an alarm, recall without an anomaly, F1 with neither. Cost n.
///
/// Source: Xu et al. 2018, doi:10.1145/3178876.3185996. The functions of eTaPR give 0 where the
/// rates are undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointAdjusted {
    /// Which figure.
    pub part: Part,
}

/// Measure `f1_pa_k(k=..)`, PA%K: F1 of samples, after all samples of an event count as alarms of
/// which more than `k` percent are.
///
/// `k` = 0 is the point-adjusted F1, `k` = 100 the plain one; the default is that of the authors' package
/// tadpak, which rounds `k / 100` before it compares. Undefined with neither an anomaly
/// nor an alarm. Cost n. Source: Kim et al. 2022, doi:10.1609/aaai.v36i7.20680.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct F1PaK {
    /// Percentage that must be exceeded, from 0 to 100.
    pub k: f64,
}

/// Measure `pa_k_area`: the mean of [`F1PaK`] over all `k` from 0 to 100.
///
/// F1 is a step function of `k`, and its area is exact here; the authors take `k` in steps and
/// the trapezoid rule between them. Undefined with neither an anomaly nor an alarm. Cost n + e log e for e
/// events. Source: Kim et al. 2022, doi:10.1609/aaai.v36i7.20680.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaKArea;

/// Events with the samples of them that are alarms, and the alarms outside.
struct Covered {
    /// Samples, and those that are alarms, of each event.
    events: Vec<(usize, usize)>,
    n_anomalies: usize,
    /// Alarms that are no anomaly.
    n_false: usize,
}

impl Covered {
    fn new(truth: &Truth<'_>, alarms: &Alarms) -> Result<Covered, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        let events = truth.events()?;
        let alarms = events.runs_of(alarms.values());
        let covered = n_covered(events.runs(), &alarms);
        let n_found: usize = covered.iter().sum();
        Ok(Covered {
            events: events.runs().iter().map(|run| run.len()).zip(covered).collect(),
            n_anomalies: n_samples(events.runs()),
            n_false: n_samples(&alarms) - n_found,
        })
    }

    /// Anomalies that are alarms once events are adjusted of which more than `k` percent are.
    fn n_true(&self, k: f64) -> usize {
        let is_adjusted = |n, covered| k * (n as f64) < 100.0 * covered as f64;
        let one =
            |&(n, covered): &(usize, usize)| if is_adjusted(n, covered) { n } else { covered };
        self.events.iter().map(one).sum()
    }

    fn f1(&self, n_true: usize) -> Result<f64, MeasureError> {
        let denominator = n_true + self.n_false + self.n_anomalies;
        if denominator == 0 {
            return Err(Undefined::NeitherAnomalyNorAlarm.into());
        }
        Ok((2 * n_true) as f64 / denominator as f64)
    }

    /// The mean of F1 over `k`.
    fn area(&self) -> Result<f64, MeasureError> {
        let mut n_true = self.n_true(0.0);
        let mut shares: Vec<(f64, usize)> = self
            .events
            .iter()
            .map(|&(n, covered)| (covered as f64 / n as f64, n - covered))
            .filter(|&(share, _)| 0.0 < share)
            .collect();
        shares.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut area, mut from) = (0.0, 0.0);
        for (share, lost) in shares {
            area += self.f1(n_true)? * (share - from);
            from = share;
            n_true -= lost;
        }
        Ok(area + self.f1(n_true)? * (1.0 - from))
    }
}

impl Measure<Alarms> for PointAdjusted {
    fn id(&self) -> MeasureId {
        MeasureId::new(match self.part {
            Part::F1 => "f1_point_adjusted",
            Part::Precision => "precision_point_adjusted",
            Part::Recall => "recall_point_adjusted",
        })
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        let covered = Covered::new(truth, alarms)?;
        let n_true = covered.n_true(0.0);
        let (of, missing) = match self.part {
            Part::F1 => return covered.f1(n_true),
            Part::Precision => (n_true + covered.n_false, Undefined::NoAlarm),
            Part::Recall => (covered.n_anomalies, Undefined::NoAnomaly),
        };
        if of == 0 { Err(missing.into()) } else { Ok(n_true as f64 / of as f64) }
    }
}

impl Measure<Alarms> for F1PaK {
    fn id(&self) -> MeasureId {
        MeasureId::new("f1_pa_k").with("k", self.k)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        let covered = Covered::new(truth, alarms)?;
        covered.f1(covered.n_true(self.k))
    }
}

impl Measure<Alarms> for PaKArea {
    fn id(&self) -> MeasureId {
        MeasureId::new("pa_k_area")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        Covered::new(truth, alarms)?.area()
    }
}

/// One point-adjusted rate.
macro_rules! adjusted {
    ($id:literal, $part:ident, $formula:literal, $undefined:literal) => {
        Entry {
            id: $id,
            formula: $formula,
            undefined: $undefined,
            cost: "n",
            source: "Xu et al. 2018, doi:10.1145/3178876.3185996",
            warning: Some(
                "one alarm in an event counts for all of it: random alarms reach an F1 of 0.90 to 0.96 on MSL and SMAP",
            ),
            of_alarms: Some(|_| Box::new(PointAdjusted { part: Part::$part })),
            ..Entry::PLAIN
        }
    };
}

pub(in crate::measure) const ENTRIES: &[Entry] = &[
    adjusted!(
        "precision_point_adjusted",
        Precision,
        "tp / (tp + fp), after all samples of an event count as alarms of which one is",
        "no alarm"
    ),
    adjusted!(
        "recall_point_adjusted",
        Recall,
        "tp / (tp + fn), after all samples of an event count as alarms of which one is",
        "no anomaly"
    ),
    adjusted!(
        "f1_point_adjusted",
        F1,
        "2 tp / (2 tp + fp + fn), after all samples of an event count as alarms of which one is",
        "neither an anomaly nor an alarm"
    ),
    Entry {
        id: "f1_pa_k",
        formula: "F1, after all samples of an event count as alarms of which more than k percent are",
        parameters: &[ParameterEntry {
            key: "k",
            meaning: "percentage of an event's samples that alarms must exceed",
            values: Values::Number { least: 0.0, most: 100.0 },
            default: "20",
        }],
        undefined: "neither an anomaly nor an alarm",
        cost: "n",
        source: "Kim et al. 2022, doi:10.1609/aaai.v36i7.20680",
        warning: Some(
            "for small k few alarms in an event count for all of it, as in f1_point_adjusted",
        ),
        of_alarms: Some(|given| Box::new(F1PaK { k: given.number("k") })),
        ..Entry::PLAIN
    },
    Entry {
        id: "pa_k_area",
        formula: "mean of f1_pa_k over k from 0 to 100",
        undefined: "neither an anomaly nor an alarm",
        cost: "n + e log e",
        source: "Kim et al. 2022, doi:10.1609/aaai.v36i7.20680",
        warning: Some(
            "its part at small k rewards single alarms in long events, as f1_point_adjusted",
        ),
        of_alarms: Some(|_| Box::new(PaKArea)),
        ..Entry::PLAIN
    },
];
