//! Dense layers.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use oddity_neural::Activation;

use crate::activation::activate;
use crate::flow::Flow;
use crate::network::Pass;

/// `a(x W + b)` of every row.
#[derive(Module, Debug)]
pub(crate) struct Dense {
    pub(crate) kernel: Param<Tensor<2>>,
    pub(crate) bias: Param<Tensor<1>>,
    #[module(skip)]
    pub(crate) activation: Activation,
    #[module(skip)]
    pub(crate) activity_l1: f64,
}

impl Dense {
    pub(crate) fn forward(&self, flow: Flow, pass: &mut Pass) -> Flow {
        let n_steps = flow.n_steps();
        let (rows, repeats) = match flow {
            Flow::Repeated { rows, .. } => (rows, n_steps),
            flow => (flow.into_whole(), 1),
        };
        let sums = rows.matmul(self.kernel.val()) + self.bias.val().unsqueeze();
        let rows = activate(self.activation, sums);
        if pass.trains && self.activity_l1 != 0.0 {
            let factor = self.activity_l1 * repeats as f64 / pass.n_batch as f64;
            pass.penalties.push(rows.clone().abs().sum().mul_scalar(factor));
        }
        if 1 < repeats { Flow::Repeated { rows, n_steps } } else { Flow::Whole { rows, n_steps } }
    }
}
