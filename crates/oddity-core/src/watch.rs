//! Watching a training in epochs: progress, checkpoints, an early end.

use std::ops::ControlFlow;

use crate::Epoch;

/// Told of each epoch of a training ([`crate::Detector::fit_watched`]).
///
/// It may keep the checkpoint of an epoch and hand it to a later call, which goes on from there
/// to the same bits as a training that was never interrupted. The time that is left is the
/// watcher's to reckon, since trainings have no clock. A closure over [`Progress`] is a watcher
/// that keeps nothing.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use oddity_core::{Epoch, Progress, Watch};
///
/// let mut losses = Vec::new();
/// let mut watch = |progress: &Progress<'_>| {
///     losses.push(progress.record.loss);
///     if progress.record.loss < 0.1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
/// };
/// let record = Epoch { loss: 0.05, validation_loss: None, learning_rate: 0.001 };
/// let progress = Progress::new(record, 0, 10, &Vec::new);
/// assert!(watch.epoch(&progress).is_break());
/// assert_eq!(losses, [0.05]);
/// ```
pub trait Watch {
    /// Asked once, before the first epoch: the checkpoint of a former call with the same
    /// parameters, samples and seed, to go on from.
    fn resume(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// Called behind each epoch. `Break` ends the training as if its epochs were over: the
    /// weights stay that the parameters choose.
    fn epoch(&mut self, progress: &Progress<'_>) -> ControlFlow<()>;
}

impl<F: FnMut(&Progress<'_>) -> ControlFlow<()>> Watch for F {
    fn epoch(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        self(progress)
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn epoch(&mut self, _: &Progress<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Where a training stands behind an epoch.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// The record of the epoch.
    pub record: Epoch,
    /// The epoch, counted from 0; after a resumption the first one is above 0.
    pub epoch: usize,
    /// Epochs that there are at most.
    pub n_epochs: usize,
    checkpoint: &'a dyn Fn() -> Vec<u8>,
}

impl<'a> Progress<'a> {
    /// `checkpoint` makes the bytes where they are asked for.
    pub fn new(
        record: Epoch,
        epoch: usize,
        n_epochs: usize,
        checkpoint: &'a dyn Fn() -> Vec<u8>,
    ) -> Progress<'a> {
        Progress { record, epoch, n_epochs, checkpoint }
    }

    /// All that the training needs to go on behind this epoch. It costs a copy of the weights
    /// and of what the optimiser keeps.
    pub fn checkpoint(&self) -> Vec<u8> {
        (self.checkpoint)()
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Progress { record, epoch, n_epochs, .. } = self;
        write!(f, "epoch {epoch} of {n_epochs}: {record:?}")
    }
}
