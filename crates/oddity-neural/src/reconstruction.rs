//! What autoencoders and forecasters share: a trained network scores samples by its errors.

use std::ops::ControlFlow;

use oddity_core::{Error, FittedDetector, Result, Samples, Scores, Seed, TrainingHistory};
use oddity_kernels::{Level, Pool};

use crate::evaluate::Evaluator;
use crate::examples::Examples;
use crate::model::{Model, Rows};
use crate::network::Network;
use crate::score::ErrorScore;
use crate::table::Table;
use crate::training::{TrainingParams, train};

/// How samples turn into what the network reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    Rows,
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

/// A trained network.
pub(crate) struct FittedNetwork {
    model: Model,
    history: TrainingHistory,
    reads: Reads,
    score: ErrorScore,
}

/// Trains a network to make its input, or what follows it.
pub(crate) fn fit(
    name: &'static str,
    network: &Network,
    training: &TrainingParams,
    reads: Reads,
    table: &Table,
    score: ErrorScore,
    seed: Seed,
) -> Result<FittedNetwork> {
    let watch = &mut |_: &_| ControlFlow::Continue(());
    let forecasts = reads == Reads::Forecasts;
    let trained = train(name, network, training, table, forecasts, seed, watch)?;
    Ok(FittedNetwork { model: trained.model, history: trained.history, reads, score })
}

impl FittedDetector for FittedNetwork {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let table = self.reads.table(samples)?;
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
        let score = |_, target: Rows<'_>, output: Rows<'_>| self.score.of(target, output);
        let mut evaluator = Evaluator::default();
        Scores::new(evaluator.evaluate(&self.model, Level::best(), &mut pool, &table, &all, score))
    }

    fn history(&self) -> Option<&TrainingHistory> {
        Some(&self.history)
    }
}
