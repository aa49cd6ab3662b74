//! Transformers and a model in a chain, fitted together on the training part alone.

use std::sync::Arc;

use crate::{
    Artefact, Causality, Classes, Classifier, Detector, Explanation, FittedClassifier,
    FittedDetector, FittedTransformer, Frame, Predicted, Reconstruction, Result, Samples,
    SamplesOwned, Scores, Seed, State, SupervisedTransformer, TrainingHistory, Transformer,
    Unwatched, Watch,
};

/// One step of a classifier's pipeline.
#[derive(Clone)]
pub enum Step {
    /// A transformer that sees no class.
    Plain(Arc<dyn Transformer>),
    /// A transformer that learns from the classes of the training samples.
    Supervised(Arc<dyn SupervisedTransformer>),
}

impl Step {
    /// The fitted transformer whose [`state`](FittedTransformer::state) that is, of a step with
    /// the same parameters.
    ///
    /// # Errors
    ///
    /// Those of [`Transformer::restore`].
    pub fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        match self {
            Step::Plain(step) => step.restore(state),
            Step::Supervised(step) => step.restore(state),
        }
    }
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
        let (steps, samples) = FittedSteps::fit(&self.steps, train, classes)?;
        let model =
            with_last(&samples, train, |samples| self.classifier.fit(samples, classes, seed))?;
        Ok(Box::new(FittedClassifierPipeline { steps, model }))
    }
}

struct FittedClassifierPipeline {
    steps: FittedSteps,
    model: Box<dyn FittedClassifier>,
}

impl FittedClassifier for FittedClassifierPipeline {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let transformed = self.steps.apply(samples)?;
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
        self.fit_watched(train, seed, &mut Unwatched)
    }

    fn fit_watched(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn FittedDetector>> {
        let (steps, samples) =
            FittedSteps::fit_each(&self.steps, train, |step, samples| step.fit(samples))?;
        let model =
            with_last(&samples, train, |samples| self.detector.fit_watched(samples, seed, watch))?;
        Ok(Box::new(FittedDetectorPipeline { steps, model }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let steps = self.steps.iter().enumerate();
        let steps = steps.map(|(at, step)| step.restore(&state.part(&of_step(at))));
        let steps = FittedSteps(steps.collect::<Result<_>>()?);
        let model = self.detector.restore(&state.part(DETECTOR))?;
        Ok(Box::new(FittedDetectorPipeline { steps, model }))
    }
}

/// The part of a pipeline's state that its detector is kept in.
const DETECTOR: &str = "detector";

/// The part that a step is kept in.
fn of_step(at: usize) -> String {
    format!("step-{at}")
}

struct FittedDetectorPipeline {
    steps: FittedSteps,
    model: Box<dyn FittedDetector>,
}

impl FittedDetector for FittedDetectorPipeline {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let transformed = self.steps.apply(samples)?;
        with_last(&transformed, samples, |samples| self.model.score(samples))
    }

    fn causality(&self) -> Causality {
        self.steps.causality().max(self.model.causality())
    }

    fn history(&self) -> Option<&TrainingHistory> {
        self.model.history()
    }

    fn state(&self) -> Option<State> {
        let mut state = self.steps.state()?;
        state.put_part(DETECTOR, self.model.state()?);
        Some(state)
    }

    fn explain(&self, samples: &Samples<'_>, n_parts: usize) -> Result<Option<Vec<Explanation>>> {
        let transformed = self.steps.apply(samples)?;
        with_last(&transformed, samples, |samples| self.model.explain(samples, n_parts))
    }

    fn artefacts(&self) -> Vec<Artefact> {
        self.model.artefacts()
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let transformed = self.steps.apply(samples)?;
        with_last(&transformed, samples, |samples| self.model.column_errors(samples))
    }

    fn reconstruct(&self, samples: &Samples<'_>) -> Result<Option<Reconstruction>> {
        let transformed = self.steps.apply(samples)?;
        with_last(&transformed, samples, |samples| self.model.reconstruct(samples))
    }
}

/// Steps fitted one after the other, each on what the steps before it made of the training
/// samples; itself a [`FittedTransformer`].
pub struct FittedSteps(Vec<Box<dyn FittedTransformer>>);

impl FittedSteps {
    /// Fits the steps, and gives with them what they made of the training samples (`None`
    /// where there is no step).
    ///
    /// # Errors
    ///
    /// Those of the steps, and [`crate::Error::Length`] for a number of classes other than
    /// the number of samples.
    pub fn fit(
        steps: &[Step],
        train: &Samples<'_>,
        classes: &Classes,
    ) -> Result<(FittedSteps, Option<SamplesOwned>)> {
        classes.expect_len(train.len())?;
        FittedSteps::fit_each(steps, train, |step, samples| match step {
            Step::Plain(step) => step.fit(samples),
            Step::Supervised(step) => step.fit(samples, classes),
        })
    }

    fn fit_each<S>(
        steps: &[S],
        train: &Samples<'_>,
        fit: impl Fn(&S, &Samples<'_>) -> Result<Box<dyn FittedTransformer>>,
    ) -> Result<(FittedSteps, Option<SamplesOwned>)> {
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
        Ok((FittedSteps(fitted), last))
    }

    /// What the steps make of samples; `None` where there is no step.
    fn apply(&self, samples: &Samples<'_>) -> Result<Option<SamplesOwned>> {
        let mut last = None;
        for step in &self.0 {
            last = Some(with_last(&last, samples, |samples| step.transform(samples))?);
        }
        Ok(last)
    }
}

impl FittedTransformer for FittedSteps {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        Ok(self.apply(samples)?.unwrap_or_else(|| samples.to_owned()))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        for (at, step) in self.0.iter().enumerate() {
            state.put_part(&of_step(at), step.state()?);
        }
        Some(state)
    }

    fn causality(&self) -> Causality {
        self.0.iter().map(|step| step.causality()).max().unwrap_or_default()
    }
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
