//! Records what a cell's key, an interval's key and a run's environment need to know of the build:
//! hashes of the sources that each depends on, the compiler, and the hash of the lock file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};

/// Files and folders whose sources decide what a cell computes.
const SOURCES: &[&str] = &[
    "../oddity-core/src",
    "../oddity-ingest/src",
    "../oddity-linalg/src",
    "../oddity-features/src",
    "../oddity-kernels/src",
    "../oddity-neural/src",
    "../oddity-models/src",
    "../oddity-eval/src/cross_validation",
    "../oddity-eval/src/search",
    "../../datasets/src",
    "src/dataset",
    "src/dataset.rs",
    "src/execute",
    "src/execute.rs",
    "src/plan.rs",
    "src/search.rs",
];

/// Those that decide what a cell computes on burn, besides.
const BURN_SOURCES: &[&str] = &["../oddity-burn/src"];

/// Those that decide the interval of a figure of stored cells.
const INTERVAL_SOURCES: &[&str] = &[
    "../oddity-core/src",
    "../oddity-eval/src",
    "src/results",
    "src/store/table.rs",
    "src/suite/intervals.rs",
    "src/suite/threshold.rs",
];

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by Cargo"));
    let mut hash = hash(&manifest, SOURCES);
    // LAPACK's last bits are others than ours.
    let blas = env::var_os("CARGO_FEATURE_BLAS").map_or("", |_| "blas");
    hash.update(blas);
    set("ODDITY_CODE_VERSION", &hex(hash));
    set("ODDITY_BURN_VERSION", &hex(self::hash(&manifest, BURN_SOURCES)));

    let lock = manifest.join("../../Cargo.lock");
    rerun_if_changed(&lock);
    let lock = fs::read(lock).map(|text| hex(Sha256::new_with_prefix(text))).ok();

    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let version = version.ok();
    set("ODDITY_INTERVAL_VERSION", &interval_version(&manifest, &lock, &version));
    set("ODDITY_LOCK_SHA256", &lock.unwrap_or_else(|| "unknown".to_owned()));
    set("ODDITY_RUSTC", &version.unwrap_or_else(|| "unknown".to_owned()));
    set("ODDITY_OPT_LEVEL", &variable("OPT_LEVEL"));
}

/// Everything that the same interval of the same scores depends on besides: sources, the versions of
/// other crates, the compiler and the machine that it compiles for. Empty where one of them is not
/// known, as of a package that is built alone: no interval is kept then, for a stale one could not
/// be told.
fn interval_version(manifest: &Path, lock: &Option<String>, rustc: &Option<String>) -> String {
    let all_there = INTERVAL_SOURCES.iter().all(|source| manifest.join(source).exists());
    let rustc = rustc.as_ref().filter(|version| !version.is_empty());
    let (true, Some(lock), Some(rustc)) = (all_there, lock, rustc) else { return String::new() };
    let mut hash = hash(manifest, INTERVAL_SOURCES);
    for part in [lock, rustc, &variable("TARGET")] {
        hash.update(part);
        hash.update("\n");
    }
    hex(hash)
}

/// The hash of files and of the Rust files of folders.
fn hash(manifest: &Path, sources: &[&str]) -> Sha256 {
    let mut files = Vec::new();
    for source in sources {
        let path = manifest.join(source);
        rerun_if_changed(&path);
        if path.is_file() {
            files.push(path);
        } else {
            collect(&path, &mut files);
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    // Where the crate is built alone, from a package, its version stands for the sources.
    hash.update(variable("CARGO_PKG_VERSION"));
    for file in &files {
        let name = file.strip_prefix(manifest).unwrap_or(file);
        hash.update(name.to_string_lossy().as_bytes());
        // A source that was left out would let stale cells pass for new ones.
        hash.update(fs::read(file).expect("a source that can be read"));
    }
    hash
}

fn variable(name: &str) -> String {
    env::var(name).expect("set by Cargo")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

fn set(name: &str, value: &str) {
    println!("cargo::rustc-env={name}={value}");
}
