//! Rows of the kernel matrix, computed in blocks when they are asked for.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::panels::{GROUP, Group, PANEL, Panels};

/// The rows of the kernel matrix that fit in memory.
///
/// They are kept in single precision, as in libsvm, so that both solve the same problem. A
/// row that is missing is computed with others that are likely to be asked for soon; which
/// ones are in memory changes no value.
pub(super) struct Rows<'a> {
    panels: &'a Panels,
    slots: Vec<Slot>,
    /// The slot of each row, or [`NONE`].
    slot_of: Vec<u32>,
    clock: u64,
    most_slots: usize,
}

#[derive(Default)]
struct Slot {
    row: u32,
    last_used: u64,
    values: Vec<f32>,
}

const NONE: u32 = u32::MAX;

/// Fewest rows that are computed together, if so many are missing.
const FEWEST: usize = 2 * GROUP;
/// Most rows that are computed together.
const MOST: usize = 16 * GROUP;

impl<'a> Rows<'a> {
    /// Keeps at most `bytes` of rows, and at least [`FEWEST`] and two more of them.
    pub(super) fn new(panels: &'a Panels, bytes: usize) -> Rows<'a> {
        let row_bytes = (panels.n_padded() * size_of::<f32>()).max(1);
        let most_slots = (bytes / row_bytes).max(FEWEST + 2);
        let slot_of = vec![NONE; panels.n_rows()];
        Rows { panels, slots: Vec::new(), slot_of, clock: 0, most_slots }
    }

    pub(super) fn panels(&self) -> &'a Panels {
        self.panels
    }

    /// Computes a row unless it is there, and with it rows of large `urgency`. The row fetched
    /// before stays.
    pub(super) fn fetch(&mut self, row: usize, urgency: impl Fn(usize) -> f64) {
        self.clock += 1;
        if self.slot_of[row] == NONE {
            let block = self.most_urgent(row, urgency);
            self.fill(&block);
        }
        self.slots[self.slot_of[row] as usize].last_used = self.clock;
    }

    /// A row that was fetched last or last but one.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.slots[self.slot_of[row] as usize].values
    }

    /// The row and others that are missing, the most urgent ones.
    fn most_urgent(&self, row: usize, urgency: impl Fn(usize) -> f64) -> Vec<u32> {
        // A quarter more each time: what is computed in vain stays a small share.
        let size = (self.slots.len() / 4).clamp(FEWEST, MOST).min(self.most_slots - 2);
        let missing = self.slot_of.iter().enumerate().filter(|(_, slot)| **slot == NONE);
        let mut missing: Vec<(f64, u32)> = missing
            .map(
                |(at, _)| {
                    if at == row { (f64::INFINITY, at as u32) } else { (urgency(at), at as u32) }
                },
            )
            .filter(|(urgency, _)| *urgency != f64::NEG_INFINITY)
            .collect();
        if size < missing.len() {
            let before = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
            missing.select_nth_unstable_by(size - 1, before);
            missing.truncate(size);
        }
        missing.into_iter().map(|(_, row)| row).collect()
    }

    fn fill(&mut self, block: &[u32]) {
        let slots = self.free_slots(block.len());
        let mut parts: Vec<(u32, Slot)> = Vec::with_capacity(block.len());
        for (&row, &slot) in block.iter().zip(&slots) {
            let Slot { values, .. } = std::mem::take(&mut self.slots[slot]);
            parts.push((slot as u32, Slot { row, last_used: self.clock - 1, values }));
        }
        let n_groups = block.len().div_ceil(GROUP);
        // Several groups share a panel while it is in the second-level cache.
        let share = GROUP * (n_groups / rayon::current_num_threads()).clamp(1, 4);
        let arch = pulp::Arch::new();
        parts.par_chunks_mut(share).for_each(|parts| {
            arch.dispatch(Fill { panels: self.panels, parts });
        });
        for (slot, part) in parts {
            self.slot_of[part.row as usize] = slot;
            self.slots[slot as usize] = part;
        }
    }

    /// New slots, then those used least recently.
    fn free_slots(&mut self, n_slots: usize) -> Vec<usize> {
        let n_new = n_slots.min(self.most_slots - self.slots.len());
        let mut free: Vec<usize> = (self.slots.len()..self.slots.len() + n_new).collect();
        if n_new < n_slots {
            // The row fetched before this one is younger than all others.
            let mut oldest: Vec<usize> = (0..self.slots.len()).collect();
            oldest.sort_by_key(|&slot| self.slots[slot].last_used);
            for &slot in &oldest[..n_slots - n_new] {
                self.slot_of[self.slots[slot].row as usize] = NONE;
                free.push(slot);
            }
        }
        self.slots.resize_with(self.slots.len() + n_new, Slot::default);
        free
    }
}

/// Panels that pass the groups together.
const PANELS: usize = 8;

/// Computes some rows.
struct Fill<'a, 'b> {
    panels: &'a Panels,
    parts: &'b mut [(u32, Slot)],
}

impl WithSimd for Fill<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n_padded = self.panels.n_padded();
        let pack = |parts: &[(u32, Slot)]| -> Group {
            let rows: Vec<u32> = parts.iter().map(|(_, slot)| slot.row).collect();
            self.panels.group_of(&rows)
        };
        let groups: Vec<Group> = self.parts.chunks(GROUP).map(pack).collect();
        self.parts.iter_mut().for_each(|(_, slot)| slot.values.resize(n_padded, 0.0));
        let mut buffer = vec![0.0; GROUP * PANELS * PANEL];
        for first in (0..n_padded).step_by(PANELS * PANEL) {
            let n_rows = (n_padded - first).min(PANELS * PANEL);
            for (group, parts) in groups.iter().zip(self.parts.chunks_mut(GROUP)) {
                self.panels.kernel(simd, group, first, n_rows, &mut buffer[..GROUP * n_rows]);
                for ((_, slot), values) in parts.iter_mut().zip(buffer.chunks_exact(n_rows)) {
                    for (to, from) in slot.values[first..].iter_mut().zip(values) {
                        *to = *from as f32;
                    }
                }
            }
        }
    }
}
