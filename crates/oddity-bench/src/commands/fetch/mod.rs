//! `bench fetch`: downloads a published dataset, once the user has said yes.

mod progress;

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use oddity_datasets::fetch::{FetchOptions, FetchReport, Outcome, PlannedFile, plan};
use oddity_datasets::registry::DatasetEntry;
use oddity_datasets::{Origin, Registry, data_folder, fetch};

use super::{print, say};
use progress::{Shown, bytes};

/// What `bench fetch` can be told.
#[derive(Args)]
pub(crate) struct FetchArguments {
    /// Datasets to fetch, by name.
    #[arg(required_unless_present = "list")]
    datasets: Vec<String>,
    /// List the datasets that are known, and request nothing.
    #[arg(long)]
    list: bool,
    /// The data folder to put them into; else the one that `ODDITY_DATA_DIR` names, else the
    /// user's cache folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Download without asking.
    #[arg(long)]
    yes: bool,
}

/// Fetches the datasets; the exit code is 2 if the user says no.
pub(crate) fn run(arguments: &FetchArguments) -> anyhow::Result<ExitCode> {
    let registry = Registry::embedded();
    if arguments.list {
        for dataset in registry.datasets() {
            print(&format!("{:<15} {:>8}  {}", dataset.name, size(dataset), dataset.title));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (folder, origin) = data_folder(arguments.out.as_deref())
        .context("there is no folder to put data into: give --out DIR")?;
    let named_by = if origin == Origin::Option { "--out" } else { origin.name() };
    let wanted: Result<Vec<&DatasetEntry>, _> =
        arguments.datasets.iter().map(|name| registry.dataset(name)).collect();
    for dataset in wanted? {
        let planned = plan(dataset, &folder);
        print(&describe(dataset, &planned, &folder, named_by));
        let is_missing = planned.iter().any(|file| !file.is_there && file.url.is_some());
        if is_missing && !arguments.yes && !ask()? {
            say("nothing was requested");
            return Ok(ExitCode::from(2));
        }
        let mut shown = Shown::default();
        let report =
            fetch(dataset, &folder, &FetchOptions::default(), &mut |event| shown.show(event));
        shown.finish();
        print(&summary(&report?));
    }
    Ok(ExitCode::SUCCESS)
}

/// The length of all files, where all are known.
fn size(dataset: &DatasetEntry) -> String {
    let sizes: Option<Vec<u64>> = dataset.files.iter().map(|file| file.size).collect();
    sizes.map_or_else(|| "?".to_owned(), |sizes| bytes(sizes.iter().sum()))
}

/// What will be requested, from where, and under which licence.
fn describe(
    dataset: &DatasetEntry,
    planned: &[PlannedFile],
    folder: &Path,
    named_by: &str,
) -> String {
    let mut lines = vec![
        format!("{}: {}", dataset.name, dataset.title),
        format!("  home      {}", dataset.home),
        format!("  licence   {}", dataset.licence),
        format!("  cite      {}", dataset.citation),
        format!("  split     {}", dataset.split),
        format!("  address   {}", dataset.address),
        format!("  into      {} ({named_by})", folder.join(&dataset.folder).display()),
    ];
    lines.extend(dataset.doi.as_ref().map(|doi| format!("  doi       {doi}")));
    let missing = || planned.iter().filter(|file| !file.is_there);
    for file in missing() {
        if let Some(url) = &file.url {
            let size = file.size.map_or_else(|| "length unknown".to_owned(), bytes);
            lines.push(format!("  request   {url} ({size})"));
        }
    }
    if dataset.by_hand.is_some() {
        return lines.join("\n");
    }
    let known: u64 = missing().filter_map(|file| file.size).sum();
    let (n, n_unknown) = (missing().count(), missing().filter(|file| file.size.is_none()).count());
    let unknown = match n_unknown {
        0 => String::new(),
        _ => format!(", and {n_unknown} of unknown length"),
    };
    let there = planned.len() - n;
    lines.push(format!("  files to download: {n}, {}{unknown}; there: {there}", bytes(known)));
    lines.join("\n")
}

/// Asks on the terminal.
fn ask() -> anyhow::Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        bail!("nothing was requested: say --yes to download, or run it on a terminal");
    }
    say("Download? [y/N]");
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn summary(report: &FetchReport) -> String {
    let count = |wanted: &[Outcome]| {
        report.files.iter().filter(|file| wanted.contains(&file.outcome)).count()
    };
    let new = count(&[Outcome::Downloaded, Outcome::Resumed]);
    let checked = count(&[Outcome::WasThere]);
    let total: u64 = report.files.iter().map(|file| file.n_bytes).sum();
    let (name, folder) = (&report.dataset, report.folder.display());
    let unpacked = report.files.iter().filter_map(|file| file.unpacked.as_ref());
    let unpacked: String =
        unpacked.map(|path| format!("\n  unpacked to {}", path.display())).collect();
    let total = bytes(total);
    format!("{name}: downloaded {new}, there and right {checked}, {total} in {folder}{unpacked}")
}
