//! What becomes of the losses of sequences' symbols, outside training.

use std::sync::{Mutex, PoisonError};

use super::engine::{ReadLosses, SymbolRows};
use super::text::Text;

/// What takes the losses of a sequence's symbols, in order.
pub(super) trait Gather: Clone + Send + Sync {
    /// What becomes of them.
    type Value: Send;

    fn push(&mut self, class: u32, loss: f32);

    fn value(&self) -> Self::Value;
}

/// Hands class and loss of each symbol of each chosen sequence, in the order in which they are read,
/// to a copy of `start`; returns what becomes of them, in the order of `text.chosen`, which need
/// not be sorted. `losses` is how a model reads the losses of rows. Copies are kept of sequences
/// on their way alone.
pub(super) fn evaluate<G: Gather>(
    text: Text<'_>,
    start: &G,
    losses: impl FnOnce(&dyn SymbolRows, ReadLosses<'_>),
) -> Vec<G::Value> {
    // Places among the chosen, those of long sequences first.
    let lengths: Vec<usize> = (0..text.n_rows()).map(|row| text.len(row)).collect();
    let mut places: Vec<usize> = (0..lengths.len()).collect();
    places.sort_by_key(|&place| std::cmp::Reverse(lengths[place]));
    let sorted: Vec<usize> = places.iter().map(|&place| text.chosen[place]).collect();
    let slots: Vec<Mutex<Slot<G>>> =
        places.iter().map(|&place| Mutex::new(Slot::new(lengths[place], start))).collect();
    losses(&Text { chosen: &sorted, ..text }, &|row, losses| {
        let mut slot = slots[row].lock().unwrap_or_else(PoisonError::into_inner);
        slot.push(start, losses);
    });
    let values = slots.into_iter().map(|slot| {
        match slot.into_inner().unwrap_or_else(PoisonError::into_inner).value {
            Some(value) => value,
            None => unreachable!("a model reads all symbols of a row"),
        }
    });
    let mut found: Vec<(usize, G::Value)> = places.into_iter().zip(values).collect();
    found.sort_by_key(|&(place, _)| place);
    found.into_iter().map(|(_, value)| value).collect()
}

/// What is known of a sequence so far.
struct Slot<G: Gather> {
    /// Symbols that are to come.
    left: usize,
    /// While some of its symbols were read and not all.
    sum: Option<G>,
    value: Option<G::Value>,
}

impl<G: Gather> Slot<G> {
    fn new(left: usize, start: &G) -> Slot<G> {
        Slot { left, sum: None, value: (left == 0).then(|| start.value()) }
    }

    fn push(&mut self, start: &G, losses: &[(u32, f32)]) {
        let sum = self.sum.get_or_insert_with(|| start.clone());
        losses.iter().for_each(|&(class, loss)| sum.push(class, loss));
        self.left = self.left.saturating_sub(losses.len());
        if self.left == 0 {
            self.value = self.sum.take().map(|sum| sum.value());
        }
    }
}
