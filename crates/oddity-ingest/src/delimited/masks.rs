//! Where bytes of one kind stand, as bits.

/// Bytes whose bits are made together, so that all of it vectorises.
pub(super) const STRETCH: usize = 512;

/// One bit for each byte, lowest first, set where `is` holds.
///
/// Eight rows of 64 bytes are compared and each row's result goes to a bit of its own in one
/// row of 64 bytes; bits and then bytes are transposed into the order of the text. That is
/// plain arithmetic, for which every machine has vectors, and a third of an instruction a
/// byte with AVX2.
#[inline(always)]
pub(super) fn masks(bytes: &[u8; STRETCH], is: impl Fn(u8) -> bool) -> [u64; 8] {
    const BITS: [u8; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
    let mut found = [0u8; 64];
    for (row, bit) in bytes.as_chunks::<64>().0.iter().zip(BITS) {
        for (found, &byte) in found.iter_mut().zip(row) {
            *found |= if is(byte) { bit } else { 0 };
        }
    }
    let mut words = [0u64; 8];
    for (word, eight) in words.iter_mut().zip(found.as_chunks::<8>().0) {
        *word = transposed(u64::from_le_bytes(*eight));
    }
    let mut rows = [0u8; 64];
    for (column, word) in words.into_iter().enumerate() {
        for (row, byte) in word.to_le_bytes().into_iter().enumerate() {
            rows[8 * row + column] = byte;
        }
    }
    let mut masks = [0u64; 8];
    for (mask, eight) in masks.iter_mut().zip(rows.as_chunks::<8>().0) {
        *mask = u64::from_le_bytes(*eight);
    }
    masks
}

/// The 8 by 8 matrix of bits with rows and columns exchanged, by blocks of 1, 2 and 4.
#[inline(always)]
fn transposed(word: u64) -> u64 {
    let exchange = |word: u64, by: u32, blocks: u64| {
        let moved = (word ^ (word >> by)) & blocks;
        word ^ moved ^ (moved << by)
    };
    let word = exchange(word, 7, 0x00aa_00aa_00aa_00aa);
    let word = exchange(word, 14, 0x0000_cccc_0000_cccc);
    exchange(word, 28, 0x0000_0000_f0f0_f0f0)
}

/// Each bit with the sum of those up to it, modulo 2: where quotes are, what they surround,
/// with the opening quotes.
#[inline(always)]
pub(super) fn parity(quotes: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(quotes, |sum, by| sum ^ (sum << by))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vectorized::vectorized;

    proptest! {
        #[test]
        fn bits_are_those_of_a_walk(bytes in prop::collection::vec(0..4u8, STRETCH)) {
            let bytes: [u8; STRETCH] = bytes.try_into().unwrap();
            let masks = vectorized!(masks(&bytes, |byte| byte == 1));
            for (at, &byte) in bytes.iter().enumerate() {
                prop_assert_eq!(masks[at / 64] >> (at % 64) & 1 == 1, byte == 1, "at {}", at);
            }
        }

        #[test]
        fn parity_is_that_of_a_walk(quotes in any::<u64>()) {
            for at in 0..64 {
                let before = quotes << (63 - at);
                prop_assert_eq!(parity(quotes) >> at & 1, u64::from(before.count_ones() % 2));
            }
        }
    }
}
