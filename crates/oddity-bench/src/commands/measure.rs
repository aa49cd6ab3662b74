//! `measure`: scores or alarms of any tool against labels or events, from files.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::measure_files::{
    Calibration, Column, Decide, Figure, Said, TruthForm, TruthSource, columns, cutoff, edges,
    fitted, n_anomalies, truth,
};
use clap::Args;
use oddity_eval::measure::{Events, catalogue};
use serde_json::json;

use super::{print, say};

/// What stands at the end of the help.
pub(crate) const AFTER_HELP: &str = "\
Files are Parquet, Arrow IPC, or delimited text, plain or gzip; a first line without a number
is a header. Scores are higher where a sample is more anomalous. A column of 0 and 1, of false
and true, or of 1 and -1 (scikit-learn: -1 is an anomaly) holds alarms; of 1 alone nobody knows
which. NaN is refused, and so are scores and labels of different length. A measure without a
value is undefined, and says why.

Examples:
  cargo xtask measure --scores scores.csv --labels labels.csv
  cargo xtask measure --scores alarms.csv --labels labels.csv \\
      --measure 'etapr-22.6.1(theta_p=0.5,theta_r=0.1)' --measure f1_affiliation --json
  cargo xtask measure --scores run.parquet --score-column score \\
      --labels run.parquet --label-column attack --series-column machine --cutoff 0.7
  cargo xtask measure --scores scores.csv --events attacks.csv --measure 'vus_pr-opt(window=50)'
  cargo xtask measure --scores test.csv --labels labels.csv \
      --threshold 'quantile(q=0.99)' --calibration normal.csv --measure f1
  cargo xtask measure --list

Exit status: 0 measured, 2 a file, a column or a measure was refused.";

/// What `measure` can be told.
#[derive(Args)]
pub(crate) struct MeasureArguments {
    /// File of the scores or alarms, one a sample.
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    scores: Option<PathBuf>,
    /// Its column, where it has several.
    #[arg(long, value_name = "NAME")]
    score_column: Option<String>,
    /// File of the labels, one a sample.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["list", "events"])]
    labels: Option<PathBuf>,
    /// Its column, where it has several.
    #[arg(long, value_name = "NAME")]
    label_column: Option<String>,
    /// File of the events instead of labels: first and last sample, from 0, both included.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["labels", "label_column"])]
    events: Option<PathBuf>,
    /// Its column of first samples, where it has more than two.
    #[arg(long, value_name = "NAME", requires = "end_column")]
    start_column: Option<String>,
    /// Its column of last samples.
    #[arg(long, value_name = "NAME", requires = "start_column")]
    end_column: Option<String>,
    /// Column of the file of scores that tells series apart: no event crosses from one to another.
    #[arg(long, value_name = "NAME")]
    series_column: Option<String>,
    /// Scores above this are alarms.
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    cutoff: Option<f64>,
    /// A rule that makes alarms of scores, such as 'quantile(q=0.99)'.
    #[arg(long, value_name = "RULE", requires = "calibration", conflicts_with = "cutoff")]
    threshold: Option<String>,
    /// File of the scores that the rule is fitted on: of normal samples that are not measured.
    #[arg(long, value_name = "FILE", requires = "threshold")]
    calibration: Option<PathBuf>,
    /// Its column, where it has several.
    #[arg(long, value_name = "NAME", requires = "calibration")]
    calibration_column: Option<String>,
    /// File of the labels of these scores, for a rule that needs them, such as 'f1_best'.
    #[arg(long, value_name = "FILE", requires = "calibration")]
    calibration_labels: Option<PathBuf>,
    /// Its column, where it has several.
    #[arg(long, value_name = "NAME", requires = "calibration_labels")]
    calibration_label_column: Option<String>,
    /// A measure by its id; several with one option each. All that fit where it is left out.
    #[arg(long = "measure", value_name = "ID")]
    measures: Vec<String>,
    /// Answer as one JSON object.
    #[arg(long)]
    json: bool,
    /// List the measures, with their parameters, and read nothing.
    #[arg(long)]
    list: bool,
}

/// Measures the files.
pub(crate) fn run(arguments: &MeasureArguments) -> anyhow::Result<ExitCode> {
    if arguments.list {
        list(arguments.json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (Some(scores), Some(labels)) =
        (&arguments.scores, arguments.labels.as_ref().or(arguments.events.as_ref()))
    else {
        anyhow::bail!("--scores and --labels or --events are wanted");
    };
    let [column] = columns(scores, [arguments.score_column.as_deref()])?;
    let edges = match &arguments.series_column {
        Some(name) => edges(scores, name)?,
        None => Vec::new(),
    };
    let source = if arguments.events.is_some() {
        let names = [&arguments.start_column, &arguments.end_column];
        TruthSource::Intervals(names.map(Option::as_deref))
    } else {
        TruthSource::Labels(arguments.label_column.as_deref())
    };
    let (events, form) = truth(labels, &source, &column.file, column.values.len(), &edges)?;
    let calibration = calibration(arguments)?;
    let decide: Option<Box<Decide<'_>>> =
        match (&arguments.threshold, calibration, arguments.cutoff) {
            (Some(rule), Some(calibration), _) => {
                Some(Box::new(move |scores| fitted(rule, &calibration, scores)))
            }
            (_, _, Some(value)) => Some(Box::new(move |scores| cutoff(value, scores))),
            _ => None,
        };
    let said = Said::new(&column, decide.as_deref())?;
    let all = said.all_ids();
    let chosen: Vec<&str> = match arguments.measures.as_slice() {
        [] => all,
        some => some.iter().map(String::as_str).collect(),
    };
    let figures = chosen.iter().map(|id| said.figure(&events, id, &column.file));
    let figures = figures.collect::<Result<Vec<Figure>, _>>()?;
    let read =
        Read { column: &column, labels: labels.display().to_string(), form, events: &events };
    if arguments.json {
        print(&serde_json::to_string_pretty(&read.json(&figures))?);
    } else {
        read.say();
        print(&text(&figures));
    }
    Ok(ExitCode::SUCCESS)
}

/// The scores that a threshold is fitted on, if there is one.
fn calibration(arguments: &MeasureArguments) -> anyhow::Result<Option<Calibration>> {
    let Some(path) = &arguments.calibration else { return Ok(None) };
    let [scores] = columns(path, [arguments.calibration_column.as_deref()])?;
    let source = TruthSource::Labels(arguments.calibration_label_column.as_deref());
    let labels = arguments.calibration_labels.as_ref();
    let truth = labels.map(|labels| truth(labels, &source, &scores.file, scores.values.len(), &[]));
    let truth = truth.transpose()?.map(|(events, _)| events);
    Ok(Some(Calibration { scores, truth }))
}

/// What was read, for the reader of the figures.
struct Read<'a> {
    column: &'a Column,
    labels: String,
    form: TruthForm,
    events: &'a Events,
}

impl Read<'_> {
    fn say(&self) {
        let Column { file, name, form, values } = self.column;
        say(&format!("{file}, column {name}: {} values, {}", values.len(), form.describe()));
        say(&format!(
            "{}: {}; {} events over {} samples in {} series",
            self.labels,
            self.form.describe(),
            self.events.len(),
            n_anomalies(self.events),
            self.events.series().count(),
        ));
    }

    fn json(&self, figures: &[Figure]) -> serde_json::Value {
        json!({
            "scores": {
                "file": self.column.file,
                "column": self.column.name,
                "form": self.column.form,
                "n_samples": self.column.values.len(),
            },
            "truth": {
                "file": self.labels,
                "form": self.form,
                "n_events": self.events.len(),
                "n_anomalies": n_anomalies(self.events),
                "n_series": self.events.series().count(),
            },
            "measures": figures,
        })
    }
}

/// The figures as aligned text, warnings below.
fn text(figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.measure.chars().count()).max().unwrap_or(0);
    let line = |figure: &Figure| {
        let value = match (figure.value, &figure.reason) {
            (Some(value), _) => value.to_string(),
            (None, Some(reason)) => format!("undefined: {reason}"),
            (None, None) => "undefined".to_owned(),
        };
        let threshold = figure.threshold.iter().map(|threshold| format!("  ({threshold})"));
        format!("{:width$}  {value}{}\n", figure.measure, threshold.collect::<String>())
    };
    let lines: String = figures.iter().map(line).collect();
    let warnings = figures.iter().filter_map(|figure| Some((figure, figure.warning?)));
    let warnings: String =
        warnings.map(|(figure, warning)| format!("{}: {warning}\n", figure.measure)).collect();
    if warnings.is_empty() { lines } else { format!("{lines}\nwarning:\n{warnings}") }
}

/// Prints the catalogue of measures.
fn list(as_json: bool) -> anyhow::Result<()> {
    let entries: Vec<_> = catalogue::entries().collect();
    if as_json {
        print(&serde_json::to_string_pretty(&entries)?);
        return Ok(());
    }
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    for entry in entries {
        print(&format!("{:width$}  {}", entry.id, entry.formula));
        for parameter in entry.parameters {
            let (key, default, meaning) = (parameter.key, parameter.default, parameter.meaning);
            print(&format!("{:width$}    {key}={default}: {meaning}", ""));
        }
    }
    Ok(())
}
