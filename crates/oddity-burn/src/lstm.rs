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

impl Lstm {
    pub(crate) fn forward(&self, flow: Flow, pass: &Pass) -> Flow {
        let [kernel, recurrent] = [self.kernel.val(), self.recurrent_kernel.val()];
        let bias: Tensor<2> = self.bias.val().unsqueeze();
        let [units, _] = recurrent.dims();
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
            let part = |index: usize| sums.clone().narrow(1, index * units, units);
            let [entering, kept, leaving] = [0, 1, 3].map(|index| gate(self.gate, part(index)));
            let entering = entering * activate(self.activation, part(2));
            let now = match cell.take() {
                Some(before) => kept * before + entering,
                None => entering,
            };
            outputs.push(leaving * activate(self.activation, now.clone()));
            cell = Some(now);
        }
        if self.returns == Returns::Last {
            outputs.drain(..outputs.len().saturating_sub(1));
        }
        Flow::Steps(outputs)
    }
}
