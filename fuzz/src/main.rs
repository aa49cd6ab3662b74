//! A campaign by hand: `cargo run -p oddity-fuzz -- --target csv --seconds 600`.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use oddity_fuzz::{Campaign, Failure, TARGETS, Target, check, quiet_panics, target};

/// Between two lines of progress.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Inputs that are saved of failures of one kind.
const SAVED_OF_A_KIND: usize = 3;

/// Reads damaged input with a loader until the time is over, and saves what fails.
#[derive(Parser)]
struct Arguments {
    /// Targets; all in turn where none is named.
    #[arg(long = "target")]
    targets: Vec<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The number that the inputs are made from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where inputs that fail are saved.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/artifacts"))]
    artifacts: PathBuf,
    /// Saves each input before it is read: for a failure that ends the process.
    #[arg(long)]
    keep: bool,
    /// Reads this file with the targets, once, and makes no inputs.
    #[arg(long)]
    input: Option<PathBuf>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut targets = Vec::new();
    for name in &arguments.targets {
        let known = || TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
        targets.push(target(name).with_context(|| format!("{name}: wanted one of {}", known()))?);
    }
    if targets.is_empty() {
        targets.extend(TARGETS);
    }
    if let Some(input) = &arguments.input {
        let bytes = std::fs::read(input).with_context(|| input.display().to_string())?;
        for target in targets {
            say(&format!("{}: {:?}", target.name, check(target, &bytes)));
        }
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::create_dir_all(&arguments.artifacts)?;
    quiet_panics();
    let mut n_failures = 0;
    for target in targets {
        n_failures += run(target, &arguments)?;
    }
    Ok(if n_failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one target; gives the number of inputs that failed.
fn run(target: &'static Target, arguments: &Arguments) -> Result<usize> {
    let mut campaign = Campaign::new(target, arguments.seed);
    let (began, mut spoken) = (Instant::now(), Instant::now());
    let mut failures: HashMap<String, usize> = HashMap::new();
    let whole = Duration::from_secs(arguments.seconds);
    while began.elapsed() < whole {
        let input = campaign.next_input();
        if arguments.keep {
            std::fs::write(arguments.artifacts.join(format!("{}-now", target.name)), &input)?;
        }
        if let Some(failure) = campaign.run(input) {
            let kind: String = failure.what.chars().filter(|c| !c.is_ascii_digit()).collect();
            let n = failures.entry(kind).or_default();
            *n += 1;
            if *n <= SAVED_OF_A_KIND {
                let path = save(&arguments.artifacts, target.name, &failure)?;
                say(&format!("{}: {} ({})", target.name, failure.what, path.display()));
            }
        }
        if LINE_EVERY <= spoken.elapsed() {
            spoken = Instant::now();
            say(&line(target.name, &campaign, began.elapsed(), &failures));
        }
    }
    say(&line(target.name, &campaign, began.elapsed(), &failures));
    Ok(failures.values().sum())
}

fn line(
    name: &str,
    campaign: &Campaign,
    spent: Duration,
    failures: &HashMap<String, usize>,
) -> String {
    let n = campaign.n_executions();
    format!(
        "{name}: {n} executions in {:.0} s ({:.0} a second), {} kinds of outcome, slowest {:.0} \
         ms, {} failures of {} kinds, peak memory {}",
        spent.as_secs_f64(),
        n as f64 / spent.as_secs_f64(),
        campaign.kinds().len(),
        campaign.slowest().as_secs_f64() * 1000.0,
        failures.values().sum::<usize>(),
        failures.len(),
        peak_memory()
    )
}

/// Saves an input under the hash of its bytes.
fn save(folder: &Path, name: &str, failure: &Failure) -> Result<PathBuf> {
    let hash = oddity_ingest::Sha256::of(&failure.input).to_string();
    let path = folder.join(format!("{name}-{}", &hash[..16]));
    std::fs::write(&path, &failure.input).with_context(|| path.display().to_string())?;
    Ok(path)
}

/// The most memory that the process has had, where the system says so.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

/// A line on standard output.
fn say(text: &str) {
    // A reader who has gone away is no reason to stop.
    let _gone = writeln!(std::io::stdout(), "{text}");
}
