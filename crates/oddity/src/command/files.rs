//! Files that commands read whole, and files that are gone when a command is interrupted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use oddity_ingest::{Input, ReadOptions, Table};
use tempfile::NamedTempFile;

use crate::data::{DataConfig, FittedColumn};
use crate::{Error, Result, files};

/// Files that are being written, under the names that they have until they are whole.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is being written.
pub(super) struct Part {
    file: NamedTempFile,
    path: PathBuf,
}

impl Part {
    /// Begins a file.
    pub(super) fn begin(path: &Path) -> Result<Part> {
        let file = files::beside(path);
        let file = file.map_err(|source| Error::Io { path: path.to_owned(), source })?;
        PARTS.lock().unwrap_or_else(PoisonError::into_inner).push(file.path().to_owned());
        Ok(Part { file, path: path.to_owned() })
    }

    /// The file, to write to.
    pub(super) fn file(&self) -> Result<std::fs::File> {
        let reopened = self.file.reopen();
        reopened.map_err(|source| self.error(source))
    }

    /// The error of writing to it.
    pub(super) fn error(&self, source: io::Error) -> Error {
        Error::Io { path: self.path.clone(), source }
    }

    /// Gives the file, which is whole now, its name.
    pub(super) fn keep(self) -> Result<()> {
        let part = self.file.path().to_owned();
        files::keep(self.file, &self.path)?;
        PARTS.lock().unwrap_or_else(PoisonError::into_inner).retain(|path| *path != part);
        Ok(())
    }
}

/// Removes what is not whole.
pub(super) fn remove_parts() {
    for path in PARTS.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // It may be gone already.
        let _gone = std::fs::remove_file(path);
    }
}

/// Reads files whole.
pub(super) fn tables(
    config: &DataConfig,
    paths: &[PathBuf],
    fitted: Option<&[FittedColumn]>,
) -> Result<Vec<Table>> {
    let options = ReadOptions { checksum: true, ..ReadOptions::default() };
    let mut tables: Vec<Table> = Vec::new();
    for path in paths {
        // Further files are read as the first one was.
        let first = tables.first().map(|table| config.fitted_columns(table)).transpose()?;
        let columns = fitted.or(first.as_deref());
        tables.push(config.open(Input::File(path.clone()), columns, &options)?.read_all()?);
    }
    Ok(tables)
}
