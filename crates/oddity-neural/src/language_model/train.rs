//! The epochs of a language model's training.

use oddity_core::{Epoch, Error, Result, Seed, SequencesView, TrainingHistory};

use super::evaluate::{Gather, evaluate};
use super::layout::Model;
use super::params::Direction;
use super::text::{Batch, Noise, Text, Vocabulary, by_length};
use super::trainer::Trainer;
use crate::training::{Rate, TrainingParams, order};

/// Parts of a seed that are drawn from separately.
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
}

/// Trains a model: batches of sequences of like length, in another order each epoch.
pub(super) fn train(run: &Run<'_>, model: Model, seed: Seed) -> Result<(Model, TrainingHistory)> {
    let Run { name, sequences, params, vocabulary, .. } = *run;
    let sorted = by_length(sequences, run.shown);
    let n_batch = params.batch_size.min(sorted.len());
    let n_batches = sorted.len().div_ceil(n_batch);
    let n_symbols: usize = sorted.iter().map(|&at| sequences.get(at).len()).sum();
    let n_threads = rayon::current_num_threads();
    let mut trainer = Trainer::new(model, n_batch, run.bptt, run.dropout, n_threads);
    let mut rate = Rate::new(params);
    let mut history = TrainingHistory::default();
    let mut best: Option<(f64, Model)> = None;
    let all: Vec<usize> = (0..n_batches).collect();
    // Every symbol weighs the same, also where few sequences are as long.
    let scale = 1.0 / (n_batch * run.bptt) as f32;
    let mut n_steps = 0;
    for epoch in 0..params.epochs {
        let learning_rate = rate.of(epoch);
        let of_epoch = |part: u64| seed.derive(part).derive(epoch as u64);
        let noise = Noise { seed: of_epoch(NOISE), share: run.unseen_share };
        let mut sum = 0.0;
        for batch in order(&all, params.shuffle, of_epoch(ORDER)) {
            let chosen = &sorted[batch * n_batch..sorted.len().min((batch + 1) * n_batch)];
            let direction = run.direction;
            let text = Text { vocabulary, sequences, chosen, direction, noise: Some(noise) };
            for start in (0..text.len(0)).step_by(run.bptt) {
                let seed = seed.derive(CHOICES).derive(n_steps);
                n_steps += 1;
                let adam = params.adam().step(learning_rate, n_steps);
                let steps = start..start + run.bptt;
                let loss = trainer.step(&text, steps, scale, seed, adam, params.clip_norm);
                if !loss.is_finite() {
                    return Err(Error::Diverged { step: name, epoch, batch, loss });
                }
                sum += loss;
            }
        }
        let loss = sum / n_symbols as f64;
        let validation_loss = (!run.held_out.is_empty()).then(|| mean_loss(run, &mut trainer));
        let watched = validation_loss.unwrap_or(loss);
        if !watched.is_finite() {
            return Err(Error::Diverged { step: name, epoch, batch: n_batches, loss: watched });
        }
        history.epochs.push(Epoch { loss, validation_loss, learning_rate });
        rate.see(watched);
        if best.as_ref().is_none_or(|(least, _)| watched < *least) {
            history.best = epoch;
            best = Some((watched, trainer.model.clone()));
        }
        if params.patience.is_some_and(|patience| history.best + patience <= epoch) {
            break;
        }
    }
    let model = match best {
        Some((_, model)) if params.restore_best => model,
        _ => trainer.model,
    };
    Ok((model, history))
}

/// The loss of a symbol of the sequences held out.
fn mean_loss(run: &Run<'_>, trainer: &mut Trainer) -> f64 {
    let Trainer { model, pool, .. } = trainer;
    let Run { vocabulary, sequences, held_out, .. } = *run;
    let start = Total { loss: 0.0, n: 0 };
    let totals = evaluate(model, vocabulary, pool, sequences, run.direction, held_out, &start);
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
