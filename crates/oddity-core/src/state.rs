//! What a fitted model is kept as: named arrays and texts.

use std::collections::BTreeMap;

use crate::{Error, Result, StateProblem};

/// A size of a shape that may be anything.
pub const ANY: usize = usize::MAX;

/// What a fitted model is kept as, beside its parameters: arrays of numbers and lists of texts,
/// by name. A state is data alone; whoever keeps it chooses the form.
///
/// Readers check what they read: a state may come from a file that somebody altered. Each entry
/// has a kind and a shape, which reading compares with what is wanted; that numbers fit each
/// other is for the model to check ([`State::wrong`] makes the error).
///
/// ```
/// use oddity_core::{ANY, State};
///
/// let mut state = State::new();
/// state.put_f64s("means", &[2], &[0.5, 1.5]);
/// state.put_count("n_rows", 10);
/// let mut whole = State::new();
/// whole.put_part("scaler", state);
///
/// let scaler = whole.part("scaler");
/// assert_eq!(scaler.f64s("means", &[ANY])?, [0.5, 1.5]);
/// assert_eq!(scaler.count("n_rows")?, 10);
/// let error = scaler.f64s("means", &[3]).unwrap_err();
/// assert_eq!(error.to_string(), "saved state: \"scaler.means\" has shape [2], wanted [3]");
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Where the state lies in the one that it is a part of, with a dot at the end.
    place: String,
    entries: BTreeMap<String, Entry>,
}

/// One entry of a [`State`].
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Numbers in row-major order, with their shape; a single number has the shape `[]`.
    Array {
        /// The sizes, whose product is the number of values.
        shape: Vec<usize>,
        /// The values.
        values: Numbers,
    },
    /// Texts.
    Texts(Vec<String>),
}

/// The numbers of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// In 64 bits.
    F64(Vec<f64>),
    /// In 32 bits.
    F32(Vec<f32>),
    /// Not negative whole numbers: counts, indices, symbols, seeds.
    U64(Vec<u64>),
    /// Bytes.
    U8(Vec<u8>),
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Numbers::F64(values) => values.len(),
            Numbers::F32(values) => values.len(),
            Numbers::U64(values) => values.len(),
            Numbers::U8(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn kind(&self) -> &'static str {
        match self {
            Numbers::F64(_) => "numbers in 64 bits",
            Numbers::F32(_) => "numbers in 32 bits",
            Numbers::U64(_) => "whole numbers",
            Numbers::U8(_) => "bytes",
        }
    }
}

impl Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Array { values, .. } => values.kind(),
            Entry::Texts(_) => "texts",
        }
    }
}

impl State {
    /// A state without an entry.
    pub fn new() -> State {
        State::default()
    }

    /// The entries by name, in the order of their names.
    pub fn entries(&self) -> &BTreeMap<String, Entry> {
        &self.entries
    }

    /// Puts an entry of any kind.
    ///
    /// # Panics
    ///
    /// If an array has another number of values than its shape says.
    pub fn put(&mut self, name: &str, entry: Entry) {
        if let Entry::Array { shape, values } = &entry {
            assert_eq!(shape.iter().product::<usize>(), values.len(), "shape of {name}");
        }
        self.entries.insert(name.to_owned(), entry);
    }

    fn put_array(&mut self, name: &str, shape: &[usize], values: Numbers) {
        self.put(name, Entry::Array { shape: shape.to_vec(), values });
    }

    /// Puts numbers in 64 bits.
    ///
    /// # Panics
    ///
    /// If there are others than the shape says.
    pub fn put_f64s(&mut self, name: &str, shape: &[usize], values: &[f64]) {
        self.put_array(name, shape, Numbers::F64(values.to_vec()));
    }

    /// Puts one number in 64 bits.
    pub fn put_f64(&mut self, name: &str, value: f64) {
        self.put_f64s(name, &[], &[value]);
    }

    /// Puts numbers in 32 bits.
    ///
    /// # Panics
    ///
    /// If there are others than the shape says.
    pub fn put_f32s(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        self.put_array(name, shape, Numbers::F32(values.to_vec()));
    }

    /// Puts whole numbers.
    ///
    /// # Panics
    ///
    /// If there are others than the shape says.
    pub fn put_u64s(&mut self, name: &str, shape: &[usize], values: &[u64]) {
        self.put_array(name, shape, Numbers::U64(values.to_vec()));
    }

    /// Puts counts or indices, as one row.
    pub fn put_counts(&mut self, name: &str, values: &[usize]) {
        let values = values.iter().map(|&value| value as u64).collect::<Vec<_>>();
        self.put_u64s(name, &[values.len()], &values);
    }

    /// Puts one count or index.
    pub fn put_count(&mut self, name: &str, value: usize) {
        self.put_u64s(name, &[], &[value as u64]);
    }

    /// Puts bytes, as one row.
    pub fn put_bytes(&mut self, name: &str, bytes: &[u8]) {
        self.put_array(name, &[bytes.len()], Numbers::U8(bytes.to_vec()));
    }

    /// Puts texts.
    pub fn put_texts<T: AsRef<str>>(&mut self, name: &str, texts: impl IntoIterator<Item = T>) {
        let texts = texts.into_iter().map(|text| text.as_ref().to_owned()).collect();
        self.put(name, Entry::Texts(texts));
    }

    /// Puts another state below a name: its entries are named `name.entry`.
    pub fn put_part(&mut self, name: &str, part: State) {
        for (entry_name, entry) in part.entries {
            self.entries.insert(format!("{name}.{entry_name}"), entry);
        }
    }

    /// The state that was put below a name; without entries where none was.
    pub fn part(&self, name: &str) -> State {
        let prefix = format!("{name}.");
        let entries = self.entries.range(prefix.clone()..);
        let entries = entries.map_while(|(entry_name, entry)| {
            Some((entry_name.strip_prefix(&prefix)?.to_owned(), entry.clone()))
        });
        State { entries: entries.collect(), place: format!("{}{prefix}", self.place) }
    }

    /// Numbers in 64 bits of that shape, in which [`ANY`] is any size.
    ///
    /// # Errors
    ///
    /// [`Error::State`] if the entry is missing, of another kind or shape, or has a number that
    /// is not finite.
    pub fn f64s(&self, name: &str, shape: &[usize]) -> Result<&[f64]> {
        match self.array(name, shape, "numbers in 64 bits")? {
            Numbers::F64(values) => {
                self.check_finite(name, values.iter().map(|value| value.is_finite()))?;
                Ok(values)
            }
            other => Err(self.other_kind(name, other.kind(), "numbers in 64 bits")),
        }
    }

    /// One number in 64 bits.
    ///
    /// # Errors
    ///
    /// As [`State::f64s`].
    pub fn f64(&self, name: &str) -> Result<f64> {
        Ok(self.f64s(name, &[])?[0])
    }

    /// Numbers in 32 bits of that shape, in which [`ANY`] is any size.
    ///
    /// # Errors
    ///
    /// As [`State::f64s`].
    pub fn f32s(&self, name: &str, shape: &[usize]) -> Result<&[f32]> {
        match self.array(name, shape, "numbers in 32 bits")? {
            Numbers::F32(values) => {
                self.check_finite(name, values.iter().map(|value| value.is_finite()))?;
                Ok(values)
            }
            other => Err(self.other_kind(name, other.kind(), "numbers in 32 bits")),
        }
    }

    /// Whole numbers of that shape, in which [`ANY`] is any size.
    ///
    /// # Errors
    ///
    /// [`Error::State`] if the entry is missing, or of another kind or shape.
    pub fn u64s(&self, name: &str, shape: &[usize]) -> Result<&[u64]> {
        match self.array(name, shape, "whole numbers")? {
            Numbers::U64(values) => Ok(values),
            other => Err(self.other_kind(name, other.kind(), "whole numbers")),
        }
    }

    /// Counts or indices of one row of that length, each at most `limit`.
    ///
    /// # Errors
    ///
    /// As [`State::u64s`], and for a larger one.
    pub fn counts(&self, name: &str, len: usize, limit: usize) -> Result<Vec<usize>> {
        let values = self.u64s(name, &[len])?;
        let checked = values.iter().map(|&value| match usize::try_from(value) {
            Ok(value) if value <= limit => Ok(value),
            _ => Err(self.error(name, StateProblem::TooLarge { found: value, limit })),
        });
        checked.collect()
    }

    /// One count or index, at most `limit`.
    ///
    /// # Errors
    ///
    /// As [`State::counts`].
    pub fn count_within(&self, name: &str, limit: usize) -> Result<usize> {
        let found = self.u64s(name, &[])?[0];
        match usize::try_from(found) {
            Ok(value) if value <= limit => Ok(value),
            _ => Err(self.error(name, StateProblem::TooLarge { found, limit })),
        }
    }

    /// One count or index.
    ///
    /// # Errors
    ///
    /// As [`State::u64s`], and for one beyond what the machine counts to.
    pub fn count(&self, name: &str) -> Result<usize> {
        self.count_within(name, ANY)
    }

    /// Bytes.
    ///
    /// # Errors
    ///
    /// As [`State::u64s`].
    pub fn bytes(&self, name: &str) -> Result<&[u8]> {
        match self.array(name, &[ANY], "bytes")? {
            Numbers::U8(bytes) => Ok(bytes),
            other => Err(self.other_kind(name, other.kind(), "bytes")),
        }
    }

    /// Texts.
    ///
    /// # Errors
    ///
    /// [`Error::State`] if the entry is missing or of another kind.
    pub fn texts(&self, name: &str) -> Result<&[String]> {
        match self.entry(name)? {
            Entry::Texts(texts) => Ok(texts),
            other => Err(self.other_kind(name, other.kind(), "texts")),
        }
    }

    /// Whether there is such an entry.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The sizes of an array.
    ///
    /// # Errors
    ///
    /// [`Error::State`] if the entry is missing or of another kind.
    pub fn shape(&self, name: &str) -> Result<&[usize]> {
        match self.entry(name)? {
            Entry::Array { shape, .. } => Ok(shape),
            other => Err(self.other_kind(name, other.kind(), "an array")),
        }
    }

    /// The error of an entry whose values do not fit: `wanted` says in words what would.
    pub fn wrong(&self, name: &str, wanted: &'static str) -> Error {
        self.error(name, StateProblem::Wrong { wanted })
    }

    /// The error of an entry that what reads it refuses.
    pub fn refused(&self, name: &str, reason: impl ToString) -> Error {
        self.error(name, StateProblem::Refused { reason: reason.to_string() })
    }

    fn entry(&self, name: &str) -> Result<&Entry> {
        self.entries.get(name).ok_or_else(|| self.error(name, StateProblem::Missing))
    }

    fn array(&self, name: &str, wanted: &[usize], kind: &'static str) -> Result<&Numbers> {
        let (shape, values) = match self.entry(name)? {
            Entry::Array { shape, values } => (shape, values),
            other @ Entry::Texts(_) => return Err(self.other_kind(name, other.kind(), kind)),
        };
        let fits = |(&size, &wanted): (&usize, &usize)| wanted == ANY || size == wanted;
        if shape.len() != wanted.len() || !shape.iter().zip(wanted).all(fits) {
            let (found, wanted) = (shape.clone(), wanted.to_vec());
            return Err(self.error(name, StateProblem::Shape { found, wanted }));
        }
        Ok(values)
    }

    fn check_finite(&self, name: &str, mut are_finite: impl Iterator<Item = bool>) -> Result<()> {
        match are_finite.position(|is_finite| !is_finite) {
            Some(index) => Err(self.error(name, StateProblem::NotFinite { index })),
            None => Ok(()),
        }
    }

    fn other_kind(&self, name: &str, found: &'static str, wanted: &'static str) -> Error {
        self.error(name, StateProblem::Kind { found, wanted })
    }

    fn error(&self, name: &str, problem: StateProblem) -> Error {
        Error::State { entry: format!("{}{name}", self.place), problem }
    }
}
