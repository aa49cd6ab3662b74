//! Neural detectors: autoencoders over rows and windows, trained without an autodiff graph.

mod activation;
mod dense;
mod examples;
mod initial;
mod model;
mod network;
mod norm_state;
mod pass;
mod plan;
mod shard;
mod spread;
mod tensor;
#[cfg(test)]
mod tests;
mod trainer;
mod update;

pub use activation::Activation;
pub use network::{Gate, Layer, Network, Returns};
