//! Models of sequences of symbols, such as system-call traces.

mod n_gram_knn;
mod n_grams;
mod stide;

pub use n_gram_knn::{NGramKnn, NGramKnnParams, NGramWeight};
pub use stide::{Stide, StideParams};
