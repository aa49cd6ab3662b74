//! Which features the workspace is built and tested with: all but those that need something
//! that neither Rust's toolchain nor Cargo brings, or much time.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::{burn, cargo};

/// Features that are left out, and what each needs.
const NOT_EVERYWHERE: &[(&str, &str)] = &[
    ("blas", "OpenBLAS as a library of the system"),
    ("burn", "ten minutes of a processor to build burn"),
    ("cuda", "a GPU by NVIDIA with its toolkit"),
    ("wgpu", "a GPU with its driver"),
];

/// The arguments of Cargo that choose these features.
///
/// Always all of them with `--workspace` but for the crate that brings burn, so that Cargo builds every dependency with the same
/// features each time, once.
pub(crate) fn arguments() -> Result<Vec<String>> {
    let metadata = cargo::workspace()?;
    let chosen = chosen(&metadata);
    ensure!(!chosen.is_empty(), "cargo metadata names no feature");
    let everything = ["--workspace", "--exclude", burn::PACKAGE, "--features"];
    Ok(everything.map(str::to_owned).into_iter().chain([chosen.join(",")]).collect())
}

/// Prints the arguments on standard output, for a shell to put into a call of Cargo.
#[expect(clippy::print_stdout, reason = "a command-line program answers on its output")]
pub(crate) fn print() -> Result<()> {
    println!("{}", arguments()?.join(" "));
    Ok(())
}

/// `package/feature` for each that needs nothing from outside.
fn chosen(metadata: &Value) -> Vec<String> {
    let mut chosen = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if name == burn::PACKAGE {
            continue;
        }
        for (feature, turned_on) in package["features"].as_object().into_iter().flatten() {
            let others = turned_on.as_array().into_iter().flatten().filter_map(Value::as_str);
            let needs_nothing = std::iter::once(feature.as_str()).chain(others).all(everywhere);
            if needs_nothing && feature != "default" {
                chosen.push(format!("{name}/{feature}"));
            }
        }
    }
    chosen.sort();
    chosen
}

/// Whether a feature, or `package/feature`, needs nothing from outside.
fn everywhere(feature: &str) -> bool {
    let own = feature.rsplit('/').next().unwrap_or(feature);
    NOT_EVERYWHERE.iter().all(|(left_out, _)| *left_out != own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_something_from_outside_is_left_out_under_any_name() {
        let text = r#"{"packages": [
            {"name": "a", "features": {"default": ["x"], "x": [], "blas": ["dep:l"]}},
            {"name": "b", "features": {"y": ["a/x"], "fast": ["a/blas"], "gpu": ["dep:d", "cuda"]}}
        ]}"#;
        let metadata: Value = serde_json::from_str(text).unwrap();
        assert_eq!(chosen(&metadata), ["a/x", "b/y"]);
    }
}
