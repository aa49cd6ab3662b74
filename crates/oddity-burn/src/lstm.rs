//! LSTM layers (doi:10.1162/neco.1997.9.8.1735).

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use oddity_neural::{Activation, Gate, Returns};

use crate::activation::{activate, gate};
use crate::flow::Flow;
use crate::network::Pass;

/// Gates in the order input, forget, candidate, output: one product for all four.
#[derive(Module, Debug)]
pub(crate) struct Lstm {
    pub(crate) kernel: Param<Tensor<2>>,
    pub(crate) recurrent_kernel: Param<Tensor<2>>,
    pub(crate) bias: Param<Tensor<1>>,
    #[module(skip)]
    pub(crate) activation: Activation,
    #[module(skip)]
    pub(crate) gate: Gate,
    #[module(skip)]
    pub(crate) returns: Returns,
}

/// What a layer leaves behind a step, `[row][unit]` each.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) output: Tensor<2>,
    pub(crate) cell: Tensor<2>,
}

impl State {
    pub(crate) fn map(self, f: impl Fn(Tensor<2>) -> Tensor<2>) -> State {
        State { output: f(self.output), cell: f(self.cell) }
    }
}

impl Lstm {
    pub(crate) fn forward(&self, flow: Flow, pass: &Pass) -> Flow {
        let [kernel, recurrent] = [self.kernel.val(), self.recurrent_kernel.val()];
        let bias: Tensor<2> = self.bias.val().unsqueeze();
        let product = |x: Tensor<2>| x.matmul(kernel.clone()) + bias.clone();
        // Of repeated rows there is one product, and of all steps where nothing goes back: the
        // gradient of a step cut from a product is as large as the product.
        let flow = match flow {
            Flow::Whole { .. } if pass.trains => Flow::Steps(flow.into_steps()),
            flow => flow,
        };
        let inputs = flow.map(product).into_steps();
        let mut outputs: Vec<Tensor<2>> = Vec::with_capacity(inputs.len());
        let mut cell: Option<Tensor<2>> = None;
        for input in inputs {
            let sums = match outputs.last() {
                Some(output) => input + output.clone().matmul(recurrent.clone()),
                None => input,
            };
            let state = self.behind(sums, cell.take());
            outputs.push(state.output);
            cell = Some(state.cell);
        }
        if self.returns == Returns::Last {
            outputs.drain(..outputs.len().saturating_sub(1));
        }
        Flow::Steps(outputs)
    }

    /// A step of some rows from the states before it, of the same rows.
    pub(crate) fn step(&self, x: Tensor<2>, before: State) -> State {
        let State { output, cell } = before;
        let sums = x.matmul(self.kernel.val()) + self.bias.val().unsqueeze();
        self.behind(sums + output.matmul(self.recurrent_kernel.val()), Some(cell))
    }

    /// From the sums of the four gates to the states behind a step.
    fn behind(&self, sums: Tensor<2>, cell: Option<Tensor<2>>) -> State {
        let units = sums.dims()[1] / 4;
        let part = |index: usize| sums.clone().narrow(1, index * units, units);
        let [entering, kept, leaving] = [0, 1, 3].map(|index| gate(self.gate, part(index)));
        let entering = entering * activate(self.activation, part(2));
        let cell = match cell {
            Some(before) => kept * before + entering,
            None => entering,
        };
        State { output: leaving * activate(self.activation, cell.clone()), cell }
    }
}
