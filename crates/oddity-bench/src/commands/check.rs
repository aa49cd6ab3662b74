//! `bench check`: whether a folder holds what it says it does.

use std::path::Path;
use std::process::ExitCode;

use super::print;
use crate::check::check;

/// Names shown of what is missing, at most.
const MAX_MISSING: usize = 20;

/// Checks a folder, and says what was found.
pub(crate) fn run(folder: &Path) -> anyhow::Result<ExitCode> {
    let checked = check(folder)?;
    for wrong in &checked.wrong {
        print(&format!("wrong: {wrong}"));
    }
    for name in checked.missing.iter().take(MAX_MISSING) {
        print(&format!("missing: {name}"));
    }
    for note in &checked.notes {
        print(&format!("note: {note}"));
    }
    if 0 < checked.n_elsewhere {
        print(&format!("incomplete: {} cells are those of other shards", checked.n_elsewhere));
    }
    let verdict = match checked.exit_code() {
        0 => "complete and right",
        1 => "wrong",
        _ => "right as far as it goes, and incomplete",
    };
    print(&format!(
        "{}: {verdict}: {} cells read ({} failed), {} missing, {} figures measured again, {} files \
         of models",
        folder.display(),
        checked.n_read,
        checked.n_failed,
        checked.missing.len(),
        checked.n_measured,
        checked.n_artefacts
    ));
    Ok(ExitCode::from(checked.exit_code()))
}
