//! One-class detection: samples to scores, without labels.

use crate::{
    Artefact, Error, Explanation, Frame, Reconstruction, Result, Samples, ScoreStream, Scores,
    Seed, State, TrainingHistory, Watch,
};

/// What the output for a sample (its score, or what a transformer makes of it) depends on
/// besides the fitted model. In the order of what it may read: of two steps in a chain the
/// larger one holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Causality {
    /// The sample alone: a subset gives the same output.
    #[default]
    Pointwise,
    /// The sample and the ones before it in the call.
    Causal,
    /// Samples before and after it in the call.
    Acausal,
}

/// An unfitted detector. There is no way to hand it a label.
pub trait Detector: Send + Sync {
    /// Learns what is normal from the training samples.
    ///
    /// A pure function of parameters, samples and seed: same input, same bits, whatever
    /// the number of threads.
    ///
    /// # Errors
    ///
    /// For samples of a kind or shape that the detector cannot learn from.
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>>;

    /// Learns as [`fit`](Detector::fit) does, to the same bits, while `watch` sees each epoch. A
    /// detector that is not trained in epochs shows it nothing.
    ///
    /// # Errors
    ///
    /// Those of [`fit`](Detector::fit), and [`crate::Error::Checkpoint`] for a checkpoint that
    /// is damaged or of another training.
    fn fit_watched(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn FittedDetector>> {
        let _ = watch;
        self.fit(train, seed)
    }

    /// The fitted detector whose [`state`](FittedDetector::state) that is, of a detector with the
    /// same parameters. Its scores are the same to the bits.
    ///
    /// The state may come from a file that somebody altered: everything is checked.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for a state of something else, [`Error::NotSaved`] of a detector that
    /// cannot be kept.
    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let _ = state;
        Err(Error::NotSaved { what: "this detector" })
    }
}

/// A fitted detector.
pub trait FittedDetector: Send + Sync {
    /// One finite score a sample, higher is more anomalous.
    ///
    /// # Errors
    ///
    /// For samples of another kind or width than the fitted ones.
    fn score(&self, samples: &Samples<'_>) -> Result<Scores>;

    /// What a score depends on besides the sample. Temporal detectors say so here.
    fn causality(&self) -> Causality {
        Causality::Pointwise
    }

    /// Begins to score rows that come in parts, of a detector whose scores depend on the rows
    /// before them; none of one that needs no such thing, or that must see all rows at once.
    ///
    /// # Errors
    ///
    /// Those of [`score`](FittedDetector::score).
    fn stream(&self) -> Result<Option<Box<dyn ScoreStream>>> {
        Ok(None)
    }

    /// How the training went, epoch by epoch, of a detector that is trained in epochs.
    fn history(&self) -> Option<&TrainingHistory> {
        None
    }

    /// What the detector is kept as, to be made again by [`Detector::restore`]; none of one that
    /// cannot be kept.
    fn state(&self) -> Option<State> {
        None
    }

    /// What made the score of each sample, at most `n_parts` parts of each; none of a detector
    /// that cannot say. By default the [`column_errors`](FittedDetector::column_errors).
    ///
    /// # Errors
    ///
    /// Those of [`score`](FittedDetector::score).
    fn explain(&self, samples: &Samples<'_>, n_parts: usize) -> Result<Option<Vec<Explanation>>> {
        let weights = self.column_errors(samples)?;
        Ok(weights.map(|weights| Explanation::of_columns(&weights, n_parts)))
    }

    /// The files that the detector can be kept as; none of one that cannot. Steps of a pipeline
    /// before it are not in them.
    fn artefacts(&self) -> Vec<Artefact> {
        Vec::new()
    }

    /// The error of each column of each sample, `[sample][column]` under the names of the columns
    /// that the detector reads, of one whose scores come from errors of columns: which of them
    /// made a sample stand out. How a sample's errors make its score the detector says.
    ///
    /// It costs another scoring of the samples, and a number a sample and column: hand over
    /// large tables in parts.
    ///
    /// # Errors
    ///
    /// Those of [`score`](FittedDetector::score).
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let _ = samples;
        Ok(None)
    }

    /// What the detector makes of samples beside what it should make, of one that is scored by
    /// the difference.
    ///
    /// # Errors
    ///
    /// Those of [`score`](FittedDetector::score).
    fn reconstruct(&self, samples: &Samples<'_>) -> Result<Option<Reconstruction>> {
        let _ = samples;
        Ok(None)
    }
}
