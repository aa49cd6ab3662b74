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
"#;

#[test]
fn networks_are_native_where_nothing_else_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let finished = run_text(SUITE, &options(folder.path(), 1));
    assert_eq!((finished.summary.computed, finished.summary.failed), (3, 0));
    let of = |cell: usize| finished.results.cells[cell].record.identity.backend_id();
    assert_eq!([of(0), of(1), of(2)], [Some("native"), None, Some("native")]);
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
    use oddity_bench::cell::Status;
    let folder = tempfile::tempdir().expect("a folder");
    let native = run_text(SUITE, &options(folder.path(), 1));
    let backend = BackendChoice { name: BackendName::Burn, device: DeviceName::Cpu };
    let options = RunOptions { backend, ..options(folder.path(), 1) };
    let burn = run_text(SUITE, &options);
    // The detector without a network is the same cell; the language model is refused.
    assert_eq!((burn.summary.found, burn.summary.computed, burn.summary.failed), (1, 2, 1));
    let [autoencoder, pca, language_model] = &burn.results.cells[..] else { panic!("three") };
    assert_eq!(autoencoder.record.identity.backend_id(), Some("burn/cpu"));
    assert_eq!(pca.record.key, native.results.cells[1].record.key);
    let record = &language_model.record;
    assert_eq!(record.status, Status::Error);
    let reason = record.reason.as_deref().expect("a reason");
    assert!(reason.contains("lstm_language_model: backend \"burn/cpu\""), "{reason}");
    let value = |finished: &oddity_bench::run::Finished| finished.results.rows[0].value;
    assert_eq!(value(&burn), value(&native));
    assert!(read(folder.path(), "report.html").contains("burn/cpu"));
}
