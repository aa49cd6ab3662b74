//! Activations as tensor operations.

use burn::tensor::{Tensor, activation};
use oddity_neural::{Activation, Gate};

/// Applies an activation to each number.
pub(crate) fn activate<const D: usize>(kind: Activation, x: Tensor<D>) -> Tensor<D> {
    match kind {
        Activation::Relu => activation::relu(x),
        Activation::Tanh => x.tanh(),
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::HardSigmoid => hard_sigmoid(x),
        Activation::Selu => selu(x),
        // Linear; the type may grow, and `network` refuses what is not known here.
        _ => x,
    }
}

/// Whether [`activate`] knows it.
pub(crate) fn known(kind: Activation) -> bool {
    use Activation::{HardSigmoid, Linear, Relu, Selu, Sigmoid, Tanh};
    matches!(kind, Linear | Relu | Tanh | Sigmoid | HardSigmoid | Selu)
}

/// Applies the activation of an LSTM's gates.
pub(crate) fn gate<const D: usize>(kind: Gate, x: Tensor<D>) -> Tensor<D> {
    match kind {
        Gate::Sigmoid => activation::sigmoid(x),
        Gate::HardSigmoid => hard_sigmoid(x),
    }
}

fn hard_sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    x.mul_scalar(0.2).add_scalar(0.5).clamp(0.0, 1.0)
}

/// Burn's own takes `exp` of positive numbers too: where that overflows, gradients are no numbers.
fn selu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    const SCALE: f64 = 1.050_700_987_355_480_5;
    const ALPHA: f64 = 1.673_263_242_354_377_2;
    let below = x.clone().clamp_max(0.0).exp().sub_scalar(1.0).mul_scalar(SCALE * ALPHA);
    activation::relu(x).mul_scalar(SCALE) + below
}
