//! Where and with what a run was made: kept beside timings, never in a cell's key.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde::{Deserialize, Serialize};

/// The machine, the build and the settings of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Model of the processor.
    pub cpu: String,
    /// Processors that the program may use.
    pub cores: usize,
    /// Memory of the machine, in bytes.
    pub memory_bytes: Option<u64>,
    /// Operating system and its kernel.
    pub os: String,
    /// Compiler.
    pub rustc: String,
    /// Version of this crate.
    pub version: String,
    /// Level of optimisation.
    pub opt_level: String,
    /// Features of this crate that were on.
    pub features: Vec<String>,
    /// Commit of the working copy, with `+changes` where it had some.
    pub commit: String,
    /// SHA-256 of the lock file.
    pub lock_sha256: String,
    /// Threads of the run.
    pub threads: usize,
    /// Cells computed at the same time.
    pub jobs: usize,
}

impl Environment {
    /// Looks at the machine and the build. What cannot be found out is `unknown`.
    pub fn detect(root: Option<&Path>, threads: usize, jobs: usize) -> Environment {
        let features = [
            ("blas", cfg!(feature = "blas")),
            ("burn", cfg!(feature = "burn")),
            ("cuda", cfg!(feature = "cuda")),
            ("linfa", cfg!(feature = "linfa")),
            ("wgpu", cfg!(feature = "wgpu")),
        ];
        let features = features.into_iter().filter(|(_, on)| *on).map(|(name, _)| name.to_owned());
        Environment {
            cpu: field("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: kibibytes("/proc/meminfo", "MemTotal"),
            os: os(),
            rustc: env!("ODDITY_RUSTC").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            opt_level: env!("ODDITY_OPT_LEVEL").to_owned(),
            features: features.collect(),
            commit: commit(root).unwrap_or_else(unknown),
            lock_sha256: env!("ODDITY_LOCK_SHA256").to_owned(),
            threads,
            jobs,
        }
    }

    /// Names and values for people.
    pub fn rows(&self) -> Vec<(String, String)> {
        let gib = |bytes: u64| format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30));
        [
            ("CPU", self.cpu.clone()),
            ("Cores", self.cores.to_string()),
            ("Memory", self.memory_bytes.map_or_else(unknown, gib)),
            ("Operating system", self.os.clone()),
            ("Compiler", self.rustc.clone()),
            ("Oddity", format!("{} (opt-level {})", self.version, self.opt_level)),
            ("Features", self.features.join(" ")),
            ("Commit", self.commit.clone()),
            ("Lock file SHA-256", self.lock_sha256.clone()),
            ("Threads", self.threads.to_string()),
            ("Cells at a time", self.jobs.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

/// Largest resident memory of this process so far, in bytes, where the system tells.
pub fn peak_rss_bytes() -> Option<u64> {
    kibibytes("/proc/self/status", "VmHWM")
}

/// Begins the peak of this process anew, at what it holds now; whether the system can.
pub fn reset_peak_rss() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// Resident memory of another process, in bytes, where the system tells and it still runs.
pub fn rss_bytes(process: u32) -> Option<u64> {
    kibibytes(&format!("/proc/{process}/status"), "VmRSS")
}

fn unknown() -> String {
    "unknown".to_owned()
}

/// The value of the first line `name : value` of a file.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kibibytes(file: &str, name: &str) -> Option<u64> {
    let value = field(file, name)?;
    let number: u64 = value.split_whitespace().next()?.parse().ok()?;
    Some(number * 1024)
}

fn os() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map_or(env::consts::OS, |name| name.trim_matches('"'));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{name} {} {}", kernel.trim(), env::consts::ARCH).replace("  ", " ")
}

fn commit(root: Option<&Path>) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(root?).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed = git(&["status", "--porcelain"]).is_some_and(|changes| !changes.is_empty());
    Some(if changed { format!("{commit}+changes") } else { commit })
}
