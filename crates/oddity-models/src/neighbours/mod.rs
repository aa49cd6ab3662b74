//! Models that compare a sample with the training samples nearest to it.

mod knn;
mod nearest;

pub use knn::{Knn, KnnParams, Metric, Weights};
