//! Downloads of published datasets: resumed where they broke off, and checked.
//!
//! This is the only module that touches the network, and only when [`fetch`] is called: the
//! caller asks the user first. [`plan`] says what would be requested, and requests nothing.
//!
//! A file is written to `NAME.part` beside its place, hashed while it comes, and renamed when
//! length and checksum are right. A download that breaks off is resumed by a request for the
//! rest (RFC 9110, section 14), in this call or a later one; a server that cannot do that
//! sends the whole again.

mod download;
mod request;
mod unpack;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::registry::{DatasetEntry, FileEntry};
use crate::{Error, Result};

/// How a dataset is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchOptions {
    /// How long a connection may take to be made, to answer, and to stand still: 30 seconds.
    pub timeout: Duration,
    /// Requests for a file that bring nothing further before its download fails: 5.
    pub attempts: u32,
    /// The wait before the second request, doubled before each further one: 1 second.
    pub wait: Duration,
    /// Most redirects that are followed: 5.
    pub max_redirects: u32,
    /// Most bytes of a file whose length the registry does not know: 4 GiB.
    pub max_bytes: u64,
    /// Most bytes that a file unpacks to: 64 GiB.
    pub max_unpacked: u64,
}

impl Default for FetchOptions {
    fn default() -> FetchOptions {
        FetchOptions {
            timeout: Duration::from_secs(30),
            attempts: 5,
            wait: Duration::from_secs(1),
            max_redirects: 5,
            max_bytes: 4 << 30,
            max_unpacked: 64 << 30,
        }
    }
}

/// What a fetch would do with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Where it lies or will lie.
    pub path: PathBuf,
    /// From where; `None` where it is had by hand.
    pub url: Option<String>,
    /// Its length, where known.
    pub size: Option<u64>,
    /// Whether something lies there already.
    pub is_there: bool,
}

/// What [`fetch`] would do, file by file. Nothing is requested, and nothing is hashed.
pub fn plan(dataset: &DatasetEntry, data_dir: &Path) -> Vec<PlannedFile> {
    let planned = |file: &FileEntry| {
        let path = data_dir.join(&dataset.folder).join(&file.path);
        let is_there = path.exists();
        PlannedFile { path, url: dataset.url(file), size: file.size, is_there }
    };
    dataset.files.iter().map(planned).collect()
}

/// What happens during a fetch.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A file is begun.
    File {
        /// Its path below the folder of the dataset.
        path: &'a str,
        /// Its place among the files, from 0.
        at: usize,
        /// The number of files.
        n_files: usize,
    },
    /// Bytes have come.
    Bytes {
        /// Bytes of the file that are there.
        done: u64,
        /// Bytes that it will have, where the registry or the server says so.
        total: Option<u64>,
    },
    /// A request failed, and another follows after a wait.
    Retry {
        /// Why it failed.
        error: &'a Error,
        /// The wait.
        wait: Duration,
    },
}

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was there, with the right checksum.
    WasThere,
    /// It was there, and has no checksum to compare.
    WasThereUnchecked,
    /// It was downloaded.
    Downloaded,
    /// The rest of it was downloaded.
    Resumed,
}

/// A file after a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its length in bytes.
    pub n_bytes: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// What it was unpacked to.
    pub unpacked: Option<PathBuf>,
}

/// What a fetch did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchReport {
    /// The name of the dataset.
    pub dataset: String,
    /// The folder of the dataset.
    pub folder: PathBuf,
    /// Its files.
    pub files: Vec<FetchedFile>,
}

/// Fetches the files of a dataset that are not there, checks those that are, and unpacks.
///
/// Nothing is requested for a dataset that is had by hand: what of it is there is checked. A `*`
/// in the name of such a file stands for any text.
///
/// # Errors
///
/// [`Error::ByHand`] for a dataset that cannot be requested, unless it has a file there;
/// [`Error::OtherFile`] for a file that is there and differs; after all attempts
/// [`Error::Transport`], [`Error::Status`] and [`Error::Short`]; at once
/// [`Error::Redirects`], [`Error::NotHttps`], [`Error::Length`], [`Error::TooLong`],
/// [`Error::Checksum`], [`Error::Busy`], [`Error::Io`] and those of unpacking. Files before
/// the one that failed stay, and so does what came of it, for the next call.
pub fn fetch(
    dataset: &DatasetEntry,
    data_dir: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(&Event<'_>),
) -> Result<FetchReport> {
    let folder = data_dir.join(&dataset.folder);
    let unpacked = |path: &Path, file: &FileEntry| {
        let unpacked = file.unpack.map(|form| unpack::unpack(path, form, options.max_unpacked));
        unpacked.transpose()
    };
    if let Some(instructions) = &dataset.by_hand {
        let mut files = Vec::new();
        for file in &dataset.files {
            for path in places(&folder.join(&file.path))? {
                if let Some((n_bytes, outcome)) = check(&path, file)? {
                    let unpacked = unpacked(&path, file)?;
                    files.push(FetchedFile { path, n_bytes, outcome, unpacked });
                }
            }
        }
        let (dataset, instructions) = (dataset.name.clone(), instructions.clone());
        if files.is_empty() {
            return Err(Error::ByHand { name: dataset, folder, instructions });
        }
        return Ok(FetchReport { dataset, folder, files });
    }
    let (mut files, n_files) = (Vec::with_capacity(dataset.files.len()), dataset.files.len());
    for (at, file) in dataset.files.iter().enumerate() {
        progress(&Event::File { path: &file.path, at, n_files });
        let url = dataset.url(file).unwrap_or_default();
        let path = folder.join(&file.path);
        let (n_bytes, outcome) = match check(&path, file)? {
            Some(found) => found,
            None => download::download(&url, &path, file, options, progress)?,
        };
        let unpacked = unpacked(&path, file)?;
        files.push(FetchedFile { path, n_bytes, outcome, unpacked });
    }
    Ok(FetchReport { dataset: dataset.name.clone(), folder, files })
}

/// The path, or where its name holds a `*` those that are there, sorted.
fn places(path: &Path) -> Result<Vec<PathBuf>> {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let (Some((start, end)), Some(folder)) = (name.split_once('*'), path.parent()) else {
        return Ok(vec![path.to_owned()]);
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(Error::io("read", folder))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read", folder))?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)) {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Looks at what lies in a file's place; `None` if nothing does.
fn check(path: &Path, file: &FileEntry) -> Result<Option<(u64, Outcome)>> {
    let n_bytes = match std::fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    let differs = |expected: String, found: String| {
        Err(Error::OtherFile { path: path.to_owned(), expected, found })
    };
    if let Some(size) = file.size.filter(|&size| size != n_bytes) {
        return differs(format!("{size} bytes"), format!("{n_bytes} bytes"));
    }
    let Some(expected) = file.checksum else {
        return Ok(Some((n_bytes, Outcome::WasThereUnchecked)));
    };
    let found = expected.of_file(path).map_err(Error::io("read", path))?;
    if found != expected {
        return differs(expected.to_string(), found.to_string());
    }
    Ok(Some((n_bytes, Outcome::WasThere)))
}
