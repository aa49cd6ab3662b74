//! K-fold splits, plain or stratified.

use oddity_core::{Classes, Seed, Split};
use serde::{Deserialize, Serialize};

use super::shuffle::shuffle;
use super::{Shuffle, Splitter};
use crate::{Error, Result};

/// Splits into folds, each of which is the test part once.
///
/// The rows of each part are ascending, and the folds are those of scikit-learn's `KFold`
/// and `StratifiedKFold`, shuffled ones included with [`Shuffle::Numpy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KFold {
    /// Number of folds, at least 2; default 10.
    pub n_folds: usize,
    /// Whether every fold has its share of every class; default no.
    pub stratified: bool,
    /// Default no.
    pub shuffle: Shuffle,
}

impl Default for KFold {
    fn default() -> KFold {
        KFold { n_folds: 10, stratified: false, shuffle: Shuffle::None }
    }
}

impl Splitter for KFold {
    /// The folds in order.
    ///
    /// # Errors
    ///
    /// [`Error::Folds`] for fewer than two folds, more than there are samples, or, when
    /// stratified, more than the largest class has members.
    fn split(&self, classes: &Classes, seed: Seed) -> Result<Vec<Split>> {
        let n_folds = self.n_folds;
        let largest = classes.counts().into_iter().max().unwrap_or(0);
        let available = if self.stratified { largest } else { classes.len() };
        if n_folds < 2 || available < n_folds {
            return Err(Error::Folds { n_folds, available });
        }
        let folds = if self.stratified {
            self.stratified(classes, seed)
        } else {
            self.plain(classes, seed)
        };
        let part = |fold: usize, in_test: bool| {
            let is_in = |&row: &usize| (folds[row] == fold) == in_test;
            (0..folds.len()).filter(is_in).collect()
        };
        let split = |fold| Ok(Split::new(part(fold, false), part(fold, true), folds.len())?);
        (0..n_folds).map(split).collect()
    }
}

impl KFold {
    /// The fold of each sample: runs of the order, the first `n % k` one longer.
    fn plain(&self, classes: &Classes, seed: Seed) -> Vec<usize> {
        let (n_samples, n_folds) = (classes.len(), self.n_folds);
        let (size, n_larger) = (n_samples / n_folds, n_samples % n_folds);
        let mut folds = vec![0; n_samples];
        let mut order = self.shuffle.order(n_samples, seed).into_iter();
        for fold in 0..n_folds {
            for row in order.by_ref().take(size + usize::from(fold < n_larger)) {
                folds[row] = fold;
            }
        }
        folds
    }

    /// The fold of each sample: each class is dealt out by turns, the turn going on from
    /// class to class in the order in which they first occur.
    fn stratified(&self, classes: &Classes, seed: Seed) -> Vec<usize> {
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut places: Vec<Option<usize>> = vec![None; classes.n_classes()];
        for (row, &code) in classes.codes().iter().enumerate() {
            let place = *places[code as usize].get_or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[place].push(row);
        }
        let mut source = self.shuffle.source(seed);
        let (mut folds, mut turn) = (vec![0; classes.len()], 0);
        for rows in members {
            let mut dealt: Vec<usize> =
                (turn..turn + rows.len()).map(|card| card % self.n_folds).collect();
            turn += rows.len();
            dealt.sort_unstable();
            if let Some(source) = &mut source {
                shuffle(&mut **source, &mut dealt);
            }
            for (row, fold) in rows.into_iter().zip(dealt) {
                folds[row] = fold;
            }
        }
        folds
    }
}
