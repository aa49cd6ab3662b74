//! The one list of all threshold rules.

use std::fmt;

use serde::Serialize;

use super::rule::Kind;
use super::{
    BestOf, Contamination, Dspot, DspotParams, LeastCost, MeanSd, MedianMad, Quantile, Spot,
    SpotParams, SpotStreaming,
};
use crate::measure::catalogue::{Arguments, ParameterEntry, Values};

/// What the catalogue says of a rule.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RuleEntry {
    /// The id, without parameters.
    pub id: &'static str,
    /// The definition.
    pub formula: &'static str,
    /// Parameters that the id may carry.
    pub parameters: &'static [ParameterEntry],
    /// What it is fitted on.
    pub reads: RuleInput,
    /// Where the definition comes from.
    pub source: &'static str,
    /// Makes the rule and says how few scores it needs.
    #[serde(skip)]
    pub(super) make: fn(&Arguments) -> oddity_core::Result<(Kind, usize)>,
}

/// What a rule is fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleInput {
    /// Scores alone: one cutoff.
    Scores,
    /// Scores with labels: one cutoff.
    LabelledScores,
    /// Scores, and a stream that each cutoff follows: a cutoff a score.
    Stream,
}

impl fmt::Display for RuleInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RuleInput::Scores => "scores",
            RuleInput::LabelledScores => "labelled scores",
            RuleInput::Stream => "a stream of scores",
        })
    }
}

/// All rules.
pub fn entries() -> impl Iterator<Item = &'static RuleEntry> {
    ENTRIES.iter()
}

/// A parameter that is a share, neither 0 nor 1.
const fn share(key: &'static str, meaning: &'static str, default: &'static str) -> ParameterEntry {
    let values = Values::Number { least: 1e-12, most: 1.0 - 1e-9 };
    ParameterEntry { key, meaning, values, default }
}

const K: ParameterEntry = ParameterEntry {
    key: "k",
    meaning: "how many deviations",
    values: Values::Number { least: -1e6, most: 1e6 },
    default: "3",
};
const Q: ParameterEntry = share("q", "the probability that a normal score is above", "0.001");
const LEVEL: ParameterEntry = share("level", "the share of scores below the tail", "0.98");
const DEPTH: ParameterEntry = ParameterEntry {
    key: "depth",
    meaning: "scores that the moving mean is over",
    values: Values::Count { least: 1, most: 1_000_000 },
    default: "10",
};
const SIFFER: &str = "Siffer et al. 2017, doi:10.1145/3097983.3098144";

fn spot(given: &Arguments) -> SpotParams {
    SpotParams { q: given.number("q"), level: given.number("level") }
}

const ENTRIES: &[RuleEntry] = &[
    RuleEntry {
        id: "quantile",
        formula: "the point at rank q (n - 1), between two scores",
        parameters: &[share("q", "the share of scores that are at most the cutoff", "0.99")],
        reads: RuleInput::Scores,
        source: "Hyndman and Fan 1996, doi:10.2307/2684934, definition 7",
        make: |given| {
            let rule = Quantile::new(given.number("q"))?;
            Ok((Kind::Scores(Box::new(rule)), rule.least_scores()))
        },
    },
    RuleEntry {
        id: "contamination",
        formula: "the score of rank floor(share n) + 1 in descending order",
        parameters: &[share("share", "the largest share of scores that are alarms", "0.05")],
        reads: RuleInput::Scores,
        source: "by definition",
        make: |given| {
            let rule = Contamination::new(given.number("share"))?;
            Ok((Kind::Scores(Box::new(rule)), rule.least_scores()))
        },
    },
    RuleEntry {
        id: "mean_sd",
        formula: "mean + k sd",
        parameters: &[K],
        reads: RuleInput::Scores,
        source: "Shewhart 1931",
        make: |given| {
            let rule = MeanSd::new(given.number("k"))?;
            Ok((Kind::Scores(Box::new(rule)), MeanSd::LEAST_SCORES))
        },
    },
    RuleEntry {
        id: "median_mad",
        formula: "median + 1.4826 k median |score - median|",
        parameters: &[K],
        reads: RuleInput::Scores,
        source: "Leys et al. 2013, doi:10.1016/j.jesp.2013.03.013",
        make: |given| {
            let rule = MedianMad::new(given.number("k"))?;
            Ok((Kind::Scores(Box::new(rule)), MedianMad::LEAST_SCORES))
        },
    },
    RuleEntry {
        id: "spot",
        formula: "the score exceeded with probability q, of a Pareto tail above a level",
        parameters: &[Q, LEVEL],
        reads: RuleInput::Scores,
        source: SIFFER,
        make: |given| {
            let rule = Spot::new(spot(given))?;
            let least = rule.least_scores();
            Ok((Kind::Scores(Box::new(rule)), least))
        },
    },
    RuleEntry {
        id: "spot_streaming",
        formula: "spot, fitted again at each peak of the stream",
        parameters: &[Q, LEVEL],
        reads: RuleInput::Stream,
        source: SIFFER,
        make: |given| {
            let least = Spot::new(spot(given))?.least_scores();
            Ok((Kind::Stream(Box::new(SpotStreaming::new(spot(given))?)), least))
        },
    },
    RuleEntry {
        id: "dspot",
        formula: "spot_streaming of the distance to the mean of the last depth scores",
        parameters: &[Q, LEVEL, DEPTH],
        reads: RuleInput::Stream,
        source: SIFFER,
        make: |given| {
            let SpotParams { q, level } = spot(given);
            let rule = Dspot::new(DspotParams { q, level, depth: given.count("depth") })?;
            let least = rule.least_scores();
            Ok((Kind::Stream(Box::new(rule)), least))
        },
    },
    RuleEntry {
        id: "f1_best",
        formula: "the cutoff with the highest F1 on labelled validation samples",
        parameters: &[],
        reads: RuleInput::LabelledScores,
        source: "by definition",
        make: |_| Ok((Kind::Labelled(Box::new(BestOf::F1)), 2)),
    },
    RuleEntry {
        id: "g_mean_best",
        formula: "the cutoff with the highest G-mean on labelled validation samples",
        parameters: &[],
        reads: RuleInput::LabelledScores,
        source: "by definition",
        make: |_| Ok((Kind::Labelled(Box::new(BestOf::GMean)), 2)),
    },
    RuleEntry {
        id: "cost_best",
        formula: "the cutoff with the least (false alarms + miss missed anomalies) on labelled \
                  validation samples",
        parameters: &[ParameterEntry {
            key: "miss",
            meaning: "what a missed anomaly costs, in false alarms; by default the fewest errors",
            values: Values::Number { least: 1e-6, most: 1e9 },
            default: "1",
        }],
        reads: RuleInput::LabelledScores,
        source: "by definition",
        make: |given| {
            let rule = LeastCost::new(given.number("miss"))?;
            Ok((Kind::Labelled(Box::new(rule)), 2))
        },
    },
];
