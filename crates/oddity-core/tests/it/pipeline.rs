//! Pipelines: each step is fitted on what the steps before it made of the training part.

use std::sync::Arc;

use oddity_core::{
    Classes, Classifier, ClassifierPipeline, Detector, DetectorPipeline, Error, FittedClassifier,
    FittedDetector, FittedSteps, FittedTransformer, Frame, Labels, Predicted, Result, Samples,
    SamplesOwned, Scores, Seed, Step, SupervisedTransformer, Transformer,
};

/// Subtracts the mean of the training samples.
struct Centre;
struct Shift(f64);

impl Transformer for Centre {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let rows = train.rows()?;
        Ok(Box::new(Shift(rows.values().iter().sum::<f64>() / rows.n_rows() as f64)))
    }
}

impl FittedTransformer for Shift {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let rows = samples.rows()?;
        let values = rows.values().iter().map(|value| value - self.0).collect();
        Ok(Frame::new(values, rows.columns())?.into())
    }
}

/// Subtracts the largest normal value of the training samples.
struct AboveNormal;

impl SupervisedTransformer for AboveNormal {
    fn fit(&self, train: &Samples<'_>, classes: &Classes) -> Result<Box<dyn FittedTransformer>> {
        let rows = train.rows()?;
        let normal = rows.values().iter().zip(classes.codes()).filter(|(_, code)| **code == 0);
        Ok(Box::new(Shift(normal.map(|(value, _)| *value).fold(f64::MIN, f64::max))))
    }
}

/// The first column is the score; its sign is the class.
struct Sign;

impl Detector for Sign {
    fn fit(&self, _: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Sign))
    }
}

impl FittedDetector for Sign {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        Scores::new(samples.rows()?.values().to_vec())
    }
}

impl Classifier for Sign {
    fn fit(&self, _: &Samples<'_>, _: &Classes, _: Seed) -> Result<Box<dyn FittedClassifier>> {
        Ok(Box::new(Sign))
    }
}

impl FittedClassifier for Sign {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let codes = samples.rows()?.values().iter().map(|value| u32::from(0.0 < *value));
        Predicted::new(codes.collect(), 2)
    }
}

fn column(values: &[f64]) -> Frame {
    Frame::new(values.to_vec(), ["x"]).expect("finite values")
}

#[test]
fn steps_are_fitted_on_the_training_part_alone() {
    let pipeline = DetectorPipeline::new(vec![Arc::new(Centre), Arc::new(Centre)], Arc::new(Sign));
    let fitted = pipeline.fit(&column(&[1.0, 3.0]).samples(), Seed(0)).unwrap();
    let scores = fitted.score(&column(&[2.0, 102.0]).samples()).unwrap();
    assert_eq!(scores.values(), [0.0, 100.0]);
}

#[test]
fn a_supervised_step_sees_the_training_classes() {
    let steps = vec![Step::Plain(Arc::new(Centre)), Step::Supervised(Arc::new(AboveNormal))];
    let classes = Classes::binary(&Labels::new(vec![false, false, true]));
    let train = column(&[1.0, 2.0, 9.0]);
    let (fitted, output) = FittedSteps::fit(&steps, &train.samples(), &classes).unwrap();
    assert_eq!(output.unwrap().into_dense().unwrap().values(), [-1.0, 0.0, 7.0]);
    assert_eq!(
        fitted.transform(&column(&[3.0]).samples()).unwrap().into_dense().unwrap().values(),
        [1.0]
    );
    let pipeline = ClassifierPipeline::new(steps, Arc::new(Sign));
    let fitted = pipeline.fit(&train.samples(), &classes, Seed(0)).unwrap();
    assert_eq!(fitted.predict(&train.samples()).unwrap().codes(), [0, 0, 1]);
}

#[test]
fn a_pipeline_without_steps_hands_the_samples_on() {
    let pipeline = DetectorPipeline::new(Vec::new(), Arc::new(Sign));
    let train = column(&[5.0]);
    let fitted = pipeline.fit(&train.samples(), Seed(0)).unwrap();
    assert_eq!(fitted.score(&train.samples()).unwrap().values(), [5.0]);
}

#[test]
fn as_many_classes_as_samples_are_wanted() {
    let classes = Classes::binary(&Labels::new(vec![false]));
    let pipeline = ClassifierPipeline::new(Vec::new(), Arc::new(Sign));
    let refused = pipeline.fit(&column(&[1.0, 2.0]).samples(), &classes, Seed(0));
    assert!(matches!(refused.err(), Some(Error::Length { expected: 2, found: 1, .. })));
}
