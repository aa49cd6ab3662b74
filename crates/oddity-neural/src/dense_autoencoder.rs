//! Autoencoders of dense layers, over rows.

use std::sync::Arc;

use oddity_core::{Detector, FittedDetector, Result, Samples, Seed, State, Unwatched, Watch};
use serde::{Deserialize, Serialize};

use crate::activation::Activation;
use crate::backend::Backend;
use crate::native::Native;
use crate::network::{Layer, Network};
use crate::reconstruction::{FittedNetwork, Reads, Task};
use crate::score::ErrorScore;
use crate::state::Wanted;
use crate::training::TrainingParams;

const NAME: &str = "dense_autoencoder";

/// Parameters of [`DenseAutoencoder`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DenseAutoencoderParams {
    /// Layers between the input and the output, by default those of the device traffic study:
    /// 50, 3 and 50 with ReLU.
    pub layers: Vec<Layer>,
    /// The activation of the output layer, which is as wide as the input.
    pub output: Activation,
    /// How the network is trained.
    pub training: TrainingParams,
    /// What a row is scored by.
    pub score: ErrorScore,
}

impl Default for DenseAutoencoderParams {
    fn default() -> DenseAutoencoderParams {
        let layer = |units| Layer::Dense { units, activation: Activation::Relu, activity_l1: 0.0 };
        DenseAutoencoderParams {
            layers: vec![layer(50), layer(3), layer(50)],
            output: Activation::Linear,
            training: TrainingParams::default(),
            score: ErrorScore::default(),
        }
    }
}

/// Scores a row by how badly a network of dense layers makes it again.
///
/// The network is trained to make its input. With a layer narrower than the input it learns
/// what training rows have in common; rows that lack it come out wrong. The score is the mean
/// of the squared errors of the columns ([`ErrorScore`]).
///
/// - Reads rows and sparse rows; the latter are never written out as a whole.
/// - Cost: `6 p` operations a row and epoch for `p` parameters, `2 p` a row to score.
/// - Pointwise. Columns of a larger scale weigh more: standardise before.
/// - Errors: no sample to train on, layers that do not fit, a loss that is not finite.
///
/// Hinton and Salakhutdinov 2006, doi:10.1126/science.1127647; as a detector Sakurada and Yairi
/// 2014, doi:10.1145/2689746.2689747.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_neural::{DenseAutoencoder, DenseAutoencoderParams};
///
/// // Rows on a line.
/// let line: Vec<f64> = (0..200).flat_map(|i| [f64::from(i) / 100.0 - 1.0; 2]).collect();
/// let train = Frame::new(line, ["x", "y"])?;
/// let mut params: DenseAutoencoderParams =
///     toml::from_str("layers = [{ layer = 'dense', units = 1 }]")?;
/// params.training.learning_rate = 0.01;
/// let fitted = DenseAutoencoder::new(params)?.fit(&train.samples(), Seed(1))?;
/// let test = Frame::new(vec![0.5, 0.5, 0.5, -0.5], ["x", "y"])?;
/// let scores = fitted.score(&test.samples())?;
/// assert!(scores.values()[0] < 0.01 && 0.2 < scores.values()[1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DenseAutoencoder {
    params: DenseAutoencoderParams,
    backend: Arc<dyn Backend>,
}

impl DenseAutoencoder {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for one outside its range, layers that do not fit
    /// each other, or layers that make a sequence.
    pub fn new(params: DenseAutoencoderParams) -> Result<DenseAutoencoder> {
        params.training.check(NAME)?;
        let detector = DenseAutoencoder { params, backend: Arc::new(Native) };
        // Whether layers make rows does not depend on the number of columns.
        detector.network(1).check_repeats(NAME)?;
        Ok(detector)
    }

    /// The same detector, fitted and scored on another backend than [`Native`].
    pub fn on(self, backend: Arc<dyn Backend>) -> DenseAutoencoder {
        DenseAutoencoder { backend, ..self }
    }

    /// The network for rows of this many columns.
    pub fn network(&self, n_columns: usize) -> Network {
        let mut layers = self.params.layers.clone();
        let activation = self.params.output;
        layers.push(Layer::Dense { units: n_columns, activation, activity_l1: 0.0 });
        Network { inputs: n_columns, steps: None, layers }
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
        let table = Reads::Rows.table(train)?;
        let network = self.network(table.width());
        let DenseAutoencoderParams { training, score, .. } = &self.params;
        let code = self.code();
        let (reads, score) = (Reads::Rows, *score);
        let task = Task { name: NAME, network, training, reads, score, code };
        task.fit(&*self.backend, &table, seed, watch)
    }

    /// Layers to the end of the narrowest dense layer, the first where several are.
    fn code(&self) -> Option<usize> {
        let width = |layer: &Layer| match layer {
            Layer::Dense { units, .. } => Some(*units),
            _ => None,
        };
        let layers = self.params.layers.iter().enumerate();
        let widths = layers.filter_map(|(at, layer)| Some((width(layer)?, at)));
        widths.min().map(|(_, at)| at + 1)
    }
}

impl Detector for DenseAutoencoder {
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
        let network = |_: Option<usize>, n_columns: usize| self.network(n_columns);
        let (reads, score, code) = (Reads::Rows, self.params.score, self.code());
        let precision = self.params.training.precision;
        let wanted = Wanted { network: &network, reads, score, code, precision };
        Ok(Box::new(wanted.restore(state, &*self.backend)?))
    }
}
