//! Classifiers whose decision is linear in the columns: logistic regression and linear
//! discriminant analysis.

mod class_means;
mod decision;
mod exponential;
mod factor;
mod lda;
mod logistic_regression;
mod occurring;
mod shards;
pub(crate) mod vector;

pub use lda::{Lda, LdaParams};
pub use logistic_regression::{LogisticRegression, LogisticRegressionParams, MultiClass};

pub(crate) use class_means::class_means;
pub(crate) use exponential::{exp, softmax_rows};
pub(crate) use factor::{cholesky, qr_factor, singular, solve_cholesky};
pub(crate) use occurring::{Occurring, predict_largest, spread};
pub(crate) use shards::{fill_shards, map_shards, sum_in_order};
pub(crate) use vector::dot;
