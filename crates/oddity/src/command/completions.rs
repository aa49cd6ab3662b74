//! `oddity completions`: a script that completes commands for a shell.

use clap::Args;
use clap_complete::Shell;

/// What `completions` can be told.
#[derive(Args)]
#[command(after_help = "Example:
  oddity completions bash > ~/.local/share/bash-completion/completions/oddity")]
pub(super) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(arguments: &CompletionsArguments, command: &mut clap::Command) {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, command, "oddity", &mut script);
    super::print(&String::from_utf8_lossy(&script));
}
