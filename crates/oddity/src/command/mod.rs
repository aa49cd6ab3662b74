//! The command `oddity`.

mod alarms;
mod completions;
mod explain;
mod files;
mod fit;
mod input;
mod inspect;
mod list;
mod new;
mod report;
mod score;
mod score_file;
mod text;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{CommandFactory as _, Parser, Subcommand};

/// Finds anomalies in security data: fits detectors, saves them, scores files and streams with
/// them, says which columns made an alarm, and measures and compares detectors.
#[derive(Parser)]
#[command(
    name = "oddity",
    version,
    about,
    after_help = "\
From a file never seen before to alarms and a report:
  oddity new plant.csv --out plant.toml
  oddity fit --data plant.csv --pipeline plant.toml --out plant.oddity
  oddity score --model plant.oddity --data today.csv --alarms alarms.jsonl --report report.html

Exit status: 0 done, 1 a check failed (bench, compare), 2 something was refused,
130 interrupted."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what a file is: its columns, gaps and classes, and what each column is probably for.
    Inspect(inspect::InspectArguments),
    /// Write a commented pipeline file for the data at hand.
    New(new::NewArguments),
    /// Fit a pipeline to data, and save it as one file.
    Fit(fit::FitArguments),
    /// Score a file, standard input or a growing file with a saved pipeline.
    Score(score::ScoreArguments),
    /// Say which columns made the highest scores of a file, or those of given rows.
    Explain(explain::ExplainArguments),
    /// Measure scores or alarms of any tool against labels or events, from files.
    #[command(after_help = "Examples:
  oddity measure --scores scores.csv --score-column score --labels plant.csv --label-column attack
  oddity measure --scores scores.csv --labels labels.csv --measure 'etapr-22.6.1(theta_p=0.5,theta_r=0.1)' --json
  oddity measure --list")]
    Measure(oddity_bench::cli::Measure),
    /// Compare two folders of results of `oddity bench run`: has anything become worse?
    #[command(after_help = "Example:
  oddity compare old new --quality

Exit status: 0 the same or better, 1 a regression, 2 incomplete.")]
    Compare(oddity_bench::cli::Compare),
    /// Run reproducible benchmark suites; without a further command the smoke suites.
    Bench(oddity_bench::cli::Bench),
    /// List detectors, steps, measures, thresholds, datasets or suites, with their parameters.
    List(list::ListArguments),
    /// Print a script that completes commands for a shell.
    Completions(completions::CompletionsArguments),
    /// Compute the cells that standard input names; `bench run --isolate` starts it.
    #[command(hide = true)]
    Worker,
}

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Worker => return oddity_bench::cli::work(),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Fit(arguments) => fit::run(&arguments),
        Command::Score(arguments) => score::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Measure(arguments) => arguments.run(),
        Command::Compare(arguments) => arguments.run(),
        Command::Bench(arguments) => arguments.run(),
        Command::List(arguments) => list::run(&arguments),
        Command::Completions(arguments) => {
            completions::run(&arguments, &mut Arguments::command());
            Ok(ExitCode::SUCCESS)
        }
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error:#}"));
            if let Some(next) = text::what_next(&error) {
                say(&format!("next: {next}"));
            }
            ExitCode::from(if is_interrupted() { INTERRUPT } else { 2 })
        }
    }
}

/// The exit status of a program that was interrupted, as shells have it.
const INTERRUPT: u8 = 130;

/// From now on Ctrl-C is noted and no longer ends the program at once, so that files which are
/// being written are removed; a second one does.
fn catch_interrupts() {
    let caught = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            files::remove_parts();
            std::process::exit(i32::from(INTERRUPT));
        }
    });
    // Without a handler Ctrl-C ends the program, as it does by default.
    let _not_caught = caught;
}

fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A line on standard error, for people.
fn say(text: &str) {
    // A reader who has gone away is no reason to stop.
    let _gone = writeln!(std::io::stderr(), "{}", text.trim_end());
}

/// Text on standard output, for people and programs.
fn print(text: &str) {
    let _gone = writeln!(std::io::stdout(), "{}", text.trim_end());
}

/// A value as one line of JSON on standard output.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string(value)?);
    Ok(())
}
