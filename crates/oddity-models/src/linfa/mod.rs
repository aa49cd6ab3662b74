//! The classifiers of [linfa](https://github.com/rust-ml/linfa) 0.8.1 behind Oddity's
//! contract, as cross-checks of ours, and the other way round: [`InLinfa`] puts any Oddity
//! classifier into linfa code.
//!
//! What linfa cannot take is refused before it is called: fewer than two classes, no column,
//! and values beyond 10¹⁰⁰, whose squares and sums it does not survive. An error of linfa
//! comes back as [`oddity_core::Error::Foreign`]. linfa 0.8.1 has no linear discriminant
//! analysis.

mod adapter;
mod cart;
mod gaussian_nb;
mod in_linfa;
mod knn;
mod logistic_regression;
mod svm;

pub use cart::{LinfaCart, LinfaCartParams, SplitQuality};
pub use gaussian_nb::{LinfaGaussianNb, LinfaGaussianNbParams};
pub use in_linfa::{FittedInLinfa, InLinfa, InLinfaError};
pub use knn::{Index, LinfaKnn, LinfaKnnParams};
pub use logistic_regression::{LinfaLogisticRegression, LinfaLogisticRegressionParams};
pub use svm::{Kernel, LinfaSvm, LinfaSvmParams};
