//! The files below a folder, with their names from there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The files below a folder, each with its path from there, with `/` between the parts; no file
/// lies in more than `depth` folders below it.
pub(crate) fn files(root: &Path, depth: usize) -> Result<Vec<(String, PathBuf)>> {
    let io = |path: &Path, source| Error::Io { path: path.to_owned(), source };
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), root.to_owned(), 0)];
    while let Some((above, folder, n_above)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|source| io(&folder, source))? {
            let entry = entry.map_err(|source| io(&folder, source))?;
            let name = entry.file_name().into_string().map_err(|name| Error::FileName {
                file: format!("{above}{}", name.to_string_lossy()),
            })?;
            let (name, path) = (format!("{above}{name}"), entry.path());
            if !path.is_dir() {
                files.push((name, path));
            } else if n_above < depth {
                folders.push((format!("{name}/"), path, n_above + 1));
            }
        }
    }
    Ok(files)
}
