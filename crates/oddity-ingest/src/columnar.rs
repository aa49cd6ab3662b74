//! Parquet and Arrow IPC files: cache of a parsed source, and exchange with other programs.
//!
//! A file that is written here carries the roles of its columns, what it was made of and the
//! checksum of that, so that a cache can be told from one of another source.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, read_footer_length};
use arrow_ipc::writer::{DictionaryHandling, FileWriter, IpcWriteOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use sha2::Digest as _;

use crate::batches::Batches;
use crate::{BatchReader, Error, Provenance, ReadOptions, Result, Role, Sha256};

/// Rows of a batch that is read from Parquet, and of a row group that is written.
const BATCH: usize = 16_384;
const ROW_GROUP: usize = 131_072;
/// Bytes that are hashed at once.
const HASHED: usize = 1 << 17;

/// The keys under which a file says where it comes from.
const SOURCE: &str = "oddity.source";
const SHA256: &str = "oddity.sha256";
/// The key under which a column says its role.
const ROLE: &str = "oddity.role";

/// The form of a columnar file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columnar {
    /// Apache Parquet, its pages compressed with Snappy: small on disk.
    Parquet,
    /// Arrow's own file format: read as fast as memory allows.
    Ipc,
}

type Foreign = Box<dyn std::error::Error + Send + Sync>;

impl Columnar {
    /// The form that the ending of a name gives: `.parquet`; `.arrow`, `.feather` or `.ipc`.
    pub fn of(path: &Path) -> Option<Columnar> {
        match path.extension()?.to_str()? {
            "parquet" => Some(Columnar::Parquet),
            "arrow" | "feather" | "ipc" => Some(Columnar::Ipc),
            _ => None,
        }
    }

    /// Writes all batches to a file, with their roles and provenance; returns the number of
    /// rows. Memory holds a row group (131,072 rows) of Parquet, or a batch of Arrow IPC.
    ///
    /// # Errors
    ///
    /// The first error of a batch, [`Error::Io`] and [`Error::Columnar`]. What was written
    /// until then stays and is no whole file: write to a temporary name and rename.
    pub fn write(self, path: &Path, reader: &mut BatchReader) -> Result<usize> {
        let create =
            File::create(path).map_err(|source| Error::Io { path: path.to_owned(), source });
        let schema = with_roles(reader.schema(), reader.roles());
        let mut writer = ColumnarWriter::of(self, path, create?, schema)?;
        for batch in &mut *reader {
            writer.write(&batch?)?;
        }
        writer.finish(&reader.provenance())
    }

    /// Begins a file that is written batch by batch, into a file that is open; `path` is what
    /// errors call it.
    ///
    /// # Errors
    ///
    /// [`Error::Columnar`] for columns that the form cannot hold.
    pub fn writer(
        self,
        path: &Path,
        file: File,
        schema: &Schema,
        roles: &[Role],
    ) -> Result<ColumnarWriter> {
        ColumnarWriter::of(self, path, file, with_roles(schema, roles))
    }

    /// Opens a file. Its batches are read one at a time; the provenance is that which the file
    /// tells, or the file itself where it tells none. Columns without a role are features.
    ///
    /// If the options ask for a checksum, it is that of the file's own bytes, all of which are
    /// read for it now: what a file tells of its source says nothing about its rows.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::Columnar`] for a file that is damaged or of another form.
    pub fn open(self, path: &Path, options: &ReadOptions) -> Result<BatchReader> {
        let failed = |source| Error::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(failed)?;
        let own = options.checksum.then(|| sha256_of(&mut file)).transpose().map_err(failed)?;
        let name = path.display().to_string();
        let opened = guarded(|| match self {
            Columnar::Parquet => open_parquet(file),
            Columnar::Ipc => open_ipc(file),
        });
        let (schema, source, sha256, batches) = opened.map_err(in_file(path))?;
        let roles = schema.fields().iter().map(|field| role_of(field)).collect();
        let source = source.unwrap_or_else(|| name.clone());
        let sha256 = own.or_else(|| sha256.and_then(|text| text.parse().ok()));
        let stored = Stored { name, provenance: Provenance { source, sha256 }, batches };
        Ok(BatchReader::new(schema, roles, stored, options.max_table))
    }
}

/// The checksum of a file, which is then at its start again.
fn sha256_of(file: &mut File) -> io::Result<Sha256> {
    let (mut hash, mut part) = (sha2::Sha256::new(), vec![0; HASHED]);
    loop {
        match file.read(&mut part) {
            Ok(0) => break,
            Ok(n_bytes) => hash.update(&part[..n_bytes]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.rewind()?;
    Ok(Sha256(hash.finalize().into()))
}

fn in_file(path: &Path) -> impl FnOnce(Foreign) -> Error + use<> {
    let file = path.display().to_string();
    move |source| Error::Columnar { file, source }
}

/// The schema with a role in the metadata of each column.
fn with_roles(schema: &Schema, roles: &[Role]) -> SchemaRef {
    let fields = schema.fields().iter().zip(roles).map(|(field, role)| {
        let metadata = [(ROLE.to_owned(), role.to_string())];
        Field::clone(field).with_metadata(metadata.into())
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn role_of(field: &Field) -> Role {
    let roles = [Role::Time, Role::Label, Role::Series, Role::Key];
    let named = field.metadata().get(ROLE);
    let found = roles.into_iter().find(|role| named.is_some_and(|name| *name == role.to_string()));
    found.unwrap_or(Role::Feature)
}

/// A file that is written batch by batch: [`Columnar::writer`] begins one.
pub struct ColumnarWriter {
    path: PathBuf,
    schema: SchemaRef,
    writer: Writer,
    n_rows: usize,
}

impl ColumnarWriter {
    fn of(form: Columnar, path: &Path, file: File, schema: SchemaRef) -> Result<ColumnarWriter> {
        let writer = Writer::new(form, file, &schema).map_err(in_file(path))?;
        Ok(ColumnarWriter { path: path.to_owned(), schema, writer, n_rows: 0 })
    }

    /// Writes the next rows.
    ///
    /// # Errors
    ///
    /// [`Error::Columnar`] for other columns than those of the schema, or a full disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec());
        let written = batch.map_err(Into::into).and_then(|batch| {
            self.n_rows += batch.num_rows();
            self.writer.write(&batch)
        });
        written.map_err(in_file(&self.path))
    }

    /// Ends the file, which says where its rows come from; returns their number.
    ///
    /// # Errors
    ///
    /// [`Error::Columnar`] where the end cannot be written.
    pub fn finish(self, provenance: &Provenance) -> Result<usize> {
        self.writer.finish(provenance).map_err(in_file(&self.path))?;
        Ok(self.n_rows)
    }
}

enum Writer {
    Parquet(Box<ArrowWriter<File>>),
    Ipc(Box<FileWriter<std::io::BufWriter<File>>>),
}

impl Writer {
    fn new(form: Columnar, file: File, schema: &Schema) -> Result<Writer, Foreign> {
        Ok(match form {
            Columnar::Parquet => {
                let mut properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(ROW_GROUP));
                // Measured numbers hardly repeat: a dictionary of them costs more time than
                // all the rest, and is given up in the end.
                for field in schema.fields() {
                    if *field.data_type() == DataType::Float64 {
                        let column = ColumnPath::new(vec![field.name().clone()]);
                        properties = properties.set_column_dictionary_enabled(column, false);
                    }
                }
                let properties = properties.build();
                let schema = Arc::new(schema.clone());
                Writer::Parquet(Box::new(ArrowWriter::try_new(file, schema, Some(properties))?))
            }
            Columnar::Ipc => {
                // The categories of a source grow from batch to batch.
                let options =
                    IpcWriteOptions::default().with_dictionary_handling(DictionaryHandling::Delta);
                let file = std::io::BufWriter::new(file);
                Writer::Ipc(Box::new(FileWriter::try_new_with_options(file, schema, options)?))
            }
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Foreign> {
        match self {
            Writer::Parquet(writer) => Ok(writer.write(batch)?),
            Writer::Ipc(writer) => Ok(writer.write(batch)?),
        }
    }

    fn finish(self, provenance: &Provenance) -> Result<(), Foreign> {
        let mut facts = vec![(SOURCE, provenance.source.clone())];
        facts.extend(provenance.sha256.map(|sha256| (SHA256, sha256.to_string())));
        match self {
            Writer::Parquet(mut writer) => {
                for (key, value) in facts {
                    writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
                }
                writer.close()?;
            }
            Writer::Ipc(mut writer) => {
                for (key, value) in facts {
                    writer.write_metadata(key, value);
                }
                writer.finish()?;
            }
        }
        Ok(())
    }
}

/// Schema, source, checksum and batches of a file.
type Opened = (SchemaRef, Option<String>, Option<String>, StoredBatches);

/// Runs a reader of another crate. A damaged file can trip its assertions: whatever the
/// bytes are, that is an error of the file and not of the program. The reader is not used
/// again after one.
fn guarded<T>(read: impl FnOnce() -> Result<T, Foreign>) -> Result<T, Foreign> {
    let read = catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Err("the parts of the file contradict each other".into()))
}

/// Refuses a footer whose blocks do not lie within the file: the reader would take as much
/// memory as the footer says.
fn check_blocks(file: &mut File) -> Result<(), Foreign> {
    /// The length of the footer and the closing `ARROW1`.
    const TRAILER: u64 = 10;
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.checked_sub(TRAILER).ok_or("found no footer")?;
    file.seek(SeekFrom::Start(start))?;
    let mut trailer = [0; TRAILER as usize];
    file.read_exact(&mut trailer)?;
    let n_bytes = u64::try_from(read_footer_length(trailer)?)?;
    let start = start.checked_sub(n_bytes).ok_or("the footer is longer than the file")?;
    file.seek(SeekFrom::Start(start))?;
    let mut footer = vec![0; usize::try_from(n_bytes)?];
    file.read_exact(&mut footer)?;
    let footer = arrow_ipc::root_as_footer(&footer).map_err(|e| e.to_string())?;
    let blocks = [footer.recordBatches(), footer.dictionaries()].into_iter().flatten();
    for block in blocks.flatten() {
        let sizes = [block.offset(), i64::from(block.metaDataLength()), block.bodyLength()];
        let end = sizes.iter().try_fold(0u64, |end, &size| end.checked_add(size.try_into().ok()?));
        if end.is_none_or(|end| length < end) {
            return Err("a block ends after the file".into());
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}

fn open_parquet(file: File) -> Result<Opened, Foreign> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let schema = Arc::clone(builder.schema());
    let facts = builder.metadata().file_metadata().key_value_metadata();
    let fact = |key: &str| facts?.iter().find(|fact| fact.key == key)?.value.clone();
    let (source, sha256) = (fact(SOURCE), fact(SHA256));
    let batches = StoredBatches::Parquet(Box::new(builder.with_batch_size(BATCH).build()?));
    Ok((schema, source, sha256, batches))
}

fn open_ipc(mut file: File) -> Result<Opened, Foreign> {
    check_blocks(&mut file)?;
    let reader = FileReader::try_new_buffered(file, None)?;
    let fact = |key: &str| reader.custom_metadata().get(key).cloned();
    let (source, sha256) = (fact(SOURCE), fact(SHA256));
    Ok((reader.schema(), source, sha256, StoredBatches::Ipc(Box::new(reader))))
}

enum StoredBatches {
    Parquet(Box<ParquetRecordBatchReader>),
    Ipc(Box<FileReader<std::io::BufReader<File>>>),
}

struct Stored {
    name: String,
    provenance: Provenance,
    batches: StoredBatches,
}

impl Batches for Stored {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let next = guarded(|| match &mut self.batches {
            StoredBatches::Parquet(batches) => Ok(batches.next().transpose()?),
            StoredBatches::Ipc(batches) => Ok(batches.next().transpose()?),
        });
        next.map_err(|source| Error::Columnar { file: self.name.clone(), source })
    }

    fn source(&self) -> &str {
        &self.provenance.source
    }

    fn sha256(&self) -> Option<Sha256> {
        self.provenance.sha256
    }
}
