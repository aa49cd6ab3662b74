//! A network that is trained batch by batch by its caller.

use oddity_core::{Error, Result, Seed};

use crate::examples::{Batch, Examples};
use crate::load_error::LoadError;
use crate::model::Model;
use crate::network::Network;
use crate::trainer::Trainer;
use crate::training::TrainingParams;
use crate::weights::Weights;

/// A network in training that learns to make its input, for callers that choose their batches
/// themselves.
///
/// It runs on the native trainer, with the learning rate of its parameters throughout: of those,
/// epochs, batch size, schedule and validation are not read. Where dropout draws, a batch has
/// other losses each time.
///
/// ```
/// use oddity_core::Seed;
/// use oddity_neural::{Network, Session, TrainingParams};
///
/// let network: Network =
///     toml::from_str("inputs = 2\nlayers = [{ layer = 'dense', units = 2 }]")?;
/// let params = TrainingParams { learning_rate: 0.1, ..TrainingParams::default() };
/// let mut session = Session::new(&network, &params, 4, 1, Seed(3))?;
/// let batch = [1.0, 0.0, 0.0, 1.0, 0.5, 0.5, -1.0, 0.0];
/// let first = session.step(&batch)?;
/// for _ in 0..50 {
///     session.step(&batch)?;
/// }
/// assert!(session.step(&batch)? < 0.01 * first);
/// assert!((session.outputs(&batch)?[0] - 1.0).abs() < 0.2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session {
    trainer: Trainer,
    params: TrainingParams,
    seed: Seed,
    n_batch: usize,
}

impl Session {
    /// A network with initial weights, and memory for batches of at most `n_batch` samples, on
    /// `n_threads` threads, the caller's included. Their number changes no bit.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for parameters outside their range, or a network whose output is
    /// not of its input's shape.
    pub fn new(
        network: &Network,
        params: &TrainingParams,
        n_batch: usize,
        n_threads: usize,
        seed: Seed,
    ) -> Result<Session> {
        params.check("session")?;
        Error::check_parameter("session", "n_batch", n_batch as f64, 1 <= n_batch, "at least 1")?;
        network.check_repeats("session")?;
        let model = Model::new(network, seed.derive(0))?.in_precision(params.precision);
        let trainer = Trainer::of(model, n_batch, false, n_threads);
        Ok(Session { trainer, params: params.clone(), seed, n_batch })
    }

    /// One step of the optimiser on a batch, `[sample][step][column]`; its loss before the step.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for no whole samples, or more than were announced;
    /// [`Error::Diverged`] if the loss is not finite: its batch is the number of steps that were
    /// taken, and no step is taken then.
    pub fn step(&mut self, batch: &[f32]) -> Result<f64> {
        let examples = self.batch(batch)?;
        let all: Vec<usize> = (0..examples.len()).collect();
        let step = self.params.step(self.params.learning_rate, self.seed.derive(1));
        let at = self.trainer.n_steps as usize;
        let loss = self.trainer.step(&examples, &all, step);
        if loss.is_finite() {
            Ok(loss)
        } else {
            Err(Error::Diverged { step: "session", epoch: 0, batch: at, loss })
        }
    }

    /// What the network makes of samples, as in inference, laid out as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for no whole samples.
    pub fn outputs(&mut self, batch: &[f32]) -> Result<Vec<f32>> {
        // No errors are taken: nothing needs the samples a second time.
        let input = self.trainer.model.network.input();
        let examples = Batch::new(batch, input, false)?;
        let all: Vec<usize> = (0..examples.len()).collect();
        let outputs = self
            .trainer
            .evaluate(&examples, &all, |_, _, output| output.steps().collect::<Vec<_>>().concat());
        Ok(outputs.concat())
    }

    /// The weights as they are now.
    pub fn weights(&self) -> Weights {
        self.trainer.model.weights()
    }

    /// Takes over weights. What Adam remembers of gradients stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`]; nothing is changed then.
    pub fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        self.trainer.model.set_weights(weights)?;
        self.trainer.transpose();
        Ok(())
    }

    fn batch<'a>(&self, batch: &'a [f32]) -> Result<Batch<'a>> {
        let examples = Batch::new(batch, self.trainer.model.network.input(), true)?;
        let found = examples.len();
        if self.n_batch < found {
            return Err(Error::Length { what: "a batch", expected: self.n_batch, found });
        }
        Ok(examples)
    }
}
