//! The exchanges between two ends that are remembered: the ones that had a packet last.

use std::collections::HashMap;

use super::Packet;
use super::recent::Recent;

/// What tells exchanges apart: the transport, and both ends, the smaller one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) transport: u64,
    pub(crate) ends: [End; 2],
}

/// An address by its number, and a port, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct End {
    pub(crate) address: u64,
    pub(crate) port: Option<u16>,
}

impl Key {
    pub(crate) fn of(packet: &Packet) -> Key {
        let (source, destination) = (packet.source, packet.destination);
        let ends = [source.min(destination), source.max(destination)];
        Key { transport: packet.transport, ends }
    }

    /// Without the ports.
    fn pair(&self) -> (u64, u64, u64) {
        (self.transport, self.ends[0].address, self.ends[1].address)
    }

    fn has_no_port(&self) -> bool {
        self.ends.iter().all(|end| end.port.is_none())
    }
}

/// A value for each exchange, of at most so many.
///
/// A packet without ports, as Wireshark writes TLS, HTTP or DNS, belongs to the exchange between
/// its addresses, over the same transport, that had a packet last.
pub(crate) struct Table<V> {
    recent: Recent<Key, V>,
    /// The exchange between two addresses that had a packet last.
    latest: HashMap<(u64, u64, u64), u32>,
}

impl<V> Table<V> {
    pub(crate) fn new(most: usize) -> Table<V> {
        Table { recent: Recent::new(most), latest: HashMap::new() }
    }

    /// The exchange of a packet, which is now the one with the last packet, and whether it is
    /// new here.
    pub(crate) fn get(&mut self, packet: &Packet, new: impl FnOnce() -> V) -> (&Key, &mut V, bool) {
        let key = Key::of(packet);
        let latest = if key.has_no_port() { self.latest.get(&key.pair()).copied() } else { None };
        let found = latest.or_else(|| self.recent.find(&key));
        let slot = found.unwrap_or_else(|| {
            let (slot, gone) = self.recent.insert(key, new());
            if let Some(gone) = gone
                && self.latest.get(&gone.pair()) == Some(&slot)
            {
                self.latest.remove(&gone.pair());
            }
            slot
        });
        let (key, value) = self.recent.at(slot);
        self.latest.insert(key.pair(), slot);
        (key, value, found.is_none())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.recent.len()
    }

    /// What tells them apart.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.recent.keys()
    }
}
