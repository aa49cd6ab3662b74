//! Whole detectors as bytes: safetensors with a description in TOML.

use oddity_core::TrainingHistory;
use oddity_kernels::{Level, Pool};
use serde::{Deserialize, Serialize};

use crate::evaluate::Evaluator;
use crate::examples::{Batch, Examples};
use crate::load_error::LoadError;
use crate::model::Model;
use crate::network::{Flow, Network};
use crate::precision::Precision;
use crate::reconstruction::{FittedNetwork, Reads};
use crate::rows::Rows;
use crate::score::ErrorScore;
use crate::weights::{Archive, Weights, parse, write_archive};

/// The form of descriptions that is written, and the last that is read.
const FORM: u32 = 1;

/// A network with its weights, and where it is a detector's, what it reads and how it scores.
///
/// As bytes it is one blob of safetensors, whose tensors are named as in [`Weights`]. The entry
/// `oddity` of their metadata is the [`description`](SavedNetwork::description), behind a line
/// with the CRC-32C of description and tensors; so altered bytes are refused.
///
/// ```
/// use oddity_core::{FittedDetector, Frame, Seed, Unwatched};
/// use oddity_neural::{DenseAutoencoder, DenseAutoencoderParams, SavedNetwork};
///
/// let values = (0..80).map(|i| f64::from(i).sin()).collect();
/// let rows = Frame::new(values, ["x", "y"])?;
/// let mut params = DenseAutoencoderParams::default();
/// params.training.epochs = 2;
/// let fitted = DenseAutoencoder::new(params)?.fit_network(&rows.samples(), Seed(1), &mut Unwatched)?;
///
/// let saved = fitted.saved();
/// let again = SavedNetwork::from_bytes(&saved.to_bytes())?.into_detector()?;
/// assert_eq!(again.score(&rows.samples())?, fitted.score(&rows.samples())?);
///
/// // Three numbers a row: the narrowest layer.
/// let encoder = saved.encoder().ok_or("an autoencoder has one")?;
/// assert_eq!(encoder.outputs(&[0.5, -0.5])?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SavedNetwork {
    /// The layers.
    pub network: Network,
    /// Their weights and moving statistics.
    pub weights: Weights,
    /// What the network is used for; none for a part of a detector.
    pub detector: Option<SavedDetector>,
}

/// What a detector has besides its network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedDetector {
    /// What its samples are.
    pub reads: Reads,
    /// What a sample is scored by.
    pub score: ErrorScore,
    /// Layers from the input to the code; none where the network has no code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<usize>,
    /// In which numbers the network multiplies.
    #[serde(default, skip_serializing_if = "Precision::is_default")]
    pub precision: Precision,
    /// How the training went.
    #[serde(default)]
    pub history: TrainingHistory,
}

/// The description.
#[derive(Serialize, Deserialize)]
struct Description {
    form: u32,
    network: Network,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detector: Option<SavedDetector>,
}

impl SavedNetwork {
    /// The bytes: the same for the same network and weights.
    pub fn to_bytes(&self) -> Vec<u8> {
        write_archive(&self.weights, Some(&self.describe()))
    }

    /// Reads what [`to_bytes`](SavedNetwork::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for bytes that are not what was written, cut or altered: no safetensors,
    /// another checksum, a description that is missing, of a later form or of something else;
    /// and what [`check`](SavedNetwork::check) refuses.
    pub fn from_bytes(bytes: &[u8]) -> Result<SavedNetwork, LoadError> {
        let archive = Archive::read(bytes)?;
        let text = archive.text()?.to_owned();
        let saved = SavedNetwork::described(&text, archive.weights)?;
        saved.check()?;
        Ok(saved)
    }

    /// Takes a description and weights, which may not fit it.
    pub(crate) fn described(text: &str, weights: Weights) -> Result<SavedNetwork, LoadError> {
        let Description { network, detector, .. } = parse(text, FORM)?;
        Ok(SavedNetwork { network, weights, detector })
    }

    /// Network and detector as TOML, to lie beside the tensors where a reader should see them.
    pub fn description(&self) -> String {
        match toml::to_string(&self.describe()) {
            Ok(text) => text,
            Err(error) => unreachable!("descriptions are tables of plain values: {error}"),
        }
    }

    /// Checks that the parts fit: weights and network ([`Weights::check`]), and what the network
    /// makes with what the detector compares it with.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`], and [`LoadError::Use`].
    pub fn check(&self) -> Result<(), LoadError> {
        self.weights.check(&self.network)?;
        let Some(detector) = &self.detector else { return Ok(()) };
        let (input, output) = (self.network.input(), self.output()?);
        let (fits, wanted) = match detector.reads {
            Reads::Rows => (input.steps.is_none() && output == input, "rows made again"),
            Reads::Windows => (input.steps.is_some() && output == input, "windows made again"),
            Reads::Forecasts => {
                let row = Flow { steps: None, ..input };
                (input.steps.is_some() && output == row, "windows to rows of their columns")
            }
        };
        let inside = |code| 0 < code && code < self.network.layers.len();
        match detector.code {
            _ if !fits => Err(LoadError::Use { wanted }),
            Some(code) if !inside(code) => {
                Err(LoadError::Use { wanted: "a code between the first layer and the last" })
            }
            _ => Ok(()),
        }
    }

    /// The detector again.
    ///
    /// # Errors
    ///
    /// [`LoadError::Use`] for a part of a detector, and those of
    /// [`check`](SavedNetwork::check).
    pub fn into_detector(self) -> Result<FittedNetwork, LoadError> {
        FittedNetwork::from_saved(self)
    }

    /// The layers from the input to the code, of a detector that has a code.
    pub fn encoder(&self) -> Option<SavedNetwork> {
        self.parts().map(|(encoder, _)| encoder)
    }

    /// The layers from the code to the output, of a detector that has a code. Their tensors are
    /// numbered from 0.
    pub fn decoder(&self) -> Option<SavedNetwork> {
        self.parts().map(|(_, decoder)| decoder)
    }

    /// What the network makes of samples, `[sample][step][column]`, in inference: rows behind
    /// each other, of all steps where it makes sequences. Parts of a detector multiply in single
    /// precision.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`], and [`oddity_core::Error::Length`], as
    /// [`LoadError::Network`], for no whole samples.
    pub fn outputs(&self, samples: &[f32]) -> Result<Vec<f32>, LoadError> {
        let precision = self.detector.as_ref().map_or(Precision::F32, |found| found.precision);
        let model = Model::with_weights(&self.network, &self.weights)?.in_precision(precision);
        let batch = Batch::new(samples, self.network.input(), false)?;
        let all: Vec<usize> = (0..batch.len()).collect();
        let mut pool = Pool::new(rayon::current_num_threads().min(all.len().div_ceil(32)));
        let read = |_, _: Rows<'_>, output: Rows<'_>| {
            output.steps().flatten().copied().collect::<Vec<f32>>()
        };
        let mut evaluator = Evaluator::default();
        let rows = evaluator.evaluate(&model, Level::best(), &mut pool, &batch, &all, read);
        Ok(rows.concat())
    }

    fn describe(&self) -> Description {
        let SavedNetwork { network, detector, .. } = self;
        Description { form: FORM, network: network.clone(), detector: detector.clone() }
    }

    fn output(&self) -> Result<Flow, LoadError> {
        let flows = self.network.flows()?;
        Ok(flows.last().copied().unwrap_or(self.network.input()))
    }

    fn parts(&self) -> Option<(SavedNetwork, SavedNetwork)> {
        let code = self.detector.as_ref()?.code?;
        let flow = *self.network.flows().ok()?.get(code.checked_sub(1)?)?;
        let Network { inputs, steps, layers } = &self.network;
        let (front, back) = layers.split_at_checked(code)?;
        let part = |inputs, steps, layers: &[_], first: usize| {
            let mut weights = Weights::default();
            for layer in 0..layers.len() {
                let of_layer = self.weights.below(&format!("layers.{}.", first + layer));
                weights.extend(&format!("layers.{layer}."), of_layer);
            }
            let network = Network { inputs, steps, layers: layers.to_vec() };
            SavedNetwork { network, weights, detector: None }
        };
        Some((part(*inputs, *steps, front, 0), part(flow.width, flow.steps, back, code)))
    }
}
