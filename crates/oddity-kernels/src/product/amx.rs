//! Products of pairs by AMX: tiles of 16 rows, of which one instruction multiplies two.
//!
//! A tile of the left side is 16 rows of 16 pairs, one of the right side 16 rows of pairs for 16
//! columns, one of the result 16 rows of 16 numbers. Four tiles of the result take all pairs of
//! a block at a time. The left side is copied into tiles first, since it may lie in any form;
//! what ends within a tile goes through memory whose rest is 0.
//!
//! The first terms of 16 pairs are summed apart from their second terms, and both sums are added to
//! the result's: other last bits than those of [`multiply`](super::multiply) at other levels.

use core::arch::asm;

use super::{PANEL, Product, Start};

/// Rows of a tile, and pairs or numbers of its rows.
const TILE: usize = 16;

/// Rows of the result that are taken together.
const ROWS: usize = 2 * TILE;

/// Columns of the result that are taken together.
const COLUMNS: usize = 2 * TILE;

/// Pairs of a block: the left side's part of one is 16 KiB.
const BLOCK: usize = 8 * TILE;

/// All eight tiles have 16 rows of 64 bytes.
static CONFIG: Config = Config([
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // Palette 1.
    64, 0, 64, 0, 64, 0, 64, 0, 64, 0, 64, 0, 64, 0, 64, 0, // Bytes of a row.
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, //
    16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0, // Rows.
]);

#[repr(align(64))]
struct Config(#[expect(dead_code, reason = "read by an instruction")] [u8; 64]);

/// Numbers or pairs at the edge of a cache line.
#[repr(align(64))]
struct Aligned<const N: usize>([f32; N]);

/// A block of the left side: `[pairs / 16][row][16]`.
type LeftBlock = Aligned<{ ROWS * BLOCK }>;

impl Product<'_> {
    /// The product of pairs.
    ///
    /// # Safety
    ///
    /// As for [`panels`](Product::panels), and the machine has AMX for bfloat16, which the operating
    /// system lets this process use.
    pub(super) unsafe fn tiles(self, out: super::Out<'_>) {
        let super::Out { data: out, row: out_row, panel: out_panel } = out;
        let n_columns = self.groups * TILE;
        self.begin(out, out_row, out_panel);
        let mut left = Aligned([0.0; ROWS * BLOCK]);
        let mut space =
            Space { right: Aligned([0.0; BLOCK * COLUMNS]), out: Aligned([0.0; ROWS * COLUMNS]) };
        for row in (0..self.m).step_by(ROWS) {
            let n_rows = ROWS.min(self.m - row);
            for from in (0..self.k).step_by(BLOCK) {
                let n_pairs = BLOCK.min(self.k - from);
                self.copy_left(row, n_rows, from, n_pairs, &mut left);
                for column in (0..n_columns).step_by(COLUMNS) {
                    let (panel, within) = (column / PANEL, column % PANEL);
                    let at = panel * out_panel + row * out_row + within;
                    let right = panel * self.right.panel + from * self.right.row + within;
                    let right = &self.right.entries.data[right..];
                    let part = Part { n_rows, n_columns: COLUMNS.min(n_columns - column), n_pairs };
                    // SAFETY: AMX is there by the caller's promise.
                    unsafe {
                        part.add(&left, right, self.right.row, &mut out[at..], out_row, &mut space);
                    }
                }
            }
        }
    }

    /// What sums start from.
    fn begin(&self, out: &mut [f32], out_row: usize, out_panel: usize) {
        let n_columns = self.groups * TILE;
        for panel in 0..n_columns.div_ceil(PANEL) {
            let width = PANEL.min(n_columns - panel * PANEL);
            for row in 0..self.m {
                let to = &mut out[panel * out_panel + row * out_row..][..width];
                match self.start {
                    Start::Zero => to.fill(0.0),
                    Start::Bias(bias) => to.copy_from_slice(&bias[panel * PANEL..][..width]),
                    Start::Out => {}
                }
            }
        }
    }

    /// Copies rows of the left side into tiles; what is not there is 0.
    fn copy_left(
        &self,
        row: usize,
        n_rows: usize,
        from: usize,
        n_pairs: usize,
        to: &mut LeftBlock,
    ) {
        if n_rows < ROWS || !n_pairs.is_multiple_of(TILE) {
            to.0.fill(0.0);
        }
        let left = &self.left;
        for i in 0..n_rows {
            for (tile, k) in (from..from + n_pairs).step_by(TILE).enumerate() {
                // A panel of the left side is two tiles wide, or there is one panel: no tile lies
                // in two.
                let at = (row + i) * left.row
                    + (k / left.panel.0) * left.panel.1
                    + (k % left.panel.0) * left.column;
                let pairs = left.entries.data[at..].iter().step_by(left.column);
                let n = TILE.min(from + n_pairs - k);
                let to = &mut to.0[(tile * ROWS + i) * TILE..][..n];
                to.iter_mut().zip(pairs).for_each(|(to, &pair)| *to = pair);
            }
        }
    }
}

/// A part of the result, at most 32 by 32, and the pairs that join it.
struct Part {
    n_rows: usize,
    n_columns: usize,
    n_pairs: usize,
}

/// Memory for what ends within a tile.
struct Space {
    /// `[pair][32]`.
    right: Aligned<{ BLOCK * COLUMNS }>,
    /// `[row][32]`.
    out: Aligned<{ ROWS * COLUMNS }>,
}

impl Part {
    /// Adds the products of a block to a part of the result.
    ///
    /// # Safety
    ///
    /// The machine has AMX for bfloat16, which the process may use.
    unsafe fn add(
        &self,
        left: &LeftBlock,
        right: &[f32],
        right_row: usize,
        out: &mut [f32],
        out_row: usize,
        space: &mut Space,
    ) {
        let Part { n_rows, n_columns, n_pairs } = *self;
        let n_tiles = n_pairs.div_ceil(TILE);
        let (right, right_row) = if n_columns == COLUMNS && n_pairs.is_multiple_of(TILE) {
            (right, right_row)
        } else {
            let to = &mut space.right.0[..n_tiles * TILE * COLUMNS];
            to.fill(0.0);
            for (to, from) in
                to.chunks_exact_mut(COLUMNS).zip(right.chunks(right_row)).take(n_pairs)
            {
                to[..n_columns].copy_from_slice(&from[..n_columns]);
            }
            (&*to, COLUMNS)
        };
        if (n_rows, n_columns) == (ROWS, COLUMNS) {
            // SAFETY: AMX is there by the caller's promise.
            unsafe { multiply_tiles(n_tiles, &left.0, right, right_row, out, out_row) };
            return;
        }
        let sums = &mut space.out.0;
        sums.fill(0.0);
        for (to, from) in sums.chunks_exact_mut(COLUMNS).zip(out.chunks(out_row)).take(n_rows) {
            to[..n_columns].copy_from_slice(&from[..n_columns]);
        }
        // SAFETY: AMX is there by the caller's promise.
        unsafe { multiply_tiles(n_tiles, &left.0, right, right_row, sums, COLUMNS) };
        for (to, from) in out.chunks_mut(out_row).zip(sums.chunks_exact(COLUMNS)).take(n_rows) {
            to[..n_columns].copy_from_slice(&from[..n_columns]);
        }
    }
}

/// Adds the products of 32 rows of `n_tiles` tiles of the left side with as many of the right
/// side, two beside each other, to 32 by 32 numbers.
///
/// # Safety
///
/// The machine has AMX for bfloat16, which the process may use.
///
/// # Panics
///
/// If a side is too short.
unsafe fn multiply_tiles(
    n_tiles: usize,
    left: &[f32],
    right: &[f32],
    right_row: usize,
    out: &mut [f32],
    out_row: usize,
) {
    assert!(n_tiles * ROWS * TILE <= left.len(), "the left side is too short");
    assert!(
        (n_tiles * TILE - 1) * right_row + COLUMNS <= right.len(),
        "the right side is too short"
    );
    assert!((ROWS - 1) * out_row + COLUMNS <= out.len(), "the result is too short");
    // SAFETY: AMX is there by the caller's promise. What is read and written lies inside the
    // slices, as was checked: rows of 64 bytes at the strides given, for each tile. The tiles are
    // released at the end, so that nothing is left in them for others.
    unsafe {
        asm!(
            "ldtilecfg [{config}]",
            "tileloadd tmm0, [{out} + {out_row}*1]",
            "tileloadd tmm1, [{out} + {out_row}*1 + 64]",
            "tileloadd tmm2, [{lower} + {out_row}*1]",
            "tileloadd tmm3, [{lower} + {out_row}*1 + 64]",
            "2:",
            "tileloadd tmm4, [{left} + {left_row}*1]",
            "tileloadd tmm5, [{left} + {left_row}*1 + 1024]",
            "tileloadd tmm6, [{right} + {right_row}*1]",
            "tileloadd tmm7, [{right} + {right_row}*1 + 64]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "tdpbf16ps tmm2, tmm5, tmm6",
            "tdpbf16ps tmm3, tmm5, tmm7",
            "add {left}, 2048",
            "add {right}, {right_tile}",
            "dec {n}",
            "jnz 2b",
            "tilestored [{out} + {out_row}*1], tmm0",
            "tilestored [{out} + {out_row}*1 + 64], tmm1",
            "tilestored [{lower} + {out_row}*1], tmm2",
            "tilestored [{lower} + {out_row}*1 + 64], tmm3",
            "tilerelease",
            config = in(reg) &raw const CONFIG,
            out = in(reg) out.as_mut_ptr(),
            lower = in(reg) out.as_mut_ptr().add(TILE * out_row),
            out_row = in(reg) out_row * size_of::<f32>(),
            left = inout(reg) left.as_ptr() => _,
            left_row = in(reg) TILE * size_of::<f32>(),
            right = inout(reg) right.as_ptr() => _,
            right_row = in(reg) right_row * size_of::<f32>(),
            right_tile = in(reg) TILE * right_row * size_of::<f32>(),
            n = inout(reg) n_tiles => _,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

/// Whether the machine has AMX for bfloat16 and the operating system lets this process use it,
/// which it is asked for.
pub(crate) fn detect() -> bool {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    // Bits of leaf 7: AMX-BF16 and AMX-TILE; of leaf 1: that the system keeps extended states.
    const AMX: u32 = 1 << 22 | 1 << 24;
    const OSXSAVE: u32 = 1 << 27;
    // Leaf 0 says which leaves there are.
    let has = 7 <= __cpuid(0).eax
        && __cpuid(1).ecx & OSXSAVE != 0
        && __cpuid_count(7, 0).edx & AMX == AMX;
    has && keeps_tiles() && may_use_tiles()
}

/// Whether the operating system keeps tiles and their configuration apart for each thread.
fn keeps_tiles() -> bool {
    const TILES: u32 = 1 << 17 | 1 << 18;
    let states: u32;
    // SAFETY: the caller saw that the system keeps extended states, so that the instruction is
    // allowed; register 0 says which.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") states, out("edx") _, options(nomem, nostack));
    }
    states & TILES == TILES
}

/// Asks Linux for leave, once for all threads; other systems are not asked.
#[cfg(target_os = "linux")]
fn may_use_tiles() -> bool {
    /// `arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA)`.
    const ARCH_PRCTL: usize = 158;
    const ARCH_REQ_XCOMP_PERM: usize = 0x1023;
    const XFEATURE_XTILEDATA: usize = 18;
    let answer: isize;
    // SAFETY: the call reads two numbers and changes nothing but what this process may use; the
    // kernel overwrites rcx and r11.
    unsafe {
        asm!(
            "syscall",
            inout("rax") ARCH_PRCTL => answer,
            in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") XFEATURE_XTILEDATA,
            out("rcx") _,
            out("r11") _,
            options(nostack),
        );
    }
    answer == 0
}

#[cfg(not(target_os = "linux"))]
fn may_use_tiles() -> bool {
    false
}
