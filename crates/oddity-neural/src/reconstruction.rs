//! What autoencoders and forecasters share: a trained network scores samples by its errors.

use oddity_core::{Error, FittedDetector, Result, Samples, Scores, Seed, TrainingHistory, Watch};
use oddity_kernels::{Level, Pool};
use serde::{Deserialize, Serialize};

use crate::evaluate::Evaluator;
use crate::examples::Examples;
use crate::load_error::LoadError;
use crate::model::{Model, Rows};
use crate::network::Network;
use crate::saved_network::{SavedDetector, SavedNetwork};
use crate::score::ErrorScore;
use crate::table::Table;
use crate::training::{TrainingParams, train};
use crate::weights::Weights;

/// How samples turn into what a network reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reads {
    /// Single rows, which it should make again.
    Rows,
    /// Windows, which it should make again.
    Windows,
    /// Windows whose last row is what the others should give.
    Forecasts,
}

impl Reads {
    pub(crate) fn table(self, samples: &Samples<'_>) -> Result<Table> {
        match self {
            Reads::Rows => Table::rows(samples),
            Reads::Windows => Table::windows(samples, false),
            Reads::Forecasts => Table::windows(samples, true),
        }
    }
}

/// A detector that scores samples by the errors of a trained network, of rows or windows that
/// it makes again, or of the row behind a window.
#[derive(Debug)]
pub struct FittedNetwork {
    model: Model,
    detector: SavedDetector,
}

/// What a detector asks of a network and its training.
pub(crate) struct Task<'a> {
    pub(crate) name: &'static str,
    pub(crate) network: Network,
    pub(crate) training: &'a TrainingParams,
    pub(crate) reads: Reads,
    pub(crate) score: ErrorScore,
    /// Layers from the input to the code.
    pub(crate) code: Option<usize>,
}

impl Task<'_> {
    /// Trains the network to make its input, or what follows it.
    pub(crate) fn fit(
        self,
        table: &Table,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<FittedNetwork> {
        let Task { name, network, training, reads, score, code } = self;
        let forecasts = reads == Reads::Forecasts;
        let trained = train(name, &network, training, table, forecasts, seed, watch)?;
        let detector = SavedDetector { reads, score, code, history: trained.history };
        Ok(FittedNetwork { model: trained.model, detector })
    }
}

impl FittedNetwork {
    /// The layers.
    pub fn network(&self) -> &Network {
        &self.model.network
    }

    /// The weights and moving statistics.
    pub fn weights(&self) -> Weights {
        self.model.weights()
    }

    /// Network, weights and what is scored, to be kept.
    pub fn saved(&self) -> SavedNetwork {
        SavedNetwork {
            network: self.model.network.clone(),
            weights: self.weights(),
            detector: Some(self.detector.clone()),
        }
    }

    pub(crate) fn from_saved(saved: SavedNetwork) -> Result<FittedNetwork, LoadError> {
        saved.check()?;
        let model = Model::with_weights(&saved.network, &saved.weights)?;
        let detector = saved.detector.ok_or(LoadError::Use { wanted: "a whole detector" })?;
        Ok(FittedNetwork { model, detector })
    }
}

impl FittedDetector for FittedNetwork {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let table = self.detector.reads.table(samples)?;
        let (expected, found) = (self.model.network.inputs, table.width());
        if found != expected {
            return Err(Error::Width { expected, found });
        }
        let (expected, found) = (self.model.network.steps.unwrap_or(1), table.steps());
        if found != expected {
            return Err(Error::Length { what: "a window's rows", expected, found });
        }
        let all: Vec<usize> = (0..table.len()).collect();
        let mut pool = Pool::new(rayon::current_num_threads().min(all.len().div_ceil(32)));
        let score = |_, target: Rows<'_>, output: Rows<'_>| self.detector.score.of(target, output);
        let mut evaluator = Evaluator::default();
        Scores::new(evaluator.evaluate(&self.model, Level::best(), &mut pool, &table, &all, score))
    }

    fn history(&self) -> Option<&TrainingHistory> {
        Some(&self.detector.history)
    }
}
