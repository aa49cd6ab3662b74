//! Rows to rows of logarithms.

use oddity_core::{
    ANY, Columns, FittedTransformer, Result, Samples, SamplesOwned, State, Transformer,
};
use serde::{Deserialize, Serialize};

use crate::row_wise;

/// Parameters of [`Log1p`]: none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log1pParams {}

/// Rows to rows of logarithms: `sign(x) ln(1 + |x|)`, value by value.
///
/// Bytes, durations and counts go over many orders of magnitude, and after linear scaling the few
/// largest ones are all that is left of them. Numbers near 0 stay as they are, so does their
/// sign: the function of John and Draper (1980, doi:10.2307/2986305) with its power at 0.
///
/// - Shapes: dense or sparse `n x d` to dense `n x d`; windows keep their place over the table
///   of logarithms. Nothing is learnt but the number of columns.
/// - Cost: time and memory linear in `n d`.
///
/// # Example
///
/// ```
/// use oddity_core::{Columns, Frame, Transformer};
/// use oddity_features::{Log1p, Log1pParams};
///
/// let rows = Frame::new(vec![0.0, 1e6, -1.0, 3.0], Columns::numbered("x", 2))?;
/// let step = Log1p::new(Log1pParams::default())?.fit(&rows.samples())?;
/// let logarithms = step.transform(&rows.samples())?.into_dense()?;
/// assert_eq!(logarithms.row(0), [0.0, 1_000_001f64.ln()]);
/// assert_eq!(logarithms.row(1), [-2f64.ln(), 4f64.ln()]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Log1p;

impl Log1p {
    /// Takes the parameters, of which there are none.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(_: Log1pParams) -> Result<Log1p> {
        Ok(Log1p)
    }
}

impl Transformer for Log1p {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let columns = row_wise::learn(train, |rows| Ok(rows.columns().clone()))?;
        Ok(Box::new(FittedLog1p { columns }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(FittedLog1p { columns: state.columns("columns", ANY)? }))
    }
}

struct FittedLog1p {
    columns: Columns,
}

impl FittedTransformer for FittedLog1p {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        row_wise::apply(samples, |rows| {
            row_wise::map(rows, &self.columns, |out, values| {
                let values = out.iter_mut().zip(values);
                values.for_each(|(out, value)| *out = value.abs().ln_1p().copysign(*value));
            })
        })
    }
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.columns);
        Some(state)
    }
}
