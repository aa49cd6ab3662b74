//! Isolation forests: anomalies are what random splits soon leave alone.

mod forest;
mod grow;
mod state;
mod tree;

pub use forest::{IsolationForest, IsolationForestParams};
