//! A table as a stream of Arrow batches with bounded memory.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;

use crate::{Error, Provenance, Result, Role, Sha256, Table};

/// Batches of one schema, in the order of the source; a role for each column.
///
/// Iterating gives the batches, and ends after the first error. Batches do not depend on the
/// number of threads; those of one reader may differ in length. In a delimited text a category
/// has the same code in all batches; a batch names those that occurred so far.
pub struct BatchReader {
    schema: SchemaRef,
    roles: Vec<Role>,
    batches: Box<dyn Batches>,
    max_table: usize,
    failed: bool,
}

/// Where batches come from.
pub(crate) trait Batches: Send {
    /// The next batch.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>>;
    /// Says that all batches that are left are wanted together, in at most `limit` bytes, so
    /// that what they share, such as the names of categories, may be made once. For a source
    /// whose batches share nothing that grows there is nothing to do.
    fn all_at_once(&mut self, _limit: usize) {}
    /// What is read, in words.
    fn source(&self) -> &str;
    /// The checksum of what was read so far, if it was asked for.
    fn sha256(&self) -> Option<Sha256>;
}

impl BatchReader {
    /// Batches of that schema.
    pub(crate) fn new(
        schema: SchemaRef,
        roles: Vec<Role>,
        batches: impl Batches + 'static,
        max_table: usize,
    ) -> BatchReader {
        BatchReader { schema, roles, batches: Box::new(batches), max_table, failed: false }
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The roles, by column.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Gives columns the roles that the user names.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] if there is no such column.
    pub fn with_roles(mut self, roles: &[(&str, Role)]) -> Result<BatchReader> {
        for (name, role) in roles {
            let column = self.schema.index_of(name).map_err(|_| Error::MissingColumn {
                file: self.batches.source().to_owned(),
                name: (*name).to_owned(),
            })?;
            self.roles[column] = *role;
        }
        Ok(self)
    }

    /// Where the batches come from. A checksum, if the options asked for one, is that of the
    /// whole source once all batches were read.
    pub fn provenance(&self) -> Provenance {
        Provenance { source: self.batches.source().to_owned(), sha256: self.batches.sha256() }
    }

    /// What is read, in words: a path.
    pub fn source(&self) -> &str {
        self.batches.source()
    }

    /// Reads everything into one table.
    ///
    /// # Errors
    ///
    /// The first error of a batch, and [`Error::TableTooLarge`].
    pub fn read_all(mut self) -> Result<Table> {
        let (mut batches, mut size, limit) = (Vec::new(), 0usize, self.max_table);
        self.all_at_once(limit);
        for batch in &mut self {
            let batch = batch?;
            size = size.saturating_add(crate::dictionaries::added_size(&batch, batches.last()));
            batches.push(batch);
            if limit < size {
                break;
            }
        }
        if limit < size {
            let file = self.batches.source().to_owned();
            return Err(Error::TableTooLarge { file, limit });
        }
        let united = crate::dictionaries::unite(&mut batches);
        let batch = united.and_then(|()| concat_batches(&self.schema, &batches));
        let file = || self.batches.source().to_owned();
        let batch = batch.map_err(|e| Error::Columnar { file: file(), source: Box::new(e) })?;
        Table::new(batch, self.roles.clone(), self.provenance())
    }

    /// Says that all batches that are left are wanted together.
    pub(crate) fn all_at_once(&mut self, limit: usize) {
        self.batches.all_at_once(limit);
    }

    /// The same batches, each changed by `f`, which keeps number and meaning of the rows.
    pub(crate) fn map(
        self,
        schema: SchemaRef,
        roles: Vec<Role>,
        f: impl FnMut(RecordBatch) -> Result<RecordBatch> + Send + 'static,
    ) -> BatchReader {
        let max_table = self.max_table;
        BatchReader::new(schema, roles, Mapped { batches: self.batches, f }, max_table)
    }
}

impl Iterator for BatchReader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        if self.failed {
            return None;
        }
        let next = self.batches.next_batch().transpose();
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}

impl std::fmt::Debug for BatchReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.schema.fields().len();
        f.debug_struct("BatchReader")
            .field("source", &self.source())
            .field("columns", &columns)
            .finish()
    }
}

struct Mapped<F> {
    batches: Box<dyn Batches>,
    f: F,
}

impl<F: FnMut(RecordBatch) -> Result<RecordBatch> + Send> Batches for Mapped<F> {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.batches.next_batch()?.map(&mut self.f).transpose()
    }

    fn all_at_once(&mut self, limit: usize) {
        self.batches.all_at_once(limit);
    }

    fn source(&self) -> &str {
        self.batches.source()
    }

    fn sha256(&self) -> Option<Sha256> {
        self.batches.sha256()
    }
}
