//! ECOD: the product of the tail probabilities of each column.

use oddity_core::{Detector, FittedDetector, Result, Samples, Seed, State};
use serde::{Deserialize, Serialize};

use super::tails::{FittedTails, skewed};
use crate::flattened::Flattened;

/// Parameters of [`Ecod`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EcodParams {}

/// Scores a sample by how far in the tails of the columns its values lie.
///
/// The score of a row is `Σ_j max(-ln L_j, -ln R_j, S_j)`: `L_j` is the share of the training
/// rows whose value in column `j` is at most the row's, `R_j` the share of those where it is at
/// least the row's, and `S_j` is `-ln L_j` where the training values are skewed to the left,
/// `-ln R_j` where to the right, and the sum of both where they are not skewed. It does not
/// depend on the columns' scale.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each.
/// - Cost: fit `d n log n`, score `d log n` a row; keeps the distinct values of each column, of
///   windows those of each of their `size d` columns.
/// - Pointwise: a score does not depend on the other samples.
/// - Differs from PyOD's `ECOD`, which joins the samples that are scored to the training rows
///   and counts in both, so that a score depends on the other samples in the call: here tails
///   and skewness are those of the training rows alone. The scores of the training rows are the
///   same. A value beyond all `n` training values, whose tail would be 0, has the tail
///   `1 / (n + 1)`, as it would have if it were joined alone.
/// - Differs from the paper, as PyOD does, by taking the largest of the three in each column
///   and not of the three sums over the columns.
/// - [`column_errors`](FittedDetector::column_errors) gives the terms of the sum.
/// - Errors: no sample.
///
/// Li, Zhao, Hu, Botta, Ionescu and Chen 2022, doi:10.1109/TKDE.2022.3159580.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::marginal::{Ecod, EcodParams};
///
/// let train = Frame::new(vec![1.0, 2.0, 3.0, 4.0, 9.0], ["x"])?;
/// let fitted = Ecod::new(EcodParams::default())?.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![3.0, 9.0, 10.0], ["x"])?.samples())?;
/// // The right tails have 3, 1 and no training values.
/// let expected = [3.0 / 5.0, 1.0 / 5.0, 1.0 / 6.0].map(|tail: f64| -tail.ln());
/// assert_eq!(scores.values(), expected);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ecod {}

impl Ecod {
    /// There is nothing to check.
    ///
    /// # Errors
    ///
    /// None.
    pub fn new(_: EcodParams) -> Result<Ecod> {
        Ok(Ecod {})
    }
}

fn combine(left: f64, right: f64, skewness: f64) -> f64 {
    left.max(right).max(skewed(left, right, skewness))
}

impl Detector for Ecod {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        Flattened::with(train, |rows| Ok(Box::new(FittedTails::fit("ecod", rows, combine)?) as _))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(FittedTails::restore(state, combine)?))
    }
}
