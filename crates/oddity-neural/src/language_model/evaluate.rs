//! The losses of sequences' symbols, outside training, a chunk of steps at a time.

use oddity_core::SequencesView;
use oddity_kernels::{Level, Pool};

use super::layout::Model;
use super::params::Direction;
use super::pass::{Part, Shared};
use super::text::{Batch, Text, Vocabulary};

/// Sequences that go through the model together.
const ROWS: usize = 32;

/// Steps of a chunk.
const STEPS: usize = 64;

/// What takes the losses of a sequence's symbols, in order.
pub(super) trait Gather: Clone + Send + Sync {
    /// What becomes of them.
    type Value: Send;

    fn push(&mut self, class: u32, loss: f32);

    fn value(&self) -> Self::Value;
}

/// Hands class and loss of each symbol of each chosen sequence, in the order in which they are read,
/// to a copy of `start`; returns what becomes of them, in the order of `chosen`. Memory does not grow with the sequences' lengths.
pub(super) fn evaluate<G: Gather>(
    model: &Model,
    vocabulary: &Vocabulary,
    pool: &mut Pool,
    sequences: SequencesView<'_>,
    direction: Direction,
    chosen: &[usize],
    start: &G,
) -> Vec<G::Value> {
    // Places among the chosen, those of long sequences first.
    let lengths: Vec<usize> = chosen.iter().map(|&at| sequences.get(at).len()).collect();
    let mut places: Vec<usize> = (0..chosen.len()).collect();
    places.sort_by_key(|&place| std::cmp::Reverse(lengths[place]));
    let n_blocks = places.len().div_ceil(ROWS);
    let n_workers = pool.n_threads().min(n_blocks);
    let level = Level::best();
    let shared = Shared { level, model, transposed: &[], dropout: None, scale: 1.0 };
    let part = || Part::new(model, 0..ROWS, STEPS, false, false);
    let mut workers: Vec<_> =
        (0..n_workers).map(|_| (part(), Vec::<(usize, G::Value)>::new())).collect();
    pool.for_each(&mut workers, |worker, (part, found)| {
        for block in places.chunks(ROWS).skip(worker).step_by(n_workers) {
            let chosen: Vec<usize> = block.iter().map(|&place| chosen[place]).collect();
            let text = Text { vocabulary, sequences, chosen: &chosen, direction, noise: None };
            let mut sums = vec![start.clone(); block.len()];
            for step in (0..text.len(0)).step_by(STEPS) {
                part.fill(model, &text, step..step + STEPS);
                part.forward(shared, 0);
                for (row, sum) in sums.iter_mut().enumerate().take(part.chunk.n_rows) {
                    part.losses_of(row).for_each(|(class, loss)| sum.push(class, loss));
                }
            }
            found.extend(block.iter().copied().zip(sums.iter().map(G::value)));
        }
    });
    let mut found: Vec<(usize, G::Value)> =
        workers.into_iter().flat_map(|(_, found)| found).collect();
    found.sort_by_key(|&(place, _)| place);
    found.into_iter().map(|(_, value)| value).collect()
}
