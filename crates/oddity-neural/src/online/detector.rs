//! The online autoencoder as a detector of whole tables, event by event in their order.

use std::sync::Arc;

use oddity_core::{
    Causality, Detector, Epoch, Error, FittedDetector, Frame, FrameView, Result, Samples,
    ScoreStream, Scores, Seed, State, TrainingHistory,
};

use super::NAME;
use super::kept;
use super::params::OnlineLstmAutoencoderParams;
use super::stream::{OnlineNetwork, Snapshot};
use crate::backend::Backend;
use crate::native::Native;
use crate::network::Network;

/// Scores the events of a stream by how badly a recurrent network foretells or makes again each,
/// and learns from each once, in order.
///
/// For each event `x_t`, in order, the network `f` makes what should be that event, of the events
/// before it (`target = "next"`) or of those up to it (`"same"`); the event is scored; then
/// gradients of the same error take one step of Adam. With columns centred and scaled by the
/// mean and deviation of the last `memory` events before it, `z_t = (x_t - m) / s`, and `k` steps,
///
/// ```text
/// next: score = 1/d |f(z_t-k .. z_t-1) - z_t|^2      same: score = 1/d |f(z_t-k+1 .. z_t) - z_t|^2
/// ```
///
/// Before the first event lie zeros, which are the mean. Where the layers leave a sequence, each
/// step makes its event, gradients are those of all of them, and the last one is scored.
///
/// - **Outliers.** What is learnt from events that are far from the memory is said by
///   [`Outliers`](super::Outliers). They are scored like all others.
/// - **As a detector.** `fit` goes through the training rows once; scoring goes on behind them,
///   each call anew, and learns on the way unless `adapts` is off. So scores are prequential:
///   each event is scored by a network that has seen the events before it and no other.
/// - **As a stream.** [`OnlineLstmAutoencoder::begin`] gives an [`OnlineNetwork`], which takes an
///   event a call, and whose state passes through bytes.
/// - Reads rows, sparse rows too, in the order of their time. A table is one stream.
/// - Runs on any [`Backend`], [`Native`] by default. A state does not depend on it: restored on
///   another one, scores differ by rounding.
/// - Cost: `6 p k` operations an event for `p` parameters, and for small networks as much again
///   for Adam, which reads and writes every parameter: the smallest batch is one event. The
///   running statistics cost `memory` times the columns.
/// - Causal: a score depends on the rows before it in the call.
/// - Errors: no training row, layers that do not fit, a value, score or loss that is not finite.
///
/// # The timeline study
///
/// The layer of the study keeps 50 events and means to let only those through that lie within
/// 0.1 standard errors of their mean. Compiled as it is, Keras runs its `call` once a graph and
/// not once an event: the queue never holds more than the two or three symbolic events of those
/// calls, is never full, and the network reads zeros throughout. It learns one answer for all
/// events from its biases, and the error of an event is its distance to that answer.
/// `outliers = { zeros = .. }` with the study's tolerance comes to the same, since hardly an event
/// of 27 flags is within 0.0141 deviations of the mean of the last 50. What the study describes is
/// `target = "next"` and `outliers = { skip = .. }`.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_neural::{OnlineLstmAutoencoder, OnlineLstmAutoencoderParams};
///
/// let params: OnlineLstmAutoencoderParams = toml::from_str(
///     "layers = [{ layer = 'lstm', units = 16, returns = 'last' }]
///      learning_rate = 0.01",
/// )?;
/// let online = OnlineLstmAutoencoder::new(params)?;
/// let wave = |i: u32| [f64::from(i % 5), f64::from(i % 5 == 3)];
/// let mut stream = online.begin(2, Seed(1))?;
/// for i in 0..600 {
///     stream.observe(&wave(i))?;
/// }
/// let mut copy = oddity_neural::OnlineNetwork::from_bytes(&stream.to_bytes())?;
/// let usual = stream.observe(&wave(600))?;
/// let odd = copy.observe(&wave(603))?;
/// assert!(10.0 * usual < odd);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
///
/// - P. Malhotra et al. LSTM-based encoder-decoder for multi-sensor anomaly detection. 2016,
///   arXiv 1607.00148; learnt in batches and over windows.
/// - B. P. Welford. Note on a method for calculating corrected sums of squares and products.
///   Technometrics 4(3), 1962, doi:10.1080/00401706.1962.10490022: the running deviation of the
///   study. Here both moments are taken anew over the memory, which rounding cannot drift in.
/// - A. P. Dawid. Present position and potential developments: the prequential approach. 1984,
///   doi:10.2307/2981683.
#[derive(Clone, Debug)]
pub struct OnlineLstmAutoencoder {
    params: OnlineLstmAutoencoderParams,
    backend: Arc<dyn Backend>,
}

impl OnlineLstmAutoencoder {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range, or layers that do not fit each other.
    pub fn new(params: OnlineLstmAutoencoderParams) -> Result<OnlineLstmAutoencoder> {
        params.check()?;
        Ok(OnlineLstmAutoencoder { params, backend: Arc::new(Native) })
    }

    /// The same detector, whose streams run on another backend than [`Native`].
    pub fn on(self, backend: Arc<dyn Backend>) -> OnlineLstmAutoencoder {
        OnlineLstmAutoencoder { backend, ..self }
    }

    /// The network for events of this many columns.
    pub fn network(&self, n_columns: usize) -> Network {
        self.params.network(n_columns)
    }

    /// Before the first event of a stream of so many columns.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for no column.
    pub fn begin(&self, n_columns: usize, seed: Seed) -> Result<OnlineNetwork> {
        OnlineNetwork::begin(self.params.clone(), n_columns, seed, Arc::clone(&self.backend))
    }

    fn run(&self, rows: FrameView<'_>, seed: Seed) -> Result<Fitted> {
        if rows.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: NAME, wanted: 1, found: 0 });
        }
        let mut stream = self.begin(rows.n_columns(), seed)?;
        let mut sum = 0.0;
        for row in rows.iter() {
            sum += stream.observe(row)?;
        }
        let learning_rate = self.params.learning_rate;
        let loss = sum / rows.n_rows() as f64;
        let epochs = vec![Epoch { loss, validation_loss: None, learning_rate }];
        let history = TrainingHistory { epochs, best: 0 };
        Ok(Fitted { snapshot: stream.snapshot(), history, backend: Arc::clone(&self.backend) })
    }
}

impl Detector for OnlineLstmAutoencoder {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(train.with_dense(|rows| self.run(rows, seed))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let snapshot = Snapshot::restore(&self.params, state)?;
        let history = kept::history(state, self.params.learning_rate)?;
        Ok(Box::new(Fitted { snapshot, history, backend: Arc::clone(&self.backend) }))
    }
}

/// The stream behind the training rows.
struct Fitted {
    snapshot: Snapshot,
    /// One epoch, whose loss is the mean score of the training rows.
    history: TrainingHistory,
    backend: Arc<dyn Backend>,
}

impl Fitted {
    fn begin(&self) -> Result<EventStream> {
        let resumed = OnlineNetwork::resume(self.snapshot.clone(), Arc::clone(&self.backend));
        let network =
            resumed.map_err(|source| Error::Foreign { step: NAME, source: source.into() })?;
        let state = &self.snapshot.state;
        Ok(EventStream { network, n_columns: state.n_columns, adapts: state.params.adapts })
    }
}

/// The network on its way along events that come in parts.
struct EventStream {
    network: OnlineNetwork,
    n_columns: usize,
    adapts: bool,
}

impl ScoreStream for EventStream {
    fn score(&mut self, rows: FrameView<'_>, _weighs: bool) -> Result<(Scores, Option<Frame>)> {
        rows.expect_width(self.n_columns)?;
        let scores = rows.iter().map(|row| match self.adapts {
            true => self.network.observe(row),
            false => self.network.pass(row),
        });
        Ok((Scores::new(scores.collect::<Result<_>>()?)?, None))
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        samples.with_dense(|rows| Ok(self.begin()?.score(rows, false)?.0))
    }

    fn stream(&self) -> Result<Option<Box<dyn ScoreStream>>> {
        Ok(Some(Box::new(self.begin()?)))
    }

    fn causality(&self) -> Causality {
        Causality::Causal
    }

    fn history(&self) -> Option<&TrainingHistory> {
        Some(&self.history)
    }

    /// The arrays of the stream behind the training rows, and `loss`, their mean score.
    fn state(&self) -> Option<State> {
        let mut state = self.snapshot.kept();
        kept::put_history(&mut state, &self.history);
        Some(state)
    }
}
