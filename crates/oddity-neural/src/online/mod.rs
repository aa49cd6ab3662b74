//! An autoencoder that learns from each event of a stream once, in order.

mod detector;
mod event;
mod kept;
mod memory;
mod params;
mod saved;
mod stream;
#[cfg(test)]
mod tests;

pub use detector::OnlineLstmAutoencoder;
pub use params::{OnlineLstmAutoencoderParams, OnlineOutput, OnlineTarget, Outliers};
pub use stream::OnlineNetwork;

/// What names an error's origin.
const NAME: &str = "online_lstm_autoencoder";
