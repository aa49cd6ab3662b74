//! Growing the trees of a random forest.

use oddity_core::{Classes, FrameView, Result, Samples, Seed};
use rayon::prelude::*;

use super::params::STEP;
use super::{FittedRandomForest, ForestWeight, RandomForest};
use crate::ClassWeight;
use crate::tree::Tree;
use crate::tree::cart::{check_classes, normalised};
use crate::tree::criterion::Measure;
use crate::tree::grow::{Grown, Growth, Sample, draw};
use crate::tree::ranks::Ranks;

impl RandomForest {
    /// Like [`oddity_core::Classifier::fit`], with a model that shows its trees.
    ///
    /// # Errors
    ///
    /// As [`oddity_core::Classifier::fit`], and for class weights that do not fit the
    /// classes.
    pub fn fit_trees(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<FittedRandomForest> {
        check_classes(STEP, train, classes)?;
        let bags = Bags::new(self, classes, seed)?;
        train.with_dense(|frame| {
            let ranks = Ranks::new(frame);
            let grow = |tree: usize| bags.grow(self, &ranks, tree);
            let grown: Vec<Grown> = (0..self.params.n_trees).into_par_iter().map(grow).collect();
            let importances = mean_importances(&grown, frame.n_columns());
            let trees: Vec<Tree> = grown.into_iter().map(|grown| grown.tree).collect();
            let out_of_bag_score =
                self.params.out_of_bag.then(|| bags.score(frame, &trees)).flatten();
            Ok(FittedRandomForest { trees, importances, out_of_bag_score })
        })
    }
}

/// The mean over the trees of their normalised importances, normalised.
fn mean_importances(grown: &[Grown], n_columns: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n_columns];
    for grown in grown {
        for (sum, part) in sums.iter_mut().zip(normalised(grown.decreases.clone())) {
            *sum += part;
        }
    }
    normalised(sums)
}

/// Which rows each tree learns from, and what they count.
struct Bags<'a> {
    classes: &'a Classes,
    seed: Seed,
    bootstrap: bool,
    balance_each: bool,
    /// Rows of each class and the share of the drawing that goes to the classes up to it,
    /// where classes are not drawn as often as they occur.
    strata: Option<Vec<(Vec<u32>, f64)>>,
    /// What a drawn row counts, by class.
    weights: Vec<f64>,
}

impl<'a> Bags<'a> {
    fn new(forest: &RandomForest, classes: &'a Classes, seed: Seed) -> Result<Bags<'a>> {
        let bootstrap = forest.params.bootstrap;
        let none = vec![1.0; classes.n_classes()];
        let (weighted, balance_each) = match &forest.params.class_weight {
            ForestWeight::None => (None, false),
            ForestWeight::BalancedSubsample if bootstrap => (None, true),
            ForestWeight::Balanced | ForestWeight::BalancedSubsample => {
                (Some(ClassWeight::Balanced.weights(classes)?), false)
            }
            ForestWeight::Weights(weights) => {
                (Some(ClassWeight::Weights(weights.clone()).weights(classes)?), false)
            }
        };
        let (strata, weights) = match weighted {
            Some(weights) if bootstrap => (Some(strata(classes, &weights)), none),
            Some(weights) => (None, weights),
            None => (None, none),
        };
        Ok(Bags { classes, seed, bootstrap, balance_each, strata, weights })
    }

    /// How often each row was drawn for a tree.
    fn times(&self, tree: usize) -> Vec<u32> {
        let n_rows = self.classes.len();
        let seed = self.seed.derive(tree as u64).derive(0);
        let mut times = vec![0; n_rows];
        for index in 0..n_rows as u64 {
            let row = match &self.strata {
                None => draw(seed.derive(index), n_rows),
                Some(strata) => {
                    let share = seed.derive(2 * index).uniform();
                    let class = strata.partition_point(|&(_, end)| end <= share);
                    let rows = &strata[class.min(strata.len() - 1)].0;
                    rows[draw(seed.derive(2 * index + 1), rows.len())] as usize
                }
            };
            times[row] += 1;
        }
        times
    }

    fn grow(&self, forest: &RandomForest, ranks: &Ranks, tree: usize) -> Grown {
        let params = &forest.params;
        let times = self.bootstrap.then(|| self.times(tree));
        let weights = match &times {
            Some(times) if self.balance_each => self.balanced(times),
            _ => self.weights.clone(),
        };
        let growth = Growth {
            measure: Measure { criterion: params.criterion, weights },
            max_depth: params.max_depth,
            min_samples_split: params.min_samples_split,
            min_samples_leaf: params.min_samples_leaf,
            max_features: params.max_features.of(ranks.n_columns()),
            // The trees are enough to keep all threads busy.
            parallel: false,
        };
        let sample = Sample { classes: self.classes.codes(), times: times.as_deref() };
        growth.grow(ranks, sample, self.seed.derive(tree as u64).derive(1))
    }

    /// The weights that balance the classes of the rows drawn; 0 for one not drawn.
    fn balanced(&self, times: &[u32]) -> Vec<f64> {
        let mut counts = vec![0u32; self.weights.len()];
        for (&class, times) in self.classes.codes().iter().zip(times) {
            counts[class as usize] += times;
        }
        let n_drawn = times.len() as f64;
        let n_occurring = counts.iter().filter(|&&count| 0 < count).count() as f64;
        let weight = |&count: &u32| match count {
            0 => 0.0,
            count => n_drawn / (n_occurring * f64::from(count)),
        };
        counts.iter().map(weight).collect()
    }

    /// Accuracy on the rows by the trees that did not draw them; `None` if each row was
    /// drawn by all.
    fn score(&self, frame: FrameView<'_>, trees: &[Tree]) -> Option<f64> {
        let (n_classes, width) = (self.classes.n_classes(), frame.n_columns());
        let drawn: Vec<Vec<bool>> = (0..trees.len())
            .into_par_iter()
            .map(|tree| self.times(tree).iter().map(|&times| 0 < times).collect())
            .collect();
        let hit = |row: usize| {
            let mut sums = vec![0.0; n_classes];
            let left_out = trees.iter().zip(&drawn).filter(|(_, drawn)| !drawn[row]);
            left_out.for_each(|(tree, _)| tree.add_shares(frame.row(row), width, &mut sums));
            let best = (0..n_classes).rev().max_by(|&a, &b| sums[a].total_cmp(&sums[b]))?;
            (0.0 < sums[best]).then_some(best as u32 == self.classes.codes()[row])
        };
        let hits: Vec<bool> = (0..frame.n_rows()).into_par_iter().filter_map(hit).collect();
        let n_hits = hits.iter().filter(|&&hit| hit).count();
        (!hits.is_empty()).then(|| n_hits as f64 / hits.len() as f64)
    }
}

fn strata(classes: &Classes, weights: &[f64]) -> Vec<(Vec<u32>, f64)> {
    let mut rows = vec![Vec::new(); weights.len()];
    for (&class, row) in classes.codes().iter().zip(0u32..) {
        rows[class as usize].push(row);
    }
    rows.retain(|rows| !rows.is_empty());
    let weight =
        |rows: &Vec<u32>| weights[classes.codes()[rows[0] as usize] as usize] * rows.len() as f64;
    let total: f64 = rows.iter().map(weight).sum();
    let mut end = 0.0;
    rows.into_iter()
        .map(|rows| {
            end += weight(&rows) / total;
            (rows, end)
        })
        .collect()
}
