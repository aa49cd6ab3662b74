//! Scoring rows as they come, in bounded memory.

use std::collections::HashMap;

use oddity_core::{Causality, Explanation, Frame, Samples, ScoreStream, Scores};
use oddity_features::WindowStream;

use crate::data::Rows;
use crate::fitted_pipeline::FittedPipeline;
use crate::{Error, Result};

/// Scores parts of a stream of rows with a fitted pipeline: the same scores as of all rows at
/// once, whatever the parts; those of `matrix_profile` to its rounding.
///
/// Memory holds a part, and for each series the rows that its next windows need.
pub struct Scorer<'a> {
    pipeline: &'a FittedPipeline,
    /// Of a pipeline with windows: what each series keeps.
    series: HashMap<String, WindowStream>,
    /// Of a detector whose scores depend on the rows before: how far it is.
    stream: Option<Box<dyn ScoreStream>>,
    n_rows: u64,
    /// Rows of this file.
    n_of_file: u64,
    n_explained: usize,
}

/// The scores of a part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoredPart {
    /// The first row of the part, counted from the first row of the stream.
    pub first_row: u64,
    /// The score of each row; none of a row before the end of the first window of its series.
    pub scores: Vec<Option<f64>>,
    /// The rows of the part that are alarms, ascending.
    pub alarms: Vec<usize>,
    /// What made the score of each alarm, where that was asked for.
    pub explanations: Vec<Explanation>,
}

impl<'a> Scorer<'a> {
    /// A scorer at the start of a stream; each alarm is explained by `n_explained` parts.
    pub fn new(pipeline: &'a FittedPipeline, n_explained: usize) -> Scorer<'a> {
        let series = HashMap::new();
        Scorer { pipeline, series, stream: None, n_rows: 0, n_of_file: 0, n_explained }
    }

    /// Begins a new file: its rows are no continuation of those before.
    pub fn begin(&mut self) {
        self.series.clear();
        self.stream = None;
        self.n_of_file = 0;
    }

    /// Scores the next rows.
    ///
    /// # Errors
    ///
    /// Those of the steps and the detector, and [`Error::Contradiction`] for a second part where
    /// a score depends on other rows and the pipeline does not
    /// [stream](FittedPipeline::streams).
    pub fn push(&mut self, rows: &Rows) -> Result<ScoredPart> {
        let pipeline = self.pipeline;
        if pipeline.causality() != Causality::Pointwise && self.stream.is_none() {
            self.stream = pipeline.stream()?;
            if self.stream.is_none() && 0 < self.n_of_file {
                let problem = "a score depends on the rows around it: score the data in one piece";
                return Err(Error::Contradiction { problem: problem.to_owned() });
            }
        }
        let first_row = self.n_rows;
        self.n_rows += rows.n_rows() as u64;
        self.n_of_file += rows.n_rows() as u64;
        let mut part = ScoredPart { first_row, ..ScoredPart::default() };
        part.scores = vec![None; rows.n_rows()];
        if rows.n_rows() == 0 {
            return Ok(part);
        }
        if pipeline.config.windows.is_none() {
            let all: Vec<usize> = (0..rows.n_rows()).collect();
            match &mut self.stream {
                Some(stream) => {
                    let weighs = 0 < self.n_explained;
                    let features = pipeline.features(&rows.inputs)?.into_dense()?;
                    let (scores, weights) = stream.score(features.view(), weighs)?;
                    let alarms = self.take(&scores, &all, &mut part);
                    if weighs && !alarms.is_empty() {
                        let weights = weights.ok_or_else(|| pipeline.is_mute())?;
                        let weights = weights.view().select(&alarms);
                        part.explanations = Explanation::of_columns(&weights, self.n_explained);
                    }
                }
                None if pipeline.causality() == Causality::Pointwise => {
                    let features = pipeline.features(&rows.inputs)?;
                    self.score(&features.view(), &all, &mut part)?;
                }
                // A score depends on other rows: those of its own series.
                None => {
                    let series = rows.by_series(0..rows.n_rows());
                    let features = pipeline.features_of_series(&rows.inputs, &series)?;
                    for ((_, places), features) in series.iter().zip(features) {
                        self.score(&features.view(), places, &mut part)?;
                    }
                }
            }
        } else {
            let series = rows.by_series(0..rows.n_rows());
            let features = pipeline.features_of_series(&rows.inputs, &series)?;
            for ((name, places), features) in series.iter().zip(features) {
                self.windows(name, &features.into_dense()?, places, &mut part)?;
            }
        }
        if !part.alarms.is_sorted() {
            let mut order: Vec<usize> = (0..part.alarms.len()).collect();
            order.sort_by_key(|&at| part.alarms[at]);
            part.explanations =
                part.explanations.is_empty().then(Vec::new).unwrap_or_else(|| {
                    order.iter().map(|&at| part.explanations[at].clone()).collect()
                });
            part.alarms = order.iter().map(|&at| part.alarms[at]).collect();
        }
        Ok(part)
    }

    /// The windows that end in the rows of a series.
    fn windows(
        &mut self,
        name: &str,
        features: &Frame,
        places: &[usize],
        part: &mut ScoredPart,
    ) -> Result<()> {
        if !self.series.contains_key(name) {
            let layout = self.pipeline.config.score_layout();
            let layout = layout.ok_or_else(|| Error::Contradiction {
                problem: "the pipeline has no [windows]".to_owned(),
            })??;
            self.series.insert(name.to_owned(), layout.stream(features.columns()));
        }
        let Some(mut stream) = self.series.remove(name) else { return Ok(()) };
        {
            let streamed = stream.push(features.view(), &[])?;
            let windows = streamed.windows();
            // Each window ends with one of the new rows.
            let n_kept = windows.frame().n_rows() - features.n_rows();
            let row = |window| places[windows.start(window) + windows.size() - 1 - n_kept];
            let rows: Vec<usize> = (0..windows.len()).map(row).collect();
            if !rows.is_empty() {
                self.score(&Samples::Windows(windows.clone()), &rows, part)?;
            }
        }
        self.series.insert(name.to_owned(), stream);
        Ok(())
    }

    /// Scores samples, whose scores are those of `rows`.
    fn score(&self, samples: &Samples<'_>, rows: &[usize], part: &mut ScoredPart) -> Result<()> {
        let scores = self.pipeline.score(samples)?;
        let alarms = self.take(&scores, rows, part);
        if self.n_explained == 0 || alarms.is_empty() {
            return Ok(());
        }
        let explain = |samples: &Samples<'_>| self.pipeline.explain(samples, self.n_explained);
        part.explanations.extend(match self.pipeline.causality() {
            Causality::Pointwise => explain(&samples.select(&alarms).view())?,
            // What made a score depends on the samples around it, too.
            Causality::Causal | Causality::Acausal => {
                let all = explain(samples)?;
                alarms.iter().map(|&at| all[at].clone()).collect()
            }
        });
        Ok(())
    }

    /// Takes the scores of `rows`; returns which of the samples are alarms.
    fn take(&self, scores: &Scores, rows: &[usize], part: &mut ScoredPart) -> Vec<usize> {
        for (&row, &score) in rows.iter().zip(scores.values()) {
            part.scores[row] = Some(score);
        }
        let alarms = self.pipeline.cutoff.alarms(scores);
        let alarms: Vec<usize> = (0..rows.len()).filter(|&at| alarms.values()[at]).collect();
        part.alarms.extend(alarms.iter().map(|&at| rows[at]));
        alarms
    }
}
