//! `bench merge`: joins the folders of shards.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{report, say};
use crate::merge::merge;

/// What `bench merge` can be told.
#[derive(Args)]
pub(crate) struct MergeArguments {
    /// Folders of the same suite, data and code.
    #[arg(required = true, num_args = 2..)]
    folders: Vec<PathBuf>,
    /// Folder of the joined results.
    #[arg(long)]
    out: PathBuf,
}

/// Joins the folders, and writes results and report.
pub(crate) fn run(arguments: &MergeArguments, root: Option<&Path>) -> anyhow::Result<ExitCode> {
    let merged = merge(&arguments.folders, &arguments.out)?;
    report::write(&arguments.out, root)?;
    let out = arguments.out.display();
    say(&format!("{out}: {} cells, {} missing", merged.n_cells, merged.n_missing));
    Ok(if merged.n_missing == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
