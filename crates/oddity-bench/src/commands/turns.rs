//! `bench turns`: two programs in turns on the same suite, then the gate.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::Args;

use super::compare::{GateArguments, gate, is_told};
use super::say;

/// What `bench turns` can be told.
#[derive(Args)]
pub(crate) struct TurnsArguments {
    /// The old `oddity-bench`.
    #[arg(long, value_name = "EXE")]
    base: PathBuf,
    /// The new one.
    #[arg(long, value_name = "EXE")]
    head: PathBuf,
    /// The suite, by name or as a TOML file.
    suite: String,
    /// How often each computes every cell.
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Go on, two rounds at a time, until the seconds of all pipelines are told apart to the least
    /// slow-down, or so many rounds are done: a busy machine needs more of them.
    #[arg(long, value_name = "ROUNDS")]
    most_rounds: Option<usize>,
    /// Folder of the results: `base` and `head` in it. One that is there is gone on with.
    #[arg(long)]
    out: PathBuf,
    /// Write the comparison to a file, and just the verdict to the terminal.
    #[arg(long, value_name = "FILE")]
    gate_out: Option<PathBuf>,
    #[command(flatten)]
    gate: GateArguments,
    /// Further arguments of `run`, such as `-- --only 'binary/*' --isolate`.
    #[arg(last = true)]
    run: Vec<String>,
}

/// Runs both programs in turns, and compares what they left.
///
/// The order goes around: first the old one, then the new one, then the other way about, so that
/// a machine that slows down meets both alike.
pub(crate) fn run(arguments: &TurnsArguments) -> anyhow::Result<ExitCode> {
    ensure!(1 <= arguments.rounds, "--rounds is 0, wanted at least 1");
    let folders = [arguments.out.join("base"), arguments.out.join("head")];
    let mut turns = [(&arguments.base, &folders[0]), (&arguments.head, &folders[1])];
    let most = arguments.most_rounds.unwrap_or(0).max(arguments.rounds);
    for round in 1..=most {
        let n_more = round.checked_sub(arguments.rounds + 1);
        let looks = n_more.is_some_and(|n_more| n_more.is_multiple_of(2));
        if looks && is_told(&folders[0], &folders[1], &arguments.gate)? {
            break;
        }
        for (program, folder) in turns {
            say(&format!("round {round}/{most}: {}", program.display()));
            turn(arguments, program, folder, round)?;
        }
        turns.reverse();
    }
    gate(&folders[0], &folders[1], &arguments.gate, arguments.gate_out.as_deref())
}

/// One more round of a program: it computes what was computed less often.
fn turn(
    arguments: &TurnsArguments,
    program: &Path,
    folder: &Path,
    round: usize,
) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.arg("run").arg(&arguments.suite).args(["--rounds", &round.to_string()]);
    command.arg("--out").arg(folder).args(&arguments.run);
    let output = command.output().with_context(|| program.display().to_string())?;
    // 1 says that a cell failed, which the comparison tells better.
    let ran = matches!(output.status.code(), Some(0 | 1));
    ensure!(
        ran,
        "{}: {}: {}",
        program.display(),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}
