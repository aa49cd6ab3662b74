//! Classifiers that compare samples through a kernel.

mod svm;

pub use svm::{Gamma, Kernel, Svm, SvmParams};
