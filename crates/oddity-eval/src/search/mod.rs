//! Search over candidates: each is tried on inner folds, and the best is fitted again.

mod classifier;
mod grid;
mod point;
mod table;

pub use classifier::{Factory, SearchClassifier, SearchOutcome};
pub use grid::ParameterGrid;
pub use point::{Point, Value};
pub use table::{Candidate, SearchTable};

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oddity_core::{Classes, Classifier, Samples, SamplesOwned, Seed, Split};
use rayon::prelude::*;

use crate::cross_validation::check_splits;
use crate::measure::{ClassMeasure, Truth};
use crate::{Error, Result};

/// A search over candidates of any type `P`, such as the [`Point`]s of a [`ParameterGrid`].
pub struct Search<'a, P> {
    /// The candidates; of equal ones the first is chosen.
    pub candidates: &'a [P],
    /// Makes the classifier, or a whole pipeline, of a candidate.
    pub factory: &'a (dyn Fn(&P) -> Result<Arc<dyn Classifier>> + Sync),
    /// What is best.
    pub measure: &'a ClassMeasure,
    /// Called after each fit with the number of fits done and of all; calls from different
    /// threads may arrive out of order.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl<P: Clone + Send + Sync> Search<'_, P> {
    /// Fits every candidate on the training part of every split, measures it on the test
    /// part, and ranks the candidates by the mean.
    ///
    /// Candidates and folds run in parallel. Fold `i` has the seed `seed.derive(i)` for every
    /// candidate, so that they differ in nothing else, and the table is the same for any
    /// number of threads. A candidate that fails, or whose measure is undefined, in one fold
    /// has no mean and no rank. Every part of every split is copied once and shared.
    ///
    /// # Errors
    ///
    /// [`Error::EmptySearch`] without a candidate or split, [`Error::NoCandidate`] if all
    /// failed, and as [`crate::cross_validation::cross_validate`] for splits and classes that
    /// are not of these samples.
    pub fn run(
        &self,
        samples: &Samples<'_>,
        classes: &Classes,
        splits: &[Split],
        seed: Seed,
    ) -> Result<SearchTable<P>> {
        let (n_candidates, n_folds) = (self.candidates.len(), splits.len());
        if n_candidates == 0 || n_folds == 0 {
            return Err(Error::EmptySearch { candidates: n_candidates, folds: n_folds });
        }
        check_splits(samples, classes, splits)?;
        let folds: Vec<Fold> = splits
            .par_iter()
            .enumerate()
            .map(|(fold, split)| Fold::new(samples, classes, split, seed.derive(fold as u64)))
            .collect();
        let (n_fits, n_done) = (n_candidates * n_folds, AtomicUsize::new(0));
        let run = |fit: usize| {
            let value = self.try_candidate(&self.candidates[fit / n_folds], &folds[fit % n_folds]);
            let done = n_done.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(progress) = self.progress {
                progress(done, n_fits);
            }
            value
        };
        let values: Vec<Result<f64>> =
            (0..n_fits).into_par_iter().with_max_len(1).map(run).collect();
        SearchTable::new(self.candidates, values, self.measure.direction())
    }

    fn try_candidate(&self, candidate: &P, fold: &Fold) -> Result<f64> {
        let classifier = (self.factory)(candidate)?;
        let fitted = classifier.fit(&fold.train.view(), &fold.train_classes, fold.seed)?;
        let predicted = fitted.predict(&fold.test.view())?;
        Ok(self.measure.evaluate(&Truth::Classes(&fold.test_classes), &predicted)?)
    }
}

/// The parts of a split, copied once for all candidates.
struct Fold {
    train: SamplesOwned,
    train_classes: Classes,
    test: SamplesOwned,
    test_classes: Classes,
    seed: Seed,
}

impl Fold {
    fn new(samples: &Samples<'_>, classes: &Classes, split: &Split, seed: Seed) -> Fold {
        Fold {
            train: samples.select(split.train()),
            train_classes: classes.select(split.train()),
            test: samples.select(split.test()),
            test_classes: classes.select(split.test()),
            seed,
        }
    }
}
