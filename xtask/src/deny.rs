//! What the workspace takes from outside: licences and sources of every dependency.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::cargo;

/// Licences that a dependency may offer; one of its alternatives must be here.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages that may have a licence of their own, each with its licence and the reason.
///
/// - `option-ext`: a helper of the build of `openblas-src`, with the feature `blas` alone; nothing
///   of it is in a program.
/// - `colored` and `buildid`: burn takes them, the latter for GPUs alone. Their licence asks that
///   changes to their own files stay open; none are made.
/// - `cfg_block` (a file with the MIT licence, which its manifest does not name) and
///   `libfuzzer-sys`: the lock file names them for features of burn that nothing here turns on.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("buildid", "MPL-2.0"),
    ("cfg_block", ""),
    ("colored", "MPL-2.0"),
    ("libfuzzer-sys", "(MIT OR Apache-2.0) AND NCSA"),
    ("option-ext", "MPL-2.0"),
];

/// Refuses dependencies under other licences, and any that comes from neither the package
/// registry nor this workspace.
pub(crate) fn run() -> Result<()> {
    let metadata = cargo::metadata()?;
    let empty = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    let mut refused = Vec::new();
    for package in packages {
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        let licence = text(&package["license"]);
        let exception = EXCEPTIONS.contains(&(text(&package["name"]), licence));
        if !allowed(licence) && !exception {
            refused.push(format!("{name}: licence {licence:?}"));
        }
        let source = package["source"].as_str();
        if source.is_some_and(|source| !source.starts_with("registry+")) {
            refused.push(format!("{name}: source {}", text(&package["source"])));
        }
    }
    ensure!(!packages.is_empty(), "cargo metadata names no package");
    ensure!(refused.is_empty(), "dependencies refused:\n  {}", refused.join("\n  "));
    cargo::say(&format!("deny: {} packages", packages.len()));
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether the licence expression can be met: every part joined by `AND` must offer an
/// allowed alternative.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.replace(['(', ')'], " ");
    expression
        .split(" AND ")
        .all(|part| part.split(" OR ").any(|alternative| LICENCES.contains(&alternative.trim())))
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn one_alternative_of_each_part_must_be_allowed() {
        for good in ["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR X) AND Unicode-3.0"] {
            assert!(allowed(good), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0"] {
            assert!(!allowed(bad), "{bad}");
        }
    }
}
