//! Why a suite could not be read, its data not be had, or its results not be stored.

use std::path::PathBuf;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a run could not begin or go on. A cell that fails is no such error: its failure is
/// a result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A suite that does not exist.
    #[error("found suite {name:?}, wanted one of {known}")]
    UnknownSuite {
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// Text that is no suite.
    #[error("{origin}: {message}")]
    SuiteSyntax {
        /// The suite's name or file.
        origin: String,
        /// What the TOML reader says, with line and column.
        message: String,
    },
    /// A suite that contradicts itself.
    #[error("suite {suite}, {id}: {reason}")]
    Suite {
        /// The suite.
        suite: String,
        /// The task or pipeline.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// A choice of pipelines that leaves none.
    #[error("no pipeline of {suite} matches {only:?}")]
    NoPipeline {
        /// The suite.
        suite: String,
        /// The choice.
        only: String,
    },
    /// A filter that no sample meets.
    #[error("suite {suite}, {id}: no sample passes its filters")]
    NoSamples {
        /// The suite.
        suite: String,
        /// The task.
        id: String,
    },
    /// A split by series, or by groups, of which none has samples on both sides.
    #[error("suite {suite}, {id}: no series or group has both training and test samples")]
    NoSplit {
        /// The suite.
        suite: String,
        /// The task.
        id: String,
    },
    /// A filter, or a split by series, that asks for what is not known of the samples.
    #[error("{dataset}: found no attribute {name:?}, wanted one of {known}")]
    Attribute {
        /// The dataset.
        dataset: String,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A column that a dataset is to be read by, and that its files do not have.
    #[error("{dataset}: found no column {name:?} in {files}, wanted one of {known}")]
    Column {
        /// The dataset.
        dataset: String,
        /// The name asked for.
        name: String,
        /// Which files must have it.
        files: &'static str,
        /// The columns there are.
        known: String,
    },
    /// Data without a checksum: its cells could not be told from those of other data.
    #[error("{origin}: found no checksum, wanted that of its bytes")]
    NoChecksum {
        /// What was read.
        origin: String,
    },
    /// A label that the dataset does not have.
    #[error("found label {label:?}, wanted one of the dataset's")]
    UnknownLabel {
        /// The label.
        label: String,
    },
    /// A task without data, in a suite without data.
    #[error("suite {suite}, {id}: neither the task nor the suite names a dataset")]
    NoDataset {
        /// The suite.
        suite: String,
        /// The task.
        id: String,
    },
    /// Data that was not found.
    #[error(transparent)]
    Data(#[from] oddity_datasets::Error),
    /// Data that could not be read.
    #[error(transparent)]
    Ingest(#[from] oddity_ingest::Error),
    /// A split that cannot be made of the samples.
    #[error(transparent)]
    Eval(#[from] oddity_eval::Error),
    /// A contract that was broken outside of a cell.
    #[error(transparent)]
    Core(#[from] oddity_core::Error),
    /// A file that could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: std::io::Error,
    },
    /// A chart that could not be drawn in pixels.
    #[error("a figure of the report: {0}")]
    Figure(#[from] crate::report::png::PngError),
    /// A folder that another run works in.
    #[error("{folder}: another run works in this folder{}", process_text(*process))]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// The process that has it, if it said so.
        process: Option<u32>,
    },
    /// A worker that could not be started, or not store a cell.
    #[error("worker: {reason}")]
    Worker {
        /// What went wrong.
        reason: String,
    },
    /// Somebody ended the run, by Ctrl-C or a signal to its workers.
    #[error("interrupted: a worker was ended by signal {signal}; the next run goes on from here")]
    Interrupted {
        /// The signal.
        signal: i32,
    },
    /// A limit of cells that are computed in this process, which cannot be ended.
    #[error("found a budget without workers, wanted `--isolate`: a cell cannot be ended alone")]
    BudgetWithoutWorkers,
    /// A limit that this operating system has no means to hold.
    #[error("found a budget of memory, wanted none: only Linux tells the memory of a process")]
    MemoryBudget,
    /// A folder that holds no results, or those of a version that wrote no manifest.
    #[error("{folder}: no manifest.json: `bench run` into this folder writes it")]
    NoManifest {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder that was to be emptied, and whose files are not known to be ours.
    #[error("{folder}: found files and no manifest of ours, wanted a folder of results, or none")]
    NotResults {
        /// The folder.
        folder: PathBuf,
    },
    /// A key that is that of no cell, or begins like those of several.
    #[error("{folder}: found {n_found} cells {key}, wanted one")]
    NoCell {
        /// The folder.
        folder: PathBuf,
        /// The key, or its beginning.
        key: String,
        /// How many cells there are.
        n_found: usize,
    },
    /// Folders that do not belong together.
    #[error("{folder}: {reason}")]
    Merge {
        /// The folder that does not fit.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// A stored cell that is damaged or of another schema.
    #[error("{path}: stored cell cannot be read: {reason}")]
    Cell {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A backend or device that this build has no code for.
    #[error("{what} was not built: build oddity-bench with the feature `{feature}`")]
    NotBuilt {
        /// The backend or device asked for.
        what: &'static str,
        /// The feature that brings it.
        feature: &'static str,
    },
    /// A device that the native backend does not know.
    #[error("found device {found}, wanted cpu: backend native runs on it alone")]
    NativeDevice {
        /// The device asked for.
        found: &'static str,
    },
    /// A pool of threads that could not be started.
    #[error("{threads} threads could not be started")]
    Threads {
        /// Threads asked for.
        threads: usize,
    },
}

/// The process behind a lock, for people.
fn process_text(process: Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" (process {process})"))
}

impl Error {
    /// Names the file in an error of the operating system.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::File { path, source }
    }
}
