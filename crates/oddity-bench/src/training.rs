//! Watches the training of a cell: a line an epoch, checkpoints from which an interrupted run
//! goes on, curves for TensorBoard.

mod checkpoint;
mod curves;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use oddity_core::{
    Detector, Error, FittedDetector, Progress as Epochs, Result, Samples, Seed, Watch,
};

use self::checkpoint::Saved;
use self::curves::Curves;
use crate::cell::CellName;
use crate::progress::Progress;
use crate::store::Store;

/// Time between two checkpoints, unless a run asks for another.
///
/// A checkpoint holds the weights, both moments of the optimiser and the best weights: 1.9 MB
/// for the 119,534 parameters of the KDD http study.
pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(30);

/// Watches the training of one cell.
///
/// Checkpoints lie in the store, under the cell's key, until the cell is stored. A training that
/// finds one goes on behind its epoch, to the same bits as one that was never interrupted; one
/// that is damaged or another training's is forgotten with a line of warning.
pub struct Training<'a> {
    store: &'a Store,
    key: &'a str,
    name: &'a CellName,
    progress: &'a Progress,
    every: Duration,
    /// When this process began to train, and when it last kept a checkpoint.
    began: Instant,
    kept: Instant,
    /// The epoch that this process began with.
    first: Option<usize>,
    curves: Curves,
    /// Whether checkpoints may be gone on from.
    resumes: bool,
    /// Whether one was gone on from.
    resumed: bool,
}

impl<'a> Training<'a> {
    /// Of the cell with this key and name.
    pub fn new(
        store: &'a Store,
        key: &'a str,
        name: &'a CellName,
        progress: &'a Progress,
        every: Duration,
    ) -> Training<'a> {
        let now = Instant::now();
        let curves = Curves::new(store.trained(name));
        Training {
            store,
            key,
            name,
            progress,
            every,
            began: now,
            kept: now,
            first: None,
            curves,
            resumes: true,
            resumed: false,
        }
    }

    /// Fits a detector, from the checkpoint of an earlier run where there is one.
    ///
    /// # Errors
    ///
    /// Those of [`Detector::fit_watched`].
    pub fn fit(
        &mut self,
        detector: &dyn Detector,
        train: &Samples<'_>,
        seed: Seed,
    ) -> Result<Box<dyn FittedDetector>> {
        match detector.fit_watched(train, seed, self) {
            Err(Error::Checkpoint { source, .. }) if self.resumes => {
                self.forget(&source.to_string());
                self.resumes = false;
                detector.fit_watched(train, seed, self)
            }
            fitted => fitted,
        }
    }

    /// Whether the training went on from a checkpoint.
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// Removes the checkpoint of a cell that is stored.
    pub fn done(&self) {
        // It may be there or not.
        let _may_be_absent = std::fs::remove_file(self.store.checkpoint(self.key));
    }

    fn forget(&mut self, reason: &str) {
        self.progress.warn(&format!(
            "{}: the checkpoint is not used, the training begins anew: {reason}",
            self.name
        ));
        self.done();
    }

    fn keep(&mut self, epochs: &Epochs<'_>) {
        let saved = Saved {
            key: self.key.to_owned(),
            epochs: self.curves.epochs().to_vec(),
            checkpoint: epochs.checkpoint(),
        };
        let path = self.store.checkpoint(self.key);
        if let Err(error) = crate::store::write_atomically(&path, &saved.to_bytes()) {
            // The training is worth more than its checkpoint.
            self.progress.warn(&format!("{}: no checkpoint: {error}", self.name));
        }
        self.kept = Instant::now();
    }
}

impl Watch for Training<'_> {
    fn resume(&mut self) -> Option<Vec<u8>> {
        self.began = Instant::now();
        self.kept = self.began;
        self.first = None;
        let bytes = std::fs::read(self.store.checkpoint(self.key)).ok();
        let saved = match bytes.filter(|_| self.resumes).map(|bytes| Saved::read(&bytes, self.key))
        {
            None => None,
            Some(Ok(saved)) => Some(saved),
            Some(Err(reason)) => {
                self.forget(reason);
                None
            }
        };
        let epochs = saved.as_ref().map(|saved| saved.epochs.clone()).unwrap_or_default();
        self.resumed = saved.is_some();
        if saved.is_some() {
            self.progress.warn(&format!("{}: goes on behind epoch {}", self.name, epochs.len()));
        }
        if let Err(error) = self.curves.begin(epochs) {
            self.progress.warn(&format!("{}: no curves: {error}", self.name));
        }
        saved.map(|saved| saved.checkpoint)
    }

    fn epoch(&mut self, epochs: &Epochs<'_>) -> ControlFlow<()> {
        let first = *self.first.get_or_insert(epochs.epoch);
        if let Err(error) = self.curves.epoch(epochs.epoch, epochs.record) {
            self.progress.warn(&format!("{}: no curves: {error}", self.name));
        }
        let n_done = (epochs.epoch + 1 - first) as f64;
        let n_left = epochs.n_epochs.saturating_sub(epochs.epoch + 1) as f64;
        let left = self.began.elapsed().as_secs_f64() / n_done * n_left;
        self.progress.epoch(self.name, epochs, left);
        if self.every <= self.kept.elapsed() && 0.0 < n_left {
            self.keep(epochs);
        }
        ControlFlow::Continue(())
    }
}
