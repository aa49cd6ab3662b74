//! The error of this crate: a dataset that is not there, a parameter, or a file.

use std::io;
use std::path::PathBuf;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a dataset could not be found, made or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter of a generator is outside its range.
    #[error("{generator}: parameter {parameter} is {found}, wanted {wanted}")]
    Parameter {
        /// The generator that refuses.
        generator: &'static str,
        /// Name of the parameter.
        parameter: &'static str,
        /// The value given.
        found: f64,
        /// The range in words.
        wanted: &'static str,
    },
    /// Nobody said where data lies.
    #[error(
        "looked for {} but no data folder is named: give --data-dir DIR, or set {variable}",
        .looked_for.join(" or ")
    )]
    NoDataDir {
        /// The paths wanted, relative to the data folder.
        looked_for: Vec<String>,
        /// The environment variable that would name the folder.
        variable: &'static str,
    },
    /// The data folder is there or not, but holds none of the paths.
    #[error(
        "found no {} in {} (named by {named_by}): put the data there, or name another folder \
         with --data-dir DIR or {variable}",
        .looked_for.join(" or "), data_dir.display()
    )]
    NotFound {
        /// The paths wanted, relative to the data folder.
        looked_for: Vec<String>,
        /// The folder that was searched.
        data_dir: PathBuf,
        /// What named the folder: `--data-dir` or the environment variable.
        named_by: &'static str,
        /// The environment variable that can name the folder.
        variable: &'static str,
    },
    /// A folder to write into holds something already, which would mix with the new data.
    #[error("{} is not empty, wanted a new or an empty folder", path.display())]
    FolderNotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system refused to read or write.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}
