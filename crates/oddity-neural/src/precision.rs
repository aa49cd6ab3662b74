//! In which numbers networks multiply.

use std::sync::Arc;

use oddity_core::Result;
use oddity_kernels::bf16::Pairs;
use oddity_kernels::product::{Entries, PANEL};
use oddity_kernels::{Buffer, Level, Pool};
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::plan::Plan;

/// In which numbers a network multiplies, in training and afterwards. Weights, sums, gates, states
/// and the optimiser are in single precision whatever it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Single precision.
    #[default]
    F32,
    /// Both sides of each product are rounded to bfloat16, 8 bits of each number, which errs by
    /// 2^-9 of it at most. Processors with an instruction for it (AVX-512 BF16) take two products
    /// at once; elsewhere it costs about what single precision does. On the native backend alone.
    Bf16,
}

impl Precision {
    /// Whether it is what is taken where nothing is said.
    pub(crate) fn is_default(&self) -> bool {
        *self == Precision::default()
    }

    /// The backend that multiplies so in place of another; none where that one does.
    pub(crate) fn of(self, backend: &dyn Backend) -> Result<Option<Arc<dyn Backend>>> {
        match self {
            Precision::F32 => Ok(None),
            Precision::Bf16 => backend.in_bf16().map(Some),
        }
    }
}

/// The matrices of a plan as products read them: in pairs of bfloat16, or nothing where they are
/// read as they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rounded {
    /// Of each tensor; empty for single precision.
    tensors: Vec<Pairs>,
}

impl Rounded {
    /// Memory for the matrices of a plan.
    pub(crate) fn new(precision: Precision, plan: &Plan) -> Rounded {
        let n = match precision {
            Precision::F32 => 0,
            Precision::Bf16 => plan.tensors.len(),
        };
        Rounded { tensors: vec![Pairs::default(); n] }
    }

    /// Which precision it is for.
    pub(crate) fn precision(&self) -> Precision {
        if self.tensors.is_empty() { Precision::F32 } else { Precision::Bf16 }
    }

    /// Rounds all matrices, a thread a matrix.
    pub(crate) fn take(&mut self, level: Level, pool: &mut Pool, plan: &Plan, values: &[f32]) {
        let mut pieces: Vec<_> = self.tensors.iter_mut().zip(&plan.tensors).collect();
        pool.for_each(&mut pieces, |_, (pairs, tensor)| {
            if tensor.is_matrix() {
                let (n_rows, _) = tensor.panels();
                pairs.take_packed(level, &values[tensor.range.clone()], n_rows);
            }
        });
    }

    /// Rounds the transposes of those tensors that have one.
    pub(crate) fn take_transposed(
        &mut self,
        level: Level,
        pool: &mut Pool,
        plan: &Plan,
        transposed: &[Buffer],
    ) {
        let parts = self.tensors.iter_mut().zip(&plan.tensors).zip(transposed);
        let mut pieces: Vec<_> = parts.filter(|(_, transposed)| !transposed.is_empty()).collect();
        pool.for_each(&mut pieces, |_, ((pairs, tensor), transposed)| {
            // A row of the transpose is a column of the matrix.
            let (_, n_panels) = tensor.panels();
            pairs.take_packed(level, transposed, n_panels * PANEL);
        });
    }

    /// A matrix that was rounded, or its numbers.
    pub(crate) fn of<'a>(&'a self, index: usize, numbers: &'a [f32]) -> Entries<'a> {
        match self.tensors.get(index) {
            Some(pairs) => pairs.entries(),
            None => numbers.into(),
        }
    }
}
