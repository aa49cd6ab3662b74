//! What a program around the benchmark may do to cells: how tests plant faults.

use crate::cell::CellName;
use crate::execute::Computed;

/// Called around each cell, in the process that computes it.
///
/// The program `oddity-bench` has none, and no switch that would bring one.
pub trait Hook: Sync {
    /// Before a cell is computed. A panic here is the cell's own.
    fn before(&self, name: &CellName) {
        let _none_needed = name;
    }

    /// After a cell was computed, before it is stored.
    fn after(&self, name: &CellName, computed: &mut Computed) {
        let _none_needed = (name, computed);
    }
}
