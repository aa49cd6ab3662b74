//! What came of reading bytes to their end, in a form that can be compared.

use arrow_array::{Array as _, RecordBatch};
use oddity_ingest::{BatchReader, Result, Role, Sha256};

/// All batches of a source, or those before the first error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The batches.
    pub batches: Vec<RecordBatch>,
    /// Number of columns of the schema; `None` if nothing was opened.
    pub n_columns: Option<usize>,
    /// The roles of the columns.
    pub roles: Vec<Role>,
    /// The checksum of the source, if all of it was read.
    pub sha256: Option<Sha256>,
    /// What a source gave that is no table, in words.
    pub facts: String,
    /// The text of the error, if there was one.
    pub error: Option<String>,
}

impl Reading {
    /// Reads all batches.
    pub fn of(opened: Result<BatchReader>) -> Reading {
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(error) => return Reading::of_error(&error),
        };
        let mut reading = Reading::of_batches(reader.schema().fields().len(), &mut reader);
        reading.roles = reader.roles().to_vec();
        if reading.error.is_none() {
            reading.sha256 = reader.provenance().sha256;
        }
        reading
    }

    /// Reads batches of that many columns.
    pub fn of_batches(
        n_columns: usize,
        batches: impl Iterator<Item = Result<RecordBatch>>,
    ) -> Reading {
        let mut reading = Reading { n_columns: Some(n_columns), ..Reading::default() };
        for batch in batches {
            match batch {
                Ok(batch) => reading.batches.push(batch),
                Err(error) => reading.error = Some(error.to_string()),
            }
        }
        reading
    }

    /// What is no table.
    pub fn of_facts(facts: String) -> Reading {
        Reading { facts, ..Reading::default() }
    }

    /// Nothing but an error.
    pub fn of_error(error: &dyn std::error::Error) -> Reading {
        Reading { error: Some(error.to_string()), ..Reading::default() }
    }

    /// The same without a name that is another one each time.
    pub(crate) fn without(mut self, name: &str) -> Reading {
        self.error = self.error.map(|error| error.replace(name, "f"));
        self
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// What is wrong with the arrays, if anything is.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub fn check_arrays(&self) -> Result<(), String> {
        for batch in &self.batches {
            for (column, field) in batch.columns().iter().zip(batch.schema().fields()) {
                if column.len() != batch.num_rows() {
                    let (n, n_rows) = (column.len(), batch.num_rows());
                    return Err(format!("column {} has {n} values in {n_rows} rows", field.name()));
                }
                let valid = column.to_data().validate_full();
                valid.map_err(|error| format!("column {}: {error}", field.name()))?;
            }
        }
        Ok(())
    }

    /// The kind of the outcome: the same for inputs that fail alike or give tables alike.
    pub(crate) fn kind(&self) -> String {
        if let Some(error) = &self.error {
            return without_values(error);
        }
        if !self.facts.is_empty() {
            return without_values(&self.facts);
        }
        let rows = usize::BITS - self.n_rows().leading_zeros();
        format!("{} columns, 2^{rows} rows", self.n_columns.unwrap_or(0))
    }
}

/// A message without digits and without what stands between quotes.
fn without_values(message: &str) -> String {
    let outside = message.split('"').step_by(2).collect::<Vec<_>>().join("..");
    let mut kind = String::new();
    for letter in outside.chars().take(160) {
        match letter {
            '0'..='9' if kind.ends_with('#') => {}
            '0'..='9' => kind.push('#'),
            _ => kind.push(letter),
        }
    }
    kind
}
