//! The error of every reader: which file, where in it, what was found and what was wanted.

use std::io;
use std::path::PathBuf;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why data was refused. Lines and columns are counted from 1, columns in bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file that is no whole archive: truncated, or of another kind.
    #[error("{}: found no whole zip archive: {source}", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file inside an archive that cannot be unpacked: its checksum differs, its bytes are
    /// damaged, it is encrypted or packed in a way that is not read here.
    #[error("{file}: cannot be unpacked: {source}")]
    Unpack {
        /// The file inside the archive.
        file: String,
        /// What was wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file whose size is not the one that its archive or folder gives.
    #[error("{file}: found {found} bytes or more, wanted {expected}")]
    Size {
        /// The file.
        file: String,
        /// The size announced.
        expected: u64,
        /// The size found; reading stops soon after the size announced.
        found: u64,
    },
    /// A single file above the limit.
    #[error("{file}: has {found} bytes, wanted at most {limit}")]
    FileTooLarge {
        /// The file.
        file: String,
        /// Its unpacked size.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// All files together above the limit.
    #[error("{}: holds {found} bytes in all, wanted at most {limit}", path.display())]
    TooLarge {
        /// The archive or folder.
        path: PathBuf,
        /// The unpacked size of all traces.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A name that stands for two files.
    #[error("{file}: found twice, wanted once")]
    DuplicateFile {
        /// The name.
        file: String,
    },
    /// A file name that is not UTF-8.
    #[error("{file}: the file name is not UTF-8")]
    FileName {
        /// The name, with marks in place of what is not UTF-8.
        file: String,
    },
    /// A folder of the published layout that is not there, or holds no trace.
    #[error("{}: found no trace in {folder}", path.display())]
    MissingFolder {
        /// The archive or folder that was read.
        path: PathBuf,
        /// The folder that is missing.
        folder: &'static str,
    },
    /// A folder of attack traces that names no attack, or has no number from 1 to 10.
    #[error("{file}: folder {folder} names no known attack and number from 1 to 10")]
    UnknownAttack {
        /// The file.
        file: String,
        /// Its folder.
        folder: String,
    },
    /// A trace without a number.
    #[error("{file}: the trace is empty")]
    EmptyTrace {
        /// The file.
        file: String,
    },
    /// A token that is not a number.
    #[error("{file}, line {line}, column {column}: found {token:?}, wanted a number")]
    NotANumber {
        /// The file.
        file: String,
        /// Line of the token.
        line: usize,
        /// Column of the token.
        column: usize,
        /// The token, cut after 32 bytes.
        token: String,
    },
    /// A number that is no symbol.
    #[error("{file}, line {line}, column {column}: found {token}, wanted at most 65535")]
    NumberTooLarge {
        /// The file.
        file: String,
        /// Line of the number.
        line: usize,
        /// Column of the number.
        column: usize,
        /// The number as written, cut after 32 digits.
        token: String,
    },
    /// A NUL byte in a text.
    #[error("{file}, line {line}, column {column}: found a NUL byte, wanted text")]
    NulByte {
        /// The file.
        file: String,
        /// Line of the byte.
        line: usize,
        /// Column of the byte.
        column: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("{file}, line {line}, column {column}: found bytes that are not UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
        /// Line of the first such byte.
        line: usize,
        /// Column of the first such byte.
        column: usize,
    },
    /// More symbols than an Arrow list column can hold.
    #[error("found {found} symbols, wanted at most {limit} in one table")]
    TooManySymbols {
        /// Symbols found.
        found: usize,
        /// The most that fit.
        limit: usize,
    },
    /// A table without one role a column.
    #[error("found {found} roles, wanted one for each of {expected} columns")]
    Roles {
        /// Number of columns.
        expected: usize,
        /// Number of roles.
        found: usize,
    },
}
