//! Detectors that know the training samples by a few centres among them.

mod cblof;
mod centres;
mod k_means;
mod k_means_distance;
mod seeding;

pub use cblof::{Cblof, CblofParams};
pub use k_means::KMeansParams;
pub use k_means_distance::{KMeansDistance, KMeansDistanceParams};
