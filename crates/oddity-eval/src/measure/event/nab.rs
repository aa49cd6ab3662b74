//! The score of the Numenta Anomaly Benchmark.

use std::ops::Range;

use oddity_core::Alarms;
use serde::{Deserialize, Serialize};

use super::touching::touching;
use crate::measure::catalogue::{Entry, ParameterEntry, Values};
use crate::measure::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measure `nab(profile=..,probation=..)`: early alarms in an event are rewarded, alarms outside
/// are punished, between no alarm at all (0) and the first sample of every event (100).
///
/// With `sigma(y) = 2 / (1 + exp(5 y)) - 1`, and -1 where `y` is above 3:
///
/// - an event of `n` samples whose first alarm is sample `i` of it, from 0, adds
///   `tp sigma(-(n - i) / n) / sigma(-1)`, and without an alarm `-fn`;
/// - each alarm `d` samples behind the last sample of an event of `n` samples, the last one before
///   it in its series, adds `fp sigma(d / (n - 1))`, and `-fp` without an event before it.
///
/// The sum `s` over all series is scaled: `100 (s - null) / (perfect - null)`, with `null` the sum
/// without any alarm and `perfect` `tp` for each event. The first samples of each series are on
/// probation and do not count: `min(floor(probation n), 5000 probation)` of `n`; nor does an event
/// that lies in them. No least value: each false alarm costs.
///
/// Truth: events of n samples, taken as the windows; alarms: n decisions. Undefined without an
/// event outside probation. Cost n.
///
/// Source: Lavin and Ahmad 2015, doi:10.1109/ICMLA.2015.141, and github.com/numenta/NAB, which
/// lays windows of a tenth of a series around labels, divides by 0 behind an event of one sample
/// (here an alarm there is far away, -1), and counts events on probation as perfect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nab {
    /// What hits, misses and false alarms weigh.
    pub profile: NabProfile,
    /// The share of each series that is on probation, from 0 to 1; 0.15 in NAB.
    pub probation: f64,
}

/// What hits, misses and false alarms weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NabProfile {
    /// 1, 1 and 0.11.
    Standard,
    /// Few false alarms: 1, 1 and 0.22.
    LowFp,
    /// Few misses: 1, 2 and 0.11.
    LowFn,
}

impl NabProfile {
    /// The weights of hits, misses and false alarms.
    pub fn weights(self) -> (f64, f64, f64) {
        match self {
            NabProfile::Standard => (1.0, 1.0, 0.11),
            NabProfile::LowFp => (1.0, 1.0, 0.22),
            NabProfile::LowFn => (1.0, 2.0, 0.11),
        }
    }

    fn word(self) -> &'static str {
        match self {
            NabProfile::Standard => "standard",
            NabProfile::LowFp => "low_fp",
            NabProfile::LowFn => "low_fn",
        }
    }

    fn parse(word: &str) -> NabProfile {
        match word {
            "low_fp" => NabProfile::LowFp,
            "low_fn" => NabProfile::LowFn,
            _ => NabProfile::Standard,
        }
    }
}

/// What an alarm is worth at a position in a window (from -1 to 0) or behind it.
fn sigma(position: f64) -> f64 {
    if position <= FAR { 2.0 / (1.0 + (5.0 * position).exp()) - 1.0 } else { -1.0 }
}

/// Behind so many lengths of a window all alarms cost the same.
const FAR: f64 = 3.0;

impl Nab {
    /// First sample of a series that counts.
    fn first_counted(&self, series: &Range<usize>) -> usize {
        let n_samples = series.len() as f64;
        let probation = (self.probation * n_samples).floor().min(self.probation * 5000.0);
        series.start + probation.ceil() as usize
    }
}

/// What the alarms in `gap` behind an event, or behind none, add up to without their weight.
fn behind(event: Option<&Range<usize>>, alarms: &[Range<usize>], gap: &Range<usize>) -> f64 {
    let mut sum = 0.0;
    for alarm in alarms {
        let mut at = alarm.start.max(gap.start);
        let end = alarm.end.min(gap.end);
        if let Some(event) = event.filter(|event| 1 < event.len()) {
            let (last, width) = (event.end - 1, (event.len() - 1) as f64);
            while at < end && (at - last) as f64 / width <= FAR {
                sum += sigma((at - last) as f64 / width);
                at += 1;
            }
        }
        sum -= end.saturating_sub(at) as f64;
    }
    sum
}

impl Measure<Alarms> for Nab {
    fn id(&self) -> MeasureId {
        let id = MeasureId::new("nab").with("profile", self.profile.word());
        id.with("probation", self.probation)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        truth.expect_len(alarms.values().len())?;
        let events = truth.events()?;
        let alarms = events.runs_of(alarms.values());
        let (hit, missed, false_alarm) = self.profile.weights();
        // What counts of the events, and the gaps behind series' starts and events.
        let mut windows: Vec<(&Range<usize>, Range<usize>)> = Vec::new();
        let mut gaps: Vec<(Option<&Range<usize>>, Range<usize>)> = Vec::new();
        let mut runs = events.runs().iter().peekable();
        for series in events.series() {
            let mut counted = self.first_counted(&series);
            let mut before = None;
            while let Some(event) = runs.next_if(|event| event.end <= series.end) {
                gaps.push((before, counted..event.start.max(counted)));
                if counted < event.end {
                    windows.push((event, event.start.max(counted)..event.end));
                }
                counted = counted.max(event.end);
                before = Some(event);
            }
            gaps.push((before, counted.min(series.end)..series.end));
        }
        if windows.is_empty() {
            return Err(Undefined::NoAnomaly.into());
        }
        let (of_events, counted): (Vec<_>, Vec<_>) = windows.into_iter().unzip();
        let mut sum = 0.0;
        for ((event, part), met) in of_events.iter().zip(&counted).zip(touching(&counted, &alarms))
        {
            sum += alarms[met].first().map_or(-missed, |alarm| {
                let left = (event.end - alarm.start.max(part.start)) as f64;
                hit * sigma(-left / event.len() as f64) / sigma(-1.0)
            });
        }
        let (befores, gaps): (Vec<_>, Vec<_>) = gaps.into_iter().unzip();
        let mut punished = 0.0;
        for ((before, gap), met) in befores.iter().zip(&gaps).zip(touching(&gaps, &alarms)) {
            punished += behind(*before, &alarms[met], gap);
        }
        sum += false_alarm * punished;
        let n_events = counted.len() as f64;
        let null = -missed * n_events;
        Ok(100.0 * (sum - null) / (hit * n_events - null))
    }
}

pub(in crate::measure) const ENTRIES: &[Entry] = &[Entry {
    id: "nab",
    range: (f64::NEG_INFINITY, 100.0),
    formula: "100 (s - null) / (perfect - null); s: sigma of the first alarm in each event, -fn for a miss, fp sigma for each alarm behind",
    parameters: &[
        ParameterEntry {
            key: "profile",
            meaning: "weights (tp, fn, fp): standard 1, 1, 0.11; low_fp 1, 1, 0.22; low_fn 1, 2, 0.11",
            values: Values::OneOf(&["standard", "low_fp", "low_fn"]),
            default: "standard",
        },
        ParameterEntry {
            key: "probation",
            meaning: "the share of each series, of 5000 samples at most, at its start that does not count",
            values: Values::Number { least: 0.0, most: 1.0 },
            default: "0.15",
        },
    ],
    undefined: "no anomaly outside probation",
    cost: "n",
    source: "Lavin and Ahmad 2015, doi:10.1109/ICMLA.2015.141",
    of_alarms: Some(|given| {
        let profile = NabProfile::parse(given.word("profile"));
        Box::new(Nab { profile, probation: given.number("probation") })
    }),
    ..Entry::PLAIN
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigma_has_the_published_values() {
        for (position, expected) in
            [(-1.0, 0.98661), (-0.5, 0.84828), (0.0, 0.0), (1.0, -0.98661), (3.01, -1.0)]
        {
            assert!((sigma(position) - expected).abs() < 5e-6, "{position}");
        }
    }
}
