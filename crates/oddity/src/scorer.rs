//! Scoring rows as they come, in bounded memory.

use std::collections::HashMap;

use oddity_core::{Causality, Explanation, Frame, Samples, SamplesOwned, ScoreStream, Scores};
use oddity_features::WindowStream;

use crate::data::Rows;
use crate::fitted_pipeline::{Course, FittedPipeline};
use crate::{Error, Result};

/// Scores parts of a stream of rows with a fitted pipeline: the same scores as of all rows at
/// once, whatever the parts; those of `matrix_profile` to its rounding.
///
/// Memory holds a part, and for each series what its next rows or windows need.
pub struct Scorer<'a> {
    rule: Rule<'a>,
    /// How the rows of this file are scored; none before its first part.
    course: Option<Course>,
    /// Of a pipeline with windows: what each series keeps.
    windows: HashMap<String, WindowStream>,
    n_rows: u64,
    /// Whether a part of this file came.
    has_begun: bool,
}

/// What is said of samples.
#[derive(Clone, Copy)]
struct Rule<'a> {
    pipeline: &'a FittedPipeline,
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
        let rule = Rule { pipeline, n_explained };
        Scorer { rule, course: None, windows: HashMap::new(), n_rows: 0, has_begun: false }
    }

    /// Begins a new file: its rows are no continuation of those before.
    pub fn begin(&mut self) {
        self.windows.clear();
        self.course = None;
        self.has_begun = false;
    }

    /// Scores the next rows.
    ///
    /// # Errors
    ///
    /// Those of the steps and the detector, and [`Error::Contradiction`] for a second part where
    /// a score depends on other rows and the pipeline does not
    /// [stream](FittedPipeline::streams). After an error a stream has lost its place, and begins a
    /// new file.
    pub fn push(&mut self, rows: &Rows) -> Result<ScoredPart> {
        let course = match self.course.take() {
            Some(course) => course,
            None => self.rule.pipeline.course()?,
        };
        if matches!(course, Course::Piece) && self.has_begun {
            self.course = Some(course);
            let problem = "a score depends on the rows around it: score the data in one piece";
            return Err(Error::Contradiction { problem: problem.to_owned() });
        }
        let mut part = ScoredPart { first_row: self.n_rows, ..ScoredPart::default() };
        part.scores = vec![None; rows.n_rows()];
        let course = self.course.insert(course);
        let mut done = Ok(());
        if rows.n_rows() != 0 {
            self.has_begun = true;
            self.n_rows += rows.n_rows() as u64;
            done = self.rule.push(rows, course, &mut self.windows, &mut part);
        }
        if let Err(error) = done {
            self.begin();
            return Err(error);
        }
        part.sort();
        Ok(part)
    }
}

impl ScoredPart {
    /// Brings the alarms, which come series by series, into the order of the rows.
    fn sort(&mut self) {
        if self.alarms.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.alarms.len()).collect();
        order.sort_by_key(|&at| self.alarms[at]);
        if !self.explanations.is_empty() {
            self.explanations = order.iter().map(|&at| self.explanations[at].clone()).collect();
        }
        self.alarms = order.iter().map(|&at| self.alarms[at]).collect();
    }
}

impl Rule<'_> {
    /// Scores rows.
    fn push(
        self,
        rows: &Rows,
        course: &mut Course,
        windows: &mut HashMap<String, WindowStream>,
        part: &mut ScoredPart,
    ) -> Result<()> {
        let (pipeline, all) = (self.pipeline, 0..rows.n_rows());
        if pipeline.config.windows.is_none() {
            let places: Vec<usize> = all.clone().collect();
            match course {
                Course::Parts => {
                    let features = pipeline.features(&rows.inputs)?;
                    return self.score(&features.view(), &places, part);
                }
                Course::Rows(stream) => {
                    let features = pipeline.features(&rows.inputs)?.into_dense()?;
                    return self.go_on(stream.as_mut(), &features, &places, part);
                }
                Course::Series(_) | Course::Piece => {}
            }
        }
        let series = rows.by_series(all);
        let Course::Series(streams) = course else {
            let features = pipeline.features_of_series(&rows.inputs, &series)?;
            for ((name, places), features) in series.iter().zip(features) {
                self.score_series(name, features, places, windows, part)?;
            }
            return Ok(());
        };
        for (name, places) in &series {
            if !streams.contains_key(*name) {
                let stream = pipeline.series_stream()?.ok_or_else(lost)?;
                streams.insert((*name).to_owned(), stream);
            }
            let stream = streams.get_mut(*name).ok_or_else(lost)?;
            let features = match series.len() {
                1 => stream.features(&pipeline.steps, &rows.inputs)?,
                _ => stream.features(&pipeline.steps, &rows.inputs.select(places))?,
            };
            match &mut stream.detector {
                Some(stream) => {
                    self.go_on(stream.as_mut(), &features.into_dense()?, places, part)?
                }
                None => self.score_series(name, features, places, windows, part)?,
            }
        }
        Ok(())
    }

    /// Scores the features of a series, or the windows that end in them.
    fn score_series(
        self,
        name: &str,
        features: SamplesOwned,
        places: &[usize],
        windows: &mut HashMap<String, WindowStream>,
        part: &mut ScoredPart,
    ) -> Result<()> {
        if self.pipeline.config.windows.is_none() {
            return self.score(&features.view(), places, part);
        }
        let features = features.into_dense()?;
        if !windows.contains_key(name) {
            let layout = self.pipeline.config.score_layout();
            let layout = layout.ok_or_else(|| Error::Contradiction {
                problem: "the pipeline has no [windows]".to_owned(),
            })??;
            windows.insert(name.to_owned(), layout.stream(features.columns()));
        }
        let Some(stream) = windows.get_mut(name) else { return Ok(()) };
        let streamed = stream.push(features.view(), &[])?;
        let windows = streamed.windows();
        // Each window ends with one of the new rows.
        let n_kept = windows.frame().n_rows() - features.n_rows();
        let row = |window| places[windows.start(window) + windows.size() - 1 - n_kept];
        let rows: Vec<usize> = (0..windows.len()).map(row).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.score(&Samples::Windows(windows.clone()), &rows, part)
    }

    /// Scores the next rows of a detector that goes on from row to row.
    fn go_on(
        self,
        stream: &mut dyn ScoreStream,
        features: &Frame,
        places: &[usize],
        part: &mut ScoredPart,
    ) -> Result<()> {
        let weighs = 0 < self.n_explained;
        let (scores, weights) = stream.score(features.view(), weighs)?;
        let alarms = self.take(&scores, places, part);
        if weighs && !alarms.is_empty() {
            let weights = weights.ok_or_else(|| self.pipeline.is_mute())?;
            let weights = weights.view().select(&alarms);
            part.explanations.extend(Explanation::of_columns(&weights, self.n_explained));
        }
        Ok(())
    }

    /// Scores samples, whose scores are those of `rows`.
    fn score(self, samples: &Samples<'_>, rows: &[usize], part: &mut ScoredPart) -> Result<()> {
        let scores = self.pipeline.score(samples)?;
        let alarms = self.take(&scores, rows, part);
        if self.n_explained == 0 || alarms.is_empty() {
            return Ok(());
        }
        let explain = |samples: &Samples<'_>| self.pipeline.explain(samples, self.n_explained);
        part.explanations.extend(match self.pipeline.detector.causality() {
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
    fn take(self, scores: &Scores, rows: &[usize], part: &mut ScoredPart) -> Vec<usize> {
        for (&row, &score) in rows.iter().zip(scores.values()) {
            part.scores[row] = Some(score);
        }
        let alarms = self.pipeline.cutoff.alarms(scores);
        let alarms: Vec<usize> = (0..rows.len()).filter(|&at| alarms.values()[at]).collect();
        part.alarms.extend(alarms.iter().map(|&at| rows[at]));
        alarms
    }
}

/// That a pipeline which streams does not.
fn lost() -> Error {
    Error::Contradiction { problem: "the pipeline does not score rows as they come".to_owned() }
}
