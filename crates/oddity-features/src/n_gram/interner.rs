//! Numbers for windows of symbols, in the order in which they come up.

use oddity_core::Symbol;

/// Symbols that fit a 64-bit key.
const PACKED: usize = (u64::BITS / Symbol::BITS) as usize;
const VACANT: u32 = u32::MAX;

/// A hash table from windows of one length to consecutive numbers.
///
/// Open addressing with linear probing. Windows of up to four symbols are their own key;
/// longer ones are compared symbol by symbol where their 64-bit hashes agree.
#[derive(Clone, Debug)]
pub(super) struct Interner {
    size: usize,
    slots: Vec<Slot>,
    /// The windows by number, one after the other.
    symbols: Vec<Symbol>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    key: u64,
    number: u32,
}

impl Interner {
    pub(super) fn new(size: usize) -> Interner {
        let slots = vec![Slot { key: 0, number: VACANT }; 64];
        Interner { size, slots, symbols: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.symbols.len() / self.size
    }

    /// The windows, by number.
    pub(super) fn windows(&self) -> impl ExactSizeIterator<Item = &[Symbol]> {
        self.symbols.chunks_exact(self.size)
    }

    /// The number of a window, a new one if it came up for the first time.
    pub(super) fn intern(&mut self, key: u64, window: &[Symbol]) -> u32 {
        match self.find(key, window) {
            Ok(number) => number,
            Err(vacant) => self.insert(vacant, key, window),
        }
    }

    /// The number of a window that came up before.
    pub(super) fn get(&self, key: u64, window: &[Symbol]) -> Option<u32> {
        self.find(key, window).ok()
    }

    /// The number, or the slot where it would stand.
    fn find(&self, key: u64, window: &[Symbol]) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot.number == VACANT {
                return Err(at);
            }
            if slot.key == key && (self.size <= PACKED || self.window(slot.number) == window) {
                return Ok(slot.number);
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn insert(&mut self, vacant: usize, key: u64, window: &[Symbol]) -> u32 {
        let number = self.len() as u32;
        self.slots[vacant] = Slot { key, number };
        self.symbols.extend_from_slice(window);
        if self.slots.len() < 2 * self.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let n_slots = 2 * self.slots.len();
        let old =
            std::mem::replace(&mut self.slots, vec![Slot { key: 0, number: VACANT }; n_slots]);
        for slot in old.into_iter().filter(|slot| slot.number != VACANT) {
            let mut at = self.home(slot.key);
            while self.slots[at].number != VACANT {
                at = (at + 1) & (n_slots - 1);
            }
            self.slots[at] = slot;
        }
    }

    fn home(&self, key: u64) -> usize {
        (mix(key) >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    fn window(&self, number: u32) -> &[Symbol] {
        &self.symbols[number as usize * self.size..][..self.size]
    }
}

/// Fibonacci hashing: the high bits depend on all bits of the key.
fn mix(key: u64) -> u64 {
    (key ^ (key >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Calls `f` with each window of `size` symbols and its key, in order.
pub(super) fn for_windows<'a>(
    sequence: &'a [Symbol],
    size: usize,
    mut f: impl FnMut(u64, &'a [Symbol]),
) {
    if sequence.len() < size {
        return;
    }
    if PACKED < size {
        for window in sequence.windows(size) {
            f(hash(window), window);
        }
        return;
    }
    let mask = u64::MAX >> (64 - Symbol::BITS as usize * size);
    let mut key = pack(0, &sequence[..size - 1]);
    for window in sequence.windows(size) {
        key = ((key << Symbol::BITS) | u64::from(window[size - 1])) & mask;
        f(key, window);
    }
}

/// The key of a single window.
pub(super) fn key(window: &[Symbol]) -> u64 {
    if window.len() <= PACKED { pack(0, window) } else { hash(window) }
}

fn pack(key: u64, symbols: &[Symbol]) -> u64 {
    symbols.iter().fold(key, |key, &symbol| (key << Symbol::BITS) | u64::from(symbol))
}

fn hash(window: &[Symbol]) -> u64 {
    window.chunks(PACKED).fold(window.len() as u64, |hash, part| {
        let mixed = mix(hash ^ pack(0, part));
        mixed ^ (mixed >> 29)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_numbered_in_the_order_of_first_occurrence() {
        for size in [1, 2, 3, 4, 5, 9] {
            let sequence: Vec<Symbol> = (0..4_000u32).map(|at| (at * at % 251) as Symbol).collect();
            let mut expected: Vec<&[Symbol]> = Vec::new();
            let mut interner = Interner::new(size);
            for_windows(&sequence, size, |of, window| {
                assert_eq!(of, key(window));
                let number = expected.iter().position(|known| *known == window);
                let number = number.unwrap_or_else(|| {
                    assert_eq!(interner.get(of, window), None);
                    expected.push(window);
                    expected.len() - 1
                });
                assert_eq!(interner.intern(of, window), number as u32);
                assert_eq!(interner.get(of, window), Some(number as u32));
            });
            assert_eq!(interner.windows().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn windows_with_one_hash_are_told_apart() {
        let mut interner = Interner::new(5);
        assert_eq!(interner.intern(7, &[1, 2, 3, 4, 5]), 0);
        assert_eq!(interner.intern(7, &[1, 2, 3, 4, 6]), 1);
        assert_eq!(interner.get(7, &[1, 2, 3, 4, 6]), Some(1));
        assert_eq!(interner.get(7, &[1, 2, 3, 4, 7]), None);
    }

    #[test]
    fn a_sequence_shorter_than_a_window_has_none() {
        for_windows(&[1, 2], 3, |_, _| panic!("a window"));
    }
}
