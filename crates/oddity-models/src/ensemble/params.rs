//! The parameters of ensembles.

use oddity_core::SampleKind;
use oddity_linalg::Components;
use serde::{Deserialize, Serialize};

use super::combine::{Combine, MemberScale};
use crate::catalogue::DetectorConfig;
use crate::linear::PcaReconstructionParams;

/// Parameters of [`Ensemble`](super::Ensemble).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnsembleParams {
    /// The members, each with its `kind` and parameters. By default `pca_reconstruction` with
    /// the components that explain a half, four fifths and nineteen twentieths of the variance.
    pub members: Vec<DetectorConfig>,
    /// What is made of the members' scores.
    pub combine: Combine,
    /// What makes the scores of different members compare.
    pub scale: MemberScale,
    /// Share of the training samples, drawn from the seed, that members are not fitted on and
    /// whose scores take the place of those of the training samples. 0 by default: all are fitted
    /// on, and compared with.
    pub held_out: f64,
}

impl Default for EnsembleParams {
    fn default() -> EnsembleParams {
        let member = |variance| {
            let components = Components::Variance { variance };
            let params = PcaReconstructionParams::default();
            DetectorConfig::PcaReconstruction(PcaReconstructionParams { components, ..params })
        };
        EnsembleParams {
            members: [0.5, 0.8, 0.95].map(member).to_vec(),
            combine: Combine::default(),
            scale: MemberScale::default(),
            held_out: 0.0,
        }
    }
}

impl EnsembleParams {
    /// The kinds of samples that all members read.
    pub fn reads(&self) -> Vec<SampleKind> {
        let mut members = self.members.iter().map(DetectorConfig::reads);
        let first = members.next().unwrap_or_default();
        members.fold(first, |common, reads| {
            common.into_iter().filter(|kind| reads.contains(kind)).collect()
        })
    }
}
