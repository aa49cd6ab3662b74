//! What a search found: every candidate with its folds, mean and rank.

use crate::cross_validation::Summary;
use crate::measure::Direction;
use crate::{Error, Result};

/// All candidates of a search, in their order, and the best of them.
#[derive(Debug)]
pub struct SearchTable<P> {
    candidates: Vec<Candidate<P>>,
    best: usize,
}

/// A candidate of a search and how it did.
#[derive(Debug)]
pub struct Candidate<P> {
    /// The candidate.
    pub point: P,
    /// The measure of each fold, or why there is none.
    pub folds: Vec<Result<f64>>,
    /// Over the folds; `None` if one failed.
    pub summary: Option<Summary>,
    /// 1 for the best mean; equal means have the same rank, and the next one counts them.
    /// `None` if a fold failed.
    pub rank: Option<usize>,
}

impl<P: Clone> SearchTable<P> {
    /// Takes the values, fold by fold of candidate by candidate.
    pub(super) fn new(
        points: &[P],
        values: Vec<Result<f64>>,
        direction: Direction,
    ) -> Result<SearchTable<P>> {
        let n_folds = values.len() / points.len();
        let mut values = values.into_iter();
        let candidate = |point: &P| {
            let folds: Vec<Result<f64>> = values.by_ref().take(n_folds).collect();
            let finished: Vec<f64> = folds.iter().flatten().copied().collect();
            let summary = if finished.len() < n_folds { None } else { Summary::of(&finished) };
            Candidate { point: point.clone(), folds, summary, rank: None }
        };
        let mut candidates: Vec<Candidate<P>> = points.iter().map(candidate).collect();
        let means: Vec<f64> = candidates.iter().flat_map(Candidate::mean).collect();
        for candidate in &mut candidates {
            candidate.rank = candidate.mean().map(|mean| {
                1 + means.iter().filter(|other| direction.is_better(**other, mean)).count()
            });
        }
        match candidates.iter().position(|candidate| candidate.rank == Some(1)) {
            Some(best) => Ok(SearchTable { candidates, best }),
            None => {
                let n_candidates = candidates.len();
                let mut errors = candidates.into_iter().flat_map(|candidate| candidate.folds);
                let first = errors.find_map(Result::err);
                // A candidate has no rank only if one of its folds failed.
                let empty = Error::EmptySearch { candidates: n_candidates, folds: n_folds };
                let first = Box::new(first.unwrap_or(empty));
                Err(Error::NoCandidate { candidates: n_candidates, first })
            }
        }
    }
}

impl<P> SearchTable<P> {
    /// All candidates, in the order in which they were given.
    pub fn candidates(&self) -> &[Candidate<P>] {
        &self.candidates
    }

    /// The candidate of rank 1; of several, the first.
    pub fn best(&self) -> &Candidate<P> {
        &self.candidates[self.best]
    }

    /// The position of the best candidate.
    pub fn best_index(&self) -> usize {
        self.best
    }
}

impl<P> Candidate<P> {
    fn mean(&self) -> Option<f64> {
        self.summary.map(|summary| summary.mean)
    }
}
