//! How files come to be: under a temporary name until they are whole.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// How the names of our temporary files end, behind the number of the process.
const TEMPORARY: &str = "oddity-tmp";

/// The name that a file has until it is whole.
fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.{TEMPORARY}", std::process::id()));
    name.into()
}

/// Whether a file has such a name, of any process.
pub(super) fn is_temporary(path: &Path) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let process = path.file_stem().map(Path::new).and_then(Path::extension);
    path.extension().is_some_and(|extension| extension == TEMPORARY)
        && process.and_then(|process| process.to_str()).is_some_and(is_number)
}

/// Writes a file under a temporary name, syncs it, and gives it its name.
///
/// # Errors
///
/// [`Error::File`] if one of the steps fails; the file then is as it was before.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path);
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    renamed(path, &temporary, write())
}

/// Gives a file that was written its name.
fn renamed(path: &Path, temporary: &Path, written: std::io::Result<()>) -> Result<()> {
    written.and_then(|()| fs::rename(temporary, path)).map_err(|error| {
        // Nothing is left behind; the first error is the one that matters.
        let _first_error_matters = fs::remove_file(temporary);
        Error::file(path)(error)
    })
}

/// Writes a file under a temporary name and gives it its own. It is not synced: for what can be
/// made again from other files.
///
/// # Errors
///
/// As [`write_atomically`].
pub(crate) fn write_unsynced(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path);
    renamed(path, &temporary, fs::write(&temporary, bytes))
}
