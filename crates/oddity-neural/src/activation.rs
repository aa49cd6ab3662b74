//! The names of activations in configurations.

use oddity_kernels::Activation as Kernel;
use serde::{Deserialize, Serialize};

/// What a layer applies to each of its sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Activation {
    /// `x`.
    #[default]
    Linear,
    /// `max(0, x)`.
    Relu,
    /// `tanh(x)`.
    Tanh,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `clip(0.2 x + 0.5, 0, 1)`.
    HardSigmoid,
    /// `s x` for positive `x`, else `s a (exp(x) - 1)`, with `s` 1.0507 and `a` 1.6733
    /// (arXiv 1706.02515).
    Selu,
}

impl Activation {
    pub(crate) fn kernel(self) -> Kernel {
        match self {
            Activation::Linear => Kernel::Linear,
            Activation::Relu => Kernel::Relu,
            Activation::Tanh => Kernel::Tanh,
            Activation::Sigmoid => Kernel::Sigmoid,
            Activation::HardSigmoid => Kernel::HardSigmoid,
            Activation::Selu => Kernel::Selu,
        }
    }
}
