//! Products against sums in `f64`, and sides that do not fit.

use proptest::prelude::*;

use super::*;
use crate::Level;
use crate::bf16::Pairs;

/// Numbers from -1 to 1 in `2^-10` steps: sums of them are exact in `f64`.
fn numbers(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 53) as f32 / 1024.0 - 1.0
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 3 } else { 128 }))]

    #[test]
    fn equals_the_sums_in_f64(
        m in 1usize..21, k in 0usize..300, groups in 1usize..11, seed: u64,
        form in 0u8..3, kind in 0u8..3,
    ) {
        let (k, m) = if cfg!(miri) { (k % 70, m % 5 + 1) } else { (k, m) };
        let columns = groups * LANES;
        let n_panels = columns.div_ceil(PANEL);
        // The left side in each of its forms, with room at the end of its rows.
        let entries = numbers(m * k, seed);
        let (data, stride) = match form {
            0 => (scatter(m * (k + 3), m, k, &entries, |i, j| i * (k + 3) + j), k + 3),
            1 => (scatter((m + 2) * k, m, k, &entries, |i, j| j * (m + 2) + i), m + 2),
            _ => {
                let stride = (m + 1) * PANEL;
                let at = |i: usize, j: usize| j / PANEL * stride + i * PANEL + j % PANEL;
                (scatter(k.div_ceil(PANEL) * stride, m, k, &entries, at), stride)
            }
        };
        let left = match form {
            0 => Left::rows(&data[..], stride),
            1 => Left::transposed(&data[..], stride),
            _ => Left::panels(&data[..], stride),
        };
        let right = numbers(n_panels * k * PANEL, seed ^ 1);
        let bias = numbers(n_panels * PANEL, seed ^ 2);
        let before = numbers(m * n_panels * PANEL, seed ^ 3);
        let start = [Start::Zero, Start::Out, Start::Bias(&bias)][usize::from(kind)];
        for level in Level::all() {
            let mut out = before.clone();
            let to = Out { data: &mut out, row: PANEL, panel: m * PANEL };
            multiply(level, m, k, groups, start, left, Right::packed(&right[..], k), to);
            for i in 0..m {
                for c in 0..n_panels * PANEL {
                    let (panel, column) = (c / PANEL, c % PANEL);
                    let at = panel * m * PANEL + i * PANEL + column;
                    if columns <= c {
                        prop_assert_eq!(out[at], before[at]);
                        continue;
                    }
                    let mut sum = match start {
                        Start::Zero => 0.0,
                        Start::Out => f64::from(before[at]),
                        Start::Bias(bias) => f64::from(bias[c]),
                    };
                    for j in 0..k {
                        let right = right[panel * k * PANEL + j * PANEL + column];
                        sum += f64::from(entries[i * k + j]) * f64::from(right);
                    }
                    prop_assert!((f64::from(out[at]) - sum).abs() < 2e-5);
                }
            }
        }
    }
}

/// Numbers from -1 to 1 in `2^-7` steps: each is a bfloat16, and sums of a thousand products are
/// exact in `f32`.
fn halves(n: usize, seed: u64) -> Vec<f32> {
    numbers(n, seed).iter().map(|number| (number * 128.0).round() / 128.0).collect()
}

/// All levels, and those that have tiles or an instruction for pairs without them.
fn levels() -> Vec<Level> {
    let each = |level: Level| [level, level.without_tiles(true), level.without_tiles(false)];
    Level::all().into_iter().flat_map(each).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 3 } else { 128 }))]

    #[test]
    fn pairs_of_bfloat16_equal_the_exact_sums(
        m in 1usize..21, k in 0usize..300, groups in 1usize..11, seed: u64, form in 0u8..3,
    ) {
        let (k, m) = if cfg!(miri) { (k % 70, m % 5 + 1) } else { (k, m) };
        let columns = groups * LANES;
        let n_panels = columns.div_ceil(PANEL);
        let entries = halves(m * k, seed);
        let right = halves(n_panels * k * PANEL, seed ^ 1);
        let bias = halves(n_panels * PANEL, seed ^ 2);
        // Terms that fill up a pair are 0.
        let (wide, high) = (k.next_multiple_of(LANES), m.next_multiple_of(LANES));
        let zero = |n| vec![0.0; n];
        let place = |mut data: Vec<f32>, at: &dyn Fn(usize, usize) -> usize| {
            for i in 0..m {
                for j in 0..k {
                    data[at(i, j)] = entries[i * k + j];
                }
            }
            data
        };
        for level in levels() {
            let (mut of_left, mut of_right) = (Pairs::default(), Pairs::default());
            let left = match form {
                0 => {
                    let rows = place(zero(m * wide), &|i, j| i * wide + j);
                    of_left.take_rows(level, &rows);
                    Left::rows(of_left.entries(), wide / 2)
                }
                1 => {
                    let rows = place(zero(k * high), &|i, j| j * high + i);
                    of_left.take_columns(level, &rows, high);
                    Left::transposed(of_left.entries(), high)
                }
                _ => {
                    let at = |i, j| (j / PANEL * m + i) * PANEL + j % PANEL;
                    let rows = place(zero(k.div_ceil(PANEL) * m * PANEL), &at);
                    of_left.take_rows(level, &rows);
                    Left::panels(of_left.entries(), m * PANEL / 2)
                }
            };
            if 0 < k {
                of_right.take_packed(level, &right, k);
            }
            let mut out = vec![0.0; m * n_panels * PANEL];
            let to = Out { data: &mut out, row: PANEL, panel: m * PANEL };
            let packed = Right::packed(of_right.entries(), k);
            multiply(level, m, k, groups, Start::Bias(&bias), left, packed, to);
            for i in 0..m {
                for (c, &bias) in bias[..columns].iter().enumerate() {
                    let (panel, column) = (c / PANEL, c % PANEL);
                    let mut sum = f64::from(bias);
                    for j in 0..k {
                        let right = right[panel * k * PANEL + j * PANEL + column];
                        sum += f64::from(entries[i * k + j]) * f64::from(right);
                    }
                    prop_assert_eq!(f64::from(out[panel * m * PANEL + i * PANEL + column]), sum);
                }
            }
        }
    }
}

/// The instruction adds what the other levels add, in their order: a bit is a bit, as long as no
/// number is below the least normal one.
#[test]
fn the_instruction_for_pairs_and_two_fused_sums_give_the_same_bits() {
    let mut levels = Level::all().into_iter().map(|level| level.without_tiles(true));
    let Some(level) = levels.find(|level| level.bf16_name() == "avx512bf16") else {
        eprintln!("skipped: no processor with AVX-512 BF16");
        return;
    };
    let (m, k) = (7, 200);
    let spread = |seed: u64| -> Vec<f32> {
        let wide = |(i, number): (usize, f32)| number * 2.0_f32.powi(i as i32 % 40 - 20);
        numbers(4 * k * PANEL, seed).into_iter().enumerate().map(wide).collect()
    };
    let made = |level: Level| {
        let (mut left, mut right) = (Pairs::default(), Pairs::default());
        left.take_rows(level, &spread(1)[..m * 208]);
        right.take_packed(level, &spread(2), k);
        let mut out = vec![0.0; m * PANEL];
        let left = Left::rows(left.entries(), 104);
        let right = Right::packed(right.entries(), k);
        multiply(level, m, k, 4, Start::Zero, left, right, Out::rows(&mut out, PANEL));
        out
    };
    assert_eq!(made(level), made(level.without_tiles(false)));
}

fn scatter(
    len: usize,
    m: usize,
    k: usize,
    entries: &[f32],
    at: impl Fn(usize, usize) -> usize,
) -> Vec<f32> {
    let mut data = vec![f32::NAN; len];
    for i in 0..m {
        for j in 0..k {
            data[at(i, j)] = entries[i * k + j];
        }
    }
    data
}

#[test]
fn sides_that_are_too_short_are_refused() {
    let (ones, mut out) = ([1.0; 64], [0.0; 64]);
    let mut call = |left: usize, right: usize, to: usize| {
        let left = Left::rows(&ones[..left], 3);
        let (right, out) = (Right::packed(&ones[..right], 1), Out::rows(&mut out[..to], 16));
        std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
            multiply(Level::plain(), 4, 1, 1, Start::Zero, left, right, out);
        }))
        .is_ok()
    };
    assert!(call(10, 16, 64));
    assert!(!call(9, 16, 64));
    assert!(!call(10, 15, 64));
    assert!(!call(10, 16, 63));
}

#[test]
fn more_columns_than_a_number_counts_have_no_bias() {
    let (ones, mut out) = ([1.0; 64], [0.0; 64]);
    // Panels on top of each other fit into any side; sixteen times the groups is 0.
    let groups = 1 << (usize::BITS - 4);
    let right = Right::panels(&ones[..], 0);
    let refused = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        let (left, out) = (Left::rows(&ones[..], 1), Out { data: &mut out, row: PANEL, panel: 0 });
        multiply(Level::plain(), 1, 1, groups, Start::Bias(&ones[..16]), left, right, out);
    }));
    let message = refused.expect_err("refused");
    assert_eq!(message.downcast_ref::<&str>(), Some(&"a bias a column"));
}
