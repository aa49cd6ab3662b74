//! Training: epochs of shuffled batches, and which weights stay.

mod checkpoint;
#[cfg(test)]
mod checkpoint_tests;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use checkpoint::Checkpoint;
pub(crate) use checkpoint::RateState;
pub use params::{Loss, Schedule, TrainingParams, ValidationSplit};
pub(crate) use run::{Rate, Subject, order, split, train};
