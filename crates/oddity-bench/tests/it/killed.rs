//! A run with two workers, killed at random moments and begun again, gives the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use oddity_core::Seed;
use rand::RngExt;

use super::programs::{SUITE, bench, faulty, outcome};
use super::read;

/// How often the run is killed.
const N_KILLS: usize = 20;

/// A network among the cells, which goes on from checkpoints.
const NETWORK: &str = r#"
[[task]]
id = "plant"
description = "Rows."
dataset = { kind = "hai_generated", n_rows = 600, attack_interval = 150 }
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
measures = ["roc_auc"]

[[task.pipeline]]
id = "dense"
detector = { kind = "dense_autoencoder", training = { epochs = 20, batch_size = 32 } }
seeds = [0, 1]
"#;

/// Every stored table by its name.
fn tables(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.join("cells")).expect("cells").flatten();
    let tables = entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "parquet"));
    tables
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("scores"))
        })
        .collect()
}

#[test]
#[cfg(unix)]
fn a_run_killed_twenty_times_gives_the_bytes_of_one_that_was_not() {
    use std::os::unix::process::CommandExt;

    let folder = tempfile::tempdir().expect("a folder");
    let suite = folder.path().join("suite.toml");
    fs::write(&suite, format!("{SUITE}{NETWORK}")).expect("a suite");
    let undisturbed = folder.path().join("undisturbed");
    let (code, said) = outcome(bench().arg("run").arg(&suite).arg("--out").arg(&undisturbed));
    assert_eq!(code, 0, "{said}");

    let mut random = Seed(20).rng();
    let (mut n_killed, mut n_attempts) = (0, 0);
    let mut out = folder.path().join("killed-0");
    let run = |out: &Path| {
        // A pause before each cell, so that there are moments enough to be killed at.
        let mut command = faulty("pause=0.03", "*");
        command.arg("run").arg(&suite).arg("--out").arg(out);
        command.args(["--isolate", "--jobs", "2", "--checkpoint-every", "0"]);
        command
    };
    while n_killed < N_KILLS {
        n_attempts += 1;
        let mut command = run(&out);
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = command.spawn().expect("a run");
        std::thread::sleep(Duration::from_millis(random.random_range(20..900)));
        if running.try_wait().expect("its status").is_some() {
            // It was done before: what it left must be right, and the next one begins anew.
            assert_eq!(read(&out, "results.jsonl"), read(&undisturbed, "results.jsonl"));
            out = folder.path().join(format!("killed-{n_attempts}"));
            continue;
        }
        let group = format!("-{}", running.id());
        let mut kill = std::process::Command::new("kill");
        assert_eq!(outcome(kill.args(["-9", "--", &group])).0, 0);
        running.wait().expect("its end");
        n_killed += 1;
    }
    let (code, said) = outcome(&mut run(&out));
    assert_eq!(code, 0, "{said}");
    assert_eq!(read(&out, "results.jsonl"), read(&undisturbed, "results.jsonl"));
    assert_eq!(tables(&out), tables(&undisturbed));
    let (code, said) = outcome(bench().arg("check").arg(&out));
    assert_eq!(code, 0, "{said}");
}
