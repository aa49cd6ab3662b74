//! Precision and recall for ranges, with weights for existence, position and number.

use std::ops::Range;

use oddity_core::Alarms;
use serde::{Deserialize, Serialize};

use super::Part;
use super::part::f1;
use super::touching::touching;
use crate::measure::catalogue::{Arguments, Entry, ParameterEntry, Values};
use crate::measure::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measures `range_precision`, `range_recall` and `range_f1`: how much of each alarm lies in
/// events, and of each event in alarms, by position and number of pieces.
///
/// A range `R` of the one side, met by `m` ranges of the other, gets
/// `alpha [0 < m] + (1 - alpha) gamma(m) sum_j w(R and S_j) / w(R)`, where `w` adds the weights of
/// positions ([`Bias`]) and `gamma` is 1 or `1 / m` ([`Cardinality`]). Recall is the mean over
/// events, precision the mean over alarms, F1 their harmonic mean, 0 where both are.
///
/// Truth: events of n samples, alarms: n decisions. Recall is undefined without an event, and 0
/// without an alarm; precision is undefined without an alarm, and 0 without an event; F1 is
/// undefined without either. Cost n, of which only finding the runs takes time.
///
/// Source: Tatbul et al. 2018, doi:10.48550/arXiv.1803.03639, where `alpha` of precision is 0.
/// Names, defaults and the weight of the middle follow the package prts 1.0.0.3, which refuses
/// truth or alarms without a 1 and adds each range's weights again for each pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeBased {
    /// Which figure.
    pub part: Part,
    /// What several pieces are worth.
    pub cardinality: Cardinality,
    /// Weights of precision.
    pub precision: RangeReward,
    /// Weights of recall.
    pub recall: RangeReward,
}

/// How a range is rewarded for what it shares with ranges of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RangeReward {
    /// Weight of being met at all, from 0 to 1.
    pub alpha: f64,
    /// Which positions weigh more.
    pub bias: Bias,
}

/// What a range is worth that several ranges of the other side meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cardinality {
    /// As much as one that one range meets.
    One,
    /// That, divided by their number.
    Reciprocal,
}

/// The weight of position `t`, from 1 to `n`, in a range of `n` samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bias {
    /// 1.
    Flat,
    /// `n - t + 1`.
    Front,
    /// `t` up to half of `n`, and `n - t + 1` behind.
    Middle,
    /// `t`.
    Back,
}

impl Bias {
    /// The weight of the first `t` positions of `n`.
    fn of_first(self, t: usize, n: usize) -> f64 {
        let (t, n) = (t as f64, n as f64);
        let back = |t: f64| t * (t + 1.0) / 2.0;
        let front = |t: f64| t * n - t * (t - 1.0) / 2.0;
        match self {
            Bias::Flat => t,
            Bias::Front => front(t),
            Bias::Back => back(t),
            Bias::Middle => {
                let half = (n / 2.0).floor();
                if t <= half { back(t) } else { back(half) + (front(t) - front(half)) }
            }
        }
    }
}

impl RangeReward {
    /// The mean reward of the ranges of one side.
    fn mean(self, cardinality: Cardinality, runs: &[Range<usize>], others: &[Range<usize>]) -> f64 {
        let mut sum = 0.0;
        for (run, touched) in runs.iter().zip(touching(runs, others)) {
            let n_touched = touched.len();
            let weight = |sample: usize| self.bias.of_first(sample - run.start, run.len());
            let shared = |other: &Range<usize>| {
                weight(other.end.min(run.end)) - weight(other.start.max(run.start))
            };
            let share: f64 =
                others[touched].iter().map(|other| shared(other) / weight(run.end)).sum();
            let gamma = match cardinality {
                Cardinality::Reciprocal if 1 < n_touched => 1.0 / n_touched as f64,
                _ => 1.0,
            };
            let existence = if n_touched == 0 { 0.0 } else { 1.0 };
            sum += self.alpha * existence + (1.0 - self.alpha) * gamma * share;
        }
        sum / runs.len() as f64
    }
}

impl Measure<Alarms> for RangeBased {
    fn id(&self) -> MeasureId {
        let cardinality = match self.cardinality {
            Cardinality::One => "one",
            Cardinality::Reciprocal => "reciprocal",
        };
        let with = |id: MeasureId, reward: RangeReward| {
            let id = id.with("alpha", reward.alpha).with("cardinality", cardinality);
            id.with("bias", reward.bias.word())
        };
        match self.part {
            Part::Precision => with(MeasureId::new("range_precision"), self.precision),
            Part::Recall => with(MeasureId::new("range_recall"), self.recall),
            Part::F1 => MeasureId::new("range_f1")
                .with("p_alpha", self.precision.alpha)
                .with("r_alpha", self.recall.alpha)
                .with("cardinality", cardinality)
                .with("p_bias", self.precision.bias.word())
                .with("r_bias", self.recall.bias.word()),
        }
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        let events = truth.events()?;
        let (events, alarms) = (events.runs(), &events.runs_of(alarms.values())[..]);
        if events.is_empty() && self.part != Part::Precision {
            return Err(Undefined::NoAnomaly.into());
        }
        if alarms.is_empty() && self.part != Part::Recall {
            return Err(Undefined::NoAlarm.into());
        }
        let precision = || self.precision.mean(self.cardinality, alarms, events);
        let recall = || self.recall.mean(self.cardinality, events, alarms);
        Ok(match self.part {
            Part::Precision => precision(),
            Part::Recall => recall(),
            Part::F1 => f1(precision(), recall()),
        })
    }
}

impl Bias {
    const WORDS: &[&str] = &["flat", "front", "middle", "back"];

    fn word(self) -> &'static str {
        match self {
            Bias::Flat => "flat",
            Bias::Front => "front",
            Bias::Middle => "middle",
            Bias::Back => "back",
        }
    }

    fn parse(word: &str) -> Bias {
        match word {
            "front" => Bias::Front,
            "middle" => Bias::Middle,
            "back" => Bias::Back,
            _ => Bias::Flat,
        }
    }
}

const fn alpha(key: &'static str) -> ParameterEntry {
    let values = Values::Number { least: 0.0, most: 1.0 };
    ParameterEntry { key, meaning: "weight of being met at all", values, default: "0" }
}

const fn bias(key: &'static str) -> ParameterEntry {
    let values = Values::OneOf(Bias::WORDS);
    ParameterEntry {
        key,
        meaning: "which positions of a range weigh more",
        values,
        default: "flat",
    }
}

const CARDINALITY: ParameterEntry = ParameterEntry {
    key: "cardinality",
    meaning: "what a range is worth that several meet",
    values: Values::OneOf(&["one", "reciprocal"]),
    default: "one",
};

fn measure(given: &Arguments, part: Part, precision: [&str; 2], recall: [&str; 2]) -> RangeBased {
    let reward = |[alpha, bias]: [&str; 2]| RangeReward {
        alpha: given.number(alpha),
        bias: Bias::parse(given.word(bias)),
    };
    let cardinality = match given.word("cardinality") {
        "reciprocal" => Cardinality::Reciprocal,
        _ => Cardinality::One,
    };
    RangeBased { part, cardinality, precision: reward(precision), recall: reward(recall) }
}

const EVENT_OR_ALARM: [&str; 2] = ["alpha", "bias"];
const ONE_SIDE: &[ParameterEntry] = &[alpha("alpha"), CARDINALITY, bias("bias")];

const PLAIN: Entry = Entry {
    cost: "n",
    source: "Tatbul et al. 2018, doi:10.48550/arXiv.1803.03639",
    ..Entry::PLAIN
};

pub(in crate::measure) const ENTRIES: &[Entry] = &[
    Entry {
        id: "range_precision",
        formula: "mean over alarms of alpha [met] + (1 - alpha) gamma(events met) x weighted share in events",
        parameters: ONE_SIDE,
        undefined: "no alarm",
        of_alarms: Some(|given| {
            Box::new(measure(given, Part::Precision, EVENT_OR_ALARM, EVENT_OR_ALARM))
        }),
        ..PLAIN
    },
    Entry {
        id: "range_recall",
        formula: "mean over events of alpha [met] + (1 - alpha) gamma(alarms met) x weighted share in alarms",
        parameters: ONE_SIDE,
        undefined: "no anomaly",
        of_alarms: Some(|given| {
            Box::new(measure(given, Part::Recall, EVENT_OR_ALARM, EVENT_OR_ALARM))
        }),
        ..PLAIN
    },
    Entry {
        id: "range_f1",
        formula: "harmonic mean of range_precision and range_recall",
        parameters: &[
            alpha("p_alpha"),
            alpha("r_alpha"),
            CARDINALITY,
            bias("p_bias"),
            bias("r_bias"),
        ],
        undefined: "no anomaly or no alarm",
        of_alarms: Some(|given| {
            Box::new(measure(given, Part::F1, ["p_alpha", "p_bias"], ["r_alpha", "r_bias"]))
        }),
        ..PLAIN
    },
];
