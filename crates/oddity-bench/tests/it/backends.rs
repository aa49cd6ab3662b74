//! Networks on another backend: cells of their own, and only networks.

use oddity_bench::backend::{BackendChoice, BackendName, DeviceName};
use oddity_bench::run::{RunOptions, run};
use oddity_bench::suite::Suite;

use super::{options, read, run_text};

const SUITE: &str = r#"
name = "backends"
title = "Two networks and a detector without one"
description = "Few generated traces."

[dataset]
kind = "adfa_ld_generated"
n_training = 40
n_validation = 20
n_attack = 20

[[task]]
id = "rows"
description = "Counts of calls."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }, { subset = "attack" }] }
features = [{ kind = "n_gram", sizes = [1], columns_per_size = 10 }, { kind = "dense" }]
measures = ["roc_auc"]

[[task.pipeline]]
id = "autoencoder"
detector = { kind = "dense_autoencoder", layers = [{ layer = "dense", units = 3 }], training = { epochs = 2 } }

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction" }

[[task]]
id = "calls"
description = "The calls."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }, { subset = "attack" }] }
measures = ["roc_auc"]

[[task.pipeline]]
id = "language-model"
detector = { kind = "lstm_language_model", members = [[4]], training = { epochs = 1 } }

[[task]]
id = "stream"
description = "Counts of calls, trace by trace, in the order of the dataset."
split = { kind = "given", train = [{ subset = "training" }], test = [{}] }
features = [{ kind = "n_gram", sizes = [1], columns_per_size = 10 }, { kind = "dense" }]
measures = ["roc_auc"]

[[task.pipeline]]
id = "online-lstm"
detector = { kind = "online_lstm_autoencoder", steps = 3, layers = [{ layer = "lstm", units = 4 }] }

[[task.pipeline]]
id = "online"
detector = { kind = "online", detector = { kind = "online_lstm_autoencoder", steps = 2, layers = [{ layer = "lstm", units = 3 }] } }
"#;

#[test]
fn networks_are_native_where_nothing_else_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let finished = run_text(SUITE, &options(folder.path(), 1));
    assert_eq!((finished.summary.computed, finished.summary.failed), (5, 0));
    let of = |cell: usize| finished.results.cells[cell].record.identity.backend_id();
    let native = Some("native");
    assert_eq!([of(0), of(1), of(2), of(3), of(4)], [native, None, native, native, native]);
    assert!(read(folder.path(), "report.html").contains("native"));
}

#[test]
fn a_gpu_for_the_native_trainer_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = BackendChoice { name: BackendName::Native, device: DeviceName::Cuda };
    let options = RunOptions { backend, ..options(folder.path(), 1) };
    let suite = Suite::parse(SUITE, "test").expect("a suite that fits together");
    let message = run(&suite, &options, |_, _| ()).map(|_| ()).unwrap_err().to_string();
    assert_eq!(message, "found device cuda, wanted cpu: backend native runs on it alone");
}

#[cfg(feature = "burn")]
#[test]
fn on_burn_networks_alone_are_other_cells_with_the_same_scores() {
    let folder = tempfile::tempdir().expect("a folder");
    let native = run_text(SUITE, &options(folder.path(), 1));
    let backend = BackendChoice { name: BackendName::Burn, device: DeviceName::Cpu };
    let options = RunOptions { backend, ..options(folder.path(), 1) };
    let burn = run_text(SUITE, &options);
    // The detector without a network is the same cell.
    assert_eq!((burn.summary.found, burn.summary.computed, burn.summary.failed), (1, 4, 0));
    for (index, cell) in burn.results.cells.iter().enumerate() {
        let same = cell.record.key == native.results.cells[index].record.key;
        let expected = if index == 1 { (None, true) } else { (Some("burn/cpu"), false) };
        assert_eq!((cell.record.identity.backend_id(), same), expected, "cell {index}");
    }
    assert_eq!(burn.results.rows.len(), native.results.rows.len());
    for (found, expected) in burn.results.rows.iter().zip(&native.results.rows) {
        let [found, expected] = [found, expected].map(|row| row.value.expect("a figure"));
        assert!((found - expected).abs() <= 0.005, "{found} for {expected}");
    }
    assert!(read(folder.path(), "report.html").contains("burn/cpu"));
}
