//! Batch norm a column, over samples and steps (arXiv 1502.03167), as Keras has it.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use crate::flow::Flow;
use crate::network::Pass;

/// `gamma (x - mean) / sqrt(variance + epsilon) + beta`.
#[derive(Module, Debug)]
pub(crate) struct BatchNorm {
    pub(crate) gamma: Param<Tensor<1>>,
    pub(crate) beta: Param<Tensor<1>>,
    pub(crate) moving_mean: Param<Tensor<1>>,
    pub(crate) moving_variance: Param<Tensor<1>>,
    #[module(skip)]
    pub(crate) momentum: f64,
    #[module(skip)]
    pub(crate) epsilon: f64,
}

impl BatchNorm {
    pub(crate) fn forward(&mut self, flow: Flow, pass: &Pass) -> Flow {
        let (mean, variance): (Tensor<2>, Tensor<2>) = if pass.trains {
            self.of_batch(&flow)
        } else {
            (self.moving_mean.val().unsqueeze(), self.moving_variance.val().unsqueeze())
        };
        let gamma: Tensor<2> = self.gamma.val().unsqueeze();
        let beta: Tensor<2> = self.beta.val().unsqueeze();
        let scale = gamma / variance.add_scalar(self.epsilon).sqrt();
        flow.map(|rows| (rows - mean.clone()) * scale.clone() + beta.clone())
    }

    /// Mean and variance of the batch, which join the moving ones: both variances are those of
    /// the values alone, not divided by `n - 1`.
    fn of_batch(&mut self, flow: &Flow) -> (Tensor<2>, Tensor<2>) {
        // Repeated rows have the statistics of one step.
        let rows = match flow {
            Flow::Steps(steps) => Tensor::cat(steps.clone(), 0),
            Flow::Whole { rows, .. } | Flow::Repeated { rows, .. } => rows.clone(),
        };
        let mean = rows.clone().mean_dim(0);
        let variance = (rows - mean.clone()).square().mean_dim(0);
        let momentum = self.momentum;
        let moved = |param: &mut Param<Tensor<1>>, batch: &Tensor<2>| {
            let batch = batch.clone().inner().squeeze_dim(0).mul_scalar(1.0 - momentum);
            let value = param.val().inner().mul_scalar(momentum) + batch;
            *param = Param::initialized(param.id, value.autodiff());
        };
        moved(&mut self.moving_mean, &mean);
        moved(&mut self.moving_variance, &variance);
        (mean, variance)
    }
}
