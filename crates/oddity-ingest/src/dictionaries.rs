//! One dictionary for all batches of a table, each of which came with its own.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType};

use crate::delimited::Categories;

/// Gives each column of categories the same values in all batches, every value once, in
/// order of first occurrence in the dictionaries.
pub(crate) fn unite(batches: &mut [RecordBatch]) -> Result<(), ArrowError> {
    let Some(first) = batches.first() else { return Ok(()) };
    for column in 0..first.num_columns() {
        if is_dictionary(batches[0].column(column).data_type()) {
            unite_column(batches, column)?;
        }
    }
    Ok(())
}

/// Bytes that a batch takes beside the one before it, with which it may share dictionaries.
pub(crate) fn added_size(batch: &RecordBatch, before: Option<&RecordBatch>) -> usize {
    let shared = |(column, array): (usize, &ArrayRef)| {
        let values = array.as_any_dictionary_opt()?.values();
        let others = before?.column(column).as_any_dictionary_opt()?.values();
        Arc::ptr_eq(values, others).then(|| values.get_array_memory_size())
    };
    let shared: usize = batch.columns().iter().enumerate().filter_map(shared).sum();
    batch.get_array_memory_size().saturating_sub(shared)
}

fn is_dictionary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Dictionary(key, value)
        if **key == DataType::Int32 && **value == DataType::Utf8)
}

fn unite_column(batches: &mut [RecordBatch], column: usize) -> Result<(), ArrowError> {
    let mut categories = Categories::default();
    // What the codes of a dictionary become; batches behind each other often share theirs.
    let mut united: (Option<ArrayRef>, Vec<i32>) = (None, Vec::new());
    let mut codes = Vec::with_capacity(batches.len());
    for batch in &*batches {
        let array = batch.column(column).as_dictionary::<Int32Type>();
        if !united.0.as_ref().is_some_and(|values| Arc::ptr_eq(values, array.values())) {
            let values = array.values().as_string::<i32>().iter();
            let new = values.map(|value| categories.code(value.unwrap_or("").as_bytes()) as i32);
            united = (Some(Arc::clone(array.values())), new.collect());
        }
        let new: Int32Array =
            array.keys().iter().map(|code| code.map(|code| united.1[code as usize])).collect();
        codes.push(new);
    }
    let values: ArrayRef = Arc::new(categories.names().map(Some).collect::<StringArray>());
    for (batch, codes) in batches.iter_mut().zip(codes) {
        let (schema, mut columns, _) = batch.clone().into_parts();
        columns[column] = Arc::new(DictionaryArray::try_new(codes, Arc::clone(&values))?);
        *batch = RecordBatch::try_new(schema, columns)?;
    }
    Ok(())
}
