//! Models of sequences of symbols, such as system-call traces.

mod hmm;
mod kept;
mod likelihood;
mod markov;
mod mismatches;
mod n_gram_knn;
mod n_grams;
mod stide;
mod t_stide;

pub use hmm::{Hmm, HmmParams, HmmProbabilities};
pub use markov::{Markov, MarkovParams};
pub use n_gram_knn::{NGramKnn, NGramKnnParams, NGramWeight};
pub use stide::{Stide, StideParams};
pub use t_stide::{TStide, TStideParams};
