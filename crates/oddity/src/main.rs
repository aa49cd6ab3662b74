//! The program `oddity`.

use std::process::ExitCode;

fn main() -> ExitCode {
    oddity::command::main()
}
