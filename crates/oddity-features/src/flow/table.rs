//! The flows that are remembered: the ones that had a packet last.

use std::collections::HashMap;

use super::state::FlowState;

/// What tells flows apart: the transport, and both ends, the smaller one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) transport: u32,
    pub(super) ends: [End; 2],
}

/// An address by its number, and a port, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct End {
    pub(super) address: u32,
    pub(super) port: Option<u16>,
}

impl Key {
    pub(super) fn new(transport: u32, source: End, destination: End) -> Key {
        Key { transport, ends: [source.min(destination), source.max(destination)] }
    }

    /// Without the ports.
    fn pair(&self) -> (u32, u32, u32) {
        (self.transport, self.ends[0].address, self.ends[1].address)
    }
}

/// No entry.
const NONE: u32 = u32::MAX;

/// At most so many flows, in a list by the time of their last packet.
pub(super) struct Table {
    entries: Vec<Entry>,
    slots: HashMap<Key, u32>,
    /// The flow between two addresses that had a packet last.
    latest: HashMap<(u32, u32, u32), u32>,
    newest: u32,
    oldest: u32,
    max_flows: usize,
}

struct Entry {
    key: Key,
    state: FlowState,
    newer: u32,
    older: u32,
}

impl Table {
    pub(super) fn new(max_flows: usize) -> Table {
        let (slots, latest) = (HashMap::new(), HashMap::new());
        Table { entries: Vec::new(), slots, latest, newest: NONE, oldest: NONE, max_flows }
    }

    /// The flow that a packet belongs to, which is now the one with the last packet; `true` if
    /// it is new here.
    pub(super) fn flow(&mut self, key: Key, sender: End) -> (&mut FlowState, bool) {
        let without_ports = key.ends[0].port.is_none() && key.ends[1].port.is_none();
        let latest = if without_ports { self.latest.get(&key.pair()).copied() } else { None };
        let found = latest.or_else(|| self.slots.get(&key).copied());
        let slot = found.unwrap_or_else(|| self.insert(key, sender));
        if self.newest != slot {
            if found.is_some() {
                self.unlink(slot);
            }
            self.link(slot);
        }
        let entry = &mut self.entries[slot as usize];
        self.latest.insert(entry.key.pair(), slot);
        (&mut entry.state, found.is_none())
    }

    /// A slot for a new flow, which is not in the list yet.
    fn insert(&mut self, key: Key, sender: End) -> u32 {
        let (state, newer, older) = (FlowState::new(sender), NONE, NONE);
        let entry = Entry { key, state, newer, older };
        let slot = if self.entries.len() < self.max_flows {
            self.entries.push(entry);
            self.entries.len() as u32 - 1
        } else {
            let slot = self.oldest;
            self.unlink(slot);
            let old = std::mem::replace(&mut self.entries[slot as usize], entry);
            self.slots.remove(&old.key);
            if self.latest.get(&old.key.pair()) == Some(&slot) {
                self.latest.remove(&old.key.pair());
            }
            slot
        };
        self.slots.insert(key, slot);
        slot
    }

    fn unlink(&mut self, slot: u32) {
        let Entry { newer, older, .. } = self.entries[slot as usize];
        match self.entries.get_mut(newer as usize) {
            Some(entry) => entry.older = older,
            None => self.newest = older,
        }
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = newer,
            None => self.oldest = newer,
        }
    }

    /// Puts a slot at the end of the newest.
    fn link(&mut self, slot: u32) {
        let older = std::mem::replace(&mut self.newest, slot);
        let entry = &mut self.entries[slot as usize];
        (entry.newer, entry.older) = (NONE, older);
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = slot,
            None => self.oldest = slot,
        }
    }
}
