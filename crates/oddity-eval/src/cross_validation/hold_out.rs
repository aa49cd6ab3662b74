//! One split into a training and a test part, plain or stratified.

use oddity_core::{Classes, Seed, Split};
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::shuffle::shuffle;
use super::{Shuffle, Splitter};
use crate::{Error, Result};

/// Holds a share of the samples out for the test.
///
/// The rows and their order are those of scikit-learn's `train_test_split`, with
/// [`Shuffle::Numpy`] for its `random_state`. Without a shuffle the last rows test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HoldOut {
    /// Share of the samples that test, above 0 and below 1, rounded up to whole samples;
    /// default 0.25.
    pub test_share: f64,
    /// Whether both parts have their share of every class; default no. Needs a shuffle.
    pub stratified: bool,
    /// Default [`Shuffle::Seeded`].
    pub shuffle: Shuffle,
}

impl Default for HoldOut {
    fn default() -> HoldOut {
        HoldOut { test_share: 0.25, stratified: false, shuffle: Shuffle::Seeded }
    }
}

impl Splitter for HoldOut {
    /// The one split.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for a share that is not above 0 and below 1,
    /// [`Error::HoldOut`] if a part would be empty, or, when stratified, smaller than the
    /// number of classes that occur, [`Error::ClassTooSmall`] for a class of one sample and
    /// [`Error::UnshuffledStratified`] without a shuffle when stratified.
    fn split(&self, classes: &Classes, seed: Seed) -> Result<Vec<Split>> {
        let share = self.test_share;
        let is_share = 0.0 < share && share < 1.0;
        let wanted = "above 0 and below 1";
        oddity_core::Error::check_parameter("hold-out", "test_share", share, is_share, wanted)?;
        let n_samples = classes.len();
        let n_test = (share * n_samples as f64).ceil() as usize;
        let n_train = n_samples - n_test;
        let n_classes = classes.counts().iter().filter(|&&count| 0 < count).count();
        let wanted = if self.stratified { n_classes.max(1) } else { 1 };
        if n_train < wanted || n_test < wanted {
            return Err(Error::HoldOut { test_share: share, n_train, n_test, wanted });
        }
        let (train, test) = if self.stratified {
            let mut source = self.shuffle.source(seed).ok_or(Error::UnshuffledStratified)?;
            stratified(classes, n_train, n_test, &mut *source)?
        } else if self.shuffle == Shuffle::None {
            ((0..n_train).collect(), (n_train..n_samples).collect())
        } else {
            let order = self.shuffle.order(n_samples, seed);
            (order[n_test..].to_vec(), order[..n_test].to_vec())
        };
        Ok(vec![Split::new(train, test, n_samples)?])
    }
}

/// Draws from each class its share of both parts, then shuffles the parts.
fn stratified(
    classes: &Classes,
    n_train: usize,
    n_test: usize,
    source: &mut dyn Rng,
) -> Result<(Vec<usize>, Vec<usize>)> {
    let mut members = vec![Vec::new(); classes.n_classes()];
    for (row, &code) in classes.codes().iter().enumerate() {
        members[code as usize].push(row);
    }
    if let Some(class) = members.iter().position(|rows| rows.len() == 1) {
        return Err(Error::ClassTooSmall { class: class as u32, found: 1 });
    }
    members.retain(|rows| !rows.is_empty());
    let counts: Vec<usize> = members.iter().map(Vec::len).collect();
    let n_trains = shares(&counts, n_train, source);
    let rest: Vec<usize> = counts.iter().zip(&n_trains).map(|(all, train)| all - train).collect();
    let n_tests = shares(&rest, n_test, source);
    let (mut train, mut test) = (Vec::with_capacity(n_train), Vec::with_capacity(n_test));
    for ((rows, n_train), n_test) in members.iter_mut().zip(n_trains).zip(n_tests) {
        shuffle(source, rows);
        train.extend_from_slice(&rows[..n_train]);
        test.extend_from_slice(&rows[n_train..n_train + n_test]);
    }
    shuffle(source, &mut train);
    shuffle(source, &mut test);
    Ok((train, test))
}

/// How many of `n_draws` come from each class: its share rounded down, and what is left over
/// to the largest remainders, ties by lot.
fn shares(counts: &[usize], n_draws: usize, source: &mut dyn Rng) -> Vec<usize> {
    let n_samples: usize = counts.iter().sum();
    let exact = |&count: &usize| count as f64 / n_samples as f64 * n_draws as f64;
    let exact: Vec<f64> = counts.iter().map(exact).collect();
    let mut shares: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let remainder = |class: usize| exact[class] - exact[class].floor();
    let mut missing = n_draws.saturating_sub(shares.iter().sum());
    let mut remainders: Vec<f64> = (0..counts.len()).map(remainder).collect();
    remainders.sort_by(|a, b| b.total_cmp(a));
    remainders.dedup();
    for value in remainders {
        if missing == 0 {
            break;
        }
        let mut tied: Vec<usize> =
            (0..counts.len()).filter(|&class| remainder(class) == value).collect();
        shuffle(source, &mut tied);
        let n_added = missing.min(tied.len());
        tied[..n_added].iter().for_each(|&class| shares[class] += 1);
        missing -= n_added;
    }
    shares
}
