//! Folds, their seeds, failures and events.

use std::sync::Mutex;

use oddity_core::{
    Classes, Classifier, Error, FittedClassifier, Frame, Predicted, Result, Samples, Seed, Split,
};
use oddity_eval::cross_validation::{
    CrossValidation, Edge, FoldEvent, KFold, Shuffle, Splitter, Stage, cross_validate,
    evaluate_folds,
};
use oddity_eval::measure::ClassMeasure;

/// Calls a row class 1 if it is above the mean of the training rows; refuses to fit where
/// row value 0 is among them, and says its seed as the importance of its only column.
pub(crate) struct AboveMean;

struct Fitted {
    mean: f64,
    seed: [f64; 1],
}

impl Classifier for AboveMean {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        classes.expect_len(train.len())?;
        let values = train.rows()?.iter().map(|row| row[0]).collect::<Vec<f64>>();
        if values.contains(&0.0) {
            return Err(Error::Numeric { step: "above mean", what: "found a 0" });
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Ok(Box::new(Fitted { mean, seed: [seed.0 as f64] }))
    }
}

impl FittedClassifier for Fitted {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let codes = samples.rows()?.iter().map(|row| u32::from(self.mean < row[0])).collect();
        Predicted::new(codes, 2)
    }

    fn importances(&self) -> Option<&[f64]> {
        Some(&self.seed)
    }
}

fn ten_rows() -> (Frame, Classes) {
    let values = (1..=10).map(f64::from).collect();
    let codes = vec![0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
    let classes = Classes::new(codes, ["low", "high"]).unwrap();
    (Frame::new(values, ["x"]).unwrap(), classes)
}

#[test]
fn a_fold_is_fitted_on_its_training_part_with_a_seed_of_its_own() {
    let (rows, classes) = ten_rows();
    let splits = KFold { n_folds: 5, ..KFold::default() }.split(&classes, Seed(0)).unwrap();
    let outcomes = cross_validate(&AboveMean, &rows.samples(), &classes, &splits, Seed(3)).unwrap();
    for (fold, outcome) in outcomes.iter().enumerate() {
        let prediction = outcome.result.as_ref().unwrap();
        assert_eq!((outcome.fold, &prediction.train), (fold, &None));
        let seed = Seed(3).derive(fold as u64).0 as f64;
        assert_eq!(prediction.importances, Some(vec![seed]));
    }
    let accuracy = ClassMeasure::parse("accuracy").unwrap();
    let values = evaluate_folds(&*accuracy, &classes, &splits, &outcomes);
    let values: Vec<f64> = values.into_iter().map(std::result::Result::unwrap).collect();
    // The middle fold tests 5 and 6 with a training mean of 5.5.
    assert_eq!(values, [1.0; 5]);
}

#[test]
fn a_fold_that_fails_leaves_the_others() {
    let (_, classes) = ten_rows();
    let values = [1.0, 2.0, 0.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0].to_vec();
    let rows = Frame::new(values, ["x"]).unwrap();
    let splits = KFold { n_folds: 5, ..KFold::default() }.split(&classes, Seed(0)).unwrap();
    let outcomes = cross_validate(&AboveMean, &rows.samples(), &classes, &splits, Seed(3)).unwrap();
    let finished: Vec<bool> = outcomes.iter().map(|outcome| outcome.result.is_ok()).collect();
    assert_eq!(finished, [false, true, false, false, false]);
    let accuracy = ClassMeasure::parse("accuracy").unwrap();
    let values = evaluate_folds(&*accuracy, &classes, &splits, &outcomes);
    let message = values[0].as_ref().unwrap_err().to_string();
    assert_eq!(message, "fold 0 failed: above mean: found a 0");
    assert!(values[1].is_ok());
}

#[test]
fn stages_are_told_at_both_edges_and_the_training_part_is_predicted_on_demand() {
    let (rows, classes) = ten_rows();
    let splits = KFold { n_folds: 2, ..KFold::default() }.split(&classes, Seed(0)).unwrap();
    let events = Mutex::new(Vec::new());
    let note = |event: FoldEvent| events.lock().unwrap().push(event);
    let validation = CrossValidation { predict_train: true, observer: Some(&note) };
    let outcomes = validation.run(&AboveMean, &rows.samples(), &classes, &splits, Seed(3)).unwrap();
    for (outcome, split) in outcomes.iter().zip(&splits) {
        let train = outcome.result.as_ref().unwrap().train.as_ref().unwrap();
        assert_eq!(train.len(), split.train().len());
    }
    let events = events.into_inner().unwrap();
    for fold in 0..2 {
        let of_fold: Vec<(Stage, Edge)> = events
            .iter()
            .filter(|event| event.fold == fold)
            .map(|event| (event.stage, event.edge))
            .collect();
        let stages = [Stage::Fit, Stage::PredictTest, Stage::PredictTrain];
        let expected = stages.map(|stage| [(stage, Edge::Begin), (stage, Edge::End)]).concat();
        assert_eq!(of_fold, expected);
    }
}

#[test]
fn splits_and_classes_of_other_samples_are_refused() {
    let (rows, classes) = ten_rows();
    let split = [Split::new(vec![0], vec![10], 11).unwrap()];
    assert!(cross_validate(&AboveMean, &rows.samples(), &classes, &split, Seed(3)).is_err());
    let fewer = classes.select(&[0, 1]);
    assert!(cross_validate(&AboveMean, &rows.samples(), &fewer, &[], Seed(3)).is_err());
}

#[test]
fn the_shuffle_follows_the_seed() {
    let (_, classes) = ten_rows();
    let folds = KFold { n_folds: 5, stratified: false, shuffle: Shuffle::Seeded };
    let split = |seed| folds.split(&classes, Seed(seed)).unwrap();
    assert_eq!(split(1), split(1));
    assert_ne!(split(1), split(2));
}
