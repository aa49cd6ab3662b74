//! `oddity score`: scores and alarms of a file, of standard input, or of a file that grows.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use arrow_array::RecordBatch;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use oddity_core::Cutoff;
use oddity_ingest::{BatchReader, Input, ReadOptions, Role};
use serde_json::json;

use super::alarms::AlarmWriter;
use super::input::{Arriving, is_standard_input};
use super::report::Recorded;
use super::score_file::ScoreFile;
use super::{catch_interrupts, is_interrupted, print_json, say, text};
use crate::data::DataConfig;
use crate::fitted_pipeline::FittedPipeline;
use crate::format::Format;
use crate::scorer::Scorer;

/// What `score` can be told.
#[derive(Args)]
#[command(after_help = "Examples:
  oddity score --model plant.oddity --data today.csv --out scores.parquet
  oddity score --model plant.oddity --data today.csv --alarms alarms.jsonl --explain 5 --report report.html
  tail -n +1 -F plant.csv | oddity score --model plant.oddity --data - --alarms -
  oddity score --model plant.oddity --data plant.csv --follow --alarms alarms.jsonl
  oddity score --model calls.oddity --data traces/ --out scores.csv

Scores: one row a row of the data, with `row` (from 0), `time`, `series`, `score` and `alarm`; a row
before the end of the first window of its series has neither score nor alarm. Alarms: a JSON object a
line. A file appears under its name when it is whole; alarms, standard output and what is written while
following grow as they come. Ctrl-C leaves no half file; while following it ends the files in order.")]
pub(super) struct ScoreArguments {
    /// The saved pipeline.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// A file of the data, a folder of traces, or `-` for standard input; several with one option
    /// each.
    #[arg(long, required = true, value_name = "FILE")]
    data: Vec<PathBuf>,
    /// At the end of the file, wait for more.
    #[arg(long)]
    follow: bool,
    /// The scores: `.parquet`, `.arrow` or `.csv`; `-` for CSV on standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The alarms as JSON lines; `-` for standard output.
    #[arg(long, value_name = "FILE")]
    alarms: Option<PathBuf>,
    /// Columns that each alarm names, those that made it first.
    #[arg(long, default_value_t = 0, value_name = "N")]
    explain: usize,
    /// A page with the scores along time, the alarms and what made them.
    #[arg(long, value_name = "FILE", conflicts_with = "follow")]
    report: Option<PathBuf>,
    /// Another cutoff than the one that was fitted.
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    cutoff: Option<f64>,
    /// Say nothing while scoring.
    #[arg(long)]
    quiet: bool,
    /// Answer as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Where scores go.
struct Sinks {
    scores: Option<ScoreFile>,
    alarms: Option<AlarmWriter>,
    recorded: Option<Recorded>,
    n_rows: u64,
    n_scored: u64,
    n_alarms: u64,
}

/// Scores the data.
pub(super) fn run(arguments: &ScoreArguments) -> anyhow::Result<ExitCode> {
    let mut pipeline = FittedPipeline::load(&arguments.model)?;
    if let Some(cutoff) = arguments.cutoff {
        pipeline = pipeline.with_cutoff(Cutoff::new(cutoff)?, "as the command line says");
    }
    let outputs = [&arguments.out, &arguments.alarms].into_iter().flatten();
    ensure!(
        outputs.filter(|path| is_standard_input(path)).count() <= 1,
        "scores and alarms cannot both go to standard output"
    );
    ensure!(!arguments.follow || arguments.data.len() == 1, "one file can be followed at a time");
    catch_interrupts();
    let is_long = arguments.follow;
    let mut sinks = Sinks {
        scores: arguments.out.as_deref().map(|path| ScoreFile::begin(path, is_long)).transpose()?,
        alarms: arguments
            .alarms
            .as_deref()
            .map(|path| AlarmWriter::begin(path, is_long))
            .transpose()?,
        recorded: arguments.report.is_some().then(Recorded::default),
        n_rows: 0,
        n_scored: 0,
        n_alarms: 0,
    };
    let n_explained = match (arguments.explain, &arguments.report) {
        (0, Some(_)) => 5,
        (n, _) => n,
    };
    let began = Instant::now();
    let mut scorer = Scorer::new(&pipeline, n_explained);
    for path in &arguments.data {
        scorer.begin();
        let quiet = arguments.quiet;
        score(&pipeline, &mut scorer, path, arguments.follow, quiet, &mut sinks)?;
    }
    let whole = !is_interrupted() || arguments.follow;
    ensure!(whole, "interrupted: no file was written");
    if let (Some(recorded), Some(report)) = (&sinks.recorded, &arguments.report) {
        recorded.write(report, &pipeline, &arguments.data)?;
    }
    finish(arguments, &pipeline, sinks, began)
}

/// Scores one file from its start to its end.
fn score(
    pipeline: &FittedPipeline,
    scorer: &mut Scorer<'_>,
    path: &Path,
    follow: bool,
    quiet: bool,
    sinks: &mut Sinks,
) -> anyhow::Result<()> {
    let config = &pipeline.config().data;
    let open = |input| config.open(input, Some(pipeline.columns()), &ReadOptions::default());
    let bar = progress(quiet || follow);
    let whole = !pipeline.streams()?;
    if !follow && !is_standard_input(path) {
        let reader = open(Input::File(path.to_owned()))?;
        if whole {
            let roles = reader.roles().to_vec();
            let table = reader.read_all()?;
            return sinks.take(scorer, config, table.batch().clone(), &roles);
        }
        return take_all(scorer, config, reader, sinks, &bar);
    }
    ensure!(
        !whole,
        "a score depends on the rows around it: score a file in one piece, not a stream"
    );
    let format = config.format.unwrap_or(Format::Csv);
    ensure!(format.is_text(), "{format:?} is read from whole files alone");
    let mut arriving = Arriving::open(path, follow, format)?;
    let name = arriving.name();
    let text_config = DataConfig { format: Some(format), ..config.clone() };
    // What comes through a pipe may be all that comes for hours.
    let at_once = follow || is_standard_input(path);
    while let Some(input) = arriving.next(at_once)? {
        let reader = text_config.open(input, Some(pipeline.columns()), &ReadOptions::default());
        let reader = reader.with_context(|| name.clone())?;
        take_all(scorer, config, reader, sinks, &bar)?;
        sinks.flush()?;
    }
    Ok(())
}

/// Scores all batches of a reader.
fn take_all(
    scorer: &mut Scorer<'_>,
    config: &DataConfig,
    reader: BatchReader,
    sinks: &mut Sinks,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let roles = reader.roles().to_vec();
    for batch in reader {
        if is_interrupted() {
            break;
        }
        sinks.take(scorer, config, batch?, &roles)?;
        bar.set_position(sinks.n_rows);
        bar.set_message(format!("{} alarms", sinks.n_alarms));
    }
    bar.finish_and_clear();
    Ok(())
}

impl Sinks {
    fn take(
        &mut self,
        scorer: &mut Scorer<'_>,
        config: &DataConfig,
        batch: RecordBatch,
        roles: &[Role],
    ) -> anyhow::Result<()> {
        let rows = config.rows(batch, roles)?;
        let part = scorer.push(&rows)?;
        self.n_rows += rows.n_rows() as u64;
        self.n_scored += part.scores.iter().flatten().count() as u64;
        self.n_alarms += part.alarms.len() as u64;
        if let Some(scores) = &mut self.scores {
            scores.write(&rows, &part)?;
        }
        if let Some(alarms) = &mut self.alarms {
            alarms.write(&rows, &part)?;
        }
        if let Some(recorded) = &mut self.recorded {
            recorded.add(&rows, part);
        }
        Ok(())
    }

    /// Hands on what was written so far.
    fn flush(&mut self) -> anyhow::Result<()> {
        if let Some(scores) = &mut self.scores {
            scores.flush()?;
        }
        if let Some(alarms) = &mut self.alarms {
            alarms.flush()?;
        }
        Ok(())
    }
}

fn progress(hidden: bool) -> ProgressBar {
    let bar = if hidden { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} rows, {per_sec}, {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Ends the files, and says what was done.
fn finish(
    arguments: &ScoreArguments,
    pipeline: &FittedPipeline,
    sinks: Sinks,
    began: Instant,
) -> anyhow::Result<ExitCode> {
    let Sinks { scores, alarms, recorded, n_rows, n_scored, n_alarms } = sinks;
    ensure!(0 < n_rows || arguments.follow, "the data has no row: nothing was written");
    if let Some(scores) = scores {
        scores.finish(&arguments.data)?;
    }
    if let Some(alarms) = alarms {
        alarms.finish()?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let cutoff = pipeline.cutoff().value();
    let measures = recorded.as_ref().map(Recorded::measures).unwrap_or_default();
    if arguments.json {
        let measures: serde_json::Map<String, serde_json::Value> =
            measures.iter().map(|(id, value)| (id.clone(), json!(value))).collect();
        print_json(&json!({
            "rows": n_rows, "scored": n_scored, "alarms": n_alarms, "cutoff": cutoff,
            "threshold": pipeline.facts().threshold, "seconds": seconds, "measures": measures,
        }))?;
    } else if !arguments.quiet {
        let unscored = match n_rows - n_scored {
            0 => String::new(),
            n => format!(" ({n} before the end of a first window have no score)"),
        };
        say(&format!(
            "{n_rows} rows{unscored}: {n_alarms} alarms above {} ({}), {seconds:.1} s",
            text::number(cutoff),
            pipeline.facts().threshold
        ));
        for (id, value) in &measures {
            let value = value.map_or_else(|| "undefined".to_owned(), |value| format!("{value:.6}"));
            say(&format!("{id} against the labels of the data: {value}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
