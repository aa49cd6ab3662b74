//! The error of this crate: a dataset that is not there, a parameter, or a file.

use std::io;
use std::path::PathBuf;

use crate::Checksum;

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
    /// Nobody said where data lies, and the user's cache folder does not hold it.
    #[error(
        "looked for {} but no data folder is named{}: give --data-dir DIR, or set {variable}, \
         or fetch it",
        .looked_for.join(" or "),
        .cache_dir.as_ref().map_or_else(String::new, |dir| format!(", nor is it in {}", dir.display()))
    )]
    NoDataDir {
        /// The paths wanted, relative to the data folder.
        looked_for: Vec<String>,
        /// The environment variable that would name the folder.
        variable: &'static str,
        /// The user's cache folder, if there is one.
        cache_dir: Option<PathBuf>,
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
    /// A text that is no sound registry of datasets.
    #[error("the registry of datasets: {reason}")]
    Registry {
        /// What is wrong, with the place.
        reason: String,
    },
    /// A dataset that is not in the registry.
    #[error("found no dataset {name:?}, wanted one of {}", .known.join(", "))]
    UnknownDataset {
        /// The name asked for.
        name: String,
        /// The names that are known.
        known: Vec<String>,
    },
    /// A dataset whose files cannot be requested.
    #[error("{name} has to be put there by hand, in {}: {instructions}", folder.display())]
    ByHand {
        /// The dataset.
        name: String,
        /// Where its files go.
        folder: PathBuf,
        /// What to do.
        instructions: String,
    },
    /// A server that answers, but not with the file.
    #[error("{url}: the server answered with status {status}")]
    Status {
        /// The address.
        url: String,
        /// The status of HTTP.
        status: u16,
    },
    /// A server that sends from one address to the next without an end.
    #[error("{url}: found more than {limit} redirects")]
    Redirects {
        /// The address.
        url: String,
        /// The most that are followed.
        limit: u32,
    },
    /// An address that begins with https and leads to one that does not.
    #[error("{url}: redirected to an address without https, which is not followed")]
    NotHttps {
        /// The address.
        url: String,
    },
    /// A connection that could not be made, broke off, or stood still for too long.
    #[error("{url}: {source}")]
    Transport {
        /// The address.
        url: String,
        /// What went wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A server that gives another length than the registry.
    #[error("{url}: found a length of {found} bytes, wanted {expected}")]
    Length {
        /// The address.
        url: String,
        /// The length of the registry.
        expected: u64,
        /// The length that the server names.
        found: u64,
    },
    /// A download that ended before its end.
    #[error("{url}: the server ended after {found} of {expected} bytes")]
    Short {
        /// The address.
        url: String,
        /// The length wanted.
        expected: u64,
        /// The bytes that came.
        found: u64,
    },
    /// A download that does not end where it should.
    #[error("{url}: the server sent more than {limit} bytes")]
    TooLong {
        /// The address.
        url: String,
        /// The length wanted, or the limit of the options.
        limit: u64,
    },
    /// A file that was downloaded and is not the one of the registry. It was removed.
    #[error("{url}: found {found}, wanted {expected}; what came was removed")]
    Checksum {
        /// The address.
        url: String,
        /// The checksum of the registry.
        expected: Checksum,
        /// The checksum of what came.
        found: Checksum,
    },
    /// A file that lies there and is not the one of the registry. It is left alone.
    #[error("{} is another file: found {found}, wanted {expected}; move it away", path.display())]
    OtherFile {
        /// The file.
        path: PathBuf,
        /// The length or the checksum of the registry.
        expected: String,
        /// The length or the checksum found.
        found: String,
    },
    /// A file that someone else is downloading at this moment.
    #[error("{} is being downloaded by another process", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// An archive with a name that leads out of its folder, or a link.
    #[error("{}: the entry {entry:?} leads out of the folder, and nothing was kept", path.display())]
    EntryPath {
        /// The archive.
        path: PathBuf,
        /// The name in it.
        entry: String,
    },
    /// An archive that unpacks to more than the limit.
    #[error("{} unpacks to more than {limit} bytes, and nothing was kept", path.display())]
    UnpackedTooLarge {
        /// The archive.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// An archive that is damaged.
    #[error("{} cannot be unpacked: {source}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What was wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Names the file in an error of the operating system.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { action, path, source }
    }
}
