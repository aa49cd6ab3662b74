//! The scores of a cell as a Parquet table: one row a sample.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, RecordBatchReader, UInt32Array,
};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::concat::concat_batches;
use oddity_ingest::Sha256;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

/// What a model said of each sample, with the truth.
///
/// Columns: `sample` (position in the dataset), `test` (whether it was in the test part),
/// `held_out` (whether it was held out of the training part for a threshold), `validation` where
/// any samples were cut from the test part for one, `truth` (class code), `series` and
/// `resampled_<attribute>` where there are any, and, as far as the model gives them, `predicted`
/// (class code), `probability_<code>`, `decision_<code>` and `score`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellTable {
    /// Position of each sample in the dataset.
    pub sample: Vec<u32>,
    /// The part that the sample was in.
    pub part: Vec<Part>,
    /// Class code of each sample; 1 is an anomaly where there are two.
    pub truth: Vec<u32>,
    /// Code of the series that each sample is of, where the data has series.
    pub series: Option<Vec<u32>>,
    /// What is resampled for intervals, where that is an attribute: its name, and the code of
    /// each sample.
    pub resampled: Option<(String, Vec<u32>)>,
    /// Class code that the model gave.
    pub predicted: Option<Vec<u32>>,
    /// Probabilities, `n_samples x n_classes`, row-major.
    pub probabilities: Option<Vec<f64>>,
    /// Decision values, `n_samples x n_classes`, row-major.
    pub decision: Option<Vec<f64>>,
    /// Anomaly scores.
    pub score: Option<Vec<f64>>,
    /// Number of classes.
    pub n_classes: usize,
}

/// How the name of the column begins that [`CellTable::resampled`] is stored in.
const RESAMPLED: &str = "resampled_";

/// Which samples of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those of the test part.
    Test,
    /// Those that the model was fitted on.
    Train,
    /// Normal ones of the training part, held out for a threshold.
    HeldOut,
    /// Labelled ones, cut from the test part for a threshold.
    Validation,
}

impl CellTable {
    /// The rows of a part.
    pub fn rows_of(&self, part: Part) -> Vec<usize> {
        (0..self.part.len()).filter(|&row| self.part[row] == part).collect()
    }

    /// First rows of each series among the rows of a part, and the end: one series where the data
    /// has none.
    pub fn edges_of(&self, part: Part) -> Vec<usize> {
        let rows = self.rows_of(part);
        let mut edges = vec![0];
        if let Some(series) = &self.series {
            edges.extend((1..rows.len()).filter(|&at| series[rows[at - 1]] != series[rows[at]]));
        }
        edges.push(rows.len());
        edges
    }

    /// A checksum of all that the table holds, to the bit.
    pub(crate) fn sha256(&self) -> Sha256 {
        // Every field is named, so that a new one cannot be forgotten.
        let CellTable {
            sample,
            part,
            truth,
            series,
            resampled,
            predicted,
            probabilities,
            decision,
            score,
            n_classes,
        } = self;
        let part: Vec<u8> = part.iter().map(|&part| part as u8).collect();
        let uints = |values: &Vec<u32>| of_bytes(values.iter().map(|value| value.to_le_bytes()));
        let floats =
            |values: &Vec<f64>| of_bytes(values.iter().map(|value| value.to_bits().to_le_bytes()));
        let resampled = resampled.as_ref().map(|(name, codes)| (name, uints(codes)));
        let sums = format!(
            "{n_classes} {:?} {:?} {:?} {:?} {resampled:?} {:?} {:?} {:?} {:?}",
            uints(sample),
            Sha256::of(&part),
            uints(truth),
            series.as_ref().map(uints),
            predicted.as_ref().map(uints),
            probabilities.as_ref().map(floats),
            decision.as_ref().map(floats),
            score.as_ref().map(floats),
        );
        Sha256::of(sums.as_bytes())
    }

    /// The table as the bytes of a Parquet file.
    pub(super) fn to_parquet(&self) -> Result<Vec<u8>, String> {
        let uint = |values: &[u32]| Arc::new(UInt32Array::from(values.to_vec())) as ArrayRef;
        let mut columns = vec![
            ("sample".to_owned(), uint(&self.sample)),
            ("test".to_owned(), self.flags(Part::Test)),
            ("held_out".to_owned(), self.flags(Part::HeldOut)),
        ];
        if self.part.contains(&Part::Validation) {
            columns.push(("validation".to_owned(), self.flags(Part::Validation)));
        }
        columns.push(("truth".to_owned(), uint(&self.truth)));
        columns.extend(self.series.iter().map(|codes| ("series".to_owned(), uint(codes))));
        let resampled = self.resampled.iter();
        columns.extend(resampled.map(|(name, codes)| (format!("{RESAMPLED}{name}"), uint(codes))));
        columns.extend(self.predicted.iter().map(|codes| ("predicted".to_owned(), uint(codes))));
        for (name, values) in [("probability", &self.probabilities), ("decision", &self.decision)] {
            let Some(values) = values else { continue };
            for class in 0..self.n_classes {
                let column = values.iter().skip(class).step_by(self.n_classes).copied();
                let column = Float64Array::from_iter_values(column);
                columns.push((format!("{name}_{class}"), Arc::new(column)));
            }
        }
        if let Some(score) = &self.score {
            columns.push(("score".to_owned(), Arc::new(Float64Array::from(score.clone()))));
        }
        let fields = columns
            .iter()
            .map(|(name, column)| Field::new(name, column.data_type().clone(), false));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let arrays = columns.into_iter().map(|(_, column)| column).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(text)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::GZIP(Default::default()))
            .set_created_by("oddity".to_owned());
        let mut writer =
            ArrowWriter::try_new(Vec::new(), schema, Some(properties.build())).map_err(text)?;
        writer.write(&batch).map_err(text)?;
        writer.into_inner().map_err(text)
    }

    fn flags(&self, part: Part) -> ArrayRef {
        let flags: Vec<bool> = self.part.iter().map(|&of| of == part).collect();
        Arc::new(BooleanArray::from(flags))
    }

    /// Reads the bytes of a Parquet file.
    pub(super) fn from_parquet(bytes: Vec<u8>, n_classes: usize) -> Result<CellTable, String> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
        let reader = reader.map_err(text)?.build().map_err(text)?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>().map_err(text)?;
        let batch = concat_batches(&schema, &batches).map_err(text)?;
        let matrix = |name: &str| -> Result<Option<Vec<f64>>, String> {
            let columns = (0..n_classes).map(|class| floats(&batch, &format!("{name}_{class}")));
            let Some(columns) = columns.collect::<Result<Option<Vec<_>>, _>>()? else {
                return Ok(None);
            };
            let rows = 0..batch.num_rows();
            Ok(Some(rows.flat_map(|row| columns.iter().map(move |column| column[row])).collect()))
        };
        let wanted = |name: &str| uints(&batch, name)?.ok_or_else(|| format!("no column {name}"));
        let flags = |name: &str| column::<BooleanArray>(&batch, name, &DataType::Boolean);
        let validation = flags("validation")?;
        let flags = |name: &str| flags(name)?.ok_or_else(|| format!("no column {name}"));
        let (test, held_out) = (flags("test")?, flags("held_out")?);
        let part = (0..batch.num_rows()).map(|row| {
            if test.value(row) {
                Part::Test
            } else if held_out.value(row) {
                Part::HeldOut
            } else if validation.is_some_and(|validation| validation.value(row)) {
                Part::Validation
            } else {
                Part::Train
            }
        });
        let names = schema.fields().iter().map(|field| field.name());
        let resampled = names.map(String::as_str).find_map(|name| name.strip_prefix(RESAMPLED));
        let resampled = match resampled {
            Some(name) => Some((name.to_owned(), wanted(&format!("{RESAMPLED}{name}"))?)),
            None => None,
        };
        Ok(CellTable {
            sample: wanted("sample")?,
            part: part.collect(),
            truth: wanted("truth")?,
            series: uints(&batch, "series")?,
            resampled,
            predicted: uints(&batch, "predicted")?,
            probabilities: if n_classes == 0 { None } else { matrix("probability")? },
            decision: if n_classes == 0 { None } else { matrix("decision")? },
            score: floats(&batch, "score")?,
            n_classes,
        })
    }
}

/// The checksum of numbers, one behind the other.
fn of_bytes<const N: usize>(numbers: impl ExactSizeIterator<Item = [u8; N]>) -> Sha256 {
    let mut bytes = Vec::with_capacity(numbers.len() * N);
    numbers.for_each(|number| bytes.extend_from_slice(&number));
    Sha256::of(&bytes)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn column<'a, A: Array + 'static>(
    batch: &'a RecordBatch,
    name: &str,
    kind: &DataType,
) -> Result<Option<&'a A>, String> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    match column.as_any().downcast_ref::<A>() {
        Some(column) if column.null_count() == 0 => Ok(Some(column)),
        _ => Err(format!("column {name}: found {}, wanted {kind}", column.data_type())),
    }
}

fn uints(batch: &RecordBatch, name: &str) -> Result<Option<Vec<u32>>, String> {
    let values = column::<UInt32Array>(batch, name, &DataType::UInt32)?;
    Ok(values.map(|values| values.values().to_vec()))
}

fn floats(batch: &RecordBatch, name: &str) -> Result<Option<Vec<f64>>, String> {
    let values = column::<Float64Array>(batch, name, &DataType::Float64)?;
    Ok(values.map(|values| values.values().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_resampled_keeps_its_name() {
        let table = CellTable {
            sample: vec![0, 1],
            part: vec![Part::Test; 2],
            truth: vec![0, 1],
            resampled: Some(("folder".to_owned(), vec![4, 4])),
            score: Some(vec![0.5, 1.0]),
            n_classes: 2,
            ..CellTable::default()
        };
        let bytes = table.to_parquet().unwrap();
        assert_eq!(CellTable::from_parquet(bytes, 2).unwrap(), table);
    }

    #[test]
    fn any_change_changes_the_checksum() {
        let table = CellTable {
            sample: vec![0, 1],
            part: vec![Part::Test; 2],
            truth: vec![0, 1],
            score: Some(vec![0.0, 1.0]),
            n_classes: 2,
            ..CellTable::default()
        };
        let is_other = |change: fn(&mut CellTable)| {
            let mut other = table.clone();
            change(&mut other);
            other.sha256() != table.sha256()
        };
        assert!(!is_other(|_| ()));
        assert!(is_other(|table| table.sample = vec![0, 2]));
        assert!(is_other(|table| table.part[1] = Part::Validation));
        assert!(is_other(|table| table.truth = vec![1, 1]));
        assert!(is_other(|table| table.series = Some(vec![0, 0])));
        assert!(is_other(|table| table.resampled = Some(("day".to_owned(), vec![0, 1]))));
        assert!(is_other(|table| table.predicted = Some(vec![0, 1])));
        assert!(is_other(|table| table.score = Some(vec![-0.0, 1.0])));
        assert!(is_other(|table| table.decision = table.score.take()));
        assert!(is_other(|table| table.probabilities = table.score.take()));
        assert!(is_other(|table| table.score = None));
        assert!(is_other(|table| table.n_classes = 3));
    }
}
