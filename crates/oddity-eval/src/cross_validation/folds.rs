//! Fits and tries a classifier on every split, in parallel.

use oddity_core::{Classes, Classifier, Predicted, Samples, Seed, Split};
use rayon::prelude::*;

use crate::measure::{ClassMeasure, Truth};
use crate::{Error, Result};

/// What came out of one fold.
#[derive(Debug)]
pub struct FoldOutcome {
    /// The position of the split, counted from 0.
    pub fold: usize,
    /// What was predicted, or why the fold failed.
    pub result: Result<FoldPrediction>,
}

/// What a classifier, fitted on the training part of a split, says.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldPrediction {
    /// Of the test part, in the order of the split.
    pub test: Predicted,
    /// Of the training part, in the order of the split, if it was asked for.
    pub train: Option<Predicted>,
    /// Whether an iterative fit reached its tolerance.
    pub converged: Option<bool>,
    /// How much each column mattered that the model was handed, behind the steps of a pipeline,
    /// where it knows.
    pub importances: Option<Vec<f64>>,
    /// Accuracy out of bag, where the model knows.
    pub out_of_bag_score: Option<f64>,
}

/// What to do besides predicting the test part; the default is nothing.
#[derive(Clone, Copy, Default)]
pub struct CrossValidation<'a> {
    /// Whether to predict the training part too.
    pub predict_train: bool,
    /// Called on the thread that does the work, at both edges of each stage; this crate
    /// reads no clock, and a caller can.
    pub observer: Option<&'a (dyn Fn(FoldEvent) + Sync)>,
}

/// An edge of a stage of a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoldEvent {
    /// The position of the split, counted from 0.
    pub fold: usize,
    /// What begins or ends.
    pub stage: Stage,
    /// Which of both.
    pub edge: Edge,
}

/// A stage of a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Fitting on the training part.
    Fit,
    /// Predicting the test part.
    PredictTest,
    /// Predicting the training part.
    PredictTrain,
}

/// Begin or end of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// The stage begins.
    Begin,
    /// The stage has ended, with or without an error.
    End,
}

/// Fits the classifier on the training part of each split and predicts the test part.
///
/// The whole pipeline is fitted anew inside each training part. Folds run in parallel; fold
/// `i` has the seed `seed.derive(i)`, so that the outcome is the same for any number of
/// threads. A fold that fails is reported as failed and the others stay. Outcomes are in the
/// order of the splits.
///
/// # Errors
///
/// [`oddity_core::Error::Length`] unless there is one class a sample,
/// [`oddity_core::Error::SplitIndex`] for a split that names a sample that is not there.
pub fn cross_validate(
    classifier: &dyn Classifier,
    samples: &Samples<'_>,
    classes: &Classes,
    splits: &[Split],
    seed: Seed,
) -> Result<Vec<FoldOutcome>> {
    CrossValidation::default().run(classifier, samples, classes, splits, seed)
}

impl CrossValidation<'_> {
    /// Like [`cross_validate`], with what the fields ask for.
    ///
    /// # Errors
    ///
    /// As [`cross_validate`].
    pub fn run(
        &self,
        classifier: &dyn Classifier,
        samples: &Samples<'_>,
        classes: &Classes,
        splits: &[Split],
        seed: Seed,
    ) -> Result<Vec<FoldOutcome>> {
        check_splits(samples, classes, splits)?;
        let run = |(fold, split): (usize, &Split)| {
            let seed = seed.derive(fold as u64);
            let result = self.run_fold(fold, classifier, samples, classes, split, seed);
            FoldOutcome { fold, result }
        };
        Ok(splits.par_iter().enumerate().with_max_len(1).map(run).collect())
    }

    fn run_fold(
        &self,
        fold: usize,
        classifier: &dyn Classifier,
        samples: &Samples<'_>,
        classes: &Classes,
        split: &Split,
        seed: Seed,
    ) -> Result<FoldPrediction> {
        let train = samples.select(split.train());
        let fitted = self.observe(fold, Stage::Fit, || {
            classifier.fit(&train.view(), &classes.select(split.train()), seed)
        })?;
        let test = samples.select(split.test());
        let test = self.observe(fold, Stage::PredictTest, || fitted.predict(&test.view()))?;
        let train = if self.predict_train {
            Some(self.observe(fold, Stage::PredictTrain, || fitted.predict(&train.view()))?)
        } else {
            None
        };
        Ok(FoldPrediction {
            test,
            train,
            converged: fitted.converged(),
            importances: fitted.importances().map(<[f64]>::to_vec),
            out_of_bag_score: fitted.out_of_bag_score(),
        })
    }

    fn observe<T>(&self, fold: usize, stage: Stage, work: impl FnOnce() -> T) -> T {
        let tell = |edge| {
            if let Some(observer) = self.observer {
                observer(FoldEvent { fold, stage, edge });
            }
        };
        tell(Edge::Begin);
        let done = work();
        tell(Edge::End);
        done
    }
}

/// The measure of each fold's test part, in the order of the outcomes.
///
/// A fold that failed has [`Error::FoldFailed`], one where the measure has no value
/// [`Error::Measure`].
///
/// # Panics
///
/// If the splits or classes are not those of the outcomes.
pub fn evaluate_folds(
    measure: &ClassMeasure,
    classes: &Classes,
    splits: &[Split],
    outcomes: &[FoldOutcome],
) -> Vec<Result<f64>> {
    let evaluate = |outcome: &FoldOutcome| match &outcome.result {
        Err(error) => Err(Error::FoldFailed { fold: outcome.fold, reason: error.to_string() }),
        Ok(prediction) => {
            let truth = classes.select(splits[outcome.fold].test());
            Ok(measure.evaluate(&Truth::Classes(&truth), &prediction.test)?)
        }
    };
    outcomes.iter().map(evaluate).collect()
}

/// Refuses splits and classes that are not of these samples.
pub(crate) fn check_splits(
    samples: &Samples<'_>,
    classes: &Classes,
    splits: &[Split],
) -> Result<()> {
    classes.expect_len(samples.len())?;
    let rows = splits.iter().flat_map(|split| split.train().iter().chain(split.test()));
    match rows.copied().find(|&sample| samples.len() <= sample) {
        Some(sample) => {
            Err(oddity_core::Error::SplitIndex { sample, samples: samples.len() }.into())
        }
        None => Ok(()),
    }
}
