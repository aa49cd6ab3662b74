//! `bench list`: the suites, or the pipelines of suites.

use std::process::ExitCode;

use crate::suite::{embedded, embedded_names};

use super::print;

/// Lists the suites, or the pipelines of the suites named.
pub(crate) fn run(suites: &[String]) -> anyhow::Result<ExitCode> {
    if suites.is_empty() {
        for name in embedded_names() {
            let suite = embedded(name)?;
            let full = if suite.has_full() { "  (--full)" } else { "" };
            print(&format!("{name:<14}  {}{full}", suite.title));
        }
        return Ok(ExitCode::SUCCESS);
    }
    for name in suites {
        let suite = embedded(name)?;
        for task in &suite.tasks {
            print(&format!("{}: {}", task.id, task.description.trim()));
            for pipeline in &task.pipelines {
                let n_seeds = task.seeds_of(pipeline).len();
                let seeds = if n_seeds == 1 { "seed" } else { "seeds" };
                print(&format!("  {}  ({n_seeds} {seeds})", task.pipeline_id(pipeline)));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
