//! Delimited text as a stream of batches, its blocks parsed in parallel.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, DictionaryArray, Int32Array, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow_schema::{Field, Schema, SchemaRef};
use rayon::prelude::*;

use super::blocks::{Block, Blocks};
use super::category::Categories;
use super::dialect::Dialect;
use super::fault::{Fault, FaultKind};
use super::typed::{ColumnType, Columns, Parsed, parse};
use crate::batches::Batches;
use crate::{Error, ReadOptions, Result, Sha256};

/// Blocks that are parsed together, while as many are read (and unpacked). Fixed, so that
/// memory and batches do not depend on the number of threads.
const GROUP: usize = 8;

/// Batches from the blocks of a source, in order: while the blocks of a group are parsed on
/// all threads of the current rayon pool, one of them reads and unpacks the next group.
pub(crate) struct Parallel<P, T> {
    blocks: Blocks,
    parse: P,
    group: Vec<Block>,
    parsed: VecDeque<(usize, Result<T, Fault>)>,
    /// What ended the reading of blocks: reported after the records before it.
    failed: Option<Error>,
    started: bool,
}

impl<P, T> Parallel<P, T>
where
    P: Fn(&Block) -> Result<T, Fault> + Send + Sync,
    T: Send,
{
    /// Parses each block of `blocks` with `parse`.
    pub(crate) fn new(blocks: Blocks, parse: P) -> Parallel<P, T> {
        let (group, parsed) = (Vec::new(), VecDeque::new());
        Parallel { blocks, parse, group, parsed, failed: None, started: false }
    }

    /// The blocks, for what they know of the source.
    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// What the next block gave, with the number of lines before it.
    pub(crate) fn next(&mut self) -> Result<Option<T>> {
        loop {
            if let Some((first_line, parsed)) = self.parsed.pop_front() {
                let in_file = |fault: Fault| fault.in_file(self.blocks.source().name(), first_line);
                return parsed.map(Some).map_err(in_file);
            }
            if !self.started {
                self.started = true;
                (self.group, self.failed) = read_group(&mut self.blocks);
            }
            if self.group.is_empty() {
                return self.failed.take().map_or(Ok(None), Err);
            }
            self.parse_group();
        }
    }

    fn parse_group(&mut self) {
        let group = std::mem::take(&mut self.group);
        let (blocks, failed, parse) = (&mut self.blocks, &mut self.failed, &self.parse);
        let (parsed, (next, error)) = rayon::join(
            || {
                group
                    .par_iter()
                    .with_max_len(1)
                    .map(|block| (block.first_line, parse(block)))
                    .collect::<Vec<_>>()
            },
            || if failed.is_some() { (Vec::new(), None) } else { read_group(blocks) },
        );
        self.failed = self.failed.take().or(error);
        self.parsed.extend(parsed);
        self.group = next;
        group.into_iter().for_each(|block| self.blocks.recycle(block));
    }
}

fn read_group(blocks: &mut Blocks) -> (Vec<Block>, Option<Error>) {
    let mut group = Vec::with_capacity(GROUP);
    while group.len() < GROUP {
        match blocks.next() {
            Ok(Some(block)) => group.push(block),
            Ok(None) => break,
            Err(error) => return (group, Some(error)),
        }
    }
    (group, None)
}

/// Typed batches of a delimited text.
pub(crate) struct DelimitedBatches {
    parsed: Parallel<Parse, Columns>,
    schema: SchemaRef,
    /// The categories of all blocks so far, for each column that is kept.
    dictionaries: Vec<Dictionary>,
    max_categories: usize,
}

/// What makes the columns of a block.
type Parse = Box<dyn Fn(&Block) -> Result<Columns, Fault> + Send + Sync>;

#[derive(Default)]
struct Dictionary {
    categories: Categories,
    /// The names, as an array: made anew when a block brings new ones.
    names: Option<Arc<StringArray>>,
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
        let dictionaries = fields.iter().map(|_| Dictionary::default()).collect();
        let max_categories = options.max_categories;
        let parse = move |block: &Block| parse(block, dialect, &types, max_categories);
        DelimitedBatches {
            parsed: Parallel::new(blocks, Box::new(parse)),
            schema: Arc::new(Schema::new(fields)),
            dictionaries,
            max_categories,
        }
    }

    /// Names and types of the columns that are kept.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn batch(&mut self, columns: Columns) -> Result<RecordBatch> {
        let Columns { n_rows, columns } = columns;
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        for (column, dictionary) in columns.into_iter().zip(&mut self.dictionaries) {
            arrays.push(match column {
                Parsed::Array(array) => array,
                Parsed::Categories(codes, categories) => dictionary.unite(codes, &categories),
            });
            if self.max_categories < dictionary.categories.len() {
                let place = Fault {
                    line: 0,
                    column: 0,
                    kind: FaultKind::Categories { limit: self.max_categories },
                };
                return Err(place.in_file(self.source(), 0));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|e| Error::Columnar { file: self.source().to_owned(), source: Box::new(e) })
    }
}

impl Dictionary {
    /// Codes of a block as codes of the source.
    fn unite(&mut self, mut codes: Vec<i32>, categories: &Categories) -> ArrayRef {
        let before = self.categories.len();
        let united: Vec<i32> = (0..categories.len() as u32)
            .map(|code| self.categories.code(categories.get(code)) as i32)
            .collect();
        codes.iter_mut().for_each(|code| *code = united[*code as usize]);
        let names = match &self.names {
            Some(names) if self.categories.len() == before => Arc::clone(names),
            _ => Arc::new(self.categories.names().map(Some).collect::<StringArray>()),
        };
        self.names = Some(Arc::clone(&names));
        Arc::new(DictionaryArray::new(Int32Array::from(codes), names))
    }
}

impl Batches for DelimitedBatches {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            match self.parsed.next()? {
                None => return Ok(None),
                // A block of blank lines.
                Some(columns) if columns.n_rows == 0 => {}
                Some(columns) => return self.batch(columns).map(Some),
            }
        }
    }

    fn source(&self) -> &str {
        self.parsed.blocks().source().name()
    }

    fn sha256(&self) -> Option<Sha256> {
        self.parsed.blocks().source().sha256()
    }
}
