//! The error of the library: what was wrong with data, a pipeline or a saved one.

use std::io;
use std::path::PathBuf;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why data, a pipeline file or a saved pipeline was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Data that could not be read.
    #[error(transparent)]
    Ingest(#[from] oddity_ingest::Error),
    /// Samples or parameters that a step or detector refused.
    #[error(transparent)]
    Core(#[from] oddity_core::Error),
    /// A threshold rule that was refused.
    #[error(transparent)]
    Eval(#[from] oddity_eval::Error),
    /// A file that could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A pipeline file that does not parse.
    #[error("{file}: {message}")]
    Pipeline {
        /// The file.
        file: String,
        /// What the parser says, with the line.
        message: String,
    },
    /// Parts of a pipeline that contradict each other.
    #[error("the pipeline does not fit together: {problem}")]
    Contradiction {
        /// What does not fit, in words.
        problem: String,
    },
    /// A column that the pipeline names and the data lacks.
    #[error(
        "{file}: found no column {name:?}, which the pipeline names as {role}; columns: {found}"
    )]
    MissingColumn {
        /// The data.
        file: String,
        /// The name.
        name: String,
        /// What it is for.
        role: &'static str,
        /// The columns that there are.
        found: String,
    },
    /// Too little data to fit anything on.
    #[error("found {found} {what}, wanted at least {wanted}")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// How many are wanted.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// A saved pipeline that is damaged, altered, or of a later version.
    #[error("{file}: {problem}")]
    Saved {
        /// The file.
        file: String,
        /// What is wrong.
        problem: SavedProblem,
    },
    /// A pipeline with a part that cannot be saved.
    #[error("{part} cannot be saved")]
    NotSaved {
        /// The part: a step or a detector.
        part: String,
    },
}

/// What is wrong with a saved pipeline.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedProblem {
    /// The bytes are no zip archive, or one that was cut.
    #[error("no saved pipeline, or one that was cut short: {0}")]
    Archive(String),
    /// A part of the archive is missing.
    #[error("found no {0:?} in it")]
    MissingPart(&'static str),
    /// A part larger than is read.
    #[error("{part:?} has {found} bytes or more, at most {limit} are read")]
    TooLarge {
        /// The part.
        part: &'static str,
        /// Its size.
        found: u64,
        /// The largest size that is read.
        limit: u64,
    },
    /// The description does not parse.
    #[error("its description is wrong: {0}")]
    Description(String),
    /// A version that this program does not read.
    #[error(
        "it has schema version {found}, this program reads {wanted}: a newer program may read it"
    )]
    Version {
        /// The version of the file.
        found: u32,
        /// The version that is read.
        wanted: u32,
    },
    /// The arrays are not those that were written.
    #[error("the checksum of {part:?} is {found}, wanted {wanted}: the file was altered")]
    Checksum {
        /// The part.
        part: &'static str,
        /// The checksum of what is there.
        found: String,
        /// The checksum that was written.
        wanted: String,
    },
    /// The arrays do not have the form of safetensors.
    #[error("its arrays are wrong: {0}")]
    Arrays(String),
    /// A part of the pipeline refused its state.
    #[error("{part}: {source}")]
    State {
        /// The part: a step or the detector.
        part: String,
        /// Why.
        #[source]
        source: oddity_core::Error,
    },
}
