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
