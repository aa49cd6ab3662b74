//! Weights of Keras, by the names of its variables.
//!
//! | layer | variable of Keras | tensor here | what happens |
//! | --- | --- | --- | --- |
//! | Dense | `NAME/kernel` `[inputs][units]`, `NAME/bias` | `kernel`, `bias` | nothing |
//! | LSTM | `NAME/kernel` `[inputs][4 units]`, `NAME/recurrent_kernel`, `NAME/bias` | the same | nothing: gates i, f, c, o, one bias |
//! | BatchNormalization | `NAME/gamma`, `NAME/beta`, `NAME/moving_mean`, `NAME/moving_variance` | the same | nothing |

use crate::load_error::LoadError;
use crate::network::Network;
use crate::weights::Weights;
use crate::weights::source::{NamedLayer, Source, named_layers};

impl Weights {
    /// The weights of a network from the variables of a Keras model of the same shape.
    ///
    /// `layers` has the path of each layer that has variables, in the order of the network:
    /// what stands before the last `/` of `variable.path`, as in `sequential/lstm/lstm_cell` and
    /// `sequential/batch_normalization`. Kernels, gates (input, forget, candidate, output), the
    /// one bias and the statistics have the same shapes and the same order as here, since Keras
    /// 2: only the names change. Epsilon, momentum and activations are the network's: those of
    /// Keras are its defaults, except for Keras before 2.3, whose LSTM had hard sigmoid gates.
    ///
    /// # Errors
    ///
    /// [`LoadError::LayerNames`] for too many or too few paths, [`LoadError::UnknownTensor`] for
    /// a variable that no layer takes, and those of [`Weights::check`] with names of Keras for
    /// what is missing.
    ///
    /// # Example
    ///
    /// ```
    /// use oddity_neural::{Network, Weights};
    ///
    /// let mut of_keras = Weights::default();
    /// of_keras.insert("model/out/kernel", &[2, 1], vec![0.5, -0.5])?;
    /// of_keras.insert("model/out/bias", &[1], vec![1.0])?;
    /// let network: Network =
    ///     toml::from_str("inputs = 2\nlayers = [{ layer = 'dense', units = 1 }]")?;
    /// let weights = Weights::from_keras(&network, &of_keras, &["model/out"])?;
    /// assert!(weights.get("layers.0.kernel").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_keras(
        network: &Network,
        variables: &Weights,
        layers: &[&str],
    ) -> Result<Weights, LoadError> {
        let mut source = Source::new(variables);
        let mut weights = Weights::default();
        for NamedLayer { index: layer, name: path, tensors } in named_layers(network, layers)? {
            for (name, _) in tensors {
                let (shape, values) = source.take(&format!("{path}/{name}"))?;
                weights.insert(format!("layers.{layer}.{name}"), shape, values.to_vec())?;
            }
        }
        source.finish(|_| false)?;
        weights.check(network)?;
        Ok(weights)
    }
}
