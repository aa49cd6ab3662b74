//! What fitted networks are kept as: their weights as arrays, their description as a text.

use oddity_core::{Error, State};

use crate::backend::Backend;
use crate::load_error::LoadError;
use crate::network::Network;
use crate::precision::Precision;
use crate::reconstruction::{FittedNetwork, Reads};
use crate::saved_network::SavedNetwork;
use crate::score::ErrorScore;
use crate::weights::Weights;

/// The entry that the description is in.
pub(crate) const DESCRIPTION: &str = "description";
/// The part that the weights are in.
pub(crate) const WEIGHTS: &str = "weights";

/// What the parameters of a detector say of the network that it fits.
pub(crate) struct Wanted<'a> {
    /// The network for inputs of so many steps and columns, as [`Network::steps`] has them.
    pub(crate) network: &'a dyn Fn(Option<usize>, usize) -> Network,
    pub(crate) reads: Reads,
    pub(crate) score: ErrorScore,
    pub(crate) code: Option<usize>,
    pub(crate) precision: Precision,
}

impl Wanted<'_> {
    /// The detector whose [`state`](FittedNetwork::kept) that is, if it is one of these
    /// parameters.
    pub(crate) fn restore(
        &self,
        state: &State,
        backend: &dyn Backend,
    ) -> oddity_core::Result<FittedNetwork> {
        let described = |error: LoadError| state.refused(DESCRIPTION, error);
        let saved = SavedNetwork::described(text(state)?, Weights::kept(&state.part(WEIGHTS))?);
        let saved = saved.map_err(described)?;
        let Network { inputs, steps, .. } = saved.network;
        let of_parameters = saved.network == (self.network)(steps, inputs)
            && saved.detector.as_ref().is_some_and(|detector| {
                let history = &detector.history;
                (detector.reads, detector.score, detector.code, detector.precision)
                    == (self.reads, self.score, self.code, self.precision)
                    && history.best < history.epochs.len()
            });
        if !of_parameters {
            return Err(state.wrong(DESCRIPTION, "the network of the parameters"));
        }
        let network = FittedNetwork::from_saved_on(saved, backend);
        network.map_err(|error| state.refused(WEIGHTS, error))
    }
}

impl FittedNetwork {
    /// What the detector is kept as: `description`, a text in TOML, and the tensors of
    /// [`Weights`], each below `weights`.
    pub(crate) fn kept(&self) -> State {
        let saved = self.saved();
        let mut state = State::new();
        state.put_texts(DESCRIPTION, [saved.description()]);
        state.put_part(WEIGHTS, saved.weights.state());
        state
    }
}

/// The description of a state.
pub(crate) fn text(state: &State) -> oddity_core::Result<&str> {
    match state.texts(DESCRIPTION)? {
        [text] => Ok(text),
        _ => Err(state.wrong(DESCRIPTION, "one text")),
    }
}

impl Weights {
    /// The tensors, by their names.
    pub(crate) fn state(&self) -> State {
        let mut state = State::new();
        self.iter().for_each(|(name, shape, values)| state.put_f32s(name, shape, values));
        state
    }

    /// The tensors of a state, whatever they are named.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for an entry that is no tensor, or has a number that is not finite.
    pub(crate) fn kept(state: &State) -> Result<Weights, Error> {
        let mut weights = Weights::default();
        for name in state.entries().keys() {
            let shape = state.shape(name)?;
            let values = state.f32s(name, shape)?.to_vec();
            let put = weights.insert(name, shape, values);
            put.map_err(|error| state.refused(name, error))?;
        }
        Ok(weights)
    }
}
