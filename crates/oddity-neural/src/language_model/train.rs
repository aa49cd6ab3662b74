//! The epochs of a language model's training.

use std::ops::ControlFlow;

use oddity_core::{Epoch, Error, Result, Seed, SequencesView, TrainingHistory};

use super::checkpoint::{Standing, Trained};
use super::engine::{LanguageEngine, LanguageSetup, SymbolRows};
use super::evaluate::{Gather, evaluate};
use super::params::Direction;
use super::sizes::LanguageSizes;
use super::text::{Noise, Text, Vocabulary, by_length};
use crate::backend::{Backend, StepParams};
use crate::load_error::LoadError;
use crate::training::{Rate, TrainingParams, order};
use crate::weights::Weights;

/// Parts of a seed that are drawn from separately.
const WEIGHTS: u64 = 0;
const CHOICES: u64 = 2;
const ORDER: u64 = 3;
const NOISE: u64 = 4;

/// What a training run depends on besides the model and the seed.
pub(super) struct Run<'a> {
    pub(super) name: &'static str,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) sequences: SequencesView<'a>,
    /// Sequences that are shown, and those held out.
    pub(super) shown: &'a [usize],
    pub(super) held_out: &'a [usize],
    pub(super) params: &'a TrainingParams,
    pub(super) bptt: usize,
    pub(super) dropout: f64,
    pub(super) unseen_share: f64,
    pub(super) direction: Direction,
    pub(super) backend: &'a dyn Backend,
}

/// Sees the record of an epoch and its number, and can ask where the training then is; ends it with
/// `Break`.
pub(super) type Seen<'a> =
    &'a mut dyn FnMut(Epoch, usize, &dyn Fn() -> Standing) -> ControlFlow<()>;

/// Trains a model, from the start or from where it was: batches of sequences of like length, in
/// another order each epoch.
pub(super) fn train(
    run: &Run<'_>,
    sizes: &LanguageSizes,
    seed: Seed,
    from: Option<Standing>,
    watch: Seen<'_>,
) -> Result<Trained> {
    let Run { name, sequences, params, vocabulary, bptt, dropout, .. } = *run;
    let sorted = by_length(sequences, run.shown);
    let n_batch = params.batch_size.min(sorted.len());
    let n_batches = sorted.len().div_ceil(n_batch);
    let n_symbols: usize = sorted.iter().map(|&at| sequences.get(at).len()).sum();
    // Memory is taken for steps that there are; the gradient does not depend on the longest row.
    let longest = sorted.first().map_or(0, |&at| sequences.get(at).len());
    let (n_steps, divisor) = (bptt.min(longest), n_batch.saturating_mul(bptt));
    let setup = LanguageSetup { n_batch, n_steps, divisor, dropout, seed: seed.derive(WEIGHTS) };
    let mut engine = run.backend.language_engine(sizes, setup)?;
    let mut rate = Rate::new(params);
    let mut history = TrainingHistory::default();
    let mut best: Option<(f64, Option<Weights>)> = None;
    if let Some(from) = from {
        let refused = |source: LoadError| Error::Checkpoint { step: name, source: source.into() };
        engine.set_weights(&from.weights).map_err(refused)?;
        engine.set_optimizer(&from.optimizer).map_err(refused)?;
        rate.go_back(from.rate);
        history = from.history;
        let watched = |epoch: &Epoch| epoch.validation_loss.unwrap_or(epoch.loss);
        let kept = params.restore_best.then(|| from.best.unwrap_or(from.weights));
        best = history.epochs.get(history.best).map(|epoch| (watched(epoch), kept));
    }
    let all: Vec<usize> = (0..n_batches).collect();
    for epoch in history.epochs.len()..params.epochs {
        if params.patience.is_some_and(|patience| history.best + patience < epoch) {
            break;
        }
        let learning_rate = rate.of(epoch);
        let of_epoch = |part: u64| seed.derive(part).derive(epoch as u64);
        let noise = Noise { seed: of_epoch(NOISE), share: run.unseen_share };
        let mut sum = 0.0;
        for batch in order(&all, params.shuffle, of_epoch(ORDER)) {
            let chosen = &sorted[batch * n_batch..sorted.len().min((batch + 1) * n_batch)];
            let direction = run.direction;
            let text = Text { vocabulary, sequences, chosen, direction, noise: Some(noise) };
            for start in (0..text.len(0)).step_by(bptt) {
                let seed = seed.derive(CHOICES);
                let step = StepParams { training: params, learning_rate, seed };
                let loss = engine.step(&text, start..start.saturating_add(bptt), step);
                if !loss.is_finite() {
                    return Err(Error::Diverged { step: name, epoch, batch, loss });
                }
                sum += loss;
            }
        }
        let loss = sum / n_symbols as f64;
        let validation_loss = (!run.held_out.is_empty()).then(|| mean_loss(run, &mut *engine));
        let watched = validation_loss.unwrap_or(loss);
        if !watched.is_finite() {
            return Err(Error::Diverged { step: name, epoch, batch: n_batches, loss: watched });
        }
        let record = Epoch { loss, validation_loss, learning_rate };
        history.epochs.push(record);
        rate.see(watched);
        if best.as_ref().is_none_or(|(least, _)| watched < *least) {
            history.best = epoch;
            best = Some((watched, params.restore_best.then(|| engine.weights())));
        }
        let kept = best.as_ref().and_then(|(_, weights)| weights.as_ref());
        let standing = || Standing::of(&*engine, rate.state(), &history, kept);
        if watch(record, epoch, &standing).is_break() {
            break;
        }
    }
    let weights = best.and_then(|(_, weights)| weights).unwrap_or_else(|| engine.weights());
    Ok((weights, history))
}

/// The loss of a symbol of the sequences held out.
fn mean_loss(run: &Run<'_>, engine: &mut dyn LanguageEngine) -> f64 {
    let Run { vocabulary, sequences, held_out: chosen, direction, .. } = *run;
    let text = Text { vocabulary, sequences, chosen, direction, noise: None };
    let start = Total { loss: 0.0, n: 0 };
    let totals = evaluate(text, &start, |rows, read| engine.evaluate(rows, read));
    let n: usize = totals.iter().map(|total| total.n).sum();
    totals.iter().map(|total| total.loss).sum::<f64>() / n as f64
}

/// The sum of losses.
#[derive(Clone)]
struct Total {
    loss: f64,
    n: usize,
}

impl Gather for Total {
    type Value = Total;

    fn push(&mut self, _: u32, loss: f32) {
        self.loss += f64::from(loss);
        self.n += 1;
    }

    fn value(&self) -> Total {
        self.clone()
    }
}
