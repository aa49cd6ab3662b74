//! Transformers and a model in a chain, fitted together on the training part alone.

use std::sync::Arc;

use crate::{
    Classes, Classifier, Detector, FittedClassifier, FittedDetector, FittedTransformer, Predicted,
    Result, Samples, SamplesOwned, Scores, Seed, SupervisedTransformer, Transformer,
};

/// One step of a classifier's pipeline.
#[derive(Clone)]
pub enum Step {
    /// A transformer that sees no class.
    Plain(Arc<dyn Transformer>),
    /// A transformer that learns from the classes of the training samples.
    Supervised(Arc<dyn SupervisedTransformer>),
}

/// Transformers followed by a classifier; itself a [`Classifier`], so that
/// cross-validation and search fit every step anew inside each training part.
#[derive(Clone)]
pub struct ClassifierPipeline {
    steps: Vec<Step>,
    classifier: Arc<dyn Classifier>,
}

impl ClassifierPipeline {
    /// Chains the steps and the classifier.
    pub fn new(steps: Vec<Step>, classifier: Arc<dyn Classifier>) -> ClassifierPipeline {
        ClassifierPipeline { steps, classifier }
    }
}

impl Classifier for ClassifierPipeline {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        classes.expect_len(train.len())?;
        let fit = |step: &Step, samples: &Samples<'_>| match step {
            Step::Plain(step) => step.fit(samples),
            Step::Supervised(step) => step.fit(samples, classes),
        };
        let (steps, samples) = fit_steps(&self.steps, train, fit)?;
        let model =
            with_last(&samples, train, |samples| self.classifier.fit(samples, classes, seed))?;
        Ok(Box::new(FittedClassifierPipeline { steps, model }))
    }
}

struct FittedClassifierPipeline {
    steps: Vec<Box<dyn FittedTransformer>>,
    model: Box<dyn FittedClassifier>,
}

impl FittedClassifier for FittedClassifierPipeline {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let transformed = transform(&self.steps, samples)?;
        with_last(&transformed, samples, |samples| self.model.predict(samples))
    }

    fn converged(&self) -> Option<bool> {
        self.model.converged()
    }

    fn importances(&self) -> Option<&[f64]> {
        self.model.importances()
    }

    fn out_of_bag_score(&self) -> Option<f64> {
        self.model.out_of_bag_score()
    }
}

/// Transformers followed by a detector; itself a [`Detector`]. It takes no
/// [`SupervisedTransformer`]: nothing in it can see a label.
#[derive(Clone)]
pub struct DetectorPipeline {
    steps: Vec<Arc<dyn Transformer>>,
    detector: Arc<dyn Detector>,
}

impl DetectorPipeline {
    /// Chains the steps and the detector.
    pub fn new(steps: Vec<Arc<dyn Transformer>>, detector: Arc<dyn Detector>) -> DetectorPipeline {
        DetectorPipeline { steps, detector }
    }
}

impl Detector for DetectorPipeline {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        let (steps, samples) = fit_steps(&self.steps, train, |step, samples| step.fit(samples))?;
        let model = with_last(&samples, train, |samples| self.detector.fit(samples, seed))?;
        Ok(Box::new(FittedDetectorPipeline { steps, model }))
    }
}

struct FittedDetectorPipeline {
    steps: Vec<Box<dyn FittedTransformer>>,
    model: Box<dyn FittedDetector>,
}

impl FittedDetector for FittedDetectorPipeline {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let transformed = transform(&self.steps, samples)?;
        with_last(&transformed, samples, |samples| self.model.score(samples))
    }

    fn causality(&self) -> crate::Causality {
        self.model.causality()
    }
}

type FittedSteps = (Vec<Box<dyn FittedTransformer>>, Option<SamplesOwned>);

/// Fits each step on what the steps before it made of the training samples.
fn fit_steps<S>(
    steps: &[S],
    train: &Samples<'_>,
    fit: impl Fn(&S, &Samples<'_>) -> Result<Box<dyn FittedTransformer>>,
) -> Result<FittedSteps> {
    let (mut fitted, mut last) = (Vec::with_capacity(steps.len()), None);
    for step in steps {
        let (step, output) = with_last(&last, train, |samples| {
            let step = fit(step, samples)?;
            let output = step.transform(samples)?;
            Ok((step, output))
        })?;
        fitted.push(step);
        last = Some(output);
    }
    Ok((fitted, last))
}

fn transform(
    steps: &[Box<dyn FittedTransformer>],
    samples: &Samples<'_>,
) -> Result<Option<SamplesOwned>> {
    let mut last = None;
    for step in steps {
        last = Some(with_last(&last, samples, |samples| step.transform(samples))?);
    }
    Ok(last)
}

/// Calls `f` with the output of the last step, or with the input where there was no step.
fn with_last<T>(
    last: &Option<SamplesOwned>,
    input: &Samples<'_>,
    f: impl FnOnce(&Samples<'_>) -> Result<T>,
) -> Result<T> {
    match last {
        Some(output) => f(&output.view()),
        None => f(input),
    }
}
