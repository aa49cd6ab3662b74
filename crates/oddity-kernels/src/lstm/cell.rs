//! What an LSTM does to its sums of one step, element by element, and its derivatives.
//!
//! With the gates `i`, `f`, `o` (their own activation) and the candidate `g`:
//! `c = f c' + i g`, `h = o a(c)` (Hochreiter and Schmidhuber 1997,
//! doi:10.1162/neco.1997.9.8.1735, with the forget gate of Gers et al. 2000,
//! doi:10.1162/089976600300015015).

use super::{Cell, GATES};
use crate::activation::{Activation, apply, slope};
use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// The states of a panel's sixteen units: `groups` vectors a row, of which `group` is meant.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) n_rows: usize,
    pub(super) groups: usize,
    pub(super) group: usize,
}

impl Place {
    fn at(self, row: usize) -> usize {
        row * self.groups + self.group
    }
}

/// What comes back to a step's output from the layers above.
#[derive(Clone, Copy, Debug)]
pub enum Upstream<'a> {
    /// Nothing: the output of this step was not used.
    Nothing,
    /// The gradient of the output.
    Plain(&'a [f32]),
    /// The gradient of the output's batch norm, which turns into that of the output.
    Normalized(&'a [f32], crate::norm::NormGradient<'a>),
}

dispatch! {
    /// Turns a panel's sums into gates in place, and into states.
    pub(super) fn forward(
        cell: Cell,
        place: Place,
        gates: &mut [f32],
        c_before: Option<&[f32]>,
        c: &mut [f32],
        h: &mut [f32],
    ) = forward_body;

    /// The gradients of a panel's sums.
    pub(super) fn backward(
        cell: Cell,
        place: Place,
        gates: &[f32],
        states: States<'_>,
        upstream: Upstream<'_>,
        gradients: Gradients<'_>,
    ) = backward_body;
}

/// The states of a step, of all units.
#[derive(Clone, Copy)]
pub(super) struct States<'a> {
    pub(super) c_before: Option<&'a [f32]>,
    pub(super) c: &'a [f32],
    pub(super) h: &'a [f32],
}

/// What a backward step reads and writes.
pub(super) struct Gradients<'a> {
    /// Of the output, from the step after: none at the last step.
    pub(super) h: Option<&'a [f32]>,
    /// Of the cell state, from the step after and for the step before.
    pub(super) c: &'a mut [f32],
    /// Whether there is no step after.
    pub(super) is_last: bool,
    /// Of the panel's sums.
    pub(super) sums: &'a mut [f32],
    /// Of the panel's bias: added to.
    pub(super) bias: &'a mut [f32],
    /// Of the panel's sums, over all steps: added to.
    pub(super) total: Option<&'a mut [f32]>,
}

/// Calls a function compiled for one pair of activations.
macro_rules! with_activations {
    ($cell:expr, $f:ident, $s:expr, $($arg:expr),*) => {{
        use Activation::{HardSigmoid, Linear, Relu, Selu, Sigmoid, Tanh};
        macro_rules! gate {
            ($a:ident) => {
                match $cell.gate {
                    HardSigmoid => $f($s, Cell { activation: $a, gate: HardSigmoid }, $($arg),*),
                    _ => $f($s, Cell { activation: $a, gate: Sigmoid }, $($arg),*),
                }
            };
        }
        match $cell.activation {
            Linear => gate!(Linear),
            Relu => gate!(Relu),
            Tanh => gate!(Tanh),
            Sigmoid => gate!(Sigmoid),
            HardSigmoid => gate!(HardSigmoid),
            Selu => gate!(Selu),
        }
    }};
}

#[inline(always)]
fn forward_body<S: Simd>(
    s: S,
    cell: Cell,
    place: Place,
    gates: &mut [f32],
    c_before: Option<&[f32]>,
    c: &mut [f32],
    h: &mut [f32],
) {
    with_activations!(cell, forward_loop, s, place, gates, c_before, c, h);
}

#[inline(always)]
fn forward_loop<S: Simd>(
    s: S,
    cell: Cell,
    place: Place,
    gates: &mut [f32],
    c_before: Option<&[f32]>,
    c: &mut [f32],
    h: &mut [f32],
) {
    let c_before = c_before.map(|c| c.as_chunks::<LANES>().0);
    let (c, h) = (c.as_chunks_mut::<LANES>().0, h.as_chunks_mut::<LANES>().0);
    let sums = gates.as_chunks_mut::<LANES>().0.as_chunks_mut::<GATES>().0;
    for (row, [i, f, g, o]) in sums[..place.n_rows].iter_mut().enumerate() {
        let at = place.at(row);
        let input = apply(s, cell.gate, s.load(i));
        let forget = apply(s, cell.gate, s.load(f));
        let candidate = apply(s, cell.activation, s.load(g));
        let output = apply(s, cell.gate, s.load(o));
        let mut state = s.mul(input, candidate);
        if let Some(before) = c_before {
            state = s.mul_add(forget, s.load(&before[at]), state);
        }
        s.store(&mut c[at], state);
        s.store(&mut h[at], s.mul(output, apply(s, cell.activation, state)));
        s.store(i, input);
        s.store(f, forget);
        s.store(g, candidate);
        s.store(o, output);
    }
}

#[inline(always)]
fn backward_body<S: Simd>(
    s: S,
    cell: Cell,
    place: Place,
    gates: &[f32],
    states: States<'_>,
    upstream: Upstream<'_>,
    gradients: Gradients<'_>,
) {
    with_activations!(cell, backward_loop, s, place, gates, states, upstream, gradients);
}

#[inline(always)]
fn backward_loop<S: Simd>(
    s: S,
    cell: Cell,
    place: Place,
    gates: &[f32],
    states: States<'_>,
    upstream: Upstream<'_>,
    gradients: Gradients<'_>,
) {
    let gates = gates.as_chunks::<LANES>().0.as_chunks::<GATES>().0;
    let (c, h) = (states.c.as_chunks::<LANES>().0, states.h.as_chunks::<LANES>().0);
    let c_before = states.c_before.map(|c| c.as_chunks::<LANES>().0);
    let Gradients { h: dh, c: dc, is_last, sums, bias, total } = gradients;
    let dh = dh.map(|dh| dh.as_chunks::<LANES>().0);
    let dc = dc.as_chunks_mut::<LANES>().0;
    let sums = sums.as_chunks_mut::<LANES>().0.as_chunks_mut::<GATES>().0;
    let mut total = total.map(|t| t.as_chunks_mut::<LANES>().0.as_chunks_mut::<GATES>().0);
    let bias = bias.as_chunks_mut::<LANES>().0;
    let (zero, channel) = (s.splat(0.0), place.group);
    let mut bias_sums = [zero; GATES];
    let (dy, norm) = match upstream {
        Upstream::Nothing => (None, None),
        Upstream::Plain(dy) => (Some(dy), None),
        Upstream::Normalized(dy, norm) => (Some(dy), Some(norm.load(s, channel))),
    };
    let dy = dy.map(|dy| dy.as_chunks::<LANES>().0);
    for (row, [i, f, g, o]) in gates[..place.n_rows].iter().enumerate() {
        let at = place.at(row);
        let [input, forget, candidate, output] = [i, f, g, o].map(|gate| s.load(gate));
        let mut d = dh.map_or(zero, |dh| s.load(&dh[at]));
        if let Some(dy) = dy {
            let dy = s.load(&dy[at]);
            d = s.add(
                d,
                match &norm {
                    Some(norm) => norm.apply(s, dy, s.load(&h[at])),
                    None => dy,
                },
            );
        }
        let activated = apply(s, cell.activation, s.load(&c[at]));
        let later = if is_last { zero } else { s.load(&dc[at]) };
        let through = s.mul(d, output);
        let d_state = s.mul_add(through, slope(s, cell.activation, activated), later);
        let before = c_before.map_or(zero, |c| s.load(&c[at]));
        let parts = [
            s.mul(s.mul(d_state, candidate), slope(s, cell.gate, input)),
            s.mul(s.mul(d_state, before), slope(s, cell.gate, forget)),
            s.mul(s.mul(d_state, input), slope(s, cell.activation, candidate)),
            s.mul(s.mul(d, activated), slope(s, cell.gate, output)),
        ];
        s.store(&mut dc[at], s.mul(d_state, forget));
        for (gate, part) in parts.into_iter().enumerate() {
            s.store(&mut sums[row][gate], part);
            bias_sums[gate] = s.add(bias_sums[gate], part);
            if let Some(total) = &mut total {
                let so_far = s.load(&total[row][gate]);
                s.store(&mut total[row][gate], s.add(so_far, part));
            }
        }
    }
    for (bias, sum) in bias.iter_mut().zip(bias_sums) {
        let so_far = s.load(bias);
        s.store(bias, s.add(so_far, sum));
    }
}
