//! Two folders of results against each other: has quality, speed or memory become worse?
//!
//! - [`Kind::Quality`]: a measure of a pipeline, by its stored scores. A loss of at least the
//!   least effect, and of more than chance gives (a paired bootstrap over traces or events).
//! - [`Kind::Speed`]: seconds of a stage, the median over rounds against the spread of rounds;
//!   and, of eight rounds and more, the quickest round, which a busy machine disturbs least.
//! - [`Kind::Memory`]: the peak, the median over rounds.
//! - [`Kind::Cells`]: cells that are missing or failed.

mod cells;
mod format;
mod memory;
mod noise;
mod pairs;
mod quality;
mod quickest;
mod sampling;
mod speed;

use serde::{Deserialize, Serialize};

pub use format::Format;
pub use noise::{MIN_ROUNDS, Rounds};
use pairs::Pairs;
pub use speed::ALL_PIPELINES;

use crate::error::Result;
use crate::manifest::Folder;

/// What is compared, and the least changes that count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompareOptions {
    /// Compare measures.
    pub quality: bool,
    /// Compare seconds.
    pub speed: bool,
    /// Compare memory.
    pub memory: bool,
    /// A loss below this, in the measure's unit, does not count.
    pub least_loss: f64,
    /// A share of seconds below this does not count.
    pub least_slowdown: f64,
    /// A share of memory below this does not count.
    pub least_growth: f64,
}

impl Default for CompareOptions {
    fn default() -> Self {
        CompareOptions {
            quality: true,
            speed: true,
            memory: true,
            least_loss: 0.01,
            least_slowdown: 0.05,
            least_growth: 0.10,
        }
    }
}

/// What two folders say of each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The suite.
    pub suite: String,
    /// Where the old results lie.
    pub base: String,
    /// Where the new ones do.
    pub head: String,
    /// The lines, the worst first.
    pub lines: Vec<Line>,
}

/// One thing compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What kind of thing.
    pub kind: Kind,
    /// The dataset.
    pub dataset: String,
    /// The pipeline; of features that pipelines share, their task.
    pub pipeline: String,
    /// The measure, the stage, or what else.
    pub what: String,
    /// In the old results: the measure, seconds or bytes.
    pub base: Option<f64>,
    /// In the new ones.
    pub head: Option<f64>,
    /// How much worse: the loss of a measure, or the growth of seconds or bytes as a share.
    /// Below 0 it is better.
    pub worse_by: Option<f64>,
    /// What it had to exceed to count.
    pub limit: Option<f64>,
    /// What to make of it.
    pub verdict: Verdict,
    /// The same in words.
    pub sentence: String,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whether cells are there.
    Cells,
    /// A measure.
    Quality,
    /// Seconds.
    Speed,
    /// Bytes.
    Memory,
}

impl Kind {
    /// The kind as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Cells => "cells",
            Kind::Quality => "quality",
            Kind::Speed => "speed",
            Kind::Memory => "memory",
        }
    }
}

/// What to make of a line; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It became worse.
    Regression,
    /// It cannot be told.
    Incomplete,
    /// No change that counts.
    Same,
    /// It became better.
    Better,
}

impl Verdict {
    /// The verdict as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Regression => "regression",
            Verdict::Incomplete => "incomplete",
            Verdict::Same => "same",
            Verdict::Better => "better",
        }
    }
}

impl Comparison {
    /// The verdict over all: a regression, else incomplete where something could not be told or
    /// nothing was compared, else better or the same.
    pub fn verdict(&self) -> Verdict {
        if self.lines.is_empty() {
            return Verdict::Incomplete;
        }
        let has = |verdict| self.lines.iter().any(|line| line.verdict == verdict);
        let order = [Verdict::Regression, Verdict::Incomplete, Verdict::Better];
        order.into_iter().find(|&verdict| has(verdict)).unwrap_or(Verdict::Same)
    }

    /// 0 same or better, 1 regression, 2 incomplete.
    pub fn exit_code(&self) -> u8 {
        match self.verdict() {
            Verdict::Same | Verdict::Better => 0,
            Verdict::Regression => 1,
            Verdict::Incomplete => 2,
        }
    }
}

/// Compares two folders of results.
///
/// # Errors
///
/// Those of reading the folders; [`crate::Error::Merge`] for folders of different suites.
pub fn compare(base: &Folder, head: &Folder, options: &CompareOptions) -> Result<Comparison> {
    let pairs = Pairs::read(base, head)?;
    let mut lines = cells::lines(&pairs);
    if options.quality {
        lines.extend(quality::lines(&pairs, options.least_loss)?);
    }
    if options.speed {
        lines.extend(speed::lines(&pairs, options.least_slowdown));
    }
    if options.memory {
        lines.extend(memory::lines(&pairs, options.least_growth));
    }
    let severity = |line: &Line| line.worse_by.unwrap_or(0.0) / line.limit.unwrap_or(1.0).max(1e-9);
    lines.sort_by(|a, b| {
        let by_verdict = a.verdict.cmp(&b.verdict);
        by_verdict.then_with(|| severity(b).total_cmp(&severity(a)))
    });
    Ok(Comparison {
        suite: base.suite.name.clone(),
        base: base.path().display().to_string(),
        head: head.path().display().to_string(),
        lines,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_was_compared_nothing_can_be_told() {
        let empty = Comparison {
            suite: "suite".to_owned(),
            base: "old".to_owned(),
            head: "new".to_owned(),
            lines: Vec::new(),
        };
        assert_eq!((empty.verdict(), empty.exit_code()), (Verdict::Incomplete, 2));
    }
}
