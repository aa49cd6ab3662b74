//! At most so many values by a key: those that were used last.

use std::collections::HashMap;
use std::hash::Hash;

/// No entry.
const NONE: u32 = u32::MAX;

/// Values by key. When one more comes than there may be, the one goes that was used longest ago.
pub(crate) struct Recent<K, V> {
    entries: Vec<Entry<K, V>>,
    slots: HashMap<K, u32>,
    newest: u32,
    oldest: u32,
    most: usize,
}

struct Entry<K, V> {
    key: K,
    value: V,
    newer: u32,
    older: u32,
}

impl<K: Copy + Eq + Hash, V> Recent<K, V> {
    /// For at least one value, and less than 2^32 - 1.
    pub(crate) fn new(most: usize) -> Recent<K, V> {
        let slots = HashMap::new();
        Recent { entries: Vec::new(), slots, newest: NONE, oldest: NONE, most }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// All keys, in no order that says anything.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|entry| &entry.key)
    }

    /// Where the value of a key lies.
    pub(crate) fn find(&self, key: &K) -> Option<u32> {
        self.slots.get(key).copied()
    }

    /// The value of a slot, which is now the one used last, and its key.
    pub(crate) fn at(&mut self, slot: u32) -> (&K, &mut V) {
        if self.newest != slot {
            self.unlink(slot);
            self.link(slot);
        }
        let entry = &mut self.entries[slot as usize];
        (&entry.key, &mut entry.value)
    }

    /// The value of a key, which is now the one used last; a new one where there is none.
    pub(crate) fn get(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        let slot = self.find(&key).unwrap_or_else(|| self.insert(key, new()).0);
        self.at(slot).1
    }

    /// Takes in the value of a key that has none; with its slot comes the key that had it before.
    pub(crate) fn insert(&mut self, key: K, value: V) -> (u32, Option<K>) {
        let entry = Entry { key, value, newer: NONE, older: NONE };
        let (slot, gone) = if self.entries.len() < self.most {
            self.entries.push(entry);
            (self.entries.len() as u32 - 1, None)
        } else {
            let slot = self.oldest;
            self.unlink(slot);
            let old = std::mem::replace(&mut self.entries[slot as usize], entry);
            self.slots.remove(&old.key);
            (slot, Some(old.key))
        };
        self.slots.insert(key, slot);
        self.link(slot);
        (slot, gone)
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
