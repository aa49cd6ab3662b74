//! Products by tiles of AMX against exact sums, on a machine without an operating system.

#![no_std]
#![no_main]
#![allow(dead_code)]

use core::arch::asm;
use core::fmt::Write;

/// What the sides of a product may lie in, and do not here.
pub struct Buffer;

impl core::ops::Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &[]
    }
}

mod product;

use product::{Left, Out, Product, Right, Start, pairs};

/// The port whose bytes the emulator prints.
struct Output;

impl Write for Output {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            // SAFETY: nothing but the emulator listens.
            unsafe { asm!("out 0xe9, al", in("al") byte) }
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = writeln!(Output, "failed: {info}");
    end()
}

fn end() -> ! {
    loop {
        // SAFETY: the machine stands still.
        unsafe { asm!("cli", "hlt") }
    }
}

/// Draws numbers.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// A bfloat16 from -1 to 1: sums of products of a thousand are exact.
    fn number(&mut self) -> f32 {
        (self.below(257) as f32 - 128.0) / 128.0
    }

    fn pair(&mut self) -> f32 {
        let (first, second) = (self.number(), self.number());
        f32::from_bits((first.to_bits() >> 16) | second.to_bits())
    }
}

/// The sum of the products of both terms of two pairs.
fn dot(a: f32, b: f32) -> f64 {
    let half = |bits: u32| f64::from(f32::from_bits(bits));
    half(a.to_bits() << 16) * half(b.to_bits() << 16)
        + half(a.to_bits() & 0xffff_0000) * half(b.to_bits() & 0xffff_0000)
}

/// Memory of all products.
struct Memory {
    left: [f32; 200_000],
    right: [f32; 200_000],
    out: [f32; 100_000],
    before: [f32; 100_000],
    bias: [f32; 640],
}

static mut MEMORY: Memory = Memory {
    left: [0.0; 200_000],
    right: [0.0; 200_000],
    out: [0.0; 100_000],
    before: [0.0; 100_000],
    bias: [0.0; 640],
};

#[unsafe(no_mangle)]
pub extern "C" fn bare_main() -> ! {
    // SAFETY: this runs once, on the one processor.
    let memory = unsafe { &mut *(&raw mut MEMORY) };
    let _ = writeln!(Output, "begin");
    let mut draws = Draws(7);
    let mut n = 0;
    for case in 0..400 {
        n += one(case, memory, &mut draws);
    }
    let _ = writeln!(Output, "ok: 400 products, {n} sums exact");
    end()
}

/// One product; how many sums were compared.
fn one(case: usize, memory: &mut Memory, draws: &mut Draws) -> usize {
    let Memory { left, right, out, before, bias } = memory;
    let m = 1 + draws.below(70);
    let k = if case % 11 == 0 { 0 } else { 1 + draws.below(300) };
    let groups = 1 + draws.below(10);
    let (form, kind) = (draws.below(3), draws.below(3));
    let columns = groups * 16;
    let panels = columns.div_ceil(64);
    let wide = |panel: usize| (columns - panel * 64).min(64);
    // What must not be read is no number, and would make sums none.
    left.fill(f32::NAN);
    right.fill(f32::NAN);
    before.iter_mut().chain(bias.iter_mut()).for_each(|number| *number = draws.number());
    out.copy_from_slice(&before[..]);
    let stride = [k + 3, m + 2, (m + 1) * 32][form];
    let at = |i: usize, j: usize| match form {
        0 => i * stride + j,
        1 => j * stride + i,
        _ => j / 32 * stride + i * 32 + j % 32,
    };
    for i in 0..m {
        (0..k).for_each(|j| left[at(i, j)] = draws.pair());
    }
    for panel in 0..panels {
        for j in 0..k {
            right[(panel * k + j) * 64..][..wide(panel)].fill_with(|| draws.pair());
        }
    }
    let left_len = if k == 0 { 1 } else { at(m - 1, k - 1) + 1 };
    let entries = pairs(&left[..left_len]);
    let side = match form {
        0 => Left::rows(entries, stride),
        1 => Left::transposed(entries, stride),
        _ => Left::panels(entries, stride),
    };
    // Each side ends behind its last entry.
    let last = wide(panels - 1);
    let right_len = if k == 0 { 0 } else { (panels * k - 1) * 64 + last };
    let row = 64 + 16 * draws.below(2);
    let out_len = (panels * m - 1) * row + last;
    let start = [Start::Zero, Start::Out, Start::Bias(&bias[..columns])][kind];
    let right_side = Right::panels(pairs(&right[..right_len]), k * 64);
    Product { m, k, groups, start, left: side, right: right_side }.run(Out {
        data: &mut out[..out_len],
        row,
        panel: m * row,
    });
    let mut n = 0;
    for (place, (&found, &before)) in out.iter().zip(&before[..]).enumerate().take(panels * m * row)
    {
        let (panel, i, c) = (place / (m * row), place / row % m, place % row);
        if wide(panel) <= c {
            assert!(found == before, "case {case}: written outside, at {panel}, {i}, {c}");
            continue;
        }
        let first = [0.0, before, bias[panel * 64 + c]][kind];
        let sum = (0..k).map(|j| dot(left[at(i, j)], right[(panel * k + j) * 64 + c]));
        let sum = f64::from(first) + sum.sum::<f64>();
        assert!(f64::from(found) == sum, "case {case} at {panel}, {i}, {c}: {found} for {sum}");
        n += 1;
    }
    n
}
