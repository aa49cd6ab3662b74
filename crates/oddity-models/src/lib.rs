//! The models of Oddity: classifiers and one-class detectors, from samples to classes and
//! scores.

mod class_weight;
mod vectorized;

pub mod bayes;
pub mod kernel;
pub mod linear;

pub use class_weight::ClassWeight;
