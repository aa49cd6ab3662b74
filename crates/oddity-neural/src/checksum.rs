//! CRC-32C, the checksum of saved networks and of event files.

/// The polynomial of Castagnoli, Bräuer and Herrmann (1993, doi:10.1109/26.231911), its bits
/// reversed.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// What each byte makes of a state of zeros.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut state = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            state = (state >> 1) ^ if state & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        table[byte] = state;
        byte += 1;
    }
    table
};

/// A checksum over parts. It finds every change of up to four bytes behind each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crc32c(u32);

impl Crc32c {
    pub(crate) fn new() -> Crc32c {
        Crc32c(u32::MAX)
    }

    /// Takes in the next bytes.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 >> 8) ^ TABLE[usize::from(self.0 as u8 ^ byte)];
        }
    }

    pub(crate) fn value(self) -> u32 {
        !self.0
    }

    /// Of some bytes alone.
    pub(crate) fn of(bytes: &[u8]) -> u32 {
        let mut crc = Crc32c::new();
        crc.take(bytes);
        crc.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_values_of_rfc_3720() {
        assert_eq!(Crc32c::of(b"123456789"), 0xe306_9283);
        assert_eq!(Crc32c::of(&[0; 32]), 0x8a91_36aa);
        assert_eq!(Crc32c::of(&[0xff; 32]), 0x62a8_ab43);
        let ascending: Vec<u8> = (0..32).collect();
        assert_eq!(Crc32c::of(&ascending), 0x46dd_794e);
    }
}
