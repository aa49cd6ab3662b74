//! What autoencoders and forecasters share: a trained network scores samples by its errors.

use oddity_core::{
    Artefact, Columns, Error, FittedDetector, Frame, Reconstruction, Result, Samples, Scores, Seed,
    State, TrainingHistory, Watch,
};
use serde::{Deserialize, Serialize};

use crate::backend::{Backend, Scorer, collect};
use crate::examples::Examples;
use crate::load_error::LoadError;
use crate::native::Native;
use crate::network::Network;
use crate::rows::Rows;
use crate::saved_network::{SavedDetector, SavedNetwork};
use crate::score::ErrorScore;
use crate::table::Table;
use crate::training::{Subject, TrainingParams, train};
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
    network: Network,
    weights: Weights,
    scorer: Box<dyn Scorer>,
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
        backend: &dyn Backend,
        table: &Table,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<FittedNetwork> {
        let Task { name, network, training, reads, score, code } = self;
        let has_target = reads == Reads::Forecasts;
        let precision = training.precision;
        let rounding = precision.of(backend)?;
        let backend = rounding.as_deref().unwrap_or(backend);
        let subject = Subject { name, network: &network, params: training, backend, has_target };
        let trained = train(subject, table, seed, watch)?;
        let detector = SavedDetector { reads, score, code, precision, history: trained.history };
        let weights = trained.weights;
        let scorer = backend.scorer(&network, &weights);
        let scorer =
            scorer.map_err(|source| Error::Foreign { step: name, source: source.into() })?;
        Ok(FittedNetwork { network, weights, scorer, detector })
    }
}

impl FittedNetwork {
    /// The layers.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The weights and moving statistics.
    pub fn weights(&self) -> Weights {
        self.weights.clone()
    }

    /// The same detector, which scores on another backend.
    ///
    /// # Errors
    ///
    /// Those of [`Backend::scorer`].
    pub fn on(self, backend: &dyn Backend) -> Result<FittedNetwork, LoadError> {
        let scorer = self.detector.scorer(backend, &self.network, &self.weights)?;
        Ok(FittedNetwork { scorer, ..self })
    }

    /// Network, weights and what is scored, to be kept.
    pub fn saved(&self) -> SavedNetwork {
        SavedNetwork {
            network: self.network.clone(),
            weights: self.weights(),
            detector: Some(self.detector.clone()),
        }
    }

    pub(crate) fn from_saved(saved: SavedNetwork) -> Result<FittedNetwork, LoadError> {
        FittedNetwork::from_saved_on(saved, &Native)
    }

    /// The same, to score on a backend.
    pub(crate) fn from_saved_on(
        saved: SavedNetwork,
        backend: &dyn Backend,
    ) -> Result<FittedNetwork, LoadError> {
        saved.check()?;
        let SavedNetwork { network, weights, detector } = saved;
        let detector = detector.ok_or(LoadError::Use { wanted: "a whole detector" })?;
        let scorer = detector.scorer(backend, &network, &weights)?;
        Ok(FittedNetwork { network, weights, scorer, detector })
    }
}

impl SavedDetector {
    /// What scores with these weights, in the detector's precision.
    fn scorer(
        &self,
        backend: &dyn Backend,
        network: &Network,
        weights: &Weights,
    ) -> Result<Box<dyn Scorer>, LoadError> {
        match self.precision.of(backend)? {
            Some(rounding) => rounding.scorer(network, weights),
            None => backend.scorer(network, weights),
        }
    }
}

impl FittedNetwork {
    /// What `read` returns of each sample's target and output, in the order of the samples.
    fn evaluate<T: Send>(
        &self,
        samples: &Samples<'_>,
        read: impl Fn(Rows<'_>, Rows<'_>) -> T + Sync,
    ) -> Result<Vec<T>> {
        let table = self.detector.reads.table(samples)?;
        let (expected, found) = (self.network.inputs, table.width());
        if found != expected {
            return Err(Error::Width { expected, found });
        }
        // Of a window, forecasters read all rows but the last.
        let unread = usize::from(self.detector.reads == Reads::Forecasts);
        let expected = self.network.steps.unwrap_or(1).saturating_add(unread);
        let found = table.steps() + unread;
        if found != expected {
            return Err(Error::Length { what: "a window's rows", expected, found });
        }
        let all: Vec<usize> = (0..table.len()).collect();
        Ok(collect(all.len(), read, |read| self.scorer.evaluate(&table, &all, read)))
    }
}

impl FittedDetector for FittedNetwork {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        Scores::new(self.evaluate(samples, |t, y| self.detector.score.of(t, y))?)
    }

    fn history(&self) -> Option<&TrainingHistory> {
        Some(&self.detector.history)
    }

    /// `description`, a text in TOML that has the network and the history, and the tensors, named
    /// as in [`Weights`] below `weights`. It is the same whatever backend the network was fitted
    /// on; restored on another one, scores differ by rounding.
    fn state(&self) -> Option<State> {
        Some(self.kept())
    }

    /// `detector.safetensors`, its description `detector.toml`, and where it has a code
    /// `encoder.safetensors` and `decoder.safetensors`.
    fn artefacts(&self) -> Vec<Artefact> {
        let saved = self.saved();
        let parts = [("encoder", saved.encoder()), ("decoder", saved.decoder())];
        let description = saved.description().into_bytes();
        let mut artefacts = vec![
            Artefact { name: "detector.safetensors".to_owned(), bytes: saved.to_bytes() },
            Artefact { name: "detector.toml".to_owned(), bytes: description },
        ];
        artefacts.extend(parts.into_iter().filter_map(|(name, part)| {
            let bytes = part?.to_bytes();
            Some(Artefact { name: format!("{name}.safetensors"), bytes })
        }));
        artefacts
    }

    /// The mean of the squared errors over the steps that are scored: the mean over the columns
    /// is the score by [`ErrorScore::MeanSquaredError`] and [`ErrorScore::LastStep`].
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let errors = self.evaluate(samples, |t, y| self.detector.score.columns(t, y))?;
        Frame::new(errors.concat(), columns(samples)).map(Some)
    }

    fn reconstruct(&self, samples: &Samples<'_>) -> Result<Option<Reconstruction>> {
        let sides = self.evaluate(samples, |target, output| {
            [target, output].map(|rows| rows.steps().flatten().copied().collect::<Vec<f32>>())
        })?;
        let side = |side: usize| {
            let values = sides.iter().flat_map(|sides| &sides[side]);
            Frame::new(values.map(|&value| f64::from(value)).collect(), columns(samples))
        };
        let n_steps = match self.detector.reads {
            Reads::Windows => self.network.steps.unwrap_or(1),
            Reads::Rows | Reads::Forecasts => 1,
        };
        Reconstruction::new(n_steps, side(0)?, side(1)?).map(Some)
    }
}

/// The names of the columns of rows and windows.
fn columns(samples: &Samples<'_>) -> Columns {
    match samples {
        Samples::Rows(rows) => rows.columns().clone(),
        Samples::Sparse(rows) => rows.columns().clone(),
        Samples::Windows(windows) => windows.frame().columns().clone(),
        Samples::Sequences(_) | Samples::Records(_) => Columns::default(),
    }
}
