//! Models that compare a sample with the training samples nearest to it.

mod knn;
mod knn_distance;
mod lof;
mod nearest;

pub use knn::{Knn, KnnParams, Metric, Weights};
pub use knn_distance::{KnnDistance, KnnDistanceParams, NeighbourDistance};
pub use lof::{Lof, LofParams};
