//! What tiles need of products, and no more.

pub const PANEL: usize = 64;

#[path = "../src/product/amx.rs"]
pub mod amx;
#[path = "../src/product/sides.rs"]
mod sides;

pub use sides::{Entries, Left, Out, Right, Start};

pub struct Product<'a> {
    pub m: usize,
    pub k: usize,
    pub groups: usize,
    pub start: Start<'a>,
    pub left: Left<'a>,
    pub right: Right<'a>,
}

impl Product<'_> {
    pub fn run(self, out: Out<'_>) {
        // SAFETY: the emulated machine has AMX, and no operating system forbids it.
        unsafe { self.tiles(out) }
    }
}

pub fn pairs(data: &[f32]) -> Entries<'_> {
    Entries { data, are_pairs: true }
}
