//! A disk that is full and a folder that cannot be written: a clear error, and no half file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::programs::{bench, outcome, suite_file};
use super::read;

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
#[cfg(unix)]
fn a_full_disk_is_said_and_leaves_nothing_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    // Not even the manifest fits; some of the cells; all but the report.
    for (isolate, blocks) in [("", 2), ("--isolate", 6), ("", 6), ("--isolate", 40)] {
        let out = folder.path().join(format!("out{isolate}-{blocks}"));
        // No file may grow beyond so many blocks: as on a full disk, a write fails.
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec {} run {} {isolate} --out {}",
            env!("CARGO_BIN_EXE_oddity-bench"),
            suite.display(),
            out.display()
        );
        let (code, said) = outcome(Command::new("sh").args(["-c", &script]));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("File too large") && said.contains("out"), "{said}");
        for file in files(&out) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            assert!(!name.ends_with("tmp"), "{name}");
            if name.ends_with(".json") {
                let text = fs::read(&file).expect("a file");
                assert!(serde_json::from_slice::<serde_json::Value>(&text).is_ok(), "{name}");
            }
        }
        // With room again the run goes on.
        let mut again = bench();
        again.arg("run").arg(&suite).arg("--out").arg(&out);
        let (code, said) = outcome(&mut again);
        assert_eq!(code, 0, "{said}");
        assert!(read(&out, "results.jsonl").lines().count() > 14);
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    // Whoever runs this, no folder can be made below a file.
    let mut below = bench();
    below.arg("run").arg(&suite).arg("--out").arg(suite.join("out"));
    let (code, said) = outcome(&mut below);
    assert!(code == 2 && said.contains("faults.toml/out"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_folder_that_is_read_only_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("a folder");
    let permit = |mode| fs::set_permissions(&out, fs::Permissions::from_mode(mode));
    permit(0o555).expect("permissions");
    if fs::write(out.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write into read-only folders");
        return;
    }
    let (code, said) = outcome(bench().arg("run").arg(&suite).arg("--out").arg(&out));
    permit(0o755).expect("permissions");
    assert!(code == 2 && said.contains("ermission denied") && said.contains("out"), "{said}");
    assert_eq!(files(&out), [] as [PathBuf; 0]);
}
