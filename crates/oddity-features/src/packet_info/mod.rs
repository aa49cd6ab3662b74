//! Wireshark's Info texts to columns of numbers and categories.

mod arp;
mod cip;
mod cursor;
mod dns;
mod fields;
mod http;
mod icmp;
mod info;
mod notes;
mod params;
mod tcp;
mod text_kind;
mod tls;
mod vocabulary;

use std::sync::Arc;

use oddity_core::{
    Column, ColumnKind, Error, FittedTransformer, Records, Result, Samples, SamplesOwned, State,
    Transformer,
};
use rayon::prelude::*;

pub(crate) use fields::columns;
pub use fields::{Choice, Field};
pub use info::{InfoKind, PacketDialect, ParsedInfo};
pub use notes::Note;
pub use params::PacketInfoParams;

use vocabulary::Vocabulary;

/// Rows of one part of the work.
const PART: usize = 8192;

/// Records of packets, as Wireshark exports them, to records in which the Info text has become
/// columns.
///
/// The other columns stay as they are, in their order. Behind them come, in this order:
///
/// - a column of numbers for each [`Field`]: ports, TCP flags, Seq, Ack, options, TLS records,
///   DNS, HTTP, ICMP, CIP. What a text does not have is missing (NaN), not 0.
/// - a column of categories for each [`Choice`], with `none` where the text has none.
/// - a column of 0 and 1 for each [`Note`], less those of `drop_note`.
/// - `cip.tag`, a column of categories: the name in quotes of a CIP message, if it is among
///   the `n_tags` most frequent of the training rows; else `other`, or `none`.
/// - `info.kind`, a column of categories: the name of the grammar that read the text to its
///   end ([`InfoKind`]), or what is left of any other text without numbers, addresses and
///   names, if it is among the `n_kinds` most frequent of the training rows; else `other`.
///
/// The label does not leak: a note of `drop_note` is taken out of the text before anything
/// else is done, so that a row is the same as if Wireshark had not printed it. Remarks that
/// Wireshark can only make knowing later packets, such as `(reply in 8)`, are not read. The
/// notes themselves are Wireshark's and are causal, except `[TCP segment of a reassembled
/// PDU]`, which may depend on what follows.
///
/// - Shapes: records of `n` rows to records of `n` rows, without Info and with 82 columns more by default.
/// - Cost: time linear in the bytes of the texts; 8 bytes a number of the output.
///
/// # Reference
///
/// Wireshark's dissectors `packet-tcp.c`, `packet-udp.c`, `packet-tls.c`, `packet-dns.c`,
/// `packet-http.c`, `packet-icmp.c`, `packet-arp.c`, `packet-cip.c` and `packet-enip.c`, of
/// the versions 2 to 4, write the texts.
///
/// ```
/// use oddity_core::{Column, Records, Transformer};
/// use oddity_features::{PacketInfo, PacketInfoParams};
///
/// let text = |texts: [&str; 2]| Column::Text(texts.into_iter().collect());
/// let packets = Records::new([
///     ("Protocol", text(["TCP", "DNS"])),
///     ("Info", text(["443 → 55054 [SYN, ACK] Seq=0 Ack=1 Win=32", "Standard query 0x1f A a.b"])),
/// ])?;
/// let packet_info = PacketInfo::new(PacketInfoParams::default())?;
/// let parsed = packet_info.fit(&packets.samples())?.transform(&packets.samples())?;
/// let parsed = parsed.view().records()?;
/// assert_eq!(parsed.numbers("srcport")?[0], 443.0);
/// assert!(parsed.numbers("srcport")?[1].is_nan());
/// assert_eq!(parsed.numbers("tcp.flags.syn")?[0], 1.0);
/// assert_eq!(parsed.numbers("dns.id")?[1], 31.0);
/// assert_eq!(parsed.texts("info.kind")?(1), "dns");
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PacketInfo {
    params: PacketInfoParams,
}

impl PacketInfo {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for more than a million categories, and for a name in `drop_note`
    /// that is empty or has brackets.
    pub fn new(params: PacketInfoParams) -> Result<PacketInfo> {
        params.check()?;
        Ok(PacketInfo { params })
    }
}

impl Transformer for PacketInfo {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let packets = Packets::new(train.records()?, &self.params)?;
        if packets.n_rows == 0 {
            return Err(Error::TooFewSamples { step: "packet_info", wanted: 1, found: 0 });
        }
        let (kinds, tags) = packets.count_kinds_and_tags();
        let kinds = Vocabulary::new(&kind_names(), kinds, self.params.n_kinds);
        let tags = Vocabulary::new(&TAG_NAMES, tags, self.params.n_tags);
        Ok(Box::new(FittedPacketInfo::new(&self.params, kinds, tags)))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let PacketInfoParams { n_kinds, n_tags, .. } = self.params;
        let kinds = Vocabulary::restore(state, "kinds", &kind_names(), n_kinds)?;
        let tags = Vocabulary::restore(state, "tags", &TAG_NAMES, n_tags)?;
        Ok(Box::new(FittedPacketInfo::new(&self.params, kinds, tags)))
    }
}

impl FittedPacketInfo {
    fn new(params: &PacketInfoParams, kinds: Vocabulary, tags: Vocabulary) -> FittedPacketInfo {
        let is_dropped = |note: &Note| {
            let mut names = params.drop_note.iter();
            names.any(|name| {
                let dropped = Note::of(name).or_else(|| Note::of(&format!("{name} ")));
                dropped.is_some_and(|(dropped, _)| dropped == *note)
            })
        };
        let notes = Note::ALL.iter().copied().filter(|note| !is_dropped(note)).collect();
        FittedPacketInfo { params: params.clone(), notes, kinds, tags }
    }
}

/// What stands for no tag.
const TAG_NAMES: [&str; 1] = ["none"];

/// The kinds that are always told apart, each at its code less one: [`InfoKind::Text`] is none.
fn kind_names() -> Vec<&'static str> {
    InfoKind::ALL.iter().skip(1).map(|kind| kind.name()).collect()
}

struct FittedPacketInfo {
    params: PacketInfoParams,
    /// The notes that have a column.
    notes: Vec<Note>,
    kinds: Vocabulary,
    tags: Vocabulary,
}

impl FittedTransformer for FittedPacketInfo {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let records = samples.records()?;
        let packets = Packets::new(records, &self.params)?;
        let n_numbers = Field::ALL.len() + self.notes.len();
        let mut numbers = vec![vec![0.0; records.n_rows()]; n_numbers];
        let mut codes = vec![vec![0; records.n_rows()]; Choice::ALL.len() + 2];
        let parts = parts(&mut numbers).into_par_iter().zip(parts(&mut codes));
        parts.enumerate().for_each(|(part, (mut numbers, mut codes))| {
            let mut kind = String::new();
            packets.read(part, |row, parsed, text| {
                self.write_numbers(parsed, row, &mut numbers);
                self.write_codes(parsed, text, row, &mut codes, &mut kind);
            });
        });
        self.records(records, numbers, codes).map(SamplesOwned::from)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_texts("kinds", self.kinds.learnt());
        state.put_texts("tags", self.tags.learnt());
        Some(state)
    }
}

/// Cuts columns into parts of [`PART`] rows, each with its piece of every column.
fn parts<T>(columns: &mut [Vec<T>]) -> Vec<Vec<&mut [T]>> {
    let n_parts = columns.first().map_or(0, Vec::len).div_ceil(PART);
    let mut parts: Vec<Vec<&mut [T]>> = (0..n_parts).map(|_| Vec::new()).collect();
    for column in columns {
        for (part, piece) in parts.iter_mut().zip(column.chunks_mut(PART)) {
            part.push(piece);
        }
    }
    parts
}

impl FittedPacketInfo {
    fn write_numbers(&self, parsed: &ParsedInfo<'_>, row: usize, numbers: &mut [&mut [f64]]) {
        let (values, notes) = numbers.split_at_mut(Field::ALL.len());
        for (column, value) in values.iter_mut().zip(parsed.values) {
            column[row] = value;
        }
        for (column, note) in notes.iter_mut().zip(&self.notes) {
            column[row] = f64::from(parsed.has(*note));
        }
    }

    fn write_codes(
        &self,
        parsed: &ParsedInfo<'_>,
        text: &str,
        row: usize,
        codes: &mut [&mut [u32]],
        kind: &mut String,
    ) {
        for (column, code) in codes.iter_mut().zip(parsed.choices) {
            column[row] = u32::from(code);
        }
        let tag = if parsed.tag.is_empty() { 0 } else { self.tags.code(parsed.tag) };
        codes[Choice::ALL.len()][row] = tag;
        codes[Choice::ALL.len() + 1][row] = match parsed.kind {
            InfoKind::Text => {
                text_kind::write(text, kind);
                self.kinds.code(kind)
            }
            // The names of the grammars are the first ones.
            known => known as u32 - 1,
        };
    }

    fn records(
        &self,
        records: &Records,
        numbers: Vec<Vec<f64>>,
        codes: Vec<Vec<u32>>,
    ) -> Result<Records> {
        let others = records.iter().filter(|(name, _)| *name != self.params.info);
        let others = others.map(|(name, column)| (name.to_owned(), column.clone()));
        let names = Field::ALL.iter().map(|field| field.column());
        let names = names.chain(self.notes.iter().map(|note| note.column()));
        let mut numbers: Vec<(String, Column)> = names
            .zip(numbers)
            .map(|(name, numbers)| (name.to_owned(), Column::Numbers(numbers)))
            .collect();
        let notes = numbers.split_off(Field::ALL.len());
        let fixed = Choice::ALL.iter().map(|choice| {
            let names = choice.names().iter().map(|&name| name.to_owned());
            (choice.column(), names.collect::<Arc<[String]>>())
        });
        let learnt =
            [("cip.tag", self.tags.names()), ("info.kind", self.kinds.names())].into_iter();
        let mut categories: Vec<(String, Column)> = fixed
            .chain(learnt)
            .zip(codes)
            .map(|((column, names), codes)| {
                (column.to_owned(), Column::Categories { codes, names })
            })
            .collect();
        let learnt = categories.split_off(Choice::ALL.len());
        Records::new(others.chain(numbers).chain(categories).chain(notes).chain(learnt))
    }
}

/// The two columns that are read.
struct Packets<'a> {
    texts: Texts<'a>,
    dialects: Dialects<'a>,
    n_rows: usize,
    drop_note: &'a [String],
}

type Texts<'a> = Box<dyn Fn(usize) -> &'a str + Sync + 'a>;

/// How each row is written: looked up by category, or found from the name of the protocol.
enum Dialects<'a> {
    OfCategories(&'a [u32], Vec<PacketDialect>),
    OfTexts(&'a oddity_core::Texts),
}

impl<'a> Packets<'a> {
    fn new(records: &'a Records, params: &'a PacketInfoParams) -> Result<Packets<'a>> {
        let dialects = match records.column(&params.protocol)? {
            Column::Categories { codes, names } => {
                let of_names = names.iter().map(|name| PacketDialect::of_protocol(name));
                Dialects::OfCategories(codes, of_names.collect())
            }
            Column::Text(texts) => Dialects::OfTexts(texts),
            Column::Numbers(_) => {
                let (name, found) = (params.protocol.clone(), ColumnKind::Numbers);
                return Err(Error::ColumnKind { name, found, wanted: ColumnKind::Categories });
            }
        };
        let texts: Texts<'a> = Box::new(records.texts(&params.info)?);
        Ok(Packets { texts, dialects, n_rows: records.n_rows(), drop_note: &params.drop_note })
    }

    /// Reads the rows of a part, each with its place in the part and its text, from which the
    /// notes to drop are gone.
    fn read(&self, part: usize, mut take: impl FnMut(usize, &ParsedInfo<'_>, &str)) {
        let start = part * PART;
        let mut kept = String::new();
        for row in start..self.n_rows.min(start + PART) {
            let text = (self.texts)(row);
            let text = if notes::without(text, self.drop_note, &mut kept) { &kept } else { text };
            let parsed = ParsedInfo::parse(self.dialect(row), text);
            take(row - start, &parsed, text);
        }
    }

    fn dialect(&self, row: usize) -> PacketDialect {
        match &self.dialects {
            Dialects::OfCategories(codes, dialects) => dialects[codes[row] as usize],
            Dialects::OfTexts(texts) => PacketDialect::of_protocol(texts.get(row)),
        }
    }

    /// How often each kind of text and each CIP tag occurs.
    fn count_kinds_and_tags(&self) -> (vocabulary::Counts, vocabulary::Counts) {
        let parts = (0..self.n_rows.div_ceil(PART)).into_par_iter().map(|part| {
            let (mut kinds, mut tags) = (vocabulary::Counts::new(), vocabulary::Counts::new());
            let mut kind = String::new();
            self.read(part, |_, parsed, text| {
                if parsed.kind == InfoKind::Text {
                    text_kind::write(text, &mut kind);
                    vocabulary::count(&mut kinds, &kind, 1);
                }
                if !parsed.tag.is_empty() {
                    vocabulary::count(&mut tags, parsed.tag, 1);
                }
            });
            (kinds, tags)
        });
        let empty = || (vocabulary::Counts::new(), vocabulary::Counts::new());
        parts.reduce(empty, |(kinds, tags), (more_kinds, more_tags)| {
            (vocabulary::sum(kinds, more_kinds), vocabulary::sum(tags, more_tags))
        })
    }
}
