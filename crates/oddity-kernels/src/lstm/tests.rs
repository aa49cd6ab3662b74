//! Layers against plain sums in `f64`, and gradients against finite differences of those.

use proptest::prelude::*;

use super::*;
use crate::bf16::Pairs;
use crate::pack::{gate_column, pack, pack_transposed, transposed_len, transposed_rows, unpack};
use crate::product::{Entries, packed_len};
use crate::{Buffer, Level};

/// A layer in rows of numbers, as the formulas have it.
#[derive(Clone)]
pub(super) struct Plain {
    pub(super) shape: Shape,
    pub(super) cell: Cell,
    pub(super) n_rows: usize,
    pub(super) n_steps: usize,
    pub(super) repeated: bool,
    pub(super) kernel: Vec<f64>,
    pub(super) recurrent: Vec<f64>,
    pub(super) bias: Vec<f64>,
    pub(super) x: Vec<f64>,
}

fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Linear => x,
        Activation::Relu => x.max(0.0),
        Activation::Tanh => x.tanh(),
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::HardSigmoid => (0.2 * x + 0.5).clamp(0.0, 1.0),
        Activation::Selu if 0.0 < x => 1.050_700_987_355_480_5 * x,
        Activation::Selu => 1.050_700_987_355_480_5 * 1.673_263_242_354_377_2 * x.exp_m1(),
    }
}

impl Plain {
    /// Outputs, `[step][row][unit]`.
    fn outputs(&self) -> Vec<f64> {
        self.pass().0
    }

    /// Outputs, and how near what goes through the activation came to 0, where relu and selu have
    /// a corner: single precision may be on its other side.
    fn pass(&self) -> (Vec<f64>, f64) {
        let Shape { inputs, units } = self.shape;
        let (mut h, mut c) = (vec![0.0; self.n_rows * units], vec![0.0; self.n_rows * units]);
        let (mut outputs, mut nearest) = (Vec::new(), f64::INFINITY);
        for step in 0..self.n_steps {
            let before = h.clone();
            for row in 0..self.n_rows {
                let at = if self.repeated { row } else { step * self.n_rows + row };
                let sums: Vec<f64> = (0..GATES * units)
                    .map(|column| {
                        let x = (0..inputs).map(|i| {
                            self.x[at * inputs + i] * self.kernel[i * GATES * units + column]
                        });
                        let h = (0..units).map(|unit| {
                            before[row * units + unit]
                                * self.recurrent[unit * GATES * units + column]
                        });
                        x.sum::<f64>() + h.sum::<f64>() + self.bias[column]
                    })
                    .collect();
                for unit in 0..units {
                    let gate = |gate: usize| sums[gate * units + unit];
                    let [i, f, o] = [0, 1, 3].map(|g| activate(self.cell.gate, gate(g)));
                    let at = row * units + unit;
                    c[at] = f * c[at] + i * activate(self.cell.activation, gate(2));
                    h[at] = o * activate(self.cell.activation, c[at]);
                    nearest = nearest.min(gate(2).abs());
                    // Behind a relu that is shut a cell is 0 and stays it.
                    nearest = if c[at] == 0.0 { nearest } else { nearest.min(c[at].abs()) };
                }
            }
            outputs.extend_from_slice(&h);
        }
        (outputs, nearest)
    }

    /// The sum of the outputs, each times a number of its own; of the last step if asked.
    fn objective(&self, last_only: bool) -> f64 {
        let outputs = self.outputs();
        let step = self.n_rows * self.shape.units;
        let from = if last_only { outputs.len() - step } else { 0 };
        outputs[from..].iter().enumerate().map(|(i, y)| y * factor(i)).sum()
    }
}

fn factor(i: usize) -> f64 {
    f64::from((i as f32 * 0.77 + 0.3).sin())
}

pub(super) fn numbers(n: usize, seed: u64, scale: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(((state >> 40) as f32 / 8_388_608.0 - 1.0) * scale as f32)
    };
    (0..n).map(next).collect()
}

/// Rows in whole vectors.
fn padded(values: &[f64], n: usize, width: usize) -> Buffer {
    let mut rows = Buffer::zeros(values.len() / n * width);
    for (row, values) in rows.chunks_exact_mut(width).zip(values.chunks_exact(n)) {
        row.iter_mut().zip(values).for_each(|(to, &value)| *to = value as f32);
    }
    rows
}

struct Packed {
    kernel: Buffer,
    recurrent: Buffer,
    bias: Buffer,
}

fn packed(plain: &Plain) -> Packed {
    let Shape { inputs, units } = plain.shape;
    let one = |values: &[f64], n_rows: usize| {
        let mut packed = Buffer::zeros(packed_len(n_rows, plain.shape.columns()));
        let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        pack(&values, GATES * units, |column| gate_column(units, column), &mut packed);
        packed
    };
    Packed {
        kernel: one(&plain.kernel, inputs),
        recurrent: one(&plain.recurrent, units),
        bias: one(&plain.bias, 1),
    }
}

fn transposed(packed: &[f32], shape: Shape, n_rows: usize) -> Buffer {
    let mut transposed = Buffer::zeros(transposed_len(shape.panels(), n_rows));
    let parts = transposed_rows(&mut transposed, shape.panels(), n_rows);
    for (panel, mut to) in packed.chunks_exact(n_rows * 64).zip(parts) {
        pack_transposed(panel, n_rows, &mut to);
    }
    transposed
}

/// Outputs `[step][row][unit]`, and the gradients of kernel, recurrent kernel, bias and input of
/// the objective.
pub(super) struct Passed {
    pub(super) outputs: Vec<f32>,
    pub(super) gradients: [Vec<f32>; 4],
}

/// A layer forward and back, in numbers or in pairs of bfloat16.
pub(super) fn pass(plain: &Plain, last_only: bool, level: Level, in_pairs: bool) -> Passed {
    let Shape { inputs, units } = plain.shape;
    let (shape, width) = (plain.shape, inputs.next_multiple_of(16));
    let weights = packed(plain);
    let transposes =
        [transposed(&weights.recurrent, shape, units), transposed(&weights.kernel, shape, inputs)];
    let mut pairs: [Pairs; 4] = Default::default();
    if in_pairs {
        let n_rows = [inputs, units, shape.columns(), shape.columns()];
        let packed = [&weights.kernel, &weights.recurrent, &transposes[0], &transposes[1]];
        for ((pairs, packed), n_rows) in pairs.iter_mut().zip(packed).zip(n_rows) {
            pairs.take_packed(level, packed, n_rows);
        }
    }
    let side =
        |at: usize, numbers| if in_pairs { pairs[at].entries() } else { Entries::from(numbers) };
    let x = padded(&plain.x, inputs, width);
    let input = Input { x: &x, width, repeated: plain.repeated, norm: None };
    let layer = Forward {
        shape,
        cell: plain.cell,
        weights: Weights {
            kernel: side(0, &weights.kernel),
            recurrent: side(1, &weights.recurrent),
            bias: &weights.bias,
        },
        input,
        n_rows: plain.n_rows,
        n_steps: plain.n_steps,
        carried: false,
    };
    let mut trace = Trace::new(shape, plain.n_rows, plain.n_steps, width, true);
    forward(level, layer, &mut trace);
    let outputs = trace.outputs(shape, plain.n_rows, plain.n_steps);
    // Without room for a backward pass the outputs are the same bits.
    let mut short = Trace::new(shape, plain.n_rows, plain.n_steps, width, false);
    forward(level, layer, &mut short);
    assert_eq!(short.outputs(shape, plain.n_rows, plain.n_steps), outputs);
    let outputs = outputs.chunks_exact(shape.width()).flat_map(|row| &row[..units]);
    let outputs = outputs.copied().collect();

    let n = plain.n_rows * units * if last_only { 1 } else { plain.n_steps };
    let factors: Vec<f64> = (0..n).map(factor).collect();
    let upstream = padded(&factors, units, shape.width());
    let pass = Backward {
        outputs: &upstream,
        last_only,
        norm: None,
        recurrent: side(2, &transposes[0]),
        kernel: side(3, &transposes[1]),
    };
    let mut space = BackwardSpace::new(shape, plain.n_rows, width);
    let mut d = Packed {
        kernel: Buffer::zeros(weights.kernel.len()),
        recurrent: Buffer::zeros(weights.recurrent.len()),
        bias: Buffer::zeros(weights.bias.len()),
    };
    let mut d_x = Buffer::zeros(x.len());
    let gradients = LayerGradients {
        kernel: &mut d.kernel,
        recurrent: &mut d.recurrent,
        bias: &mut d.bias,
        inputs: Some(&mut d_x),
    };
    backward(level, layer, &trace, pass, &mut space, gradients);
    let rows = |packed: &[f32], n_rows: usize| {
        let mut rows = vec![0.0; n_rows * GATES * units];
        unpack(packed, GATES * units, |column| gate_column(units, column), &mut rows);
        rows
    };
    let d_x: Vec<f32> = d_x.chunks_exact(width).flat_map(|row| row[..inputs].to_vec()).collect();
    let gradients = [rows(&d.kernel, inputs), rows(&d.recurrent, units), rows(&d.bias, 1), d_x];
    Passed { outputs, gradients }
}

fn check(plain: &Plain, last_only: bool, level: Level) -> Result<(), TestCaseError> {
    let Passed { outputs, gradients: found } = pass(plain, last_only, level, false);
    for (i, (&found, &expected)) in outputs.iter().zip(&plain.outputs()).enumerate() {
        let error = (f64::from(found) - expected).abs();
        let most = 1e-5 * expected.abs().max(1.0);
        prop_assert!(error < most, "output {}: {} for {}", i, found, expected);
    }
    for (part, found) in found.iter().enumerate() {
        let of = |plain: &mut Plain| match part {
            0 => core::mem::take(&mut plain.kernel),
            1 => core::mem::take(&mut plain.recurrent),
            2 => core::mem::take(&mut plain.bias),
            _ => core::mem::take(&mut plain.x),
        };
        // A few of each: differences cost a run of the layer each.
        let stride = if cfg!(miri) { 97 } else { 7 };
        for at in (0..found.len()).step_by((found.len() / stride).max(1)) {
            let moved = |by: f64| {
                let mut plain = plain.clone();
                let mut values = of(&mut plain);
                values[at] += by;
                match part {
                    0 => plain.kernel = values,
                    1 => plain.recurrent = values,
                    2 => plain.bias = values,
                    _ => plain.x = values,
                }
                plain.objective(last_only)
            };
            // So short that a corner of an activation hardly ever lies within.
            let step = 1e-8;
            let expected = (moved(step) - moved(-step)) / (2.0 * step);
            let error = (f64::from(found[at]) - expected).abs();
            prop_assert!(
                error < 2e-4 * expected.abs().max(1.0),
                "part {} at {}: {} for {}",
                part,
                at,
                found[at],
                expected
            );
        }
    }
    Ok(())
}

pub(super) const ACTIVATIONS: [Activation; 4] =
    [Activation::Tanh, Activation::Relu, Activation::Selu, Activation::Sigmoid];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 48 }))]

    #[test]
    fn outputs_and_gradients_equal_the_formulas(
        inputs in 1usize..36, units in 1usize..38, n_rows in 1usize..20, n_steps in 1usize..6,
        seed: u64, activation in 0usize..4, hard: bool, repeated: bool, last_only: bool,
    ) {
        let small = |n: usize, most: usize| if cfg!(miri) { n % most + 1 } else { n };
        let (inputs, units) = (small(inputs, 3), small(units, 18));
        let (n_rows, n_steps) = (small(n_rows, 2), small(n_steps, 3));
        // A hard sigmoid has corners, at which differences are no derivatives: stay off them.
        let scale = if hard { 0.1 } else { 0.4 };
        let steps_of_input = if repeated { 1 } else { n_steps };
        let plain = Plain {
            shape: Shape { inputs, units },
            cell: Cell {
                activation: ACTIVATIONS[activation],
                gate: if hard { Activation::HardSigmoid } else { Activation::Sigmoid },
            },
            n_rows,
            n_steps,
            repeated,
            kernel: numbers(inputs * GATES * units, seed, scale),
            recurrent: numbers(units * GATES * units, seed ^ 1, scale),
            bias: numbers(GATES * units, seed ^ 2, scale),
            x: numbers(steps_of_input * n_rows * inputs, seed ^ 3, 1.0),
        };
        let has_corner = matches!(plain.cell.activation, Activation::Relu | Activation::Selu);
        prop_assume!(!has_corner || 1e-5 < plain.pass().1);
        for level in Level::all() {
            check(&plain, last_only, level)?;
        }
    }
}

/// Two halves of a sequence, the second with the states that the first left, are the whole.
#[test]
fn carried_states_go_on_where_they_were_left() {
    let shape = Shape { inputs: 3, units: 5 };
    let (n_rows, n_steps, width) = (2, 6, 16);
    let plain = Plain {
        shape,
        cell: Cell { activation: Activation::Tanh, gate: Activation::Sigmoid },
        n_rows,
        n_steps,
        repeated: false,
        kernel: numbers(3 * 20, 1, 0.5),
        recurrent: numbers(5 * 20, 2, 0.5),
        bias: numbers(20, 3, 0.5),
        x: numbers(n_steps * n_rows * 3, 4, 1.0),
    };
    let weights = packed(&plain);
    let x = padded(&plain.x, 3, width);
    let layer = |x, carried, n_steps| Forward {
        shape,
        cell: plain.cell,
        weights: Weights {
            kernel: (&weights.kernel).into(),
            recurrent: (&weights.recurrent).into(),
            bias: &weights.bias,
        },
        input: Input { x, width, repeated: false, norm: None },
        n_rows,
        n_steps,
        carried,
    };
    for level in Level::all() {
        let mut whole = Trace::new(shape, n_rows, n_steps, width, true);
        forward(level, layer(&x, false, n_steps), &mut whole);
        let mut half = Trace::new(shape, n_rows, 3, width, true);
        let mut outputs = Vec::new();
        for part in 0..2 {
            let x = &x[part * 3 * n_rows * width..][..3 * n_rows * width];
            forward(level, layer(x, part == 1, 3), &mut half);
            outputs.extend_from_slice(half.outputs(shape, n_rows, 3));
            half.carry(shape, n_rows, 3);
        }
        assert_eq!(outputs, whole.outputs(shape, n_rows, n_steps));
    }
}
