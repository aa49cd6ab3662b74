//! numpy's legacy permutation: `RandomState(seed)` with `permutation` and `shuffle`.

use std::convert::Infallible;

use rand::TryRng;

const N: usize = 624;
const M: usize = 397;

/// The permutation of `0..n` that `numpy.random.RandomState(seed).permutation(n)` gives.
///
/// numpy promises that this stream never changes, so that the splits of published studies
/// can be made again row by row.
pub fn numpy_permutation(seed: u32, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    super::shuffle::shuffle(&mut NumpyRandomState::new(seed), &mut order);
    order
}

/// The Mersenne Twister MT19937 as numpy seeds it with one integer.
///
/// Source: Matsumoto and Nishimura 1998, doi:10.1145/272991.272995.
pub(crate) struct NumpyRandomState {
    state: [u32; N],
    at: usize,
}

impl NumpyRandomState {
    pub(crate) fn new(seed: u32) -> NumpyRandomState {
        let mut state = [seed; N];
        for at in 1..N {
            let last = state[at - 1];
            state[at] = 1_812_433_253_u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(at as u32);
        }
        NumpyRandomState { state, at: N }
    }

    fn draw(&mut self) -> u32 {
        if self.at == N {
            self.refill();
        }
        let mut value = self.state[self.at];
        self.at += 1;
        value ^= value >> 11;
        value ^= (value << 7) & 0x9d2c_5680;
        value ^= (value << 15) & 0xefc6_0000;
        value ^ (value >> 18)
    }

    fn refill(&mut self) {
        for at in 0..N {
            let (high, low) = (self.state[at], self.state[(at + 1) % N]);
            let mixed = (high & 0x8000_0000) | (low & 0x7fff_ffff);
            let twist = if mixed & 1 == 0 { 0 } else { 0x9908_b0df };
            self.state[at] = self.state[(at + M) % N] ^ (mixed >> 1) ^ twist;
        }
        self.at = 0;
    }
}

impl TryRng for NumpyRandomState {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.draw())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let (high, low) = (self.draw(), self.draw());
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.draw().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twister_equals_the_reference() {
        // First and 10,000th output of mt19937ar.c from seed 5489, as in the C++ standard.
        let mut twister = NumpyRandomState::new(5489);
        assert_eq!(twister.draw(), 3_499_211_612);
        assert_eq!((1..10_000).map(|_| twister.draw()).last(), Some(4_123_659_995));
    }

    #[test]
    fn permutations_equal_those_of_numpy() {
        // numpy 2.4.6: numpy.random.RandomState(42).permutation(10) and (7).permutation(7).
        assert_eq!(numpy_permutation(42, 10), [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
        assert_eq!(numpy_permutation(7, 7), [2, 5, 0, 6, 3, 1, 4]);
        assert!(numpy_permutation(1, 0).is_empty());
    }
}
