//! Baselines: what a model has to beat to have learned anything.

mod constant;
mod length;
mod random;
mod shape;

use serde::{Deserialize, Serialize};

pub use constant::{ConstantDetector, MostFrequentClass};
pub use length::Length;
pub use random::{RandomClass, RandomDetector};

/// Parameters of a model that has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoParams {}
