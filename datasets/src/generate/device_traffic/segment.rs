//! A TCP segment on its way.

pub(super) const FIN: u8 = 1;
pub(super) const SYN: u8 = 2;
pub(super) const RST: u8 = 4;
pub(super) const PSH: u8 = 8;
pub(super) const ACK: u8 = 16;

/// Most blocks that fit beside time stamps.
pub(super) const MAX_BLOCKS: usize = 3;

/// A TCP segment; sequence numbers begin at 0 with the SYN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Segment {
    /// The sender: 0 the client, 1 the server.
    pub(super) side: u8,
    pub(super) flags: u8,
    /// Shift of the window that the sender announces in its SYN.
    pub(super) scale: u8,
    /// Largest segment that the sender announces in its SYN.
    pub(super) mss: u16,
    pub(super) len: u16,
    /// Before scaling.
    pub(super) window: u16,
    pub(super) seq: u32,
    pub(super) ack: u32,
    /// Time stamps of the sender and echoed, where the connection has them.
    pub(super) stamps: Option<(u32, u32)>,
    pub(super) n_blocks: u8,
    /// Bytes that arrived beyond a gap.
    pub(super) blocks: [(u32, u32); MAX_BLOCKS],
}

impl Segment {
    /// Bytes of the header, with options padded to words.
    pub(super) fn header(&self) -> u32 {
        let options = if self.flags & SYN != 0 {
            if self.stamps.is_some() { 20 } else { 12 }
        } else {
            let stamps = if self.stamps.is_some() { 12 } else { 0 };
            let blocks = if self.n_blocks == 0 { 0 } else { 4 + 8 * u32::from(self.n_blocks) };
            stamps + blocks
        };
        20 + options
    }
}
