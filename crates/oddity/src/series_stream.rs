//! A fitted pipeline on its way along the rows of one series.

use oddity_core::{
    Causality, FittedTransformer, Records, Result as CoreResult, Samples, SamplesOwned,
    ScoreStream, TransformStream,
};

use crate::fitted_pipeline::laid_out;

/// How far the steps are in a series, and the detector where it goes on from row to row, too.
pub(crate) struct SeriesStream {
    /// None of a step that reads each row alone.
    steps: Vec<Option<Box<dyn TransformStream>>>,
    pub(crate) detector: Option<Box<dyn ScoreStream>>,
}

impl SeriesStream {
    /// The start of a series; none where a step needs all its rows at once.
    pub(crate) fn begin(
        steps: &[Box<dyn FittedTransformer>],
        detector: Option<Box<dyn ScoreStream>>,
    ) -> Option<SeriesStream> {
        let stream = |step: &dyn FittedTransformer| match step.causality() {
            Causality::Pointwise => Some(None),
            Causality::Causal | Causality::Acausal => step.stream().map(Some),
        };
        let steps = steps.iter().map(|step| stream(step.as_ref()));
        Some(SeriesStream { steps: steps.collect::<Option<_>>()?, detector })
    }

    /// What the steps make of the next rows.
    pub(crate) fn features(
        &mut self,
        steps: &[Box<dyn FittedTransformer>],
        inputs: &Records,
    ) -> CoreResult<SamplesOwned> {
        let mut samples: Option<SamplesOwned> = None;
        for (step, stream) in steps.iter().zip(&mut self.steps) {
            let input = samples.as_ref().map_or(Samples::Records(inputs), SamplesOwned::view);
            samples = Some(match stream {
                Some(stream) => stream.transform(&input)?,
                None => step.transform(&input)?,
            });
        }
        laid_out(samples, inputs)
    }
}
