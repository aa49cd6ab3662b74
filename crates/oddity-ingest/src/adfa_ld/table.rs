//! The traces as an Arrow table.

use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, ListArray, RecordBatch, StringArray};
use arrow_array::{Int8Array, Int32Array, UInt8Array, UInt16Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema};

use super::{AdfaLd, Class, Subset};
use crate::{Error, Provenance, Result, Role, Table};

impl AdfaLd {
    /// The traces as a table, one row a trace, in the same order:
    ///
    /// | column | type | role |
    /// | --- | --- | --- |
    /// | `trace` | list of `UInt16` | feature |
    /// | `class` | dictionary (`Int8` to text) | label |
    /// | `subset` | dictionary (`Int8` to text) | series |
    /// | `folder` | `UInt8`, null for normal traces | series |
    /// | `file` | dictionary (`Int32` to text) | key |
    ///
    /// `source` says in words where the traces came from.
    ///
    /// # Errors
    ///
    /// [`Error::TooManySymbols`] for more than 2^31 - 1 calls, which the list column cannot
    /// count.
    ///
    /// # Panics
    ///
    /// If the fields were set by hand to differing numbers of sequences and traces.
    pub fn table(&self, source: impl Into<String>) -> Result<Table> {
        let columns: [(&str, ArrayRef, Role); 5] = [
            ("trace", Arc::new(self.trace_column()?), Role::Feature),
            ("class", Arc::new(self.class_column()), Role::Label),
            ("subset", Arc::new(self.subset_column()), Role::Series),
            ("folder", Arc::new(self.folder_column()), Role::Series),
            ("file", Arc::new(self.file_column()), Role::Key),
        ];
        let (mut fields, mut arrays, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        for (name, array, role) in columns {
            fields.push(Field::new(name, array.data_type().clone(), name == "folder"));
            arrays.push(array);
            roles.push(role);
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
            .expect("columns of one length with the types of their fields");
        Table::new(batch, roles, Provenance { source: source.into(), sha256: Some(self.sha256) })
    }

    fn trace_column(&self) -> Result<ListArray> {
        let view = self.sequences.view();
        let limit = i32::MAX as usize;
        if limit < view.n_symbols() {
            return Err(Error::TooManySymbols { found: view.n_symbols(), limit });
        }
        let symbols: UInt16Array = view.iter().flatten().copied().collect();
        let offsets = OffsetBuffer::from_lengths(view.iter().map(<[_]>::len));
        let field = Arc::new(Field::new_list_field(DataType::UInt16, false));
        Ok(ListArray::new(field, offsets, Arc::new(symbols), None))
    }

    fn class_column(&self) -> DictionaryArray<arrow_array::types::Int8Type> {
        let keys = self.traces.iter().map(|trace| trace.class as i8);
        let names = StringArray::from_iter_values(Class::ALL.map(Class::name));
        DictionaryArray::new(Int8Array::from_iter_values(keys), Arc::new(names))
    }

    fn subset_column(&self) -> DictionaryArray<arrow_array::types::Int8Type> {
        let keys = self.traces.iter().map(|trace| trace.subset as i8);
        let names = StringArray::from_iter_values(Subset::ALL.map(Subset::name));
        DictionaryArray::new(Int8Array::from_iter_values(keys), Arc::new(names))
    }

    fn folder_column(&self) -> UInt8Array {
        self.traces.iter().map(|trace| trace.folder).collect()
    }

    fn file_column(&self) -> DictionaryArray<arrow_array::types::Int32Type> {
        let keys: ScalarBuffer<i32> = (0..self.traces.len() as i32).collect();
        let names = self.traces.iter().map(|trace| trace.file.as_str());
        let names = StringArray::from_iter_values(names);
        DictionaryArray::new(Int32Array::new(keys, None), Arc::new(names))
    }
}
