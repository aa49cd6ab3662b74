//! Losses as tensor operations.

use burn::tensor::Tensor;
use oddity_neural::Loss;

/// The mean over all numbers.
pub(crate) fn mean_loss(loss: Loss, outputs: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let errors = outputs - targets;
    match loss {
        Loss::MeanSquaredError => errors.square(),
        Loss::MeanAbsoluteError => errors.abs(),
        Loss::Huber { delta } => {
            let sizes = errors.abs();
            let within = sizes.clone().clamp_max(delta);
            // Within delta this is a half of the square, beyond a line.
            within.clone() * (sizes - within.mul_scalar(0.5))
        }
    }
    .mean()
}
