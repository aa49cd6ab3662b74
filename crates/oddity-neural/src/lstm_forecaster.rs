//! Forecasters of LSTM layers: the row behind a window from the rows before it.

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

const NAME: &str = "lstm_forecaster";

/// Parameters of [`LstmForecaster`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LstmForecasterParams {
    /// Layers from a window's rows to what foretells the next one: the last LSTM among them
    /// returns its last step. By default one of 64 units.
    pub layers: Vec<Layer>,
    /// The activation of the output layer, which makes as many columns as the input has.
    pub output: Activation,
    /// How the network is trained.
    pub training: TrainingParams,
    /// What a window is scored by. One row is foretold, so that the mean squared error and that
    /// of the last step are the same.
    pub score: ErrorScore,
}

impl Default for LstmForecasterParams {
    fn default() -> LstmForecasterParams {
        let lstm = Layer::Lstm {
            units: 64,
            activation: Activation::Tanh,
            gate: Gate::Sigmoid,
            returns: Returns::Last,
        };
        LstmForecasterParams {
            layers: vec![lstm],
            output: Activation::Linear,
            training: TrainingParams::default(),
            score: ErrorScore::default(),
        }
    }
}

/// Scores a window by how badly a recurrent network foretells its last row from the others.
///
/// LSTM layers read all rows of a window but the last, in order, and a dense layer makes of
/// their last output what should be that row. With rows `x_1 .. x_s` of `d` columns and the
/// network `f`, the score is
///
/// ```text
/// score = 1/d |f(x_1 .. x_s-1) - x_s|^2
/// ```
///
/// or, as [`ErrorScore::MeanNorm`], the Euclidean norm of the same difference.
///
/// - Reads windows of at least two rows. They stay views: memory grows with rows, not with rows
///   times size. The row that is scored is a window's last one: windows of stride 1, labelled
///   by their last row, score each row from the rows before it.
/// - Cost: `6 p (s - 1)` operations a window of `s` rows and epoch for `p` parameters,
///   `2 p (s - 1)` to score.
/// - Pointwise. Columns of a larger scale weigh more: standardise before.
/// - Errors: windows of one row, windows of another size or width than the fitted ones, no
///   window to train on, layers that do not fit, a loss that is not finite.
/// - Malhotra et al. foretell several rows from each place and take the density of a normal
///   distribution that is fitted to the errors of a row; here one row is foretold, and its
///   squared error is the score. Hundman et al. foretell one channel with a network a channel
///   and smooth its errors; here one network foretells all columns.
///
/// Malhotra, Vig, Shroff and Agarwal 2015, ESANN, ISBN 978-287587014-8; Hundman et al. 2018,
/// doi:10.1145/3219819.3219845.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed, WindowsOwned};
/// use oddity_neural::{LstmForecaster, LstmForecasterParams};
///
/// let wave: Vec<f64> = (0..400).map(|i| (f64::from(i) * 0.5).sin()).collect();
/// let windows = |values: &[f64], stride| {
///     let n = values.len();
///     WindowsOwned::new(Frame::new(values.to_vec(), ["x"])?, vec![0, n], 8, stride)
/// };
/// let params: LstmForecasterParams = toml::from_str(
///     "layers = [{ layer = 'lstm', units = 8, returns = 'last' }]
///      training = { epochs = 30, learning_rate = 0.01 }",
/// )?;
/// let fitted = LstmForecaster::new(params)?.fit(&windows(&wave, 1)?.samples(), Seed(1))?;
/// // The last row of the second window is not where the wave goes.
/// let mut test = wave[..16].to_vec();
/// test[15] += 1.0;
/// let scores = fitted.score(&windows(&test, 8)?.samples())?;
/// assert!(10.0 * scores.values()[0] < scores.values()[1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LstmForecaster {
    params: LstmForecasterParams,
    backend: Arc<dyn Backend>,
}

impl LstmForecaster {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range, layers that do not fit each other, or
    /// layers that leave a sequence.
    pub fn new(params: LstmForecasterParams) -> Result<LstmForecaster> {
        params.training.check(NAME)?;
        let detector = LstmForecaster { params, backend: Arc::new(Native) };
        let flows = detector.network(2, 1).flows()?;
        let left = flows.last().and_then(|flow| flow.steps);
        let wanted = "layers whose last LSTM returns its last step";
        let (found, n_left) = (detector.params.layers.len() as f64, left.is_none());
        Error::check_parameter(NAME, "layers", found, n_left, wanted)?;
        Ok(detector)
    }

    /// The same detector, fitted and scored on another backend than [`Native`].
    pub fn on(self, backend: Arc<dyn Backend>) -> LstmForecaster {
        LstmForecaster { backend, ..self }
    }

    /// The network for windows of this size and many columns; it reads all rows but the last.
    pub fn network(&self, size: usize, n_columns: usize) -> Network {
        let LstmForecasterParams { layers, output, .. } = &self.params;
        let mut layers = layers.clone();
        layers.push(Layer::Dense { units: n_columns, activation: *output, activity_l1: 0.0 });
        Network { inputs: n_columns, steps: Some(size.saturating_sub(1)), layers }
    }

    /// Fits as [`Detector::fit_watched`] does, and gives the detector as what it is: with weights
    /// that can be saved.
    ///
    /// # Errors
    ///
    /// Those of [`Detector::fit_watched`].
    pub fn fit_network(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<FittedNetwork> {
        let table = Reads::Forecasts.table(train)?;
        let size = table.steps() + 1;
        if size < 2 {
            return Err(Error::Length { what: "a window's rows", expected: 2, found: size });
        }
        let network = self.network(size, table.width());
        let LstmForecasterParams { training, score, .. } = &self.params;
        let (reads, score) = (Reads::Forecasts, *score);
        let task = Task { name: NAME, network, training, reads, score, code: None };
        task.fit(&*self.backend, &table, seed, watch)
    }
}

impl Detector for LstmForecaster {
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
        let network = |steps: Option<usize>, n_columns: usize| {
            self.network(steps.unwrap_or(0).saturating_add(1), n_columns)
        };
        let (reads, score, code) = (Reads::Forecasts, self.params.score, None);
        let precision = self.params.training.precision;
        let wanted = Wanted { network: &network, reads, score, code, precision };
        Ok(Box::new(wanted.restore(state, &*self.backend)?))
    }
}
