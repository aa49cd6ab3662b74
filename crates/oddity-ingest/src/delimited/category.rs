//! Distinct values and their codes, in order of first occurrence.

use ahash::RandomState;
use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer};
use arrow_schema::ArrowError;
use hashbrown::HashTable;

/// Distinct values in one buffer, found by hash. The hash is seeded at random, so that nobody
/// can write a file whose values collide; codes do not depend on it.
#[derive(Debug)]
pub(crate) struct Categories {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    state: RandomState,
    /// Codes of values asked for lately, by a few of their bytes: values often repeat.
    recent: Box<[u32; RECENT]>,
}

/// Number of values that are found without a hash of all their bytes.
const RECENT: usize = 64;

impl Default for Categories {
    fn default() -> Categories {
        Categories {
            bytes: Vec::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            state: RandomState::new(),
            recent: Box::new([0; RECENT]),
        }
    }
}

impl Categories {
    /// Number of distinct values.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of the values and of what says where each ends, as an array has them.
    pub(crate) fn n_bytes(&self) -> usize {
        self.bytes.len() + size_of::<i32>() * (self.len() + 1)
    }

    /// One value.
    pub(crate) fn get(&self, code: u32) -> &[u8] {
        value(&self.bytes, &self.ends, code)
    }

    /// The code of a value, a new one if it was never seen.
    #[inline]
    pub(crate) fn code(&mut self, found: &[u8]) -> u32 {
        let place = place(found);
        let likely = self.recent[place];
        if (likely as usize) < self.ends.len() && self.get(likely) == found {
            return likely;
        }
        let Categories { bytes, ends, table, state, recent } = self;
        let hash = state.hash_one(found);
        let code = table
            .entry(
                hash,
                |&code| value(bytes, ends, code) == found,
                |&code| state.hash_one(value(bytes, ends, code)),
            )
            .or_insert_with(|| {
                bytes.extend_from_slice(found);
                ends.push(bytes.len());
                (ends.len() - 1) as u32
            });
        let code = *code.get();
        recent[place] = code;
        code
    }

    /// A copy of all values, in the order of their codes.
    ///
    /// # Errors
    ///
    /// [`ArrowError::OffsetOverflowError`] for more bytes than an array of texts holds.
    pub(crate) fn to_array(&self) -> Result<StringArray, ArrowError> {
        array(self.bytes.clone(), &self.ends)
    }

    /// The values themselves, in the order of their codes.
    ///
    /// # Errors
    ///
    /// As [`Categories::to_array`].
    pub(crate) fn into_array(mut self) -> Result<StringArray, ArrowError> {
        self.bytes.shrink_to_fit();
        array(self.bytes, &self.ends)
    }
}

/// Values that lie behind each other as an array: what lies there is taken as it is.
fn array(bytes: Vec<u8>, ends: &[usize]) -> Result<StringArray, ArrowError> {
    if i32::try_from(bytes.len()).is_err() {
        return Err(ArrowError::OffsetOverflowError(bytes.len()));
    }
    let mut offsets = Vec::with_capacity(ends.len() + 1);
    offsets.push(0);
    // No end is above the last one, which was looked at.
    offsets.extend(ends.iter().map(|&end| end as i32));
    StringArray::try_new(OffsetBuffer::new(offsets.into()), Buffer::from_vec(bytes), None)
}

/// A place among the recent values, by the length and the last bytes, where addresses differ.
#[inline(always)]
fn place(found: &[u8]) -> usize {
    let end = match found {
        [.., a, b, c] => u32::from_le_bytes([*a, *b, *c, 0]),
        _ => u32::from(found.first().copied().unwrap_or(0)),
    };
    let mixed = (end ^ (found.len() as u32) << 24).wrapping_mul(0x9e37_79b1);
    (mixed >> 26) as usize % RECENT
}

fn value<'a>(bytes: &'a [u8], ends: &[usize], code: u32) -> &'a [u8] {
    let code = code as usize;
    let start = if code == 0 { 0 } else { ends[code - 1] };
    &bytes[start..ends[code]]
}

#[cfg(test)]
mod tests {
    use arrow_array::Array as _;

    use super::*;

    #[test]
    fn values_come_back_in_order_of_first_occurrence() {
        let mut categories = Categories::default();
        let codes = ["b", "", "é", "b", "a", ""].map(|name| categories.code(name.as_bytes()));
        assert_eq!(codes, [0, 1, 2, 0, 3, 1]);
        let expected = StringArray::from(vec!["b", "", "é", "a"]);
        assert_eq!(categories.n_bytes(), 4 + 4 * 5);
        assert_eq!(categories.to_array().unwrap(), expected);
        assert_eq!(categories.into_array().unwrap(), expected);
        assert!(Categories::default().into_array().unwrap().is_empty());
    }
}
