//! Batches from examples to a device and back.

use burn::tensor::{Device, Tensor, TensorData};
use oddity_neural::{Examples, Layer, Network, Returns};

use crate::flow::Flow;

/// The shape of what a network reads or makes of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) steps: usize,
    pub(crate) width: usize,
}

impl Shape {
    pub(crate) fn of_input(network: &Network) -> Shape {
        Shape { steps: network.steps.unwrap_or(1), width: network.inputs }
    }

    pub(crate) fn of_output(network: &Network) -> Shape {
        let mut shape = Shape::of_input(network);
        for layer in &network.layers {
            match *layer {
                Layer::Dense { units, .. } => shape.width = units,
                Layer::Lstm { units, returns, .. } => {
                    shape.width = units;
                    if returns == Returns::Last {
                        shape.steps = 1;
                    }
                }
                Layer::Repeat { steps } => shape.steps = steps,
                _ => {}
            }
        }
        shape
    }
}

/// Which side of an example is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Input,
    Target,
}

/// Some samples, `[step][sample][column]`; rows of 0 behind the last until there are `n_rows`.
pub(crate) fn gather(
    examples: &dyn Examples,
    samples: &[usize],
    side: Side,
    shape: Shape,
    n_rows: usize,
) -> Vec<f32> {
    let Shape { steps, width } = shape;
    let mut values = vec![0.0; steps * n_rows * width];
    for (step, rows) in values.chunks_exact_mut(n_rows * width).enumerate() {
        for (row, &sample) in rows.chunks_exact_mut(width).zip(samples) {
            match side {
                Side::Input => examples.input(sample, step, row),
                Side::Target => examples.target(sample, step, row),
            }
        }
    }
    values
}

/// What was gathered as rows on a device.
pub(crate) fn rows(values: Vec<f32>, shape: Shape, device: &Device) -> Tensor<2> {
    let n_rows = values.len() / shape.width;
    Tensor::from_data(TensorData::new(values, [n_rows, shape.width]), device)
}

/// What was gathered, for a network to read.
pub(crate) fn flow(values: Vec<f32>, shape: Shape, device: &Device) -> Flow {
    Flow::Whole { rows: rows(values, shape, device), n_steps: shape.steps }
}

/// The steps of one sample behind each other, of numbers that lie step by step.
pub(crate) fn steps_of(values: &[f32], shape: Shape, n_rows: usize, row: usize) -> Vec<f32> {
    let steps = values.chunks_exact(n_rows * shape.width);
    steps.flat_map(|rows| &rows[row * shape.width..(row + 1) * shape.width]).copied().collect()
}
