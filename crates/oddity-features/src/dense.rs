//! Sparse rows to dense rows.

use oddity_core::{FittedTransformer, Result, Samples, SamplesOwned, State, Transformer};
use serde::{Deserialize, Serialize};

/// Parameters of [`Dense`]: none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DenseParams {}

/// Sparse rows written out with every 0; dense rows as they are.
///
/// - Shapes: sparse or dense `n x d` to dense `n x d`.
/// - Cost: `n d` numbers of memory.
#[derive(Clone, Debug)]
pub struct Dense;

impl Dense {
    /// Takes the parameters, of which there are none.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(_: DenseParams) -> Result<Dense> {
        Ok(Dense)
    }
}

impl Transformer for Dense {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let width = train.with_dense(|rows| Ok(rows.n_columns()))?;
        Ok(Box::new(FittedDense { width }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(FittedDense { width: state.count("n_columns")? }))
    }
}

struct FittedDense {
    width: usize,
}

impl FittedTransformer for FittedDense {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        samples.with_dense(|rows| {
            rows.expect_width(self.width)?;
            Ok(rows.to_frame().into())
        })
    }
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_count("n_columns", self.width);
        Some(state)
    }
}
