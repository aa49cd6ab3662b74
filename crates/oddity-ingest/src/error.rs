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
    /// A file that could be opened and then not be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A text in UTF-16, by its byte-order mark.
    #[error("{file}: found UTF-16, wanted UTF-8")]
    Utf16 {
        /// The file.
        file: String,
    },
    /// A file without a byte, where a header or rows were wanted.
    #[error("{file}: the file is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// A record with more or fewer fields than the header or the format.
    #[error("{file}, line {line}: found {found} fields, wanted {expected}")]
    Width {
        /// The file.
        file: String,
        /// First line of the record.
        line: usize,
        /// Fields wanted.
        expected: usize,
        /// Fields found.
        found: usize,
    },
    /// A number that is infinite.
    #[error("{file}, line {line}, column {column}: found {token:?}, wanted a finite number")]
    NotFinite {
        /// The file.
        file: String,
        /// Line of the field.
        line: usize,
        /// Column of the field.
        column: usize,
        /// The field, cut after 32 bytes.
        token: String,
    },
    /// A field that is none of the values that its column may have.
    #[error("{file}, line {line}, column {column}: found {token:?}, wanted {wanted}")]
    Value {
        /// The file.
        file: String,
        /// Line of the field.
        line: usize,
        /// Column of the field.
        column: usize,
        /// The field, cut after 32 bytes.
        token: String,
        /// What is read there, in words.
        wanted: &'static str,
    },
    /// A quote where none may be: inside a field that does not begin with one, or before text.
    #[error("{file}, line {line}, column {column}: found a quote inside a field")]
    Quote {
        /// The file.
        file: String,
        /// Line of the quote.
        line: usize,
        /// Column of the quote.
        column: usize,
    },
    /// A quoted field that does not end before the file does.
    #[error("{file}, line {line}, column {column}: found no end of the quoted field")]
    Unclosed {
        /// The file.
        file: String,
        /// Line of the opening quote.
        line: usize,
        /// Column of the opening quote.
        column: usize,
    },
    /// A record that is longer than the limit.
    #[error("{file}, line {line}: the record has more than {limit} bytes")]
    RecordTooLong {
        /// The file.
        file: String,
        /// First line of the record.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// More distinct values in a column of categories than the limit.
    #[error("{file}, line {line}, column {column}: found more than {limit} categories")]
    Categories {
        /// The file.
        file: String,
        /// Line of the value that is one too many.
        line: usize,
        /// Column of the value.
        column: usize,
        /// The limit.
        limit: usize,
    },
    /// A table that is larger in memory than the limit.
    #[error("{file}: the table takes more than {limit} bytes")]
    TableTooLarge {
        /// The file.
        file: String,
        /// The limit.
        limit: usize,
    },
    /// A header without a column that the format has.
    #[error("{file}, line 1: found no column {name:?}")]
    MissingColumn {
        /// The file.
        file: String,
        /// The name of the column.
        name: String,
    },
    /// A header that names a column twice.
    #[error("{file}, line 1: found column {name:?} twice")]
    DuplicateColumn {
        /// The file.
        file: String,
        /// The name of the column.
        name: String,
    },
    /// A header, or the form of the rows, that is none of those of the format.
    #[error("{file}: found {found}, wanted {wanted}")]
    Format {
        /// The file.
        file: String,
        /// What is there, in words.
        found: String,
        /// What is read here, in words.
        wanted: &'static str,
    },
    /// Files that belong together and differ in their number of rows.
    #[error("{file}: found {found} rows, wanted the {expected} of {other}")]
    Rows {
        /// The file.
        file: String,
        /// Its rows.
        found: usize,
        /// The file that it belongs to.
        other: String,
        /// The rows of that.
        expected: usize,
    },
    /// Files that belong together and differ in a time.
    #[error("{file}: the time of row {row} is not that of {other}")]
    TimeDiffers {
        /// The file.
        file: String,
        /// The file that it belongs to.
        other: String,
        /// Row, counted from 0.
        row: usize,
    },
    /// A Parquet or Arrow file that cannot be read or written.
    #[error("{file}: {source}")]
    Columnar {
        /// The file.
        file: String,
        /// What was wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A column whose values cannot be what a model or a measure reads.
    #[error("column {name:?} holds {found}, wanted {wanted}")]
    ColumnType {
        /// The column.
        name: String,
        /// The type found.
        found: String,
        /// What is read, in words.
        wanted: &'static str,
    },
    /// Values that the contracts refuse: a gap where a number is wanted, say.
    #[error(transparent)]
    Samples(#[from] oddity_core::Error),
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
