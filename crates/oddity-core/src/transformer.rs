//! Samples to samples: features, encoders, scalers.

use crate::{Causality, Classes, Error, Result, Samples, SamplesOwned, State};

/// An unfitted transformer that never sees a label: a scaler, an encoder, a projection.
pub trait Transformer: Send + Sync {
    /// Learns from the training samples alone.
    ///
    /// # Errors
    ///
    /// For samples of a kind or shape that the transformer cannot learn from.
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>>;

    /// The fitted transformer whose [`state`](FittedTransformer::state) that is, of a transformer
    /// with the same parameters. It gives the same bits.
    ///
    /// The state may come from a file that somebody altered: everything is checked.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for a state of something else, [`Error::NotSaved`] of a transformer that
    /// cannot be kept.
    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let _ = state;
        Err(Error::NotSaved { what: "this transformer" })
    }
}

/// An unfitted transformer that needs the classes, such as per-class n-gram vocabularies.
///
/// A trait of its own, so that it fits only in a classifier's pipeline: a detector's
/// pipeline does not take it.
pub trait SupervisedTransformer: Send + Sync {
    /// Learns from the training samples and their classes.
    ///
    /// # Errors
    ///
    /// For samples of a kind or shape that the transformer cannot learn from, and for a
    /// number of classes other than the number of samples.
    fn fit(&self, train: &Samples<'_>, classes: &Classes) -> Result<Box<dyn FittedTransformer>>;

    /// The fitted transformer whose [`state`](FittedTransformer::state) that is, as
    /// [`Transformer::restore`] gives it.
    ///
    /// # Errors
    ///
    /// Those of [`Transformer::restore`].
    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let _ = state;
        Err(Error::NotSaved { what: "this transformer" })
    }
}

/// A fitted transformer: each sample becomes one sample, independent of the others in the
/// call unless [`FittedTransformer::causality`] says otherwise.
pub trait FittedTransformer: Send + Sync {
    /// Turns samples into samples, in the same order and number.
    ///
    /// # Errors
    ///
    /// For samples of another kind or width than the fitted ones.
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned>;

    /// What the transformer is kept as, to be made again by [`Transformer::restore`]; none of one
    /// that cannot be kept.
    fn state(&self) -> Option<State> {
        None
    }

    /// What each symbol stands for, the symbol 0 first, of a transformer that makes sequences of
    /// something else.
    fn symbol_names(&self) -> Option<Vec<String>> {
        None
    }

    /// What an output depends on besides the sample. Steps that read other samples of the
    /// call, such as statistics over the last rows, say so here.
    fn causality(&self) -> Causality {
        Causality::Pointwise
    }

    /// The start of a stream of samples that come in parts; none of a transformer that needs them
    /// all at once, and of one that is [pointwise](Causality::Pointwise), which may be called on
    /// parts as it is.
    fn stream(&self) -> Option<Box<dyn TransformStream>> {
        None
    }
}

/// A fitted transformer on its way along samples that come in parts: what it makes of the parts is
/// what [`FittedTransformer::transform`] makes of all samples at once, to the bit.
pub trait TransformStream: Send {
    /// Turns the next samples into samples, in the same order and number.
    ///
    /// # Errors
    ///
    /// For samples of another kind or width than the fitted ones. After an error the stream has
    /// lost its place, and is not to be used.
    fn transform(&mut self, samples: &Samples<'_>) -> Result<SamplesOwned>;
}
