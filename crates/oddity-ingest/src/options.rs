//! How a reader reads: its limits, and whether it takes the checksum of its source.

/// Bounds on what a reader takes into memory, and what it does on the way.
///
/// The limits are there for hostile files: a line without an end, a gzip file that unpacks
/// to terabytes, a column of categories that never repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether to hash the source while it is read, for [`crate::BatchReader::provenance`].
    /// It is work of its own over every byte, beside the parsing. A Parquet or Arrow file, of
    /// which not every byte is parsed, is read once more for it.
    pub checksum: bool,
    /// Bytes of the longest record: 16 MiB.
    pub max_record: usize,
    /// Bytes of the source once unpacked: 1 TiB.
    pub max_unpacked: u64,
    /// Distinct values of a column of categories: 4 million.
    pub max_categories: usize,
    /// Bytes of a table in memory, for what reads a source whole: 16 GiB.
    pub max_table: usize,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions {
            checksum: false,
            max_record: 16 << 20,
            max_unpacked: 1 << 40,
            max_categories: 4 << 20,
            max_table: 16 << 30,
        }
    }
}
