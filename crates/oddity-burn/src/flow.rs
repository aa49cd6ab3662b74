//! What flows between layers.

use burn::tensor::Tensor;

/// The rows of all samples, a step at a time or of all steps at once.
///
/// Steps are kept apart where a recurrent layer made them: the gradient of a slice is as large
/// as what was cut, and a sequence cut into its steps would cost their number squared.
pub(crate) enum Flow {
    /// `[sample][column]` of each step.
    Steps(Vec<Tensor<2>>),
    /// `[step, sample][column]`.
    Whole {
        /// The rows.
        rows: Tensor<2>,
        /// Number of steps.
        n_steps: usize,
    },
    /// The same rows at each step.
    Repeated {
        /// Those of one step.
        rows: Tensor<2>,
        /// Number of steps.
        n_steps: usize,
    },
}

impl Flow {
    pub(crate) fn n_steps(&self) -> usize {
        match self {
            Flow::Steps(steps) => steps.len(),
            Flow::Whole { n_steps, .. } | Flow::Repeated { n_steps, .. } => *n_steps,
        }
    }

    /// `[sample][column]` of each step.
    pub(crate) fn into_steps(self) -> Vec<Tensor<2>> {
        match self {
            Flow::Steps(steps) => steps,
            Flow::Whole { rows, n_steps: 1 } => vec![rows],
            Flow::Whole { rows, n_steps } => rows.chunk(n_steps, 0),
            Flow::Repeated { rows, n_steps } => vec![rows; n_steps],
        }
    }

    /// `[step, sample][column]`.
    pub(crate) fn into_whole(self) -> Tensor<2> {
        match self {
            Flow::Whole { rows, .. } | Flow::Repeated { rows, n_steps: 1 } => rows,
            Flow::Steps(_) | Flow::Repeated { .. } => Tensor::cat(self.into_steps(), 0),
        }
    }

    /// Applies what treats every row alike to the rows that are stored.
    pub(crate) fn map(self, mut f: impl FnMut(Tensor<2>) -> Tensor<2>) -> Flow {
        match self {
            Flow::Steps(steps) => Flow::Steps(steps.into_iter().map(f).collect()),
            Flow::Whole { rows, n_steps } => Flow::Whole { rows: f(rows), n_steps },
            Flow::Repeated { rows, n_steps } => Flow::Repeated { rows: f(rows), n_steps },
        }
    }
}
