//! A pipeline that was fitted: what scores, explains and is saved.

use std::collections::HashMap;

use oddity_core::{
    Causality, Cutoff, Explanation, FittedDetector, FittedTransformer, Records,
    Result as CoreResult, Samples, SamplesOwned, ScoreStream, Scores,
};
use serde::{Deserialize, Serialize};

use crate::data::FittedColumn;
use crate::pipeline::PipelineConfig;
use crate::series_stream::SeriesStream;
use crate::{Error, Result};

/// A pipeline that was fitted to data. [`crate::fit`] makes one, [`FittedPipeline::load`] reads
/// one that was saved, [`crate::Scorer`] scores rows with it as they come.
pub struct FittedPipeline {
    /// What it was fitted from.
    pub(crate) config: PipelineConfig,
    /// The columns that its steps read.
    pub(crate) columns: Vec<FittedColumn>,
    /// The steps from columns to rows.
    pub(crate) steps: Vec<Box<dyn FittedTransformer>>,
    /// The detector.
    pub(crate) detector: Box<dyn FittedDetector>,
    /// Above it a score is an alarm.
    pub(crate) cutoff: Cutoff,
    /// What it learnt from.
    pub(crate) facts: Facts,
}

/// What a pipeline was fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The data, in words: paths.
    pub source: String,
    /// The SHA-256 of each file, in their order.
    pub sha256: Vec<String>,
    /// Rows of the data.
    pub n_rows: u64,
    /// Rows that are labelled as anomalies, and were left out.
    pub n_anomalies: u64,
    /// Samples that the detector learnt from: rows, or windows of them.
    pub n_train: u64,
    /// Samples that the threshold was fitted on.
    pub n_held_out: u64,
    /// Columns of the rows that the detector read; distinct symbols of sequences.
    pub n_features: u64,
    /// The threshold in words, with the samples that it was fitted on.
    pub threshold: String,
}

/// How rows are scored that come in parts.
pub(crate) enum Course {
    /// Each part by itself.
    Parts,
    /// The detector goes on from row to row, whatever series they are of.
    Rows(Box<dyn ScoreStream>),
    /// Steps go on from row to row in each series by itself, and the detector with them where it
    /// does, too.
    Series(HashMap<String, SeriesStream>),
    /// All rows are needed at once.
    Piece,
}

impl FittedPipeline {
    /// What it was fitted from.
    pub fn config(&self) -> &PipelineConfig {
        &self.config
    }

    /// The columns that its steps read.
    pub fn columns(&self) -> &[FittedColumn] {
        &self.columns
    }

    /// Above it a score is an alarm.
    pub fn cutoff(&self) -> Cutoff {
        self.cutoff
    }

    /// What it was fitted on.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The same pipeline with another cutoff, such as one that was chosen by hand.
    pub fn with_cutoff(mut self, cutoff: Cutoff, threshold: &str) -> FittedPipeline {
        self.cutoff = cutoff;
        threshold.clone_into(&mut self.facts.threshold);
        self
    }

    /// What a score depends on besides its own row or window. Of anything but
    /// [`Causality::Pointwise`] the data must be scored in one piece, unless the pipeline
    /// [`streams`](FittedPipeline::streams).
    pub fn causality(&self) -> Causality {
        let steps = self.steps.iter().map(|step| step.causality()).max().unwrap_or_default();
        steps.max(self.detector.causality())
    }

    /// Whether rows can be scored as they come, part by part.
    ///
    /// # Errors
    ///
    /// Those of the detector.
    pub fn streams(&self) -> Result<bool> {
        Ok(!matches!(self.course()?, Course::Piece))
    }

    /// How rows are scored that come in parts.
    pub(crate) fn course(&self) -> Result<Course> {
        let steps = self.steps.iter().map(|step| step.causality()).max().unwrap_or_default();
        Ok(match (steps, self.detector.causality()) {
            (Causality::Pointwise, Causality::Pointwise) => Course::Parts,
            (Causality::Pointwise, _) => match self.detector_stream()? {
                Some(stream) => Course::Rows(stream),
                None => Course::Piece,
            },
            _ => match self.series_stream()? {
                Some(_) => Course::Series(HashMap::new()),
                None => Course::Piece,
            },
        })
    }

    /// The detector on its way along rows; none where it needs all of them, or windows.
    fn detector_stream(&self) -> Result<Option<Box<dyn ScoreStream>>> {
        match self.config.windows {
            None => Ok(self.detector.stream()?),
            Some(_) => Ok(None),
        }
    }

    /// The start of a series; none where a step or the detector needs all its rows at once.
    pub(crate) fn series_stream(&self) -> Result<Option<SeriesStream>> {
        let detector = match self.detector.causality() {
            Causality::Pointwise => None,
            Causality::Causal | Causality::Acausal => match self.detector_stream()? {
                None => return Ok(None),
                some => some,
            },
        };
        Ok(SeriesStream::begin(&self.steps, detector))
    }

    /// What the steps make of columns: dense rows, or sequences.
    ///
    /// # Errors
    ///
    /// Those of the steps, for columns that are missing or hold something else.
    pub fn features(&self, inputs: &Records) -> Result<SamplesOwned> {
        Ok(apply(&self.steps, inputs)?)
    }

    /// What the steps make of the rows of each series.
    pub(crate) fn features_of_series(
        &self,
        inputs: &Records,
        series: &[(&str, Vec<usize>)],
    ) -> Result<Vec<SamplesOwned>> {
        Ok(apply_by_series(&self.steps, inputs, series)?)
    }

    /// The detector, for its history and what it can be kept as.
    pub fn detector(&self) -> &dyn FittedDetector {
        self.detector.as_ref()
    }

    /// The scores of rows or windows.
    ///
    /// # Errors
    ///
    /// Those of the detector.
    pub fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        Ok(self.detector.score(samples)?)
    }

    /// What made the score of each sample.
    ///
    /// # Errors
    ///
    /// Those of the detector, and [`Error::Contradiction`] for one that cannot say.
    pub fn explain(&self, samples: &Samples<'_>, n_parts: usize) -> Result<Vec<Explanation>> {
        let explained = self.detector.explain(samples, n_parts)?;
        let explained = explained.ok_or_else(|| self.is_mute())?;
        Ok(match self.steps.iter().rev().find_map(|step| step.symbol_names()) {
            None => explained,
            Some(names) => explained.into_iter().map(|one| one.with_names(&names)).collect(),
        })
    }

    /// That the detector cannot say what made a score.
    pub(crate) fn is_mute(&self) -> Error {
        let kind = self.config.detector.kind();
        Error::Contradiction { problem: format!("{kind} cannot say what made a score") }
    }
}

/// Runs records through fitted steps, to dense rows or sequences.
pub(crate) fn apply(
    steps: &[Box<dyn FittedTransformer>],
    inputs: &Records,
) -> CoreResult<SamplesOwned> {
    let mut samples: Option<SamplesOwned> = None;
    for step in steps {
        let input = samples.as_ref().map_or(Samples::Records(inputs), SamplesOwned::view);
        samples = Some(step.transform(&input)?);
    }
    laid_out(samples, inputs)
}

/// Runs the rows of each series through fitted steps. Steps that read other rows see those of one
/// series at a time.
pub(crate) fn apply_by_series(
    steps: &[Box<dyn FittedTransformer>],
    inputs: &Records,
    series: &[(&str, Vec<usize>)],
) -> CoreResult<Vec<SamplesOwned>> {
    if let [_] = series {
        return Ok(vec![apply(steps, inputs)?]);
    }
    if steps.iter().all(|step| step.causality() == Causality::Pointwise) {
        let all = apply(steps, inputs)?;
        return Ok(series.iter().map(|(_, rows)| all.view().select(rows)).collect());
    }
    series.iter().map(|(_, rows)| apply(steps, &inputs.select(rows))).collect()
}

/// Dense rows, or sequences, of what the last step made; numbers alone need no step.
pub(crate) fn laid_out(
    samples: Option<SamplesOwned>,
    inputs: &Records,
) -> CoreResult<SamplesOwned> {
    let dense = |samples: &Samples<'_>| samples.with_dense(|rows| Ok(rows.to_frame().into()));
    match samples {
        Some(done @ (SamplesOwned::Rows(_) | SamplesOwned::Sequences(_))) => Ok(done),
        Some(other) => dense(&other.view()),
        None => dense(&Samples::Records(inputs)),
    }
}
