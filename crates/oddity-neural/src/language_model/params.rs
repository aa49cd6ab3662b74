//! The parameters of the LSTM language model.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::NAME;
use super::sizes::LanguageSizes;
use super::statistic::Statistic;
use super::text::Vocabulary;
use crate::training::TrainingParams;

/// Parameters of [`LstmLanguageModel`](super::LstmLanguageModel).
///
/// The default sizes ranked the attacks of ADFA-LD's folders 1 to 7 no worse than one layer of 200
/// units, at less than half the cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LstmLanguageModelParams {
    /// Units of the LSTM layers of each member: one list a member. By default one of 128 units.
    pub members: Vec<Vec<usize>>,
    /// Numbers that a symbol is turned into. Default 32.
    pub embedding: usize,
    /// Share of the numbers between layers that are set to 0 in training. Default 0.2.
    pub dropout: f64,
    /// Steps through which gradients go back. Default 25.
    pub bptt: usize,
    /// Share of the training symbols that are taken for unseen ones, more than 0 and less than 1.
    /// Default 0.001.
    pub unseen_share: f64,
    /// From which end sequences are read.
    pub direction: Direction,
    /// What a sequence is scored by. By default the mean.
    pub statistic: Statistic,
    /// Whether a mean is divided by 0.5 plus the entropy of the same symbols: then a sequence
    /// is not anomalous for being varied alone.
    pub relative: bool,
    /// How each member is trained.
    pub training: TrainingParams,
}

/// From which end sequences are read, in training and to score them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Each symbol is foretold from those before it.
    #[default]
    Forward,
    /// Each symbol is foretold from those behind it.
    Backward,
}

impl Default for LstmLanguageModelParams {
    fn default() -> LstmLanguageModelParams {
        LstmLanguageModelParams {
            members: vec![vec![128]],
            embedding: 32,
            dropout: 0.2,
            bptt: 25,
            unseen_share: 0.001,
            direction: Direction::default(),
            statistic: Statistic::default(),
            relative: false,
            training: TrainingParams::default(),
        }
    }
}

impl LstmLanguageModelParams {
    /// The sizes of a member with these units.
    pub(super) fn sizes(&self, vocabulary: &Vocabulary, units: &[usize]) -> LanguageSizes {
        LanguageSizes {
            n_inputs: vocabulary.n_inputs(),
            embedding: self.embedding,
            units: units.to_vec(),
            n_classes: vocabulary.n_classes(),
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(NAME, name, found, ok, wanted);
        let n = self.members.len();
        check("members", n as f64, 1 <= n, "at least 1")?;
        for units in &self.members {
            let n = units.len();
            check("members", n as f64, 1 <= n, "at least 1 layer each")?;
            let least = units.iter().copied().min().unwrap_or(0);
            check("members", least as f64, 1 <= least, "at least 1 unit a layer")?;
        }
        check("embedding", self.embedding as f64, 1 <= self.embedding, "at least 1")?;
        let ok = 0.0 <= self.dropout && (self.dropout as f32) < 1.0;
        check("dropout", self.dropout, ok, "at least 0, and less than 1 in single precision")?;
        check("bptt", self.bptt as f64, 1 <= self.bptt, "at least 1")?;
        let ok = 0.0 < self.unseen_share && self.unseen_share < 1.0;
        check("unseen_share", self.unseen_share, ok, "more than 0 and less than 1")?;
        self.statistic.check(NAME)?;
        self.training.check(NAME)
    }
}
