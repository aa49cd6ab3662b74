//! One event as what the network reads, and what it should make of it.

use super::memory::Memory;
use super::params::{OnlineLstmAutoencoderParams, OnlineTarget};
use crate::examples::Examples;

/// Inputs and target of a single sample.
#[derive(Debug)]
pub(super) struct Event {
    n_columns: usize,
    /// `[step][column]`.
    input: Vec<f32>,
    target: Vec<f32>,
    /// Steps of the input, and those of what the network makes.
    steps: usize,
    made: usize,
}

impl Event {
    /// Room for samples of `steps` events, of which the network makes `made`.
    pub(super) fn new(n_columns: usize, steps: usize, made: usize) -> Event {
        let zeros = || vec![0.0; steps * n_columns];
        Event { n_columns, input: zeros(), target: zeros(), steps, made }
    }

    /// Takes an event, behind those in memory. What lies before the stream is 0, as is what the
    /// network reads of an event if that is to be `hidden`.
    pub(super) fn take(
        &mut self,
        params: &OnlineLstmAutoencoderParams,
        memory: &Memory,
        event: &[f64],
        hidden: bool,
    ) {
        let Event { n_columns, steps, .. } = *self;
        self.input.fill(0.0);
        self.target.fill(0.0);
        let write = |values: &[f64], to: &mut [f32]| match params.scale {
            true => memory.scale(values, to),
            false => to.iter_mut().zip(values).for_each(|(to, &value)| *to = value as f32),
        };
        // From the last step to the first: the event, and those before it.
        let line = || std::iter::once(event).chain(memory.events().rev());
        let later = usize::from(params.target == OnlineTarget::Next);
        if !hidden {
            let rows = self.input.chunks_exact_mut(n_columns).rev();
            rows.zip(line().skip(later)).for_each(|(to, values)| write(values, to));
        }
        let rows = self.target.chunks_exact_mut(n_columns).rev().take(steps);
        rows.zip(line()).for_each(|(to, values)| write(values, to));
    }
}

impl Examples for Event {
    fn len(&self) -> usize {
        1
    }

    fn input(&self, _: usize, step: usize, row: &mut [f32]) {
        row.copy_from_slice(&self.input[step * self.n_columns..(step + 1) * self.n_columns]);
    }

    fn target(&self, _: usize, step: usize, row: &mut [f32]) {
        let step = step + self.steps - self.made;
        row.copy_from_slice(&self.target[step * self.n_columns..(step + 1) * self.n_columns]);
    }
}
