//! Numbers for mutations: the same sequence from the same seed on any machine.

/// SplitMix64: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        match n as u64 {
            0 => 0,
            n => (self.next() % n) as usize,
        }
    }

    /// A byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[7]
    }

    /// One of several.
    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// A range within `n`, mostly short.
    pub(crate) fn range(&mut self, n: usize) -> std::ops::Range<usize> {
        let start = self.below(n + 1);
        let most = if self.below(4) == 0 { n - start } else { (n - start).min(16) };
        start..start + self.below(most + 1)
    }
}
