//! Any delimited text with a header: columns typed by their first values or by the user.

use std::collections::HashSet;

use crate::delimited::{
    Block, Blocks, ColumnType, DelimitedBatches, Dialect, Encoding, Fault, Header, Scanner, Text,
    is_missing, is_number, wall_clock,
};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, ReadOptions, Result, Role};

/// How a delimited text is read.
///
/// ```
/// use oddity_ingest::{CsvOptions, Input, Role};
///
/// let bytes = b"host;cpu;state\na;0.5;ok\nb;;ok\n".to_vec();
/// let options = CsvOptions::default().role("state", Role::Label);
/// let table = options.open(Input::Bytes { name: "x.csv".to_owned(), bytes })?.read_all()?;
/// assert_eq!(table.batch().num_rows(), 2);
/// assert_eq!(table.columns(Role::Feature).count(), 2);
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CsvOptions {
    /// The separator; found in the header where none is given (comma, semicolon, tab, bar). An
    /// ASCII character, and no quote and no line break.
    pub separator: Option<u8>,
    /// How text is encoded.
    pub encoding: Encoding,
    /// The names of the columns of a text without a header.
    pub names: Option<Vec<String>>,
    /// Types of columns, by name. Any other is told from the first megabyte: numbers where
    /// all its values are, then times; else categories if values repeat, else text.
    pub types: Vec<(String, ColumnType)>,
    /// Roles of columns, by name; any other is a feature.
    pub roles: Vec<(String, Role)>,
    /// Limits and checksum.
    pub read: ReadOptions,
}

impl CsvOptions {
    /// Names the role of a column.
    pub fn role(mut self, name: &str, role: Role) -> CsvOptions {
        self.roles.push((name.to_owned(), role));
        self
    }

    /// Names the type of a column.
    pub fn column(mut self, name: &str, column: ColumnType) -> CsvOptions {
        self.types.push((name.to_owned(), column));
        self
    }

    /// Opens a text: plain or gzip.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::Empty`], [`Error::Format`] for a separator that can be none,
    /// [`Error::MissingColumn`] for a type or a role of a column that is not there,
    /// [`Error::DuplicateColumn`], and those of the first records.
    pub fn open(&self, input: impl Into<Input>) -> Result<BatchReader> {
        let source = ByteSource::open(input.into(), &self.read)?;
        let file = source.name().to_owned();
        let dialect = Dialect { encoding: self.encoding, ..Dialect::default() };
        if let Some(separator) = self.separator
            && (!separator.is_ascii() || matches!(separator, 0 | b'\n' | b'\r' | b'"'))
        {
            let found = format!("the separator {:?}", char::from(separator));
            let wanted = "an ASCII separator that is no quote and no line break";
            return Err(Error::Format { file, found, wanted });
        }
        let mut blocks = Blocks::new(source, dialect.quote, self.read.max_record);
        let header = match &self.names {
            Some(names) => {
                let separator = self.separator.unwrap_or(b',');
                Header::new(&file, names.clone(), Dialect { separator, ..dialect })?
            }
            None => Header::read(&mut blocks, dialect, self.separator)?,
        };
        let mut types = infer(&mut blocks, &header)?;
        for (name, column) in &self.types {
            types[header.expect(&file, name)?] = *column;
        }
        let columns: Vec<(String, ColumnType)> = header.names.iter().cloned().zip(types).collect();
        let batches = DelimitedBatches::new(blocks, header.dialect, &columns, &self.read);
        let schema = batches.schema().clone();
        let roles = vec![Role::Feature; schema.fields().len()];
        let named: Vec<(&str, Role)> =
            self.roles.iter().map(|(name, role)| (name.as_str(), *role)).collect();
        BatchReader::new(schema, roles, batches, self.read.max_table).with_roles(&named)
    }
}

/// Tells the types of columns from the first block.
pub(crate) fn infer(blocks: &mut Blocks, header: &Header) -> Result<Vec<ColumnType>> {
    let file = blocks.source().name().to_owned();
    let n_columns = header.names.len();
    match blocks.peek()? {
        Some(block) => {
            let types = infer_block(block, header.dialect, n_columns);
            types.map_err(|fault| fault.in_file(&file, block.first_line))
        }
        None => Ok(vec![ColumnType::Text; n_columns]),
    }
}

fn infer_block(
    block: &Block,
    dialect: Dialect,
    n_columns: usize,
) -> Result<Vec<ColumnType>, Fault> {
    let mut seen: Vec<Seen<'_>> = (0..n_columns).map(|_| Seen::default()).collect();
    let text = Text::new(block, dialect)?;
    let mut scanner = Scanner::new(&text);
    while let Some(piece) = scanner.next()? {
        for record in piece.filter(|record| n_columns == 1 || !record.is_blank()) {
            // A record of another width is for the parser to report.
            for (column, field) in seen.iter_mut().zip(record.first()) {
                column.add(field.raw);
            }
        }
    }
    Ok(seen.iter().map(Seen::column_type).collect())
}

/// What the values of a column were so far.
struct Seen<'a> {
    n_values: usize,
    numbers: bool,
    times: bool,
    distinct: HashSet<&'a [u8]>,
}

impl Default for Seen<'_> {
    fn default() -> Self {
        Seen { n_values: 0, numbers: true, times: true, distinct: HashSet::new() }
    }
}

/// Distinct values above which a column counts as text.
const MAX_CATEGORIES: usize = 1_000;

impl<'a> Seen<'a> {
    fn add(&mut self, field: &'a [u8]) {
        if is_missing(field) {
            return;
        }
        self.n_values += 1;
        self.numbers = self.numbers && is_number(field);
        self.times = self.times && wall_clock(field).is_some();
        if !self.numbers && !self.times && self.distinct.len() <= MAX_CATEGORIES {
            self.distinct.insert(field);
        }
    }

    fn column_type(&self) -> ColumnType {
        match self.n_values {
            0 => ColumnType::Text,
            _ if self.numbers => ColumnType::Number,
            _ if self.times => ColumnType::WallClock,
            n if self.distinct.len() <= MAX_CATEGORIES.min(n / 2) => ColumnType::Category,
            _ => ColumnType::Text,
        }
    }
}
