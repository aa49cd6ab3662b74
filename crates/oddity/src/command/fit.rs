//! `oddity fit`: fits a pipeline to data, and saves it.

use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use oddity_core::{Progress, Watch};
use serde_json::json;

use super::{catch_interrupts, files, is_interrupted, print_json, say, text};
use crate::pipeline::PipelineConfig;

/// What `fit` can be told.
#[derive(Args)]
#[command(after_help = "Examples:
  oddity fit --data plant.csv --pipeline plant.toml --out plant.oddity
  oddity fit --data monday.csv --data tuesday.csv --pipeline net.toml --out net.oddity
  oddity fit --data traces/ --pipeline calls.toml --out calls.oddity

Each file is a series of its own. Of each series the last rows (threshold.held_out) are held out: the
threshold is fitted on their scores. Rows that are labelled as anomalies train nothing.")]
pub(super) struct FitArguments {
    /// A file of the data, or a folder of traces; several with one option each.
    #[arg(long, required = true, value_name = "FILE")]
    data: Vec<PathBuf>,
    /// The pipeline; `oddity new` writes one.
    #[arg(long, value_name = "FILE")]
    pipeline: PathBuf,
    /// The file to save to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Say nothing while fitting.
    #[arg(long)]
    quiet: bool,
    /// Answer as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Fits and saves.
pub(super) fn run(arguments: &FitArguments) -> anyhow::Result<ExitCode> {
    let config = PipelineConfig::read(&arguments.pipeline)?;
    catch_interrupts();
    let tables = files::tables(&config.data, &arguments.data, None)?;
    let mut epochs = Epochs::new(!arguments.quiet && std::io::stderr().is_terminal());
    let fitted = crate::fit(&config, tables, &mut epochs)?;
    epochs.bar.finish_and_clear();
    anyhow::ensure!(!is_interrupted(), "interrupted: nothing was saved");
    fitted.save(&arguments.out)?;
    let (facts, cutoff) = (fitted.facts(), fitted.cutoff().value());
    if arguments.json {
        print_json(&json!({
            "model": arguments.out, "detector": config.detector.kind(), "cutoff": cutoff,
            "facts": facts,
        }))?;
    } else if !arguments.quiet {
        let (samples, of) = match (config.makes_sequences(), config.windows.is_some()) {
            (true, _) => ("traces", "symbols"),
            (false, true) => ("windows", "columns"),
            (false, false) => ("rows", "columns"),
        };
        let left_out = match facts.n_anomalies {
            0 => String::new(),
            n => format!(" ({n} of {} rows are labelled as anomalies and left out)", facts.n_rows),
        };
        say(&format!(
            "{}: {} fitted on {} {samples} of {} {of}{left_out}",
            arguments.out.display(),
            config.detector.kind(),
            facts.n_train,
            facts.n_features
        ));
        say(&format!("alarm above {}: {}", text::number(cutoff), facts.threshold));
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows the epochs of a training, and ends it when the user asks for that.
struct Epochs {
    bar: ProgressBar,
}

impl Epochs {
    fn new(is_shown: bool) -> Epochs {
        let bar = if is_shown { ProgressBar::no_length() } else { ProgressBar::hidden() };
        let style = "epoch {pos}/{len} {wide_bar} {msg}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Epochs { bar }
    }
}

impl Watch for Epochs {
    fn epoch(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        self.bar.set_length(progress.n_epochs as u64);
        self.bar.set_position(progress.epoch as u64 + 1);
        self.bar.set_message(format!("loss {}", text::number(progress.record.loss)));
        if is_interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
