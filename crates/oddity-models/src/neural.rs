//! Which detectors of the catalogue are networks, and how they are built on another backend.

use std::sync::Arc;

use oddity_core::{Detector, Result};
use oddity_neural::{
    DenseAutoencoder, LstmAutoencoder, LstmForecaster, LstmLanguageModel, OnlineLstmAutoencoder,
};

pub use oddity_neural::{Backend, Native};

use crate::catalogue::{DetectorConfig, OnlineConfig};
use crate::ensemble::Ensemble;
use crate::online::{Online, OnlineModel};

impl DetectorConfig {
    /// Whether the model is a network, which runs on a [`Backend`].
    pub fn is_neural(&self) -> bool {
        // Without `_`: who adds a model says here whether it is one.
        match self {
            DetectorConfig::DenseAutoencoder(_)
            | DetectorConfig::LstmAutoencoder(_)
            | DetectorConfig::LstmForecaster(_)
            | DetectorConfig::LstmLanguageModel(_)
            | DetectorConfig::OnlineLstmAutoencoder(_) => true,
            DetectorConfig::Ensemble(params) => {
                params.members.iter().any(DetectorConfig::is_neural)
            }
            DetectorConfig::Online(params) => {
                matches!(params.detector, OnlineConfig::OnlineLstmAutoencoder(_))
            }
            DetectorConfig::PcaReconstruction(_)
            | DetectorConfig::Stide(_)
            | DetectorConfig::NGramKnn(_)
            | DetectorConfig::TStide(_)
            | DetectorConfig::Markov(_)
            | DetectorConfig::Hmm(_)
            | DetectorConfig::HalfSpaceTrees(_)
            | DetectorConfig::RobustRandomCutForest(_)
            | DetectorConfig::RunningZScore(_)
            | DetectorConfig::Kitsune(_)
            | DetectorConfig::Constant(_)
            | DetectorConfig::Custom(_)
            | DetectorConfig::Length(_)
            | DetectorConfig::Random(_)
            | DetectorConfig::IsolationForest(_)
            | DetectorConfig::Hbos(_)
            | DetectorConfig::Ecod(_)
            | DetectorConfig::Copod(_)
            | DetectorConfig::Lof(_)
            | DetectorConfig::KnnDistance(_)
            | DetectorConfig::KMeansDistance(_)
            | DetectorConfig::Cblof(_)
            | DetectorConfig::OneClassSvm(_)
            | DetectorConfig::KernelPca(_)
            | DetectorConfig::Gmm(_)
            | DetectorConfig::Mcd(_)
            | DetectorConfig::MatrixProfile(_)
            | DetectorConfig::SpectralResidual(_)
            | DetectorConfig::LocalRegression(_) => false,
        }
    }

    /// The model with these parameters, its networks on a backend; models without networks are
    /// as [`build`](DetectorConfig::build) makes them.
    ///
    /// # Errors
    ///
    /// For a parameter outside its range. A layer that a backend lacks is refused when the
    /// detector is fitted ([`oddity_core::Error::Backend`]).
    pub fn build_on(&self, backend: &Arc<dyn Backend>) -> Result<Arc<dyn Detector>> {
        let backend = Arc::clone(backend);
        match self {
            _ if backend.id() == Native.id() => self.build(),
            DetectorConfig::DenseAutoencoder(params) => {
                Ok(Arc::new(DenseAutoencoder::new(params.clone())?.on(backend)))
            }
            DetectorConfig::LstmAutoencoder(params) => {
                Ok(Arc::new(LstmAutoencoder::new(params.clone())?.on(backend)))
            }
            DetectorConfig::LstmForecaster(params) => {
                Ok(Arc::new(LstmForecaster::new(params.clone())?.on(backend)))
            }
            DetectorConfig::LstmLanguageModel(params) => {
                Ok(Arc::new(LstmLanguageModel::new(params.clone())?.on(backend)))
            }
            DetectorConfig::OnlineLstmAutoencoder(params) => {
                Ok(Arc::new(OnlineLstmAutoencoder::new(params.clone())?.on(backend)))
            }
            DetectorConfig::Ensemble(params) => {
                let build = |member: &DetectorConfig| member.build_on(&backend);
                Ok(Arc::new(Ensemble::of(params.clone(), build)?))
            }
            DetectorConfig::Online(params) => {
                let build = |model: &OnlineConfig| model.build_on(&backend);
                Ok(Arc::new(Online::of(params.clone(), build)?))
            }
            _ => self.build(),
        }
    }
}

impl OnlineConfig {
    /// As [`DetectorConfig::build_on`].
    ///
    /// # Errors
    ///
    /// For a parameter outside its range.
    pub fn build_on(&self, backend: &Arc<dyn Backend>) -> Result<Arc<dyn OnlineModel>> {
        match self {
            OnlineConfig::OnlineLstmAutoencoder(params) if backend.id() != Native.id() => {
                Ok(Arc::new(OnlineLstmAutoencoder::new(params.clone())?.on(Arc::clone(backend))))
            }
            _ => self.build(),
        }
    }
}
