//! Numbers for windows of symbols, in the order in which they come up.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use oddity_core::Symbol;

/// Symbols that fit a 64-bit key.
const PACKED: usize = (u64::BITS / Symbol::BITS) as usize;
const VACANT: u32 = u32::MAX;

/// The key of the hash: nobody can make sequences whose windows collide. Drawn for the process;
/// numbers of windows do not depend on it.
static SECRET: LazyLock<[u64; 2]> = LazyLock::new(|| {
    let state = RandomState::new();
    [state.hash_one(0), state.hash_one(1)]
});

/// A hash table from windows of one length to consecutive numbers.
///
/// Open addressing with linear probing. Windows of up to four symbols are their own key;
/// longer ones are compared symbol by symbol where their 64-bit hashes agree.
#[derive(Clone, Debug)]
pub(super) struct Interner {
    size: usize,
    secret: [u64; 2],
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
        Interner { size, secret: *SECRET, slots, symbols: Vec::new() }
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
        (mix(key, self.secret) >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    fn window(&self, number: u32) -> &[Symbol] {
        &self.symbols[number as usize * self.size..][..self.size]
    }
}

/// The halves of a product folded together: its high bits depend on all bits of the key.
fn mix(key: u64, [addend, factor]: [u64; 2]) -> u64 {
    let product = u128::from(key ^ addend) * u128::from(factor | 1);
    (product >> u64::BITS) as u64 ^ product as u64
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
        let secret = *SECRET;
        for window in sequence.windows(size) {
            f(hash(window, secret), window);
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
    if window.len() <= PACKED { pack(0, window) } else { hash(window, *SECRET) }
}

fn pack(key: u64, symbols: &[Symbol]) -> u64 {
    symbols.iter().fold(key, |key, &symbol| (key << Symbol::BITS) | u64::from(symbol))
}

fn hash(window: &[Symbol], secret: [u64; 2]) -> u64 {
    let parts = window.chunks(PACKED);
    parts.fold(window.len() as u64, |hash, part| mix(hash ^ pack(0, part), secret))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
    fn windows_that_collide_under_a_hash_without_a_secret_do_not() {
        // Fibonacci hashing undone: under it, all of these begin to look in the first slot.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut inverse = FACTOR;
        for _ in 0..6 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(FACTOR.wrapping_mul(inverse)));
        }
        assert_eq!(FACTOR.wrapping_mul(inverse), 1);
        let keys = (0..4_096u64).map(|low| low.wrapping_mul(inverse)).map(|key| key ^ (key >> 32));
        let keys: Vec<u64> = keys.collect();
        let mut interner = Interner::new(PACKED);
        for &key in &keys {
            interner.intern(key, &[48, 32, 16, 0].map(|shift| (key >> shift) as Symbol));
        }
        let homes: BTreeSet<usize> = keys.iter().map(|&key| interner.home(key)).collect();
        assert_eq!(interner.len(), 4_096);
        assert!(1_000 < homes.len(), "{} homes", homes.len());
    }

    #[test]
    fn a_sequence_shorter_than_a_window_has_none() {
        for_windows(&[1, 2], 3, |_, _| panic!("a window"));
    }
}
