//! Weights of PyTorch, by the names of a `state_dict`.

use crate::load_error::LoadError;
use crate::network::{Layer, Network};
use crate::weights::source::{NamedLayer, Source, named_layers};
use crate::weights::{Numbers, Weights};

impl Weights {
    /// The weights of a network from the `state_dict` of a PyTorch model of the same shape.
    ///
    /// `modules` has the name of each module that has tensors, in the order of the network:
    /// what stands before the last `.` of a tensor's name. An `nn.LSTM` of several layers is
    /// named once a layer.
    ///
    /// | module | tensor of PyTorch | tensor here | what happens |
    /// | --- | --- | --- | --- |
    /// | `nn.Linear` | `weight` `[units][inputs]` | `kernel` `[inputs][units]` | transposed |
    /// | | `bias` | `bias` | |
    /// | `nn.LSTM` | `weight_ih_lK` `[4 units][inputs]` | `kernel` | transposed; gates i, f, g, o are i, f, c, o here |
    /// | | `weight_hh_lK` `[4 units][units]` | `recurrent_kernel` | transposed |
    /// | | `bias_ih_lK`, `bias_hh_lK` | `bias` | added |
    /// | `nn.BatchNorm1d` | `weight`, `bias` | `gamma`, `beta` | |
    /// | | `running_mean`, `running_var` | `moving_mean`, `moving_variance` | |
    /// | | `num_batches_tracked` | | left aside |
    ///
    /// A `state_dict` holds no epsilon: say in the network that of the model, which is 1e-5 unless
    /// it was changed, where the default here is that of Keras, 1e-3. In training PyTorch moves
    /// `running_var` towards the variance divided by `n - 1`, and its momentum 0.1 is 0.9 here.
    ///
    /// # Errors
    ///
    /// [`LoadError::LayerNames`] for too many or too few names, [`LoadError::UnknownTensor`] for
    /// a tensor that no layer takes, [`LoadError::Shape`] for matrices that are not transposes of the
    /// network's and biases that cannot be added, and those of [`Weights::check`] with names of PyTorch for what is missing.
    ///
    /// # Example
    ///
    /// ```
    /// use oddity_neural::{Network, Weights};
    ///
    /// let mut of_torch = Weights::default();
    /// of_torch.insert("out.weight", &[1, 2], vec![0.5, -0.5])?;
    /// of_torch.insert("out.bias", &[1], vec![1.0])?;
    /// let network: Network =
    ///     toml::from_str("inputs = 2\nlayers = [{ layer = 'dense', units = 1 }]")?;
    /// let weights = Weights::from_torch(&network, &of_torch, &["out"])?;
    /// assert_eq!(weights.get("layers.0.kernel"), Some((&[2, 1][..], &[0.5, -0.5][..])));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_torch(
        network: &Network,
        state: &Weights,
        modules: &[&str],
    ) -> Result<Weights, LoadError> {
        let mut source = Source::new(state);
        let mut weights = Weights::default();
        let layers = named_layers(network, modules)?;
        for (at, named) in layers.iter().enumerate() {
            let &NamedLayer { index: layer, name: module, .. } = named;
            // The layer of an LSTM of several is as far as the name came before.
            let k = layers[..at].iter().filter(|other| other.name == module).count();
            let mut put = |name: &str, Numbers { shape, values }: Numbers| {
                weights.insert(format!("layers.{layer}.{name}"), &shape, values)
            };
            let [kernel, recurrent] = ["kernel", "recurrent_kernel"].map(|name| named.shape(name));
            match network.layers[layer] {
                Layer::Dense { .. } => {
                    put("kernel", transposed(&mut source, &format!("{module}.weight"), kernel)?)?;
                    put("bias", copied(&mut source, &format!("{module}.bias"))?)?;
                }
                Layer::Lstm { .. } => {
                    let name = |tensor: &str| format!("{module}.{tensor}_l{k}");
                    put("kernel", transposed(&mut source, &name("weight_ih"), kernel)?)?;
                    let of = &name("weight_hh");
                    put("recurrent_kernel", transposed(&mut source, of, recurrent)?)?;
                    put("bias", added(&mut source, &name("bias_ih"), &name("bias_hh"))?)?;
                }
                _ => {
                    let pairs = [
                        ("gamma", "weight"),
                        ("beta", "bias"),
                        ("moving_mean", "running_mean"),
                        ("moving_variance", "running_var"),
                    ];
                    for (here, there) in pairs {
                        put(here, copied(&mut source, &format!("{module}.{there}"))?)?;
                    }
                }
            }
        }
        source.finish(|name| name.ends_with(".num_batches_tracked"))?;
        weights.check(network)?;
        Ok(weights)
    }
}

fn copied(source: &mut Source<'_>, name: &str) -> Result<Numbers, LoadError> {
    let (shape, values) = source.take(name)?;
    Ok(Numbers { shape: shape.to_vec(), values: values.to_vec() })
}

/// A matrix whose transpose has the shape `here`.
fn transposed(source: &mut Source<'_>, name: &str, here: &[usize]) -> Result<Numbers, LoadError> {
    let (found, values) = source.take(name)?;
    let expected: Vec<usize> = here.iter().rev().copied().collect();
    match *found {
        [n_rows, n_columns] if found == expected => {
            let cells = (0..n_columns).flat_map(|column| (0..n_rows).map(move |row| (row, column)));
            let turned = cells.map(|(row, column)| values[row * n_columns + column]).collect();
            Ok(Numbers { shape: here.to_vec(), values: turned })
        }
        _ => Err(LoadError::Shape { name: name.to_owned(), expected, found: found.to_vec() }),
    }
}

fn added(source: &mut Source<'_>, first: &str, second: &str) -> Result<Numbers, LoadError> {
    let ((expected, a), (found, b)) = (source.take(first)?, source.take(second)?);
    if expected != found {
        let (expected, found) = (expected.to_vec(), found.to_vec());
        return Err(LoadError::Shape { name: second.to_owned(), expected, found });
    }
    let values = a.iter().zip(b).map(|(a, b)| a + b).collect();
    Ok(Numbers { shape: expected.to_vec(), values })
}
