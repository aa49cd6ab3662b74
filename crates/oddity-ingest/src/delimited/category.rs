//! Distinct values and their codes, in order of first occurrence.

use ahash::RandomState;
use hashbrown::HashTable;

/// Distinct values in one buffer, found by hash. The hash is seeded at random, so that nobody
/// can write a file whose values collide; codes do not depend on it.
#[derive(Debug)]
pub(crate) struct Categories {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    state: RandomState,
    /// The code of the value asked for last: values often repeat.
    last: Option<u32>,
}

impl Default for Categories {
    fn default() -> Categories {
        Categories {
            bytes: Vec::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            state: RandomState::new(),
            last: None,
        }
    }
}

impl Categories {
    /// Number of distinct values.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One value.
    pub(crate) fn get(&self, code: u32) -> &[u8] {
        value(&self.bytes, &self.ends, code)
    }

    /// All values as text, in the order of their codes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        // Values come from text that was checked.
        (0..self.ends.len() as u32).map(|code| std::str::from_utf8(self.get(code)).unwrap_or(""))
    }

    /// The code of a value, a new one if it was never seen.
    #[inline]
    pub(crate) fn code(&mut self, found: &[u8]) -> u32 {
        if let Some(last) = self.last
            && self.get(last) == found
        {
            return last;
        }
        let Categories { bytes, ends, table, state, last } = self;
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
        *last = Some(code);
        code
    }
}

fn value<'a>(bytes: &'a [u8], ends: &[usize], code: u32) -> &'a [u8] {
    let code = code as usize;
    let start = if code == 0 { 0 } else { ends[code - 1] };
    &bytes[start..ends[code]]
}
