//! Batches with the labels of a file beside them as one more column.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::batches::Batches;
use crate::{BatchReader, Error, Result, Role, Sha256};

/// Labels of a file of their own, a row each of the data's.
pub(crate) struct LabelFile {
    /// What messages call it.
    pub(crate) name: String,
    /// Its checksum, if it was asked for.
    pub(crate) sha256: Option<Sha256>,
    /// The labels.
    pub(crate) labels: BooleanArray,
    /// The times that stand beside them, if any: they must be those of the data.
    pub(crate) times: Option<ArrayRef>,
}

/// Adds the labels as the column `name`.
pub(crate) fn with_labels(
    data: BatchReader,
    name: &str,
    labels: LabelFile,
    max_table: usize,
) -> BatchReader {
    let fields = data.schema().fields().iter().cloned();
    let label = Arc::new(Field::new(name, DataType::Boolean, true));
    let schema: SchemaRef = Arc::new(Schema::new(fields.chain([label]).collect::<Vec<_>>()));
    let roles: Vec<Role> = data.roles().iter().copied().chain([Role::Label]).collect();
    let time = data.roles().iter().position(|&role| role == Role::Time);
    let batches = Labelled { data, labels, time, schema: Arc::clone(&schema), n_rows: 0 };
    BatchReader::new(schema, roles, batches, max_table)
}

struct Labelled {
    data: BatchReader,
    labels: LabelFile,
    time: Option<usize>,
    schema: SchemaRef,
    n_rows: usize,
}

impl Labelled {
    fn check_rows(&self, n_rows: usize, at_end: bool) -> Result<()> {
        let found = self.labels.labels.len();
        if n_rows <= found && (!at_end || n_rows == found) {
            return Ok(());
        }
        let (file, other) = (self.labels.name.clone(), self.data.source().to_owned());
        Err(Error::Rows { file, found, other, expected: n_rows })
    }
}

impl Batches for Labelled {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let Some(batch) = self.data.next().transpose()? else {
            self.check_rows(self.n_rows, true)?;
            return Ok(None);
        };
        let (start, n_rows) = (self.n_rows, batch.num_rows());
        self.n_rows += n_rows;
        self.check_rows(self.n_rows, false)?;
        if let (Some(column), Some(times)) = (self.time, &self.labels.times) {
            let (data, labels) = (batch.column(column), times.slice(start, n_rows));
            if data.as_ref() != labels.as_ref() {
                let same =
                    |row: &usize| data.slice(*row, 1).as_ref() == labels.slice(*row, 1).as_ref();
                let row = (0..n_rows).find(|row| !same(row)).unwrap_or(0);
                let (file, other) = (self.labels.name.clone(), self.data.source().to_owned());
                return Err(Error::TimeDiffers { file, other, row: start + row });
            }
        }
        let label: ArrayRef = Arc::new(self.labels.labels.slice(start, n_rows));
        let columns = batch.columns().iter().cloned().chain([label]).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let failed =
            |e| Error::Columnar { file: self.data.source().to_owned(), source: Box::new(e) };
        batch.map(Some).map_err(failed)
    }

    fn all_at_once(&mut self, limit: usize) {
        self.data.all_at_once(limit);
    }

    fn source(&self) -> &str {
        self.data.source()
    }

    /// That of both checksums, one behind the other: other labels are other data.
    fn sha256(&self) -> Option<Sha256> {
        let (data, labels) = (self.data.provenance().sha256?, self.labels.sha256?);
        Some(Sha256::of(&[data.0, labels.0].concat()))
    }
}
