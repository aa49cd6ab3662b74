//! Products of the shapes that an LSTM step and its backward pass take, in operations a second.

#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use oddity_kernels::bf16::Pairs;
use oddity_kernels::product::{Entries, Out, PANEL, Right, Start, multiply};
use oddity_kernels::{Buffer, Level};

/// Name, rows, terms, columns, and whether the left side is transposed.
const SHAPES: [(&str, usize, usize, usize, bool); 5] = [
    ("32 x 128 by 128 x 512", 32, 128, 512, false),
    ("16 x 128 by 128 x 512", 16, 128, 512, false),
    ("32 x 59 by 59 x 512", 32, 59, 512, false),
    ("32 x 512 by 512 x 128", 32, 512, 128, false),
    ("128 x 128 by 128 x 512, transposed", 128, 128, 512, true),
];

fn products(criterion: &mut Criterion) {
    for (level, in_pairs) in
        Level::all().into_iter().flat_map(|level| [(level, false), (level, true)])
    {
        let form = if in_pairs { "bf16" } else { "f32" };
        let mut group = criterion.benchmark_group(format!("multiply {} {form}", level.name()));
        for (name, m, k, columns, is_transposed) in SHAPES {
            let left = Buffer::zeros(m * k.next_multiple_of(16));
            let right = Buffer::zeros(columns / PANEL * k * PANEL);
            let mut out = Buffer::zeros(columns / PANEL * m * PANEL);
            let (mut of_left, mut of_right) = (Pairs::default(), Pairs::default());
            if in_pairs {
                of_right.take_packed(level, &right, k);
            }
            group.throughput(Throughput::Elements(2 * (m * k * columns) as u64));
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    // Rounding of the left side is part of it; the right side is rounded once.
                    let left = if is_transposed {
                        of_left.left_transposed(level, in_pairs, &left, m)
                    } else {
                        of_left.left_rows(level, in_pairs, &left, k)
                    };
                    let right = if in_pairs { of_right.entries() } else { Entries::from(&right) };
                    let out = Out { data: &mut out, row: PANEL, panel: m * PANEL };
                    let right = Right::packed(right, k);
                    multiply(level, m, k, columns / 16, Start::Out, left, right, out);
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, products);
criterion_main!(benches);
