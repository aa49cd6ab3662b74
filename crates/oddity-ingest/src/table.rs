//! An Arrow record batch whose columns have roles, with its provenance.

use std::fmt;

use arrow_array::RecordBatch;
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
    }
}
