//! What every classifier asks of its training classes.

use oddity_core::{Classes, Error, Result};

/// Refuses a number of classes other than the number of samples, and fewer than two classes
/// that occur.
pub(crate) fn expect_classes(
    step: &'static str,
    n_samples: usize,
    classes: &Classes,
) -> Result<()> {
    classes.expect_len(n_samples)?;
    let found = classes.counts().iter().filter(|&&count| 0 < count).count();
    if found < 2 { Err(Error::TooFewClasses { step, wanted: 2, found }) } else { Ok(()) }
}
