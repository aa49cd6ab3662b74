//! Models that are linear in the columns: logistic regression, linear discriminant analysis,
//! and the distance to principal components.

mod class_means;
mod decision;
mod factor;
mod lda;
mod logistic_regression;
mod occurring;
mod pca_reconstruction;
mod shards;
mod softmax;
pub(crate) mod vector;

pub use lda::{Lda, LdaParams};
pub use logistic_regression::{LogisticRegression, LogisticRegressionParams, MultiClass};
pub use pca_reconstruction::{PcaReconstruction, PcaReconstructionParams, WindowScore};

pub(crate) use class_means::class_means;
pub(crate) use factor::{cholesky, qr_factor, singular, solve_cholesky};
pub(crate) use occurring::{Occurring, predict_largest, spread};
pub(crate) use shards::{fill_shards, map_shards, sum_in_order};
pub(crate) use softmax::softmax_rows;
pub(crate) use vector::dot;
