//! The parameters of support vector classification.

use oddity_core::{Error, FrameView, Result};
use serde::{Deserialize, Serialize};

use super::STEP;
use super::gram::KernelFunction;
use crate::ClassWeight;

/// Parameters of [`super::Svm`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SvmParams {
    /// Cost of a sample on the wrong side of its margin. Default 1, as in LIBSVM.
    pub c: f64,
    /// How samples are compared. Default [`Kernel::Rbf`].
    pub kernel: Kernel,
    /// Width of the RBF kernel; the linear one ignores it. Default [`Gamma::Scale`], as in
    /// scikit-learn.
    pub gamma: Gamma,
    /// How much a sample of each class costs. Default [`ClassWeight::None`].
    pub class_weight: ClassWeight,
    /// Largest violation of the optimality conditions that ends the fit. Default 1e-3, as in
    /// LIBSVM.
    pub tolerance: f64,
    /// Whether to fit probabilities, by five more fits on parts of the data. Default false.
    pub probability: bool,
    /// Most steps for each pair of classes. Default 10,000,000, as in LIBSVM.
    pub max_steps: usize,
    /// Memory for kernel values in MiB. Default 512, which holds all of 11,585 samples.
    pub cache_mib: usize,
}

impl Default for SvmParams {
    fn default() -> Self {
        SvmParams {
            c: 1.0,
            kernel: Kernel::Rbf,
            gamma: Gamma::Scale,
            class_weight: ClassWeight::None,
            tolerance: 1e-3,
            probability: false,
            max_steps: 10_000_000,
            cache_mib: 512,
        }
    }
}

/// How samples are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kernel {
    /// `x . y`
    Linear,
    /// `exp(-gamma |x - y|^2)`
    #[default]
    Rbf,
}

/// Width of the RBF kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gamma {
    /// `1 / (n_columns * variance)`, with the variance of all values together; 1 where that
    /// is 0.
    #[default]
    Scale,
    /// `1 / n_columns`
    Auto,
    /// This number, above 0.
    #[serde(untagged)]
    Value(f64),
}

impl SvmParams {
    /// Refuses values outside their range.
    pub(super) fn check(&self) -> Result<()> {
        let positive = |parameter, value: f64| {
            let ok = value.is_finite() && 0.0 < value;
            Error::check_parameter(STEP, parameter, value, ok, "above 0")
        };
        positive("c", self.c)?;
        positive("tolerance", self.tolerance)?;
        positive("max_steps", self.max_steps as f64)?;
        positive("cache_mib", self.cache_mib as f64)?;
        match self.gamma {
            Gamma::Value(gamma) => positive("gamma", gamma),
            Gamma::Scale | Gamma::Auto => Ok(()),
        }
    }

    /// The kernel with its width, which can depend on the training rows.
    pub(super) fn kernel_function(&self, rows: FrameView<'_>) -> KernelFunction {
        let n_columns = rows.n_columns() as f64;
        let gamma = match self.gamma {
            Gamma::Value(gamma) => gamma,
            Gamma::Auto => 1.0 / n_columns,
            Gamma::Scale => match variance(rows.values()) {
                variance if 0.0 < variance => 1.0 / (n_columns * variance),
                _ => 1.0,
            },
        };
        match self.kernel {
            Kernel::Linear => KernelFunction::Linear,
            Kernel::Rbf => KernelFunction::Rbf { gamma },
        }
    }
}

/// The variance of all values together.
fn variance(values: &[f64]) -> f64 {
    let n_values = values.len() as f64;
    let first = values.first().copied().unwrap_or(0.0);
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n_values;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n_values
}
