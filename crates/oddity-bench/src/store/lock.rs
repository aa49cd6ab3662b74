//! One run at a time in a folder, and what a killed run left half-written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::files::is_temporary;
use super::{CELLS, CHECKPOINTS, HISTORY, INTERVALS, Store, TRAINED};
use crate::error::{Error, Result};

/// The file that a run locks.
const LOCK: &str = "lock";

/// A folder that no other run writes into until this is dropped.
///
/// The lock is the operating system's: it ends with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Store {
    /// Takes the folder for this run, and removes the temporary files of one that was killed.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] where another run has it, [`Error::File`] if the folder is not
    /// writable.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(&path).map_err(Error::file(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let process = holder.trim().parse().ok();
                return Err(Error::Locked { folder: self.folder.clone(), process });
            }
            Err(TryLockError::Error(error)) => return Err(Error::file(&path)(error)),
        }
        let note = |file: &mut File| {
            file.set_len(0)?;
            write!(file, "{}", std::process::id())
        };
        note(&mut file).map_err(Error::file(&path))?;
        let ours = [CELLS, CHECKPOINTS, HISTORY, INTERVALS, TRAINED, "figures", "tables"];
        for folder in ours.map(|inner| self.folder.join(inner)) {
            sweep(&folder, true)?;
        }
        sweep(&self.folder, false)?;
        Ok(Lock { _file: file })
    }
}

/// Removes our temporary files: under their own names they were never stored.
fn sweep(folder: &Path, deep: bool) -> Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path: PathBuf = entry.path();
        if deep && path.is_dir() {
            sweep(&path, true)?;
        } else if is_temporary(&path) {
            match fs::remove_file(&path) {
                // A worker of the killed run was still at it, and has ended meanwhile.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed.map_err(Error::file(&path))?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_runs_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        fs::create_dir_all(folder.path().join("intervals/task")).unwrap();
        let halves = ["cells/abc.12.oddity-tmp", "intervals/task/stide.jsonl.12.oddity-tmp"];
        let halves = halves.map(|name| folder.path().join(name));
        halves.iter().for_each(|half| fs::write(half, "half").unwrap());
        let of_others = ["notes.tmp", "draft.12.tmp", "cells/draft.oddity-tmp"];
        let of_others = of_others.map(|name| folder.path().join(name));
        of_others.iter().for_each(|file| fs::write(file, "whole").unwrap());
        let lock = store.lock().unwrap();
        assert!(!halves.iter().any(|half| half.exists()));
        assert!(of_others.iter().all(|file| file.exists()));
        let message = store.lock().unwrap_err().to_string();
        assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
        drop(lock);
        store.lock().unwrap();
    }
}
