//! An Arrow record batch whose columns have roles, with its provenance.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use arrow_select::concat::concat_batches;
use sha2::Digest as _;

use crate::{Error, Result, Role};

/// Rows as an Arrow record batch, a role for each column, and where they came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    batch: RecordBatch,
    roles: Vec<Role>,
    provenance: Provenance,
}

impl Table {
    /// Takes the rows, one role a column, and the provenance.
    ///
    /// # Errors
    ///
    /// [`Error::Roles`] unless there is one role a column.
    pub fn new(batch: RecordBatch, roles: Vec<Role>, provenance: Provenance) -> Result<Table> {
        if batch.num_columns() != roles.len() {
            return Err(Error::Roles { expected: batch.num_columns(), found: roles.len() });
        }
        Ok(Table { batch, roles, provenance })
    }

    /// The rows of tables with the same columns behind each other. The provenance names all
    /// sources and has no checksum.
    ///
    /// # Errors
    ///
    /// [`Error::Columnar`] if the columns differ, or there is no table.
    pub fn join_rows(tables: Vec<Table>) -> Result<Table> {
        let sources: Vec<&str> =
            tables.iter().map(|table| table.provenance.source.as_str()).collect();
        let source = sources.join(", ");
        let roles = tables.first().map(|table| table.roles.clone()).unwrap_or_default();
        let mut batches: Vec<RecordBatch> = tables.into_iter().map(|table| table.batch).collect();
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        let united = crate::dictionaries::unite(&mut batches);
        let batch = united.and_then(|()| concat_batches(&schema, &batches));
        let failed = |e| Error::Columnar { file: source.clone(), source: Box::new(e) };
        let batch = batch.map_err(failed)?;
        Table::new(batch, roles, Provenance { source, sha256: None })
    }

    /// The columns with one of the roles, in their order.
    ///
    /// # Errors
    ///
    /// [`Error::Columnar`] if there is none of them: the number of rows would be lost.
    pub fn only(&self, roles: &[Role]) -> Result<Table> {
        let chosen: Vec<usize> =
            (0..self.roles.len()).filter(|&at| roles.contains(&self.roles[at])).collect();
        let file = || self.provenance.source.clone();
        if chosen.is_empty() {
            let source = "found no column of the roles that are wanted".into();
            return Err(Error::Columnar { file: file(), source });
        }
        let batch = self.batch.project(&chosen);
        let batch = batch.map_err(|e| Error::Columnar { file: file(), source: Box::new(e) })?;
        let roles = chosen.iter().map(|&at| self.roles[at]).collect();
        Table::new(batch, roles, self.provenance.clone())
    }

    /// The rows.
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The roles, by column.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The columns with that role, in order.
    pub fn columns(&self, role: Role) -> impl Iterator<Item = usize> {
        (0..self.roles.len()).filter(move |&column| self.roles[column] == role)
    }

    /// Where the rows came from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}

/// Where a table came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// What was read, in words: a path, or the name of a generator.
    pub source: String,
    /// The checksum of what was read, where it was asked for.
    pub sha256: Option<Sha256>,
}

/// A SHA-256 checksum; prints as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// The checksum of bytes.
    pub fn of(bytes: &[u8]) -> Sha256 {
        Sha256(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Sha256 {
    type Err = NotSha256;

    fn from_str(text: &str) -> Result<Sha256, NotSha256> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotSha256);
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| NotSha256)?;
        }
        Ok(Sha256(bytes))
    }
}

/// A text that is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found something else than 64 hexadecimal digits")]
pub struct NotSha256;

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_prints_as_the_standard_gives_it() {
        // FIPS 180-4, the example of one block.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::of(b"abc").to_string(), expected);
        assert_eq!(expected.parse(), Ok(Sha256::of(b"abc")));
        assert_eq!(expected[1..].parse::<Sha256>(), Err(NotSha256));
        assert_eq!(expected.replace("ba", "+a").parse::<Sha256>(), Err(NotSha256));
    }
}
