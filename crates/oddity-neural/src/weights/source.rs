//! Tensors of other frameworks, taken one by one by the names that layers have there.

use std::collections::BTreeSet;

use crate::load_error::LoadError;
use crate::network::Network;
use crate::weights::Weights;

/// Names and shapes.
type Tensors = Vec<(String, Vec<usize>)>;

/// A layer that has tensors.
pub(super) struct NamedLayer<'a> {
    /// Its place in the network.
    pub(super) index: usize,
    /// What it is called elsewhere.
    pub(super) name: &'a str,
    /// Its tensors' names and shapes here.
    pub(super) tensors: Tensors,
}

impl NamedLayer<'_> {
    /// The shape of one of its tensors; empty of one that it does not have.
    pub(super) fn shape(&self, tensor: &str) -> &[usize] {
        let found = self.tensors.iter().find(|(name, _)| name == tensor);
        found.map_or(&[][..], |(_, shape)| shape.as_slice())
    }
}

/// The layers that have tensors, in their order.
pub(super) fn named_layers<'a>(
    network: &Network,
    names: &[&'a str],
) -> Result<Vec<NamedLayer<'a>>, LoadError> {
    let mut layers: Vec<(usize, Tensors)> = Vec::new();
    for (name, shape) in network.tensors()? {
        // `layers.N.TENSOR`.
        let mut parts = name.split('.').skip(1);
        let index = parts.next().and_then(|index| index.parse().ok());
        let (Some(index), Some(tensor)) = (index, parts.next()) else {
            unreachable!("tensors are named by layer");
        };
        match layers.last_mut() {
            Some((last, tensors)) if *last == index => tensors.push((tensor.to_owned(), shape)),
            _ => layers.push((index, vec![(tensor.to_owned(), shape)])),
        }
    }
    if layers.len() != names.len() {
        return Err(LoadError::LayerNames { expected: layers.len(), found: names.len() });
    }
    let named = layers.into_iter().zip(names);
    Ok(named.map(|((index, tensors), &name)| NamedLayer { index, name, tensors }).collect())
}

/// Tensors of another framework, of which each is to be taken.
pub(super) struct Source<'a> {
    tensors: &'a Weights,
    taken: BTreeSet<String>,
}

impl<'a> Source<'a> {
    pub(super) fn new(tensors: &'a Weights) -> Source<'a> {
        Source { tensors, taken: BTreeSet::new() }
    }

    /// Shape and numbers of a tensor.
    pub(super) fn take(&mut self, name: &str) -> Result<(&'a [usize], &'a [f32]), LoadError> {
        self.taken.insert(name.to_owned());
        let missing = || LoadError::MissingTensor { name: name.to_owned() };
        self.tensors.get(name).ok_or_else(missing)
    }

    /// Refuses what was not taken, but for what `aside` names.
    pub(super) fn finish(self, aside: impl Fn(&str) -> bool) -> Result<(), LoadError> {
        let mut names = self.tensors.iter().map(|(name, ..)| name);
        match names.find(|name| !self.taken.contains(*name) && !aside(name)) {
            Some(name) => Err(LoadError::UnknownTensor { name: name.to_owned() }),
            None => Ok(()),
        }
    }
}
