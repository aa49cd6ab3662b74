//! A page about one scoring: scores along time, alarms and what made them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use oddity_bench::report::{
    Cell, Dataset, Report, SuitePage, Table, ThresholdNote, Timeline, render,
};
use oddity_core::{Explanation, Labels, Scores};
use oddity_eval::measure::{Measure, Truth};

use super::explain::name;
use super::text::{moment, number};
use crate::data::Rows;
use crate::fitted_pipeline::FittedPipeline;
use crate::scorer::ScoredPart;
use crate::{Result, files};

/// Alarms that the page lists, at most: those with the highest scores.
const MAX_ALARMS: usize = 100;

/// What the page is made of.
#[derive(Default)]
pub(super) struct Recorded {
    scores: Vec<Option<f64>>,
    anomalies: Vec<bool>,
    alarms: Vec<Alarm>,
    n_alarms: usize,
}

struct Alarm {
    row: u64,
    score: f64,
    time: Option<String>,
    series: Option<String>,
    explanation: Option<Explanation>,
}

impl Recorded {
    /// Keeps the scores of a part, and the highest alarms.
    pub(super) fn add(&mut self, rows: &Rows, part: ScoredPart) {
        for (at, &row) in part.alarms.iter().enumerate() {
            self.n_alarms += 1;
            let time = rows.time(row).map(|time| moment(time, rows.times_are_dates));
            self.alarms.push(Alarm {
                row: part.first_row + row as u64,
                score: part.scores[row].unwrap_or(f64::NAN),
                time,
                series: rows.series.as_ref().map(|series| series[row].clone()),
                explanation: part.explanations.get(at).cloned(),
            });
        }
        if 2 * MAX_ALARMS < self.alarms.len() {
            self.keep_highest();
        }
        self.anomalies.extend(rows.anomalies.iter().flatten());
        self.scores.extend(part.scores);
    }

    fn keep_highest(&mut self) {
        self.alarms.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        self.alarms.truncate(MAX_ALARMS);
    }

    /// Measures against the labels of the data, where any row is labelled as an anomaly.
    pub(super) fn measures(&self) -> Vec<(String, Option<f64>)> {
        let labelled = self.anomalies.len() == self.scores.len();
        if !labelled || !self.anomalies.contains(&true) {
            return Vec::new();
        }
        let scored = self.scores.iter().zip(&self.anomalies);
        let (scores, labels): (Vec<f64>, Vec<bool>) =
            scored.filter_map(|(score, label)| Some(((*score)?, *label))).unzip();
        let labels = Labels::new(labels);
        let Ok(scores) = Scores::new(scores) else { return Vec::new() };
        let ids = ["roc_auc", "average_precision"];
        let measured = ids.iter().filter_map(|id| {
            let measure = <dyn Measure<Scores>>::parse(id).ok()?;
            Some(((*id).to_owned(), measure.evaluate(&Truth::Points(&labels), &scores).ok()))
        });
        measured.collect()
    }

    /// Writes the page.
    pub(super) fn write(
        &self,
        path: &Path,
        pipeline: &FittedPipeline,
        data: &[PathBuf],
    ) -> Result<()> {
        let page = render(&self.report(pipeline, data));
        files::write_whole(path, |file| file.write_all(page.as_bytes()))
    }

    fn report(&self, pipeline: &FittedPipeline, data: &[PathBuf]) -> Report {
        let kind = pipeline.config().detector.kind();
        let facts = pipeline.facts();
        let names: Vec<String> = data.iter().map(|path| path.display().to_string()).collect();
        let names = names.join(", ");
        let (n_rows, n_alarms) = (self.scores.len(), self.n_alarms);
        let n_scored = self.scores.iter().flatten().count();
        let description = format!(
            "{kind}, fitted on {} samples of {}; {n_scored} of {n_rows} rows of {names} have a \
             score, {n_alarms} are alarms. A score is higher where a row is more anomalous.",
            facts.n_train, facts.source
        );
        let threshold = Some(ThresholdNote { provenance: facts.threshold.clone(), oracle: false });
        let timeline = Timeline {
            title: format!("Scores of {names}"),
            x_label: "row".to_owned(),
            scores: self.scores.iter().map(|score| score.unwrap_or(f64::NAN)).collect(),
            attacks: runs(&self.anomalies),
            cutoff: Some(pipeline.cutoff().value()),
            threshold,
        };
        let dataset = Dataset {
            name: "training data".to_owned(),
            source: facts.source.clone(),
            checksum: facts
                .sha256
                .iter()
                .map(|sum| format!("sha256:{sum}"))
                .collect::<Vec<_>>()
                .join(", "),
            warning: None,
        };
        let page = SuitePage {
            id: "scores".to_owned(),
            title: format!("Alarms in {names}"),
            description,
            datasets: vec![dataset],
            tables: self.tables(pipeline),
            timelines: vec![timeline],
            ..SuitePage::default()
        };
        let program = format!("oddity {}", env!("CARGO_PKG_VERSION"));
        Report {
            title: format!("Alarms in {names}"),
            suites: vec![page],
            provenance: vec![("program".to_owned(), program)],
            ..Report::default()
        }
    }

    fn tables(&self, pipeline: &FittedPipeline) -> Vec<Table> {
        let facts = pipeline.facts();
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut about = vec![
            vec![text("detector"), text(pipeline.config().detector.kind())],
            vec![text("samples that it learnt from"), Cell::Count(facts.n_train)],
            vec![text("columns that it reads"), Cell::Count(facts.n_features)],
            vec![text("cutoff"), Cell::Number(Some(pipeline.cutoff().value()))],
            vec![text("threshold"), text(&facts.threshold)],
            vec![text("rows"), Cell::Count(self.scores.len() as u64)],
            vec![text("alarms"), Cell::Count(self.n_alarms as u64)],
        ];
        for (id, value) in self.measures() {
            about.push(vec![
                text(&format!("{id} against the labels of the data")),
                Cell::Number(value),
            ]);
        }
        let mut highest: Vec<&Alarm> = self.alarms.iter().collect();
        highest.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        highest.truncate(MAX_ALARMS);
        let row = |alarm: &&Alarm| {
            let why = alarm.explanation.as_ref().map(|explanation| {
                let parts = explanation.parts.iter();
                let parts =
                    parts.map(|part| format!("{} ({})", name(&part.of), number(part.weight)));
                parts.collect::<Vec<_>>().join(", ")
            });
            vec![
                Cell::Count(alarm.row),
                Cell::Text(alarm.time.clone().unwrap_or_default()),
                Cell::Text(alarm.series.clone().unwrap_or_default()),
                Cell::Number(Some(alarm.score)),
                Cell::Text(why.unwrap_or_default()),
            ]
        };
        let title = if self.n_alarms <= MAX_ALARMS {
            "Alarms, and the columns that made them".to_owned()
        } else {
            format!(
                "The {MAX_ALARMS} highest of {} alarms, and the columns that made them",
                self.n_alarms
            )
        };
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        vec![
            Table {
                title: "What scored".to_owned(),
                columns: columns(&["what", "value"]),
                rows: about,
            },
            Table {
                title,
                columns: columns(&["row", "time", "series", "score", "made by"]),
                rows: highest.iter().map(row).collect(),
            },
        ]
    }
}

/// Stretches of anomalies, as first row and the one after the last.
fn runs(anomalies: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for row in (0..anomalies.len()).filter(|&row| anomalies[row]) {
        match runs.last_mut() {
            Some(run) if run.1 == row => run.1 += 1,
            _ => runs.push((row, row + 1)),
        }
    }
    runs
}
