//! Language models: embeddings, LSTM layers and a softmax over ragged rows of symbols.

mod chunk;
mod engine;
mod masks;
mod module;

pub(crate) use engine::{BurnLanguageEngine, BurnLanguageScorer};
