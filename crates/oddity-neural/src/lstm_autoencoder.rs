//! Autoencoders of LSTM layers, over windows.

use std::sync::Arc;

use oddity_core::{
    Detector, Error, FittedDetector, Result, Samples, Seed, State, Unwatched, Watch,
};
use serde::{Deserialize, Serialize};

use crate::activation::Activation;
use crate::backend::Backend;
use crate::native::Native;
use crate::network::{Gate, Layer, Network, Returns};
use crate::reconstruction::{FittedNetwork, Reads, Task};
use crate::score::ErrorScore;
use crate::state::Wanted;
use crate::training::TrainingParams;

const NAME: &str = "lstm_autoencoder";

/// Parameters of [`LstmAutoencoder`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LstmAutoencoderParams {
    /// Layers from a window to its code: the last LSTM among them returns its last step. By
    /// default one of 64 units.
    pub encoder: Vec<Layer>,
    /// Layers from the code back: it is repeated for each step before the first LSTM. By
    /// default one of 64 units.
    pub decoder: Vec<Layer>,
    /// The activation of the output layer, which makes as many columns as the input has of each
    /// step.
    pub output: Activation,
    /// How the network is trained.
    pub training: TrainingParams,
    /// What a window is scored by.
    pub score: ErrorScore,
}

impl Default for LstmAutoencoderParams {
    fn default() -> LstmAutoencoderParams {
        let lstm = |returns| Layer::Lstm {
            units: 64,
            activation: Activation::Tanh,
            gate: Gate::Sigmoid,
            returns,
        };
        LstmAutoencoderParams {
            encoder: vec![lstm(Returns::Last)],
            decoder: vec![lstm(Returns::All)],
            output: Activation::Linear,
            training: TrainingParams::default(),
            score: ErrorScore::default(),
        }
    }
}

/// Scores a window by how badly a recurrent network makes it again.
///
/// LSTM layers read the window's rows in order and leave a code; others make the window again
/// from the code alone. The network is trained on normal windows; others come out wrong. The
/// score is the mean of the squared errors over steps and columns, or another
/// [`ErrorScore`].
///
/// - Reads windows. They stay views: memory grows with rows, not with rows times size.
/// - Cost: `6 p s` operations a window of `s` steps and epoch for `p` parameters, `2 p s` to
///   score.
/// - Pointwise. Columns of a larger scale weigh more: standardise before.
/// - Errors: windows of another size or width than the fitted ones, no window to train on,
///   layers that do not fit, a loss that is not finite.
/// - The code is repeated for each step; the decoder is not fed with what it made before, as
///   in the paper.
///
/// Malhotra et al. 2016, arXiv 1607.00148.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed, WindowsOwned};
/// use oddity_neural::{LstmAutoencoder, LstmAutoencoderParams};
///
/// let wave: Vec<f64> = (0..400).map(|i| (f64::from(i) * 0.5).sin()).collect();
/// let windows = |values: &[f64], stride| {
///     let n = values.len();
///     WindowsOwned::new(Frame::new(values.to_vec(), ["x"])?, vec![0, n], 8, stride)
/// };
/// let params: LstmAutoencoderParams = toml::from_str(
///     "encoder = [{ layer = 'lstm', units = 8, returns = 'last' }]
///      decoder = [{ layer = 'lstm', units = 8 }]
///      training = { epochs = 30, learning_rate = 0.01 }",
/// )?;
/// let fitted = LstmAutoencoder::new(params)?.fit(&windows(&wave, 1)?.samples(), Seed(1))?;
/// let mut test = wave[..16].to_vec();
/// test[12] = 4.0;
/// let scores = fitted.score(&windows(&test, 8)?.samples())?;
/// assert!(3.0 * scores.values()[0] < scores.values()[1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LstmAutoencoder {
    params: LstmAutoencoderParams,
    backend: Arc<dyn Backend>,
}

impl LstmAutoencoder {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range, layers that do not fit each other, or a
    /// decoder that does not make a sequence.
    pub fn new(params: LstmAutoencoderParams) -> Result<LstmAutoencoder> {
        params.training.check(NAME)?;
        let detector = LstmAutoencoder { params, backend: Arc::new(Native) };
        // Windows of another size may still be others than what is made.
        let network = detector.network(1, 1);
        network.n_parameters()?;
        let makes = network.flows()?.last().and_then(|flow| flow.steps);
        let (found, wanted) = (detector.params.decoder.len() as f64, "layers that make a sequence");
        Error::check_parameter(NAME, "decoder", found, makes.is_some(), wanted)?;
        Ok(detector)
    }

    /// The same detector, fitted and scored on another backend than [`Native`].
    pub fn on(self, backend: Arc<dyn Backend>) -> LstmAutoencoder {
        LstmAutoencoder { backend, ..self }
    }

    /// The network for windows of this size and many columns.
    pub fn network(&self, size: usize, n_columns: usize) -> Network {
        let LstmAutoencoderParams { encoder, decoder, output, .. } = &self.params;
        let first = decoder.iter().position(|layer| matches!(layer, Layer::Lstm { .. }));
        let (before, behind) = decoder.split_at(first.unwrap_or(decoder.len()));
        let mut layers = encoder.clone();
        layers.extend_from_slice(before);
        layers.push(Layer::Repeat { steps: size });
        layers.extend_from_slice(behind);
        layers.push(Layer::Dense { units: n_columns, activation: *output, activity_l1: 0.0 });
        Network { inputs: n_columns, steps: Some(size), layers }
    }

    /// Fits as [`Detector::fit_watched`] does, and gives the detector as what it is: with weights
    /// that can be saved.
    ///
    /// # Errors
    ///
    /// Those of [`Detector::fit_watched`], and [`Error::Parameter`] for layers that make other
    /// steps than a window has.
    pub fn fit_network(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<FittedNetwork> {
        let table = Reads::Windows.table(train)?;
        let network = self.network(table.steps(), table.width());
        network.check_repeats(NAME)?;
        let LstmAutoencoderParams { training, score, .. } = &self.params;
        let code = self.code();
        let (reads, score) = (Reads::Windows, *score);
        let task = Task { name: NAME, network, training, reads, score, code };
        task.fit(&*self.backend, &table, seed, watch)
    }

    /// Layers to the end of the encoder, which has some: only they make of a window a row that
    /// can be repeated.
    fn code(&self) -> Option<usize> {
        Some(self.params.encoder.len())
    }
}

impl Detector for LstmAutoencoder {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        self.fit_watched(train, seed, &mut Unwatched)
    }

    fn fit_watched(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(self.fit_network(train, seed, watch)?))
    }
    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let network =
            |steps: Option<usize>, n_columns: usize| self.network(steps.unwrap_or(0), n_columns);
        let (reads, score, code) = (Reads::Windows, self.params.score, self.code());
        let precision = self.params.training.precision;
        let wanted = Wanted { network: &network, reads, score, code, precision };
        Ok(Box::new(wanted.restore(state, &*self.backend)?))
    }
}
