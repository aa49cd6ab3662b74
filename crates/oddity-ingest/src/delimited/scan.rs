//! The records of a block and their fields, found as bits of 64 bytes at a time.

use super::fault::{Fault, FaultKind};
use super::masks::{STRETCH, masks, parity};
use super::text::{Field, Text};
use crate::vectorized::vectorized;

/// Bytes that are looked at before what was found is parsed: with what is found in them they
/// fit the first-level cache.
const PIECE: usize = 32 * STRETCH;

/// Finds the records of a block, piece by piece.
///
/// A field ends at a separator or a line break before which the number of quotes is even.
/// Quotes must open at the start of a field or double another, and close at the end of one:
/// anything else is a fault, which is given after the records before it.
pub(crate) struct Scanner<'t, 'a> {
    text: &'t Text<'a>,
    /// What was looked at.
    at: usize,
    /// The byte before the first field, and where each field ends; then room for more.
    ends: Vec<u32>,
    /// Number of ends.
    n_ends: usize,
    /// Which of the ends are those of records.
    lasts: Vec<u32>,
    quotes: Quotes,
    fault: Option<usize>,
}

/// What was found of the bytes before a stretch.
#[derive(Clone, Copy)]
struct Quotes {
    /// All bits, if a quote is open.
    open: u64,
    /// 1 if a quote may open here: behind the end of a field or a quote.
    may_open: u64,
    /// 1 behind a closing quote.
    closed: u64,
    /// Whether there are quotes; and doubled ones, in the bytes looked at for the last records
    /// that were given and for those before.
    any: bool,
    doubled: [bool; 2],
}

impl<'t, 'a> Scanner<'t, 'a> {
    /// The start of a block, whose places must fit 32 bits.
    pub(crate) fn new(text: &'t Text<'a>) -> Scanner<'t, 'a> {
        let quotes = Quotes { open: 0, may_open: 1, closed: 0, any: false, doubled: [false; 2] };
        // The first field begins behind the byte before the block.
        let (ends, lasts) = (vec![u32::MAX], Vec::new());
        Scanner { text, at: 0, ends, n_ends: 1, lasts, quotes, fault: None }
    }

    /// The next records, at least one; none at the end of the block.
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'_, 'a>>, Fault> {
        self.quotes.doubled = [false, self.quotes.doubled[0]];
        // What follows the last record that was given is the start of the next.
        if let Some(last) = self.lasts.pop() {
            self.ends.copy_within(last as usize..self.n_ends, 0);
            self.n_ends -= last as usize;
            self.lasts.clear();
        }
        while self.lasts.is_empty() {
            if let Some(at) = self.fault {
                return Err(self.text.fault(at, FaultKind::Quote));
            }
            if self.at == self.text.len() {
                let start = self.ends[self.n_ends - 1].wrapping_add(1) as usize;
                if self.quotes.open != 0 {
                    return Err(self.text.fault(start, FaultKind::Unclosed));
                }
                if self.n_ends == 1 && start == self.text.len() || self.text.len() < start {
                    return Ok(None);
                }
                // A record without a line break at its end.
                self.lasts.push(self.n_ends as u32);
                self.ends.resize(self.n_ends + 1, 0);
                self.ends[self.n_ends] = self.text.len() as u32;
                self.n_ends += 1;
            } else {
                self.look();
            }
        }
        let Scanner { text, ends, lasts, quotes, .. } = self;
        Ok(Some(Piece { text, ends, first: 0, lasts, quotes: *quotes }))
    }

    /// Looks at the next piece.
    fn look(&mut self) {
        let (from, to) = (self.at, self.text.len().min(self.at + PIECE));
        let room = self.n_ends + (to - from) + 64;
        if self.ends.len() < room {
            self.ends.resize(room, 0);
        }
        vectorized!(self.look_at(from, to));
        self.at = to;
    }

    #[inline(always)]
    fn look_at(&mut self, from: usize, to: usize) {
        let dialect = self.text.dialect();
        let (stretches, rest) = self.text.padded()[from..to].as_chunks::<STRETCH>();
        let mut at = from;
        for stretch in stretches {
            self.fault = self.stretch(stretch, at);
            if self.fault.is_some() {
                return;
            }
            at += STRETCH;
        }
        if !rest.is_empty() {
            // Bytes that are neither quotes nor the end of a field.
            let none = |byte: &u8| *byte != dialect.separator && Some(*byte) != dialect.quote;
            let filler = [0, 1, 2].into_iter().find(none).unwrap_or_default();
            let mut stretch = [filler; STRETCH];
            stretch[..rest.len()].copy_from_slice(rest);
            self.fault = self.stretch(&stretch, at);
        }
    }

    /// Adds the ends of fields in a stretch that begins at `at`, up to the first quote that is
    /// out of place, whose place it gives.
    #[inline(always)]
    fn stretch(&mut self, stretch: &[u8; STRETCH], at: usize) -> Option<usize> {
        let dialect = self.text.dialect();
        let breaks = masks(stretch, |byte| byte == b'\n');
        let separators = masks(stretch, |byte| byte == dialect.separator);
        let quotes = match dialect.quote {
            Some(quote) => masks(stretch, |byte| byte == quote),
            None => [0; 8],
        };
        let is_quiet = quotes == [0; 8] && self.quotes.open | self.quotes.closed == 0;
        for (word, (&breaks, &separators)) in breaks.iter().zip(&separators).enumerate() {
            let at = at + 64 * word;
            let mut ends = breaks | separators;
            let mut fault = None;
            if is_quiet {
                self.quotes.may_open = ends >> 63;
            } else {
                let misplaced;
                (ends, misplaced) = self.quotes.next(ends, quotes[word]);
                if misplaced != 0 {
                    fault = first_fault(self.text, misplaced, quotes[word], at);
                }
                if let Some(fault) = fault {
                    ends &= (1 << fault.saturating_sub(at)) - 1;
                }
            }
            self.add(ends, breaks & ends, at as u32);
            if fault.is_some() {
                return fault;
            }
        }
        None
    }

    /// Adds the ends of fields, and those of records among them.
    #[inline(always)]
    fn add(&mut self, ends: u64, breaks: u64, at: u32) {
        let n_before = self.n_ends;
        let mut left = ends;
        for end in self.ends[n_before..].iter_mut().take(ends.count_ones() as usize) {
            *end = at.wrapping_add(left.trailing_zeros());
            left &= left.wrapping_sub(1);
        }
        self.n_ends = n_before + ends.count_ones() as usize;
        let mut left = breaks;
        while left != 0 {
            let before = left & left.wrapping_neg();
            let n_fields = (ends & before.wrapping_sub(1)).count_ones();
            self.lasts.push(n_before as u32 + n_fields);
            left &= left.wrapping_sub(1);
        }
    }
}

impl Quotes {
    /// Of 64 bytes with their separators and line breaks in `ends`: those of them that no
    /// quotes surround, and the bytes that are wrong there: quotes that open inside a field
    /// and what follows a closing quote. A carriage return may follow one.
    #[inline(always)]
    fn next(&mut self, ends: u64, quotes: u64) -> (u64, u64) {
        let inside = parity(quotes) ^ self.open;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let ends = ends & !inside;
        let may_open = (ends | quotes) << 1 | self.may_open;
        let behind = closing << 1 | self.closed;
        self.any |= quotes != 0;
        self.doubled[0] |= opening & behind != 0;
        self.open = if inside >> 63 == 1 { u64::MAX } else { 0 };
        self.may_open = (ends | quotes) >> 63;
        self.closed = closing >> 63;
        (ends, opening & !may_open | behind & !(ends | quotes))
    }
}

/// The first of the misplaced bytes that is wrong indeed: the quote, if it opens, else the one
/// before, unless the carriage return of a line break follows that.
#[cold]
fn first_fault(text: &Text<'_>, misplaced: u64, quotes: u64, at: usize) -> Option<usize> {
    let bytes = &text.padded()[..text.len()];
    let mut left = misplaced;
    while left != 0 {
        let place = at + left.trailing_zeros() as usize;
        if left & left.wrapping_neg() & quotes != 0 {
            return Some(place);
        }
        let behind = bytes.get(place..).unwrap_or_default();
        if !matches!(behind, [] | [b'\r'] | [b'\r', b'\n', ..]) {
            return Some(place - 1);
        }
        left &= left - 1;
    }
    None
}

/// Some records of a block, one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'s, 'a> {
    text: &'s Text<'a>,
    ends: &'s [u32],
    /// Which of the ends stands before the next record.
    first: usize,
    lasts: &'s [u32],
    quotes: Quotes,
}

impl<'s, 'a> Piece<'s, 'a> {
    /// Takes the next records as far as they have `width` fields.
    pub(crate) fn take_of_width(&mut self, width: usize) -> Records<'s, 'a> {
        let mut last = self.first;
        let of_width = |&&next: &&u32| {
            let is = next as usize == last.wrapping_add(width);
            last = if is { next as usize } else { last };
            is
        };
        let n_records = self.lasts.iter().take_while(of_width).count();
        self.take(n_records, width)
    }

    fn take(&mut self, n_records: usize, width: usize) -> Records<'s, 'a> {
        let ends = &self.ends[self.first..=self.first + n_records * width];
        self.first += n_records * width;
        self.lasts = &self.lasts[n_records..];
        Records {
            text: self.text,
            ends,
            width,
            quoted: self.quotes.any,
            doubled: self.quotes.doubled != [false; 2],
        }
    }
}

/// The records one by one.
impl<'s, 'a> Iterator for Piece<'s, 'a> {
    type Item = Records<'s, 'a>;

    fn next(&mut self) -> Option<Records<'s, 'a>> {
        let last = *self.lasts.first()? as usize;
        Some(self.take(1, last - self.first))
    }
}

/// Records that have the same number of fields.
#[derive(Clone, Copy)]
pub(crate) struct Records<'s, 'a> {
    text: &'s Text<'a>,
    /// The byte before the first field, and where each field ends.
    ends: &'s [u32],
    width: usize,
    quoted: bool,
    doubled: bool,
}

impl<'s, 'a> Records<'s, 'a> {
    /// Number of records.
    pub(crate) fn n_records(&self) -> usize {
        (self.ends.len() - 1) / self.width
    }

    /// Number of fields of each.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Whether the bytes of every field are its text.
    pub(crate) fn are_plain(&self) -> bool {
        !self.doubled && self.text.is_utf8()
    }

    /// The text that they are of.
    pub(crate) fn text(&self) -> &'s Text<'a> {
        self.text
    }

    /// Where the first begins.
    pub(crate) fn start(&self) -> usize {
        self.ends[0].wrapping_add(1) as usize
    }

    /// Whether they are a line without anything in it.
    pub(crate) fn is_blank(&self) -> bool {
        let line = &self.text.padded()[self.start()..];
        self.width == 1 && matches!(line, [b'\n', ..] | [b'\r', b'\n', ..])
    }

    /// The byte before a record and where its fields end, for each.
    #[inline(always)]
    pub(crate) fn ends(&self) -> impl Iterator<Item = &'s [u32]> + use<'s> {
        self.ends.windows(self.width + 1).step_by(self.width)
    }

    /// The same of one record.
    pub(crate) fn ends_of(&self, record: usize) -> &'s [u32] {
        &self.ends[record * self.width..=(record + 1) * self.width]
    }

    /// Where fields begin and end from the one at `from` on, over all records, without the
    /// quotes around them but with a carriage return before a line break. Beyond the last
    /// they are empty.
    #[inline(always)]
    pub(crate) fn places<const N: usize>(
        &self,
        from: usize,
        starts: &mut [u32; N],
        ends: &mut [u32; N],
    ) {
        let all = self.ends.get(from..).unwrap_or_default();
        let (bytes, quote) = (self.text.padded(), self.text.dialect().quote);
        let places = starts.iter_mut().zip(ends).zip(all.iter().zip(all.iter().skip(1)));
        for ((start, end), (&before, &found)) in places {
            (*start, *end) = (before.wrapping_add(1), found);
            if self.quoted && *start < found && quote == Some(bytes[*start as usize]) {
                *start = start.wrapping_add(1);
                *end = end.wrapping_sub(1);
            }
        }
    }

    /// Where a field of a record begins and ends, without the quotes around it.
    #[inline(always)]
    pub(crate) fn place(&self, ends: &[u32], column: usize) -> (usize, usize) {
        let (start, mut end) = (ends[column].wrapping_add(1) as usize, ends[column + 1] as usize);
        let is_last = column + 1 == self.width;
        if !is_last && !self.quoted {
            return (start, end);
        }
        let bytes = self.text.padded();
        // The carriage return belongs to the line break.
        if is_last && start < end && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        // An opening quote has a closing one.
        let quoted = start < end && Some(bytes[start]) == self.text.dialect().quote;
        (start.wrapping_add(usize::from(quoted)), end.wrapping_sub(usize::from(quoted)))
    }

    /// The fields of a column.
    pub(crate) fn fields(&self, column: usize) -> impl Iterator<Item = Field<'a>> + use<'s, 'a> {
        let (this, bytes) = (*self, self.text.padded());
        self.ends().map(move |ends| {
            let (at, end) = this.place(ends, column);
            Field { raw: &bytes[at..end], at }
        })
    }

    /// The fields of the first record.
    pub(crate) fn first(&self) -> impl Iterator<Item = Field<'a>> + use<'s, 'a> {
        let this = *self;
        (0..self.width).filter_map(move |column| this.fields(column).next())
    }
}

#[cfg(test)]
mod tests;
