//! The models of Oddity: from samples to classes and scores.

pub mod tree;

mod class_weight;

pub use class_weight::ClassWeight;
