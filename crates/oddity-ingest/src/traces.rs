//! Traces as text: one a line, or a folder with a file for each.
//!
//! | column | holds | role |
//! | --- | --- | --- |
//! | `file` | of a folder: the path of the file from there | series |
//! | `trace` | the text of the trace: symbols with white space between | feature |

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec::IntoIter;

use arrow_array::{RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use sha2::Digest as _;

use crate::adfa_ld::position;
use crate::batches::Batches;
use crate::delimited::{Blocks, ColumnType, DelimitedBatches, Dialect, Encoding};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, ReadOptions, Result, Role, Sha256, folder};

/// Between the fields of a line there would be this byte, which no text has: a line is one field.
const NO_SEPARATOR: u8 = 0x1f;

/// Folders below the one named that are looked into.
const DEPTH: usize = 8;

/// Traces and bytes of a batch of files, about.
const BATCH_FILES: usize = 1024;
const BATCH_BYTES: usize = 16 << 20;

/// Opens a text with a trace a line, or a folder with a file a trace; plain or gzip.
///
/// An empty line is an empty trace. Files of a folder come in the order of their paths, those of
/// its folders too; names that begin with a dot are passed over. The checksum of a folder is that
/// of the path, a zero byte, the length as a 64-bit little-endian number and the text of each file.
///
/// # Errors
///
/// [`Error::Io`], [`Error::Empty`] for a folder without a file, and when reading
/// [`Error::NotUtf8`], [`Error::NulByte`], [`Error::RecordTooLong`] for a trace above the limit,
/// and [`Error::FileTooLarge`] for more unpacked bytes of a file than the limit.
///
/// ```
/// use oddity_ingest::{Input, ReadOptions, traces};
///
/// let bytes = b"open read close\nopen close\n".to_vec();
/// let input = Input::Bytes { name: "calls".to_owned(), bytes };
/// let table = traces::open(input, &ReadOptions::default())?.read_all()?;
/// assert_eq!(table.batch().num_rows(), 2);
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
pub fn open(input: impl Into<Input>, read: &ReadOptions) -> Result<BatchReader> {
    match input.into() {
        Input::File(path) if path.is_dir() => open_folder(path, read),
        input => {
            let source = ByteSource::open(input, read)?;
            let dialect =
                Dialect { separator: NO_SEPARATOR, quote: None, encoding: Encoding::Utf8 };
            let blocks = Blocks::new(source, dialect.quote, read.max_record);
            let columns = [("trace".to_owned(), ColumnType::Text)];
            let batches = DelimitedBatches::new(blocks, dialect, &columns, read);
            let schema = batches.schema().clone();
            Ok(BatchReader::new(schema, vec![Role::Feature], batches, read.max_table))
        }
    }
}

fn open_folder(path: PathBuf, read: &ReadOptions) -> Result<BatchReader> {
    let mut files = folder::files(&path, DEPTH)?;
    files.retain(|(name, _)| !name.split('/').any(|part| part.starts_with('.')));
    files.sort();
    let source = path.display().to_string();
    if files.is_empty() {
        return Err(Error::Empty { file: source });
    }
    let field = |name| Field::new(name, DataType::Utf8, false);
    let schema = Arc::new(Schema::new(vec![field("file"), field("trace")]));
    let hash = read.checksum.then(sha2::Sha256::new);
    let options = ReadOptions { checksum: false, ..read.clone() };
    let batches =
        Files { source, files: files.into_iter(), schema: Arc::clone(&schema), hash, options };
    Ok(BatchReader::new(schema, vec![Role::Series, Role::Feature], batches, read.max_table))
}

/// The files of a folder, a part at a time.
struct Files {
    source: String,
    files: IntoIter<(String, PathBuf)>,
    schema: SchemaRef,
    hash: Option<sha2::Sha256>,
    options: ReadOptions,
}

impl Files {
    /// The text of one file.
    fn text(&self, path: &Path) -> Result<String> {
        let mut source = ByteSource::open(path.into(), &self.options)?;
        let limit = self.options.max_record;
        let mut bytes = Vec::new();
        let read = source.by_ref().take(limit as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| source.error(error))?;
        let file = source.name().to_owned();
        if limit < bytes.len() {
            return Err(Error::RecordTooLong { file, line: 1, limit });
        }
        if let Some(at) = memchr::memchr(0, &bytes) {
            let (line, column) = position(&bytes, at);
            return Err(Error::NulByte { file, line, column });
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let (line, column) = position(error.as_bytes(), at);
            Error::NotUtf8 { file, line, column }
        })
    }
}

impl Batches for Files {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let (mut names, mut traces, mut n_bytes) = (Vec::new(), Vec::new(), 0);
        while names.len() < BATCH_FILES && n_bytes < BATCH_BYTES {
            let Some((name, path)) = self.files.next() else { break };
            let text = self.text(&path)?;
            if let Some(hash) = &mut self.hash {
                hash.update(name.as_bytes());
                hash.update([0]);
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            n_bytes += text.len();
            names.push(name);
            traces.push(text);
        }
        if names.is_empty() {
            return Ok(None);
        }
        let columns: Vec<arrow_array::ArrayRef> =
            vec![Arc::new(StringArray::from(names)), Arc::new(StringArray::from(traces))];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let failed = |error| Error::Columnar { file: self.source.clone(), source: Box::new(error) };
        batch.map(Some).map_err(failed)
    }

    fn source(&self) -> &str {
        &self.source
    }

    fn sha256(&self) -> Option<Sha256> {
        Some(Sha256(self.hash.clone()?.finalize().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked() -> ReadOptions {
        ReadOptions { checksum: true, ..ReadOptions::default() }
    }

    fn texts(input: Input) -> Result<Vec<String>> {
        let table = open(input, &checked())?.read_all()?;
        let records = table.records(&[Role::Feature])?;
        let text = records.texts("trace")?;
        Ok((0..records.n_rows()).map(|row| text(row).to_owned()).collect())
    }

    fn lines(bytes: &[u8]) -> Result<Vec<String>> {
        texts(Input::Bytes { name: "t".to_owned(), bytes: bytes.to_vec() })
    }

    #[test]
    fn a_line_is_a_trace_whatever_is_in_it() {
        assert_eq!(lines(b"a b\n\n\"x, 'y\r\n7").unwrap(), ["a b", "", "\"x, 'y", "7"]);
        assert!(lines(b"").unwrap().is_empty());
        let error = lines(b"a\nb \xff\n").unwrap_err().to_string();
        assert_eq!(error, "t, line 2, column 3: found bytes that are not UTF-8");
    }

    #[test]
    fn a_file_of_a_folder_is_a_trace() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("b/2.txt", b"3\n4\n");
        write("b/10.txt", b"");
        write("a.txt", b"1 2 ");
        write(".hidden", b"\xff");
        let table = open(folder.path(), &checked()).unwrap().read_all().unwrap();
        let names = table.texts(Role::Series).unwrap().unwrap();
        assert_eq!(names, ["a.txt", "b/10.txt", "b/2.txt"]);
        assert_eq!(texts(folder.path().into()).unwrap(), ["1 2 ", "", "3\n4\n"]);
        let first = table.provenance().sha256.unwrap();
        write("b/10.txt", b"9");
        let second = open(folder.path(), &checked()).unwrap().read_all().unwrap();
        assert_ne!(second.provenance().sha256.unwrap(), first);
        write("c.txt", b"1\n2 \0");
        let error = texts(folder.path().into()).unwrap_err().to_string();
        assert!(error.ends_with("c.txt, line 2, column 3: found a NUL byte, wanted text"));
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(texts(empty.path().into()), Err(Error::Empty { .. })));
    }

    #[test]
    fn a_trace_above_the_limit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("t"), "1 2 3 4 5 6").unwrap();
        let options = ReadOptions { max_record: 10, ..ReadOptions::default() };
        let read = open(folder.path(), &options).unwrap().read_all();
        assert!(matches!(read, Err(Error::RecordTooLong { limit: 10, .. })));
    }
}
