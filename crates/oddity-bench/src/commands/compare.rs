//! `bench compare`: the gate between old and new results.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;

use super::{print, say};
use crate::compare::{ALL_PIPELINES, CompareOptions, Format, Kind, Line, Verdict, compare};
use crate::manifest::Folder;
use crate::store::write_atomically;

/// What `bench compare` can be told.
#[derive(Args)]
pub(crate) struct CompareArguments {
    /// Folder of the old results.
    base: PathBuf,
    /// Folder of the new ones.
    head: PathBuf,
    /// Write the comparison to a file, and just the verdict to the terminal.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    gate: GateArguments,
}

/// What counts, and how it is told.
#[derive(Args)]
pub(crate) struct GateArguments {
    /// Compare measures. Without any of these three all are compared.
    #[arg(long)]
    quality: bool,
    /// Compare seconds.
    #[arg(long)]
    speed: bool,
    /// Compare peaks of memory.
    #[arg(long)]
    memory: bool,
    /// A smaller loss does not count, in the measure's unit.
    #[arg(long, value_name = "LOSS", default_value_t = CompareOptions::default().least_loss)]
    least_loss: f64,
    /// A smaller growth of seconds does not count, as a share.
    #[arg(long, value_name = "SHARE", default_value_t = CompareOptions::default().least_slowdown)]
    least_slowdown: f64,
    /// A smaller growth of memory does not count, as a share.
    #[arg(long, value_name = "SHARE", default_value_t = CompareOptions::default().least_growth)]
    least_growth: f64,
    /// How the comparison is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Compares two folders.
pub(crate) fn run(arguments: &CompareArguments) -> anyhow::Result<ExitCode> {
    gate(&arguments.base, &arguments.head, &arguments.gate, arguments.out.as_deref())
}

/// Compares two folders, and says what came of it: on the terminal, or in a file.
pub(super) fn gate(
    base: &Path,
    head: &Path,
    gate: &GateArguments,
    out: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let options = options(gate)?;
    let comparison = compare(&Folder::open(base)?, &Folder::open(head)?, &options)?;
    let text = comparison.render(gate.format);
    match out {
        Some(file) => {
            write_atomically(file, text.as_bytes()).context("the comparison")?;
            say(&comparison.headline());
        }
        None => print(&text),
    }
    Ok(ExitCode::from(comparison.exit_code()))
}

/// Whether more rounds would tell no more: each line over all pipelines has a verdict, or a limit no
/// higher than the least slow-down.
pub(super) fn is_told(base: &Path, head: &Path, gate: &GateArguments) -> anyhow::Result<bool> {
    let only_speed = CompareOptions { quality: false, memory: false, ..options(gate)? };
    let comparison = compare(&Folder::open(base)?, &Folder::open(head)?, &only_speed)?;
    let is_told = |line: &Line| match line.verdict {
        Verdict::Regression | Verdict::Better => true,
        Verdict::Same => line.limit.is_some_and(|limit| limit <= gate.least_slowdown + 1e-9),
        Verdict::Incomplete => false,
    };
    let of_all = |line: &&Line| line.kind == Kind::Speed && line.pipeline == ALL_PIPELINES;
    Ok(comparison.lines.iter().filter(of_all).all(is_told))
}

fn options(gate: &GateArguments) -> anyhow::Result<CompareOptions> {
    let least = [gate.least_loss, gate.least_slowdown, gate.least_growth];
    let wanted = "a least change is finite and at least 0";
    ensure!(least.iter().all(|least| (0.0..f64::INFINITY).contains(least)), wanted);
    let all = !(gate.quality || gate.speed || gate.memory);
    Ok(CompareOptions {
        quality: all || gate.quality,
        speed: all || gate.speed,
        memory: all || gate.memory,
        least_loss: gate.least_loss,
        least_slowdown: gate.least_slowdown,
        least_growth: gate.least_growth,
    })
}
