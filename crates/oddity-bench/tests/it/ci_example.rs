//! The CI example of the repository does what it says, on a tiny suite.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::programs::{outcome, suite_file};

#[test]
#[cfg(unix)]
fn the_gate_script_runs_both_programs_and_writes_the_markdown() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/ci/gate.sh");
    let gate = |arguments: &[&str]| {
        let mut command = Command::new("sh");
        command.arg(&script).args(["--quality"]).args(arguments);
        command.env("BASE", env!("CARGO_BIN_EXE_oddity-bench"));
        command.env("HEAD", env!("CARGO_BIN_EXE_oddity-bench"));
        command.env("SUITE", suite_file(folder.path())).env("ROUNDS", "2");
        command.env("OUT", folder.path().join("out"));
        outcome(&mut command)
    };
    let (code, said) = gate(&[]);
    assert_eq!(code, 0, "{said}");
    let summary = fs::read_to_string(folder.path().join("out/gate.md")).expect("the Markdown");
    assert!(summary.starts_with("### faults: same"), "{summary}");
    let junit = fs::read_to_string(folder.path().join("out/gate.xml")).expect("the JUnit file");
    assert!(roxmltree::Document::parse(&junit).is_ok());
    // Its exit code is the gate's: two rounds are too few to tell seconds apart.
    let (code, said) = gate(&["--speed"]);
    assert_eq!(code, 2, "{said}");
}
