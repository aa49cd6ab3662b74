//! Weights as named tensors: what passes between networks, files and other frameworks.

mod archive;
#[cfg(test)]
mod framework_tests;
mod keras;
mod of_network;
mod source;
#[cfg(test)]
mod tests;
mod torch;

use std::collections::BTreeMap;

pub(crate) use archive::{Archive, parse, write_archive};
pub(crate) use of_network::STATISTICS;

use crate::load_error::LoadError;

/// Named tensors of `f32`, sorted by name.
///
/// A network's are named `layers.N.TENSOR`, where N counts all its layers from 0, those without
/// tensors too. Numbers lie in row-major order:
///
/// | layer | tensor | shape |
/// | --- | --- | --- |
/// | dense | `kernel` | `[inputs][units]` |
/// | | `bias` | `[units]` |
/// | lstm | `kernel` | `[inputs][4 units]`, gates in the order input, forget, candidate, output |
/// | | `recurrent_kernel` | `[units][4 units]` |
/// | | `bias` | `[4 units]` |
/// | batch norm | `gamma`, `beta`, `moving_mean`, `moving_variance` | `[width]` |
///
/// ```
/// use oddity_core::Seed;
/// use oddity_neural::{Network, Session, TrainingParams, Weights};
///
/// let network: Network =
///     toml::from_str("inputs = 2\nlayers = [{ layer = 'dense', units = 2 }]")?;
/// let mut weights = Weights::default();
/// weights.insert("layers.0.kernel", &[2, 2], vec![0.0, 1.0, 1.0, 0.0])?;
/// weights.insert("layers.0.bias", &[2], vec![0.5, 0.0])?;
///
/// let mut session = Session::new(&network, &TrainingParams::default(), 1, 1, Seed(1))?;
/// session.set_weights(&weights)?;
/// assert_eq!(session.outputs(&[3.0, 4.0])?, [4.5, 3.0]);
///
/// let bytes = session.weights().to_safetensors();
/// assert_eq!(Weights::from_safetensors(&bytes)?, weights);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    tensors: BTreeMap<String, Numbers>,
}

/// A tensor's shape and its numbers.
#[derive(Clone, Debug, PartialEq)]
struct Numbers {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Weights {
    /// Adds a tensor, or puts it in the place of another of its name.
    ///
    /// # Errors
    ///
    /// [`LoadError::Shape`] if the numbers are not as many as the shape says.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        shape: &[usize],
        values: Vec<f32>,
    ) -> Result<(), LoadError> {
        let name = name.into();
        let n = shape.iter().try_fold(1usize, |n, &size| n.checked_mul(size));
        if n != Some(values.len()) {
            let (expected, found) = (shape.to_vec(), vec![values.len()]);
            return Err(LoadError::Shape { name, expected, found });
        }
        self.tensors.insert(name, Numbers { shape: shape.to_vec(), values });
        Ok(())
    }

    /// The shape and the numbers of a tensor.
    pub fn get(&self, name: &str) -> Option<(&[usize], &[f32])> {
        let Numbers { shape, values } = self.tensors.get(name)?;
        Some((shape, values))
    }

    /// Name, shape and numbers of each tensor, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[usize], &[f32])> {
        let tensors = self.tensors.iter();
        tensors.map(|(name, Numbers { shape, values })| (name.as_str(), &**shape, &**values))
    }

    /// Number of tensors.
    pub fn len(&self) -> usize {
        self.tensors.len()
    }

    /// Whether there is no tensor.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// Those whose names begin so, without that beginning.
    pub(crate) fn below(&self, prefix: &str) -> Weights {
        let cut = |(name, numbers): (&String, &Numbers)| {
            Some((name.strip_prefix(prefix)?.to_owned(), numbers.clone()))
        };
        Weights { tensors: self.tensors.iter().filter_map(cut).collect() }
    }

    /// Adds all tensors of another, each name with a beginning.
    pub(crate) fn extend(&mut self, prefix: &str, other: Weights) {
        let tensors = other.tensors.into_iter();
        self.tensors.extend(tensors.map(|(name, numbers)| (format!("{prefix}{name}"), numbers)));
    }
}
