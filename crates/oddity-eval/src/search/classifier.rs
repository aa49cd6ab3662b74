//! A search that is itself a classifier, so that it can run inside outer folds.

use std::sync::Arc;

use oddity_core::{Classes, Classifier, FittedClassifier, Samples, Seed};

use super::{Search, SearchTable};
use crate::Result;
use crate::cross_validation::Splitter;
use crate::measure::ClassMeasure;

/// Makes the classifier of a candidate.
pub type Factory<P> = Arc<dyn Fn(&P) -> Result<Arc<dyn Classifier>> + Send + Sync>;

/// Chooses among candidates on inner folds of its training samples, then fits the best one
/// on all of them.
///
/// In [`crate::cross_validation::cross_validate`] this is a nested search: the outer test
/// part plays no role in the choice.
#[derive(Clone)]
pub struct SearchClassifier<P> {
    candidates: Vec<P>,
    factory: Factory<P>,
    splitter: Arc<dyn Splitter>,
    measure: Arc<ClassMeasure>,
}

/// What a search found, with the best candidate fitted on all samples.
pub struct SearchOutcome<P> {
    /// All candidates.
    pub table: SearchTable<P>,
    /// The best candidate, fitted on all samples of the search.
    pub fitted: Box<dyn FittedClassifier>,
}

impl<P: Clone + Send + Sync> SearchClassifier<P> {
    /// A search over the candidates, on the inner folds of `splitter`, for the best
    /// `measure`; of equal candidates the first is chosen.
    pub fn new(
        candidates: Vec<P>,
        factory: Factory<P>,
        splitter: Arc<dyn Splitter>,
        measure: Arc<ClassMeasure>,
    ) -> SearchClassifier<P> {
        SearchClassifier { candidates, factory, splitter, measure }
    }

    /// Number of fits of a search with `n_folds` inner folds, without the one of the best.
    pub fn n_fits(&self, n_folds: usize) -> usize {
        self.candidates.len() * n_folds
    }

    /// Searches and fits the best candidate on all samples.
    ///
    /// The inner folds are split with `seed.derive(0)` and fitted with seeds derived from
    /// `seed.derive(1)`; the best candidate is fitted with `seed`, as it would be without a
    /// search. `progress` is called after each fit with the number of fits done and of all.
    ///
    /// # Errors
    ///
    /// As [`Splitter::split`], [`Search::run`], and if the best candidate fails on all
    /// samples.
    pub fn search(
        &self,
        samples: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
        progress: Option<&(dyn Fn(usize, usize) + Sync)>,
    ) -> Result<SearchOutcome<P>> {
        let splits = self.splitter.split(classes, seed.derive(0))?;
        let search = Search {
            candidates: &self.candidates,
            factory: &*self.factory,
            measure: &*self.measure,
            progress,
        };
        let table = search.run(samples, classes, &splits, seed.derive(1))?;
        let fitted = (self.factory)(&table.best().point)?.fit(samples, classes, seed)?;
        Ok(SearchOutcome { table, fitted })
    }
}

impl<P: Clone + Send + Sync> Classifier for SearchClassifier<P> {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> oddity_core::Result<Box<dyn FittedClassifier>> {
        Ok(self.search(train, classes, seed, None)?.fitted)
    }
}
