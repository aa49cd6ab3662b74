//! Classifiers and one-class detectors.
pub mod baseline;
mod classes;
pub mod neighbours;
pub mod sequence;
