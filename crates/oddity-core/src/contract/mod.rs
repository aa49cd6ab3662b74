//! The contract test suite: what every detector and classifier must hold, as functions
//! that a crate's own tests call for each of its models.
//!
//! A model passes if [`check_row_detector`], [`check_window_detector`],
//! [`check_sequence_detector`], [`check_online_detector`] or [`check_classifier`] returns. What is
//! checked:
//! same seed, same bits, with one thread and with several; one finite score a sample; a
//! planted outlier above the median; a sample's score independent of the other samples in
//! the call; wrong width, wrong kind, and 0, 1 or constant samples give a typed result
//! instead of a panic; what a detector is kept as gives the same scores again, and is refused
//! without a panic where it was altered; explanations are of the heaviest parts first. What is
//! checked of an online detector stands at its function. Models called `random` or `constant`
//! need not be right: they ignore what samples say.
//!
//! [`check_transformer_state`] checks what a transformer is kept as; [`damaged`] makes entries that
//! somebody may have altered, for models with tests of their own.

mod classifier;
mod detector;
mod online;
mod state;

pub use classifier::check_classifier;
pub use detector::{check_row_detector, check_sequence_detector, check_window_detector};
pub use online::check_online_detector;
pub use state::{check_transformer_state, damaged};

use crate::Seed;

/// Whether a model is one of the baselines that ignore what samples say. By the whole name:
/// a random forest is none.
fn is_baseline(name: &str) -> bool {
    matches!(name, "random" | "constant")
}

/// Runs `f` on a pool of its own with that many threads.
fn with_threads<T: Send>(n_threads: usize, f: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build();
    pool.expect("a pool of threads").install(f)
}

/// Numbers between 0 and 1, the same in every run.
fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut index = 0;
    move || {
        index += 1;
        (Seed(seed).derive(index).0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A bell-shaped number around 0: the sum of twelve uniform ones, less 6.
fn bell(uniform: &mut impl FnMut() -> f64) -> f64 {
    (0..12).map(|_| uniform()).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::is_baseline;

    #[test]
    fn a_model_is_no_baseline_for_a_part_of_its_name() {
        assert!(is_baseline("random") && is_baseline("constant"));
        for name in ["random_forest", "robust_random_cut_forest", "constant, of my own"] {
            assert!(!is_baseline(name), "{name}");
        }
    }
}
