//! `cargo xtask test sanitizers`: the unsafe code of the kernels under LLVM's sanitizers.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// The only crate with unsafe code.
const PACKAGE: &str = "oddity-kernels";

/// What the harness of the tests does with threads of its own: the standard library is not built
/// for the sanitizer, which so does not see what orders this. Whole names, since what the harness
/// calls is to be looked at.
const HARNESS: &str = "race:^test::run_test$\nrace:mpmc*<test::event::CompletedTest>\n";

/// The tests of the kernels twice: with every load and store checked against what is allocated
/// (address), and with every pair of accesses of two threads checked for what orders them
/// (thread). All instruction sets of this processor take part, which an interpreter of Rust's
/// could not run.
///
/// # Errors
///
/// Where a test fails, or a sanitizer finds something.
///
/// Sanitizers are not stable options of the compiler: it is told to take them all the same, for
/// these builds alone, in a folder of their own. About three CPU minutes when cold.
pub(crate) fn run() -> Result<()> {
    let host = host()?;
    let folder = cargo::target()?.join("sanitizers");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let harness = folder.join("harness");
    std::fs::write(&harness, HARNESS).with_context(|| harness.display().to_string())?;
    let options = format!("suppressions={}", harness.display());
    for (sanitizer, flags) in [
        ("address", "-Zsanitizer=address"),
        ("thread", "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer"),
    ] {
        cargo::say(&format!("with the {sanitizer} sanitizer:"));
        let folder = folder.join(sanitizer);
        let test = ["test", "--package", PACKAGE, "--lib", "--locked", "--target", host.as_str()];
        // Nor does it see what orders the writers of a captured message.
        let test = [&test[..], &["--", "--no-capture"]].concat();
        let environment = [
            ("CARGO_TARGET_DIR", folder.to_string_lossy().into_owned()),
            ("RUSTC_BOOTSTRAP", "1".to_owned()),
            ("RUSTFLAGS", flags.to_owned()),
            ("TSAN_OPTIONS", options.clone()),
        ];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        cargo::run(&test, &environment)?;
    }
    Ok(())
}

/// The target that the compiler builds for by itself. It is named, so that build scripts and
/// macros are built without the sanitizer.
fn host() -> Result<String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).args(["--version", "--verbose"]).output();
    let output = output.context("rustc could not be started")?;
    ensure!(output.status.success(), "rustc failed: {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}
