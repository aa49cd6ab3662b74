//! One dictionary for all batches of a table, each of which came with its own.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, Int32Array, RecordBatch};
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
    if share_distinct(batches, column) {
        return Ok(());
    }
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
    let values: ArrayRef = Arc::new(categories.into_array()?);
    for (batch, codes) in batches.iter_mut().zip(codes) {
        let (schema, mut columns, _) = batch.clone().into_parts();
        columns[column] = Arc::new(DictionaryArray::try_new(codes, Arc::clone(&values))?);
        *batch = RecordBatch::try_new(schema, columns)?;
    }
    Ok(())
}

/// Whether all batches have one dictionary, in which no value stands twice: there is nothing to
/// unite.
fn share_distinct(batches: &[RecordBatch], column: usize) -> bool {
    let Some(first) = batches.first().map(|batch| values(batch, column)) else { return true };
    let is_shared = batches.iter().all(|batch| Arc::ptr_eq(first, values(batch, column)));
    if !is_shared || first.null_count() != 0 {
        return false;
    }
    let mut seen = Categories::default();
    for value in first.as_string::<i32>().iter().flatten() {
        seen.code(value.as_bytes());
    }
    seen.len() == first.len()
}

fn values(batch: &RecordBatch, column: usize) -> &ArrayRef {
    batch.column(column).as_dictionary::<Int32Type>().values()
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;
    use arrow_schema::{Field, Schema};

    use super::*;

    fn batch(values: &ArrayRef, codes: Vec<i32>) -> RecordBatch {
        let array: ArrayRef = Arc::new(
            DictionaryArray::try_new(Int32Array::from(codes), Arc::clone(values)).expect("codes"),
        );
        let field = Field::new("c", array.data_type().clone(), true);
        RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array]).expect("a column")
    }

    fn texts(batch: &RecordBatch) -> Vec<String> {
        let array = batch.column(0).as_dictionary::<Int32Type>();
        let names = array.values().as_string::<i32>();
        array.keys().iter().flatten().map(|code| names.value(code as usize).to_owned()).collect()
    }

    #[test]
    fn what_is_one_dictionary_stays_and_what_is_not_becomes_one() {
        let values = |names: &[&str]| Arc::new(StringArray::from(names.to_vec())) as ArrayRef;
        let shared = values(&["b", "a"]);
        let mut same = [batch(&shared, vec![0, 1]), batch(&shared, vec![1])];
        unite(&mut same).unwrap();
        for batch in &same {
            let array = batch.column(0).as_dictionary::<Int32Type>();
            assert!(Arc::ptr_eq(array.values(), &shared));
        }
        // A value that stands twice, and another order.
        let twice = values(&["b", "b", "a"]);
        let mut other = [batch(&twice, vec![0, 1, 2]), batch(&values(&["c", "a"]), vec![1, 0])];
        unite(&mut other).unwrap();
        assert_eq!(texts(&other[0]), ["b", "b", "a"]);
        assert_eq!(texts(&other[1]), ["a", "c"]);
        let [first, second] = &other.map(|batch| batch.column(0).clone());
        let names = |array: &ArrayRef| array.as_dictionary::<Int32Type>().values().clone();
        assert!(Arc::ptr_eq(&names(first), &names(second)));
        assert_eq!(names(first).as_string::<i32>(), &StringArray::from(vec!["b", "a", "c"]));
    }
}
