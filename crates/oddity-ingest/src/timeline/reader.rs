//! A timeline as a stream of Arrow batches.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, SchemaRef};

use super::bodyfile::Bodyfile;
use super::digest::Digest;
use super::dynamic::Dynamic;
use super::l2t::L2t;
use super::mactime::Mactime;
use super::record::Record;
use super::rows::{Rows, Shape};
use super::{Layout, TimelineFormat, TimelineOptions, TimelineReport};
use crate::batches::Batches;
use crate::delimited::{Block, Blocks, Dialect, Fault, Header, Parallel, Scanner, Text};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, Result, Role, Sha256, Table};

/// Rows of a batch of what was sorted.
const SORTED_ROWS: usize = 1 << 16;

/// The events of a timeline in batches.
///
/// Iterating gives the batches and ends after the first error.
#[derive(Debug)]
pub struct TimelineReader {
    batches: BatchReader,
    format: TimelineFormat,
    report: Arc<Mutex<TimelineReport>>,
}

impl TimelineReader {
    pub(super) fn open(input: Input, options: &TimelineOptions) -> Result<TimelineReader> {
        let source = ByteSource::open(input, &options.read)?;
        let file = source.name().to_owned();
        let mut blocks = Blocks::new(source, None, options.read.max_record);
        // Where quotes are text depends on the format, which the first line tells.
        let format = match options.format {
            Some(format) => format,
            None => TimelineFormat::find(&mut blocks)?,
        };
        let unquoted = matches!(format, TimelineFormat::L2tCsv | TimelineFormat::Bodyfile);
        let quote = options.quotes.unwrap_or(!unquoted).then_some(b'"');
        let dialect = Dialect { quote, encoding: options.encoding, ..Dialect::default() };
        blocks.set_quote(quote);
        let (dialect, layout, shape): (Dialect, Box<dyn Layout>, Shape) = match format {
            TimelineFormat::Bodyfile => {
                if blocks.peek()?.is_none() {
                    return Err(Error::Empty { file });
                }
                let (layout, shape) = Bodyfile::new(&file, options)?;
                (Dialect { separator: b'|', ..dialect }, Box::new(layout), shape)
            }
            _ => {
                let header = Header::read(&mut blocks, dialect, None)?;
                let (layout, shape) = by_header(format, &file, &header, options)?;
                (header.dialect, layout, shape)
            }
        };
        let report = Arc::new(Mutex::new(TimelineReport::new(options.gap)));
        let (schema, roles) = (Arc::clone(&shape.schema), shape.roles.clone());
        let parse = move |block: &Block| parse(block, dialect, layout.as_ref(), &shape);
        let events = Events {
            parsed: Parallel::new(blocks, Box::new(parse)),
            report: Arc::clone(&report),
            has_time: roles[0] == Role::Time,
            sorted: (format == TimelineFormat::Bodyfile).then(Vec::new),
            schema: Arc::clone(&schema),
            limit: options.read.max_table,
            started: false,
        };
        let batches = BatchReader::new(schema, roles, events, options.read.max_table);
        Ok(TimelineReader { batches, format, report })
    }

    /// The format that is read.
    pub fn format(&self) -> TimelineFormat {
        self.format
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        self.batches.schema()
    }

    /// The roles, by column.
    pub fn roles(&self) -> &[Role] {
        self.batches.roles()
    }

    /// What was noticed of the batches so far.
    pub fn report(&self) -> TimelineReport {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The batches as any other reader gives them.
    pub fn into_batches(self) -> BatchReader {
        self.batches
    }

    /// Reads everything into one table, with what was noticed.
    ///
    /// # Errors
    ///
    /// The first error of a batch, and [`Error::TableTooLarge`].
    pub fn read_all(self) -> Result<(Table, TimelineReport)> {
        let TimelineReader { batches, report, .. } = self;
        let table = batches.read_all()?;
        let report = report.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((table, report))
    }
}

impl Iterator for TimelineReader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        self.batches.next()
    }
}

fn by_header(
    format: TimelineFormat,
    file: &str,
    header: &Header,
    options: &TimelineOptions,
) -> Result<(Box<dyn Layout>, Shape)> {
    let has_types = matches!(format, TimelineFormat::L2tCsv | TimelineFormat::Dynamic);
    if !has_types && !options.drop_data_types.is_empty() {
        header.expect(file, "data_type")?;
    }
    Ok(match format {
        TimelineFormat::L2tCsv => boxed(L2t::new(file, header, options)?),
        TimelineFormat::Dynamic => boxed(Dynamic::new(file, header, options)?),
        TimelineFormat::Mactime => boxed(Mactime::new(file, header, options)?),
        TimelineFormat::Digest | TimelineFormat::Bodyfile => {
            boxed(Digest::new(file, header, options)?)
        }
    })
}

fn boxed(made: (impl Layout + 'static, Shape)) -> (Box<dyn Layout>, Shape) {
    (Box::new(made.0), made.1)
}

/// What a block gave.
struct Parsed {
    batch: Result<RecordBatch, ArrowError>,
    n_dropped: u64,
    n_without_event: u64,
}

fn parse(
    block: &Block,
    dialect: Dialect,
    layout: &dyn Layout,
    shape: &Shape,
) -> Result<Parsed, Fault> {
    let text = Text::new(block, dialect)?;
    let (mut rows, mut record) = (Rows::new(shape), Record::default());
    let (width, or_more) = layout.width();
    let mut scanner = Scanner::new(&text);
    while let Some(piece) = scanner.next()? {
        for fields in piece.filter(|fields| !fields.is_blank()) {
            if layout.comment() == Some(text.padded()[fields.start()]) {
                continue;
            }
            record.read(&text, &fields, width, or_more)?;
            layout.read(&text, &record, &mut rows)?;
        }
    }
    let (n_dropped, n_without_event) = (rows.n_dropped, rows.n_without_event);
    Ok(Parsed { batch: rows.finish(), n_dropped, n_without_event })
}

/// What parses a block.
type Parse = Box<dyn Fn(&Block) -> Result<Parsed, Fault> + Send + Sync>;

/// The batches of a timeline.
struct Events {
    parsed: Parallel<Parse, Parsed>,
    report: Arc<Mutex<TimelineReport>>,
    has_time: bool,
    /// Of a format without an order: what is left to give, the last first.
    sorted: Option<Vec<RecordBatch>>,
    schema: SchemaRef,
    limit: usize,
    started: bool,
}

impl Events {
    /// The next batch in the order of the file; those without rows are passed over.
    fn next_parsed(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(parsed) = self.parsed.next()? {
            let batch = parsed.batch.map_err(|error| self.columnar(error))?;
            let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
            report.n_dropped += parsed.n_dropped;
            report.n_without_event += parsed.n_without_event;
            if 0 < batch.num_rows() {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// All batches sorted by time, equal times in the order of the file, the last first.
    fn sort(&mut self) -> Result<Vec<RecordBatch>> {
        let (mut batches, mut size) = (Vec::new(), 0usize);
        while let Some(batch) = self.next_parsed()? {
            size = size.saturating_add(batch.get_array_memory_size());
            if self.limit < size {
                let file = self.source().to_owned();
                return Err(Error::TableTooLarge { file, limit: self.limit });
            }
            batches.push(batch);
        }
        let sorted = sort(&self.schema, &batches).map_err(|error| self.columnar(error))?;
        let starts = (0..sorted.num_rows()).step_by(SORTED_ROWS).rev();
        let slices =
            starts.map(|start| sorted.slice(start, SORTED_ROWS.min(sorted.num_rows() - start)));
        Ok(slices.collect())
    }

    fn columnar(&self, error: ArrowError) -> Error {
        Error::Columnar { file: self.source().to_owned(), source: Box::new(error) }
    }
}

fn sort(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    use arrow_array::cast::AsArray;
    use arrow_array::types::TimestampMicrosecondType;

    let all = arrow_select::concat::concat_batches(schema, batches)?;
    let times = all.column(0).as_primitive::<TimestampMicrosecondType>();
    let mut order: Vec<u64> = (0..all.num_rows() as u64).collect();
    order.sort_by_key(|&row| times.value(row as usize));
    arrow_select::take::take_record_batch(&all, &UInt64Array::from(order))
}

impl Batches for Events {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if self.sorted.is_some() && !self.started {
            self.started = true;
            self.sorted = Some(self.sort()?);
        }
        let batch = match &mut self.sorted {
            Some(sorted) => sorted.pop(),
            None => self.next_parsed()?,
        };
        if let Some(batch) = &batch {
            let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
            report.note(batch, self.has_time)?;
        }
        Ok(batch)
    }

    fn source(&self) -> &str {
        self.parsed.blocks().source().name()
    }

    fn sha256(&self) -> Option<Sha256> {
        self.parsed.blocks().source().sha256()
    }
}
