//! Delimited text as a stream of typed batches.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};

use super::blocks::{Block, Blocks};
use super::dialect::Dialect;
use super::dictionary::Dictionary;
use super::fault::{Fault, FaultKind};
use super::parallel::Parallel;
use super::typed::{ColumnType, Columns, Parsed, parse};
use crate::batches::Batches;
use crate::{Error, ReadOptions, Result, Sha256};

/// Typed batches of a delimited text.
///
/// The names of categories are those of the source up to a batch. Where all batches are wanted
/// together these are made once, at the end of the source: batch by batch, columns with millions
/// of categories would cost a copy of all names so far with each.
pub(crate) struct DelimitedBatches {
    parsed: Parallel<Parse, Columns>,
    schema: SchemaRef,
    /// The categories of all blocks so far, for each column of categories that is kept.
    dictionaries: Vec<Option<Dictionary>>,
    max_categories: usize,
    /// The most bytes of all batches, where these are wanted together and were not yet read.
    wanted: Option<usize>,
    /// All batches that are left, once they were read together.
    held: Option<VecDeque<Coded>>,
}

/// What makes the columns of a block.
type Parse = Box<dyn Fn(&Block) -> Result<Columns, Fault> + Send + Sync>;

/// A batch with codes in place of its categories.
struct Coded {
    n_rows: usize,
    columns: Vec<ArrayRef>,
}

impl DelimitedBatches {
    /// Reads the records of `blocks`, a column for each name; columns that are skipped are
    /// not in the schema.
    pub(crate) fn new(
        blocks: Blocks,
        dialect: Dialect,
        columns: &[(String, ColumnType)],
        options: &ReadOptions,
    ) -> DelimitedBatches {
        let fields: Vec<Field> = columns
            .iter()
            .filter_map(|(name, column)| Some(Field::new(name, column.data_type()?, true)))
            .collect();
        let types: Vec<ColumnType> = columns.iter().map(|(_, column)| *column).collect();
        let kept = types.iter().filter(|&&column| column != ColumnType::Skipped);
        let dictionaries =
            kept.map(|&column| (column == ColumnType::Category).then(Dictionary::default));
        let dictionaries = dictionaries.collect();
        let parse = move |block: &Block| parse(block, dialect, &types);
        DelimitedBatches {
            parsed: Parallel::new(blocks, Box::new(parse)),
            schema: Arc::new(Schema::new(fields)),
            dictionaries,
            max_categories: options.max_categories,
            wanted: None,
            held: None,
        }
    }

    /// Names and types of the columns that are kept.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next rows; a block of blank lines has none and is passed over.
    fn next_coded(&mut self) -> Result<Option<Coded>> {
        while let Some((columns, block)) = self.parsed.next_with_block()? {
            let coded = self.unite(columns, &block)?;
            self.parsed.recycle(block);
            if 0 < coded.n_rows {
                return Ok(Some(coded));
            }
        }
        Ok(None)
    }

    /// The columns of a block with codes of the source in place of its own.
    fn unite(&mut self, columns: Columns, block: &Block) -> Result<Coded> {
        let Columns { n_rows, columns } = columns;
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        let mut too_many: Option<usize> = None;
        for (column, dictionary) in columns.into_iter().zip(&mut self.dictionaries) {
            match column {
                Parsed::Array(array) => arrays.push(array),
                Parsed::Categories(categories) => {
                    let dictionary = dictionary.get_or_insert_default();
                    match dictionary.unite(categories, self.max_categories) {
                        Ok(codes) => arrays.push(Arc::new(codes)),
                        Err(at) => too_many = Some(too_many.map_or(at, |first| first.min(at))),
                    }
                }
            }
        }
        match too_many {
            None => Ok(Coded { n_rows, columns: arrays }),
            Some(at) => {
                let kind = FaultKind::Categories { limit: self.max_categories };
                let fault = Fault::at(&block.padded()[..block.len()], at, kind);
                Err(fault.in_file(self.source(), block.first_line))
            }
        }
    }

    /// All rows that are left, within so many bytes.
    fn read_rest(&mut self, limit: usize) -> Result<VecDeque<Coded>> {
        let (mut held, mut size) = (VecDeque::new(), 0usize);
        while let Some(coded) = self.next_coded()? {
            let n_bytes = |column: &ArrayRef| column.get_array_memory_size();
            size = size.saturating_add(coded.columns.iter().map(n_bytes).sum());
            let names: usize = self.dictionaries.iter().flatten().map(Dictionary::n_bytes).sum();
            if limit < size.saturating_add(names) {
                return Err(Error::TableTooLarge { file: self.source().to_owned(), limit });
            }
            held.push_back(coded);
        }
        let finished = self.dictionaries.iter_mut().flatten().try_for_each(Dictionary::finish);
        finished.map_err(|error| self.columnar(error))?;
        Ok(held)
    }

    /// The batch, with the names of its categories.
    fn named(&mut self, coded: Coded) -> Result<RecordBatch, ArrowError> {
        let Coded { n_rows, mut columns } = coded;
        for (column, dictionary) in columns.iter_mut().zip(&mut self.dictionaries) {
            if let Some(dictionary) = dictionary {
                *column = dictionary.array(column)?;
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
    }

    fn columnar(&self, error: ArrowError) -> Error {
        Error::Columnar { file: self.source().to_owned(), source: Box::new(error) }
    }
}

impl Batches for DelimitedBatches {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(limit) = self.wanted.take() {
            self.held = Some(self.read_rest(limit)?);
        }
        let coded = match &mut self.held {
            Some(held) => held.pop_front(),
            None => self.next_coded()?,
        };
        let batch = coded.map(|coded| self.named(coded)).transpose();
        batch.map_err(|error| self.columnar(error))
    }

    fn all_at_once(&mut self, limit: usize) {
        self.wanted = Some(limit);
    }

    fn source(&self) -> &str {
        self.parsed.blocks().source().name()
    }

    fn sha256(&self) -> Option<Sha256> {
        self.parsed.blocks().source().sha256()
    }
}

#[cfg(test)]
mod tests;
