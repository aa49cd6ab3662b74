//! A chunk of steps of some sequences through a language model, and back.

use std::ops::Range;

use oddity_kernels::bf16::Pairs;
use oddity_kernels::dropout::Dropout;
use oddity_kernels::loss::cross_entropy;
use oddity_kernels::lstm::{
    self, Backward, BackwardSpace, Forward, Input, LayerGradients, Trace, Weights,
};
use oddity_kernels::product::Entries;
use oddity_kernels::{Buffer, Level};

use super::chunk::Chunk;
use super::ends::{embed, embed_backward, output, output_backward, padded};
use super::engine::SymbolRows;
use super::layout::{Lstm, Model};
use crate::precision::Rounded;

/// What all parts of a batch read.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) level: Level,
    pub(super) model: &'a Model,
    /// Of each tensor that a backward pass reads, the transpose.
    pub(super) transposed: &'a [Buffer],
    /// Those, where products are in bfloat16.
    pub(super) rounded_transposed: &'a Rounded,
    /// Applied to what layers read, in training.
    pub(super) dropout: Option<Dropout>,
    /// Each symbol's share of the gradient.
    pub(super) scale: f32,
}

impl<'a> Shared<'a> {
    /// The transpose of a tensor as products read it.
    pub(super) fn transpose(&self, index: usize) -> Entries<'a> {
        self.rounded_transposed.of(index, &self.transposed[index])
    }
}

/// Some rows of a batch with the memory of a chunk of steps. States stay from chunk to chunk.
pub(super) struct Part {
    /// Rows of a batch that it takes.
    pub(super) rows: Range<usize>,
    pub(super) chunk: Chunk,
    /// What each layer reads, the last one too, `[step][row][padded]`: embedded symbols, and what
    /// the layer before made. Of layers behind an LSTM it is empty where nothing is dropped.
    reads: Vec<Buffer>,
    traces: Vec<Trace>,
    /// What the last layer made, `[step][row][padded]`, and then its gradient.
    logits: Buffer,
    /// Of each symbol, `[step][row]`.
    losses: Vec<f32>,
    spaces: Vec<BackwardSpace>,
    /// The sides of the last layer's products, where they are in pairs of bfloat16.
    pairs: [Pairs; 2],
    /// Of what each layer reads.
    gradients: Vec<Buffer>,
    /// Of all parameters; empty where no backward pass follows.
    pub(super) gradient: Buffer,
}

impl Part {
    /// Memory for chunks of at most so many steps; `trains` if backward passes will follow.
    pub(super) fn new(
        model: &Model,
        rows: Range<usize>,
        n_steps: usize,
        trains: bool,
        drops: bool,
    ) -> Part {
        let (n_rows, n) = (rows.len(), rows.len() * n_steps);
        let widths: Vec<usize> = [model.sizes.embedding]
            .iter()
            .chain(&model.sizes.units)
            .map(|&width| padded(width))
            .collect();
        let layers = || model.lstms.iter().zip(&widths);
        let buffers = |make: &dyn Fn(usize) -> bool| -> Vec<Buffer> {
            let buffer = |(at, width)| Buffer::zeros(if make(at) { n * width } else { 0 });
            widths.iter().enumerate().map(buffer).collect()
        };
        let trace =
            |(lstm, &width): (&Lstm, _)| Trace::new(lstm.shape, n_rows, n_steps, width, trains);
        let space = |(lstm, &width): (&Lstm, _)| {
            if trains {
                BackwardSpace::new(lstm.shape, n_rows, width)
            } else {
                BackwardSpace::default()
            }
        };
        Part {
            rows,
            chunk: Chunk::default(),
            reads: buffers(&|at| at == 0 || drops),
            traces: layers().map(trace).collect(),
            logits: Buffer::zeros(n * padded(model.sizes.n_classes)),
            losses: vec![0.0; n],
            spaces: layers().map(space).collect(),
            pairs: Default::default(),
            gradients: buffers(&|_| trains),
            gradient: Buffer::zeros(if trains { model.plan.n_values } else { 0 }),
        }
    }

    /// Takes steps of a batch. Those of its rows that have ended are left out; the others begin
    /// in the states that the chunk before left, if there is one.
    pub(super) fn fill(&mut self, model: &Model, batch: &dyn SymbolRows, steps: Range<usize>) {
        if 0 < steps.start {
            for (lstm, trace) in model.lstms.iter().zip(&mut self.traces) {
                trace.carry(lstm.shape, self.chunk.n_rows, self.chunk.n_steps);
            }
        }
        let rows = self.rows.start..self.rows.end.min(batch.n_rows());
        self.chunk.fill(batch, rows, steps);
    }

    /// The classes of a row's symbols and their losses, step by step.
    pub(super) fn losses_of(&self, row: usize) -> impl Iterator<Item = (u32, f32)> {
        let symbols = self.chunk.classes.iter().zip(&self.losses);
        let symbols = symbols.skip(row).step_by(self.chunk.n_rows.max(1));
        symbols.filter_map(|(&class, &loss)| Some((class?, loss)))
    }

    /// The sum of all symbols' losses.
    pub(super) fn loss(&self) -> f64 {
        self.losses[..self.chunk.len()].iter().map(|&loss| f64::from(loss)).sum()
    }

    /// Forward, to the losses and the gradient of the last layer. `key` is what dropout's choices
    /// are made from.
    pub(super) fn forward(&mut self, shared: Shared<'_>, key: u64) {
        let Shared { level, model, dropout, scale, .. } = shared;
        let Part { chunk, reads, traces, logits, losses, pairs, .. } = self;
        embed(model, &chunk.read, &mut reads[0]);
        drop_some(dropout, key, 0, &mut reads[0][..chunk.len() * padded(model.sizes.embedding)]);
        for (at, lstm) in model.lstms.iter().enumerate() {
            let (before, rest) = traces.split_at_mut(at);
            let read = read(model, chunk, reads, before, at);
            lstm::forward(level, layer(model, lstm, chunk, read), &mut rest[0]);
            let dropped = &mut reads[at + 1];
            if dropout.is_some() {
                let made = rest[0].outputs(lstm.shape, chunk.n_rows, chunk.n_steps);
                dropped[..made.len()].copy_from_slice(made);
                drop_some(dropout, key, at + 1, &mut dropped[..made.len()]);
            }
        }
        let h = read(model, chunk, reads, traces, model.lstms.len());
        let width = padded(model.sizes.n_classes);
        let logits = &mut logits[..chunk.len() * width];
        output(level, model, h, logits, &mut pairs[0]);
        let losses = &mut losses[..chunk.len()];
        let n_classes = model.sizes.n_classes;
        cross_entropy(level, n_classes, width, scale, &chunk.classes, logits, losses);
    }

    /// Back from the gradient of the last layer, to those of all parameters, which are added to.
    pub(super) fn backward(&mut self, shared: Shared<'_>, key: u64) {
        let Shared { level, model, dropout, .. } = shared;
        let Part { chunk, reads, traces, logits, spaces, pairs, gradients, gradient, .. } = self;
        if chunk.len() == 0 {
            return;
        }
        let n_layers = model.lstms.len();
        let h = read(model, chunk, reads, traces, n_layers);
        let to = &mut gradients[n_layers];
        output_backward(shared, h, &logits[..], chunk.len(), gradient, to, pairs);
        for (at, lstm) in model.lstms.iter().enumerate().rev() {
            let (inputs, outputs) = gradients.split_at_mut(at + 1);
            let n = chunk.len() * lstm.shape.width();
            undrop(dropout, key, at + 1, &mut outputs[0][..n]);
            let pass = Backward {
                outputs: &outputs[0],
                last_only: false,
                norm: None,
                recurrent: shared.transpose(lstm.kernel + 1),
                kernel: shared.transpose(lstm.kernel),
            };
            let read = read(model, chunk, reads, &traces[..at], at);
            let layer = layer(model, lstm, chunk, read);
            // The three tensors of a layer lie behind each other.
            let [a, b, c] =
                [0, 1, 2].map(|tensor| model.plan.tensors[lstm.kernel + tensor].range.clone());
            let (kernel, rest) = gradient[a.start..c.end].split_at_mut(a.len());
            let (recurrent, bias) = rest.split_at_mut(b.len());
            let inputs = Some(&mut inputs[at][..]);
            let to = LayerGradients { kernel, recurrent, bias, inputs };
            lstm::backward(level, layer, &traces[at], pass, &mut spaces[at], to);
        }
        let n = chunk.len() * padded(model.sizes.embedding);
        undrop(dropout, key, 0, &mut gradients[0][..n]);
        embed_backward(level, model, &chunk.read, &gradients[0], gradient);
    }
}

/// What a layer reads.
fn read<'a>(
    model: &Model,
    chunk: &Chunk,
    reads: &'a [Buffer],
    before: &'a [Trace],
    at: usize,
) -> &'a [f32] {
    match before.last() {
        Some(trace) if reads[at].is_empty() => {
            trace.outputs(model.lstms[at - 1].shape, chunk.n_rows, chunk.n_steps)
        }
        _ => &reads[at],
    }
}

fn layer<'a>(model: &'a Model, lstm: &Lstm, chunk: &Chunk, x: &'a [f32]) -> Forward<'a> {
    let Lstm { shape, cell, kernel } = *lstm;
    Forward {
        shape,
        cell,
        weights: Weights {
            kernel: model.matrix(kernel),
            recurrent: model.matrix(kernel + 1),
            bias: model.tensor(kernel + 2),
        },
        input: Input { x, width: padded(shape.inputs), repeated: false, norm: None },
        n_rows: chunk.n_rows,
        n_steps: chunk.n_steps,
        carried: chunk.carried,
    }
}

/// Each layer's dropout makes choices of its own.
fn key_of(key: u64, layer: usize) -> u64 {
    key.wrapping_add((layer as u64) << 48)
}

fn drop_some(dropout: Option<Dropout>, key: u64, layer: usize, values: &mut [f32]) {
    if let Some(dropout) = dropout {
        dropout.apply(key_of(key, layer), 0, values);
    }
}

fn undrop(dropout: Option<Dropout>, key: u64, layer: usize, gradients: &mut [f32]) {
    if let Some(dropout) = dropout {
        dropout.backward(key_of(key, layer), 0, gradients);
    }
}
