//! The measures asked for, of scores or alarms from a file.

use oddity_core::{Alarms, Labels, Scores};
use oddity_eval::measure::{
    AlarmMeasure, Direction, Events, Measure, MeasureError, OutputKind, ScoreMeasure, Truth,
    catalogue,
};
use serde::Serialize;

use super::column::{Column, Form};
use super::{FileError, Result};

/// What a detector said of the samples.
#[derive(Clone, Debug)]
pub enum Said {
    /// Scores, and what a threshold made of them, if there is one.
    Scores(Scores, Option<Decided>),
    /// Alarms, written in one of the forms.
    Alarms(Alarms, Form),
}

/// The alarms that a threshold makes of scores.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The threshold, and what it was fitted on.
    pub threshold: String,
    /// The alarms.
    pub alarms: Alarms,
}

/// What makes alarms of scores.
pub type Decide<'a> = dyn Fn(&Scores) -> Result<Decided> + 'a;

/// One measure of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The measure's id, with its parameters.
    pub measure: String,
    /// The value; nothing where it is undefined.
    pub value: Option<f64>,
    /// `ok` or `undefined`.
    pub status: &'static str,
    /// Why it is undefined.
    pub reason: Option<String>,
    /// Which way is better.
    pub direction: Direction,
    /// The rule and cutoff behind alarms; `oracle` where the labels that are measured chose it.
    pub threshold: Option<String>,
    /// What readers of the figure must be told.
    pub warning: Option<&'static str>,
}

impl Said {
    /// Takes a column as scores, or as alarms where its form is one of alarms. `decide` is the
    /// threshold, if there is one.
    ///
    /// # Errors
    ///
    /// [`FileError::AlreadyAlarms`] for alarms with a threshold, [`FileError::OnesAlone`] for a
    /// column that could mean two things, [`FileError::Eval`] for scores that are none, and those
    /// of the threshold.
    pub fn new(column: &Column, decide: Option<&Decide<'_>>) -> Result<Said> {
        if column.form == Form::Numbers {
            let scores = Scores::new(column.values.clone()).map_err(oddity_eval::Error::from)?;
            let decided = decide.map(|decide| decide(&scores)).transpose()?;
            return Ok(Said::Scores(scores, decided));
        }
        if decide.is_some() {
            let (file, form) = (column.file.clone(), column.form.describe());
            return Err(FileError::AlreadyAlarms { file, form });
        }
        Ok(Said::Alarms(Alarms::new(column.flags()?), column.form))
    }

    /// The ids of all measures that read this, with their defaults.
    pub fn all_ids(&self) -> Vec<&'static str> {
        let wanted: &[OutputKind] = match self {
            Said::Scores(_, None) => &[OutputKind::Scores],
            Said::Scores(_, Some(_)) => &[OutputKind::Scores, OutputKind::Alarms],
            Said::Alarms(..) => &[OutputKind::Alarms],
        };
        let reads = |entry: &&catalogue::Entry| {
            let is_average =
                ["_micro", "_macro", "_weighted"].iter().any(|end| entry.id.ends_with(end));
            !is_average && entry.reads().iter().any(|kind| wanted.contains(kind))
        };
        catalogue::entries().filter(reads).map(|entry| entry.id).collect()
    }

    /// Takes one measure. Alarms count as scores 0 and 1 for a measure of scores.
    ///
    /// # Errors
    ///
    /// [`FileError::Eval`] for an id that names no measure, and for a truth that does not fit;
    /// [`FileError::NoThreshold`] for a measure of alarms where there are scores alone;
    /// [`FileError::ReadsClasses`].
    pub fn figure(&self, events: &Events, id: &str, file: &str) -> Result<Figure> {
        let entry = catalogue::entry(id)?;
        let reads = entry.reads();
        let of_scores = reads.contains(&OutputKind::Scores);
        if !of_scores && !reads.contains(&OutputKind::Alarms) {
            return Err(FileError::ReadsClasses { id: id.to_owned() });
        }
        match self {
            Said::Scores(scores, _) if of_scores => {
                taken(&*<ScoreMeasure>::parse(id)?, events, scores, entry, None)
            }
            Said::Scores(_, Some(Decided { threshold, alarms })) => {
                taken(&*<AlarmMeasure>::parse(id)?, events, alarms, entry, Some(threshold))
            }
            Said::Scores(_, None) => {
                Err(FileError::NoThreshold { id: id.to_owned(), file: file.to_owned() })
            }
            Said::Alarms(alarms, _) if reads.contains(&OutputKind::Alarms) => {
                taken(&*<AlarmMeasure>::parse(id)?, events, alarms, entry, None)
            }
            Said::Alarms(alarms, _) => {
                let values = alarms.values().iter().map(|&alarm| f64::from(u8::from(alarm)));
                let scores = Scores::new(values.collect()).map_err(oddity_eval::Error::from)?;
                taken(&*<ScoreMeasure>::parse(id)?, events, &scores, entry, None)
            }
        }
    }
}

fn taken<Output: ?Sized>(
    measure: &dyn Measure<Output>,
    events: &Events,
    output: &Output,
    entry: &catalogue::Entry,
    rule: Option<&String>,
) -> Result<Figure> {
    let oracle = measure.is_oracle().then(|| "oracle".to_owned());
    let figure = |value: Option<f64>, reason: Option<String>| Figure {
        measure: measure.id().to_string(),
        value,
        status: if value.is_some() { "ok" } else { "undefined" },
        reason,
        direction: measure.direction(),
        threshold: oracle.or_else(|| rule.cloned()),
        warning: entry.warning,
    };
    match measure.evaluate(&Truth::Events(events), output) {
        Ok(value) => Ok(figure(Some(value), None)),
        Err(MeasureError::Undefined { reason }) => Ok(figure(None, Some(reason.to_string()))),
        Err(error) => Err(oddity_eval::Error::from(error).into()),
    }
}

/// Labels as they are in events.
pub fn n_anomalies(events: &Events) -> usize {
    Labels::new(events.anomalies()).n_anomalies()
}
