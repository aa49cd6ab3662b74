//! Classifiers by Bayes' rule with a density a class.

mod gaussian_nb;

pub use gaussian_nb::{GaussianNb, GaussianNbParams};
